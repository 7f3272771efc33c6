using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Net;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;

namespace Gb28181Edge.Sip;

// Sockets on one side, the core on the other, and the gate between them.
internal sealed partial class SipEndpoint
{
    /// <summary>Refusals sent in a second at most: nobody uses us to flood a third party.</summary>
    private const int MaxRefusals = 20;

    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(10);

    /// <summary>A TCP connection and whose it is.</summary>
    private sealed class Link(TcpConnection connection, SipPeer? owner)
    {
        public TcpConnection Connection { get; } = connection;

        /// <summary>The peer that we connected to; null for one that came in.</summary>
        public SipPeer? Owner { get; } = owner;

        /// <summary>The way back to the peer that was let in by it; null before.</summary>
        public SipFlow? Flow { get; set; }

        /// <summary>It has been told to close and is counted no more.</summary>
        public bool IsEvicted { get; set; }

        public Task Running { get; set; } = Task.CompletedTask;
    }

    private readonly Dictionary<long, Link> _links = [];
    private long _lastConnection;
    private TimeSpan _refusalSecond = TimeSpan.MinValue, _refusalLogged = TimeSpan.MinValue, _droppedLogged = TimeSpan.MinValue, _crowdLogged = TimeSpan.MinValue;
    private int _refusals;
    private long _refusalsNotLogged, _crowdNotLogged;

    // By the UDP socket's task.
    private void OnDatagram(ReadOnlyMemory<byte> bytes, IPEndPoint source)
    {
        bool fits = Interlocked.Increment(ref _datagrams) <= MaxDatagrams & Interlocked.Add(ref _datagramBytes, bytes.Length) <= MaxDatagramBytes;
        if (fits && _inbox.Writer.TryWrite(new Item.Datagram(bytes, source))) return;
        Interlocked.Decrement(ref _datagrams);
        Interlocked.Add(ref _datagramBytes, -bytes.Length);
        Interlocked.Increment(ref _dropped);
    }

    // By the listener's task.
    private void Take(Socket socket)
    {
        if (!_inbox.Writer.TryWrite(new Item.Accepted(socket))) socket.Dispose();
    }

    // By a connection's task.
    async ValueTask ITcpSink.OnMessageAsync(TcpConnection connection, SipMessage? message, SipFault fault, CancellationToken cancellationToken)
    {
        await _streamed.WaitAsync(cancellationToken);
        _inbox.Writer.TryWrite(new Item.Streamed(connection, message, fault));
    }

    private void OnDatagramTaken(Item.Datagram datagram)
    {
        if (datagram.Bytes.Span.IndexOfAnyExcept(" \t\r\n\0"u8) < 0) return;       // a keep-alive
        SipParser.TryParse(datagram.Bytes, _options.Limits, out SipMessage? message, out SipFault fault);
        OnMessage(message, fault, datagram.Source, null);
    }

    private void OnStreamed(Item.Streamed streamed)
    {
        if (_links.TryGetValue(streamed.Connection.Id, out Link? link)) OnMessage(streamed.Message, streamed.Fault, streamed.Connection.Remote, link);
    }

    private void OnMessage(SipMessage? message, SipFault fault, IPEndPoint source, Link? link)
    {
        SipTransport transport = link is null ? SipTransport.Udp : SipTransport.Tcp;
        if (fault != SipFault.None) _log.Unreadable(source, fault.ToString());
        _trace?.Message(_time.GetLocalNow(), sent: false, transport, source, message is null ? $"(unreadable: {fault})" : SipWriter.ToMaskedText(message));
        if (message is SipResponse response && fault == SipFault.None)
        {
            // It is taken for what it answers: branch and Call-ID are ours and hard to guess.
            Run(new SipInput.Received(response, new SipFlow(0, transport, source, source)));
            return;
        }
        if (message is not SipRequest request) return;
        if (Admit(request, source, link) is not { } peer) Refuse(request, source, link);
        else if (fault == SipFault.None) Run(new SipInput.Received(request, FlowOf(request, peer, source, link)));
        else if (request.Method != SipMethod.Ack) Reply(SipResponse.For(request, SipFaults.ToStatusCode(fault), SipTokens.Shared.NewToken()), source, link);
    }

