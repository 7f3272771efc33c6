using System.Net;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

/// <summary>A request from a peer that waits for its answer. A repeat of it never gets here.</summary>
/// <param name="request">The request; read only.</param>
/// <param name="source">Where it came from.</param>
/// <param name="transport">How it came.</param>
/// <param name="respond">Takes the answer; any thread.</param>
/// <param name="call">The call that a new INVITE opens; null for everything else.</param>
internal sealed class SipIncoming(
    SipRequest request, IPEndPoint source, SipTransport transport, Action<SipResponse> respond, ISipCall? call = null)
{
    private int _answered;

    public SipRequest Request { get; } = request;

    public IPEndPoint Source { get; } = source;

    public SipTransport Transport { get; } = transport;

    /// <summary>The call that a new INVITE opens: answer it there. Null for every other request, and for an INVITE within a call.</summary>
    public ISipCall? Call { get; } = call;

    /// <summary>Answers. The To tag, and for an INVITE Contact and Allow, are added. The first final answer counts, later ones are passed over.</summary>
    public void Respond(SipResponse response)
    {
        if (response.IsFinal && Interlocked.Exchange(ref _answered, 1) != 0) return;
        respond(response);
    }

    /// <summary>Answers without a body.</summary>
    /// <param name="statusCode">100 … 699.</param>
    /// <param name="reason">Null is the standard's phrase.</param>
    public void Respond(int statusCode, string? reason = null) => Respond(SipResponse.For(Request, statusCode, null, reason));
}
