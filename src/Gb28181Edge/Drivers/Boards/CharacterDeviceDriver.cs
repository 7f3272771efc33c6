using System.Device.Gpio;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>The pins of a Linux GPIO chip through its character device, version 2 of the kernel's interface (Linux 5.10 and later).</summary>
/// <remarks>
/// Needs no library on the board. A pin's number is its line on the chip. Callbacks come on the one thread that reads all events
/// of the chip, as <see cref="TimedPinEvent"/> with the kernel's own time; they must not block.
/// </remarks>
internal sealed unsafe class CharacterDeviceDriver : EdgeDriver, IDebouncingDriver
{
    private const string Consumer = "gb28181-edge";
    private const uint EventBuffer = 64;
    private const int EventsARead = 16;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SafeFileHandle _chip;
    private readonly int _lineCount;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Line> _lines = [];
    private PollThread? _thread;
    private bool _realtime = true;

    private CharacterDeviceDriver(string path, SafeFileHandle chip, int lineCount, TimeProvider time, ILogger log)
    {
        (_path, _chip, _lineCount, _time, _log) = (path, chip, lineCount, time, log);
    }

    protected override int PinCount => _lineCount;

    /// <summary>Opens a chip.</summary>
    /// <param name="chip">Its device file, or its label or name as gpioinfo prints it: numbers of chips change with the kernel.</param>
    /// <param name="time">The clock for kernels that do not stamp events with it.</param>
    /// <param name="log">What it cannot do is told here.</param>
    /// <exception cref="DriverException">No such chip, no permission, no GPIO chip, or a kernel that is too old.</exception>
    public static CharacterDeviceDriver Open(string chip, TimeProvider time, ILogger log)
    {
        string path = GpioChips.PathOf(new GpioChips(time, log), chip);
        SafeFileHandle file = GpioChips.OpenDevice(path);
        try
        {
            ChipInfo info = GpioChips.Ask(file, path);
            log.ChipOpen(path, info.Label, info.LineCount);
            return new CharacterDeviceDriver(path, file, info.LineCount, time, log);
        }
        catch (DriverException)
        {
            file.Dispose();
            throw;
        }
    }

    public override LineInfo Describe(int line) => GpioChips.AskLine(_chip, _path, line);

    public void SetDebounce(int pinNumber, TimeSpan period)
    {
        lock (_gate)
            Find(pinNumber).Debounce = period;
    }

    protected override void OpenPin(int pinNumber)
    {
        if (pinNumber < 0 || pinNumber >= _lineCount)
            throw new DriverException($"{_path} has pins 0 … {_lineCount - 1}, not {pinNumber}");
        lock (_gate)
            _lines.TryAdd(pinNumber, new Line(pinNumber));
    }

