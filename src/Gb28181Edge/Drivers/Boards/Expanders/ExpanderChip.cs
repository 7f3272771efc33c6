using System.Device.I2c;
using Gb28181Edge.Drivers.I2c;

namespace Gb28181Edge.Drivers.Boards.Expanders;

/// <summary>How the lines of an expander are to be; bit 0 is line 0.</summary>
internal sealed class ExpanderLines
{
    /// <summary>1: not driven. All, to begin with.</summary>
    public ushort Inputs { get; set; } = 0xFFFF;

    /// <summary>The levels of the driven lines.</summary>
    public ushort Levels { get; set; } = 0xFFFF;

    /// <summary>1: held high by the chip.</summary>
    public ushort PullUps { get; set; }

    /// <summary>1: somebody wants its changes.</summary>
    public ushort Watched { get; set; }
}

/// <summary>What an expander said of its lines at one reading.</summary>
/// <param name="Changed">1: the line changed since the last reading, and <paramref name="Captured"/> has what it changed to.</param>
/// <param name="Captured">The levels when the first of those changes was.</param>
/// <param name="Levels">The levels at the reading.</param>
/// <param name="IsAsSet">False when the chip no longer is as it was set up: it has been without power.</param>
internal readonly record struct ExpanderSample(ushort Changed, ushort Captured, ushort Levels, bool IsAsSet);

/// <summary>The registers of one kind of I2C port expander. Every call is a few transfers, and throws <see cref="IOException"/> when the chip does not answer.</summary>
internal abstract class ExpanderChip(I2cDevice device) : IDisposable
{
    /// <summary>Owned.</summary>
    protected I2cDevice Device => device;

    /// <summary>What keeps other programs away from it; owned.</summary>
    public IDisposable? Claim { get; init; }

    /// <summary>As the data sheet calls it.</summary>
    public abstract string Kind { get; }

    /// <summary>Lines 0 … this less one.</summary>
    public abstract int LineCount { get; }

    /// <summary>A line as the data sheet calls it.</summary>
    public abstract string NameOf(int line);

    /// <summary>Lets go of every line: what another run left behind is driven no longer.</summary>
    public abstract void Begin();

    /// <summary>Makes the chip as it is to be, levels before directions, so that no line is driven to a level that nobody asked for.</summary>
    public abstract void Apply(ExpanderLines wanted);

    /// <summary>Sets the levels of the driven lines, nothing else.</summary>
    public abstract void SetLevels(ExpanderLines wanted);

    /// <summary>Reads the lines, and with <paramref name="verify"/> what the chip was set to.</summary>
    public abstract ExpanderSample Sample(ExpanderLines wanted, bool verify);

    /// <summary>Takes an address for oneself and makes the chip on it.</summary>
    protected static T Open<T>(II2cBuses buses, int bus, int address, Func<I2cDevice, IDisposable?, T> make) where T : ExpanderChip
    {
        IDisposable? claim = buses.Claim(bus, address);
        try
        {
            return make(buses.Open(bus, address), claim);
        }
        catch (DriverException)
        {
            claim?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        device.Dispose();
        Claim?.Dispose();
    }
}
