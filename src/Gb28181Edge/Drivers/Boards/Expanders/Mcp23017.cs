using System.Buffers.Binary;
using System.Device.I2c;
using Gb28181Edge.Drivers.I2c;

namespace Gb28181Edge.Drivers.Boards.Expanders;

/// <summary>The MCP23017's registers, IOCON.BANK = 0: pairs of A and B. Microchip DS20001952, table 3-3.</summary>
internal enum Mcp23017Register : byte
{
    Direction = 0x00,
    Polarity = 0x02,
    InterruptEnable = 0x04,
    DefaultValue = 0x06,
    InterruptControl = 0x08,
    Configuration = 0x0A,
    PullUp = 0x0C,
    InterruptFlag = 0x0E,
    InterruptCapture = 0x10,
    Level = 0x12,
    Latch = 0x14,
}

/// <summary>MCP23017: 16 lines, pull-ups, and a memory of what changed, so that not even a change between two readings is lost. Microchip DS20001952.</summary>
/// <remarks>Lines 0 … 7 are GPA0 … GPA7, 8 … 15 are GPB0 … GPB7. INTA and INTB are joined and open-drain: either may be wired.</remarks>
internal sealed class Mcp23017(I2cDevice device) : ExpanderChip(device)
{
    public const int Lines = 16;

    private const int RegisterCount = 22;

    // IOCON: BANK 7 | MIRROR 6 | SEQOP 5 | DISSLW 4 | HAEN 3 | ODR 2 | INTPOL 1 | - 0
    private const byte Mirror = 0x40, OpenDrain = 0x04;
    private const byte Iocon = Mirror | OpenDrain;

    /// <summary>Where IOCON is while BANK = 1; with BANK = 0 it is GPINTENB, which is set again afterwards.</summary>
    private const byte IoconOfBankOne = 0x05;

    /// <summary>Takes the chip on a bus for oneself.</summary>
    /// <exception cref="DriverException">There is no such bus, nothing answers at the address, or somebody has taken it.</exception>
    public static Mcp23017 Open(II2cBuses buses, int bus, int address) => Open(buses, bus, address, (device, claim) => new Mcp23017(device) { Claim = claim });

    public override string Kind => "MCP23017";

    public override int LineCount => Lines;

    public override string NameOf(int line) => $"GP{(line < 8 ? 'A' : 'B')}{line % 8}";

    public override void Begin()
    {
        Device.Write([IoconOfBankOne, 0]);                                 // another program may have left the other bank
        Write(Mcp23017Register.Direction, 0xFFFF);
        Write(Mcp23017Register.InterruptEnable, 0);
    }

    public override void Apply(ExpanderLines wanted)
    {
        Device.Write([IoconOfBankOne, 0]);
        Write(Mcp23017Register.Configuration, Iocon << 8 | Iocon);
        Write(Mcp23017Register.Latch, wanted.Levels);
        Write(Mcp23017Register.PullUp, wanted.PullUps);
        Write(Mcp23017Register.Polarity, 0);
        Write(Mcp23017Register.InterruptControl, 0);                       // a change is one from the level before
        Write(Mcp23017Register.Direction, wanted.Inputs);
        Write(Mcp23017Register.InterruptEnable, Watched(wanted));
    }

    public override void SetLevels(ExpanderLines wanted) => Write(Mcp23017Register.Latch, wanted.Levels);

    public override ExpanderSample Sample(ExpanderLines wanted, bool verify)
    {
        Span<byte> registers = stackalloc byte[RegisterCount];
        byte first = verify ? (byte)0 : (byte)Mcp23017Register.InterruptFlag;
        int last = verify ? RegisterCount : (int)Mcp23017Register.Latch;
        Device.WriteRead([first], registers[first..last]);                 // INTF before INTCAP and GPIO, which clear it
        return new ExpanderSample(
            Pair(registers, Mcp23017Register.InterruptFlag),
            Pair(registers, Mcp23017Register.InterruptCapture),
            Pair(registers, Mcp23017Register.Level),
            !verify || IsAsSet(registers, wanted));
    }

    private static bool IsAsSet(ReadOnlySpan<byte> registers, ExpanderLines wanted) =>
        Pair(registers, Mcp23017Register.Direction) == wanted.Inputs
        && Pair(registers, Mcp23017Register.Polarity) == 0
        && Pair(registers, Mcp23017Register.InterruptEnable) == Watched(wanted)
        && Pair(registers, Mcp23017Register.InterruptControl) == 0
        && Pair(registers, Mcp23017Register.Configuration) == (Iocon << 8 | Iocon)
        && Pair(registers, Mcp23017Register.PullUp) == wanted.PullUps
        && Pair(registers, Mcp23017Register.Latch) == wanted.Levels;

    private static ushort Watched(ExpanderLines wanted) => (ushort)(wanted.Watched & wanted.Inputs);

    private static ushort Pair(ReadOnlySpan<byte> registers, Mcp23017Register register) =>
        BinaryPrimitives.ReadUInt16LittleEndian(registers[(int)register..]);

    /// <summary>Port A in the low byte, port B in the high one.</summary>
    private void Write(Mcp23017Register register, int pair) => Device.Write([(byte)register, (byte)pair, (byte)(pair >> 8)]);
}
