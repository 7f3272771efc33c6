using System.Net;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

/// <summary>One SIP port, UDP and TCP, and the peers that may talk to it. Everybody else gets 403 and is never obeyed.</summary>
internal interface ISipEndpoint
{
    /// <summary>The port of both sockets, once opened.</summary>
    int LocalPort { get; }

    /// <summary>Counts turns of the loop; it turns at least every two seconds while it lives. For the watchdog.</summary>
    long LoopTick { get; }

    /// <summary>Lets a peer in. Any time, from any thread.</summary>
    ISipPeer AddPeer(SipPeerOptions options);

    /// <summary>Runs until <paramref name="stop"/>; then open waits end with <see cref="SipOutcomeKind.TransportFailed"/>.</summary>
    Task RunAsync(CancellationToken stop);
}

/// <summary>Who a peer is and how it is reached.</summary>
internal sealed record SipPeerOptions
{
    /// <summary>For logs.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The user that the peer's requests carry in From: a platform's 20 digits. Null lets any identity in, and the user of the latest
    /// REGISTER becomes the peer's: what a registrar wants that does not know its devices.
    /// </summary>
    public string? RemoteId { get; init; }

    /// <summary>The peer's SIP domain, 10 digits as a rule, for Request-URI and To; null or empty writes host:port.</summary>
    public string? RemoteDomain { get; init; }

    /// <summary>Name or address; resolved anew for every REGISTER. Null: learned from the peer's REGISTER, as a registrar does.</summary>
    public string? Host { get; init; }

    /// <summary>1 … 65535.</summary>
    public int Port { get; init; } = 5060;

    public SipTransport Transport { get; init; } = SipTransport.Udp;

    /// <summary>Our own 20 digits towards this peer, for From and Contact.</summary>
    public required string LocalId { get; init; }

    /// <summary>Our SIP domain for From.</summary>
    public required string LocalDomain { get; init; }
}

/// <summary>One configured peer: a platform, or on the bench a device. All members may be used from any thread.</summary>
internal interface ISipPeer
{
    SipPeerOptions Options { get; }

    /// <summary>Where requests go now; null before the name was resolved, or before the peer registered.</summary>
    IPEndPoint? RemoteEndPoint { get; }

    /// <summary>The local address that routes to the peer; <see cref="IPAddress.Any"/> while <see cref="RemoteEndPoint"/> is null.</summary>
    IPAddress LocalAddress { get; }

    /// <summary>Our Contact towards the peer, without brackets: <c>sip:id@address:port[;transport=tcp]</c>.</summary>
    string ContactUri { get; }

    /// <summary>
    /// Requests outside of dialogs (MESSAGE, SUBSCRIBE, a new INVITE; REGISTER where the peer is learned), in order. Holds 64; the
    /// next is answered 503.
    /// </summary>
    ChannelReader<SipIncoming> Requests { get; }

    /// <summary>Completes when the TCP connection that carries this peer's requests is lost; never over UDP. Read it anew after each REGISTER.</summary>
    Task ConnectionLost { get; }

    /// <summary>A request with Request-URI, From, To, Call-ID and CSeq; the sender adds the body and fields of its own.</summary>
    /// <param name="method">Any but ACK and CANCEL.</param>
    /// <param name="toUser">Whom it is for; null is the peer itself. Not used for REGISTER, whose To is ourselves.</param>
    /// <param name="callId">Null is a new one; a registration keeps its own.</param>
    /// <param name="fromTag">Null is a new one; a registration keeps its own.</param>
    SipRequest NewRequest(SipMethod method, string? toUser = null, string? callId = null, string? fromTag = null);

    /// <summary>
    /// Sends a request other than INVITE and waits for its final response. Via, Max-Forwards, User-Agent and, where it belongs,
    /// Contact are added; a request may be changed and sent again once the wait is over.
    /// </summary>
    /// <param name="request">Handed over until the outcome is here.</param>
    /// <param name="cancellationToken">Ends the wait, not the transaction.</param>
    Task<SipOutcome> SendAsync(SipRequest request, CancellationToken cancellationToken);

    /// <summary>Calls the peer. Cancelling sends CANCEL and still waits for the end of the INVITE.</summary>
    /// <param name="invite">With its offer.</param>
    /// <param name="cancellationToken">Gives the call up while it is not answered.</param>
    /// <param name="acknowledge">False sends no ACK to the 2xx: for tests of the other side.</param>
    Task<SipInviteOutcome> InviteAsync(SipRequest invite, CancellationToken cancellationToken, bool acknowledge = true);
}
