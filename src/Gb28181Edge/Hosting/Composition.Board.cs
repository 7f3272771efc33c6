using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static void OpenBoard(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger drivers = loggers.CreateLogger("Gb28181Edge.Drivers"), devices = loggers.CreateLogger("Gb28181Edge.Devices");
        if (configuration.UsesPins) parts.Board = OpenPins(configuration.Board, time, drivers);
        parts.Outputs = new OutputController([.. configuration.Outputs.Select(output => new Output(
            output.Id, output.Name, parts.Board!.OpenOutput(output.Pin, output.ActiveLow), output.Auxiliary, output.OnAlarm))], devices);
        parts.Alarms = new AlarmController(
            [.. configuration.AlarmInputs.Select(input => Input(parts.Board!, input))],
            parts.Outputs, parts.Outbox, new GuardStore(parts.Database, loggers.CreateLogger("Gb28181Edge.Storage")), time, devices);
    }

    private static Board OpenPins(BoardOptions options, TimeProvider time, ILogger log) => options switch
    {
        GpiodBoardOptions gpiod => Board.OpenCharacterDevice(gpiod.Chip, time, log),
        SimulatedBoardOptions simulated => Board.OpenSimulated(simulated.Directory, time, log),
        _ => throw new InvalidOperationException($"no board for {options}"),
    };

    private static AlarmInput Input(Board board, AlarmInputOptions input)
    {
        Drivers.Boards.PinPull pull = input.Pull switch
        {
            Configuration.PinPull.Up => Drivers.Boards.PinPull.Up,
            Configuration.PinPull.Down => Drivers.Boards.PinPull.Down,
            _ => Drivers.Boards.PinPull.None,
        };
        return new AlarmInput(
            input.Id, input.Name, board.OpenInput(input.Pin, input.ActiveLow, pull, TimeSpan.FromMilliseconds(input.DebounceMs)),
            input.Priority, input.Method, input.Type, input.Guarded,
            input.RearmSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }
}
