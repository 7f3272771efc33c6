using System.Buffers.Binary;
using System.Device.Gpio;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Boards;

/// <summary>A board of files: one a pin, named by its number, holding 0 or 1 and an end of line.</summary>
/// <remarks>
/// An input's file is made at its inactive level where there is none, and read again whenever it changes, written in place or
/// renamed onto. An output's file is written by rename, so that a reader never sees half a value. Callbacks come on the one
/// thread that watches the directory and must not block.
/// </remarks>
internal sealed class SimulatedDriver : EdgeDriver
{
    /// <summary>Pins 0 … 1023; a file is there only for those in use.</summary>
    public const int Pins = 1024;

    private const uint Modified = 0x2, WriteClosed = 0x8, MovedTo = 0x80, Created = 0x100, Overflow = 0x4000;

    // struct inotify_event: wd 0 | mask 4 | cookie 8 | len 12 | name
    private const int MaskOffset = 4, NameLengthOffset = 12, NameOffset = 16;
    private const int BufferSize = 4096;
    private const int LongestContent = 16;

    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SafeFileHandle _inotify;
    private readonly PollThread _thread;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Pin> _pins = [];

    private SimulatedDriver(string directory, SafeFileHandle inotify, TimeProvider time, ILogger log)
    {
        (_directory, _inotify, _time, _log) = (directory, inotify, time, log);
        _thread = new PollThread("simulated board");
        _thread.Watch(inotify, ReadChanges, reason => log.InputLost(directory, reason));
    }

    protected override int PinCount => Pins;

    /// <summary>Opens the board, making its directory where there is none.</summary>
    /// <exception cref="DriverException">The directory cannot be made or watched.</exception>
    public static SimulatedDriver Open(string directory, TimeProvider time, ILogger log)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriverException($"cannot make the simulated board's directory {directory}: {e.Message}", e);
        }
        SafeFileHandle inotify = Libc.CreateInotify();
        if (Libc.InotifyAddWatch(inotify, directory, Modified | WriteClosed | MovedTo | Created) < 0)
        {
            int error = Libc.LastError;
            inotify.Dispose();
            throw new DriverException($"cannot watch the simulated board's directory {directory}: {Libc.Describe(error)}");
        }
        log.ChipOpen(directory, "simulated board", Pins);
        return new SimulatedDriver(directory, inotify, time, log);
    }

    /// <summary>Line 17 is called GPIO17, as on the boards that it stands for.</summary>
    public override LineInfo Describe(int line)
    {
        lock (_gate)
            return new LineInfo(line, $"GPIO{line}", "", IsUsed: false, IsOutput: _pins.TryGetValue(line, out Pin? pin) && pin.Mode == PinMode.Output);
    }

    protected override void OpenPin(int pinNumber)
    {
        if (pinNumber is < 0 or >= Pins)
            throw new DriverException($"the simulated board has pins 0 … {Pins - 1}, not {pinNumber}");
        lock (_gate)
            _pins.TryAdd(pinNumber, new Pin(pinNumber));
    }

    protected override void ClosePin(int pinNumber)
    {
        lock (_gate)
            _pins.Remove(pinNumber);
    }

    /// <param name="pinNumber">The pin.</param>
    /// <param name="mode">Input of any kind, or output.</param>
    /// <param name="initialValue">An output's first level; for an input the level that its file is made with where there is none.</param>
    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            pin.Mode = mode;
            pin.High = initialValue == PinValue.High;
            if (mode == PinMode.Output || !File.Exists(PathOf(pinNumber)))
                Store(pin);
            else
                pin.High = ReadFile(pin) ?? pin.High;
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
            return Find(pinNumber).High ? PinValue.High : PinValue.Low;
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            bool before = pin.High;
            pin.High = value == PinValue.High;
            try
            {
                Store(pin);
            }
            catch (DriverException)
            {
                pin.High = before;
                throw;
            }
        }
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            pin.Callbacks = [.. pin.Callbacks, (eventTypes, callback)];
        }
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            Pin pin = Find(pinNumber);
            pin.Callbacks = [.. pin.Callbacks.Where(entry => entry.Callback != callback)];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _thread.Dispose();
            _inotify.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>On the poll thread: reads the names that changed, then their files.</summary>
    private void ReadChanges()
    {
        nint read = Libc.Read(_inotify, _buffer);
        if (read <= 0)
            return;
        ReadOnlySpan<byte> events = _buffer.AsSpan(0, (int)read);
        while (events.Length >= NameOffset)
        {
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(events[MaskOffset..]);
            int length = BinaryPrimitives.ReadInt32LittleEndian(events[NameLengthOffset..]);
            ReadOnlySpan<byte> name = events.Slice(NameOffset, length).TrimEnd((byte)0);
            if ((mask & Overflow) != 0)
                RefreshAll();                                              // names were lost: every pin may have changed
            else if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                Refresh(number);
            events = events[(NameOffset + length)..];
        }
    }

    private void RefreshAll()
    {
        int[] numbers;
        lock (_gate)
            numbers = [.. _pins.Keys];
        foreach (int number in numbers)
            Refresh(number);
    }

    private void Refresh(int number)
    {
        (PinEventTypes Types, PinChangeEventHandler Callback)[] callbacks;
        PinEventTypes type;
        lock (_gate)
        {
            if (!_pins.TryGetValue(number, out Pin? pin) || pin.Mode == PinMode.Output || ReadFile(pin) is not { } high || high == pin.High)
                return;
            pin.High = high;
            type = high ? PinEventTypes.Rising : PinEventTypes.Falling;
            callbacks = pin.Callbacks;
        }
        var change = new TimedPinEvent(type, number, _time.GetUtcNow());
        foreach ((PinEventTypes types, PinChangeEventHandler callback) in callbacks)
        {
            if ((types & type) != 0)
                callback(this, change);
        }
    }

    /// <summary>The level that the file holds; null when it is not there, is just being written, or holds something else.</summary>
    private bool? ReadFile(Pin pin)
    {
        Span<byte> content = stackalloc byte[LongestContent];
        int length;
        try
        {
            using SafeFileHandle file = File.OpenHandle(PathOf(pin.Number), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = RandomAccess.Read(file, content, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;                                                   // removed or being replaced: the next change tells
        }
        ReadOnlySpan<byte> text = content[..length].Trim(" \t\r\n"u8);
        if (text.SequenceEqual("0"u8))
            return false;
        if (text.SequenceEqual("1"u8))
            return true;
        if (!text.IsEmpty)                                                 // empty: truncated, about to be written
            _log.PinFileUnclear(PathOf(pin.Number), Encoding.UTF8.GetString(text));
        return null;
    }

    private void Store(Pin pin)
    {
        string path = PathOf(pin.Number), next = Path.Combine(_directory, $".{pin.Number}.next");
        try
        {
            File.WriteAllBytes(next, pin.High ? "1\n"u8 : "0\n"u8);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriverException($"cannot write the simulated pin {path}: {e.Message}", e);
        }
    }

    private string PathOf(int number) => Path.Combine(_directory, number.ToString(CultureInfo.InvariantCulture));

    private Pin Find(int pinNumber) => _pins.TryGetValue(pinNumber, out Pin? pin)
        ? pin
        : throw new InvalidOperationException($"pin {pinNumber} is not open");

    private sealed class Pin(int number)
    {
        public int Number => number;
        public PinMode Mode { get; set; } = PinMode.Input;
        public bool High { get; set; }
        public (PinEventTypes Types, PinChangeEventHandler Callback)[] Callbacks { get; set; } = [];
    }
}
