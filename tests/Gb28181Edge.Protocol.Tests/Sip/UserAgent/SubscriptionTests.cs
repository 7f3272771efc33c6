using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Protocol.Tests.Sip.UserAgent;

/// <summary>The notifier's side of a subscription, RFC 6665 §4.2.</summary>
public class SubscriptionTests
{
    private const string Ours = "sip:34020000001110000001@192.0.2.20:5060";

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1000);

    private static SipRequest Subscribe(string? expires = "600", string? @event = "Catalog;id=1894", string? toTag = null, string? contact = "<sip:34020000002000000001@192.0.2.1:5060>", int number = 31)
    {
        var request = new SipRequest(SipMethod.Subscribe, "sip:34020000001110000001@192.0.2.20:5060");
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "192.0.2.1", Branch = $"z9hG4bK{number}" });
        request.Add(HeaderName.From, "<sip:34020000002000000001@3402000000>;tag=p9");
        request.Add(HeaderName.To, $"<sip:34020000001110000001@192.0.2.20:5060>{(toTag is null ? "" : $";tag={toTag}")}");
        request.Add(HeaderName.CallId, "sub-1@192.0.2.1");
        request.Add(HeaderName.CSeq, $"{number} SUBSCRIBE");
        if (expires is not null) request.Add(HeaderName.Expires, expires);
        if (@event is not null) request.Add(HeaderName.Event, @event);
        if (contact is not null) request.Add(HeaderName.Contact, contact);
        return request;
    }

    private static Subscription Begin(out SipResponse response, SipRequest? subscribe = null, int seconds = 600)
    {
        subscribe ??= Subscribe();
        var subscription = new Subscription(subscribe, "d9", Ours, "sip:34020000002000000001@192.0.2.1:5060");
        response = subscription.Accept(subscribe, seconds, Start);
        return subscription;
    }

    private static string? State(SipRequest notify) => notify.Text(HeaderName.SubscriptionState);

    [Theory]
    [InlineData("600", 200, 600)]
    [InlineData("0", 200, 0)]
    [InlineData("10", 200, 10)]
    [InlineData("9", 423, 9)]
    [InlineData("1", 423, 1)]
    [InlineData("99999999999999", 200, 86_400)]
    [InlineData(null, 200, 3600)]
    [InlineData("soon", 400, 3600)]
    public void Expires_is_granted_bounded_or_refused(string? expires, int status, int seconds)
    {
        Assert.Equal(status, Subscription.Judge(Subscribe(expires), out int granted));
        Assert.Equal(seconds, granted);
    }

    [Fact]
    public void The_200_has_our_tag_and_contact_the_time_and_the_event_as_it_came()
    {
        Begin(out SipResponse response);
        Assert.Equal((200, "d9", "600", "Catalog;id=1894", $"<{Ours}>"), (response.StatusCode, response.To.Tag, response.Text(HeaderName.Expires), response.Text(HeaderName.Event), response.Text(HeaderName.Contact)));
    }

    [Fact]
    public void A_NOTIFY_is_due_at_once_and_belongs_to_the_dialog()
    {
        Subscription subscription = Begin(out _);
        Assert.True(subscription.IsStateDue);
        Assert.True(subscription.CanNotify);
        SipRequest notify = subscription.Notify("Application/MANSCDP+xml", "<Notify/>"u8.ToArray(), isLast: true, Start + TimeSpan.FromSeconds(1.5));
        Assert.Equal(("NOTIFY", "sip:34020000002000000001@192.0.2.1:5060", "sub-1@192.0.2.1"), (notify.Method.Name, notify.RequestUri, notify.CallId));
        Assert.Equal(("d9", "p9", 1u), (notify.From.Tag, notify.To.Tag, notify.CSeq.Number));
        Assert.Equal(("34020000001110000001", "34020000002000000001"), (notify.From.Uri.User, notify.To.Uri.User));
        Assert.Equal(("Catalog;id=1894", "active;expires=599", $"<{Ours}>", "Application/MANSCDP+xml"), (notify.Text(HeaderName.Event), State(notify), notify.Text(HeaderName.Contact), notify.ContentType));
        Assert.False(subscription.IsStateDue);
        Assert.Equal(9, notify.Body.Length);
    }

    [Fact] // GB/T 28181-2016 annex N
    public void One_NOTIFY_is_under_way_at_a_time_and_their_numbers_grow()
    {
        Subscription subscription = Begin(out _);
        subscription.Notify(null, default, isLast: true, Start);
        Assert.False(subscription.CanNotify);
        subscription.OnNotifyOutcome(200);
        Assert.True(subscription.CanNotify);
        Assert.Equal(2u, subscription.Notify(null, default, isLast: true, Start).CSeq.Number);
    }

    [Fact]
    public void A_NOTIFY_without_a_body_has_no_content_type()
    {
        SipRequest notify = Begin(out _).Notify(null, default, isLast: true, Start);
        Assert.Null(notify.ContentType);
        Assert.True(notify.Body.IsEmpty);
    }

    [Fact]
    public void A_refresh_prolongs_it_tells_the_state_again_and_moves_the_target()
    {
        Subscription subscription = Begin(out _);
        subscription.Notify(null, default, isLast: true, Start);
        subscription.OnNotifyOutcome(200);
        SipRequest refresh = Subscribe("900", "Catalog;id=2", "d9", "<sip:new@192.0.2.9:5070>", 32);
        Assert.True(subscription.Matches(refresh));
        SipResponse response = subscription.Accept(refresh, 900, Start + TimeSpan.FromSeconds(500));
        Assert.Equal(("d9", "900", "Catalog;id=2"), (response.To.Tag, response.Text(HeaderName.Expires), response.Text(HeaderName.Event)));
        Assert.Equal(Start + TimeSpan.FromSeconds(1400), subscription.NextDeadline);
        Assert.True(subscription.IsStateDue);
        SipRequest notify = subscription.Notify(null, default, isLast: true, Start + TimeSpan.FromSeconds(500));
        Assert.Equal(("sip:new@192.0.2.9:5070", "Catalog;id=2", "active;expires=900"), (notify.RequestUri, notify.Text(HeaderName.Event), State(notify)));
    }

    [Fact] // some platforms refresh without the tag that they were given
    public void A_refresh_without_a_To_tag_belongs_to_it_and_gets_the_same_tag()
    {
        Subscription subscription = Begin(out _);
        SipRequest refresh = Subscribe(number: 32);
        Assert.True(subscription.Matches(refresh));
        Assert.Equal("d9", subscription.Accept(refresh, 600, Start).To.Tag);
        Assert.False(subscription.Matches(Subscribe(toTag: "other")));
    }

    [Fact]
    public void A_refresh_while_a_NOTIFY_is_under_way_is_followed_by_another()
    {
        Subscription subscription = Begin(out _);
        subscription.Notify(null, default, isLast: true, Start);
        subscription.Accept(Subscribe(toTag: "d9", number: 32), 600, Start);
        subscription.OnNotifyOutcome(200);
        Assert.True(subscription.IsStateDue);
    }

    [Fact]
    public void Expires_0_ends_it_with_a_last_NOTIFY()
    {
        Subscription subscription = Begin(out _);
        subscription.Notify(null, default, isLast: true, Start);
        subscription.OnNotifyOutcome(200);
        SipRequest cancel = Subscribe("0", toTag: "d9", number: 32);
        Assert.Equal("0", subscription.Accept(cancel, 0, Start + TimeSpan.FromSeconds(5)).Text(HeaderName.Expires));
        Assert.Equal(SubscriptionState.Ending, subscription.State);
        Assert.Null(subscription.NextDeadline);
        Assert.False(subscription.Matches(Subscribe(toTag: "d9", number: 33)));
        SipRequest last = subscription.Notify(null, default, isLast: true, Start + TimeSpan.FromSeconds(5));
        Assert.Equal("terminated;reason=timeout", State(last));
        subscription.OnNotifyOutcome(481);
        Assert.Equal(SubscriptionState.Ended, subscription.State);
        Assert.False(subscription.CanNotify);
    }

    [Fact]
    public void What_still_waits_at_the_end_is_told_before_the_last_word()
    {
        Subscription fetch = Begin(out _, Subscribe("0"), seconds: 0);
        Assert.Equal("active;expires=0", State(fetch.Notify("x", "a"u8.ToArray(), isLast: false, Start)));
        fetch.OnNotifyOutcome(200);
        Assert.Equal(SubscriptionState.Ending, fetch.State);
        Assert.True(fetch.IsStateDue);
        Assert.Equal("terminated;reason=timeout", State(fetch.Notify("x", "b"u8.ToArray(), isLast: true, Start)));
    }

    [Fact]
    public void It_runs_out_unless_refreshed()
    {
        Subscription subscription = Begin(out _);
        subscription.OnTimer(Start + TimeSpan.FromSeconds(599.9));
        Assert.Equal(SubscriptionState.Active, subscription.State);
        subscription.OnTimer(Start + TimeSpan.FromSeconds(600));
        Assert.Equal(SubscriptionState.Ending, subscription.State);
        Assert.Equal("terminated;reason=timeout", State(subscription.Notify(null, default, isLast: true, Start + TimeSpan.FromSeconds(600))));
        subscription.OnNotifyOutcome(200);
        Assert.Equal(SubscriptionState.Ended, subscription.State);
    }

    [Fact]
    public void One_that_is_ended_by_us_says_why()
    {
        Subscription subscription = Begin(out _);
        subscription.End("rejected");
        subscription.End("timeout");
        Assert.Equal("terminated;reason=rejected", State(subscription.Notify(null, default, isLast: true, Start)));
    }

    [Theory] // RFC 6665 §4.2.2, RFC 5057 §5.1
    [InlineData(0, true)]
    [InlineData(481, true)]
    [InlineData(408, true)]
    [InlineData(404, true)]
    [InlineData(405, true)]
    [InlineData(410, true)]
    [InlineData(480, true)]
    [InlineData(489, true)]
    [InlineData(501, true)]
    [InlineData(604, true)]
    [InlineData(200, false)]
    [InlineData(202, false)]
    [InlineData(400, false)]
    [InlineData(415, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(603, false)]
    public void A_NOTIFY_that_nobody_wants_ends_it(int status, bool ends)
    {
        Subscription subscription = Begin(out _);
        subscription.Notify(null, default, isLast: true, Start);
        subscription.OnNotifyOutcome(status);
        Assert.Equal(ends ? SubscriptionState.Ended : SubscriptionState.Active, subscription.State);
    }

    [Fact] // seen with platforms that leave fields out
    public void Without_Event_and_Contact_it_works_all_the_same()
    {
        Subscription subscription = Begin(out SipResponse response, Subscribe(@event: null, contact: null));
        Assert.Null(response.Text(HeaderName.Event));
        SipRequest notify = subscription.Notify(null, default, isLast: true, Start);
        Assert.Equal(("presence", "sip:34020000002000000001@192.0.2.1:5060"), (notify.Text(HeaderName.Event), notify.RequestUri));
    }
}
