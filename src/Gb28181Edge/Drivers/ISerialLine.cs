namespace Gb28181Edge.Drivers;

/// <summary>A serial port that several heads may share. One writer at a time; whoever opened it disposes it.</summary>
internal interface ISerialLine : IAsyncDisposable
{
    /// <summary>The port's path, for messages.</summary>
    string Name { get; }

    /// <summary>Sends one frame and waits until its last bit has left; the line then keeps its gap before the next frame.</summary>
    /// <param name="frame">The bytes; not copied, so unchanged until the call returns.</param>
    /// <param name="urgent">True for a stop: it overtakes what waits and needs no more than the pause that ends a frame.</param>
    /// <param name="cancellationToken">Takes a frame that still waits out of the queue; one that is being sent goes out whole.</param>
    /// <exception cref="DriverException">The port is not there or did not take the bytes; nothing is sent later.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool urgent, CancellationToken cancellationToken);
}
