namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>How a transaction came to its end. RFC 3261 §8.1.3.1, §17.1.4.</summary>
internal enum SipEnd
{
    /// <summary>It ran its course.</summary>
    Done,
    /// <summary>The other side stayed silent.</summary>
    Timeout,
    /// <summary>The message could not be sent.</summary>
    TransportFailed,
}

/// <summary>What a <see cref="SipEffect"/> asks for.</summary>
internal enum SipEffectKind
{
    /// <summary>Put the message on the wire.</summary>
    Send,
    /// <summary>Give the message to the transaction's user.</summary>
    Deliver,
    /// <summary>Tell the transaction's user that its last message could not be sent; the transaction lives on. RFC 6026 §8.9.</summary>
    Unsent,
    /// <summary>The transaction is over: forget it.</summary>
    Ended,
}

/// <summary>One consequence of an input to a transaction or an InviteSession; carried out in the order of the list.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Message">For Send and Deliver.</param>
/// <param name="End">For Ended.</param>
internal readonly record struct SipEffect(SipEffectKind Kind, SipMessage? Message, SipEnd End)
{
    public static readonly SipEffect Unsent = new(SipEffectKind.Unsent, null, SipEnd.Done);

    public static SipEffect Send(SipMessage message) => new(SipEffectKind.Send, message, SipEnd.Done);

    public static SipEffect Deliver(SipMessage message) => new(SipEffectKind.Deliver, message, SipEnd.Done);

    public static SipEffect Ended(SipEnd end) => new(SipEffectKind.Ended, null, end);
}
