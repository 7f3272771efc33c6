using System.Net;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Gb28181;

public class PlatformLinkTests
{
    private const string Device = "34020000001110000001";

    private static readonly IPEndPoint Seen = LinkScene.Seen, Elsewhere = new(IPAddress.Parse("198.51.100.7"), 40001);

    private static byte[] Query(CmdType cmdType, string sn = "7") => Requests.Query(ManscdpCharset.Gb2312, cmdType, sn, Device);

    private static AlarmRecord Alarm(int number) => new($"3402000000134000000{number}", 1, 2, null, new DateTimeOffset(2026, 5, 1, 0, 0, number, TimeSpan.Zero), "");

    [Fact]
    public async Task It_registers_with_digest_and_reports_how_it_stands()
    {
        await using var scene = new LinkScene();
        FakeExchange first = await scene.Platform.ExpectAsync("REGISTER");
        first.Answer(401, null, "WWW-Authenticate: Digest realm=\"3402000000\",nonce=\"n\",qop=\"auth\"");
        FakeExchange second = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal((first.Request.CallId, first.Request.From.Tag, first.Request.CSeq.Number + 1), (second.Request.CallId, second.Request.From.Tag, second.Request.CSeq.Number));
        Assert.True(DigestCredentials.TryParse(second.Request.Text(HeaderName.Authorization), out DigestCredentials? credentials));
        Assert.Equal(Device, credentials.Username);
        Assert.True(credentials.Verify(SipMethod.Register, "Pa55word"));
        second.Answer(200, Seen, "Expires: 1800", "Date: 2026-05-01T08:00:05.500", "X-GB-Ver: 3.0");

        await Eventually.TrueAsync(() => scene.Link.Status.IsRegistered, "registered");
        PlatformStatus status = scene.Link.Status;
        Assert.Equal(scene.Time.GetUtcNow(), status.RegisteredSince);
        Assert.Equal(scene.Time.GetUtcNow() + TimeSpan.FromSeconds(1800), status.ExpiresAt);
        Assert.Equal(TimeSpan.FromSeconds(5.5), status.ClockOffset);
        Assert.Equal((Seen, "3.0", null), (status.SeenAs, status.PeerVersion, status.LastError));
        await Eventually.TrueAsync(() => scene.Observer.Seen.Contains(new PlatformEvent.Registered("city", TimeSpan.FromSeconds(1800), IsRefresh: false)), "the event");
    }

