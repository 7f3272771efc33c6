using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>A request that the link sent, and that the script answers.</summary>
internal sealed class FakeExchange(SipRequest request)
{
    private readonly TaskCompletionSource<SipOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SipRequest Request { get; } = request;
    public Task<SipOutcome> Outcome => _outcome.Task;
    public ManscdpMessage Body => ManscdpMessage.TryParse(Request.Body.Span, out ManscdpMessage? message, out _) ? message! : throw new InvalidOperationException("no MANSCDP body");

    public void Answer(int status, IPEndPoint? seen = null, params string[] fields)
    {
        SipResponse response = SipResponse.For(Request, status, "s");
        foreach (string field in fields) response.Add(field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        _outcome.SetResult(new SipOutcome(SipOutcomeKind.Response, response, null, seen));
    }

    public void TimeOut() => _outcome.SetResult(new SipOutcome(SipOutcomeKind.Timeout, null, "no answer within 32 s"));
}

/// <summary>A scripted platform in the place of a peer: expect what the link sends, answer it; ask what a platform asks.</summary>
internal sealed class FakePlatform(string name = "city") : ISipPeer
{
    /// <summary>How long anything may take before the test has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Channel<FakeExchange>> _sent = new();
    private readonly Channel<SipIncoming> _requests = Channel.CreateUnbounded<SipIncoming>();
    private TaskCompletionSource _connectionLost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number, _sentCount;

    public SipPeerOptions Options { get; } = new()
    {
        Name = name,
        RemoteId = "34020000002000000001",
        RemoteDomain = "3402000000",
        Host = "192.0.2.10",
        LocalId = "34020000001110000001",
        LocalDomain = "3402000000",
    };

    public IPEndPoint? RemoteEndPoint => new(IPAddress.Parse("192.0.2.10"), 5060);
    public IPAddress LocalAddress => IPAddress.Parse("192.0.2.20");
    public string ContactUri => "sip:34020000001110000001@192.0.2.20:5060";
    public ChannelReader<SipIncoming> Requests => _requests.Reader;
    public Task ConnectionLost => _connectionLost.Task;

    /// <summary>Requests that the link sent so far.</summary>
    public int SentCount => Volatile.Read(ref _sentCount);

    /// <summary>How many requests of a kind are unread.</summary>
    public int Unread(string kind) => Sent(kind).Reader.Count;

    /// <summary>The next request of a kind: REGISTER, or a CmdType for a MESSAGE.</summary>
    public async Task<FakeExchange> ExpectAsync(string kind) =>
        await Sent(kind).Reader.ReadAsync().AsTask().WaitAsync(FakePlatform.Patience);

    public void LoseConnection() => Interlocked.Exchange(ref _connectionLost, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Sends the link a request; the answer is what the task gives.</summary>
    public async Task<SipResponse> AskAsync(SipMethod method, byte[]? body = null, string? toTag = null, ISipCall? call = null)
    {
        var request = new SipRequest(method, "sip:34020000001110000001@192.0.2.20:5060");
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "192.0.2.10", Branch = $"z9hG4bKp{Interlocked.Increment(ref _number)}" });
        request.Add(HeaderName.From, "<sip:34020000002000000001@3402000000>;tag=p");
        request.Add(HeaderName.To, "<sip:34020000001110000001@3402000000>" + (toTag is null ? "" : $";tag={toTag}"));
        request.Add(HeaderName.CallId, $"asked-{_number}");
        request.Add(HeaderName.CSeq, $"1 {method}");
        request.Body = body ?? [];
        var answered = new TaskCompletionSource<SipResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_requests.Writer.TryWrite(new SipIncoming(request, RemoteEndPoint!, SipTransport.Udp, response => answered.TrySetResult(response), call)));
        return await answered.Task.WaitAsync(FakePlatform.Patience);
    }

    /// <summary>A SUBSCRIBE of the platform, not handed over yet, and its answer.</summary>
    public (SipIncoming Incoming, Task<SipResponse> Answer) NewSubscribe(byte[] body, string callId, string? toTag, params string[] fields)
    {
        var request = new SipRequest(SipMethod.Subscribe, "sip:34020000001110000001@192.0.2.20:5060");
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "192.0.2.10", Branch = $"z9hG4bKs{Interlocked.Increment(ref _number)}" });
        request.Add(HeaderName.From, "<sip:34020000002000000001@3402000000>;tag=p");
        request.Add(HeaderName.To, "<sip:34020000001110000001@3402000000>" + (toTag is null ? "" : $";tag={toTag}"));
        request.Add(HeaderName.CallId, callId);
        request.Add(HeaderName.CSeq, $"{_number} SUBSCRIBE");
        foreach (string field in fields) request.Add(field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
        request.Body = body;
        var answered = new TaskCompletionSource<SipResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (new SipIncoming(request, RemoteEndPoint!, SipTransport.Udp, response => answered.TrySetResult(response)), answered.Task);
    }

    /// <summary>Sends the link a SUBSCRIBE; the answer is what the task gives.</summary>
    public async Task<SipResponse> SubscribeAsync(byte[] body, string callId = "sub-1", string? toTag = null, params string[] fields)
    {
        (SipIncoming incoming, Task<SipResponse> answer) = NewSubscribe(body, callId, toTag, fields);
        Assert.True(_requests.Writer.TryWrite(incoming));
        return await answer.WaitAsync(Patience);
    }

    public SipRequest NewRequest(SipMethod method, string? toUser = null, string? callId = null, string? fromTag = null)
    {
        int number = Interlocked.Increment(ref _number);
        var request = new SipRequest(method, "sip:34020000002000000001@3402000000");
        string local = $"<sip:{Options.LocalId}@{Options.LocalDomain}>";
        request.Add(HeaderName.From, $"{local};tag={fromTag ?? $"f{number}"}");
        request.Add(HeaderName.To, method == SipMethod.Register ? local : $"<sip:{toUser ?? Options.RemoteId}@{Options.RemoteDomain}>");
        request.Add(HeaderName.CallId, callId ?? $"call-{number}");
        request.Add(HeaderName.CSeq, $"{number} {method}");
        return request;
    }

    public async Task<SipOutcome> SendAsync(SipRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "192.0.2.20", Branch = $"z9hG4bKd{Interlocked.Increment(ref _number)}" });
        if (request.Method == SipMethod.Register) request.Set(HeaderName.Contact, $"<{ContactUri}>");
        var exchange = new FakeExchange(request);
        Assert.True(Sent(request.Method == SipMethod.Message ? exchange.Body.CmdType.Name : request.Method.Name).Writer.TryWrite(exchange));
        Interlocked.Increment(ref _sentCount);
        try
        {
            return await exchange.Outcome.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (exchange.Outcome.IsCompleted)
        {
            return await exchange.Outcome;      // the script's answer came before the time that the test let pass after it
        }
    }

    public Task<SipInviteOutcome> InviteAsync(SipRequest invite, CancellationToken cancellationToken, bool acknowledge = true) =>
        throw new NotSupportedException("the link calls nobody");

    private Channel<FakeExchange> Sent(string kind) => _sent.GetOrAdd(kind, _ => Channel.CreateUnbounded<FakeExchange>());
}
