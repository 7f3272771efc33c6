using System.Device.Gpio;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Boards.Expanders;

/// <summary>The pins of an I2C port expander: read when its interrupt line falls, or again and again where it has none.</summary>
/// <remarks>
/// One loop reads and calls back; writing happens on the thread of the writer. A chip that does not answer is asked again each
/// second, and one that lost its power, which its registers show, is set up again with the levels that were commanded last. A
/// level that could not be written is not written late: its line returns to the level that it was opened with.
/// </remarks>
internal sealed class ExpanderDriver : EdgeDriver
{
    /// <summary>How often the chip's registers are looked at, and an absent chip is asked again.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    /// <summary>An interrupt line that stays low after so many readings in a row is stuck: it is then polled.</summary>
    private const int MostReadingsInARow = 8;

    private readonly string _name;
    private readonly ExpanderChip _chip;
    private readonly InterruptLine? _interrupt;
    private readonly TimeSpan _pollPeriod;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Wake _wake;
    private readonly ExpanderLines _lines = new();
    private readonly Pin?[] _pins;
    private readonly Queue<(int Line, bool High, DateTimeOffset Time)> _changes = new();
    private readonly Task _loop;
    private ushort _seen;
    private long _lastCheck;
    private int _readingsInARow;
    private bool _lost, _resetTold;
    private volatile bool _stopping;

    private ExpanderDriver(string name, ExpanderChip chip, InterruptLine? interrupt, TimeSpan pollPeriod, TimeProvider time, ILogger log)
    {
        (_name, _chip, _interrupt, _pollPeriod, _time, _log) = (name, chip, interrupt, pollPeriod, time, log);
        _pins = new Pin?[chip.LineCount];
        _wake = new Wake(time);
        _lastCheck = time.GetTimestamp();
        Set(() =>
        {
            chip.Begin();
            chip.Apply(_lines);
        });
        interrupt?.Listen(_wake.Set);
        _loop = Task.Run(RunAsync);
    }

    protected override int PinCount => _pins.Length;

    /// <summary>Sets the chip up with every line an input, and begins to read it.</summary>
    /// <param name="name">The board's, for messages.</param>
    /// <param name="chip">Owned, whatever happens.</param>
    /// <param name="interrupt">Its interrupt line, owned, whatever happens; null when it is polled.</param>
    /// <param name="pollPeriod">How often it is read where there is no interrupt line.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it reports.</param>
    /// <exception cref="DriverException">It does not answer, or its interrupt line sees no edges.</exception>
    public static ExpanderDriver Open(string name, ExpanderChip chip, InterruptLine? interrupt, TimeSpan pollPeriod, TimeProvider time, ILogger log)
    {
        try
        {
            var driver = new ExpanderDriver(name, chip, interrupt, pollPeriod, time, log);
            log.ExpanderOpen(name, chip.Kind, interrupt is null ? $"read every {pollPeriod.TotalMilliseconds} ms" : $"interrupt on {interrupt.Name}");
            return driver;
        }
        catch (DriverException)
        {
            interrupt?.Dispose();
            chip.Dispose();
            throw;
        }
    }

    public override LineInfo Describe(int line)
    {
        lock (_gate)
            return new LineInfo(line, _chip.NameOf(line), "", IsUsed: false, IsOutput: (_lines.Inputs & 1 << line) == 0);
    }

    protected override void OpenPin(int pinNumber)
    {
        if (pinNumber < 0 || pinNumber >= _pins.Length)
            throw new DriverException($"{_name} has pins 0 … {_pins.Length - 1}, not {pinNumber}");
        lock (_gate)
            _pins[pinNumber] ??= new Pin();
    }

