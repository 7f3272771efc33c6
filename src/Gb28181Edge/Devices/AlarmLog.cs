using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>What alarm sources, outputs and what is linked to them say. Events 4150 … 4179.</summary>
internal static partial class AlarmLog
{
    [LoggerMessage(4150, LogLevel.Warning, "{Source} cannot be read, and stays as it was: {Reason}")]
    public static partial void SourceUnreadable(this ILogger log, string source, string reason);

    [LoggerMessage(4151, LogLevel.Information, "{Source} can be read: {Detail}")]
    public static partial void SourceReadable(this ILogger log, string source, string? detail);

    [LoggerMessage(4152, LogLevel.Warning, "The {Action} linked to alarms failed: {Reason}")]
    public static partial void ActionFailed(this ILogger log, string action, string reason);

    [LoggerMessage(4153, LogLevel.Error, "The {Action} linked to alarms hangs: {Count} wait, and the oldest is dropped")]
    public static partial void ActionBehind(this ILogger log, string action, int count);

    [LoggerMessage(4154, LogLevel.Warning, "Output {Output} is refused: {Other} is on, and they are never on together")]
    public static partial void OutputInterlocked(this ILogger log, string output, string other);

    [LoggerMessage(4155, LogLevel.Information, "{Input}: the schedule says {Guarded}")]
    public static partial void ScheduleChanged(this ILogger log, string input, string guarded);
}
