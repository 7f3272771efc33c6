using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gb28181Edge.Bench;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Hosting;

/// <summary>A platform subscribes to where a head looks and moves it: from SIP to the head and from the head to the NOTIFY, through the whole agent.</summary>
public sealed class PositionAgentTests : IAsyncDisposable
{
    private const string Camera = "34020000001310000001";

    private readonly TemporaryDirectory _directory = new();
    private readonly BenchPlatform _platform = BenchPlatform.Start(new BenchOptions(), TimeProvider.System, NullLogger.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_position_of_a_VISCA_head_on_a_serial_line_is_notified_as_it_moves()
    {
        var head = new EmulatedVisca();
        using var wire = new SerialWire(new EmulatedViscaChain(head));
        var bus = new BusOptions { Name = "visca", Port = wire.Path, Baud = 38_400 };
        await FollowAsync(new ViscaPtzOptions { Bus = "visca" }, bus, () => head.Motion.Position.Pan, () => !head.Motion.IsMoving);
        Assert.Empty(head.Faults);
    }

    [Fact]
    public async Task The_position_of_an_ONVIF_head_behind_https_is_notified_as_it_moves()
    {
        using X509Certificate2 certificate = SelfSigned.New();
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, TimeProvider.System, certificate);
        var ptz = new OnvifPtzOptions
        {
            Url = head.Server.Url.AbsoluteUri,
            Username = OnvifHead.Username,
            Password = OnvifHead.Password,
            TrustAnyCertificate = true,
        };
        await FollowAsync(ptz, null, () => head.Motion.Position.Pan, () => head.Stops > 1);
    }

    /// <summary>Told at once, told other places while it turns, and in the end where it stands.</summary>
    private async Task FollowAsync(PtzOptions ptz, BusOptions? bus, Func<double> pan, Func<bool> stands)
    {
        await using EdgeAgent agent = Composition.Create(Configuration(ptz, bus), new RunOptions(), NullLoggerFactory.Instance);
        await agent.StartAsync(Cancel);
        await Eventually.ResultAsync(_platform.WaitForRegistrationAsync(Cancel), "registered");
        BenchSubscription subscription = await _platform.SubscribeAsync(
            sn => Requests.Query(ManscdpCharset.Gb2312, CmdType.PtzPosition, sn, Camera), 600, Cancel);
        double first = await NextPanAsync(subscription);
        Assert.InRange(Away(first, pan()), 0, 0.2);

        Assert.True((await _platform.PtzAsync(Camera, PtzCommand.FromMove(new PtzMove(1, 60, 0, 0, 0, 0)), Cancel)).IsSuccess);
        double second = await NextPanAsync(subscription), third = await NextPanAsync(subscription);
        Assert.NotEqual(first, second);
        Assert.NotEqual(second, third);                                    // it goes on
        Assert.True((await _platform.PtzAsync(Camera, PtzCommand.Stop, Cancel)).IsSuccess);
        await Eventually.TrueAsync(stands, "the head stands");
        double told = third;
        while (Away(told, pan()) > 0.2)
            told = await NextPanAsync(subscription);                       // what it was on its way may come first

        await agent.StopAsync(Cancel);
        SipRequest last = await Eventually.ResultAsync(LastAsync(subscription), "the end of the subscription");
        Assert.Equal("terminated;reason=deactivated", last.Text(HeaderName.SubscriptionState));
    }

    /// <summary>The pan of the next NOTIFY that has one; the first may come before the head has answered.</summary>
    private static async Task<double> NextPanAsync(BenchSubscription subscription)
    {
        while (true)
        {
            SipRequest notify = await Eventually.ResultAsync(subscription.Notifies.ReadAsync(Cancel).AsTask(), "a NOTIFY");
            Assert.StartsWith("active;expires=", notify.Text(HeaderName.SubscriptionState), StringComparison.Ordinal);
            if (notify.Body.IsEmpty) continue;
            Assert.True(ManscdpMessage.TryParse(notify.Body.Span, out ManscdpMessage? message, out _));
            Assert.Equal((ManscdpRoot.Notify, CmdType.PtzPosition, Camera), (message!.Root, message.CmdType, message.DeviceId));
            return double.Parse(message.Value("Pan")!, CultureInfo.InvariantCulture);
        }
    }

    private static async Task<SipRequest> LastAsync(BenchSubscription subscription)
    {
        SipRequest notify;
        do
            notify = await subscription.Notifies.ReadAsync(Cancel);
        while (notify.Text(HeaderName.SubscriptionState)!.StartsWith("active", StringComparison.Ordinal));
        return notify;
    }

    private static double Away(double one, double other) => Math.Abs(Math.IEEERemainder(one - other, 360));

    private EdgeConfiguration Configuration(PtzOptions ptz, BusOptions? bus) => new()
    {
        Device = new DeviceOptions { Id = "34020000001110000001", SipAddress = IPAddress.Loopback, SipPort = 0, StateDirectory = _directory["."] },
        Platforms = [new PlatformOptions { Name = "city", Id = "34020000002000000001", Host = "127.0.0.1", Port = _platform.Port, Password = "12345678" }],
        Cameras = [new CameraOptions { Id = Camera, Source = new TestSourceOptions(), Ptz = ptz }],
        Buses = bus is null ? [] : [bus],
    };
}
