using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Gb28181Edge.Hosting;

/// <summary>Logging to standard error, one line an event, in the form that its reader wants.</summary>
internal static class EdgeLogging
{
    /// <summary>A factory for commands that need no host; the caller disposes it, which flushes it.</summary>
    public static ILoggerFactory Create(LogLevel level) => LoggerFactory.Create(builder => AddEdgeConsole(builder, level));

    /// <summary>Sends every event from <paramref name="level"/> on to standard error.</summary>
    public static void AddEdgeConsole(this ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        // the host's own words for a failed start are a stack trace; ours name the cause
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddConsole();
        logging.Services.Configure<ConsoleLoggerOptions>(options =>
        {
            options.LogToStandardErrorThreshold = LogLevel.Trace;
            options.FormatterName = LineFormatter.FormatterName;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;      // a terminal that stands still never stops a loop
        });
        logging.Services.AddSingleton<ConsoleFormatter>(provider =>
            new LineFormatter(IsJournal(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
    }

    /// <summary>Standard error goes to journald: systemd started this process, and standard error is no terminal.</summary>
    public static bool IsJournal() =>
        Console.IsErrorRedirected
        && (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 } || Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 });
}
