using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.Transactions;

/// <summary>Figure 5 of RFC 3261, edge by edge, with RFC 6026.</summary>
public sealed class InviteClientTransactionTests
{
    private static InviteClientState State(TransactionRun run) => ((InviteClientTransaction)run.Machine).State;

    [Fact] // §17.1.1.2
    public void TimerA_doubles_without_a_bound_until_B_ends_it()
    {
        var run = TransactionRun.InviteClient(reliable: false).Until(40);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
        Assert.Equal(InviteClientState.Terminated, State(run));
    }

    [Fact]
    public void Reliable_transport_has_no_timer_A_but_B()
    {
        var run = TransactionRun.InviteClient(reliable: true).Until(40);
        Assert.Equal([0], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Provisional_stops_A_and_B(bool reliable)
    {
        var run = TransactionRun.InviteClient(reliable).Until(0.2).Response(100).Until(1_000);
        Assert.Equal([0], run.SendTimes);
        Assert.Null(run.Ended);
        Assert.Equal(InviteClientState.Proceeding, State(run));
        Assert.Null(run.Machine.NextDeadline);
        Assert.Equal(["SIP/2.0 100 Trying"], run.Delivered);
    }

    [Fact]
    public void Provisionals_in_Proceeding_are_all_delivered()
    {
        var run = TransactionRun.InviteClient(reliable: false).Response(100).Response(180);
        Assert.Equal(["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing"], run.Delivered);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Success_goes_to_Accepted_which_M_ends(bool reliable, bool afterProvisional)
    {
        var run = TransactionRun.InviteClient(reliable);
        if (afterProvisional) run.Response(180);
        run.Response(200);
        Assert.Equal(InviteClientState.Accepted, State(run));
        run.Until(100);
        Assert.Equal((SipEnd.Done, 32.0), run.Ended);
        Assert.Equal([0], run.SendTimes);                                        // the ACK is the user's
    }

    [Fact] // RFC 6026 §8.4
    public void Repeats_of_the_success_are_delivered_and_nothing_else()
    {
        var run = TransactionRun.InviteClient(reliable: false).Response(200).Until(1).Response(200).Response(180).Response(486);
        Assert.Equal(2, run.Delivered.Count());
        Assert.Equal([0], run.SendTimes);
    }

    [Theory]
    [InlineData(false, false, 32)]
    [InlineData(false, true, 32)]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 0)]
    public void Refusal_is_acknowledged_here_and_D_ends_it(bool reliable, bool afterProvisional, double timerD)
    {
        var run = TransactionRun.InviteClient(reliable);
        if (afterProvisional) run.Response(100);
        run.Response(486);
        Assert.Equal(InviteClientState.Completed, State(run));
        Assert.Equal(SipMethod.Ack, ((SipRequest)run.Log[^1].Effect.Message!).Method);
        run.Until(100);
        Assert.Equal((SipEnd.Done, timerD), run.Ended);
    }

    [Fact]
    public void Repeats_of_the_refusal_are_acknowledged_and_not_delivered()
    {
        var run = TransactionRun.InviteClient(reliable: false).Response(486).Until(2).Response(486).Response(180).Response(200);
        Assert.Equal([0, 0, 2], run.SendTimes);
        Assert.Single(run.Delivered);
    }

    [Fact] // §17.1.1.3
    public void Ack_of_a_refusal_has_the_invites_via_and_number_and_the_responses_To()
    {
        var run = TransactionRun.InviteClient(reliable: false).Response(486);
        var ack = (SipRequest)run.Log[^1].Effect.Message!;
        Assert.Equal(run.Machine.Request.RequestUri, ack.RequestUri);
        Assert.Equal(run.Machine.Request.TopVia, ack.TopVia);
        Assert.Single(ack.Texts(HeaderName.Via));
        Assert.Equal(new CSeq(1, SipMethod.Ack), ack.CSeq);
        Assert.Equal("remote", ack.To.Tag);
        Assert.Equal(run.Machine.Request.From, ack.From);
    }

    [Fact]
    public void Transport_error_ends_Calling_and_Completed_but_not_Proceeding_or_Accepted()
    {
        Assert.Equal(SipEnd.TransportFailed, TransactionRun.InviteClient(false).TransportError().Ended?.End);
        Assert.Equal(SipEnd.TransportFailed, TransactionRun.InviteClient(false).Response(486).TransportError().Ended?.End);
        Assert.Null(TransactionRun.InviteClient(false).Response(180).TransportError().Ended);
        Assert.Null(TransactionRun.InviteClient(false).Response(200).TransportError().Ended);
    }

    [Fact]
    public void Nothing_moves_a_terminated_transaction()
    {
        var run = TransactionRun.InviteClient(reliable: false).Until(40);
        int before = run.Log.Count;
        run.Response(200).Response(180).Response(486).TransportError().Until(100);
        Assert.Equal(before, run.Log.Count);
    }
}
