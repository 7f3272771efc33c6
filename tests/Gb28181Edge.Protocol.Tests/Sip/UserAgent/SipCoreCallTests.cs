using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Protocol.Tests.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.UserAgent;

/// <summary>Calls that come in. RFC 3261 §9.2, §12, §13.3, §14.2, §15.</summary>
public sealed class SipCoreCallTests
{
    private static readonly byte[] Sdp = "v=0\r\n"u8.ToArray();

    private static CoreRun Called(SipTransport transport = SipTransport.Udp) => new CoreRun(transport).Receive(Messages.Request("INVITE", cseq: 20));

    private static CoreRun Accepted(SipTransport transport = SipTransport.Udp)
    {
        CoreRun run = Called(transport);
        return run.Do(new SipInput.Accept(run.Session, "application/sdp", Sdp));
    }

    private static string Tag(CoreRun run) => run.Session.Dialog!.LocalTag;

    private static SipRequest InDialog(CoreRun run, string method, uint cseq = 21, string? branch = "z9hG4bK2", bool withTag = true) =>
        Messages.Request(method, cseq: cseq, branch: branch, toTag: withTag ? Tag(run) : null);

    private static CoreRun Confirmed()
    {
        CoreRun run = Accepted();
        return run.Receive(InDialog(run, "ACK", cseq: 20));
    }

    private static void NothingIsLeft(CoreRun run)
    {
        run.Until(run.Now + 400);
        Assert.Equal((0, 0), (run.Core.TransactionCount, run.Core.SessionCount));
    }

    [Fact]
    public void Answer_that_takes_long_is_preceded_by_100()
    {
        CoreRun run = Called().Until(3);
        run.Do(new SipInput.Accept(run.Session, "application/sdp", Sdp));
        Assert.Equal([100, 200], run.StatusCodes);
        Assert.Equal([0.2, 3], run.Sent.Select(entry => entry.At));
    }

    [Fact] // §13.3.1.1, §12.1.1
    public void Success_has_contact_of_the_called_user_allow_tag_and_body()
    {
        SipResponse success = Assert.Single(Accepted().Responses);
        Assert.Equal("<sip:34020000001310000001@192.0.2.20:5062>", success.Text(HeaderName.Contact));
        Assert.NotNull(success.To.Tag);
        Assert.NotNull(success.Text(HeaderName.Allow));
        Assert.Equal("application/sdp", success.ContentType);
        Assert.Equal(Sdp, success.Body.ToArray());
    }

