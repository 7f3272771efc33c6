using System.Net;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Protocol.Tests.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.UserAgent;

public sealed class SipCoreServerTests
{
    private static CoreRun Offered(CoreRun run, string method = "MESSAGE") => run.Receive(Messages.Request(method));

    [Fact]
    public void Repeated_request_never_acts_twice_and_gets_the_same_answer()
    {
        CoreRun run = Offered(new CoreRun());
        SipOutput.Incoming incoming = Assert.Single(run.Of<SipOutput.Incoming>());
        Offered(run);                                                            // before the answer
        run.Do(new SipInput.Respond(incoming.Transaction, SipResponse.For(incoming.Transaction.Request, 200)));
        Offered(run.Until(20));                                                  // after it
        Assert.Single(run.Of<SipOutput.Incoming>());
        Assert.Equal([200, 200], run.StatusCodes);
        Assert.Equal(run.Responses.First().To.Tag, run.Responses.Last().To.Tag);
    }

    [Fact] // seen with Uniview IMOS and scripts: z3hG9bK; Hikvision NCG: no branch at all
    public void Repeat_without_the_magic_cookie_is_a_repeat_too()
    {
        foreach (string? branch in new[] { "z3hG9bK1", null })
        {
            var run = new CoreRun();
            run.Receive(Messages.Request("MESSAGE", branch: branch)).Receive(Messages.Request("MESSAGE", branch: branch));
            Assert.Single(run.Of<SipOutput.Incoming>());
            run.Receive(Messages.Request("MESSAGE", branch: branch, cseq: 2));
            Assert.Equal(2, run.Of<SipOutput.Incoming>().Count());
        }
    }

    [Fact] // §8.2.2.2, without 482
    public void Merged_request_with_another_branch_is_a_repeat()
    {
        CoreRun run = Offered(new CoreRun()).Receive(Messages.Request("MESSAGE", branch: "z9hG4bKother"));
        Assert.Single(run.Of<SipOutput.Incoming>());
    }

    [Fact] // seen with Monibuca: one Call-ID for many messages
    public void One_call_id_for_many_messages_is_no_repeat()
    {
        var run = new CoreRun();
        run.Receive(Messages.Request("MESSAGE", branch: "z9hG4bKa", cseq: 20, fromTag: "a"));
        run.Receive(Messages.Request("MESSAGE", branch: "z9hG4bKb", cseq: 20, fromTag: "b"));
        run.Receive(Messages.Request("MESSAGE", branch: "z9hG4bKc", cseq: 20, fromTag: "b", body: "another"));
        Assert.Equal(3, run.Of<SipOutput.Incoming>().Count());
    }

    [Fact]
    public void Peers_do_not_share_transactions()
    {
        var run = new CoreRun();
        var other = new SipFlow(2, SipTransport.Udp, run.Flow.Remote, run.Flow.SentBy);
        Offered(run).Receive(Messages.Request("MESSAGE"), other);
        Assert.Equal(2, run.Of<SipOutput.Incoming>().Count());
    }

    [Fact]
    public void Options_gets_200_with_Allow()
    {
        SipResponse response = Assert.Single(Offered(new CoreRun(), "OPTIONS").Responses);
        Assert.Equal(200, response.StatusCode);
        Assert.Equal("INVITE, ACK, INFO, CANCEL, BYE, OPTIONS, MESSAGE, SUBSCRIBE, NOTIFY", response.Text(HeaderName.Allow));
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("REFER")]
    [InlineData("PRACK")]
    [InlineData("REGISTER")]
    public void Unknown_method_gets_405_with_Allow(string method)
    {
        CoreRun run = Offered(new CoreRun(), method);
        Assert.Equal(405, Assert.Single(run.Responses).StatusCode);
        Assert.NotNull(run.Responses.Single().Text(HeaderName.Allow));
        Assert.Empty(run.Of<SipOutput.Incoming>());
    }

    [Fact]
    public void Register_reaches_a_registrar()
    {
        var run = new CoreRun();
        var device = new SipFlow(1, SipTransport.Udp, run.Flow.Remote, run.Flow.SentBy) { AcceptsRegister = true };
        run.Receive(Messages.Request("REGISTER"), device);
        Assert.Single(run.Of<SipOutput.Incoming>());
    }

