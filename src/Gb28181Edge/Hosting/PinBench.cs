using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Drivers.I2c;
using Microsoft.Extensions.Logging;
using PinPull = Gb28181Edge.Configuration.PinPull;

namespace Gb28181Edge.Hosting;

/// <summary>What a person asked of a bench makes no sense with this configuration; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);

/// <summary>An installer's bench for the pins: shows chips, lines and who uses them, reads and watches inputs, switches an output.</summary>
/// <remarks>Needs no agent, and no configuration. An output is at its safe value whenever a call returns.</remarks>
/// <param name="configuration">What is attached; <see cref="OfChip"/> where there is no file.</param>
/// <param name="output">For the person.</param>
/// <param name="loggers">Where the drivers log.</param>
/// <param name="time">The clock.</param>
internal sealed class PinBench(EdgeConfiguration configuration, TextWriter output, ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private readonly BoardSet _boards = Composition.OpenBoards(configuration, new I2cBuses(), loggers.CreateLogger("Gb28181Edge.Drivers"), time);
    private readonly GpioChips _chips = new(time, loggers.CreateLogger("Gb28181Edge.Drivers"));
    private readonly Lock _gate = new();

    /// <summary>A configuration with nothing but a chip, for pins that nothing uses.</summary>
    /// <param name="chip">Its device or label; null for the first.</param>
    public static EdgeConfiguration OfChip(string? chip) => new()
    {
        Device = new DeviceOptions { Id = "" },
        Board = chip is null ? new GpiodBoardOptions() : new GpiodBoardOptions { Chip = chip },
    };

    public void Dispose() => _boards.Dispose();

    /// <summary>Writes every chip with its lines, and what the configuration has on them.</summary>
    /// <param name="all">Lines without a name and a user too.</param>
    public void List(bool all)
    {
        (PinUse Use, BoardOptions? Board, string? Device, int Line, string? Fault)[] uses = [.. configuration.Pins.Select(Place)];
        IReadOnlyList<ChipInfo> chips = _chips.List();
        foreach (ChipInfo chip in chips)
            ListChip(chip, all, line => string.Join(", ", uses.Where(use => use.Device == chip.Path && use.Line == line).Select(use => Describe(use.Use))));
        if (chips.Count == 0) output.WriteLine("This machine has no GPIO chip (/dev/gpiochip*).");
        foreach (BoardOptions board in configuration.Boards.Prepend(configuration.Board))
        {
            if (board is GpiodBoardOptions) continue;
            output.WriteLine(Title(board));
            foreach ((PinUse use, _, _, _, _) in uses.Where(use => ReferenceEquals(use.Board, board)))
                output.WriteLine($"  {use.Pin.Line,5}  {Describe(use)}");
        }
        foreach ((PinUse use, _, _, _, string? fault) in uses.Where(use => use.Fault is not null))
            output.WriteLine($"{Describe(use)}: {use.Pin}: {fault}");
    }

    /// <summary>Reads a pin once.</summary>
    /// <exception cref="DriverException">No such pin, or it is in use.</exception>
    /// <exception cref="BenchException">The configuration drives it.</exception>
    public async Task ReadAsync(PinName pin, PinPull pull)
    {
        PinUse? use = Find(pin);
        if (use is { IsInput: false }) throw new BenchException($"{Describe(use.Value)} is an output: reading {pin} would let go of it");
        await using IDigitalInput input = OpenInput(pin, use, pull, debounced: false);
        output.WriteLine(Level(pin, use, input.IsActive));
    }

    /// <summary>Writes the state of pins, and every change of it with its time, until it is told to end.</summary>
    /// <param name="pins">Which; none for all that are inputs in the configuration.</param>
    /// <param name="pull">Bias of those that the configuration does not know.</param>
    /// <param name="duration">How long; null until <paramref name="stop"/>.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DriverException">No such pin, or it is in use.</exception>
    /// <exception cref="BenchException">There is nothing to watch, or the configuration drives it.</exception>
    public async Task WatchAsync(IReadOnlyList<PinName> pins, PinPull pull, TimeSpan? duration, CancellationToken stop)
    {
        if (pins.Count == 0) pins = [.. configuration.Pins.Where(use => use.Path.StartsWith("AlarmInputs", StringComparison.Ordinal)).Select(use => use.Pin)];
        if (pins.Count == 0) throw new BenchException("name a pin: the configuration has no input");
        var inputs = new List<(PinName Pin, PinUse? Use, IDigitalInput Input)>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            foreach (PinName pin in pins)
            {
                PinUse? use = Find(pin);
                if (use is { IsInput: false }) throw new BenchException($"{Describe(use.Value)} is an output: watching {pin} would let go of it");
                inputs.Add((pin, use, OpenInput(pin, use, pull, debounced: true)));
            }
            foreach ((PinName pin, PinUse? use, IDigitalInput input) in inputs) Write(time.GetUtcNow(), Level(pin, use, input.IsActive));
            Task[] watching = [.. inputs.Select(one => WatchAsync(one.Pin, one.Use, one.Input, end.Token))];
            await WaitAsync(duration, end.Token);
            await end.CancelAsync();
            await Task.WhenAll(watching);
        }
        finally
        {
            foreach ((_, _, IDigitalInput input) in inputs) await input.DisposeAsync();
        }
    }

    /// <summary>Switches a pin and, whatever happens, back to its safe value.</summary>
    /// <param name="pin">Which.</param>
    /// <param name="on">On or off.</param>
    /// <param name="hold">How long, where that is not its safe value; null until <paramref name="stop"/>.</param>
    /// <param name="activeLow">A low level is on; null as the configuration says, or high.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DriverException">No such pin, it is in use, or it did not take its level.</exception>
    /// <exception cref="BenchException">It is an input in the configuration.</exception>
    public async Task SetAsync(PinName pin, bool on, TimeSpan? hold, bool? activeLow, CancellationToken stop)
    {
        PinUse? use = Find(pin);
        if (use is { IsInput: true }) throw new BenchException($"{Describe(use.Value)} is an input: driving {pin} could short what is wired to it");
        bool low = activeLow ?? use is { ActiveLow: true };
        bool safe = configuration.Outputs.Any(one => use is { } known && known.Pin == one.Pin && one.SafeOn);
        await using IDigitalOutput switched = _boards.OpenOutput(Composition.Address(pin), "io", low, safe);
        try
        {
            if (!stop.IsCancellationRequested)
            {
                switched.Set(on);
                Write(time.GetUtcNow(), Switched(pin, use, on, low));
                if (on != safe) await WaitAsync(hold, stop);
            }
        }
        finally
        {
            switched.Set(safe);
        }
        if (on != safe) Write(time.GetUtcNow(), Switched(pin, use, safe, low));
    }

    private void ListChip(ChipInfo chip, bool all, Func<int, string> configured)
    {
        if (chip.Fault is not null)
        {
            output.WriteLine($"{chip.Path}: {chip.Fault}");
            return;
        }
        output.WriteLine($"{chip.Path} ({chip.Label}), {chip.LineCount} lines");
        using EdgeDriver driver = _chips.Open(chip.Path);
        for (int line = 0; line < chip.LineCount; line++)
        {
            LineInfo info = driver.Describe(line);
            string uses = configured(line);
            if (!all && info.Name.Length == 0 && !info.IsUsed && uses.Length == 0) continue;
            string user = info.Consumer.Length > 0 ? $"used by {info.Consumer}" : info.IsUsed ? "used by the kernel" : "";
            output.WriteLine($"  {line,5}  {info.Name,-20}  {(info.IsOutput ? "output" : "input"),-6}  {user,-24}  {uses}".TrimEnd());
        }
    }

    /// <summary>Where a pin of the configuration is: on a chip of the kernel, or on another kind of board, which is not opened for that.</summary>
    private (PinUse Use, BoardOptions? Board, string? Device, int Line, string? Fault) Place(PinUse use)
    {
        BoardOptions? board = use.Pin.Chip is null
            ? configuration.Board
            : configuration.Boards.FirstOrDefault(board => board.Name.Equals(use.Pin.Chip, StringComparison.OrdinalIgnoreCase));
        if (board is not (null or GpiodBoardOptions)) return (use, board, null, 0, null);
        try
        {
            (Board found, int line) = _boards.Resolve(Composition.Address(use.Pin));
            return (use, null, found.Device, line, null);
        }
        catch (DriverException e)
        {
            return (use, null, null, 0, e.Message);
        }
    }

    /// <summary>What the configuration has on a pin, however either of them names it; null for nothing.</summary>
    private PinUse? Find(PinName pin)
    {
        foreach (PinUse use in configuration.Pins)
            if (use.Pin == pin) return use;
        (PinUse _, BoardOptions? board, string? device, int line, _) = Place(new PinUse("", pin, ""));
        if (device is null && board is null) return null;
        (Board Board, int Line)? wanted = device is null ? _boards.Resolve(Composition.Address(pin)) : null;
        foreach (PinUse use in configuration.Pins)
        {
            (_, BoardOptions? usedBoard, string? usedDevice, int usedLine, _) = Place(use);
            if (device is not null ? usedDevice == device && usedLine == line : usedBoard == board && _boards.Resolve(Composition.Address(use.Pin)) == wanted) return use;
        }
        return null;
    }

    private IDigitalInput OpenInput(PinName pin, PinUse? use, PinPull pull, bool debounced)
    {
        AlarmInputOptions? configured = configuration.AlarmInputs.FirstOrDefault(input => use is { } known && known.Pin == input.Pin);
        if (configured is not null) pull = configured.Pull;
        else if (use is { IsInput: true } limit) pull = limit.ActiveLow ? PinPull.Up : PinPull.Down;
        TimeSpan debounce = debounced && configured is not null ? TimeSpan.FromMilliseconds(configured.DebounceMs) : TimeSpan.Zero;
        return _boards.OpenInput(Composition.Address(pin), "io", use is { ActiveLow: true }, Composition.Pull(pull), debounce);
    }

    private async Task WatchAsync(PinName pin, PinUse? use, IDigitalInput input, CancellationToken stop)
    {
        try
        {
            await foreach (DigitalEdge edge in input.Edges.ReadAllAsync(stop)) Write(edge.Time, Level(pin, use, edge.Active));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task WaitAsync(TimeSpan? duration, CancellationToken stop)
    {
        try
        {
            await Task.Delay(duration ?? Timeout.InfiniteTimeSpan, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;                                                        // the person has seen enough
        }
    }

    private void Write(DateTimeOffset when, string line)
    {
        lock (_gate) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when.ToLocalTime():HH:mm:ss.fff}  {line}"));
    }

    private static string Level(PinName pin, PinUse? use, bool active) => use is { } known
        ? $"{Named(pin, use)} {(active ? "active" : "inactive")} ({(active != known.ActiveLow ? "high" : "low")})"
        : $"{pin} {(active ? "high" : "low")}";

    private static string Switched(PinName pin, PinUse? use, bool on, bool activeLow) => $"{Named(pin, use)} {(on ? "on" : "off")} ({(on != activeLow ? "high" : "low")})";

    private static string Named(PinName pin, PinUse? use) => use is { } known ? $"{pin} {known.Use}" : pin.Text;

    private static string Describe(PinUse use) => use.Path.Length == 0 ? use.Use : $"{use.Use} ({use.Path})";

    private static string Title(BoardOptions board) => board switch
    {
        SimulatedBoardOptions simulated => $"{Prefix(board)}simulated board {simulated.Directory}",
        ExpanderBoardOptions expander => $"{Prefix(board)}{expander.LineCount} lines, I2C bus {expander.Bus}, address 0x{expander.Address:X2}",
        _ => board.Name,
    };

    private static string Prefix(BoardOptions board) => board.Name.Length == 0 ? "" : $"{board.Name}: ";
}
