using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

/// <summary>Where a peer is, found by name or learned; replaced as a whole.</summary>
/// <param name="Remote">Where requests go.</param>
/// <param name="Addresses">All addresses of its name: messages are taken from these.</param>
/// <param name="Flow">The way there.</param>
internal sealed record SipRoute(IPEndPoint Remote, IReadOnlyList<IPAddress> Addresses, SipFlow Flow);

/// <summary>A peer of a <see cref="SipEndpoint"/>.</summary>
internal sealed class SipPeer : ISipPeer
{
    /// <summary>Requests that wait for the peer's owner.</summary>
    private const int InboxCapacity = 64;

    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly SipEndpoint _endpoint;
    private readonly Channel<SipIncoming> _requests = Channel.CreateBounded<SipIncoming>(InboxCapacity);
    private int _cseq;
    private volatile SipRoute? _route;
    private volatile string? _learnedId;
    private volatile Task _connectionLost = Never;
    private volatile bool _kept;                                                 // said once, until the name is resolved again
    private TaskCompletionSource? _lost;

    public SipPeer(SipEndpoint endpoint, int number, SipPeerOptions options)
    {
        (_endpoint, Number, Options) = (endpoint, number, options);
    }

    /// <summary>Unlike any other peer's.</summary>
    public int Number { get; }

    public SipPeerOptions Options { get; }

    /// <summary>Null before the name was resolved, or before the peer registered.</summary>
    public SipRoute? Route => _route;

    /// <summary>The user of its identity; null while it is not known.</summary>
    public string? RemoteId => Options.RemoteId ?? _learnedId;

    public bool IsLearned => Options.Host is null;

    public IPEndPoint? RemoteEndPoint => _route?.Remote;

    public IPAddress LocalAddress => _route?.Flow.SentBy.Address ?? IPAddress.Any;

    public string ContactUri => _route is { } route
        ? route.Flow.Contact(Options.LocalId)
        : $"sip:{Options.LocalId}@{LocalAddress}:{_endpoint.LocalPort}{(Options.Transport == SipTransport.Tcp ? ";transport=tcp" : "")}";

    public ChannelReader<SipIncoming> Requests => _requests.Reader;

    public Task ConnectionLost => _connectionLost;

    /// <summary>By the loop only. False when too many wait.</summary>
    public bool TryDeliver(SipIncoming incoming) => _requests.Writer.TryWrite(incoming);

    /// <summary>By the loop only: a connection carries this peer's requests from now on.</summary>
    public void OnConnected()
    {
        _lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connectionLost = _lost.Task;
    }

    /// <summary>By the loop only: that connection is gone.</summary>
    public void OnConnectionLost() => _lost?.TrySetResult();

    public SipRequest NewRequest(SipMethod method, string? toUser = null, string? callId = null, string? fromTag = null)
    {
        string host = Options.RemoteDomain is { Length: > 0 } domain ? domain
            : _route is { } route ? route.Remote.ToString()
            : $"{Options.Host}:{Options.Port}";
        string local = $"sip:{Options.LocalId}@{Options.LocalDomain}";
        string target = $"sip:{toUser ?? RemoteId}@{host}";
        var request = new SipRequest(method, target);
        request.Add(HeaderName.From, $"<{local}>;tag={fromTag ?? SipTokens.Shared.NewToken()}");
        request.Add(HeaderName.To, method == SipMethod.Register ? $"<{local}>" : $"<{target}>");
        request.Add(HeaderName.CallId, callId ?? $"{SipTokens.Shared.NewToken()}@{_route?.Flow.SentBy.Address.ToString() ?? Options.LocalDomain}");
        request.Add(HeaderName.CSeq, new CSeq((uint)Interlocked.Increment(ref _cseq), method).ToString());
        return request;
    }

    public async Task<SipOutcome> SendAsync(SipRequest request, CancellationToken cancellationToken)
    {
        if (await RefreshAsync(request.Method, cancellationToken) is { } fault) return Failed(fault);
        var done = new TaskCompletionSource<SipOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_endpoint.Post(new SipInput.Send(request, _route!.Flow, done))) return Failed(SipEndpoint.StoppedReason);
        return await done.Task.WaitAsync(cancellationToken);
    }

    public async Task<SipInviteOutcome> InviteAsync(SipRequest invite, CancellationToken cancellationToken, bool acknowledge = true)
    {
        if (await RefreshAsync(invite.Method, cancellationToken) is { } fault) return new SipInviteOutcome(Failed(fault), null);
        var session = new InviteSession(invite, _route!.Flow, _endpoint.Timers, isCaller: true) { SendsAck = acknowledge };
        var call = new SipCall(_endpoint, session);
        var done = new TaskCompletionSource<SipOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_endpoint.Post(new SipInput.Invite(session, done))) return new SipInviteOutcome(Failed(SipEndpoint.StoppedReason), null);
        await using CancellationTokenRegistration cancel = cancellationToken.Register(() => _endpoint.Post(new SipInput.Cancel(session)));
        SipOutcome outcome = await done.Task;
        return new SipInviteOutcome(outcome, outcome.IsSuccess ? call : null);
    }

    /// <summary>By the loop only: a REGISTER of a learned peer says where it is.</summary>
    public void Learn(string? user, SipFlow flow)
    {
        _learnedId = user;
        if (_route is { } known && known.Remote.Equals(flow.Remote) && known.Flow.Transport == flow.Transport && known.Flow.Connection == flow.Connection) return;
        _route = new SipRoute(flow.Remote, [flow.Remote.Address], flow);
    }

    // Resolves the name for the first request and for every REGISTER. Null when the route is good, else why there is none.
    private async Task<string?> RefreshAsync(SipMethod method, CancellationToken cancellationToken)
    {
        if (IsLearned) return _route is null ? "the peer has not registered" : null;
        if (_route is not null && method != SipMethod.Register) return null;
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(Options.Host, out IPAddress? literal)
                ? [literal]
                : await _endpoint.Resolve(Options.Host!, _endpoint.Family, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (SocketException error)
        {
            return Keep($"{Options.Host}: {error.Message}");
        }
        if (addresses.Length == 0) return Keep($"{Options.Host} has no address");
        _kept = false;
        // The address at hand is kept while the name still has it, so that a round-robin name does not tear the registration.
        IPAddress chosen = _route is { } known && addresses.Contains(known.Remote.Address) ? known.Remote.Address : addresses[0];
        var remote = new IPEndPoint(chosen, Options.Port);
        try
        {
            IPEndPoint sentBy = _endpoint.SentBy(remote);
            if (_route is { } old && old.Remote.Equals(remote) && old.Flow.SentBy.Equals(sentBy)) _route = old with { Addresses = addresses };
            else _route = new SipRoute(remote, addresses, new SipFlow(Number, Options.Transport, remote, sentBy));
            return null;
        }
        catch (SocketException error)
        {
            return $"{remote}: {error.Message}";
        }
    }

    // A name server that is away takes no platform away that is there. Null when there is an address to go on with, else the reason.
    private string? Keep(string reason)
    {
        if (_route is not { } route) return reason;
        if (!_kept) _endpoint.Log.AddressKept(Options.Name, reason, route.Remote);
        _kept = true;
        return null;
    }

    private static SipOutcome Failed(string reason) => new(SipOutcomeKind.TransportFailed, null, reason);
}
