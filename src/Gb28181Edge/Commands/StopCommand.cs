using System.CommandLine;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge stop</c>: stops every head and makes every output safe, which systemd asks for when the agent is gone.</summary>
internal static class StopCommand
{
    public static Command Create()
    {
        Option<string> config = CommandLine.Config();
        Option<string> logLevel = CommandLine.LogLevel("warning");
        var command = new Command("stop", "Stop every head and switch every output to its safe value, in place of an agent that died") { config, logLevel };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(config), CommandLine.Level(parsed.GetRequiredValue(logLevel))));
        return command;
    }

    private static async Task<int> RunAsync(string path, LogLevel level)
    {
        string prefix = EdgeLogging.IsJournal() ? "<3>" : "";
        // systemd hands credentials to the agent alone; a head that stands needs no platform's password
        EdgeConfiguration? configuration = ConfigurationLoading.Load(path, Console.Error, prefix, needsSecrets: false);
        if (configuration is null) return ExitStatus.BadConfiguration;
        using ILoggerFactory loggers = EdgeLogging.Create(level);
        return await SafeStop.RunAsync(configuration, Console.Out, prefix, loggers, TimeProvider.System) ? ExitStatus.Done : ExitStatus.CannotStart;
    }
}
