using Gb28181Edge.Drivers;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>SUBSCRIBE granted and refused, and subscriptions to positions. RFC 6665 §4.2; GB/T 28181-2022 §9.11.</summary>
public class SubscribeTests
{
    private static byte[] Query(string cmdType, string device = FakeDevice.Id) => Requests.Query(ManscdpCharset.Gb2312, new CmdType(cmdType), "4", device);

    private static async Task<LinkScene> RegisteredAsync()
    {
        var scene = new LinkScene();
        await scene.RegisterAsync();
        return scene;
    }

    private static PtzReading At(double? pan, double? tilt = null, double? zoom = null) => new(new PtzPosition(pan, tilt, zoom));

    [Theory] // the kind is the body's CmdType; Event says nothing
    [InlineData("Alarm", FakeDevice.Id, "Event: presence", 200)]
    [InlineData("Alarm", FakeDevice.Gate, "Event: Catalog;id=3", 200)]
    [InlineData("Alarm", FakeDevice.Door, "X-None: 1", 200)]
    [InlineData("alarm", FakeDevice.Id, "Event: presence", 200)]
    [InlineData("PTZPosition", FakeDevice.Gate, "Event: presence", 200)]
    [InlineData("PTZPreciseStatusQuery", FakeDevice.Id, "Event: presence", 200)]
    [InlineData("Catalog", FakeDevice.Id, "Event: Catalog;id=3", 489)]
    [InlineData("MobilePosition", FakeDevice.Id, "Event: presence", 489)]
    [InlineData("Alarm", FakeDevice.Stranger, "Event: presence", 404)]
    [InlineData("Alarm", FakeDevice.Siren, "Event: presence", 404)]
    [InlineData("PTZPosition", FakeDevice.Yard, "Event: presence", 404)]
    [InlineData("PTZPosition", FakeDevice.Door, "Event: presence", 404)]
    [InlineData("Alarm", FakeDevice.Id, "Expires: soon", 400)]
    [InlineData("Alarm", FakeDevice.Id, "Expires: 5", 423)]
    public async Task A_SUBSCRIBE_is_granted_or_refused_by_its_body(string cmdType, string device, string field, int status)
    {
        await using LinkScene scene = await RegisteredAsync();
        SipResponse response = await scene.Platform.SubscribeAsync(Query(cmdType, device), "sub-1", null, field);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 489 ? "presence, Alarm, PTZPosition" : null, response.Text(HeaderName.AllowEvents));
        Assert.Equal(status == 423 ? "10" : null, response.Text(HeaderName.MinExpires));
        Assert.Equal(status == 200 ? "3600" : null, response.Text(HeaderName.Expires));
        if (status == 200) (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        else Assert.Equal(0, scene.Subscriptions.Count);
    }

    [Theory]
    [InlineData("", 489)]
    [InlineData("<no xml", 400)]
    [InlineData("<Notify><CmdType>Alarm</CmdType><SN>1</SN></Notify>", 400)]
    public async Task A_body_that_says_nothing_is_refused(string body, int status)
    {
        await using LinkScene scene = await RegisteredAsync();
        Assert.Equal(status, (await scene.Platform.SubscribeAsync(System.Text.Encoding.UTF8.GetBytes(body), "sub-1", null, "Event: presence")).StatusCode);
    }