    [Theory] // §13.3.1.4
    [InlineData(false)]
    [InlineData(true)]
    public void Success_is_repeated_up_to_T2_and_without_ack_ended_with_BYE_after_32_s(bool tcp)
    {
        CoreRun run = Accepted(tcp ? SipTransport.Tcp : SipTransport.Udp).Until(32);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], run.Sent.Where(entry => entry.Message is SipResponse).Select(entry => entry.At));
        Assert.Equal([InviteEvent.AckMissing], run.Events);
        SipRequest bye = Assert.Single(run.Requests);
        Assert.Equal(SipMethod.Bye, bye.Method);
        Assert.Equal(0, run.Core.SessionCount);
        NothingIsLeft(run);
    }

    [Theory]
    [InlineData("z9hG4bK9", true)]          // as the standard has it: a transaction of its own
    [InlineData("z9hG4bK1", true)]          // the INVITE's branch again
    [InlineData("z9hG4bK9", false)]         // SRS 4: no To tag
    [InlineData(null, true)]                // no branch
    public void Ack_stops_the_repeats_and_is_told_once(string? branch, bool withTag)
    {
        CoreRun run = Accepted().Until(1);
        run.Receive(InDialog(run, "ACK", 20, branch, withTag)).Receive(InDialog(run, "ACK", 20, branch, withTag)).Until(100);
        Assert.Equal([InviteEvent.Acknowledged], run.Events);
        Assert.Equal([200, 200], run.StatusCodes);
        Assert.Equal(InviteSessionState.Confirmed, run.Session.State);
    }

    [Fact]
    public void Ack_after_the_transaction_is_forgotten_does_no_harm()
    {
        CoreRun run = Confirmed().Until(100);
        run.Receive(InDialog(run, "ACK", 20, "z9hG4bK77"));
        Assert.Equal([InviteEvent.Acknowledged], run.Events);
    }

    [Fact]
    public void Cancel_before_the_answer_gets_200_and_the_invite_487()
    {
        CoreRun run = Called();
        run.Receive(Messages.Request("CANCEL", cseq: 20));
        Assert.Equal([200, 487], run.StatusCodes);
        Assert.Equal(["CANCEL", "INVITE"], run.Responses.Select(response => response.CSeq.Method.Name));
        Assert.Equal(run.Responses.First().To.Tag, run.Responses.Last().To.Tag);
        Assert.Equal([InviteEvent.Cancelled], run.Events);
        run.Receive(Messages.Request("ACK", cseq: 20));
        NothingIsLeft(run);
        Assert.Equal([200, 487], run.StatusCodes);
    }

    [Theory]
    [InlineData("z9hG4bKother")]
    [InlineData(null)]
    public void Cancel_with_a_branch_of_its_own_is_understood(string? branch)
    {
        CoreRun run = Called().Receive(Messages.Request("CANCEL", cseq: 20, branch: branch));
        Assert.Equal([200, 487], run.StatusCodes);
    }

    [Fact]
    public void Cancel_after_the_answer_gets_200_and_changes_nothing()
    {
        CoreRun run = Accepted();
        run.Receive(Messages.Request("CANCEL", cseq: 20)).Receive(InDialog(run, "ACK", 20));
        Assert.Equal([200, 200], run.StatusCodes);
        Assert.Equal([InviteEvent.Acknowledged], run.Events);
    }

    [Fact]
    public void Answer_after_a_cancel_is_passed_over()
    {
        CoreRun run = Called();
        run.Receive(Messages.Request("CANCEL", cseq: 20)).Do(new SipInput.Accept(run.Session, "application/sdp", Sdp));
        Assert.Equal([200, 487], run.StatusCodes);
        Assert.Equal(InviteSessionState.Ended, run.Session.State);
    }

    [Fact]
    public void Cancel_of_another_peer_touches_nothing()
    {
        CoreRun run = Called();
        run.Receive(Messages.Request("CANCEL", cseq: 20), new SipFlow(2, SipTransport.Udp, run.Flow.Remote, run.Flow.SentBy));
        Assert.Equal([481], run.StatusCodes);
        Assert.Empty(run.Events);
    }

    [Fact]
    public void Repeated_invite_opens_no_second_call()
    {
        CoreRun run = Called().Receive(Messages.Request("INVITE", cseq: 20));
        run.Do(new SipInput.Accept(run.Session, "application/sdp", Sdp)).Receive(Messages.Request("INVITE", cseq: 20));
        Assert.Single(run.Of<SipOutput.IncomingCall>());
        Assert.Equal(1, run.Core.SessionCount);
    }

    [Fact] // seen with Monibuca: a Call-ID used again for another call
    public void Same_call_id_with_a_new_from_tag_is_a_new_call()
    {
        CoreRun run = Called().Receive(Messages.Request("INVITE", cseq: 20, fromTag: "second", branch: "z9hG4bK5"));
        Assert.Equal(2, run.Of<SipOutput.IncomingCall>().Count());
        Assert.Equal(2, run.Core.SessionCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]                      // SRS 4: no To tag
    public void Bye_gets_200_ends_the_call_and_a_second_one_481(bool withTag)
    {
        CoreRun run = Confirmed();
        run.Receive(InDialog(run, "BYE", 21, "z9hG4bK3", withTag)).Receive(InDialog(run, "BYE", 21, "z9hG4bK3", withTag));
        Assert.Equal([200, 200, 200], run.StatusCodes);
        Assert.Equal([InviteEvent.Acknowledged, InviteEvent.Bye], run.Events);
        run.Receive(InDialog(run, "BYE", 22, "z9hG4bK4"));
        Assert.Equal(481, run.StatusCodes.Last());
        NothingIsLeft(run);
    }

    [Fact]
    public void Bye_before_the_ack_ends_the_call_and_the_repeats()
    {
        CoreRun run = Accepted();
        run.Receive(InDialog(run, "BYE")).Until(60);
        Assert.Equal([200, 200], run.StatusCodes);
        Assert.Equal([InviteEvent.Bye], run.Events);
        NothingIsLeft(run);
    }

    [Fact] // §15.1.2
    public void Bye_before_the_answer_gets_200_and_the_invite_487()
    {
        CoreRun run = Called();
        run.Receive(InDialog(run, "BYE"));
        Assert.Equal([200, 487], run.StatusCodes);
        Assert.Equal([InviteEvent.Bye], run.Events);
        NothingIsLeft(run);
    }

    [Fact]
    public void Refusal_ends_the_call()
    {
        CoreRun run = Called();
        run.Do(new SipInput.Reject(run.Session, 486, null)).Receive(Messages.Request("ACK", cseq: 20));
        Assert.Equal([486], run.StatusCodes);
        Assert.Equal([InviteEvent.Ended], run.Events);
        NothingIsLeft(run);
    }

    [Fact]
    public void Call_that_nobody_answers_is_answered_for()
    {
        CoreRun run = Called();
        NothingIsLeft(run);
        Assert.Equal([InviteEvent.Ended], run.Events);
        Assert.Equal(500, run.StatusCodes.Last());
    }

    [Theory]
    [InlineData("INFO")]
    [InlineData("MESSAGE")]
    [InlineData("NOTIFY")]
    public void Request_within_the_call_reaches_it_whatever_its_number(string method)
    {
        CoreRun run = Confirmed();
        run.Receive(InDialog(run, method, cseq: 20, "z9hG4bKi1")).Receive(InDialog(run, method, cseq: 20, "z9hG4bKi2")).Receive(InDialog(run, method, cseq: 3, "z9hG4bKi3"));
        Assert.Equal(3, run.Of<SipOutput.InDialog>().Count());
        Assert.All(run.Of<SipOutput.InDialog>(), request => Assert.Same(run.Session, request.Session));
    }

    [Fact] // §14.2
    public void New_invite_within_the_call_is_answered_acknowledged_and_moves_the_target()
    {
        CoreRun run = Confirmed();
        run.Receive(Messages.Request("INVITE", cseq: 21, branch: "z9hG4bKr", toTag: Tag(run), contact: "<sip:34020000002000000001@192.0.2.9:5070>"));
        ServerSlot transaction = Assert.Single(run.Of<SipOutput.InDialog>()).Transaction;
        run.Receive(Messages.Request("INVITE", cseq: 22, branch: "z9hG4bKr2", toTag: Tag(run)));
        Assert.Equal(491, run.StatusCodes.Last());
        run.Do(new SipInput.Respond(transaction, SipResponse.For(transaction.Request, 200))).Until(0.6);
        Assert.Equal(2, run.Responses.Count(response => response.CSeq.Number == 21 && response.StatusCode == 200));
        run.Receive(InDialog(run, "ACK", 21, "z9hG4bKr3")).Until(100);
        Assert.Equal(2, run.Responses.Count(response => response.CSeq.Number == 21 && response.StatusCode == 200));
        Assert.Equal([InviteEvent.Acknowledged], run.Events);
        Assert.Equal("sip:34020000002000000001@192.0.2.9:5070", run.Session.Dialog!.RemoteTarget);
    }

    [Fact]
    public void Our_bye_goes_to_the_contact_with_both_tags_and_ends_the_call()
    {
        CoreRun run = Confirmed();
        object token = new();
        run.Do(new SipInput.Bye(run.Session, token));
        SipRequest bye = Assert.Single(run.Requests);
        Assert.Equal("sip:34020000002000000001@192.0.2.1:5060", bye.RequestUri);
        Assert.Equal((Tag(run), "remote", 1u), (bye.From.Tag, bye.To.Tag, bye.CSeq.Number));
        Assert.Empty(run.Outcomes);
        run.Answer("BYE", 200);
        Assert.Same(token, Assert.Single(run.Outcomes).Token);
        Assert.Equal([InviteEvent.Acknowledged, InviteEvent.Ended], run.Events);
        NothingIsLeft(run);
    }

    [Fact] // §15: not before the ACK
    public void Our_bye_waits_for_the_ack()
    {
        CoreRun run = Accepted();
        run.Do(new SipInput.Bye(run.Session, new object())).Until(5);
        Assert.Empty(run.Requests);
        run.Receive(InDialog(run, "ACK", 20));
        Assert.Equal(SipMethod.Bye, Assert.Single(run.Requests).Method);
        run.Answer("BYE", 200);
        Assert.Single(run.Outcomes);
        NothingIsLeft(run);
    }

    [Fact]
    public void Our_bye_is_over_when_the_ack_stays_out()
    {
        CoreRun run = Accepted();
        run.Do(new SipInput.Bye(run.Session, new object())).Until(33);
        Assert.Single(run.Outcomes);
        Assert.Equal(SipMethod.Bye, run.Requests.First().Method);
        NothingIsLeft(run);
    }

    [Fact]
    public void Crossing_byes_are_both_answered()
    {
        CoreRun run = Confirmed();
        run.Do(new SipInput.Bye(run.Session, new object())).Receive(InDialog(run, "BYE"));
        Assert.Equal(200, run.StatusCodes.Last());
        run.Answer("BYE", 481);
        Assert.Single(run.Outcomes);
        Assert.Equal([InviteEvent.Acknowledged, InviteEvent.Ended], run.Events);
        NothingIsLeft(run);
    }

    [Fact]
    public void Our_bye_before_the_answer_is_a_refusal()
    {
        CoreRun run = Called();
        run.Do(new SipInput.Bye(run.Session, new object()));
        Assert.Equal([480], run.StatusCodes);
        Assert.Single(run.Outcomes);
    }

    [Fact]
    public void Bye_that_nobody_answers_ends_the_call_all_the_same()
    {
        CoreRun run = Confirmed();
        run.Do(new SipInput.Bye(run.Session, new object())).Until(40);
        Assert.Equal(SipEnd.Timeout, run.Outcomes.First().End);
        NothingIsLeft(run);
    }

    [Fact]
    public void Forgotten_call_sends_nothing_and_answers_481()
    {
        CoreRun run = Confirmed();
        run.Do(new SipInput.Forget(run.Session)).Receive(InDialog(run, "BYE"));
        Assert.Empty(run.Requests);
        Assert.Equal(481, run.StatusCodes.Last());
        NothingIsLeft(run);
        CoreRun unanswered = Called();
        unanswered.Do(new SipInput.Forget(unanswered.Session));
        Assert.Equal([480], unanswered.StatusCodes);
    }

    [Fact]
    public void Request_of_ours_within_the_call_counts_up()
    {
        CoreRun run = Confirmed();
        run.Do(new SipInput.SendInDialog(run.Session, SipMethod.Message, "Application/MANSCDP+xml", Encoding.ASCII.GetBytes("<x/>"), "first")).Answer("MESSAGE", 200);
        run.Do(new SipInput.SendInDialog(run.Session, SipMethod.Info, null, default, "second"));
        Assert.Equal([1u, 2u], run.Requests.Select(request => request.CSeq.Number));
        Assert.Equal("first", run.Outcomes.Single().Token);
        Assert.Equal(200, run.Outcomes.Single().Response!.StatusCode);
    }

    [Fact]
    public void Request_of_ours_after_the_end_fails_at_once()
    {
        CoreRun run = Confirmed();
        run.Receive(InDialog(run, "BYE")).Do(new SipInput.SendInDialog(run.Session, SipMethod.Message, null, default, "late"));
        Assert.Equal(SipEnd.TransportFailed, run.Outcomes.Single().End);
    }

    [Fact]
    public void Lost_connection_is_told_to_its_calls()
    {
        CoreRun run = Accepted(SipTransport.Tcp);
        run.Do(new SipInput.ConnectionLost(8, "another")).Do(new SipInput.ConnectionLost(7, "closed"));
        Assert.Equal([InviteEvent.TransportLost], run.Events);
    }

    [Fact] // §12.1.1
    public void Record_route_of_the_invite_is_the_route_of_our_bye()
    {
        var run = new CoreRun();
        run.Receive(Messages.Request("INVITE", extra: "Record-Route: <sip:a;lr>, <sip:b;lr>\r\n"));
        run.Do(new SipInput.Accept(run.Session, "application/sdp", Sdp)).Receive(Messages.Request("ACK", branch: "z9hG4bKa", toTag: Tag(run)));
        run.Do(new SipInput.Bye(run.Session, null));
        Assert.Equal(["<sip:a;lr>", "<sip:b;lr>"], run.Requests.Single().Texts(HeaderName.Route));
    }

    [Fact] // seen with Monibuca
    public void Invite_without_contact_is_answered_to_its_source()
    {
        var run = new CoreRun();
        run.Receive(Messages.Request("INVITE", contact: null));
        Assert.Equal("sip:34020000002000000001@192.0.2.1:5060", run.Session.Dialog!.RemoteTarget);
    }
}
