using System.CommandLine;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge schema</c>: the JSON Schema of the configuration, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of the configuration file");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine(ConfigurationText.Schema());
            return ExitStatus.Done;
        });
        return command;
    }
}
