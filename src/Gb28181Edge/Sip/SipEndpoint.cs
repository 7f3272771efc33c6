using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gb28181Edge.Net;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Sip;

/// <summary>One SIP port and the loop that owns everything behind it: transactions, calls, TCP connections. RFC 3261 §18 around §17.</summary>
/// <remarks>
/// The inbox has no bound of its own, because everything in it has one: datagrams are dropped beyond <see cref="MaxDatagrams"/>
/// or <see cref="MaxDatagramBytes"/> (peers repeat them), TCP connections are read no further beyond <see cref="MaxStreamed"/>, and each command has a caller that waits.
/// </remarks>
internal sealed partial class SipEndpoint : ISipEndpoint, ITcpSink, IDisposable
{
    internal const string StoppedReason = "the endpoint has stopped";

    private const int MaxDatagrams = 1_024;
    private const long MaxDatagramBytes = 4 * 1024 * 1024;
    private const int MaxStreamed = 256;
    private const int BindTries = 32;

    /// <summary>Items taken before timers, tick and stop have their turn: a flood must not hold them up.</summary>
    private const int ItemsPerTurn = 128;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    private readonly SipEndpointOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ISipTrace? _trace;
    private readonly long _start;
    private readonly UdpPort _udp;
    private readonly TcpPort _tcp;
    private readonly SipCore _core;
    private readonly Channel<Item> _inbox = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _streamed = new(MaxStreamed);
    private readonly Lock _adding = new();
    private readonly List<SipOutput> _output = [];
    private readonly HashSet<TaskCompletionSource<SipOutcome>> _pending = [];
    private readonly HashSet<SipCall> _calls = [];
    private ImmutableArray<SipPeer> _peers = [];
    private int _datagrams;
    private long _datagramBytes, _dropped, _tick;
    private Task<bool>? _read;

    private SipEndpoint(SipEndpointOptions options, UdpPort udp, TcpPort tcp, TimeProvider time, ILogger log, ISipTrace? trace)
    {
        (_options, _udp, _tcp, _time, _log, _trace) = (options, udp, tcp, time, log, trace);
        _start = time.GetTimestamp();
        _core = new SipCore(options.Timers, SipTokens.Shared, options.UserAgent);
    }

