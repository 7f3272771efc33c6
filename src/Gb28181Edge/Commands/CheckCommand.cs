using System.CommandLine;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge check</c>: says what is wrong with a configuration, or what it comes to.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> config = CommandLine.Config();
        var command = new Command("check", "Read the configuration, say everything that is wrong, and print what is in force") { config };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config), Console.Out));
        return command;
    }

    private static int Run(string path, TextWriter output)
    {
        EdgeConfiguration? configuration = ConfigurationLoading.Load(path, output);
        if (configuration is null) return ExitStatus.BadConfiguration;
        output.WriteLine(ConfigurationText.Effective(configuration));
        return ExitStatus.Done;
    }
}