    protected override void ClosePin(int pinNumber)
    {
        lock (_gate)
        {
            if (_lines.Remove(pinNumber, out Line? line))
                Release(line);
        }
    }

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        lock (_gate)
        {
            Line line = Find(pinNumber);
            Release(line);
            line.Mode = mode;
            line.High = initialValue == PinValue.High;
            Request(line);
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
            var values = new GpioLineValues { Mask = 1 };
            if (Libc.Ioctl(Requested(pinNumber), GpioRequest.GetValues, &values) != 0)
                throw Failed(pinNumber, "read", Libc.LastError);
            return (values.Bits & 1) != 0 ? PinValue.High : PinValue.Low;
        }
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        lock (_gate)
        {
            var values = new GpioLineValues { Bits = value == PinValue.High ? 1u : 0, Mask = 1 };
            if (Libc.Ioctl(Requested(pinNumber), GpioRequest.SetValues, &values) != 0)
                throw Failed(pinNumber, "write", Libc.LastError);
            Find(pinNumber).High = value == PinValue.High;
        }
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            Line line = Find(pinNumber);
            bool first = line.Callbacks.Length == 0;
            line.Callbacks = [.. line.Callbacks, (eventTypes, callback)];
            if (!first)
                return;
            Release(line);                                                 // edges are asked for only where somebody listens:
            Request(line);                                                 // a chip without interrupts can still be read
        }
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            Line line = Find(pinNumber);
            line.Callbacks = [.. line.Callbacks.Where(entry => entry.Callback != callback)];
            if (line.Callbacks.Length > 0)
                return;
            Release(line);
            Request(line);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                foreach (Line line in _lines.Values)
                    Release(line);
                _lines.Clear();
            }
            _thread?.Dispose();
            _chip.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Asks the kernel for the line as it is to be; without debouncing or real-time stamps where the kernel refuses them.</summary>
    private void Request(Line line)
    {
        bool edges = line.Callbacks.Length > 0, debounce = edges && line.Debounce > TimeSpan.Zero;
        int error = TryRequest(line, edges, debounce, _realtime);
        if (error == Libc.InvalidArgument && edges && _realtime)
        {
            _realtime = false;                                             // Linux 5.10 knows no EVENT_CLOCK_REALTIME
            error = TryRequest(line, edges, debounce, realtime: false);
        }
        if (error != 0 && error != Libc.Busy && debounce)
        {
            error = TryRequest(line, edges, debounce: false, _realtime);
            if (error == 0)
                _log.FeatureRefused(_path, "debouncing", line.Pin);
        }
        if (error != 0)
            throw Refused(line.Pin, edges, error);
        if (!edges)
            return;
        _thread ??= new PollThread($"gpio {Path.GetFileName(_path)}");
        _thread.Watch(line.File!, () => ReadEvents(line), reason => _log.InputLost($"{_path} {line.Pin}", reason));
    }

    private int TryRequest(Line line, bool edges, bool debounce, bool realtime)
    {
        GpioLineRequest request = default;
        request.Offsets[0] = (uint)line.Pin;
        request.LineCount = 1;
        Encoding.ASCII.GetBytes(Consumer, new Span<byte>(request.Consumer, 31));
        request.Config.Flags = line.Mode switch
        {
            PinMode.Output => GpioLineFlags.Output,
            PinMode.InputPullUp => GpioLineFlags.Input | GpioLineFlags.BiasPullUp,
            PinMode.InputPullDown => GpioLineFlags.Input | GpioLineFlags.BiasPullDown,
            _ => GpioLineFlags.Input,
        };
        if (line.Mode == PinMode.Output)
            request.Config.Add(GpioAttributeId.OutputValues, line.High ? 1u : 0);
        if (edges)
        {
            request.EventBufferSize = EventBuffer;
            request.Config.Flags |= GpioLineFlags.EdgeRising | GpioLineFlags.EdgeFalling;
            if (realtime)
                request.Config.Flags |= GpioLineFlags.EventClockRealtime;
        }
        if (debounce)
            request.Config.Add(GpioAttributeId.Debounce, (ulong)line.Debounce.TotalMicroseconds);
        if (Libc.Ioctl(_chip, GpioRequest.GetLine, &request) != 0)
            return Libc.LastError;
        line.File = Libc.Own(request.Descriptor);
        return 0;
    }

    private void Release(Line line)
    {
        if (line.File is null)
            return;
        _thread?.Forget(line.File);
        line.File.Dispose();
        line.File = null;
    }

    /// <summary>On the poll thread: takes what the kernel has, at most so many at a time, and calls back outside the lock.</summary>
    private void ReadEvents(Line line)
    {
        GpioLineEvent* events = stackalloc GpioLineEvent[EventsARead];
        SafeFileHandle? file = line.File;
        if (file is null)
            return;
        nint read = Libc.Read(file, new Span<byte>(events, EventsARead * sizeof(GpioLineEvent)));
        (PinEventTypes Types, PinChangeEventHandler Callback)[] callbacks = line.Callbacks;
        for (int i = 0; i < read / sizeof(GpioLineEvent); i++)
        {
            DateTimeOffset time = _realtime
                ? DateTimeOffset.UnixEpoch.AddTicks((long)(events[i].TimestampNanoseconds / 100))
                : _time.GetUtcNow();
            PinEventTypes type = events[i].Id == GpioLineEvent.RisingEdge ? PinEventTypes.Rising : PinEventTypes.Falling;
            foreach ((PinEventTypes types, PinChangeEventHandler callback) in callbacks)
            {
                if ((types & type) != 0)
                    callback(this, new TimedPinEvent(type, line.Pin, time));
            }
        }
    }

    private Line Find(int pinNumber) => _lines.TryGetValue(pinNumber, out Line? line)
        ? line
        : throw new InvalidOperationException($"pin {pinNumber} is not open");

    private SafeFileHandle Requested(int pinNumber) =>
        Find(pinNumber).File ?? throw new InvalidOperationException($"pin {pinNumber} has no mode yet");

    private DriverException Refused(int pin, bool edges, int error)
    {
        if (error != Libc.Busy)
        {
            return new DriverException($"{_path} pin {pin}: the kernel refuses it{(edges ? " with edge detection" : "")}: {Libc.Describe(error)}");
        }
        string consumer = Describe(pin).Consumer;
        return new DriverException(consumer == Consumer
            ? $"{_path} pin {pin} is in use by gb28181-edge: stop the service first"
            : $"{_path} pin {pin} is in use by {(consumer.Length > 0 ? consumer : "another program or the kernel")}");
    }

    private DriverException Failed(int pin, string what, int error) => new($"{_path} pin {pin}: {what}: {Libc.Describe(error)}");

    private sealed class Line(int pin)
    {
        public int Pin => pin;
        public PinMode Mode { get; set; } = PinMode.Input;
        public bool High { get; set; }
        public TimeSpan Debounce { get; set; }
        public SafeFileHandle? File { get; set; }
        public (PinEventTypes Types, PinChangeEventHandler Callback)[] Callbacks { get; set; } = [];
    }
}
