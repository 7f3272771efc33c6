namespace Gb28181Edge.Storage;

/// <summary>What is remembered of an alarm input from one run to the next.</summary>
/// <param name="Guarded">What a platform or the configuration said last.</param>
/// <param name="Active">The last level that was dealt with: a change while the agent was away is seen by it.</param>
/// <param name="InAlarm">An alarm has not been reset yet.</param>
/// <param name="Until">What a platform said holds over the schedule until then; null where there is no schedule, or it speaks itself.</param>
/// <param name="Type">AlarmType of the last alarm, where the source has several and tells it; else null.</param>
internal readonly record struct GuardRecord(bool Guarded, bool Active, bool InAlarm, DateTimeOffset? Until = null, int? Type = null);

/// <summary>Guard states, kept through restarts.</summary>
internal interface IGuardStore
{
    /// <summary>What was saved last; null for an input that is new.</summary>
    GuardRecord? Load(string inputId);

    /// <summary>Saves; on the disk when it returns true. False, and said loudly, when the disk takes nothing.</summary>
    bool Save(string inputId, GuardRecord record);
}
