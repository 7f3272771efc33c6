using System.CommandLine;
using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Commands;

/// <summary>The command line: what the program can be asked to do.</summary>
internal static class CommandLine
{
    private static readonly (string Word, LogLevel Level)[] Levels =
    [
        ("trace", Microsoft.Extensions.Logging.LogLevel.Trace),
        ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
        ("info", Microsoft.Extensions.Logging.LogLevel.Information),
        ("warning", Microsoft.Extensions.Logging.LogLevel.Warning),
        ("error", Microsoft.Extensions.Logging.LogLevel.Error),
    ];

    /// <summary>Reads the arguments and does what they say.</summary>
    /// <returns>The exit status, one of <see cref="ExitStatus"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Try 'gb28181-edge --help'.");
            return ExitStatus.BadUsage;
        }
        // signals belong to the host, and what nobody expected to Program
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary><c>--config FILE</c>, which need not exist to be understood.</summary>
    public static Option<string> Config() => new("--config")
    {
        Description = "The configuration file",
        HelpName = "FILE",
        DefaultValueFactory = _ => ConfigurationFile.DefaultPath,
    };

    /// <summary><c>--log-level LEVEL</c>.</summary>
    /// <param name="standard">The level without it.</param>
    public static Option<string> LogLevel(string standard = "info")
    {
        var option = new Option<string>("--log-level") { Description = "The least level that is logged to standard error", DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong([.. Levels.Select(level => level.Word)]);
        return option;
    }

    /// <summary><c>--sip-trace FILE</c>.</summary>
    public static Option<string?> SipTrace() => new("--sip-trace")
    {
        Description = "Write every SIP message to this file, with time and peer, credentials masked",
        HelpName = "FILE",
    };

    /// <summary><c>--for SECONDS</c>, with decimals.</summary>
    /// <param name="description">What lasts so long.</param>
    public static Option<double?> Seconds(string description)
    {
        var option = new Option<double?>("--for") { Description = description, HelpName = "SECONDS" };
        option.Validators.Add(result =>
        {
            // the word itself: asking for the value of what is no number throws
            bool valid = result.Tokens is not [var token]
                || double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 86_400;
            if (!valid) result.AddError("--for takes more than 0 and up to 86400 seconds.");
        });
        return option;
    }

    /// <summary>What <see cref="Seconds"/> was given.</summary>
    public static TimeSpan? Duration(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;

    /// <summary>What <see cref="LogLevel"/> and <see cref="SipTrace"/> were given.</summary>
    public static RunOptions Options(ParseResult parsed, Option<string> logLevel, Option<string?> sipTrace)
    {
        return new RunOptions(Level(parsed.GetRequiredValue(logLevel)), parsed.GetValue(sipTrace));
    }

    /// <summary>The level of one of the words that <see cref="LogLevel"/> takes.</summary>
    public static LogLevel Level(string word) => Levels.First(level => level.Word == word).Level;

    private static RootCommand Root() => new("Turns a camera and a small Linux board into a GB/T 28181 device.")
    {
        RunCommand.Create(),
        StopCommand.Create(),
        IoCommand.Create(),
        PtzCommand.Create(),
        DemoCommand.Create(),
        CheckCommand.Create(),
        SchemaCommand.Create(),
    };
}