    /// <summary>The line is an input from now on; where that cannot be told to the chip, it is once the chip answers again.</summary>
    protected override void ClosePin(int pinNumber)
    {
        lock (_gate)
        {
            if (_pins[pinNumber] is not { } pin)
                return;
            // an output rests at its safe level, as on every other board: nobody closes it before it has that
            _pins[pinNumber] = null;
            _lines.Watched &= Without(pinNumber);
            if (pin.Mode == PinMode.Output)
                return;
            _lines.PullUps &= Without(pinNumber);
            if (!_lost)
                Attempt(() => _chip.Apply(_lines));
        }
    }

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        if (mode == PinMode.InputPullDown)
            throw new DriverException($"{_name} {pinNumber}: a {_chip.Kind} has no pull-down: wire a resistor to ground and take Pull none");
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            (ushort inputs, ushort levels, ushort pullUps) = (_lines.Inputs, _lines.Levels, _lines.PullUps);
            bool output = mode == PinMode.Output;
            _lines.Inputs = With(_lines.Inputs, pinNumber, !output);
            _lines.Levels = With(_lines.Levels, pinNumber, !output || initialValue == PinValue.High);
            _lines.PullUps = With(_lines.PullUps, pinNumber, mode == PinMode.InputPullUp);
            try
            {
                Set(() => _chip.Apply(_lines));
            }
            catch (DriverException)
            {
                (_lines.Inputs, _lines.Levels, _lines.PullUps) = (inputs, levels, pullUps);
                throw;
            }
            (pin.Mode, pin.Rest) = (mode, initialValue == PinValue.High);
        }
    }

    protected override PinMode GetPinMode(int pinNumber)
    {
        lock (_gate)
            return Find(pinNumber).Mode;
    }

    protected override PinValue Read(int pinNumber)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            if (pin.Mode == PinMode.Output)
                return (_lines.Levels & 1 << pinNumber) != 0 ? PinValue.High : PinValue.Low;
            ushort levels = 0;
            Set(() => levels = Take(verify: false));
            return (levels & 1 << pinNumber) != 0 ? PinValue.High : PinValue.Low;
        }
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            _lines.Levels = With(_lines.Levels, pinNumber, value == PinValue.High);
            try
            {
                Set(() => _chip.SetLevels(_lines));
            }
            catch (DriverException)
            {
                _lines.Levels = With(_lines.Levels, pinNumber, pin.Rest);
                throw;
            }
            _wake.Set();                                                   // to a PCF8574 a write is a reading too: look what changed
        }
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            if (pin.Callbacks.Length == 0)
            {
                ushort levels = 0;
                Set(() => levels = Take(verify: false));
                _seen = With(_seen, pinNumber, (levels & 1 << pinNumber) != 0);
                _lines.Watched = With(_lines.Watched, pinNumber, true);
                try
                {
                    Set(() => _chip.Apply(_lines));
                }
                catch (DriverException)
                {
                    _lines.Watched &= Without(pinNumber);
                    throw;
                }
            }
            pin.Callbacks = [.. pin.Callbacks, (eventTypes, callback)];
        }
        _wake.Set();
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            pin.Callbacks = [.. pin.Callbacks.Where(entry => entry.Callback != callback)];
            if (pin.Callbacks.Length > 0)
                return;
            _lines.Watched &= Without(pinNumber);
            if (!_lost)
                Attempt(() => _chip.Apply(_lines));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stopping)
        {
            _stopping = true;
            _wake.Set();
            _loop.GetAwaiter().GetResult();                                // it was woken and waits for nobody
            _interrupt?.Dispose();
            _chip.Dispose();
            _wake.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task RunAsync()
    {
        while (!_stopping)
        {
            TimeSpan pause;
            lock (_gate)
                pause = Turn();
            CallBack();
            await _wake.WaitAsync(pause);
        }
    }

    /// <summary>Reads the chip once; returns how long nothing is to be done.</summary>
    private TimeSpan Turn()
    {
        if (_lost)
        {
            Attempt(Recover);
            return _lost ? CheckPeriod : TimeSpan.Zero;
        }
        TimeSpan sinceCheck = _time.GetElapsedTime(_lastCheck);
        bool verify = sinceCheck >= CheckPeriod;
        if (verify)
        {
            (_lastCheck, sinceCheck) = (_time.GetTimestamp(), TimeSpan.Zero);
        }
        if (verify || _lines.Watched != 0)
            Attempt(() => Take(verify));
        if (_lost)
            return CheckPeriod;
        TimeSpan untilCheck = CheckPeriod - sinceCheck;
        if (_lines.Watched == 0)
            return untilCheck;
        if (_interrupt is null)
            return TimeSpan.FromTicks(Math.Min(_pollPeriod.Ticks, untilCheck.Ticks));
        if (!IsStillLow())
        {
            _readingsInARow = 0;
            return untilCheck;
        }
        // changed again while it was read: no new edge has to come
        return ++_readingsInARow < MostReadingsInARow ? TimeSpan.Zero : _pollPeriod;
    }

    private bool IsStillLow()
    {
        try
        {
            return _interrupt!.IsLow;
        }
        catch (DriverException)
        {
            return true;                                                   // its board has gone: poll
        }
    }

    /// <summary>Reads the lines and queues the changes of those that are watched; the chip's levels.</summary>
    private ushort Take(bool verify)
    {
        ExpanderSample sample = _chip.Sample(_lines, verify);
        if (!sample.IsAsSet)
        {
            if (!_resetTold)
                _log.ExpanderReset(_name);
            _resetTold = true;
            _chip.Apply(_lines);
            sample = _chip.Sample(_lines, verify: false);
        }
        else if (verify)
        {
            _resetTold = false;
        }
        DateTimeOffset now = _time.GetUtcNow();
        int watched = _lines.Watched & _lines.Inputs;
        Queue(watched & sample.Changed & (sample.Captured ^ _seen), sample.Captured, now);
        Queue(watched & (sample.Levels ^ _seen), sample.Levels, now);
        return sample.Levels;
    }

    private void Queue(int changed, ushort levels, DateTimeOffset now)
    {
        for (int line = 0; changed != 0; line++, changed >>= 1)
        {
            if ((changed & 1) == 0)
                continue;
            bool high = (levels & 1 << line) != 0;
            _seen = With(_seen, line, high);
            _changes.Enqueue((line, high, now));
            _wake.Set();                                                   // the reader may be another thread than the loop
        }
    }

    /// <summary>On the loop, outside the lock, in the order of the changes.</summary>
    private void CallBack()
    {
        while (true)
        {
            int line;
            bool high;
            DateTimeOffset time;
            (PinEventTypes Types, PinChangeEventHandler Callback)[] callbacks;
            lock (_gate)
            {
                if (!_changes.TryDequeue(out (int Line, bool High, DateTimeOffset Time) change))
                    return;
                (line, high, time) = change;
                callbacks = _pins[line]?.Callbacks ?? [];
            }
            PinEventTypes type = high ? PinEventTypes.Rising : PinEventTypes.Falling;
            foreach ((PinEventTypes types, PinChangeEventHandler callback) in callbacks)
            {
                if ((types & type) != 0)
                    callback(this, new TimedPinEvent(type, line, time));
            }
        }
    }

    /// <summary>Does something with the chip that somebody waits for.</summary>
    /// <exception cref="DriverException">The chip does not answer.</exception>
    private void Set(Action transfer)
    {
        try
        {
            if (_lost)
                Recover();
            transfer();
        }
        catch (IOException e) when (e is not DriverException)
        {
            Lose(e);
            throw new DriverException($"{_name} does not answer: {e.Message}", e);
        }
    }

    /// <summary>Does something with the chip; where that fails, the chip is lost until it answers again.</summary>
    private void Attempt(Action transfer)
    {
        try
        {
            transfer();
        }
        catch (IOException e) when (e is not DriverException)
        {
            Lose(e);
        }
    }

    private void Lose(IOException reason)
    {
        if (!_lost && !_stopping)
            _log.ExpanderLost(_name, reason.Message);
        _lost = true;
    }

    private void Recover()
    {
        _chip.Apply(_lines);
        _lost = false;
        _log.ExpanderBack(_name);
        Take(verify: false);
    }

    private Pin Find(int pinNumber) => _pins[pinNumber] ?? throw new InvalidOperationException($"pin {pinNumber} is not open");

    private static ushort With(ushort bits, int line, bool one) => (ushort)(one ? bits | 1 << line : bits & ~(1 << line));

    private static ushort Without(int line) => (ushort)~(1 << line);

    private sealed class Pin
    {
        public PinMode Mode { get; set; } = PinMode.Input;

        /// <summary>An output's level when it was opened, which is its safe one.</summary>
        public bool Rest { get; set; }

        public (PinEventTypes Types, PinChangeEventHandler Callback)[] Callbacks { get; set; } = [];
    }
}
