using System.Net;
using Gb28181Edge.Devices;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Sip;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>Live sessions behind a real endpoint on loopback.</summary>
public sealed class LiveEndpointTests
{
    private static readonly SipEndpointOptions Quick = new() { Timers = new SipTimers(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(50)) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed class Live(SipBench bench) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _pump = Task.CompletedTask;

        public FakeCameraStream Camera { get; } = new();

        public CallTable Table { get; private set; } = null!;

        public PlatformCalls Calls { get; private set; } = null!;

        public SipBench Bench => bench;

        public static async Task<Live> StartAsync(SipTransport transport, SipEndpointOptions? options = null)
        {
            var live = new Live(await SipBench.RegisteredAsync(transport, options));
            var device = new DeviceModel
            {
                Id = SipBench.DeviceId,
                Name = "d",
                Manufacturer = "m",
                Model = "m",
                Firmware = "1",
                CivilCode = "340200",
                Cameras = [new CameraChannel(SipBench.ChannelId, "c", HasPtz: false)],
                AlarmInputs = [],
                Outputs = [],
            };
            live.Table = new CallTable(device, new Dictionary<string, ICameraStream> { [SipBench.ChannelId] = live.Camera }, new LiveOptions());
            live.Calls = new PlatformCalls("city", SipBench.PlatformId, live.Bench.ToPlatform, live.Table, NullLogger.Instance);
            live._pump = live.PumpAsync();
            return live;
        }

        public Task<SipInviteOutcome> InviteAsync(bool acknowledge = true, CancellationToken hangUp = default)
        {
            SipRequest invite = bench.ToDevice.NewRequest(SipMethod.Invite, SipBench.ChannelId);
            invite.Add(HeaderName.ContentType, "APPLICATION/SDP");
            invite.Body = System.Text.Encoding.ASCII.GetBytes(LiveRun.Offer(address: "127.0.0.1"));
            return bench.ToDevice.InviteAsync(invite, hangUp, acknowledge);
        }

        public async Task NothingIsLeftAsync()
        {
            await Eventually.TrueAsync(() => Table.Count == 0 && Calls.Count == 0, "every session gone");
            Assert.Equal(0, Camera.Lent);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _pump;
            await bench.DisposeAsync();
            _stop.Dispose();
        }

        private async Task PumpAsync()
        {
            try
            {
                await foreach (SipIncoming incoming in bench.ToPlatform.Requests.ReadAllAsync(_stop.Token)) Calls.OnInvite(incoming);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Platform_calls_sees_media_start_and_ends_it(bool tcp)
    {
        await using Live live = await Live.StartAsync(tcp ? SipTransport.Tcp : SipTransport.Udp);
        SipInviteOutcome outcome = await live.InviteAsync();
        Assert.Equal(200, outcome.Outcome.StatusCode);
        Assert.Equal($"<sip:{SipBench.ChannelId}@127.0.0.1:{live.Bench.Device.Port}{(tcp ? ";transport=tcp" : "")}>", outcome.Outcome.Response!.Text(HeaderName.Contact));
        Assert.Contains("c=IN IP4 127.0.0.1\r\n", System.Text.Encoding.ASCII.GetString(outcome.Outcome.Response.Body.Span), StringComparison.Ordinal);
        FakeMediaSession media = Assert.Single(live.Camera.Sessions);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 30_000), media.Options.Remote);
        await Eventually.TrueAsync(() => media.Starts == 1, "media after the ACK");
        await outcome.Call!.ByeAsync(Cancel);
        await live.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Lost_ack_ends_the_session_without_media()
    {
        await using Live live = await Live.StartAsync(SipTransport.Udp, Quick);
        SipInviteOutcome outcome = await live.InviteAsync(acknowledge: false);
        Assert.IsType<SipCallEvent.Bye>(await outcome.Call!.Events.ReadAsync(Cancel));
        await live.NothingIsLeftAsync();
        Assert.Equal(0, live.Camera.Sessions.Single().Starts);
    }

    [Fact]
    public async Task Lost_media_is_a_bye_to_the_platform()
    {
        await using Live live = await Live.StartAsync(SipTransport.Udp);
        SipInviteOutcome outcome = await live.InviteAsync();
        live.Camera.Sessions.Single().End(MediaEnd.Unreachable);
        Assert.IsType<SipCallEvent.Bye>(await outcome.Call!.Events.ReadAsync(Cancel));
        await live.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Leaving_waits_for_the_answer_to_each_bye()
    {
        await using Live live = await Live.StartAsync(SipTransport.Udp);
        SipInviteOutcome[] outcomes = [await live.InviteAsync(), await live.InviteAsync(), await live.InviteAsync()];
        await live.Calls.EndAllAsync(orderly: true, Cancel);
        foreach (SipInviteOutcome outcome in outcomes) Assert.IsType<SipCallEvent.Bye>(await outcome.Call!.Events.ReadAsync(Cancel));
        await live.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Cancel_at_any_moment_leaves_nothing()
    {
        await using Live live = await Live.StartAsync(SipTransport.Udp, Quick);
        for (int i = 0; i < 20; i++)
        {
            using var hangUp = new CancellationTokenSource();
            Task<SipInviteOutcome> calling = live.InviteAsync(hangUp: hangUp.Token);
            if (i % 2 == 0) await Eventually.TrueAsync(() => live.Camera.Sessions.Count > i / 4, "the INVITE has come");
            await hangUp.CancelAsync();
            SipInviteOutcome outcome = await calling;
            if (outcome.Call is { } call) await call.ByeAsync(Cancel);
        }
        await live.NothingIsLeftAsync();
    }
}
