using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

/// <summary>Feeds the service manager's watchdog as long as every loop goes round. sd_watchdog_enabled(3).</summary>
internal sealed class SystemdWatchdog(ISystemdNotifier notifier, TimeProvider time, ILogger log)
{
    private static readonly ServiceState Fed = new("WATCHDOG=1");

    /// <summary>The manager's patience from <c>WATCHDOG_USEC</c>; null when it does not watch this process.</summary>
    public static TimeSpan? Patience(string? watchdogMicroseconds, string? watchdogProcess) =>
        long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
        && (string.IsNullOrEmpty(watchdogProcess) || watchdogProcess == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>Asks four times within the manager's patience, and feeds only when all is well. Returns when cancelled.</summary>
    public async Task RunAsync(TimeSpan patience, Func<bool> allLoopsTicked, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(patience / 4, time);
        bool hungry = false;
        try
        {
            do
            {
                bool well = allLoopsTicked();
                if (well) notifier.Notify(Fed);
                else if (!hungry) log.WatchdogHungry();
                hungry = !well;
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
    }
}
