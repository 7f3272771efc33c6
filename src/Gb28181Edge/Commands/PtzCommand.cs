using System.CommandLine;
using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Commands;

/// <summary><c>gb28181-edge ptz</c>: an installer's bench for a head.</summary>
internal static class PtzCommand
{
    private const int DefaultSpeedPercent = 50, MoveSeconds = 1, TravelSeconds = 5;

    private static readonly (string Word, Func<float, HeadMotion> Motion)[] Moves =
    [
        ("left", speed => new HeadMotion(Pan: -speed)),
        ("right", speed => new HeadMotion(Pan: speed)),
        ("up", speed => new HeadMotion(Tilt: speed)),
        ("down", speed => new HeadMotion(Tilt: -speed)),
        ("zoom-in", speed => new HeadMotion(Zoom: speed)),
        ("zoom-out", speed => new HeadMotion(Zoom: -speed)),
        ("focus-near", speed => new HeadMotion(Focus: -speed)),
        ("focus-far", speed => new HeadMotion(Focus: speed)),
        ("iris-open", speed => new HeadMotion(Iris: speed)),
        ("iris-close", speed => new HeadMotion(Iris: -speed)),
    ];

    private static readonly string[] Others = ["stop", "preset", "set-preset", "home", "position"];

    public static Command Create()
    {
        var camera = new Argument<string>("CAMERA") { Description = "The camera's id or name" };
        var what = new Argument<string>("ORDER") { Description = "What the head is to do" };
        what.AcceptOnlyFromAmong([.. Moves.Select(move => move.Word), .. Others]);
        var number = new Argument<int?>("N") { Description = "The preset of preset and set-preset, 1 … 255", Arity = ArgumentArity.ZeroOrOne };
        var speed = new Option<int>("--speed") { Description = "Of top speed", HelpName = "PERCENT", DefaultValueFactory = _ => DefaultSpeedPercent };
        speed.Validators.Add(result =>
        {
            // the word itself: asking for the value of what is no number throws
            bool valid = result.Tokens is not [var token] || int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && percent is >= 1 and <= 100;
            if (!valid) result.AddError("--speed takes 1 … 100 percent.");
        });
        Option<double?> seconds = CommandLine.Seconds($"How long it moves; {MoveSeconds} when it is left out, {TravelSeconds} for preset and home");
        Option<string> config = CommandLine.Config();
        Option<string> logLevel = CommandLine.LogLevel("warning");
        var command = new Command("ptz", "Move a head and stop it again; stop the service first") { camera, what, number, speed, seconds, config, logLevel };
        command.Validators.Add(result =>
        {
            // the words themselves: a value that is no value yet has its own fault
            bool needed = result.GetResult(what)?.Tokens is [{ Value: "preset" or "set-preset" }];
            string? preset = result.GetResult(number)?.Tokens is [var token] ? token.Value : null;
            bool valid = int.TryParse(preset, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 255;
            if (needed ? !valid : preset is not null) result.AddError(needed ? "Name a preset, 1 … 255." : "Only preset and set-preset take a number.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            string order = parsed.GetRequiredValue(what);
            TimeSpan? duration = CommandLine.Duration(parsed.GetValue(seconds));
            return await RunAsync(parsed.GetRequiredValue(config), parsed.GetRequiredValue(camera), CommandLine.Level(parsed.GetRequiredValue(logLevel)),
                (head, stop) => DoAsync(head, order, parsed.GetValue(number) ?? 0, parsed.GetRequiredValue(speed) / 100f, duration, stop), cancellation);
        });
        return command;
    }

    private static Task DoAsync(HeadBench head, string order, int number, float speed, TimeSpan? duration, CancellationToken stop) => order switch
    {
        "stop" => head.StopAsync(stop),
        "preset" => head.CallPresetAsync(number, duration ?? TimeSpan.FromSeconds(TravelSeconds), stop),
        "set-preset" => head.SetPresetAsync(number, stop),
        "home" => head.GoHomeAsync(duration ?? TimeSpan.FromSeconds(TravelSeconds), stop),
        "position" => head.ShowPositionAsync(stop),
        _ => head.MoveAsync(Moves.First(move => move.Word == order).Motion(speed), duration ?? TimeSpan.FromSeconds(MoveSeconds), stop),
    };

    private static async Task<int> RunAsync(string path, string name, LogLevel level, Func<HeadBench, CancellationToken, Task> action, CancellationToken cancellation)
    {
        EdgeConfiguration? configuration = ConfigurationLoading.Load(path, Console.Error);
        if (configuration is null) return ExitStatus.BadConfiguration;
        CameraOptions[] found = [.. configuration.Cameras.Where(camera => camera.Id == name || camera.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        if (found is not [{ Ptz: not null } camera])
        {
            string[] heads = [.. configuration.Cameras.Where(one => one.Ptz is not null).Select(one => $"{one.Id} ({one.Name})")];
            string problem = found.Length switch
            {
                0 => $"There is no camera {name}.",
                1 => $"The camera {name} has no head.",
                _ => $"Several cameras are called {name}.",
            };
            await Console.Error.WriteLineAsync($"{problem} With a head: {(heads.Length == 0 ? "none" : string.Join(", ", heads))}");
            return ExitStatus.BadUsage;
        }
        using ILoggerFactory loggers = EdgeLogging.Create(level);
        using var signals = new StopSignals(cancellation);
        try
        {
            await action(new HeadBench(configuration, camera, Console.Out, loggers, TimeProvider.System), signals.Stop);
            return ExitStatus.Done;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitStatus.CannotStart;
        }
    }
}