    // Who may talk to us: a configured peer's identity, from one of its addresses or over the connection that we made to it.
    private SipPeer? Admit(SipRequest request, IPEndPoint source, Link? link)
    {
        string? user = request.From.Uri.User;
        SipPeer? found = null;
        foreach (SipPeer peer in _peers)
        {
            bool registers = peer.IsLearned && request.Method == SipMethod.Register;
            SipRoute? route = peer.Route;
            bool here = registers || (link?.Owner == peer) || (route is not null && Has(route.Addresses, source.Address));
            if (!here) continue;
            string? identity = registers ? peer.Options.RemoteId : peer.RemoteId;
            // Within a call the other side is who was called: a channel, not the device. Its tags prove it.
            bool known = identity is null ? registers : identity == user || (request.To.Tag is not null && _core.HasCall(request, peer.Number));
            if (!known) continue;
            if (route is not null && (route.Remote.Equals(source) || link?.Owner == peer)) return peer;
            found ??= peer;                                                       // two peers on one host: the port decides, where it can
        }
        return found;
    }

    private static bool Has(IReadOnlyList<IPAddress> addresses, IPAddress address)
    {
        for (int i = 0; i < addresses.Count; i++)
        {
            if (addresses[i].Equals(address)) return true;
        }
        return false;
    }

    private SipFlow FlowOf(SipRequest request, SipPeer peer, IPEndPoint source, Link? link)
    {
        SipFlow flow;
        if (link is null)
        {
            flow = new SipFlow(peer.Number, SipTransport.Udp, source, SentBy(peer, source)) { AcceptsRegister = peer.IsLearned };
        }
        else
        {
            link.Connection.Prove();
            if (link.Flow?.Peer != peer.Number)
                link.Flow = new SipFlow(peer.Number, SipTransport.Tcp, source, SentBy(peer, source), link.Connection.Id) { AcceptsRegister = peer.IsLearned };
            flow = link.Flow;
        }
        if (peer.IsLearned && request.Method == SipMethod.Register)
        {
            bool anew = peer.Route?.Flow.Connection != flow.Connection;
            peer.Learn(request.From.Uri.User, flow);
            if (anew && flow.Connection != 0) peer.OnConnected();
        }
        return flow;
    }

    // The route may have gone since the message came: then the answer cannot leave either, and the address does not matter.
    private IPEndPoint SentBy(SipPeer peer, IPEndPoint source)
    {
        if (peer.Route is { } route && route.Remote.Address.Equals(source.Address)) return route.Flow.SentBy;
        try
        {
            return SentBy(source);
        }
        catch (SocketException error)
        {
            _log.NotSent(source, error.Message);
            return new IPEndPoint(_options.Address, LocalPort);
        }
    }

    // 403, without a transaction: a repeat gets the same. RFC 3261 §8.2.7.
    private void Refuse(SipRequest request, IPEndPoint source, Link? link)
    {
        TimeSpan now = Now;
        _refusalsNotLogged++;
        if (now - LogEvery >= _refusalLogged)
        {
            _log.Refused(request.Method.Name, source, request.From.Uri.User ?? "", _refusalsNotLogged - 1);
            (_refusalLogged, _refusalsNotLogged) = (now, 0);
        }
        if (request.Method == SipMethod.Ack) return;
        if (now - TimeSpan.FromSeconds(1) >= _refusalSecond) (_refusalSecond, _refusals) = (now, 0);
        if (++_refusals <= MaxRefusals) Reply(SipResponse.For(request, 403, SipTokens.Shared.NewToken()), source, link);
    }

    private void Reply(SipResponse response, IPEndPoint source, Link? link)
    {
        response.Add(HeaderName.UserAgent, _options.UserAgent);
        byte[] bytes = SipWriter.ToBytes(response);
        Trace(response, link is null ? SipTransport.Udp : SipTransport.Tcp, source);
        if (link is not null) link.Connection.TrySend(bytes);
        else if (_udp.Send(bytes, source) is { } reason) _log.NotSent(source, reason);
    }

    private void Trace(SipMessage message, SipTransport transport, IPEndPoint remote) =>
        _trace?.Message(_time.GetLocalNow(), sent: true, transport, remote, SipWriter.ToMaskedText(message));

