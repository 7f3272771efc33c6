namespace Gb28181Edge.Drivers;

/// <summary>How an exchange ended.</summary>
internal enum SerialReply
{
    /// <summary>What was awaited has come.</summary>
    Accepted,

    /// <summary>The window is over and it has not come.</summary>
    Silence,

    /// <summary>A stop took the line before it came.</summary>
    Overtaken,
}

/// <summary>Takes the bytes that come in while an exchange has the line. Called on the line's thread, by one exchange at a time.</summary>
internal interface ISerialListener
{
    /// <summary>Called once, as the exchange begins and before its frame leaves, with what came in since the last exchange.</summary>
    /// <param name="bytes">May be empty, and may be late replies, noise or the echo of frames that nobody listened to.</param>
    /// <returns>True when that is all that was awaited: an exchange without a frame then ends at once.</returns>
    bool OnEarlier(ReadOnlySpan<byte> bytes);

    /// <summary>Called for bytes after the frame; its echo is taken out.</summary>
    /// <returns>True when what was awaited has come.</returns>
    bool OnReceived(ReadOnlySpan<byte> bytes);
}

/// <summary>A serial port that several heads may share. One writer at a time; whoever opened it disposes it.</summary>
internal interface ISerialLine : IAsyncDisposable
{
    /// <summary>The port's path, for messages.</summary>
    string Name { get; }

    /// <summary>How long so many characters take on the line.</summary>
    TimeSpan DurationOf(int characters);

    /// <summary>Sends one frame and waits until its last bit has left; the line then keeps its gap before the next frame.</summary>
    /// <param name="frame">The bytes; not copied, so unchanged until the call returns.</param>
    /// <param name="urgent">True for a stop: it overtakes what waits and needs no more than the pause that ends a frame.</param>
    /// <param name="cancellationToken">Takes a frame that still waits out of the queue; one that is being sent goes out whole.</param>
    /// <exception cref="DriverException">The port is not there or did not take the bytes; nothing is sent later.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool urgent, CancellationToken cancellationToken);

    /// <summary>Sends one frame and keeps the line for the reply to it.</summary>
    /// <remarks>
    /// A stop that comes meanwhile ends the window, at once while nothing was heard, and when a reply has begun as soon as a frame's time has passed: on
    /// two wires it would destroy the reply and the reply would destroy it.
    /// </remarks>
    /// <param name="frame">The bytes; not copied, so unchanged until the call returns. Empty only listens.</param>
    /// <param name="urgent">As in <see cref="WriteAsync"/>.</param>
    /// <param name="listener">Takes what comes; not called any more when the call has returned.</param>
    /// <param name="window">How long the reply may take from the frame's end to its own.</param>
    /// <param name="cancellationToken">Takes the frame out of the queue, or ends the window.</param>
    /// <exception cref="DriverException">The port is not there, did not take the bytes, or went away.</exception>
    ValueTask<SerialReply> ExchangeAsync(ReadOnlyMemory<byte> frame, bool urgent, ISerialListener listener, TimeSpan window, CancellationToken cancellationToken);
}
