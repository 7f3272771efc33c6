using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

/// <summary>A call of a <see cref="SipEndpoint"/>: hands the owner's wishes to the loop, and the loop's news to the owner.</summary>
internal sealed class SipCall : ISipCall
{
    /// <summary>Requests of the dialog that wait for the owner.</summary>
    private const int MaxWaiting = 16;

    private readonly SipEndpoint _endpoint;
    private readonly InviteSession _session;
    private readonly Channel<SipCallEvent> _events;

    public SipCall(SipEndpoint endpoint, InviteSession session)
    {
        (_endpoint, _session) = (endpoint, session);
        session.Owner = this;
        // Not bounded by itself: requests are counted before they get in, and everything else happens once or twice in a call.
        _events = Channel.CreateUnbounded<SipCallEvent>(new UnboundedChannelOptions { SingleWriter = true });
    }

    public SipRequest Invite => _session.Invite;

    public string CallId => _session.Invite.CallId;

    public ChannelReader<SipCallEvent> Events => _events.Reader;

    public void Accept(string contentType, ReadOnlyMemory<byte> body) => _endpoint.Post(new SipInput.Accept(_session, contentType, body));

    public void Reject(int statusCode, string? reason = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 300);
        _endpoint.Post(new SipInput.Reject(_session, statusCode, reason));
    }

    public async Task<SipOutcome> SendAsync(SipMethod method, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<SipOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_endpoint.Post(new SipInput.SendInDialog(_session, method, contentType, body, done)))
            return new SipOutcome(SipOutcomeKind.TransportFailed, null, SipEndpoint.StoppedReason);
        return await done.Task.WaitAsync(cancellationToken);
    }

    public async Task ByeAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<SipOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_endpoint.Post(new SipInput.Bye(_session, done))) await done.Task.WaitAsync(cancellationToken);
    }

    public void Forget() => _endpoint.Post(new SipInput.Forget(_session));

    /// <summary>By the loop only. False when too many requests wait.</summary>
    public bool TryDeliver(SipIncoming incoming) =>
        _events.Reader.Count < MaxWaiting && _events.Writer.TryWrite(new SipCallEvent.Request(incoming));

    /// <summary>By the loop only.</summary>
    public void Deliver(InviteEvent happened, ReadOnlyMemory<byte> body)
    {
        SipCallEvent? news = happened switch
        {
            InviteEvent.Acknowledged => new SipCallEvent.Acknowledged(body),
            InviteEvent.Cancelled => new SipCallEvent.Cancelled(),
            InviteEvent.Bye => new SipCallEvent.Bye(),
            InviteEvent.AckMissing => new SipCallEvent.AckMissing(),
            InviteEvent.TransportLost => new SipCallEvent.TransportLost(),
            _ => null,
        };
        if (news is not null) _events.Writer.TryWrite(news);
        if (happened is not (InviteEvent.Acknowledged or InviteEvent.TransportLost)) _events.Writer.TryComplete();
    }

    /// <summary>By the loop only: the endpoint has stopped.</summary>
    public void Complete() => _events.Writer.TryComplete();
}
