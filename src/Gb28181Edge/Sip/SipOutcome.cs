using System.Net;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Sip;

/// <summary>What became of a request of ours.</summary>
internal enum SipOutcomeKind
{
    /// <summary>A final response came, whatever its code.</summary>
    Response,
    /// <summary>Silence for 32 s (Timer B or F).</summary>
    Timeout,
    /// <summary>It could not be sent: the name does not resolve, no connection, no route, the endpoint stopped.</summary>
    TransportFailed,
}

/// <summary>The end of a request of ours.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Response">The final response; null for the other kinds.</param>
/// <param name="Reason">For a person; null with a response.</param>
/// <param name="Seen">Our address as the peer sees it, from <c>received</c> and <c>rport</c>; null when the peer does not say. RFC 3581.</param>
internal sealed record SipOutcome(SipOutcomeKind Kind, SipResponse? Response, string? Reason = null, IPEndPoint? Seen = null)
{
    /// <summary>0 without a response.</summary>
    public int StatusCode => Response?.StatusCode ?? 0;

    public bool IsSuccess => Response is { IsSuccess: true };
}

/// <summary>The end of an INVITE of ours.</summary>
/// <param name="Outcome">The final response or why there is none.</param>
/// <param name="Call">The call, when it was accepted; the answer is the body of the response.</param>
internal sealed record SipInviteOutcome(SipOutcome Outcome, ISipCall? Call);
