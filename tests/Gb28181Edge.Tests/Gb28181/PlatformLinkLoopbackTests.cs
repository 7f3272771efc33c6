using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Sip;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>A link on real sockets: the device's endpoint and the platform's, each with its own port of loopback.</summary>
public class PlatformLinkLoopbackTests
{
    private const string Device = "34020000001110000001", Platform = "34020000002000000001";

    [Theory]
    [InlineData("Udp")]
    [InlineData("Tcp")]
    public async Task A_device_registers_is_asked_tells_its_alarm_and_leaves(string transport)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using var device = new RunningEndpoint();
        await using var platform = new RunningEndpoint();
        ISipPeer toPlatform = device.Endpoint.AddPeer(new SipPeerOptions
        {
            Name = "city",
            RemoteId = Platform,
            RemoteDomain = "3402000000",
            Host = "127.0.0.1",
            Port = platform.Port,
            Transport = Enum.Parse<SipTransport>(transport),
            LocalId = Device,
            LocalDomain = "3402000000",
        });
        ISipPeer toDevice = platform.Endpoint.AddPeer(new SipPeerOptions { Name = "device", RemoteId = Device, LocalId = Platform, LocalDomain = "3402000000" });
        var outbox = new FakeOutbox();
        var calls = new FakeCalls();
        var dispatcher = new ManscdpDispatcher([new FakeHandler(ManscdpRoot.Query, CmdType.DeviceInfo, request =>
            ManscdpAnswer.Reply(Responses.Result(ManscdpCharset.Gb2312, CmdType.DeviceInfo, request.Message.Sn, Device, true)))], NullLogger.Instance);
        var profile = new PlatformProfile { Name = "city", Id = Platform, KeepaliveSeconds = 1 };
        var subscriptions = new PlatformSubscriptions(profile, toPlatform, new FakeDevice().Context, TimeProvider.System, NullLogger.Instance);
        var link = new PlatformLink(
            new PlatformLinkOptions { Profile = profile, Password = "Pa55word" },
            toPlatform, dispatcher, calls, subscriptions, [], outbox, () => Assert.Fail("nobody asked for a restart"), TimeProvider.System, Random.Shared, NullLogger.Instance);
        outbox.Append(new AlarmRecord("34020000001340000001", 1, 2, null, DateTimeOffset.UnixEpoch, "door"));
        using var stop = new CancellationTokenSource();
        Task running = link.RunAsync(stop.Token);

        await RegisterAsync("3600");
        await Eventually.TrueAsync(() => link.Status.IsRegistered, "registered");
        Assert.Equal(toPlatform.LocalAddress, link.Status.SeenAs?.Address);

        Task<SipOutcome> asking = AskAsync();
        HashSet<string> expected = ["Alarm", "DeviceInfo", "Keepalive"];
        while (expected.Count > 0)
        {
            SipIncoming incoming = await NextAsync("MESSAGE");
            Assert.True(ManscdpMessage.TryParse(incoming.Request.Body.Span, out ManscdpMessage? message, out _));
            expected.Remove(message!.CmdType.Name);
            incoming.Respond(200);
        }
        Assert.True((await asking).IsSuccess);
        await Eventually.TrueAsync(() => outbox.ConfirmedUpTo("city") == 1, "the alarm is confirmed");

        await stop.CancelAsync();
        await RegisterAsync("0");
        await running.WaitAsync(FakePlatform.Patience, cancel);
        Assert.Equal([true], calls.Ended);

        Task<SipOutcome> AskAsync()
        {
            SipRequest query = toDevice.NewRequest(SipMethod.Message);
            query.Body = Requests.Query(ManscdpCharset.Gb2312, CmdType.DeviceInfo, "9", Device);
            return toDevice.SendAsync(query, cancel);
        }

        async Task<SipIncoming> NextAsync(string method)
        {
            while (true)
            {
                SipIncoming incoming = await toDevice.Requests.ReadAsync(cancel).AsTask().WaitAsync(FakePlatform.Patience, cancel);
                if (incoming.Request.Method.Name == method) return incoming;
                incoming.Respond(200);
            }
        }

        async Task RegisterAsync(string expires)
        {
            SipIncoming first = await NextAsync("REGISTER");
            SipResponse challenge = SipResponse.For(first.Request, 401);
            challenge.Add(HeaderName.WwwAuthenticate, new DigestChallenge { Realm = "3402000000", Nonce = "n-" + expires, HasQopAuth = true, HasAlgorithm = true, Algorithm = DigestAlgorithm.Sha256 }.ToString());
            first.Respond(challenge);
            SipIncoming second = await NextAsync("REGISTER");
            Assert.Equal((first.Request.CallId, first.Request.CSeq.Number + 1, expires), (second.Request.CallId, second.Request.CSeq.Number, second.Request.Text(HeaderName.Expires)));
            Assert.True(DigestCredentials.TryParse(second.Request.Text(HeaderName.Authorization), out DigestCredentials? credentials));
            Assert.True(credentials.Verify(SipMethod.Register, "Pa55word"));
            second.Respond(200);
        }
    }
}
