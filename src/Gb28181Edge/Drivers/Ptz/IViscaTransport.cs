using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What a packet is to the head: over IP the two travel under different types.</summary>
internal enum ViscaMessage { Command, Inquiry }

/// <summary>How an exchange ended.</summary>
internal enum ViscaExchange
{
    /// <summary>What was awaited has come.</summary>
    Answered,

    /// <summary>It has not come in time, after all that the transport does about it.</summary>
    Silence,

    /// <summary>A stop for another head took the line before it came.</summary>
    Overtaken,
}

/// <summary>Carries VISCA packets to one head and back: a serial chain, UDP with sequence numbers, or a bare TCP or UDP socket.</summary>
/// <remarks>Driven by one <see cref="ViscaHead"/>, one call at a time.</remarks>
internal interface IViscaTransport : IAsyncDisposable
{
    /// <summary>The port or address, for messages.</summary>
    string Name { get; }

    /// <summary>The head's address, 1 … 7; always 1 over IP.</summary>
    int Address { get; }

    /// <summary>False where nothing comes back, because only the sending wire is connected: then no exchange takes a reply.</summary>
    bool Answers { get; }

    /// <summary>How long a head has for an ACK or an answer, repetitions by the transport included.</summary>
    TimeSpan ReplyTimeout { get; }

    /// <summary>Makes the link ready if it is not: addresses on a chain, the sequence number over IP. Cheap when it is.</summary>
    /// <param name="urgent">True before a stop: what can be done later, for the sake of other heads on the line, is.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>True when it was made anew, so that what the head was told before counts no more.</returns>
    /// <exception cref="DriverException">The port or the socket is not there. A head that does not answer is none: it shows in the exchange.</exception>
    ValueTask<bool> ConnectAsync(bool urgent, CancellationToken cancellationToken);

    /// <summary>The head did not answer: the next <see cref="ConnectAsync"/> makes the link anew.</summary>
    void Suspect();

    /// <summary>The packet of the last exchange has left, or may have: there can be replies to it. False when it was withdrawn before.</summary>
    bool HasSent { get; }

    /// <summary>Sends a packet and hands over what comes from this head, until it says that what it waits for has come.</summary>
    /// <remarks>Replies to earlier packets that come or came meanwhile are handed over too, in the order of their coming; doubles are not.</remarks>
    /// <param name="packet">With address and FF; empty only listens.</param>
    /// <param name="message">What the packet is.</param>
    /// <param name="urgent">True for a stop: it overtakes what waits.</param>
    /// <param name="take">Returns true when what was awaited has come; called on another thread, but never after the exchange has ended.</param>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    /// <exception cref="DriverException">The packet could not be sent.</exception>
    ValueTask<ViscaExchange> ExchangeAsync(
        ReadOnlyMemory<byte> packet, ViscaMessage message, bool urgent, Func<ViscaReply, bool> take, TimeSpan timeout, CancellationToken cancellationToken);
}
