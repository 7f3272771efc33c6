namespace Gb28181Edge.Storage;

/// <summary>One alarm as it was seen, before anybody was told.</summary>
/// <param name="DeviceId">Who raises it: the alarm input's 20 digits.</param>
/// <param name="Priority">1 … 4, 1 is the most severe.</param>
/// <param name="Method">AlarmMethod, GB/T 28181-2016 A.2.5: 2 is a device alarm.</param>
/// <param name="Type">AlarmType; null for a plain contact.</param>
/// <param name="Time">When the edge came, not when it is sent.</param>
/// <param name="Description">For a person; may be empty.</param>
internal sealed record AlarmRecord(string DeviceId, int Priority, int Method, int? Type, DateTimeOffset Time, string Description);

/// <summary>An alarm that a platform has not confirmed yet.</summary>
/// <param name="Id">Grows with every alarm; the order of sending.</param>
/// <param name="Alarm">The alarm.</param>
/// <param name="InDoubt">It may have reached the platform before: it was sent and no outcome is known, or the agent ended while it was the next.</param>
internal readonly record struct PendingAlarm(long Id, AlarmRecord Alarm, bool InDoubt = false);
