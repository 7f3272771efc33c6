using System.Device.I2c;

namespace Gb28181Edge.Tests.Drivers.Boards.Expanders;

/// <summary>A chip on an I2C bus that is not there; may be pulled off the bus, and put back with or without its state.</summary>
internal abstract class FakeI2cDevice(int bus, int address) : I2cDevice
{
    /// <summary>It answers.</summary>
    public bool IsPresent { get; set; } = true;

    public bool IsDisposed { get; private set; }

    /// <summary>Transfers since the beginning, those that failed too.</summary>
    public int Transfers { get; private set; }

    /// <summary>Its interrupt output: false is active.</summary>
    public Action<bool>? Interrupt { get; set; }

    public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

    protected Lock Gate { get; } = new();

    public override byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        Read(one);
        return one[0];
    }

    public override void WriteByte(byte value) => Write([value]);

    public override void Read(Span<byte> buffer)
    {
        lock (Gate)
        {
            Begin();
            Give(buffer);
        }
        Signal();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (Gate)
        {
            Begin();
            Take(buffer);
        }
        Signal();
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        lock (Gate)
        {
            Begin();
            Take(writeBuffer);
            Give(readBuffer);
        }
        Signal();
    }

    /// <summary>Its interrupt output now: true is active.</summary>
    protected abstract bool IsInterrupting { get; }

    protected abstract void Take(ReadOnlySpan<byte> bytes);

    protected abstract void Give(Span<byte> bytes);

    /// <summary>Drives the interrupt output; after every change, outside the lock.</summary>
    protected void Signal()
    {
        bool high;
        lock (Gate)
            high = !IsInterrupting;
        Interrupt?.Invoke(high);
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private void Begin()
    {
        Assert.False(IsDisposed);
        Transfers++;
        if (!IsPresent)
            throw new IOException("Error 121 performing I2C data transfer.");
    }
}

/// <summary>The MCP23017 of Microchip DS20001952: both banks, sequential addresses, interrupt on change with its capture.</summary>
internal sealed class FakeMcp23017(int address = 0x20) : FakeI2cDevice(1, address)
{
    private const int Direction = 0x00, Polarity = 0x02, Enable = 0x04, Default = 0x06, Control = 0x08, Iocon = 0x0A, PullUp = 0x0C,
        Flag = 0x0E, Capture = 0x10, Level = 0x12, Latch = 0x14;

    private readonly byte[] _registers = Fresh();
    private readonly bool?[] _outside = new bool?[16];
    private ushort _previous;
    private int _pointer;

    /// <summary>Every level that a line was driven to, in order: the line, and true for high.</summary>
    public List<(int Line, bool High)> Driven { get; } = [];

    public ushort Directions => Pair(Direction);

    public ushort PullUps => Pair(PullUp);

    public byte Configuration => _registers[Iocon];

    public ushort Interrupts => Pair(Enable);

    /// <summary>Another program left the registers in the other order.</summary>
    public void LeaveInBankOne() => _registers[Iocon] = _registers[Iocon + 1] = 0x80;

    /// <summary>Another program left a line driven.</summary>
    public void LeaveDriven(int line, bool high)
    {
        SetBit(Direction, line, false);
        SetBit(Latch, line, high);
    }

    /// <summary>The level of a line; null: nobody drives it, and nothing holds it.</summary>
    public bool? LevelOf(int line)
    {
        lock (Gate)
            return Bit(Direction, line) ? _outside[line] ?? (Bit(PullUp, line) ? true : null) : Bit(Latch, line);
    }

    /// <summary>Somebody outside drives a line, or lets go of it.</summary>
    public void Drive(int line, bool? high)
    {
        lock (Gate)
        {
            _outside[line] = high;
            Look();
        }
        Signal();
    }

    /// <summary>Its supply fails for a moment.</summary>
    public void CyclePower()
    {
        lock (Gate)
        {
            Fresh().CopyTo(_registers, 0);
            _previous = Levels();
        }
        Signal();
    }

