using Microsoft.Win32.SafeHandles;

namespace Gb28181Edge.Drivers.Serial;

/// <summary>A serial port with nothing behind it but a reader: a pseudo-terminal whose far end is ours. pty(7).</summary>
/// <remarks>
/// <see cref="Path"/> is what a bus is configured with. What is written there is handed over on a thread of its own, in the pieces that
/// the kernel makes of it. Disposing ends the thread before it returns.
/// </remarks>
internal sealed unsafe class SimulatedSerialPort : IDisposable
{
    private const nuint UnlockSlave = 0x40045431, SlaveNumber = 0x80045430;

    /// <summary>Between two looks while nobody has the port open: the kernel tells of that by a state, not by an event.</summary>
    private const int ClosedMilliseconds = 20;

    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _wake = Libc.CreateEvent();
    private readonly Action<ReadOnlyMemory<byte>> _received;
    private readonly Thread _reader;
    private volatile bool _stopped;

    /// <param name="received">Called for what was written to the port; must not throw.</param>
    /// <exception cref="DriverException">The machine has no pseudo-terminals.</exception>
    public SimulatedSerialPort(Action<ReadOnlyMemory<byte>> received)
    {
        _received = received;
        _master = Libc.Open("/dev/ptmx", Libc.ReadWrite | Libc.NoControllingTty | Libc.NonBlocking);
        if (_master.IsInvalid)
        {
            int error = Libc.LastError;
            _wake.Dispose();
            throw new DriverException($"no pseudo-terminal can be made: {Libc.Describe(error)}");
        }
        int unlock = 0, number = 0;
        if (Libc.Ioctl(_master, UnlockSlave, &unlock) != 0 || Libc.Ioctl(_master, SlaveNumber, &number) != 0)
        {
            int error = Libc.LastError;
            _master.Dispose();
            _wake.Dispose();
            throw new DriverException($"the pseudo-terminal cannot be used: {Libc.Describe(error)}");
        }
        Path = $"/dev/pts/{number}";
        _reader = new Thread(Read) { IsBackground = true, Name = "simulated serial port" };
        _reader.Start();
    }

    /// <summary>The device file of the near end.</summary>
    public string Path { get; }

    public void Dispose()
    {
        if (_stopped) return;
        _stopped = true;
        Libc.Write(_wake, BitConverter.GetBytes(1UL));
        _reader.Join();
        _master.Dispose();
        _wake.Dispose();
    }

    private void Read()
    {
        byte[] buffer = new byte[256];
        while (!_stopped)
        {
            nint size = Libc.Read(_master, buffer);
            if (size > 0)
            {
                _received(buffer.AsMemory(0, (int)size).ToArray());
                continue;
            }
            // EIO: nobody has it open
            bool isClosed = size == 0 || Libc.LastError == Libc.InputOutput;
            Wait(isClosed);
        }
    }

    private void Wait(bool isClosed)
    {
        Libc.PollEntry* entries = stackalloc Libc.PollEntry[2];
        entries[0] = new Libc.PollEntry { Descriptor = (int)_wake.DangerousGetHandle(), Events = Libc.PollIn };
        entries[1] = new Libc.PollEntry { Descriptor = (int)_master.DangerousGetHandle(), Events = Libc.PollIn };
        _ = isClosed ? Libc.Poll(entries, 1, ClosedMilliseconds) : Libc.Poll(entries, 2, -1);
    }
}
