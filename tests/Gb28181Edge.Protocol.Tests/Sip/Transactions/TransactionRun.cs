using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Tests.Sip.Transactions;

/// <summary>One transaction on injected time: time jumps from deadline to deadline, and every effect is noted with its second.</summary>
internal sealed class TransactionRun
{
    private readonly List<SipEffect> _effects = [];

    private TransactionRun(SipTransaction machine) => Machine = machine;

    public SipTransaction Machine { get; }

    public double Now { get; private set; }

    public List<(double At, SipEffect Effect)> Log { get; } = [];

    public IEnumerable<double> SendTimes => Log.Where(entry => entry.Effect.Kind == SipEffectKind.Send).Select(entry => entry.At);

    public IEnumerable<string> Delivered => Log.Where(entry => entry.Effect.Kind == SipEffectKind.Deliver).Select(entry => entry.Effect.Message!.StartLine);

    /// <summary>When and how it ended; null while it lives.</summary>
    public (SipEnd End, double At)? Ended =>
        Log.Where(entry => entry.Effect.Kind == SipEffectKind.Ended).Select(entry => ((SipEnd, double)?)(entry.Effect.End, entry.At)).SingleOrDefault();

    public static TransactionRun InviteClient(bool reliable)
    {
        var machine = new InviteClientTransaction(Messages.Request("INVITE"), reliable, SipTimers.Default);
        return new TransactionRun(machine).Do((now, effects) => machine.Start(now, effects));
    }

    public static TransactionRun NonInviteClient(bool reliable)
    {
        var machine = new NonInviteClientTransaction(Messages.Request("MESSAGE"), reliable, SipTimers.Default);
        return new TransactionRun(machine).Do((now, effects) => machine.Start(now, effects));
    }

    public static TransactionRun InviteServer(bool reliable) =>
        new(new InviteServerTransaction(Messages.Request("INVITE"), reliable, SipTimers.Default, TimeSpan.Zero));

    public static TransactionRun NonInviteServer(bool reliable) =>
        new(new NonInviteServerTransaction(Messages.Request("MESSAGE"), reliable, SipTimers.Default));

    public TransactionRun Response(int statusCode) =>
        Do((now, effects) => ((ClientTransaction)Machine).OnResponse(SipResponse.For(Machine.Request, statusCode, "remote"), now, effects));

    public TransactionRun Respond(int statusCode) =>
        Do((now, effects) => ((ServerTransaction)Machine).Respond(SipResponse.For(Machine.Request, statusCode, "local"), now, effects));

    public TransactionRun Repeat() => Do((now, effects) => ((ServerTransaction)Machine).OnRequest(Machine.Request, now, effects));

    public TransactionRun Ack() => Do((now, effects) => ((ServerTransaction)Machine).OnRequest(Messages.Request("ACK"), now, effects));

    public TransactionRun TransportError() => Do((_, effects) => Machine.OnTransportError(effects));

    /// <summary>Lets every timer fire up to and at this second.</summary>
    public TransactionRun Until(double seconds)
    {
        while (Machine.NextDeadline is { } deadline && deadline <= TimeSpan.FromSeconds(seconds))
        {
            Now = deadline.TotalSeconds;
            Do((now, effects) => Machine.OnTimer(now, effects));
        }
        Now = seconds;
        return this;
    }

    private TransactionRun Do(Action<TimeSpan, List<SipEffect>> input)
    {
        input(TimeSpan.FromSeconds(Now), _effects);
        Log.AddRange(_effects.Select(effect => (Now, effect)));
        _effects.Clear();
        return this;
    }
}

/// <summary>Requests as a platform at 192.0.2.1 sends them.</summary>
internal static class Messages
{
    public static SipRequest Request(
        string method, string callId = "call-1", uint cseq = 1, string fromTag = "remote", string? toTag = null,
        string? branch = "z9hG4bK1", string? contact = "<sip:34020000002000000001@192.0.2.1:5060>", string? body = null, string? extra = null)
    {
        string via = branch is null ? "SIP/2.0/UDP 192.0.2.1:5060" : $"SIP/2.0/UDP 192.0.2.1:5060;rport;branch={branch}";
        string text = $"{method} sip:34020000001310000001@192.0.2.20:5060 SIP/2.0\r\nVia: {via}\r\n"
            + $"From: <sip:34020000002000000001@3402000000>;tag={fromTag}\r\n"
            + $"To: <sip:34020000001310000001@192.0.2.20:5060>{(toTag is null ? "" : ";tag=" + toTag)}\r\n"
            + $"Call-ID: {callId}\r\nCSeq: {cseq} {method}\r\n"
            + (contact is null ? "" : $"Contact: {contact}\r\n") + extra
            + $"Content-Length: {body?.Length ?? 0}\r\n\r\n{body}";
        Assert.True(SipParser.TryParse(Encoding.ASCII.GetBytes(text), SipLimits.Default, out SipMessage? message, out SipFault fault), fault.ToString());
        return Assert.IsType<SipRequest>(message);
    }
}
