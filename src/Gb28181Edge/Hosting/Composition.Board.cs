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
        parts.Boards = OpenBoards(configuration, drivers, time);
        parts.Outputs = new OutputController([.. configuration.Outputs.Select(output => new Output(
            output.Id, output.Name, parts.Boards.OpenOutput(Address(output.Pin), $"output {output.Name}", output.ActiveLow), output.Auxiliary, output.OnAlarm))], devices);
        parts.Alarms = new AlarmController(
            [.. configuration.AlarmInputs.Select(input => Input(parts.Boards, input))],
            parts.Outputs, parts.Outbox, new GuardStore(parts.Database, loggers.CreateLogger("Gb28181Edge.Storage")), time, devices);
    }

    /// <summary>The boards of a configuration; none is opened before a pin of it is.</summary>
    public static BoardSet OpenBoards(EdgeConfiguration configuration, ILogger log, TimeProvider time) => new(
        boards => OpenBoard(configuration.Board, boards, log, time),
        configuration.Boards.ToDictionary(
            board => board.Name, board => (Func<BoardSet, Board>)(boards => OpenBoard(board, boards, log, time)), StringComparer.OrdinalIgnoreCase),
        new GpioChips(time, log), time, log);

    private static Board OpenBoard(BoardOptions board, BoardSet boards, ILogger log, TimeProvider time) => board switch
    {
        GpiodBoardOptions gpiod => boards.OpenChip(gpiod.Chip),
        SimulatedBoardOptions simulated => Board.OpenSimulated(simulated.Directory, time, log),
        _ => throw new InvalidOperationException($"no board for {board}"),
    };

    /// <summary>A pin of the configuration as the drivers know it.</summary>
    private static PinAddress Address(PinName pin) => new(pin.Chip, pin.Number, pin.Number is null ? pin.Line : null);

    private static AlarmInput Input(BoardSet boards, AlarmInputOptions input)
    {
        Drivers.Boards.PinPull pull = input.Pull switch
        {
            Configuration.PinPull.Up => Drivers.Boards.PinPull.Up,
            Configuration.PinPull.Down => Drivers.Boards.PinPull.Down,
            _ => Drivers.Boards.PinPull.None,
        };
        return new AlarmInput(
            input.Id, input.Name, boards.OpenInput(Address(input.Pin), $"alarm input {input.Name}", input.ActiveLow, pull, TimeSpan.FromMilliseconds(input.DebounceMs)),
            input.Priority, input.Method, input.Type, input.Guarded,
            input.RearmSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }
}
