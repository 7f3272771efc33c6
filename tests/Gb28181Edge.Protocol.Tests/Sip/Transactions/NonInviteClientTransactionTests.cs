using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.Transactions;

/// <summary>Figure 6 of RFC 3261, edge by edge.</summary>
public sealed class NonInviteClientTransactionTests
{
    [Fact] // §17.1.2.2
    public void TimerE_doubles_up_to_T2_then_F_ends_it()
    {
        var run = TransactionRun.NonInviteClient(reliable: false).Until(33);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
    }

    [Fact]
    public void Reliable_transport_has_no_timer_E_but_F()
    {
        var run = TransactionRun.NonInviteClient(reliable: true).Until(33);
        Assert.Equal([0], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
    }

    [Fact] // AKStream answers REGISTER with 100 first: repeats become slower, the wait goes on
    public void Provisional_slows_the_repeats_to_T2_and_keeps_F()
    {
        var run = TransactionRun.NonInviteClient(reliable: false).Until(0.6).Response(100).Until(33);
        Assert.Equal([0, 0.5, 1.5, 5.5, 9.5, 13.5, 17.5, 21.5, 25.5, 29.5], run.SendTimes);
        Assert.Equal((SipEnd.Timeout, 32.0), run.Ended);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 1)]
    public void Final_response_from_Trying_is_delivered_once_and_K_ends_it(bool reliable, double end)
    {
        var run = TransactionRun.NonInviteClient(reliable).Until(1).Response(200).Response(200);
        Assert.Single(run.Delivered);
        run.Until(100);
        Assert.Equal((SipEnd.Done, end), run.Ended);
        Assert.Equal(reliable ? [0] : [0, 0.5], run.SendTimes);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 1)]
    public void Final_response_from_Proceeding_is_delivered_and_K_ends_it(bool reliable, double end)
    {
        var run = TransactionRun.NonInviteClient(reliable).Response(100).Until(1).Response(404).Until(100);
        Assert.Equal(["SIP/2.0 100 Trying", "SIP/2.0 404 Not Found"], run.Delivered);
        Assert.Equal((SipEnd.Done, end), run.Ended);
    }

    [Fact]
    public void Transport_error_ends_Trying_and_Proceeding_but_not_Completed()
    {
        Assert.Equal(SipEnd.TransportFailed, TransactionRun.NonInviteClient(false).TransportError().Ended?.End);
        Assert.Equal(SipEnd.TransportFailed, TransactionRun.NonInviteClient(false).Response(100).TransportError().Ended?.End);
        Assert.Null(TransactionRun.NonInviteClient(false).Response(200).TransportError().Ended);
    }

    [Fact]
    public void Nothing_moves_a_terminated_transaction()
    {
        var run = TransactionRun.NonInviteClient(reliable: false).Until(40);
        int before = run.Log.Count;
        run.Response(200).TransportError().Until(100);
        Assert.Equal(before, run.Log.Count);
    }
}