    [Fact]
    public async Task Keepalives_say_OK_for_the_device_with_a_number_of_their_own()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        FakeExchange first = await scene.PassUntilAsync("Keepalive");
        Assert.Equal((Device, "OK", "1"), (first.Body.DeviceId, first.Body.Value("Status"), first.Body.Sn));
        Assert.Equal("Application/MANSCDP+xml", first.Request.ContentType);
        first.Answer(200, Seen);
        FakeExchange second = await scene.PassUntilAsync("Keepalive");
        Assert.Equal("2", second.Body.Sn);
        Assert.NotEqual(first.Request.CallId, second.Request.CallId);
        second.Answer(200, Seen);
        await Eventually.TrueAsync(() => scene.Observer.Seen.OfType<PlatformEvent.KeepaliveAnswered>().Count() == 2, "both answered");
        Assert.True(scene.Link.IsTurning);
    }

    [Fact]
    public async Task Three_silent_keepalives_lose_the_platform_and_it_comes_back()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        for (int i = 0; i < 2; i++) (await scene.PassUntilAsync("Keepalive")).TimeOut();
        Assert.Empty(scene.Calls.Ended);
        (await scene.PassUntilAsync("Keepalive")).TimeOut();
        FakeExchange register = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal("3600", register.Request.Text(HeaderName.Expires));
        Assert.False(scene.Link.Status.IsRegistered);
        Assert.Equal("3 keepalives in a row were not answered", scene.Link.Status.LastError);
        Assert.Equal(["city"], scene.Head.Lost);
        Assert.Equal([false], scene.Calls.Ended);
        register.Answer(200);
        await Eventually.TrueAsync(() => scene.Link.Status.IsRegistered, "registered again");
    }

    [Fact]
    public async Task A_keepalive_without_any_answer_counts_as_a_miss_once_the_wait_is_over()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        await scene.PassUntilAsync("Keepalive");
        await scene.PassUntilAsync("Keepalive");
        Assert.Equal(1, scene.Link.Status.KeepaliveMisses);
    }

    [Fact]
    public async Task A_404_to_a_keepalive_registers_at_once_in_the_same_call()
    {
        await using var scene = new LinkScene();
        FakeExchange first = await scene.Platform.ExpectAsync("REGISTER");
        first.Answer(200, Seen);
        (await scene.PassUntilAsync("Keepalive")).Answer(404);
        FakeExchange again = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal(first.Request.CallId, again.Request.CallId);
        Assert.True(again.Request.CSeq.Number > first.Request.CSeq.Number);
        Assert.Equal([false], scene.Calls.Ended);
    }

    [Fact]
    public async Task A_changed_address_registers_again_without_losing_anything()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        (await scene.PassUntilAsync("Keepalive")).Answer(200, Elsewhere);
        (await scene.Platform.ExpectAsync("REGISTER")).Answer(200, Elsewhere);
        await Eventually.TrueAsync(() => scene.Observer.Seen.OfType<PlatformEvent.Registered>().Count() == 2, "refreshed");
        Assert.Equal(Elsewhere, scene.Link.Status.SeenAs);
        Assert.Empty(scene.Calls.Ended);
    }

    [Fact]
    public async Task A_lost_connection_loses_the_platform()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        scene.Platform.LoseConnection();
        await Eventually.TrueAsync(() => !scene.Link.Status.IsRegistered, "lost");
        (await scene.PassUntilAsync("REGISTER")).Answer(200);
        await Eventually.TrueAsync(() => scene.Link.Status.IsRegistered, "registered again");
    }

    [Fact]
    public async Task A_refused_registration_is_tried_again_later()
    {
        await using var scene = new LinkScene();
        (await scene.Platform.ExpectAsync("REGISTER")).Answer(403);
        await Eventually.TrueAsync(() => scene.Observer.Seen.OfType<PlatformEvent.RegistrationFailed>().Any(), "failed");
        DateTimeOffset start = scene.Time.GetUtcNow();
        await scene.PassUntilAsync("REGISTER");
        Assert.InRange(scene.Time.GetUtcNow() - start, TimeSpan.FromSeconds(57), TimeSpan.FromSeconds(60.001));
        Assert.Equal("403 Forbidden", scene.Link.Status.LastError);
    }

    [Fact] // GB/T 28181-2016 annex N: the next after the 200 to the one before
    public async Task Answers_go_out_one_after_the_other()
    {
        await using var scene = new LinkScene(handlers: new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, request =>
            ManscdpAnswer.Reply([.. Enumerable.Range(1, 3).Select(part => Responses.Result(ManscdpCharset.Gb2312, CmdType.Catalog, request.Message.Sn + part, Device, true))])));
        await scene.RegisterAsync();
        Assert.Equal(200, (await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog))).StatusCode);
        Assert.Equal(200, (await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog, "8"))).StatusCode);
        foreach (string sn in (string[])["71", "72", "73", "81"])
        {
            FakeExchange part = await scene.Platform.ExpectAsync("Catalog");
            Assert.Equal(sn, part.Body.Sn);
            Assert.Equal(0, scene.Platform.Unread("Catalog"));
            part.Answer(200);
        }
    }

    [Fact]
    public async Task An_answer_that_fails_drops_its_rest_and_the_next_goes_on()
    {
        await using var scene = new LinkScene(handlers: new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, request =>
            ManscdpAnswer.Reply([.. Enumerable.Range(1, 3).Select(part => Responses.Result(ManscdpCharset.Gb2312, CmdType.Catalog, request.Message.Sn + part, Device, true))])));
        await scene.RegisterAsync();
        await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog));
        await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog, "8"));
        (await scene.Platform.ExpectAsync("Catalog")).Answer(200);
        (await scene.Platform.ExpectAsync("Catalog")).TimeOut();
        Assert.Equal("81", (await scene.Platform.ExpectAsync("Catalog")).Body.Sn);
    }

    [Fact]
    public async Task Answers_do_not_outlive_the_loss_of_the_platform()
    {
        await using var scene = new LinkScene(handlers: new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, request =>
            ManscdpAnswer.Reply(Responses.Result(ManscdpCharset.Gb2312, CmdType.Catalog, request.Message.Sn, Device, true))));
        await scene.RegisterAsync();
        await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog, "1"));
        await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog, "2"));
        FakeExchange first = await scene.Platform.ExpectAsync("Catalog");
        (await scene.PassUntilAsync("Keepalive")).Answer(481);
        (await scene.Platform.ExpectAsync("REGISTER")).Answer(200);
        await Eventually.TrueAsync(() => scene.Link.Status.IsRegistered, "registered again");
        first.Answer(200);
        await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog, "3"));
        Assert.Equal("3", (await scene.Platform.ExpectAsync("Catalog")).Body.Sn);
    }

    [Fact]
    public async Task A_platform_that_takes_no_answers_is_refused_with_503()
    {
        await using var scene = new LinkScene(handlers: new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, request =>
            ManscdpAnswer.Reply(Responses.Result(ManscdpCharset.Gb2312, CmdType.Catalog, request.Message.Sn, Device, true))));
        await scene.RegisterAsync();
        List<int> statuses = [];
        for (int i = 0; i < 70; i++) statuses.Add((await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog))).StatusCode);
        Assert.Equal(64, statuses.TakeWhile(status => status == 200).Count(), 1.0);
        Assert.Equal(503, statuses[^1]);
    }

    [Fact]
    public async Task A_command_without_an_answer_is_obeyed_while_answers_pile_up()
    {
        int obeyed = 0;
        await using var scene = new LinkScene(handlers: [
            new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, request => ManscdpAnswer.Reply(Responses.Result(ManscdpCharset.Gb2312, CmdType.Catalog, request.Message.Sn, Device, true))),
            new FakeHandler(ManscdpRoot.Control, CmdType.DeviceControl, _ =>
            {
                obeyed++;
                return ManscdpAnswer.Accepted;
            }),
        ]);
        await scene.RegisterAsync();
        int status = 200;
        for (int i = 0; i < 70; i++) status = (await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog))).StatusCode;
        Assert.Equal(503, status);
        // The head that moves has to stop, whatever became of the queries before.
        Assert.Equal(200, (await scene.Platform.AskAsync(SipMethod.Message, Requests.TeleBoot(ManscdpCharset.Gb2312, "1", Device))).StatusCode);
        Assert.Equal(1, obeyed);
    }

    [Fact]
    public async Task Each_kind_of_request_gets_its_answer()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        Assert.Equal(489, (await scene.Platform.AskAsync(SipMethod.Subscribe)).StatusCode);
        Assert.Equal(481, (await scene.Platform.AskAsync(SipMethod.Subscribe, toTag: "gone")).StatusCode);
        Assert.Equal(405, (await scene.Platform.AskAsync(SipMethod.Notify)).StatusCode);
        Assert.Equal(400, (await scene.Platform.AskAsync(SipMethod.Message, "<no xml"u8.ToArray())).StatusCode);
        Assert.Equal(200, (await scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.RecordInfo))).StatusCode);
        Assert.Equal(false, (await scene.Platform.ExpectAsync("RecordInfo")).Body.Result);
    }

    [Fact]
    public async Task TeleBoot_restarts_once_it_has_been_answered()
    {
        await using var scene = new LinkScene(handlers: new FakeHandler(ManscdpRoot.Control, CmdType.DeviceControl, _ => new ManscdpAnswer(200, [], Restart: true)));
        await scene.RegisterAsync();
        Assert.Equal(0, scene.Restarts);
        Assert.Equal(200, (await scene.Platform.AskAsync(SipMethod.Message, Requests.TeleBoot(ManscdpCharset.Gb2312, "1", Device))).StatusCode);
        await Eventually.TrueAsync(() => scene.Restarts == 1, "restart");
    }

    [Fact]
    public async Task Alarms_wait_for_the_registration_and_go_out_in_order_until_each_200()
    {
        await using var scene = new LinkScene();
        scene.Outbox.Append(Alarm(1));
        scene.Outbox.Append(Alarm(2));
        FakeExchange register = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal(0, scene.Platform.Unread("Alarm"));
        register.Answer(200);

        FakeExchange first = await scene.Platform.ExpectAsync("Alarm");
        Assert.Equal(("34020000001340000001", "2026-05-01T08:00:01"), (first.Body.DeviceId, first.Body.Value("AlarmTime")));
        Assert.Equal(0, scene.Platform.Unread("Alarm"));
        first.Answer(500);
        await scene.PausedAsync();
        FakeExchange again = await scene.PassUntilAsync("Alarm");
        Assert.Equal("34020000001340000001", again.Body.DeviceId);
        Assert.Equal(0, scene.Outbox.ConfirmedUpTo("city"));
        again.Answer(200);
        FakeExchange second = await scene.Platform.ExpectAsync("Alarm");
        Assert.Equal("34020000001340000002", second.Body.DeviceId);
        Assert.Equal(1, scene.Outbox.ConfirmedUpTo("city"));
        second.Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 2, "both confirmed");

        scene.Outbox.Append(Alarm(3));
        (await scene.Platform.ExpectAsync("Alarm")).Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 3, "the third confirmed");
    }

    [Fact]
    public async Task Alarms_pause_while_the_platform_is_lost_and_go_on_when_it_is_back()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        (await scene.PassUntilAsync("Keepalive")).Answer(403);
        FakeExchange register = await scene.Platform.ExpectAsync("REGISTER");
        scene.Outbox.Append(Alarm(1));
        Assert.Equal(0, scene.Platform.Unread("Alarm"));
        register.Answer(200);
        (await scene.Platform.ExpectAsync("Alarm")).Answer(200);
        await Eventually.TrueAsync(() => scene.Outbox.ConfirmedUpTo("city") == 1, "confirmed");
    }

    [Fact]
    public async Task A_failing_outbox_is_looked_at_again()
    {
        var outbox = new FakeOutbox { Failure = new IOException("disk gone") };
        await using var scene = new LinkScene(outbox: outbox);
        outbox.Append(Alarm(1));
        await scene.RegisterAsync();
        await scene.PausedAsync();
        (await scene.PassUntilAsync("Alarm")).Answer(200);
        await Eventually.TrueAsync(() => outbox.ConfirmedUpTo("city") == 1, "confirmed");
    }

    [Fact]
    public async Task Leaving_ends_calls_then_deregisters()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        scene.Stop();
        FakeExchange leave = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal("0", leave.Request.Text(HeaderName.Expires));
        Assert.Equal([true], scene.Calls.Ended);
        Assert.Equal(["city"], scene.Head.Lost);
        leave.Answer(401, null, "WWW-Authenticate: Digest realm=\"3402000000\",nonce=\"n\"");
        FakeExchange authorized = await scene.Platform.ExpectAsync("REGISTER");
        Assert.Equal("0", authorized.Request.Text(HeaderName.Expires));
        Assert.NotNull(authorized.Request.Text(HeaderName.Authorization));
        authorized.Answer(200);
        await scene.Running.WaitAsync(FakePlatform.Patience, TestContext.Current.CancellationToken);
        Assert.Contains(new PlatformEvent.Left("city", Confirmed: true), scene.Observer.Seen);
    }

    [Fact]
    public async Task Leaving_a_platform_that_is_dead_takes_no_longer_than_its_limit()
    {
        await using var scene = new LinkScene();
        await scene.RegisterAsync();
        scene.Calls.Hangs = true;
        scene.Stop();
        await Eventually.TrueAsync(() => scene.Calls.Ended.Contains(true), "calls are being ended");
        Assert.Equal(0, scene.Platform.Unread("REGISTER"));
        scene.Time.Advance(TimeSpan.FromSeconds(1.2));
        await scene.Platform.ExpectAsync("REGISTER");
        Assert.False(scene.Running.IsCompleted);
        scene.Time.Advance(TimeSpan.FromSeconds(1.3));
        await scene.Running.WaitAsync(FakePlatform.Patience, TestContext.Current.CancellationToken);
        Assert.Contains(new PlatformEvent.Left("city", Confirmed: false), scene.Observer.Seen);
    }

    [Fact]
    public async Task One_platforms_trouble_never_touches_another()
    {
        var outbox = new FakeOutbox();
        var dispatcher = new ManscdpDispatcher([new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, request =>
            ManscdpAnswer.Reply(Responses.Result(ManscdpCharset.Gb2312, CmdType.Catalog, request.Message.Sn, Device, true)))], NullLogger.Instance);
        await using var dead = new LinkScene("dead", outbox, dispatcher);
        await using var alive = new LinkScene("alive", outbox, dispatcher);
        outbox.Append(Alarm(1));
        await dead.RegisterAsync();
        await alive.RegisterAsync();
        await dead.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog));
        await dead.Platform.ExpectAsync("Catalog");
        await dead.Platform.ExpectAsync("Alarm");
        await alive.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog));
        (await alive.Platform.ExpectAsync("Catalog")).Answer(200);
        (await alive.Platform.ExpectAsync("Alarm")).Answer(200);
        await Eventually.TrueAsync(() => outbox.ConfirmedUpTo("alive") == 1, "confirmed by one");
        Assert.Equal(0, outbox.ConfirmedUpTo("dead"));
        for (int i = 0; i < 3; i++)
        {
            (await dead.PassUntilAsync("Keepalive")).TimeOut();
            (await alive.PassUntilAsync("Keepalive")).Answer(200);
            int misses = i + 1;
            await Eventually.TrueAsync(() => dead.Link.Status.KeepaliveMisses == misses, "the miss is counted");
        }
        await dead.Platform.ExpectAsync("REGISTER");
        Assert.False(dead.Link.Status.IsRegistered);
        Assert.True(alive.Link.Status.IsRegistered);
        Assert.Empty(alive.Calls.Ended);
        Assert.Empty(alive.Head.Lost);
        Assert.Equal(["dead"], dead.Head.Lost);
    }

    [Fact]
    public async Task A_bug_in_a_handler_ends_the_link_with_a_fault()
    {
        await using var scene = new LinkScene(handlers: new FakeHandler(ManscdpRoot.Query, CmdType.Catalog, _ => throw new InvalidOperationException("bug")));
        await scene.RegisterAsync();
        Task<SipResponse> asked = scene.Platform.AskAsync(SipMethod.Message, Query(CmdType.Catalog));
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.Running.WaitAsync(FakePlatform.Patience, TestContext.Current.CancellationToken));
        Assert.False(asked.IsCompleted);
    }
}
