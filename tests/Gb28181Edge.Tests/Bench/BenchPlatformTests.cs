using System.Globalization;
using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Bench;

public sealed class BenchPlatformTests
{
    private const string Camera = "34020000001310000001";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SipTransport.Udp, DigestAlgorithm.Md5)]
    [InlineData(SipTransport.Tcp, DigestAlgorithm.Sha256)]
    internal async Task Device_registers_with_the_right_password(SipTransport transport, DigestAlgorithm algorithm)
    {
        await using BenchPlatform platform = Start(new BenchOptions { Algorithm = algorithm });
        await using FakeDevice device = new(platform, transport);
        Assert.Equal(200, (await device.RegisterAsync("12345678")).StatusCode);
        BenchEvent.Registered registered = await platform.WaitForRegistrationAsync(Cancellation);
        Assert.Equal((FakeDevice.Id, transport, 3600), (registered.DeviceId, registered.Transport, registered.Expires));
        Assert.Equal(FakeDevice.Id, platform.DeviceId);
    }

    [Fact]
    public async Task Device_with_the_wrong_password_is_refused()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        Assert.Equal(403, (await device.RegisterAsync("wrong")).StatusCode);
        Assert.Null(platform.DeviceId);
        BenchEvent.Refused refused = await platform.Events.WaitAsync<BenchEvent.Refused>(null, 0, Cancellation);
        Assert.Equal(403, refused.StatusCode);
    }

    [Fact]
    public async Task Keepalive_and_alarm_are_answered_and_seen()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        await device.RegisterAsync("12345678");
        Assert.Equal(200, (await device.MessageAsync(Notifies.Keepalive(ManscdpCharset.Gb2312, "1", FakeDevice.Id, ok: true))).StatusCode);
        AlarmNotify alarm = new("34020000001340000001", 1, 2, new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(200, (await device.MessageAsync(Notifies.Alarm(ManscdpCharset.Gb2312, "2", alarm))).StatusCode);
        Assert.Equal("OK", (await platform.Events.WaitAsync<BenchEvent.Keepalive>(null, 0, Cancellation)).Content.Value("Status"));
        Assert.Equal("2026-05-01T08:00:00", (await platform.Events.WaitAsync<BenchEvent.Alarm>(null, 0, Cancellation)).Content.Value("AlarmTime"));
    }

    [Fact]
    public async Task Catalogue_is_collected_from_several_messages()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        await device.RegisterAsync("12345678");
        Task<CatalogCollector> asking = platform.QueryCatalogAsync(FakeDevice.Id, Cancellation);
        SipIncoming query = await device.NextAsync();
        Assert.True(ManscdpMessage.TryParse(query.Request.Body.Span, out ManscdpMessage? message, out _));
        query.Respond(200);
        Assert.Equal((ManscdpRoot.Query, CmdType.Catalog, FakeDevice.Id), (message!.Root, message.CmdType, message.DeviceId));
        for (int i = 1; i <= 3; i++)
        {
            await device.MessageAsync(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"<Response><CmdType>Catalog</CmdType><SN>{message.Sn}</SN><DeviceID>{FakeDevice.Id}</DeviceID><SumNum>3</SumNum><DeviceList Num=\"1\"><Item><DeviceID>{i}</DeviceID></Item></DeviceList></Response>")));
        }
        CatalogCollector catalog = await asking;
        Assert.Equal(["1", "2", "3"], catalog.Items.Select(item => item.DeviceId));
    }

    [Fact]
    public async Task Refused_query_says_so()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        await device.RegisterAsync("12345678");
        Task<ManscdpMessage> asking = platform.QueryAsync(CmdType.DeviceInfo, FakeDevice.Id, Cancellation);
        (await device.NextAsync()).Respond(400);
        Assert.Equal(400, (await Assert.ThrowsAsync<BenchException>(() => asking)).StatusCode);
    }

    [Fact]
    public async Task Ptz_command_goes_out_as_sixteen_digits()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        await device.RegisterAsync("12345678");
        Task<SipOutcome> steering = platform.PtzAsync(Camera, PtzCommand.FromMove(new PtzMove(1, 0x1F, 0, 0, 0, 0)), Cancellation);
        SipIncoming command = await device.NextAsync();
        Assert.True(ManscdpMessage.TryParse(command.Request.Body.Span, out ManscdpMessage? message, out _));
        command.Respond(200);
        Assert.Equal(("A50F01011F0000D5", Camera), (message!.Value("PTZCmd"), message.DeviceId));
        Assert.True((await steering).IsSuccess);
    }

    [Theory]
    [InlineData(BenchTransport.Udp)]
    [InlineData(BenchTransport.TcpPassive)]
    [InlineData(BenchTransport.TcpActive)]
    internal async Task Live_stream_is_received_and_ended(BenchTransport transport)
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        await device.RegisterAsync("12345678");
        Task<LiveView> playing = platform.PlayAsync(Camera, transport, Cancellation);
        ISipCall call = (await device.NextAsync()).Call!;
        Task serving = FakeDevice.ServeAsync(call, ssrc => new SentStream(ssrc).Frames(12));
        await using LiveView view = await playing;
        ReceiverStatistics seen = await view.WaitAsync(s => s.Frames == 12 && s.AudioUnits == 12, Cancellation);
        Assert.True(seen.IsFlawless, seen.ToString());
        Assert.NotNull(seen.FirstPictureAfter);
        await view.StopAsync(Cancellation);
        await serving;
        Assert.True(view.Ended.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Refused_call_says_why()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        await using FakeDevice device = new(platform, SipTransport.Udp);
        await device.RegisterAsync("12345678");
        Task<LiveView> playing = platform.PlayAsync(Camera, BenchTransport.Udp, Cancellation);
        (await device.NextAsync()).Call!.Reject(486);
        Assert.Equal(486, (await Assert.ThrowsAsync<BenchException>(() => playing)).StatusCode);
    }

    [Fact]
    public async Task Script_may_answer_instead_of_the_platform()
    {
        await using BenchPlatform platform = Start(new BenchOptions());
        platform.Intercept = incoming =>
        {
            if (incoming.Request.Method != SipMethod.Message) return false;
            incoming.Respond(503);
            return true;
        };
        await using FakeDevice device = new(platform, SipTransport.Udp);
        Assert.Equal(200, (await device.RegisterAsync("12345678")).StatusCode);
        Assert.Equal(503, (await device.MessageAsync(Notifies.Keepalive(ManscdpCharset.Gb2312, "1", FakeDevice.Id, ok: true))).StatusCode);
    }

    private static BenchPlatform Start(BenchOptions options) => BenchPlatform.Start(options, TimeProvider.System, NullLogger.Instance);
}