    [Theory]
    [InlineData("BYE")]
    [InlineData("INFO")]
    [InlineData("NOTIFY")]
    [InlineData("INVITE")]
    [InlineData("CANCEL")]
    public void Unknown_dialog_gets_481(string method)
    {
        CoreRun run = new CoreRun().Receive(Messages.Request(method, toTag: "gone"));
        Assert.Equal([481], run.StatusCodes);
        Assert.Empty(run.Of<SipOutput.IncomingCall>());
    }

    [Fact]
    public void Stray_ack_and_stray_response_are_dropped()
    {
        CoreRun run = new CoreRun().Receive(Messages.Request("ACK", toTag: "gone"));
        run.Receive(SipResponse.For(Messages.Request("MESSAGE"), 200, "x"));
        Assert.Empty(run.Log);
        Assert.Equal(0, run.Core.TransactionCount);
    }

    [Fact] // §8.2.2.3
    public void Required_extension_gets_420()
    {
        CoreRun run = new CoreRun().Receive(Messages.Request("INVITE", extra: "Require: 100rel\r\n"));
        Assert.Equal(420, Assert.Single(run.Responses).StatusCode);
        Assert.Equal("100rel", run.Responses.Single().Text(HeaderName.Unsupported));
    }

    [Fact] // RFC 3581 §4
    public void Response_says_where_the_request_came_from()
    {
        var run = new CoreRun();
        var natted = new SipFlow(1, SipTransport.Udp, new IPEndPoint(IPAddress.Parse("198.51.100.7"), 40_000), run.Flow.SentBy);
        run.Receive(Messages.Request("OPTIONS"), natted);
        ViaHeader via = run.Responses.Single().TopVia;
        Assert.Equal(("198.51.100.7", 40_000), (via.Received, via.Rport));
        Assert.Same(natted, run.Of<SipOutput.Transmit>().Single().Flow);
    }

    [Fact]
    public void Request_that_nobody_answers_is_answered_for_and_forgotten()
    {
        CoreRun run = Offered(new CoreRun()).Until(100);
        Assert.Equal([500], run.StatusCodes);
        Assert.Equal(0, run.Core.TransactionCount);
    }

    [Fact]
    public void Too_many_transactions_get_503()
    {
        var run = new CoreRun();
        for (int i = 0; i < 25; i++) run.Receive(Messages.Request("MESSAGE", callId: $"c{i}", branch: $"z9hG4bK{i}"));
        Assert.Equal(20, run.Of<SipOutput.Incoming>().Count());
        Assert.Equal([503, 503, 503, 503, 503], run.StatusCodes);
    }

    [Fact]
    public void A_flood_of_one_peer_leaves_the_others_their_room()
    {
        var run = new CoreRun();
        var other = new SipFlow(2, SipTransport.Udp, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 5060), run.Flow.SentBy);
        for (int i = 0; i < 25; i++) run.Receive(Messages.Request("MESSAGE", callId: $"c{i}", branch: $"z9hG4bK{i}"));
        run.Receive(Messages.Request("MESSAGE", callId: "stop", branch: "z9hG4bKstop"), other);
        Assert.Equal("stop", run.Of<SipOutput.Incoming>().Last().Transaction.Request.CallId);
        run.Until(70);                                                           // 32 s for their answers, 32 s for repeats
        run.Receive(Messages.Request("MESSAGE", callId: "later", branch: "z9hG4bKlater"));
        Assert.Equal("later", run.Of<SipOutput.Incoming>().Last().Transaction.Request.CallId);
    }

    [Fact]
    public void Everything_is_forgotten_in_the_end()
    {
        CoreRun run = Offered(new CoreRun());
        run.Do(new SipInput.Respond(run.Of<SipOutput.Incoming>().Single().Transaction, SipResponse.For(run.Of<SipOutput.Incoming>().Single().Transaction.Request, 200)));
        Assert.Equal(1, run.Core.TransactionCount);
        run.Until(60);
        Assert.Equal(0, run.Core.TransactionCount);
        Assert.Null(run.Core.NextDeadline);
    }
}
