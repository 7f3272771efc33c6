using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class HostLog   // event ids 1000–1099
{
    [LoggerMessage(1001, LogLevel.Error, "Cannot start: {Reason}")]
    public static partial void CannotStart(this ILogger log, string reason);

    [LoggerMessage(1002, LogLevel.Information, "Running")]
    public static partial void Running(this ILogger log);

    [LoggerMessage(1003, LogLevel.Information, "Stopping")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(1004, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(1005, LogLevel.Warning, "Not everything was stopped within {Limit}; leaving all the same")]
    public static partial void StopTookTooLong(this ILogger log, TimeSpan limit);

    [LoggerMessage(1006, LogLevel.Warning, "A loop stands still: the watchdog is not fed")]
    public static partial void WatchdogHungry(this ILogger log);

    [LoggerMessage(1007, LogLevel.Critical, "A bug ended the agent")]
    public static partial void Bug(this ILogger log, Exception exception);

    [LoggerMessage(1008, LogLevel.Warning, "Ending for a restart that a platform asked for")]
    public static partial void Restarting(this ILogger log);

    [LoggerMessage(1009, LogLevel.Warning, "Stopping met an error: {Reason}")]
    public static partial void StopFailed(this ILogger log, string reason);

    [LoggerMessage(1010, LogLevel.Warning, "The SIP trace {Path} ends here, it cannot be written: {Reason}")]
    public static partial void TraceEnded(this ILogger log, string path, string reason);
}