    /// <summary>Binds both sockets to one port.</summary>
    /// <exception cref="SocketException">The port cannot be bound.</exception>
    public static SipEndpoint Open(SipEndpointOptions options, TimeProvider time, ILogger log, ISipTrace? trace = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            var tcp = new TcpPort(new IPEndPoint(options.Address, options.Port));
            try
            {
                var udp = new UdpPort(new IPEndPoint(options.Address, tcp.LocalPort));
                log.Listening(options.Address, tcp.LocalPort);
                return new SipEndpoint(options, udp, tcp, time, log, trace);
            }
            catch (SocketException) when (options.Port == 0 && attempt < BindTries)
            {
                tcp.Dispose();                                                   // free for TCP, taken for UDP: the next one
            }
            catch (SocketException)
            {
                tcp.Dispose();
                throw;
            }
        }
    }

    public int LocalPort => _udp.LocalPort;

    public long LoopTick => Interlocked.Read(ref _tick);

    /// <summary>Datagrams that wait for the loop, and their bytes.</summary>
    internal (int Count, long Bytes) Waiting => (Volatile.Read(ref _datagrams), Interlocked.Read(ref _datagramBytes));

    /// <summary>Datagrams that were dropped and not yet logged.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    internal SipTimers Timers => _options.Timers;

    internal ILogger Log => _log;

    internal Func<string, AddressFamily, CancellationToken, Task<IPAddress[]>> Resolve => _options.Resolve;

    internal AddressFamily Family => _options.Address.AddressFamily;

    private TimeSpan Now => _time.GetElapsedTime(_start);

    public ISipPeer AddPeer(SipPeerOptions options)
    {
        lock (_adding)
        {
            var peer = new SipPeer(this, _peers.Length + 1, options);
            ImmutableInterlocked.Update(ref _peers, (peers, added) => peers.Add(added), peer);
            return peer;
        }
    }

    /// <summary>Our own address towards a remote one.</summary>
    /// <exception cref="SocketException">No route leads there.</exception>
    internal IPEndPoint SentBy(IPEndPoint remote)
    {
        if (!_options.Address.Equals(IPAddress.Any) && !_options.Address.Equals(IPAddress.IPv6Any)) return new IPEndPoint(_options.Address, LocalPort);
        // Connecting a UDP socket sends nothing; the kernel picks the address that routes there.
        using var probe = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(remote);
        return new IPEndPoint(((IPEndPoint)probe.LocalEndPoint!).Address, LocalPort);
    }

    /// <summary>Hands an input to the loop. False when the endpoint has stopped.</summary>
    internal bool Post(SipInput input) => _inbox.Writer.TryWrite(new Item.Command(input));

    public async Task RunAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task udp = _udp.RunAsync(OnDatagram, ended.Token);
        Task tcp = _tcp.RunAsync(socket => Take(socket), _time, ended.Token);
        await using CancellationTokenRegistration wake = stop.Register(() => _inbox.Writer.TryWrite(Item.Wake.Instance));
        try
        {
            while (!stop.IsCancellationRequested)
            {
                Interlocked.Increment(ref _tick);
                for (int i = 0; i < ItemsPerTurn && !stop.IsCancellationRequested && _inbox.Reader.TryRead(out Item? item); i++) Handle(item);
                Run(TickInput);
                ReportDropped();
                if (udp.IsCompleted) await udp;                                  // a bug there is a bug here
                if (tcp.IsCompleted) await tcp;
                await WaitAsync();
            }
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(udp, tcp);
            await StopAsync();
        }
    }

    private async Task WaitAsync()
    {
        TimeSpan now = Now;
        TimeSpan wait = _core.NextDeadline is { } deadline && deadline - now < Heartbeat ? deadline - now : Heartbeat;
        if (wait <= TimeSpan.Zero) return;
        _read ??= _inbox.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        if (!_read.IsCompleted)
        {
            using var early = new CancellationTokenSource();
            await Task.WhenAny(_read, Task.Delay(wait, _time, early.Token));
            await early.CancelAsync();
        }
        if (_read.IsCompleted) _read = null;
    }

    private async Task StopAsync()
    {
        _inbox.Writer.TryComplete();
        foreach (Link link in _links.Values) link.Connection.Close("the endpoint stops");
        await Task.WhenAll(_links.Values.Select(link => link.Running));
        foreach (Link link in _links.Values) link.Connection.Dispose();
        _links.Clear();
        while (_inbox.Reader.TryRead(out Item? item))
        {
            if (item is Item.Command command && TokenOf(command.Input) is { } token) _pending.Add(token);
            if (item is Item.Accepted accepted) accepted.Socket.Dispose();
        }
        foreach (TaskCompletionSource<SipOutcome> pending in _pending)
            pending.TrySetResult(new SipOutcome(SipOutcomeKind.TransportFailed, null, StoppedReason));
        foreach (SipCall call in _calls) call.Complete();
        Dispose();
    }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
        _streamed.Dispose();
    }

    private static readonly SipInput TickInput = new SipInput.Tick();

    private void Handle(Item item)
    {
        switch (item)
        {
            case Item.Datagram datagram:
                Interlocked.Decrement(ref _datagrams);
                Interlocked.Add(ref _datagramBytes, -datagram.Bytes.Length);
                OnDatagramTaken(datagram);
                break;
            case Item.Streamed streamed:
                _streamed.Release();
                OnStreamed(streamed);
                break;
            case Item.Accepted accepted: OnAccepted(accepted.Socket); break;
            case Item.Closed closed: OnClosed(closed.Connection, closed.Reason); break;
            case Item.Command command:
                if (TokenOf(command.Input) is { } token) _pending.Add(token);
                Run(command.Input);
                break;
        }
    }

    private static TaskCompletionSource<SipOutcome>? TokenOf(SipInput input) => input switch
    {
        SipInput.Send send => send.Token,
        SipInput.Invite invite => invite.Token,
        SipInput.SendInDialog send => send.Token,
        SipInput.Bye bye => bye.Token,
        _ => null,
    } as TaskCompletionSource<SipOutcome>;

    // What follows from an input may fail at the socket, which is an input again.
    private void Run(SipInput input)
    {
        Queue<SipInput>? failures = null;
        SipInput? next = input;
        while (next is not null)
        {
            _output.Clear();
            _core.Handle(next, Now, _output);
            foreach (SipOutput output in _output)
            {
                if (Carry(output) is { } failure) (failures ??= []).Enqueue(failure);
            }
            next = failures is { Count: > 0 } ? failures.Dequeue() : null;
        }
    }

    private SipInput? Carry(SipOutput output)
    {
        switch (output)
        {
            case SipOutput.Transmit transmit:
                return Transmit(transmit.Message, transmit.Flow) is { } reason ? new SipInput.SendFailed(transmit.Message, reason) : null;
            case SipOutput.Incoming incoming:
                return Offer(incoming.Transaction, null, deliver => Peer(incoming.Transaction.Flow.Peer).TryDeliver(deliver));
            case SipOutput.IncomingCall { Session: var session }:
                var call = new SipCall(this, session);
                _calls.Add(call);
                return Offer(session.InviteTransaction!, call, deliver => Peer(session.Flow.Peer).TryDeliver(deliver));
            case SipOutput.InDialog inDialog:
                return Offer(inDialog.Transaction, null, deliver => ((SipCall)inDialog.Session.Owner!).TryDeliver(deliver));
            case SipOutput.Outcome outcome:
                Finish(outcome);
                break;
            case SipOutput.Call { Session.Owner: SipCall owner } news:
                owner.Deliver(news.Event, news.Body);
                if (news.Session.State == InviteSessionState.Ended) _calls.Remove(owner);
                break;
        }
        return null;
    }

    private SipInput.Respond? Offer(ServerSlot transaction, SipCall? call, Func<SipIncoming, bool> deliver)
    {
        var incoming = new SipIncoming(
            transaction.Request, transaction.Flow.Remote, transaction.Flow.Transport, response => Post(new SipInput.Respond(transaction, response)), call);
        return deliver(incoming) ? null : new SipInput.Respond(transaction, SipResponse.For(transaction.Request, 503));
    }

    private void Finish(SipOutput.Outcome outcome)
    {
        if (outcome.Token is not TaskCompletionSource<SipOutcome> done) return;
        _pending.Remove(done);
        SipOutcomeKind kind = outcome.End switch
        {
            SipEnd.Timeout => SipOutcomeKind.Timeout,
            SipEnd.TransportFailed => SipOutcomeKind.TransportFailed,
            _ => SipOutcomeKind.Response,
        };
        done.TrySetResult(new SipOutcome(kind, outcome.Response, outcome.Reason, outcome.Response is null ? null : Seen(outcome.Response)));
    }

    private static IPEndPoint? Seen(SipResponse response)
    {
        ViaHeader via = response.TopVia;
        if (via.Received is null && via.Rport is null) return null;
        return IPAddress.TryParse(via.Received ?? via.Host, out IPAddress? address) ? new IPEndPoint(address, via.Rport ?? via.Port ?? 5060) : null;
    }

    private SipPeer Peer(int number) => _peers[number - 1];

    private abstract record Item
    {
        internal sealed record Datagram(ReadOnlyMemory<byte> Bytes, IPEndPoint Source) : Item;

        internal sealed record Streamed(TcpConnection Connection, SipMessage? Message, SipFault Fault) : Item;

        internal sealed record Accepted(Socket Socket) : Item;

        internal sealed record Closed(TcpConnection Connection, string Reason) : Item;

        internal sealed record Command(SipInput Input) : Item;

        internal sealed record Wake : Item
        {
            public static readonly Wake Instance = new();
        }
    }
}
