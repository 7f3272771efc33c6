namespace Gb28181Edge.Drivers;

/// <summary>A serial port that several heads may share. One writer at a time; whoever opened it disposes it.</summary>
internal interface ISerialLine : IAsyncDisposable
{
    /// <summary>The port's path, for messages.</summary>
    string Name { get; }

    /// <summary>Sends one frame and waits until its last bit has left, then keeps the line's gap between frames.</summary>
    /// <exception cref="DriverException">The port is not there or did not take the bytes; nothing is sent later.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);
}
