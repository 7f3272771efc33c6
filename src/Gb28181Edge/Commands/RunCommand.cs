using System.CommandLine;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge run</c>: the agent in the foreground, which is what systemd starts.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string> config = CommandLine.Config();
        Option<string> logLevel = CommandLine.LogLevel();
        Option<string?> sipTrace = CommandLine.SipTrace();
        var command = new Command("run", "Run the agent in the foreground until SIGTERM or SIGINT") { config, logLevel, sipTrace };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(config), CommandLine.Options(parsed, logLevel, sipTrace), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string path, RunOptions options, CancellationToken cancellationToken)
    {
        EdgeConfiguration? configuration = ConfigurationLoading.Load(path, Console.Error, EdgeLogging.IsJournal() ? "<3>" : "");
        if (configuration is null) return ExitStatus.BadConfiguration;
        return await EdgeHost.RunAsync(configuration, options, cancellationToken);
    }
}
