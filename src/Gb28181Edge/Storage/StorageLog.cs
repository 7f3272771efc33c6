using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Storage;

/// <summary>What the storage says. Events 4200 … 4299.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(4201, LogLevel.Critical, "Database {Path} is damaged ({Reason}); it is kept as {Aside} and a new one begins. Alarms that were not sent and guard states are in the old one")]
    public static partial void DatabaseMovedAside(this ILogger log, string path, string reason, string aside);

    [LoggerMessage(4202, LogLevel.Critical, "Alarm of {Input} is NOT on the disk ({Reason}): {Count} alarms are held in memory, at most {Most}")]
    public static partial void AlarmInMemory(this ILogger log, string input, string reason, int count, int most);

    [LoggerMessage(4203, LogLevel.Information, "{Count} alarms that had been held in memory are on the disk")]
    public static partial void AlarmsWritten(this ILogger log, int count);

    [LoggerMessage(4204, LogLevel.Error, "{Count} alarms given up ({Why}), {Total} since the start")]
    public static partial void AlarmsDropped(this ILogger log, int count, string why, long total);

    [LoggerMessage(4205, LogLevel.Error, "Database: {What} failed: {Reason}")]
    public static partial void DatabaseFailed(this ILogger log, string what, string reason);

    [LoggerMessage(4206, LogLevel.Critical, "Guard state of {Input} is NOT on the disk: {Reason}")]
    public static partial void GuardNotSaved(this ILogger log, string input, string reason);

    [LoggerMessage(4207, LogLevel.Information, "{Count} alarms wait for {Platform} from before")]
    public static partial void AlarmsWaiting(this ILogger log, long count, string platform);

    [LoggerMessage(4208, LogLevel.Critical, "Database {Path} cannot be used ({Reason}): the agent runs with one in MEMORY. Alarms and guard states from now on do NOT survive a restart, and those on that disk are neither sent nor obeyed. Make the disk writable and restart the agent")]
    public static partial void DatabaseInMemory(this ILogger log, string path, string reason);

    [LoggerMessage(4209, LogLevel.Information, "The wall clock was set by {Jump}: alarms from before are as old as they were")]
    public static partial void ClockJumped(this ILogger log, TimeSpan jump);

    [LoggerMessage(4220, LogLevel.Critical, "Presets, cruises or home position of {Camera} are NOT on the disk: {Reason}")]
    public static partial void PtzNotSaved(this ILogger log, string camera, string reason);
}
