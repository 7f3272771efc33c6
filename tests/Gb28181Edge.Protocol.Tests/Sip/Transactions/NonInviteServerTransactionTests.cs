using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.Transactions;

/// <summary>Figure 8 of RFC 3261, edge by edge.</summary>
public sealed class NonInviteServerTransactionTests
{
    [Fact]
    public void Repeat_in_Trying_is_absorbed_without_a_word()
    {
        var run = TransactionRun.NonInviteServer(reliable: false).Until(10).Repeat();
        Assert.Empty(run.Log);
        Assert.Null(run.Machine.NextDeadline);
    }

    [Fact]
    public void Repeat_in_Proceeding_gets_the_latest_provisional()
    {
        var run = TransactionRun.NonInviteServer(reliable: false).Respond(100).Respond(183).Repeat();
        Assert.Equal(["100", "183", "183"], run.Log.Select(entry => entry.Effect.Message!.StartLine[8..11]));
    }

    [Theory]
    [InlineData(false, 33)]
    [InlineData(true, 1)]
    public void Final_response_is_repeated_for_repeats_until_J_ends_it(bool reliable, double end)
    {
        var run = TransactionRun.NonInviteServer(reliable).Until(1).Respond(200).Repeat().Repeat();
        Assert.Equal([1, 1, 1], run.SendTimes);
        run.Until(100);
        Assert.Equal((SipEnd.Done, end), run.Ended);
    }

    [Fact]
    public void First_final_response_counts()
    {
        var run = TransactionRun.NonInviteServer(reliable: false).Respond(200).Respond(500).Respond(100).Repeat();
        Assert.Equal(["200", "200"], run.Log.Select(entry => entry.Effect.Message!.StartLine[8..11]));
    }

    [Fact]
    public void Transport_error_ends_Proceeding_and_Completed()
    {
        Assert.Null(TransactionRun.NonInviteServer(false).TransportError().Ended);
        Assert.Equal(SipEnd.TransportFailed, TransactionRun.NonInviteServer(false).Respond(100).TransportError().Ended?.End);
        Assert.Equal(SipEnd.TransportFailed, TransactionRun.NonInviteServer(false).Respond(200).TransportError().Ended?.End);
    }

    [Fact]
    public void Nothing_moves_a_terminated_transaction()
    {
        var run = TransactionRun.NonInviteServer(reliable: false).Respond(200).Until(40);
        int before = run.Log.Count;
        run.Repeat().Respond(200).TransportError().Until(100);
        Assert.Equal(before, run.Log.Count);
    }
}
