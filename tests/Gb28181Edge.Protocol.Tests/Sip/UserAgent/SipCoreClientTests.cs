using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Protocol.Tests.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.UserAgent;

/// <summary>Requests and calls of ours. RFC 3261 §8.1, §9.1, §13.2, §15.1.1.</summary>
public sealed class SipCoreClientTests
{
    private static SipRequest Own(string method)
    {
        SipRequest request = new(new SipMethod(method), "sip:34020000002000000001@3402000000");
        request.Add(HeaderName.From, "<sip:34020000001110000001@3402000000>;tag=ours");
        request.Add(HeaderName.To, "<sip:34020000002000000001@3402000000>");
        request.Add(HeaderName.CallId, "own-1");
        request.Add(HeaderName.CSeq, $"1 {method}");
        return request;
    }

    private static CoreRun Sending(string method = "MESSAGE", SipTransport transport = SipTransport.Udp)
    {
        var run = new CoreRun(transport);
        return run.Do(new SipInput.Send(Own(method), run.Flow, "token"));
    }

    private static (CoreRun Run, InviteSession Session) Calling(bool acknowledge = true, SipTransport transport = SipTransport.Udp)
    {
        var run = new CoreRun(transport);
        var session = new InviteSession(Own("INVITE"), run.Flow, SipTimers.Default, isCaller: true) { SendsAck = acknowledge };
        return (run.Do(new SipInput.Invite(session, "token")), session);
    }

    [Fact] // §8.1.1
    public void Request_gets_via_branch_rport_max_forwards_and_user_agent()
    {
        SipRequest sent = Sending("REGISTER").Requests.Single();
        Assert.Equal("SIP/2.0/UDP 192.0.2.20:5062;rport;branch=z9hG4bKk1", sent.Text(HeaderName.Via));
        Assert.Equal("70", sent.Text(HeaderName.MaxForwards));
        Assert.Equal("test", sent.Text(HeaderName.UserAgent));
        Assert.Equal("<sip:34020000001110000001@192.0.2.20:5062>", sent.Text(HeaderName.Contact));
    }

    [Fact]
    public void Over_tcp_via_and_contact_say_so()
    {
        SipRequest sent = Sending("REGISTER", SipTransport.Tcp).Requests.Single();
        Assert.Equal("TCP", sent.TopVia.Transport);
        Assert.Equal("<sip:34020000001110000001@192.0.2.20:5062;transport=tcp>", sent.Text(HeaderName.Contact));
        Assert.Null(Sending("MESSAGE", SipTransport.Tcp).Requests.Single().Text(HeaderName.Contact));
    }

    [Fact]
    public void Request_may_be_sent_again_with_a_new_branch()
    {
        var run = new CoreRun();
        SipRequest request = Own("MESSAGE");
        run.Do(new SipInput.Send(request, run.Flow, "first")).Answer("MESSAGE", 401);
        request.Set(HeaderName.CSeq, "2 MESSAGE");
        run.Do(new SipInput.Send(request, run.Flow, "second")).Answer("MESSAGE", 200);
        Assert.Equal(["first", "second"], run.Outcomes.Select(outcome => outcome.Token));
        Assert.Single(request.Texts(HeaderName.Via));
    }

    [Fact]
    public void Final_response_is_the_outcome_once()
    {
        CoreRun run = Sending().Answer("MESSAGE", 100, null).Answer("MESSAGE", 200).Answer("MESSAGE", 200);
        SipOutput.Outcome outcome = Assert.Single(run.Outcomes);
        Assert.Equal(("token", 200, SipEnd.Done), (outcome.Token, outcome.Response!.StatusCode, outcome.End));
        Assert.Equal(0, run.Until(50).Core.TransactionCount);
    }

    [Fact] // Hikvision NCG: no branch; SRS 4: no From tag
    public void Response_without_branch_or_from_tag_finds_its_request()
    {
        CoreRun run = Sending();
        SipResponse response = SipResponse.For(run.Requests.Single(), 200, "x");
        response.Set(HeaderName.Via, "SIP/2.0/UDP 192.0.2.20:5062");
        response.Set(HeaderName.From, "<sip:34020000001110000001@3402000000>");
        run.Receive(response);
        Assert.Equal(200, Assert.Single(run.Outcomes).Response!.StatusCode);
    }

    [Fact]
    public void Silence_is_a_timeout()
    {
        CoreRun run = Sending().Until(32);
        Assert.Equal(SipEnd.Timeout, Assert.Single(run.Outcomes).End);
        Assert.Equal(11, run.Sent.Count());
        Assert.Equal(0, run.Core.TransactionCount);
    }