    protected override bool IsInterrupting => (_registers[Flag] | _registers[Flag + 1]) != 0;

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        _pointer = bytes[0];
        foreach (byte value in bytes[1..])
        {
            if (Index(_pointer) is { } index)
                Set(index, value);
            Next();
        }
    }

    protected override void Give(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            int? index = Index(_pointer);
            bytes[i] = index switch
            {
                Level => (byte)Levels(),
                Level + 1 => (byte)(Levels() >> 8),
                { } any => _registers[any],
                null => 0,
            };
            if (index is Level or Level + 1 or Capture or Capture + 1)
            {
                _registers[Flag + (index.Value & 1)] = 0;                  // reading either ends the port's interrupt
                Look();
            }
            Next();
        }
    }

    private static byte[] Fresh()
    {
        byte[] registers = new byte[22];
        registers[Direction] = registers[Direction + 1] = 0xFF;
        return registers;
    }

    /// <summary>BANK = 1 has port A at 0x00 … 0x0A and port B at 0x10 … 0x1A.</summary>
    private int? Index(int register)
    {
        if ((_registers[Iocon] & 0x80) == 0)
            return register < _registers.Length ? register : null;
        return (register & 0x0F) <= 0x0A && register < 0x20 ? (register & 0x0F) * 2 + (register >> 4) : null;
    }

    private void Next()
    {
        if ((_registers[Iocon] & 0x20) == 0)                               // SEQOP
            _pointer = (_registers[Iocon] & 0x80) == 0 ? (_pointer + 1) % _registers.Length : _pointer + 1;
    }

    private void Set(int index, byte value)
    {
        bool?[] before = [.. Enumerable.Range(0, 16).Select(DrivenTo)];
        switch (index)
        {
            case Iocon or Iocon + 1:
                _registers[Iocon] = _registers[Iocon + 1] = value;
                break;
            case Flag or Flag + 1 or Capture or Capture + 1:
                break;                                                     // read only
            case Level or Level + 1:
                _registers[index + 2] = value;
                break;
            default:
                _registers[index] = value;
                break;
        }
        for (int line = 0; line < 16; line++)
        {
            if (DrivenTo(line) is { } high && high != before[line])
                Driven.Add((line, high));
        }
        Assert.Equal(0, Pair(Polarity) | Pair(Default));
        Look();
    }

    private bool? DrivenTo(int line) => Bit(Direction, line) ? null : Bit(Latch, line);

    private ushort Levels()
    {
        int levels = 0;
        for (int line = 0; line < 16; line++)
        {
            bool high = Bit(Direction, line) ? _outside[line] ?? Bit(PullUp, line) : Bit(Latch, line);
            levels |= high ? 1 << line : 0;
        }
        return (ushort)levels;
    }

    /// <summary>Interrupt on change: INTCAP keeps the port's levels of the first change until it is read.</summary>
    private void Look()
    {
        ushort levels = Levels();
        int changed = (levels ^ _previous) & Pair(Enable) & Pair(Direction) & ~Pair(Control);
        for (int port = 0; port < 2; port++)
        {
            byte bits = (byte)(changed >> 8 * port);
            if (bits == 0 || _registers[Flag + port] != 0)
                continue;
            _registers[Flag + port] = bits;
            _registers[Capture + port] = (byte)(levels >> 8 * port);
        }
        _previous = levels;
    }

    private ushort Pair(int register) => (ushort)(_registers[register] | _registers[register + 1] << 8);

    private bool Bit(int register, int line) => (Pair(register) & 1 << line) != 0;

    private void SetBit(int register, int line, bool one)
    {
        int index = register + line / 8, bit = 1 << line % 8;
        _registers[index] = (byte)(one ? _registers[index] | bit : _registers[index] & ~bit);
    }
}

/// <summary>The PCF8574 of NXP: a latch of open drains with weak current upwards, an interrupt until the change is read or undone.</summary>
internal sealed class FakePcf8574() : FakeI2cDevice(1, 0x20)
{
    private byte _latch = 0xFF, _grounded, _read = 0xFF;

    /// <summary>What was written, in order.</summary>
    public List<byte> Written { get; } = [];

    public byte Levels
    {
        get { lock (Gate) return (byte)(_latch & ~_grounded); }
    }

    /// <summary>A contact to ground closes or opens.</summary>
    public void Ground(int line, bool closed)
    {
        lock (Gate)
            _grounded = (byte)(closed ? _grounded | 1 << line : _grounded & ~(1 << line));
        Signal();
    }

    public void CyclePower()
    {
        lock (Gate)
            _latch = 0xFF;
        Signal();
    }

    protected override bool IsInterrupting => (_latch & ~_grounded & 0xFF) != _read;

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            _latch = value;
            Written.Add(value);
        }
        _read = (byte)(_latch & ~_grounded);
    }

    protected override void Give(Span<byte> bytes)
    {
        _read = (byte)(_latch & ~_grounded);
        bytes.Fill(_read);
    }
}