    [Fact]
    public async Task A_refresh_needs_no_body_a_short_one_is_refused_and_another_kind_too()
    {
        await using LinkScene scene = await RegisteredAsync();
        string tag = (await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-1", null, "Expires: 60")).To.Tag!;
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        SipResponse refreshed = await scene.Platform.SubscribeAsync([], "sub-1", tag, "Expires: 90", "Event: presence;id=2");
        Assert.Equal((200, "90", tag), (refreshed.StatusCode, refreshed.Text(HeaderName.Expires), refreshed.To.Tag));
        FakeExchange notify = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal(("presence;id=2", "active;expires=90"), (notify.Request.Text(HeaderName.Event), notify.Request.Text(HeaderName.SubscriptionState)));
        notify.Answer(200);
        Assert.Equal(423, (await scene.Platform.SubscribeAsync([], "sub-1", tag, "Expires: 3")).StatusCode);
        Assert.Equal(400, (await scene.Platform.SubscribeAsync(Query("PTZPosition"), "sub-1", tag, "Expires: 90")).StatusCode);
        Assert.Equal(481, (await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-1", "another", "Expires: 90")).StatusCode);
        Assert.Equal(1, scene.Subscriptions.Count);
    }

    [Fact]
    public async Task It_runs_out_with_a_last_word_unless_refreshed()
    {
        await using LinkScene scene = await RegisteredAsync();
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-1", null, "Expires: 20");
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        DateTimeOffset begun = scene.Time.GetUtcNow();
        await Eventually.TrueAsync(() => scene.Time.NextDue <= begun.AddSeconds(20.1), "its end is waited for");
        FakeExchange last = await scene.PassUntilAsync("NOTIFY");
        Assert.Equal("terminated;reason=timeout", last.Request.Text(HeaderName.SubscriptionState));
        Assert.InRange((scene.Time.GetUtcNow() - begun).TotalSeconds, 20, 20.1);
        last.Answer(200);
        await Eventually.TrueAsync(() => scene.Subscriptions.Count == 0, "gone");
        Assert.Equal(481, (await scene.Platform.SubscribeAsync([], "sub-1", "gone", "Expires: 90")).StatusCode);
    }

    [Fact]
    public async Task An_agent_that_ends_tells_every_subscriber_before_it_unregisters()
    {
        await using LinkScene scene = await RegisteredAsync();
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-1", null, "Expires: 600");
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-2", null, "Expires: 600");
        FakeExchange underWay = await scene.Platform.ExpectAsync("NOTIFY");
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-3", null, "Expires: 600");
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        string tag = (await scene.Platform.SubscribeAsync([], "sub-3", null, "Expires: 0")).To.Tag!;
        FakeExchange cancelled = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal((tag, "terminated;reason=timeout"), (cancelled.Request.From.Tag, cancelled.Request.Text(HeaderName.SubscriptionState)));
        scene.Stop();
        FakeExchange[] last = [await scene.Platform.ExpectAsync("NOTIFY"), await scene.Platform.ExpectAsync("NOTIFY")];
        Assert.Equal(
            ["sub-1 terminated;reason=deactivated", "sub-2 terminated;reason=deactivated"],
            last.Select(notify => $"{notify.Request.CallId} {notify.Request.Text(HeaderName.SubscriptionState)}").Order(StringComparer.Ordinal));
        Assert.Equal(underWay.Request.CSeq.Number + 1, last.Single(notify => notify.Request.CallId == "sub-2").Request.CSeq.Number);
        Assert.Equal(0, scene.Platform.Unread("REGISTER"));
        foreach (FakeExchange notify in last) notify.Answer(200);
        FakeExchange register = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal(0, register.Request.Expires);
        register.Answer(200);
        Assert.Equal(0, scene.Platform.Unread("NOTIFY"));                        // what was cancelled has been told so
        Assert.Equal(0, scene.Subscriptions.Count);
    }

    [Fact]
    public async Task A_subscriber_that_does_not_answer_the_last_word_holds_up_the_end_for_a_moment_only()
    {
        await using LinkScene scene = await RegisteredAsync();
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-1", null, "Expires: 600");
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        DateTimeOffset begun = scene.Time.GetUtcNow();
        scene.Stop();
        Assert.Equal("terminated;reason=deactivated", (await scene.Platform.ExpectAsync("NOTIFY")).Request.Text(HeaderName.SubscriptionState));
        FakeExchange register = await scene.PassUntilAsync("REGISTER");
        Assert.Equal(0, register.Request.Expires);
        Assert.InRange((scene.Time.GetUtcNow() - begun).TotalSeconds, 1.2, 1.3);
        register.Answer(200);
    }

    [Fact]
    public async Task A_dialog_that_does_not_answer_holds_up_no_other()
    {
        await using LinkScene scene = await RegisteredAsync();
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-1", null, "Expires: 600");
        FakeExchange silent = await scene.Platform.ExpectAsync("NOTIFY");
        await scene.Platform.SubscribeAsync([], "sub-1", null, "Expires: 600");
        await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-2", null, "Expires: 600");
        FakeExchange other = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal("sub-2", other.Request.CallId);
        other.Answer(200);
        Assert.Equal(0, scene.Platform.Unread("NOTIFY"));
        silent.Answer(200);
        FakeExchange next = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal(("sub-1", silent.Request.CSeq.Number + 1), (next.Request.CallId, next.Request.CSeq.Number));
        next.Answer(200);
    }

    [Fact]
    public async Task Beyond_the_bound_the_oldest_of_the_same_makes_room_and_anything_else_is_refused()
    {
        await using LinkScene scene = await RegisteredAsync();
        for (int i = 1; i <= PlatformSubscriptions.Most; i++)
        {
            Assert.Equal(200, (await scene.Platform.SubscribeAsync(Query("Alarm"), $"sub-{i}", null, "Expires: 600")).StatusCode);
            (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        }
        SipResponse full = await scene.Platform.SubscribeAsync(Query("PTZPosition"), "sub-p", null, "Expires: 600");
        Assert.Equal((503, "60"), (full.StatusCode, full.Text(HeaderName.RetryAfter)));
        Assert.Equal(200, (await scene.Platform.SubscribeAsync(Query("Alarm"), "sub-new", null, "Expires: 600")).StatusCode);
        FakeExchange[] both = [await scene.Platform.ExpectAsync("NOTIFY"), await scene.Platform.ExpectAsync("NOTIFY")];
        Assert.Equal(
            ["sub-1 terminated;reason=rejected", "sub-new active;expires=600"],
            both.Select(notify => $"{notify.Request.CallId} {notify.Request.Text(HeaderName.SubscriptionState)}").Order(StringComparer.Ordinal));
        foreach (FakeExchange notify in both) notify.Answer(200);
        await Eventually.TrueAsync(() => scene.Subscriptions.Count == PlatformSubscriptions.Most, "as many as before");
    }

    [Fact]
    public async Task A_head_is_told_at_once_then_as_it_moves_and_not_more_often_than_twice_a_second()
    {
        await using LinkScene scene = await RegisteredAsync();
        scene.Device.Head.Reading = At(10, 5, 2);
        await scene.Platform.SubscribeAsync(Query("PTZPosition", FakeDevice.Gate), "sub-1", null, "Expires: 600");
        FakeExchange first = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal(
            ["CmdType", "SN", "DeviceID", "Pan", "Tilt", "Zoom"], first.Body.Body.Children.Select(child => child.Name));
        Assert.Equal(
            (ManscdpRoot.Notify, FakeDevice.Gate, "10.00", "-5.00", "2.00"),
            (first.Body.Root, first.Body.DeviceId, first.Body.Value("Pan"), first.Body.Value("Tilt"), first.Body.Value("Zoom")));
        first.Answer(200);
        DateTimeOffset told = scene.Time.GetUtcNow();

        scene.Device.Head.Reading = At(10.09, 5.05, 2.01);                       // not a move
        for (int i = 0; i < 4; i++) await StepAsync(scene);
        Assert.Equal(0, scene.Platform.Unread("NOTIFY"));
        Assert.InRange((scene.Time.GetUtcNow() - told).TotalSeconds, 1, 3);

        scene.Device.Head.Reading = At(10.11, 5, 2);                             // 0.11° from what was told
        FakeExchange second = await scene.PassUntilAsync("NOTIFY");
        Assert.Equal("10.11", second.Body.Value("Pan"));
        DateTimeOffset at = scene.Time.GetUtcNow();
        scene.Device.Head.Reading = At(20, 5, 2);
        await StepAsync(scene);
        Assert.Equal(0, scene.Platform.Unread("NOTIFY"));                        // the one before is not answered
        second.Answer(200);
        FakeExchange third = await scene.PassUntilAsync("NOTIFY");
        Assert.Equal("20.00", third.Body.Value("Pan"));
        Assert.True(scene.Time.GetUtcNow() - at >= PositionNotifier.LeastPause);
        third.Answer(200);
    }

    [Fact]
    public async Task A_turn_over_north_is_a_small_one()
    {
        await using LinkScene scene = await RegisteredAsync();
        scene.Device.Head.Reading = At(359.98);
        await scene.Platform.SubscribeAsync(Query("PTZPosition", FakeDevice.Gate), "sub-1", null, "Expires: 600");
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        scene.Device.Head.Reading = At(0.03);
        for (int i = 0; i < 4; i++) await StepAsync(scene);
        Assert.Equal(0, scene.Platform.Unread("NOTIFY"));
        scene.Device.Head.Reading = At(0.2);
        (await scene.PassUntilAsync("NOTIFY")).Answer(200);
    }

    [Fact]
    public async Task A_head_that_cannot_tell_yet_has_an_empty_first_NOTIFY_and_a_full_one_when_it_can()
    {
        await using LinkScene scene = await RegisteredAsync();
        await scene.Platform.SubscribeAsync(Query("PTZPosition", FakeDevice.Id), "sub-1", null, "Expires: 600");
        FakeExchange first = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.True(first.Request.Body.IsEmpty);
        first.Answer(200);
        scene.Device.Head.Reading = At(3);
        FakeExchange second = await scene.PassUntilAsync("NOTIFY");
        Assert.Equal((FakeDevice.Gate, "3.00"), (second.Body.DeviceId, second.Body.Value("Pan")));
        second.Answer(200);
    }

    [Theory] // RFC 6665 §4.4.3: a subscription for no time asks for the state once
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fetch_is_told_the_position_and_the_end_in_one(bool known)
    {
        await using LinkScene scene = await RegisteredAsync();
        if (known) scene.Device.Head.Reading = At(42);
        SipResponse response = await scene.Platform.SubscribeAsync(Query("PTZPosition", FakeDevice.Gate), "sub-1", null, "Expires: 0");
        Assert.Equal((200, "0"), (response.StatusCode, response.Text(HeaderName.Expires)));
        FakeExchange only = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal("terminated;reason=timeout", only.Request.Text(HeaderName.SubscriptionState));
        Assert.Equal(known ? "42.00" : null, known ? only.Body.Value("Pan") : null);
        Assert.Equal(known, !only.Request.Body.IsEmpty);
        only.Answer(200);
        await Eventually.TrueAsync(() => scene.Subscriptions.Count == 0, "gone");
    }

    [Fact]
    public async Task A_cancelled_one_has_an_empty_last_word_and_the_head_is_asked_no_more()
    {
        await using LinkScene scene = await RegisteredAsync();
        scene.Device.Head.Reading = At(1);
        await scene.Platform.SubscribeAsync(Query("PTZPosition", FakeDevice.Gate), "sub-1", null, "Expires: 600");
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        await scene.Platform.SubscribeAsync([], "sub-1", null, "Expires: 0");
        FakeExchange last = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.True(last.Request.Body.IsEmpty);
        last.Answer(200);
        await Eventually.TrueAsync(() => scene.Subscriptions.Count == 0, "gone");
        await Eventually.TrueAsync(() => scene.Time.NextDue - scene.Time.GetUtcNow() > TimeSpan.FromSeconds(1), "nothing but the keepalive waits");
    }

    private static async Task StepAsync(LinkScene scene)
    {
        await Eventually.TrueAsync(() => scene.Time.NextDue - scene.Time.GetUtcNow() <= PositionNotifier.LeastPause, "the head is to be asked");
        long before = scene.Time.Set;
        scene.Time.StepToNext();
        await Eventually.TrueAsync(() => scene.Time.Set > before, "the loop waits again");
    }
}
