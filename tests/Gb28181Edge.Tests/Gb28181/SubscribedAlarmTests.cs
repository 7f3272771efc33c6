using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>Alarms by NOTIFY or MESSAGE, never both; in order, at least once, repeats marked. GB/T 28181-2016 §9.4, §9.11.</summary>
public class SubscribedAlarmTests
{
    private const string Device = FakeDevice.Id;

    private static AlarmRecord Alarm(int number, int priority = 1, string device = FakeDevice.Door) =>
        new(device, priority, 2, null, new DateTimeOffset(2026, 5, 1, 0, 0, number, TimeSpan.Zero), "door");

    private static byte[] Query(string device = Device, int least = 0, int most = 0) => Requests.Alarm(ManscdpCharset.Gb2312, "4", device, least, most);

    private static async Task<LinkScene> SubscribedAsync(string device = Device, int least = 0, int most = 0)
    {
        var scene = new LinkScene();
        await scene.RegisterAsync();
        Assert.Equal(200, (await scene.Platform.SubscribeAsync(Query(device, least, most), "sub-1", null, "Event: presence;id=7", "Expires: 600")).StatusCode);
        FakeExchange first = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.True(first.Request.Body.IsEmpty);
        Assert.Equal(("presence;id=7", "active;expires=600"), (first.Request.Text(HeaderName.Event), first.Request.Text(HeaderName.SubscriptionState)));
        first.Answer(200);
        return scene;
    }

