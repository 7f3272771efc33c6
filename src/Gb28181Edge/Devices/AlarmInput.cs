using Gb28181Edge.Drivers;

namespace Gb28181Edge.Devices;

/// <summary>One alarm input.</summary>
/// <param name="Id">20 digits.</param>
/// <param name="Name">For a person.</param>
/// <param name="Source">What it looks at. Owned by the controller.</param>
/// <param name="Priority">1 … 4.</param>
/// <param name="Method">AlarmMethod.</param>
/// <param name="Type">AlarmType; null for none, or where the source says it with each edge.</param>
/// <param name="Guarded">Until a platform says otherwise; not looked at where there is a schedule.</param>
/// <param name="Rearm">How long after an alarm the next may come: zero at once, null only after ResetAlarm.</param>
internal sealed record AlarmInput(string Id, string Name, IAlarmSource Source, int Priority, int Method, int? Type, bool Guarded, TimeSpan? Rearm)
{
    /// <summary>An input that looks at a contact.</summary>
    public AlarmInput(string id, string name, IDigitalInput pin, int priority, int method, int? type, bool guarded, TimeSpan? rearm)
        : this(id, name, new Contact(pin), priority, method, type, guarded, rearm)
    {
    }

    /// <summary>AlarmDescription.</summary>
    public string Description { get; init; } = Name;

    /// <summary>It alarms once it has been active for so long.</summary>
    public TimeSpan Minimum { get; init; }

    /// <summary>True: in alarm until a platform resets it. False: until the source goes back.</summary>
    public bool Latch { get; init; } = true;

    /// <summary>When it is guarded; null leaves it to platforms alone.</summary>
    public GuardSchedule? Schedule { get; init; }
}
