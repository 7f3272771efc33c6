namespace Gb28181Edge.Drivers.Serial;

/// <summary>The port under a <see cref="SerialLine"/>, which alone calls it, one call at a time.</summary>
internal interface ITty : IDisposable
{
    /// <summary>The port's path, for messages.</summary>
    string Name { get; }

    /// <summary>How long so many characters take on the line.</summary>
    TimeSpan DurationOf(int characters);

    /// <summary>Opens the port if it is not open.</summary>
    /// <exception cref="DriverException">It is not there, not ours to open, or no serial port.</exception>
    void Open();

    /// <summary>Opens the port if need be, hands over the bytes and blocks until the kernel says they have left.</summary>
    /// <exception cref="DriverException">The bytes did not leave; what was not sent is thrown away and the port closed.</exception>
    void Transmit(ReadOnlySpan<byte> frame);
}
