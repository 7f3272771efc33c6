using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>What can happen to a <see cref="SipCore"/>.</summary>
internal abstract record SipInput
{
    /// <summary>A message of a peer that has been let in.</summary>
    internal sealed record Received(SipMessage Message, SipFlow Flow) : SipInput;

    /// <summary>Send a request that is neither INVITE, ACK nor CANCEL, outside of a dialog.</summary>
    /// <param name="Request">Via, Max-Forwards, User-Agent and Contact are added.</param>
    /// <param name="Flow">How.</param>
    /// <param name="Token">Comes back with the outcome.</param>
    internal sealed record Send(SipRequest Request, SipFlow Flow, object? Token) : SipInput;

    /// <summary>Answer a request.</summary>
    internal sealed record Respond(ServerSlot Transaction, SipResponse Response) : SipInput;

    /// <summary>Send an INVITE.</summary>
    internal sealed record Invite(InviteSession Session, object Token) : SipInput;

    /// <summary>Give our unanswered INVITE up.</summary>
    internal sealed record Cancel(InviteSession Session) : SipInput;

    /// <summary>Answer a call with 200 and a body.</summary>
    internal sealed record Accept(InviteSession Session, string ContentType, ReadOnlyMemory<byte> Body) : SipInput;

    /// <summary>Refuse a call.</summary>
    internal sealed record Reject(InviteSession Session, int StatusCode, string? Reason) : SipInput;

    /// <summary>Send a request within a call.</summary>
    internal sealed record SendInDialog(InviteSession Session, SipMethod Method, string? ContentType, ReadOnlyMemory<byte> Body, object Token) : SipInput;

    /// <summary>End a call in whatever state it is.</summary>
    internal sealed record Bye(InviteSession Session, object? Token) : SipInput;

    /// <summary>Drop a call without a word; an unanswered one is refused.</summary>
    internal sealed record Forget(InviteSession Session) : SipInput;

    /// <summary>A message of ours could not be sent.</summary>
    internal sealed record SendFailed(SipMessage Message, string Reason) : SipInput;

    /// <summary>A TCP connection is gone, or could not be made.</summary>
    internal sealed record ConnectionLost(long Connection, string Reason) : SipInput;

    /// <summary>Time went by.</summary>
    internal sealed record Tick : SipInput;
}
