using System.Device.I2c;
using Gb28181Edge.Drivers.I2c;

namespace Gb28181Edge.Drivers.Boards.Expanders;

/// <summary>PCF8574 and PCF8574A: 8 lines without registers. NXP PCF8574, section 8.</summary>
/// <remarks>
/// One byte written is the level of every line: 0 is driven low, 1 is held high by about 100 µA, which is an input too. One byte
/// read is what the lines are. A change that is undone before it is read is not seen, for the chip remembers none.
/// </remarks>
internal sealed class Pcf8574(I2cDevice device) : ExpanderChip(device)
{
    public const int Lines = 8;

    /// <summary>Takes the chip on a bus for oneself.</summary>
    /// <exception cref="DriverException">There is no such bus, nothing answers at the address, or somebody has taken it.</exception>
    public static Pcf8574 Open(II2cBuses buses, int bus, int address) => Open(buses, bus, address, (device, claim) => new Pcf8574(device) { Claim = claim });

    public override string Kind => "PCF8574";

    public override int LineCount => Lines;

    public override string NameOf(int line) => $"P{line}";

    public override void Begin() => Device.WriteByte(0xFF);

    public override void Apply(ExpanderLines wanted) => SetLevels(wanted);

    public override void SetLevels(ExpanderLines wanted) => Device.WriteByte((byte)(wanted.Levels | wanted.Inputs));

    public override ExpanderSample Sample(ExpanderLines wanted, bool verify)
    {
        byte levels = Device.ReadByte();
        // after it was without power every line is high; one that is to be low tells
        bool isAsSet = (levels & ~(wanted.Levels | wanted.Inputs) & 0xFF) == 0;
        return new ExpanderSample(0, 0, levels, !verify || isAsSet);
    }
}
