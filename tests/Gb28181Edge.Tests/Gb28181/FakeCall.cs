using System.Net;
using System.Text;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>A call whose other side is the test.</summary>
internal sealed class FakeCall(SipRequest invite) : ISipCall
{
    private readonly Channel<SipCallEvent> _events = Channel.CreateUnbounded<SipCallEvent>();
    private readonly Lock _gate = new();
    private readonly List<string> _said = [];

    public SipRequest Invite { get; } = invite;

    public string CallId => Invite.CallId;

    public ChannelReader<SipCallEvent> Events => _events.Reader;

    /// <summary>What our side did: 200, a refusal's code, BYE, forgotten.</summary>
    public IReadOnlyList<string> Said
    {
        get { lock (_gate) return [.. _said]; }
    }

    public ReadOnlyMemory<byte> Answer { get; private set; }

    public string AnswerText => Encoding.Latin1.GetString(Answer.Span);

    /// <summary>The other side does something; as in a real call, nothing follows the event that ends it.</summary>
    public void Happens(SipCallEvent happened)
    {
        if (_events.Writer.TryWrite(happened) && happened is SipCallEvent.Bye or SipCallEvent.Cancelled or SipCallEvent.AckMissing) _events.Writer.TryComplete();
    }

    public void Accept(string contentType, ReadOnlyMemory<byte> body)
    {
        Assert.Equal("application/sdp", contentType);
        Answer = body;
        Say("200");
    }

    public void Reject(int statusCode, string? reason = null)
    {
        Say(statusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _events.Writer.TryComplete();
    }

    public Task<SipOutcome> SendAsync(SipMethod method, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        throw new NotSupportedException("a live session sends nothing within its call");

    public Task ByeAsync(CancellationToken cancellationToken)
    {
        Say("BYE");
        _events.Writer.TryComplete();
        return Task.CompletedTask;
    }

    public void Forget()
    {
        Say("forgotten");
        _events.Writer.TryComplete();
    }

    /// <summary>A new INVITE as a platform sends it, and its call.</summary>
    public static (FakeCall Call, SipIncoming Incoming) Incoming(string? sdp, string channel = FakeDevice.Gate, string? subject = null, string callId = "call-1")
    {
        string text = $"INVITE sip:{channel}@192.0.2.20:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK{callId}\r\n"
            + $"From: <sip:34020000002000000001@3402000000>;tag=p\r\nTo: <sip:{channel}@192.0.2.20:5060>\r\nCall-ID: {callId}\r\nCSeq: 20 INVITE\r\n"
            + (subject is null ? "" : $"Subject: {subject}\r\n") + $"Content-Type: APPLICATION/SDP\r\nContent-Length: {sdp?.Length ?? 0}\r\n\r\n{sdp}";
        Assert.True(SipParser.TryParse(Encoding.Latin1.GetBytes(text), SipLimits.Default, out SipMessage? message, out SipFault fault), fault.ToString());
        var call = new FakeCall((SipRequest)message!);
        var source = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5060);
        return (call, new SipIncoming(call.Invite, source, SipTransport.Udp, _ => throw new InvalidOperationException("answered beside the call"), call));
    }

    private void Say(string word)
    {
        lock (_gate) _said.Add(word);
    }
}