    [Fact]
    public async Task A_subscriber_is_told_by_NOTIFY_and_not_by_MESSAGE_in_order_until_each_200()
    {
        await using LinkScene scene = await SubscribedAsync();
        scene.Outbox.Append(Alarm(1));
        scene.Outbox.Append(Alarm(2));
        FakeExchange first = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal((ManscdpRoot.Notify, CmdType.Alarm, FakeDevice.Door, "1", "door"), (first.Body.Root, first.Body.CmdType, first.Body.DeviceId, first.Body.Sn, first.Body.Value("AlarmDescription")));
        Assert.Equal("presence;id=7", first.Request.Text(HeaderName.Event));
        Assert.Equal(0, scene.Outbox.ConfirmedUpTo("city"));
        first.Answer(200);
        FakeExchange second = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal(("2", first.Request.CSeq.Number + 1), (second.Body.Sn, second.Request.CSeq.Number));
        second.Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 2, "both confirmed");
        Assert.Equal(0, scene.Platform.Unread("Alarm"));
        Assert.Empty(scene.Outbox.Sent);
    }

    [Fact]
    public async Task What_no_filter_wants_is_not_told_and_holds_nothing_back()
    {
        await using LinkScene scene = await SubscribedAsync(least: 1, most: 2);
        scene.Outbox.Append(Alarm(1, priority: 3));
        scene.Outbox.Append(Alarm(2, priority: 2));
        FakeExchange told = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal("2", told.Body.Sn);
        told.Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 2, "both are done");
        Assert.Equal(0, scene.Platform.Unread("Alarm"));
        Assert.True(scene.Log.Has(LogLevel.Information, "none that it subscribes to"));
    }

    [Theory]
    [InlineData(FakeDevice.Id, FakeDevice.Fence, true)]
    [InlineData(FakeDevice.Id, FakeDevice.Id, true)]
    [InlineData(FakeDevice.Door, FakeDevice.Door, true)]
    [InlineData(FakeDevice.Door, FakeDevice.Fence, false)]
    [InlineData(FakeDevice.Gate, FakeDevice.Door, true)]
    [InlineData(FakeDevice.Gate, FakeDevice.Gate, true)]
    [InlineData(FakeDevice.Gate, FakeDevice.Fence, false)]
    [InlineData(FakeDevice.Yard, FakeDevice.Door, false)]
    public async Task The_DeviceID_says_what_a_subscription_covers(string target, string source, bool told)
    {
        await using LinkScene scene = await SubscribedAsync(target);
        scene.Outbox.Append(Alarm(1, device: source));
        if (told) (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 1, "done");
        Assert.Equal((0, 0), (scene.Platform.Unread("NOTIFY"), scene.Platform.Unread("Alarm")));
    }

    [Fact]
    public async Task A_subscription_that_dies_makes_way_for_MESSAGE_and_silence_marks_the_repeat()
    {
        await using LinkScene scene = await SubscribedAsync();
        scene.Outbox.Append(Alarm(1));
        FakeExchange notify = await scene.Platform.ExpectAsync("NOTIFY");
        notify.TimeOut();
        FakeExchange message = await scene.Platform.ExpectAsync("Alarm");
        Assert.Equal(
            (notify.Body.Sn, notify.Body.Value("AlarmTime"), "door (possibly repeated)"),
            (message.Body.Sn, message.Body.Value("AlarmTime"), message.Body.Value("AlarmDescription")));
        Assert.Equal([1], scene.Outbox.Sent);
        message.Answer(200);
        scene.Outbox.Append(Alarm(2));
        FakeExchange next = await scene.Platform.ExpectAsync("Alarm");
        Assert.Equal("door", next.Body.Value("AlarmDescription"));
        next.Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 2, "both confirmed");
    }

    [Fact]
    public async Task A_subscription_that_the_platform_does_not_know_is_dropped_and_the_alarm_is_no_repeat()
    {
        await using LinkScene scene = await SubscribedAsync();
        scene.Outbox.Append(Alarm(1));
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(481);
        FakeExchange message = await scene.Platform.ExpectAsync("Alarm");
        Assert.Equal("door", message.Body.Value("AlarmDescription"));
        Assert.Empty(scene.Outbox.Sent);
        message.Answer(200);
    }

    [Fact]
    public async Task A_cancelled_or_forgotten_subscription_gives_way_to_MESSAGE()
    {
        await using LinkScene scene = await SubscribedAsync();
        SipResponse cancelled = await scene.Platform.SubscribeAsync(Query(), "sub-1", null, "Event: presence;id=7", "Expires: 0");
        Assert.Equal((200, "0"), (cancelled.StatusCode, cancelled.Text(HeaderName.Expires)));
        FakeExchange last = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal("terminated;reason=timeout", last.Request.Text(HeaderName.SubscriptionState));
        last.Answer(200);
        scene.Outbox.Append(Alarm(1));
        (await scene.Platform.ExpectAsync("Alarm")).Answer(200);

        Assert.Equal(200, (await scene.Platform.SubscribeAsync(Query(), "sub-2", null, "Expires: 600")).StatusCode);
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        (await scene.PassUntilAsync("Keepalive")).Answer(403);
        (await scene.Platform.ExpectAsync("REGISTER")).Answer(200);
        await Eventually.TrueAsync(() => scene.Link.Status.IsRegistered, "registered again");
        scene.Outbox.Append(Alarm(2));
        (await scene.Platform.ExpectAsync("Alarm")).Answer(200);
        Assert.Equal(481, (await scene.Platform.SubscribeAsync(Query(), "sub-2", "gone", "Expires: 600")).StatusCode);
    }

    [Fact]
    public async Task With_two_subscriptions_the_latest_that_wants_it_is_told_alone()
    {
        await using LinkScene scene = await SubscribedAsync();
        Assert.Equal(200, (await scene.Platform.SubscribeAsync(Query(least: 1, most: 1), "sub-2", null, "Expires: 600")).StatusCode);
        (await scene.Platform.ExpectAsync("NOTIFY")).Answer(200);
        scene.Outbox.Append(Alarm(1, priority: 1));
        FakeExchange first = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal("sub-2", first.Request.CallId);
        first.Answer(200);
        scene.Outbox.Append(Alarm(2, priority: 4));
        FakeExchange second = await scene.Platform.ExpectAsync("NOTIFY");
        Assert.Equal(("sub-1", "2"), (second.Request.CallId, second.Body.Sn));
        second.Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 2, "both confirmed");
        Assert.Equal((0, 0), (scene.Platform.Unread("NOTIFY"), scene.Platform.Unread("Alarm")));
    }

    [Fact]
    public async Task A_MESSAGE_that_nobody_answered_is_repeated_with_the_mark_and_the_same_number()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        scene.Outbox.Append(Alarm(1) with { Description = "" });
        FakeExchange first = await scene.Platform.ExpectAsync("Alarm");
        Assert.Null(first.Body.Value("AlarmDescription"));
        first.TimeOut();
        await Eventually.TrueAsync(() => !scene.Outbox.Sent.IsEmpty, "marked as sent");
        scene.Outbox.InDoubt = 1;
        await scene.PausedAsync();
        FakeExchange again = await scene.PassUntilAsync("Alarm");
        Assert.Equal((first.Body.Sn, first.Body.Value("AlarmTime"), "(possibly repeated)"), (again.Body.Sn, again.Body.Value("AlarmTime"), again.Body.Value("AlarmDescription")));
        again.Answer(200);
    }

    [Fact]
    public async Task An_alarm_that_is_refused_for_good_is_set_aside_after_three_tries_and_the_next_goes_out()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        scene.Outbox.Append(Alarm(1));
        scene.Outbox.Append(Alarm(2));
        await RefuseAsync(scene, await scene.Platform.ExpectAsync("Alarm"), 400);
        FakeExchange again = await scene.PassUntilAsync("Alarm");
        Assert.Equal("1", again.Body.Sn);
        await RefuseAsync(scene, again, 415);
        FakeExchange third = await scene.PassUntilAsync("Alarm");
        Assert.Equal("1", third.Body.Sn);
        Assert.Empty(scene.Outbox.SetAsides);
        third.Answer(603);
        FakeExchange next = await scene.Platform.ExpectAsync("Alarm");
        Assert.Equal("2", next.Body.Sn);
        Assert.Equal([1], scene.Outbox.SetAsides);
        Assert.True(scene.Log.Has(LogLevel.Error, "set aside: refused 3 times"));
        next.Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 2, "the next is confirmed");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(480)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Trouble_that_may_pass_sets_nothing_aside(int status)
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        scene.Outbox.Append(Alarm(1));
        await RefuseAsync(scene, await scene.Platform.ExpectAsync("Alarm"), status);
        for (int i = 0; i < 3; i++) await RefuseAsync(scene, await scene.PassUntilAsync("Alarm"), status);
        Assert.Empty(scene.Outbox.SetAsides);
    }

    /// <summary>Returns once the link waits before its next try, so that no time passes by its pause.</summary>
    private static async Task RefuseAsync(LinkScene scene, FakeExchange alarm, int status)
    {
        long set = scene.Time.Set;
        alarm.Answer(status);
        await Eventually.TrueAsync(() => scene.Time.Set > set, "the pause before the next try");
    }
}
