using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>VISCA over a socket: what its three ways have in common. The address is always 1.</summary>
/// <remarks>One caller at a time, so a socket is read only within an exchange; what comes in between waits in its buffer.</remarks>
/// <param name="host">An address or a name.</param>
/// <param name="port">Of the head.</param>
/// <param name="protocol">TCP or UDP.</param>
/// <param name="time">The clock.</param>
internal abstract class ViscaSocket(string host, int port, ProtocolType protocol, TimeProvider time) : IViscaTransport
{
    /// <summary>How long connecting by TCP, or finding the name, may take.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);

    private const int LargestRead = 1024;

    /// <summary>Pieces that are read after their time, one after another: a peer that never falls silent must not hold up a stop.</summary>
    private const int MostOverdue = 64;

    private readonly byte[] _received = new byte[LargestRead];
    private Socket? _socket;
    private int _overdue;

    public string Name => $"{host}:{port}";

    public int Address => 1;

    public bool Answers => true;

    public abstract TimeSpan ReplyTimeout { get; }

    public bool HasSent { get; protected set; }

    protected TimeProvider Time => time;

    public async ValueTask<bool> ConnectAsync(bool urgent, CancellationToken cancellationToken)
    {
        if (_socket is not null && IsClosedByPeer(_socket)) Suspect();
        if (_socket is not null) return false;
        _socket = await OpenAsync(cancellationToken);
        try
        {
            await GreetAsync(cancellationToken);
        }
        catch
        {
            Suspect();                                                     // half a greeting is none
            throw;
        }
        return true;
    }

    public void Suspect()
    {
        _socket?.Dispose();
        _socket = null;
        Clear();
    }

    public abstract ValueTask<ViscaExchange> ExchangeAsync(
        ReadOnlyMemory<byte> packet, ViscaMessage message, bool urgent, Func<ViscaReply, bool> take, TimeSpan timeout, CancellationToken cancellationToken);

    public ValueTask DisposeAsync()
    {
        Suspect();
        return ValueTask.CompletedTask;
    }

    /// <summary>What is said first on a fresh socket.</summary>
    protected virtual ValueTask GreetAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Forgets what has begun to come.</summary>
    protected virtual void Clear()
    {
    }

    /// <exception cref="DriverException">The socket is not there any more.</exception>
    protected async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Socket socket = _socket ?? throw new DriverException($"{Name} is not connected");
        try
        {
            while (bytes.Length > 0)
            {
                // a cancelled write could leave half a packet on a stream: these few bytes go into the buffer at once or not at all
                int sent = await socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None).AsTask().WaitAsync(ConnectTime, time, cancellationToken);
                bytes = bytes[sent..];
            }
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
        catch (TimeoutException e)
        {
            throw Lost(e);
        }
        catch (OperationCanceledException)
        {
            Suspect();
            throw;
        }
    }

    /// <summary>The next bytes: a datagram, or a piece of the stream. Null when none came until then.</summary>
    /// <param name="until">Of <see cref="TimeProvider.GetTimestamp"/>'s clock; what has come already is given even when it is past, up to a bound.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DriverException">The socket is not there any more.</exception>
    protected async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        Socket socket = _socket ?? throw new DriverException($"{Name} is not connected");
        TimeSpan wait = until - Now;
        try
        {
            _overdue = wait <= TimeSpan.Zero ? _overdue + 1 : 0;
            if (wait <= TimeSpan.Zero && (socket.Available == 0 || _overdue > MostOverdue))
            {
                _overdue = 0;
                return null;
            }
            using var late = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : ConnectTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                int read = await socket.ReceiveAsync(_received, SocketFlags.None, either.Token);
                if (read == 0 && protocol == ProtocolType.Tcp) throw new SocketException((int)SocketError.ConnectionReset);
                return _received.AsMemory(0, read);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <summary>Since the clock's beginning.</summary>
    protected TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>Heads close a connection that nobody uses: then the next order opens another instead of failing.</summary>
    private bool IsClosedByPeer(Socket socket)
    {
        if (protocol != ProtocolType.Tcp) return false;
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private DriverException Lost(Exception e)
    {
        Suspect();
        return new DriverException(
            e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? $"nobody listens at {Name}" : $"the connection to {Name} is lost: {e.Message}", e);
    }

    private async ValueTask<Socket> OpenAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(ConnectTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var socket = new Socket(AddressFamily.InterNetwork, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
        try
        {
            if (protocol == ProtocolType.Tcp) socket.NoDelay = true;
            IPAddress address = IPAddress.TryParse(host, out IPAddress? given)
                ? given : (await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, either.Token)).First();
            // a connected UDP socket takes datagrams of the head alone
            await socket.ConnectAsync(address, port, either.Token);
            return socket;
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            socket.Dispose();
            throw new DriverException($"{Name} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e)
        {
            socket.Dispose();
            if (cancellationToken.IsCancellationRequested) throw;
            throw new DriverException($"{Name} cannot be reached within {ConnectTime.TotalSeconds:0} s", e);
        }
    }
}
