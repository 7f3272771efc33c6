using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Net;

/// <summary>Takes what a <see cref="TcpConnection"/> reads.</summary>
internal interface ITcpSink
{
    /// <summary>A framed message, or what is left of one with its fault. The connection reads on when this completes.</summary>
    ValueTask OnMessageAsync(TcpConnection connection, SipMessage? message, SipFault fault, CancellationToken cancellationToken);
}

/// <summary>One TCP connection that carries SIP, made by us or taken by us. RFC 3261 §18.</summary>
/// <remarks>Owns its socket. Whoever made it awaits <see cref="RunAsync"/> and then disposes it; only he calls the other members.</remarks>
internal sealed class TcpConnection : IDisposable
{
    /// <summary>Messages that wait to be written; a peer that lets more pile up is cut off.</summary>
    private const int SendQueue = 64;

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProveWithin = TimeSpan.FromSeconds(10);
    private static readonly byte[] Pong = "\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly SipLimits _limits;
    private readonly TimeProvider _time;
    private readonly bool _connects;
    private readonly CancellationTokenSource _close = new();
    private readonly Channel<byte[]> _sends = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(SendQueue) { SingleReader = true });
    private volatile bool _isProven;
    private volatile string? _reason;

    private TcpConnection(long id, Socket socket, IPEndPoint remote, bool connects, SipLimits limits, TimeProvider time)
    {
        (Id, _socket, Remote, _connects, _limits, _time) = (id, socket, remote, connects, limits, time);
        _isProven = connects;
        socket.NoDelay = true;
        // A peer that vanished is noticed within a minute and a half, also while nothing is sent.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    /// <summary>A connection that <see cref="RunAsync"/> makes.</summary>
    public static TcpConnection To(long id, IPEndPoint remote, SipLimits limits, TimeProvider time) =>
        new(id, new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp), remote, connects: true, limits, time);

    /// <summary>A connection that was accepted; null when it is gone already.</summary>
    public static TcpConnection? Of(long id, Socket accepted, SipLimits limits, TimeProvider time)
    {
        try
        {
            return new TcpConnection(id, accepted, (IPEndPoint)accepted.RemoteEndPoint!, connects: false, limits, time);
        }
        catch (SocketException)
        {
            accepted.Dispose();
            return null;
        }
    }

    /// <summary>Never 0, never used again.</summary>
    public long Id { get; }

    public IPEndPoint Remote { get; }

    /// <summary>We made it.</summary>
    public bool IsOurs => _connects;

    /// <summary>One of its messages came from somebody whom we know. A connection that proves nothing within 10 s is closed.</summary>
    public bool IsProven => _isProven;

    public void Prove() => _isProven = true;

    /// <summary>Queues a message, also while the connection is being made.</summary>
    /// <returns>False when it is closing; a full queue closes it.</returns>
    public bool TrySend(byte[] message)
    {
        if (_sends.Writer.TryWrite(message)) return true;
        Close("the peer does not read");
        return false;
    }

    /// <summary>Ends <see cref="RunAsync"/>.</summary>
    public void Close(string reason)
    {
        _reason ??= reason;
        _close.Cancel();
    }

    /// <summary>Connects when it must, reads and writes until one side closes.</summary>
    /// <returns>Why it ended, for a person. Never throws for what the network does.</returns>
    public async Task<string> RunAsync(ITcpSink sink, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, _close.Token);
        try
        {
            if (_connects) await ConnectAsync(ended.Token);
            Task<string> reading = ReadAsync(sink, ended.Token);
            Task<string> writing = WriteAsync(ended.Token);
            Task<string> first = await Task.WhenAny(reading, writing);
            await ended.CancelAsync();
            await Task.WhenAll(reading, writing);
            return _reason ?? await first;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return _reason ?? "closed";
        }
        finally
        {
            _sends.Writer.TryComplete();
            _socket.Dispose();                                                   // the peer learns at once
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _close.Dispose();
    }

    private async Task ConnectAsync(CancellationToken ended)
    {
        using var late = new CancellationTokenSource(ConnectWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, late.Token);
        try
        {
            await _socket.ConnectAsync(Remote, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !ended.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private async Task<string> ReadAsync(ITcpSink sink, CancellationToken ended)
    {
        var framer = new SipStreamFramer(_limits);
        var messages = new List<(SipMessage?, SipFault)>();
        byte[] buffer = new byte[8_192];
        using var unproven = new CancellationTokenSource(ProveWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, unproven.Token);
        try
        {
            while (true)
            {
                int count;
                try
                {
                    count = await _socket.ReceiveAsync(buffer, SocketFlags.None, _isProven ? ended : either.Token);
                }
                catch (OperationCanceledException) when (!ended.IsCancellationRequested)
                {
                    if (_isProven) continue;
                    return "it said nothing of use";
                }
                if (count == 0) return "closed by the peer";
                SipFault fault = framer.Push(buffer.AsSpan(0, count), (message, broken) => messages.Add((message, broken)));
                foreach ((SipMessage? message, SipFault broken) in messages) await sink.OnMessageAsync(this, message, broken, ended);
                messages.Clear();
                if (fault != SipFault.None) return $"the stream is broken: {fault}";
                if (framer.TakePing()) TrySend(Pong);                            // RFC 5626 §4.4.1
            }
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return "closed";
        }
    }

    private async Task<string> WriteAsync(CancellationToken ended)
    {
        try
        {
            await foreach (byte[] message in _sends.Reader.ReadAllAsync(ended))
            {
                ReadOnlyMemory<byte> rest = message;
                while (!rest.IsEmpty) rest = rest[await _socket.SendAsync(rest, SocketFlags.None, ended)..];
            }
            return "closed";
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return "closed";
        }
    }
}
