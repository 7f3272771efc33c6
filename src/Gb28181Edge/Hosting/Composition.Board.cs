using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.Boards.Expanders;
using Gb28181Edge.Drivers.I2c;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Hosting;

internal static partial class Composition
{
    private static void OpenBoard(AgentParts parts, EdgeConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    {
        ILogger drivers = loggers.CreateLogger("Gb28181Edge.Drivers"), devices = loggers.CreateLogger("Gb28181Edge.Devices");
        parts.Boards = OpenBoards(configuration, parts.I2c, drivers, time);
        parts.Outputs = new OutputController([.. configuration.Outputs.Select(output => Switch(parts.Boards, output))], devices, time);
    }

    /// <summary>The boards of a configuration; none is opened before a pin of it is.</summary>
    public static BoardSet OpenBoards(EdgeConfiguration configuration, II2cBuses i2c, ILogger log, TimeProvider time) => new(
        boards => OpenBoard(configuration.Board, boards, i2c, log, time),
        configuration.Boards.ToDictionary(
            board => board.Name, board => (Func<BoardSet, Board>)(boards => OpenBoard(board, boards, i2c, log, time)), StringComparer.OrdinalIgnoreCase),
        new GpioChips(time, log), time, log);

    private static Board OpenBoard(BoardOptions board, BoardSet boards, II2cBuses i2c, ILogger log, TimeProvider time) => board switch
    {
        GpiodBoardOptions gpiod => boards.OpenChip(gpiod.Chip),
        SimulatedBoardOptions simulated => Board.OpenSimulated(simulated.Directory, time, log),
        Mcp23017BoardOptions mcp => Expander(mcp, Mcp23017.Open(i2c, mcp.Bus, mcp.Address), boards, log, time),
        Pcf8574BoardOptions pcf => Expander(pcf, Pcf8574.Open(i2c, pcf.Bus, pcf.Address), boards, log, time),
        _ => throw new InvalidOperationException($"no board for {board}"),
    };

    private static Board Expander(ExpanderBoardOptions options, ExpanderChip chip, BoardSet boards, ILogger log, TimeProvider time)
    {
        InterruptLine? interrupt = null;
        try
        {
            if (options.InterruptPin is { } pin) interrupt = boards.OpenInterrupt(Address(pin), $"interrupt of board {options.Name}");
        }
        catch (DriverException)
        {
            chip.Dispose();
            throw;
        }
        return new Board(options.Name, ExpanderDriver.Open(options.Name, chip, interrupt, TimeSpan.FromMilliseconds(options.PollMs), time, log), time, log);
    }

    /// <summary>A pin of the configuration as the drivers know it.</summary>
    public static PinAddress Address(PinName pin) => new(pin.Chip, pin.Number, pin.Number is null ? pin.Line : null);

    private static Output Switch(BoardSet boards, OutputOptions output) => new(
        output.Id, output.Name, OpenOutput(boards, output), output.Auxiliary, output.OnAlarm)
    {
        Mode = output.Mode switch
        {
            OutputAction.Pulse => OutputMode.Pulse,
            OutputAction.Latch => OutputMode.Latch,
            OutputAction.Flash => OutputMode.Flash,
            _ => OutputMode.Follow,
        },
        Pulse = TimeSpan.FromMilliseconds(output.PulseMs),
        Flash = TimeSpan.FromMilliseconds(output.FlashMs),
        Inputs = output.Inputs,
        NotWith = output.NotWith,
        SafeOn = output.SafeOn,
    };

    private static IDigitalOutput OpenOutput(BoardSet boards, OutputOptions output) =>
        boards.OpenOutput(Address(output.Pin), $"output {output.Name}", output.ActiveLow, output.SafeOn);
}
