using System.Device.Gpio;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;

namespace Gb28181Edge.Tests.Drivers.Boards;

/// <summary>Chips that are not there.</summary>
internal sealed class FakeChips : IGpioChips
{
    public List<FakeDriver> Chips { get; } = [];

    public List<string> Opened { get; } = [];

    public FakeDriver Add(string label, params string[] names)
    {
        var chip = new FakeDriver(label, names);
        Chips.Add(chip);
        return chip;
    }

    public IReadOnlyList<ChipInfo> List() => [.. Chips.Select((chip, i) => new ChipInfo($"/dev/gpiochip{i}", $"gpiochip{i}", chip.Label, chip.LineCount))];

    public EdgeDriver Open(string path)
    {
        Opened.Add(path);
        int number = Chips.FindIndex(chip => path == $"/dev/gpiochip{Chips.IndexOf(chip)}");
        return number < 0 ? throw new DriverException($"there is no GPIO chip {path}") : Chips[number];
    }
}

/// <summary>A chip whose lines are what was set last.</summary>
internal sealed class FakeDriver(string label, params string[] names) : EdgeDriver
{
    private readonly List<(int Line, PinChangeEventHandler Callback)> _callbacks = [];

    public string Label => label;

    public bool[] Levels { get; } = new bool[names.Length];

    public PinMode?[] Modes { get; } = new PinMode?[names.Length];

    protected override int PinCount => names.Length;

    public override LineInfo Describe(int line) => new(line, names[line]);

    /// <summary>Somebody outside drives a line.</summary>
    public void Drive(int line, bool high)
    {
        if (Levels[line] == high)
            return;
        Levels[line] = high;
        PinEventTypes type = high ? PinEventTypes.Rising : PinEventTypes.Falling;
        foreach ((int Line, PinChangeEventHandler Callback) entry in _callbacks.ToArray())
        {
            if (entry.Line == line)
                entry.Callback(this, new PinValueChangedEventArgs(type, line));
        }
    }

    protected override void OpenPin(int pinNumber) => Modes[pinNumber] = PinMode.Input;

    protected override void ClosePin(int pinNumber) => Modes[pinNumber] = null;

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        Modes[pinNumber] = mode;
        Levels[pinNumber] = initialValue == PinValue.High;
    }

    protected override PinMode GetPinMode(int pinNumber) => Modes[pinNumber]!.Value;

    protected override PinValue Read(int pinNumber) => Levels[pinNumber] ? PinValue.High : PinValue.Low;

    protected override void Write(int pinNumber, PinValue value) => Levels[pinNumber] = value == PinValue.High;

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        _callbacks.Add((pinNumber, callback));

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        _callbacks.Remove((pinNumber, callback));
}
