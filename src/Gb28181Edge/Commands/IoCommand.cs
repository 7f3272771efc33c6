using System.CommandLine;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge io</c>: an installer's bench for the pins.</summary>
internal static class IoCommand
{
    private const int PulseSeconds = 1;

    private static readonly string[] Pulls = ["none", "up", "down"];

    public static Command Create()
    {
        Option<string> config = CommandLine.Config();
        config.Recursive = true;
        var chip = new Option<string?>("--chip") { Description = "Without a configuration: the chip's device or label", HelpName = "CHIP", Recursive = true };
        Option<string> logLevel = CommandLine.LogLevel("warning");
        logLevel.Recursive = true;
        var bench = new Bench(config, chip, logLevel);
        return new Command("io", "Look at the board's pins and try them; stop the service first")
        {
            config, chip, logLevel, List(bench), Read(bench), Watch(bench), Set(bench),
        };
    }

    private static Command List(Bench bench)
    {
        var all = new Option<bool>("--all") { Description = "Lines without a name and a user too" };
        var command = new Command("list", "Show chips, lines, and who uses them in the configuration") { all };
        command.SetAction((parsed, cancellation) => bench.RunAsync(parsed, (pins, _) =>
        {
            pins.List(parsed.GetValue(all));
            return Task.CompletedTask;
        }, cancellation));
        return command;
    }

    private static Command Read(Bench bench)
    {
        Argument<string> pin = Pin();
        Option<string> pull = Pull();
        var command = new Command("read", "Read a pin once") { pin, pull };
        command.SetAction((parsed, cancellation) => bench.RunAsync(
            parsed, (pins, _) => pins.ReadAsync(Name(parsed.GetRequiredValue(pin)), Bias(parsed.GetRequiredValue(pull))), cancellation));
        return command;
    }

    private static Command Watch(Bench bench)
    {
        var names = new Argument<string[]>("PIN") { Description = "Pins as in the configuration; none: every input of it", Arity = ArgumentArity.ZeroOrMore };
        names.Validators.Add(result => Check(result.Tokens, result.AddError));
        Option<string> pull = Pull();
        Option<double?> seconds = CommandLine.Seconds("How long; until Ctrl-C when it is left out");
        var command = new Command("watch", "Show every change of inputs with its time") { names, pull, seconds };
        command.SetAction((parsed, cancellation) => bench.RunAsync(parsed, (pins, stop) => pins.WatchAsync(
            [.. (parsed.GetValue(names) ?? []).Select(Name)], Bias(parsed.GetRequiredValue(pull)), CommandLine.Duration(parsed.GetValue(seconds)), stop), cancellation));
        return command;
    }

    private static Command Set(Bench bench)
    {
        Argument<string> pin = Pin();
        var what = new Argument<string>("STATE") { Description = "on until Ctrl-C, off, or pulse" };
        what.AcceptOnlyFromAmong("on", "off", "pulse");
        Option<double?> seconds = CommandLine.Seconds($"How long it is on; pulse takes {PulseSeconds} when it is left out");
        var activeLow = new Option<bool>("--active-low") { Description = "A low level is on; a pin of the configuration knows by itself" };
        var command = new Command("set", "Switch an output; it is off again at the end, whatever ends it") { pin, what, seconds, activeLow };
        command.SetAction((parsed, cancellation) => bench.RunAsync(parsed, (pins, stop) =>
        {
            string state = parsed.GetRequiredValue(what);
            TimeSpan? hold = CommandLine.Duration(parsed.GetValue(seconds)) ?? (state == "pulse" ? TimeSpan.FromSeconds(PulseSeconds) : null);
            return pins.SetAsync(Name(parsed.GetRequiredValue(pin)), state != "off", hold, parsed.GetValue(activeLow) ? true : null, stop);
        }, cancellation));
        return command;
    }

    private static Argument<string> Pin()
    {
        var pin = new Argument<string>("PIN") { Description = "As in the configuration: 17, GPIO17, CHIP:17, CHIP:NAME" };
        pin.Validators.Add(result => Check(result.Tokens, result.AddError));
        return pin;
    }

    private static void Check(IEnumerable<System.CommandLine.Parsing.Token> tokens, Action<string> fault)
    {
        foreach (System.CommandLine.Parsing.Token token in tokens)
            if (!PinName.TryParse(token.Value, out _)) fault($"'{token.Value}' is no pin: 0 … {PinName.HighestLine}, a line's name, or CHIP:LINE.");
    }

    private static Option<string> Pull()
    {
        var pull = new Option<string>("--pull") { Description = "Bias of a pin that the configuration does not know", DefaultValueFactory = _ => Pulls[0] };
        pull.AcceptOnlyFromAmong(Pulls);
        return pull;
    }

    private static PinName Name(string text) => PinName.TryParse(text, out PinName pin) ? pin : throw new InvalidOperationException($"{text} was checked");

    private static PinPull Bias(string word) => word switch
    {
        "up" => PinPull.Up,
        "down" => PinPull.Down,
        _ => PinPull.None,
    };

    /// <summary>What the four have in common: the configuration, signals, and faults that become words and an exit status.</summary>
    private sealed class Bench(Option<string> config, Option<string?> chip, Option<string> logLevel)
    {
        public async Task<int> RunAsync(ParseResult parsed, Func<PinBench, CancellationToken, Task> action, CancellationToken cancellation)
        {
            EdgeConfiguration? configuration = Load(parsed);
            if (configuration is null) return ExitStatus.BadConfiguration;
            using ILoggerFactory loggers = EdgeLogging.Create(CommandLine.Level(parsed.GetRequiredValue(logLevel)));
            using var signals = new StopSignals(cancellation);
            try
            {
                using var bench = new PinBench(configuration, Console.Out, loggers, TimeProvider.System);
                await action(bench, signals.Stop);
                return ExitStatus.Done;
            }
            catch (BenchException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitStatus.BadUsage;
            }
            catch (IOException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitStatus.CannotStart;
            }
        }

        /// <summary>The file; or, where none was named and none is at the usual place, nothing but a chip.</summary>
        private EdgeConfiguration? Load(ParseResult parsed)
        {
            string path = parsed.GetRequiredValue(config);
            bool named = parsed.GetResult(config) is { Implicit: false };
            if (parsed.GetValue(chip) is { } only) return PinBench.OfChip(only);
            return named || File.Exists(path) ? ConfigurationLoading.Load(path, Console.Error) : PinBench.OfChip(null);
        }
    }
}