    // Null when it is on its way, else why not.
    private string? Transmit(SipMessage message, SipFlow flow)
    {
        byte[] bytes = SipWriter.ToBytes(message);
        string? fault;
        if (flow.Transport == SipTransport.Udp)
        {
            Trace(message, SipTransport.Udp, flow.Remote);
            fault = _udp.Send(bytes, flow.Remote);
        }
        else if ((message is SipRequest ? Connected(flow) : Open(flow)) is { } link)
        {
            Trace(message, SipTransport.Tcp, link.Connection.Remote);
            fault = link.Connection.TrySend(bytes) ? null : "the connection is closing";
        }
        else
        {
            fault = "there is no connection";
        }
        if (fault is not null) _log.NotSent(flow.Remote, fault);
        return fault;
    }

    // The connection of a flow while it is open, else the one that the peer uses now.
    private Link? Open(SipFlow flow)
    {
        if (_links.TryGetValue(flow.Connection, out Link? link)) return link;
        SipFlow? current = flow.Peer == 0 ? null : Peer(flow.Peer).Route?.Flow;
        if (current is null || !_links.TryGetValue(current.Connection, out link)) return null;
        flow.Connection = current.Connection;
        return link;
    }

    private Link? Connected(SipFlow flow)
    {
        if (Open(flow) is { } open) return open;
        SipPeer peer = Peer(flow.Peer);
        if (peer.IsLearned || peer.Route is not { } route) return null;            // a device is behind its own connection
        TcpConnection connection;
        try
        {
            connection = TcpConnection.To(++_lastConnection, route.Remote, _options.Limits, _time);
        }
        catch (SocketException)
        {
            return null;                                                          // no file descriptor left
        }
        flow.Connection = connection.Id;
        if (route.Flow.Transport == SipTransport.Tcp)
        {
            route.Flow.Connection = connection.Id;
            peer.OnConnected();
        }
        return Add(new Link(connection, peer));
    }

    private void OnAccepted(Socket socket)
    {
        if (TcpConnection.Of(++_lastConnection, socket, _options.Limits, _time) is not { } connection) return;
        int open = _links.Values.Count(link => !link.IsEvicted);
        if (open >= _options.MaxConnections)
        {
            NoteCrowd(connection.Remote, open);
            // The oldest that has proved nothing makes room; peers that are known stay. One that was told to close may take a moment.
            Link? oldest = _links.Count >= 2 * _options.MaxConnections ? null
                : _links.Values.Where(link => !link.Connection.IsProven && !link.IsEvicted).MinBy(link => link.Connection.Id);
            if (oldest is null) { connection.Dispose(); return; }
            oldest.IsEvicted = true;
            oldest.Connection.Close("it made room for another");
        }
        Add(new Link(connection, null));
    }

    private void NoteCrowd(IPEndPoint remote, int open)
    {
        _crowdNotLogged++;
        if (Now - LogEvery < _crowdLogged) return;
        _log.TooManyConnections(remote, open, _crowdNotLogged - 1);
        (_crowdLogged, _crowdNotLogged) = (Now, 0);
    }

    private Link Add(Link link)
    {
        _links.Add(link.Connection.Id, link);
        link.Running = RunLinkAsync(link.Connection);
        return link;
    }

    private async Task RunLinkAsync(TcpConnection connection)
    {
        string reason = await connection.RunAsync(this, CancellationToken.None);
        _inbox.Writer.TryWrite(new Item.Closed(connection, reason));
    }

    private void OnClosed(TcpConnection connection, string reason)
    {
        if (!_links.Remove(connection.Id)) return;
        if (connection.IsProven) _log.ConnectionLost(connection.Remote, reason);
        Run(new SipInput.ConnectionLost(connection.Id, reason));
        foreach (SipPeer peer in _peers)
        {
            if (peer.Route?.Flow is not { } flow || flow.Connection != connection.Id) continue;
            flow.Connection = 0;
            peer.OnConnectionLost();
        }
        connection.Dispose();
    }

    private void ReportDropped()
    {
        if (Interlocked.Read(ref _dropped) == 0 || Now - LogEvery < _droppedLogged) return;
        _log.DatagramsDropped(Interlocked.Exchange(ref _dropped, 0));
        _droppedLogged = Now;
    }
}
