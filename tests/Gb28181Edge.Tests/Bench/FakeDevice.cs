using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Bench;

/// <summary>A device that does as the test says, on the product's SIP endpoint: for tests of the bench platform itself.</summary>
internal sealed class FakeDevice : IAsyncDisposable
{
    public const string Id = "34020000001110000001";

    private readonly SipEndpoint _endpoint;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public FakeDevice(BenchPlatform platform, SipTransport transport)
    {
        _endpoint = SipEndpoint.Open(new SipEndpointOptions { Address = IPAddress.Loopback, Port = 0 }, TimeProvider.System, NullLogger.Instance);
        Peer = _endpoint.AddPeer(new SipPeerOptions
        {
            Name = "platform",
            RemoteId = "34020000002000000001",
            RemoteDomain = "3402000000",
            Host = "127.0.0.1",
            Port = platform.Port,
            Transport = transport,
            LocalId = Id,
            LocalDomain = "3402000000",
        });
        _running = _endpoint.RunAsync(_stop.Token);
    }

    public ISipPeer Peer { get; }

    public async Task<SipOutcome> RegisterAsync(string password, int expires = 3600)
    {
        SipRequest first = NewRegister(expires);
        SipOutcome outcome = await Peer.SendAsync(first, TestContext.Current.CancellationToken);
        if (outcome.StatusCode != 401) return outcome;
        DigestChallenge challenge = DigestChallenge.Choose(outcome.Response!.Texts(HeaderName.WwwAuthenticate))!;
        SipRequest second = NewRegister(expires);
        second.Add(HeaderName.Authorization, DigestCredentials.Answer(challenge, Id, password, SipMethod.Register, second.RequestUri, "c0ffee").ToString());
        return await Peer.SendAsync(second, TestContext.Current.CancellationToken);
    }

    public Task<SipOutcome> MessageAsync(byte[] body)
    {
        SipRequest message = Peer.NewRequest(SipMethod.Message);
        message.Add(HeaderName.ContentType, "Application/MANSCDP+xml");
        message.Body = body;
        return Peer.SendAsync(message, TestContext.Current.CancellationToken);
    }

    public async Task<SipIncoming> NextAsync() => await Peer.Requests.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Accepts the call and sends what <paramref name="packets"/> makes of the SSRC, until the call is over.</summary>
    public static async Task ServeAsync(ISipCall call, Func<uint, IEnumerable<byte[]>> packets)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.True(SdpParser.TryParse(call.Invite.Body.Span, out SessionDescription? offer, out _));
        MediaDescription media = offer!.Find("video")!;
        SdpSetup theirs = offer.SetupOf(media);
        using Socket socket = media.IsTcp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (media.IsTcp && theirs == SdpSetup.Active) socket.Listen(1);
        call.Accept("APPLICATION/SDP", SdpWriter.WriteAnswer(offer, new SdpAnswer
        {
            OriginUser = Id,
            Address = "127.0.0.1",
            Media = media,
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port,
            Ssrc = offer.Ssrc!.Value,
            Setup = !media.IsTcp ? SdpSetup.None : theirs == SdpSetup.Active ? SdpSetup.Passive : SdpSetup.Active,
        }));
        Assert.IsType<SipCallEvent.Acknowledged>(await call.Events.ReadAsync(cancellation));
        using Socket? accepted = media.IsTcp && theirs == SdpSetup.Active ? await socket.AcceptAsync(cancellation) : null;
        Socket sender = accepted ?? socket;
        if (accepted is null) await sender.ConnectAsync(IPAddress.Loopback, media.Port, cancellation);
        byte[] prefix = new byte[2];
        foreach (byte[] packet in packets(offer.Ssrc!.Value.Value))
        {
            RtpTcpFraming.WritePrefix(prefix, packet.Length);
            await sender.SendAsync(media.IsTcp ? [.. prefix, .. packet] : packet, cancellation);
        }
        Assert.IsType<SipCallEvent.Bye>(await call.Events.ReadAsync(cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private SipRequest NewRegister(int expires)
    {
        SipRequest request = Peer.NewRequest(SipMethod.Register);
        request.Add(HeaderName.Expires, expires.ToString(null as IFormatProvider));
        return request;
    }
}
