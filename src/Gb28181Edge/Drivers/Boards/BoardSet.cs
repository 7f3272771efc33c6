using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>All the boards of this box: opens each when the first of its pins is wanted, and finds the line that a pin's address means.</summary>
/// <remarks>Any thread; a board that is slow to open holds up only those who want its pins. Inputs and outputs are disposed by who opened them, before the set.</remarks>
internal sealed class BoardSet : IDisposable
{
    private readonly Dictionary<string, Lazy<Board>> _further;
    private readonly Lazy<Board> _standard;
    private readonly ConcurrentDictionary<string, Lazy<Board>> _chips = new(StringComparer.Ordinal);
    private readonly IGpioChips _kernel;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly List<Board> _opened = [];
    private readonly Dictionary<(Board Board, int Line), (PinAddress Pin, string User)> _users = [];

    /// <param name="standard">Opens the default board.</param>
    /// <param name="further">Opens the others, by name; one may take pins of another, but not round in a circle.</param>
    /// <param name="chips">The kernel's chips, for those that are named by label or device.</param>
    /// <param name="time">The clock of the debouncing.</param>
    /// <param name="log">Where boards and pins report.</param>
    public BoardSet(
        Func<BoardSet, Board> standard, IReadOnlyDictionary<string, Func<BoardSet, Board>> further, IGpioChips chips, TimeProvider time, ILogger log)
    {
        (_kernel, _time, _log) = (chips, time, log);
        _standard = new Lazy<Board>(() => Keep(standard(this)));
        _further = further.ToDictionary(one => one.Key, one => new Lazy<Board>(() => Keep(one.Value(this))), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Opens an input and begins to watch it.</summary>
    /// <param name="pin">Which.</param>
    /// <param name="user">What it is for, named when somebody else wants the same line.</param>
    /// <param name="activeLow">True when the contact pulls the pin to ground.</param>
    /// <param name="pull">Bias.</param>
    /// <param name="debounce">How long a level must stand before it counts; zero takes every edge.</param>
    /// <exception cref="DriverException">No such board or pin, several of that name, or it is in use.</exception>
    public IDigitalInput OpenInput(PinAddress pin, string user, bool activeLow, PinPull pull, TimeSpan debounce)
    {
        (Board board, int line) = Claim(pin, user);
        return board.OpenInput(line, activeLow, pull, debounce);
    }

    /// <summary>Opens an output at its safe value.</summary>
    /// <param name="pin">Which.</param>
    /// <param name="user">What it is for, named when somebody else wants the same line.</param>
    /// <param name="activeLow">True when a low level is on.</param>
    /// <param name="safeActive">What the output is when nobody commands it: now, and when it is disposed.</param>
    /// <exception cref="DriverException">No such board or pin, several of that name, or it is in use.</exception>
    public IDigitalOutput OpenOutput(PinAddress pin, string user, bool activeLow, bool safeActive = false)
    {
        (Board board, int line) = Claim(pin, user);
        return board.OpenOutput(line, activeLow, safeActive);
    }

    /// <summary>Opens a pin that another chip pulls low to be read.</summary>
    /// <exception cref="DriverException">No such board or pin, several of that name, or it is in use.</exception>
    public InterruptLine OpenInterrupt(PinAddress pin, string user)
    {
        (Board board, int line) = Claim(pin, user);
        return board.OpenInterrupt(line);
    }

    /// <summary>The board and line that an address means; the board is opened where it is not yet.</summary>
    /// <exception cref="DriverException">No such board or line, or several of that name.</exception>
    public (Board Board, int Line) Resolve(PinAddress pin)
    {
        Board board = pin.Chip is null ? _standard.Value : Named(pin.Chip);
        if (pin.Number is { } number)
            return (board, number);
        if (board.FindLine(pin.Name!) is { } line)
            return (board, line);
        if (pin.Chip is not null || board.Device is null)
            throw new DriverException($"{board.Name} has no line {pin.Name}");
        return Elsewhere(board, pin.Name!);
    }

    /// <summary>The board of a kernel's chip; one and the same however it is named.</summary>
    /// <param name="chip">Its device file, its label or its name.</param>
    /// <exception cref="DriverException">No such chip, several of that label, no permission, or no GPIO chip.</exception>
    public Board OpenChip(string chip)
    {
        string path = GpioChips.PathOf(_kernel, chip);
        return _chips.GetOrAdd(path, _ => new Lazy<Board>(() => Keep(new Board(chip, _kernel.Open(path), _time, _log) { Device = path }))).Value;
    }

    public void Dispose()
    {
        Board[] opened;
        lock (_gate)
        {
            opened = [.. _opened];
            _opened.Clear();
        }
        for (int i = opened.Length - 1; i >= 0; i--)                       // an expander before the board that its interrupt is wired to
            opened[i].Dispose();
    }

    private (Board Board, int Line) Claim(PinAddress pin, string user)
    {
        (Board board, int line) = Resolve(pin);
        lock (_gate)
        {
            if (board.IsOpen(line) && _users.TryGetValue((board, line), out (PinAddress Pin, string User) first))
                throw new DriverException($"{user} ({pin}) and {first.User} ({first.Pin}) are the same line: {board.Name} {line}");
            _users[(board, line)] = (pin, user);
        }
        return (board, line);
    }

    private Board Named(string name) => _further.TryGetValue(name, out Lazy<Board>? board)
        ? board.Value
        : OpenChip(name.StartsWith("gpiochip", StringComparison.Ordinal) ? $"/dev/{name}" : name);

    private Board Keep(Board board)
    {
        lock (_gate)
        {
            if (!_opened.Contains(board))
                _opened.Add(board);
        }
        return board;
    }

    /// <summary>A line by its name, on whichever of the kernel's chips has it.</summary>
    private (Board Board, int Line) Elsewhere(Board standardBoard, string name)
    {
        var found = new List<(ChipInfo Chip, int Line)>();
        foreach (ChipInfo chip in _kernel.List())
        {
            if (chip.Fault is not null || chip.Path == standardBoard.Device)
                continue;
            using EdgeDriver driver = _kernel.Open(chip.Path);
            if (driver.FindLine(name) is { } line)
                found.Add((chip, line));
        }
        return found.Count switch
        {
            1 => (OpenChip(found[0].Chip.Path), found[0].Line),
            0 => throw new DriverException($"no line is called {name}, neither on {standardBoard.Name} nor on another chip"),
            _ => throw new DriverException($"several lines are called {name}: {string.Join(", ", found.Select(one => $"{one.Chip.Label}:{one.Line}"))}; name the chip too"),
        };
    }
}
