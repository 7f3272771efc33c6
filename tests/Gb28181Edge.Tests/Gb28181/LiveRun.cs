using System.Net;
using Gb28181Edge.Devices;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Sip;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>Live sessions of a device with two cameras, on calls that the test holds.</summary>
internal sealed class LiveRun
{
    private int _calls;

    public LiveRun(int ports = 100, int maxPerCamera = 64, IPAddress? mediaAddress = null, LiveOptions? options = null)
    {
        Gate = new FakeCameraStream(ports) { Foreign = mediaAddress };
        Yard = new FakeCameraStream(ports);
        var device = new DeviceModel
        {
            Id = FakeDevice.Id,
            Name = "North gate",
            Manufacturer = "Acme",
            Model = "EB-1",
            Firmware = "1",
            CivilCode = "340200",
            Cameras = [new(FakeDevice.Gate, "Gate", HasPtz: false), new(FakeDevice.Yard, "Yard", HasPtz: false)],
            AlarmInputs = [],
            Outputs = [],
        };
        Table = new CallTable(
            device, new Dictionary<string, ICameraStream> { [FakeDevice.Gate] = Gate, [FakeDevice.Yard] = Yard },
            (options ?? new LiveOptions()) with { MediaAddress = mediaAddress, MaxPerCamera = maxPerCamera });
        City = Platform("city");
        County = Platform("county");
    }

    public FakeCameraStream Gate { get; }

    public FakeCameraStream Yard { get; }

    public CallTable Table { get; }

    public PlatformCalls City { get; }

    public PlatformCalls County { get; }

    public static string Offer(
        string protocol = "RTP/AVP", string name = "Play", string? y = "0200000001", string address = "192.0.2.1", int port = 30_000, string attributes = "", string payloads = "96 97 98",
        string connection = "", string time = "0 0") =>
        $"v=0\r\no=34020000001310000001 0 0 IN IP4 192.0.2.1\r\ns={name}\r\n{(connection.Length > 0 ? connection : $"c=IN IP4 {address}")}\r\nt={time}\r\nm=video {port} {protocol} {payloads}\r\n"
        + $"a=recvonly\r\na=rtpmap:96 PS/90000\r\n{attributes}{(y is null ? "" : $"y={y}\r\n")}";

    /// <summary>A call that got as far as its 200.</summary>
    public async Task<(FakeCall Call, FakeMediaSession Media)> AcceptedAsync(string? sdp = null, string channel = FakeDevice.Gate, string? subject = null, PlatformCalls? platform = null)
    {
        FakeCall call = Invite(sdp ?? Offer(), channel, subject, platform);
        await Eventually.TrueAsync(() => call.Said.Count > 0, "an answer to the INVITE");
        Assert.Equal(["200"], call.Said);
        return (call, (channel == FakeDevice.Yard ? Yard : Gate).Sessions[^1]);
    }

    /// <summary>What an INVITE is answered when it is not accepted.</summary>
    public async Task<string> RefusedAsync(string? sdp, string channel = FakeDevice.Gate, PlatformCalls? platform = null)
    {
        FakeCall call = Invite(sdp, channel, null, platform);
        await Eventually.TrueAsync(() => call.Said.Count > 0, "an answer to the INVITE");
        return Assert.Single(call.Said);
    }

    public FakeCall Invite(string? sdp, string channel = FakeDevice.Gate, string? subject = null, PlatformCalls? platform = null)
    {
        (FakeCall call, SipIncoming incoming) = FakeCall.Incoming(sdp, channel, subject, $"call-{++_calls}");
        (platform ?? City).OnInvite(incoming);
        return call;
    }

    public async Task NothingIsLeftAsync()
    {
        await Eventually.TrueAsync(() => Table.Count == 0 && City.Count == 0 && County.Count == 0, "every session gone");
        Assert.Equal((0, 0), (Gate.Lent, Yard.Lent));
    }

    private PlatformCalls Platform(string name) => new(name, "34020000002000000001", new FakePeer(), Table, NullLogger.Instance);

    /// <summary>A peer of which only its address is asked.</summary>
    private sealed class FakePeer : ISipPeer
    {
        public SipPeerOptions Options => throw new NotSupportedException();
        public IPEndPoint? RemoteEndPoint => throw new NotSupportedException();
        public IPAddress LocalAddress => IPAddress.Parse("192.0.2.20");
        public string ContactUri => throw new NotSupportedException();
        public System.Threading.Channels.ChannelReader<SipIncoming> Requests => throw new NotSupportedException();
        public Task ConnectionLost => throw new NotSupportedException();
        public Protocol.Sip.SipRequest NewRequest(Protocol.Sip.SipMethod method, string? toUser = null, string? callId = null, string? fromTag = null) => throw new NotSupportedException();
        public Task<SipOutcome> SendAsync(Protocol.Sip.SipRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<SipInviteOutcome> InviteAsync(Protocol.Sip.SipRequest invite, CancellationToken cancellationToken, bool acknowledge = true) => throw new NotSupportedException();
    }
}