    [Fact]
    public void Failed_send_and_lost_connection_are_told()
    {
        CoreRun run = Sending();
        run.Do(new SipInput.SendFailed(run.Requests.Single(), "no route"));
        Assert.Equal((SipEnd.TransportFailed, "no route"), (run.Outcomes.Single().End, run.Outcomes.Single().Reason));
        CoreRun tcp = Sending(transport: SipTransport.Tcp).Do(new SipInput.ConnectionLost(7, "refused"));
        Assert.Equal((SipEnd.TransportFailed, "refused"), (tcp.Outcomes.Single().End, tcp.Outcomes.Single().Reason));
    }

    [Fact] // §13.2.2.4
    public void Accepted_call_is_acknowledged_for_each_repeat_of_the_success()
    {
        (CoreRun run, InviteSession session) = Calling();
        run.Answer("INVITE", 100, null).Answer("INVITE", 200).Answer("INVITE", 200);
        SipRequest[] acks = [.. run.Requests.Where(request => request.Method == SipMethod.Ack)];
        Assert.Equal(2, acks.Length);
        Assert.Same(acks[0], acks[1]);
        Assert.NotEqual(session.Invite.TopVia.Branch, acks[0].TopVia.Branch);
        Assert.Equal(("remote", 1u), (acks[0].To.Tag, acks[0].CSeq.Number));
        Assert.Equal(200, Assert.Single(run.Outcomes).Response!.StatusCode);
        Assert.Equal(InviteSessionState.Confirmed, session.State);
    }

    [Fact]
    public void Second_success_from_elsewhere_is_acknowledged_and_ended()
    {
        (CoreRun run, _) = Calling();
        run.Answer("INVITE", 200).Answer("INVITE", 200, "fork");
        Assert.Equal(["INVITE", "ACK", "ACK", "BYE"], run.Requests.Select(request => request.Method.Name));
        Assert.Equal("fork", run.Requests.Last().To.Tag);
        Assert.Equal(1, run.Core.SessionCount);
    }

    [Fact]
    public void Refused_call_is_over()
    {
        (CoreRun run, InviteSession session) = Calling();
        run.Answer("INVITE", 486);
        Assert.Equal(486, Assert.Single(run.Outcomes).Response!.StatusCode);
        Assert.Equal((InviteSessionState.Ended, 0), (session.State, run.Core.SessionCount));
        Assert.Equal(0, run.Until(40).Core.TransactionCount);
    }

    [Fact]
    public void Unacknowledged_call_is_what_a_test_may_ask_for()
    {
        (CoreRun run, _) = Calling(acknowledge: false);
        run.Answer("INVITE", 200).Answer("INVITE", 200);
        Assert.DoesNotContain(run.Requests, request => request.Method == SipMethod.Ack);
    }

    [Fact] // §9.1
    public void Cancel_waits_for_a_provisional_response()
    {
        (CoreRun run, InviteSession session) = Calling();
        run.Do(new SipInput.Cancel(session));
        Assert.DoesNotContain(run.Requests, request => request.Method == SipMethod.Cancel);
        run.Answer("INVITE", 100, null);
        SipRequest cancel = Assert.Single(run.Requests, request => request.Method == SipMethod.Cancel);
        Assert.Equal((session.Invite.TopVia, 1u, session.Invite.RequestUri), (cancel.TopVia, cancel.CSeq.Number, cancel.RequestUri));
        run.Answer("CANCEL", 200).Answer("INVITE", 487);
        Assert.Equal(487, Assert.Single(run.Outcomes).Response!.StatusCode);
        Assert.Equal(0, run.Until(60).Core.TransactionCount);
    }

    [Fact]
    public void Success_that_overtakes_the_cancel_is_acknowledged_and_ended()
    {
        (CoreRun run, InviteSession session) = Calling();
        run.Answer("INVITE", 100, null).Do(new SipInput.Cancel(session)).Answer("INVITE", 200);
        Assert.Equal(["INVITE", "CANCEL", "ACK", "BYE"], run.Requests.Select(request => request.Method.Name));
        run.Answer("BYE", 200).Answer("CANCEL", 200);
        Assert.Equal((0, 0), (run.Until(60).Core.TransactionCount, run.Core.SessionCount));
    }

    [Fact]
    public void Other_side_may_end_our_call()
    {
        (CoreRun run, InviteSession session) = Calling();
        run.Answer("INVITE", 200).Receive(Messages.Request("BYE", callId: "own-1", toTag: "ours"));
        Assert.Equal([InviteEvent.Bye], run.Events);
        Assert.Equal([200], run.StatusCodes);
        Assert.Equal(InviteSessionState.Ended, session.State);
    }

    [Fact]
    public void Lost_connection_ends_a_call_that_was_ringing()
    {
        (CoreRun run, InviteSession session) = Calling(transport: SipTransport.Tcp);
        run.Answer("INVITE", 180).Do(new SipInput.ConnectionLost(7, "closed"));
        Assert.Equal(SipEnd.TransportFailed, Assert.Single(run.Outcomes).End);
        Assert.Equal((InviteSessionState.Ended, 0), (session.State, run.Core.TransactionCount));
    }
}
