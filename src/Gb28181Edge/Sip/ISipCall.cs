using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Sip;

/// <summary>One INVITE dialog. RFC 3261 §13, §15. All members may be used from any thread; what no longer fits is passed over.</summary>
internal interface ISipCall
{
    /// <summary>The INVITE that began it, with the offer.</summary>
    SipRequest Invite { get; }

    string CallId { get; }

    /// <summary>
    /// What the other side does, in order; completes behind the event that ends the call, or when the call ended from our side.
    /// Holds 16 requests of the dialog, the next is answered 503; the other events are few by their nature.
    /// </summary>
    ChannelReader<SipCallEvent> Events { get; }

    /// <summary>200 with the answer; repeated until the ACK comes. Only for a call that came in.</summary>
    void Accept(string contentType, ReadOnlyMemory<byte> body);

    /// <summary>A final refusal. Only for a call that came in and is not accepted.</summary>
    /// <param name="statusCode">300 … 699.</param>
    /// <param name="reason">Null is the standard's phrase.</param>
    void Reject(int statusCode, string? reason = null);

    /// <summary>A request within the dialog: INFO, MESSAGE, NOTIFY.</summary>
    Task<SipOutcome> SendAsync(SipMethod method, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the call and waits for the answer to the BYE. A call that came in and was accepted waits for its ACK first (RFC 3261 §15),
    /// at most 32 s; one that was not accepted is refused with 480. A call that is over already: done at once.
    /// </summary>
    Task ByeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Drops the call without a word, for a peer that is lost: a later request of it gets 481. One that was not answered is refused
    /// with 480.
    /// </summary>
    void Forget();
}

/// <summary>What the other side of a call does.</summary>
internal abstract record SipCallEvent
{
    /// <summary>The first ACK to our 200: media may flow.</summary>
    /// <param name="Body">An answer, where the 200 made the offer; empty as a rule.</param>
    internal sealed record Acknowledged(ReadOnlyMemory<byte> Body) : SipCallEvent;

    /// <summary>CANCEL before our answer; 487 has been sent. The end.</summary>
    internal sealed record Cancelled : SipCallEvent;

    /// <summary>BYE; it has been answered. The end.</summary>
    internal sealed record Bye : SipCallEvent;

    /// <summary>No ACK within 32 s; a BYE has been sent. The end.</summary>
    internal sealed record AckMissing : SipCallEvent;

    /// <summary>INFO, MESSAGE, NOTIFY or a new INVITE within the dialog: answer it.</summary>
    internal sealed record Request(SipIncoming Incoming) : SipCallEvent;

    /// <summary>The TCP connection that carried the call is gone. The dialog lives until ByeAsync; a request of ours opens a new connection.</summary>
    internal sealed record TransportLost : SipCallEvent;
}
