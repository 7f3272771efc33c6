using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.Transactions;

/// <summary>Figure 7 of RFC 3261, edge by edge, with RFC 6026.</summary>
public sealed class InviteServerTransactionTests
{
    private static InviteServerState State(TransactionRun run) => ((InviteServerTransaction)run.Machine).State;

    [Fact] // §17.2.1
    public void Trying_leaves_after_200_ms_and_only_once()
    {
        var run = TransactionRun.InviteServer(reliable: false).Until(60);
        Assert.Equal([0.2], run.SendTimes);
        Assert.Equal("SIP/2.0 100 Trying", run.Log[0].Effect.Message!.StartLine);
        Assert.Null(run.Log[0].Effect.Message!.To.Tag);
        Assert.Equal(InviteServerState.Proceeding, State(run));
    }

    [Fact]
    public void Trying_stays_out_when_the_answer_is_quick()
    {
        var run = TransactionRun.InviteServer(reliable: true).Until(0.1).Respond(486).Until(1);
        Assert.Equal([0.1], run.SendTimes);
    }

    [Fact]
    public void Repeat_in_Proceeding_gets_the_latest_provisional()
    {
        var run = TransactionRun.InviteServer(reliable: false).Repeat();
        Assert.Empty(run.Log);
        run.Until(0.5).Repeat().Respond(180).Repeat();
        Assert.Equal(["100", "100", "180", "180"], run.Log.Select(entry => entry.Effect.Message!.StartLine[8..11]));
    }

    [Fact]
    public void TimerG_doubles_up_to_T2_then_H_ends_it()
    {
        var run = TransactionRun.InviteServer(reliable: false).Respond(486).Until(40);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
    }

    [Fact]
    public void Reliable_transport_has_no_timer_G_but_H()
    {
        var run = TransactionRun.InviteServer(reliable: true).Respond(486).Until(40);
        Assert.Equal([0], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
    }

    [Fact]
    public void Repeat_in_Completed_gets_the_refusal()
    {
        var run = TransactionRun.InviteServer(reliable: false).Respond(486).Until(0.3).Repeat();
        Assert.Equal([0, 0.3], run.SendTimes);
    }

    [Theory]
    [InlineData(false, 5.1)]
    [InlineData(true, 0.1)]
    public void Ack_of_a_refusal_stops_G_and_I_ends_it(bool reliable, double end)
    {
        var run = TransactionRun.InviteServer(reliable).Respond(486).Until(0.1).Ack();
        Assert.Equal(InviteServerState.Confirmed, State(run));
        run.Ack().Repeat().Until(60);
        Assert.Equal([0], run.SendTimes);
        Assert.Empty(run.Delivered);
        Assert.NotNull(run.Ended);
        Assert.Equal((SipEnd.Done, end), (run.Ended.Value.End, Math.Round(run.Ended.Value.At, 6)));
    }

    [Theory] // RFC 6026 §8.5
    [InlineData(false)]
    [InlineData(true)]
    public void Success_goes_to_Accepted_absorbs_repeats_and_L_ends_it(bool reliable)
    {
        var run = TransactionRun.InviteServer(reliable).Until(0.05).Respond(200);
        Assert.Equal(InviteServerState.Accepted, State(run));
        run.Until(1).Repeat().Until(60);
        Assert.Equal([0.05], run.SendTimes);
        Assert.NotNull(run.Ended);
        Assert.Equal((SipEnd.Done, 32.05), (run.Ended.Value.End, Math.Round(run.Ended.Value.At, 6)));
    }

    [Fact]
    public void Accepted_sends_each_success_of_its_user_and_delivers_each_ack()
    {
        var run = TransactionRun.InviteServer(reliable: false).Respond(200).Until(0.5).Respond(200).Ack().Ack().Respond(486);
        Assert.Equal([0, 0.5], run.SendTimes);
        Assert.Equal(2, run.Delivered.Count());
    }

    [Fact] // RFC 6026 §8.9
    public void Transport_error_tells_the_user_and_keeps_the_state()
    {
        foreach (Func<TransactionRun, TransactionRun> reach in new Func<TransactionRun, TransactionRun>[] { run => run, run => run.Respond(200), run => run.Respond(486) })
        {
            TransactionRun run = reach(TransactionRun.InviteServer(reliable: false));
            InviteServerState before = State(run);
            run.TransportError();
            Assert.Equal(SipEffectKind.Unsent, run.Log[^1].Effect.Kind);
            Assert.Equal(before, State(run));
        }
    }

    [Fact]
    public void Nothing_moves_a_terminated_transaction()
    {
        var run = TransactionRun.InviteServer(reliable: false).Respond(486).Until(40);
        int before = run.Log.Count;
        run.Repeat().Ack().Respond(200).TransportError().Until(100);
        Assert.Equal(before, run.Log.Count);
    }
}
