using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Serial;

/// <summary>A Linux terminal device, a pty included: raw, no flow control. Driven by one SerialLine.</summary>
/// <param name="path">The device file; a link from /dev/serial/by-id survives another order of plugging in.</param>
/// <param name="baud">Bits a second, any that the device can do.</param>
/// <param name="format">Bits of a character.</param>
/// <param name="direction">Driver enable of an RS-485 transceiver, or null where the adapter does it itself. Not owned.</param>
/// <param name="log">Where opening and losing the port is told.</param>
/// <param name="rs485">What is done about the kernel's own control of an RS-485 transceiver.</param>
internal sealed unsafe class Tty(
    string path, int baud, SerialFormat format, IDigitalOutput? direction, ILogger log, Rs485Mode rs485 = Rs485Mode.AsFound) : ITty
{
    // ioctl numbers and flags of <asm-generic/termbits.h>, the same on x86-64, arm64 and arm
    private const uint GetAttributes = 0x5401, SetAttributes = 0x5402, SetAttributes2 = 0x402C542B, SendBreak = 0x5409, Flush = 0x540B,
        Exclusive = 0x540C, LineStatus = 0x5459;
    private const int FlushOutput = 1, TransmitterEmpty = 1;
    private const uint Csize = 0x30, Cstopb = 0x40, Cread = 0x80, Parenb = 0x100, Parodd = 0x200, Clocal = 0x800,
        AnyBaud = 0x1000, BaudMask = 0x100F;

    // struct termios2: iflag 0 | oflag 4 | cflag 8 | lflag 12 | line 16 | cc[19] 17 | ispeed 36 | ospeed 40; termios ends at 36
    private const int AttributesSize = 44, CflagOffset = 8, CcOffset = 17, InputSpeedOffset = 36, OutputSpeedOffset = 40;
    private const int VTime = 5, VMin = 6;

    /// <summary>Longest wait for room in the kernel's buffer: a line that takes nothing for so long is stuck.</summary>
    private const int StuckMilliseconds = 200;

    private readonly SafeFileHandle _interrupt = Libc.CreateEvent();
    private SafeFileHandle? _file;

    public string Name => path;

    public TimeSpan DurationOf(int characters) => format.DurationOf(characters, baud);

    public void Open()
    {
        if (_file is not null)
            return;
        // non-blocking, or open waits for a carrier that two wires never have
        SafeFileHandle file = Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlocking);
        if (file.IsInvalid)
            throw CannotOpen(Libc.LastError);
        try
        {
            Configure(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        _file = file;
        log.SerialPortOpen(path, $"{baud} {format}");
    }

    public void Transmit(ReadOnlySpan<byte> frame)
    {
        Open();
        try
        {
            direction?.Set(true);
            long start = Stopwatch.GetTimestamp();
            WriteAll(frame);
            // tcdrain: the UART's own buffers; a USB adapter's buffer is beyond it, so the line's own time is waited out too
            if (Libc.Ioctl(_file!, SendBreak, (void*)1) != 0)
                throw Failed("drain", Libc.LastError);
            if (direction is not null)
                HoldUntilSent(start, DurationOf(frame.Length + 1));
        }
        catch (DriverException e)
        {
            Abandon(e.Message);
            throw;
        }
        finally
        {
            direction?.Set(false);
        }
    }

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        Open();
        try
        {
            if (!WaitForBytes(timeout))
                return 0;
            nint size = Libc.Read(_file!, buffer);
            if (size > 0)
                return (int)size;
            if (size < 0 && Libc.LastError is Libc.Again or Libc.Interrupted)
                return 0;
            throw size == 0 ? new DriverException($"{path} is lost (the device has gone)") : Failed("read", Libc.LastError);
        }
        catch (DriverException e)
        {
            Abandon(e.Message);
            throw;
        }
    }

    public void Interrupt()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        _ = Libc.Write(_interrupt, one);                                   // fails only when it is signalled 2^64 times over
    }

    public void Dispose()
    {
        Close();
        _interrupt.Dispose();
    }

    /// <summary>False when the time is over or the waiting was ended from outside.</summary>
    private bool WaitForBytes(TimeSpan timeout)
    {
        bool isFileHeld = false, isInterruptHeld = false;
        try
        {
            _file!.DangerousAddRef(ref isFileHeld);
            _interrupt.DangerousAddRef(ref isInterruptHeld);
            Libc.PollEntry* entries = stackalloc Libc.PollEntry[2];
            entries[0] = new Libc.PollEntry { Descriptor = (int)_file.DangerousGetHandle(), Events = Libc.PollIn };
            entries[1] = new Libc.PollEntry { Descriptor = (int)_interrupt.DangerousGetHandle(), Events = Libc.PollIn };
            int ready = Libc.Poll(entries, 2, (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds)));
            if (ready < 0 && Libc.LastError != Libc.Interrupted)
                throw Failed("poll", Libc.LastError);
            if (ready <= 0)
                return false;
            Span<byte> counter = stackalloc byte[8];
            if (entries[1].Returned != 0)
                _ = Libc.Read(_interrupt, counter);
            return entries[0].Returned != 0;                               // a hang-up shows in the read
        }
        finally
        {
            if (isFileHeld)
                _file!.DangerousRelease();
            if (isInterruptHeld)
                _interrupt.DangerousRelease();
        }
    }

    /// <summary>Keeps the driver enabled until the shift register is empty and one character more.</summary>
    private void HoldUntilSent(long start, TimeSpan least)
    {
        int status;
        while (Libc.Ioctl(_file!, LineStatus, &status) == 0 && (status & TransmitterEmpty) == 0
               && Stopwatch.GetElapsedTime(start) < least * 2)
            Thread.Sleep(1);
        TimeSpan rest = least - Stopwatch.GetElapsedTime(start);
        if (rest > TimeSpan.Zero)
            Thread.Sleep(rest);
    }

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written = Libc.Write(_file!, bytes);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }
            int error = Libc.LastError;
            if (error == Libc.Interrupted)
                continue;
            if (error != Libc.Again)
                throw Failed("write", error);
            WaitForRoom();
        }
    }

    private void WaitForRoom()
    {
        bool referenced = false;
        try
        {
            _file!.DangerousAddRef(ref referenced);
            var entry = new Libc.PollEntry { Descriptor = (int)_file.DangerousGetHandle(), Events = Libc.PollOut };
            if (Libc.Poll(&entry, 1, StuckMilliseconds) == 0)
                throw new DriverException($"{path} takes no bytes: nothing left it for {StuckMilliseconds} ms");
        }
        finally
        {
            if (referenced)
                _file!.DangerousRelease();
        }
    }

    private void Configure(SafeFileHandle file)
    {
        byte* attributes = stackalloc byte[AttributesSize];
        new Span<byte>(attributes, AttributesSize).Clear();
        if (Libc.Ioctl(file, GetAttributes, attributes) != 0)
            throw new DriverException($"{path} is no serial port: {Libc.Describe(Libc.LastError)}");
        uint flags = Cread | Clocal | (uint)(format.DataBits - 5) << 4 & Csize;
        if (format.StopBits == 2)
            flags |= Cstopb;
        if (format.Parity != SerialParity.None)
            flags |= Parenb;
        if (format.Parity == SerialParity.Odd)
            flags |= Parodd;
        uint? code = BaudCode(baud);
        var all = new Span<byte>(attributes, AttributesSize);
        all[..CflagOffset].Clear();                                        // no translation of bytes in, none out
        BinaryPrimitives.WriteUInt64LittleEndian(all[CflagOffset..], flags | (code ?? AnyBaud) & BaudMask);   // and lflag 0: raw
        all[CcOffset + VMin] = 0;
        all[CcOffset + VTime] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(all[InputSpeedOffset..], baud);
        BinaryPrimitives.WriteInt32LittleEndian(all[OutputSpeedOffset..], baud);
        if (Libc.Ioctl(file, code is null ? SetAttributes2 : SetAttributes, attributes) != 0)
            throw new DriverException($"{path} cannot do {baud} {format}: {Libc.Describe(Libc.LastError)}");
        Rs485Control.Apply(file, path, rs485, DurationOf(1));
        // keeps probing programs such as ModemManager off the heads; a device that cannot is used without
        _ = Libc.Ioctl(file, Exclusive, null);
    }

    /// <summary>The code of a usual rate in cflag; null for a rate that only termios2 can say.</summary>
    private static uint? BaudCode(int rate) => rate switch
    {
        1200 => 0x9,
        2400 => 0xB,
        4800 => 0xC,
        9600 => 0xD,
        19200 => 0xE,
        38400 => 0xF,
        57600 => 0x1001,
        115200 => 0x1002,
        230400 => 0x1003,
        _ => null,
    };

    private DriverException CannotOpen(int error) => new(error switch
    {
        Libc.NoEntry => $"there is no serial port {path}",
        Libc.NoDevice or Libc.NoDeviceOrAddress or Libc.InputOutput => $"serial port {path} has no device behind it",
        Libc.AccessDenied or Libc.NotPermitted =>
            $"no permission for {path}: add the agent's user to the group {Libc.GroupOf(path) ?? "dialout"}",
        Libc.Busy => $"serial port {path} is in use by another program",
        _ => $"cannot open serial port {path}: {Libc.Describe(error)}",
    });

    private DriverException Failed(string what, int error) => new($"{path} is lost ({what}: {Libc.Describe(error)})");

    /// <summary>Throws away what has not left yet, so that nothing is sent late, and closes.</summary>
    private void Abandon(string reason)
    {
        if (_file is null)
            return;
        _ = Libc.Ioctl(_file, Flush, (void*)FlushOutput);                  // on a port that is gone there is nothing to throw away
        log.SerialPortLost(path, reason);
        Close();
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
