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

    /// <summary>Opens the port if need be and blocks until bytes come, the time is over or <see cref="Interrupt"/> was called.</summary>
    /// <param name="buffer">Takes what has come.</param>
    /// <param name="timeout">Zero only looks.</param>
    /// <returns>The number of bytes; 0 when there are none.</returns>
    /// <exception cref="DriverException">The port has gone, and is closed.</exception>
    int Receive(Span<byte> buffer, TimeSpan timeout);

    /// <summary>Ends a <see cref="Receive"/> that waits, or the next one. The only call that any thread may make at any time before disposal.</summary>
    void Interrupt();
}
