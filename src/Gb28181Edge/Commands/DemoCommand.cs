using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Gb28181Edge.Bench.Demo;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge demo</c>: the whole product on one machine with nothing attached.</summary>
internal static class DemoCommand
{
    private const int DefaultSeconds = 20;

    public static Command Create()
    {
        var seconds = new Option<int>("--for")
        {
            Description = "How long it may take; 0 goes on until Ctrl-C",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => DefaultSeconds,
        };
        seconds.Validators.Add(result =>
        {
            // the word itself: asking for the value of what is no number throws
            bool valid = result.Tokens is not [var token] || int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= 86_400;
            if (!valid) result.AddError("--for takes 0 … 86400 seconds.");
        });
        Option<string> logLevel = CommandLine.LogLevel("error");
        var command = new Command("demo", "Show the whole product on this machine with nothing attached: register, be seen, be steered, raise an alarm")
        {
            seconds, logLevel,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(seconds), CommandLine.Level(parsed.GetRequiredValue(logLevel)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int seconds, LogLevel level, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using ILoggerFactory loggers = EdgeLogging.Create(level);
        var report = new DemoReport(Console.Out, DemoReport.WantsColours());
        var run = new DemoRun(
            TimeSpan.FromSeconds(seconds), configuration => Composition.Create(configuration, new RunOptions(level), loggers), report, loggers, TimeProvider.System);
        return await run.RunAsync(stop.Token);
    }

    // the second signal ends the process at once
    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        if (stop.IsCancellationRequested) return;
        context.Cancel = true;
        stop.Cancel();
    }
}
