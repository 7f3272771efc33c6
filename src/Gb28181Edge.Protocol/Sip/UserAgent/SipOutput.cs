using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>What a <see cref="SipCore"/> asks of its owner; carried out in order.</summary>
internal abstract record SipOutput
{
    /// <summary>Put a message on the wire.</summary>
    internal sealed record Transmit(SipMessage Message, SipFlow Flow) : SipOutput;

    /// <summary>A request outside of dialogs: answer it with <see cref="SipInput.Respond"/>.</summary>
    internal sealed record Incoming(ServerSlot Transaction) : SipOutput;

    /// <summary>A new call: answer it with <see cref="SipInput.Accept"/> or <see cref="SipInput.Reject"/>.</summary>
    internal sealed record IncomingCall(InviteSession Session) : SipOutput;

    /// <summary>A request within a call: answer it with <see cref="SipInput.Respond"/>.</summary>
    internal sealed record InDialog(InviteSession Session, ServerSlot Transaction) : SipOutput;

    /// <summary>What became of a request or call of ours.</summary>
    /// <param name="Token">Of the input.</param>
    /// <param name="Response">The final response; null when there is none.</param>
    /// <param name="End">Done with a response, or when there was nothing to wait for.</param>
    /// <param name="Reason">For a person, when it failed.</param>
    internal sealed record Outcome(object Token, SipResponse? Response, SipEnd End, string? Reason) : SipOutput;

    /// <summary>The other side of a call did something.</summary>
    /// <param name="Session">The call.</param>
    /// <param name="Event">What.</param>
    /// <param name="Body">Of the ACK.</param>
    internal sealed record Call(InviteSession Session, InviteEvent Event, ReadOnlyMemory<byte> Body) : SipOutput;
}

/// <summary>What the other side of a call does.</summary>
internal enum InviteEvent
{
    /// <summary>The first ACK to our 2xx.</summary>
    Acknowledged,
    /// <summary>CANCEL came before our answer. The end.</summary>
    Cancelled,
    /// <summary>BYE. The end.</summary>
    Bye,
    /// <summary>No ACK within 64·T1; BYE has been sent. The end.</summary>
    AckMissing,
    /// <summary>Its TCP connection is gone.</summary>
    TransportLost,
    /// <summary>We ended it, or it was never answered. The end.</summary>
    Ended,
}
