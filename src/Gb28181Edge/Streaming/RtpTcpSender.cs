using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>A media session over TCP, connecting or listening. RFC 4571, GB/T 28181-2016 annex L, GB/T 28181-2022 annex D.</summary>
/// <remarks>
/// A packet that is begun is always finished; a peer that is too slow loses whole packs, up to the next random access point.
/// Nothing waits: the socket is written when the send loop finds it ready.
/// </remarks>
internal sealed class RtpTcpSender : MediaSession
{
    /// <summary>Connecting: the first try and three more.</summary>
    public const int ConnectTries = 4;

    /// <summary>How long a listener waits for its peer.</summary>
    public static readonly TimeSpan AcceptLimit = TimeSpan.FromSeconds(15);

    /// <summary>From a failed try to the next. GB/T 28181-2022 annex D: at least 1 s.</summary>
    public static readonly TimeSpan ConnectPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>A peer that acknowledges or takes nothing for so long is gone; the kernel alone would try for a quarter of an hour. RFC 5482.</summary>
    public static readonly TimeSpan UserTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The kernel doubles it. A second of a 4 Mbit/s stream: more would only be delay.</summary>
    private const int SendBuffer = 256 << 10;

    /// <summary>Bytes after which the other sessions have their turn.</summary>
    private const int TurnLimit = 256 << 10;

    private const int RtpHeaderSize = RtpPacket.FixedHeaderSize;

    /// <summary>A full packet with its length before it.</summary>
    private const int FramedSize = RtpPacketizer.TcpHeaderSize + RtpPacketizer.MaximumPayloadSize;

    private Socket? _socket;
    private State _state;
    private int _tries;
    private TimeSpan _deadline;
    private int _offset;
    private int _packetsCounted;

    private enum State
    {
        Prepared,
        Listening,
        Connecting,
        Pausing,
        Connected,
        /// <summary>Connected, and the kernel takes no more for now.</summary>
        Full,
    }

    private RtpTcpSender(SendLoop loop, MediaSessionOptions options, PortPool ports, int port, Socket socket)
        : base(loop, options, ports, port, framed: true) => _socket = socket;

    public override (int Descriptor, short Events)? Interest => _state switch
    {
        State.Listening => (Descriptor, Libc.PollIn),
        State.Connecting => (Descriptor, Libc.PollOut),
        State.Connected => (Descriptor, Libc.PollIn | Libc.PollRdHup),
        State.Full => (Descriptor, Libc.PollIn | Libc.PollRdHup | Libc.PollOut),
        _ => null,
    };

    /// <summary>Connections tried so far.</summary>
    internal int Tries => Volatile.Read(ref _tries);

    /// <summary>The socket of now, for tests.</summary>
    internal Socket? TcpSocket => _socket;

    /// <summary>It listens, or pauses between two tries.</summary>
    internal bool WaitsForClock => _state is State.Listening or State.Pausing;

    private int Descriptor => (int)_socket!.SafeHandle.DangerousGetHandle();

    /// <summary>Reserves the port, and listens on it where the peer connects.</summary>
    /// <exception cref="PortsExhaustedException">No port is free.</exception>
    /// <exception cref="SocketException">The local address cannot be bound.</exception>
    public static RtpTcpSender Open(SendLoop loop, MediaSessionOptions options, PortPool ports)
    {
        Socket socket = ports.Take(port => Bind(options, port), out int lent);
        return new RtpTcpSender(loop, options, ports, lent, socket);
    }

    public override void OnReady(short events, TimeSpan now)
    {
        switch (_state)
        {
            case State.Listening:
                Accept();
                break;
            case State.Connecting:
                FinishConnecting(Libc.TakeError(Descriptor), now);
                break;
            case State.Connected or State.Full:
                if ((events & Libc.PollOut) != 0) _state = State.Connected;
                if ((events & ~Libc.PollOut) != 0 && HasPeerLeft(events)) Close(MediaEnd.PeerGone);
                break;
        }
    }

    protected override void Begin(TimeSpan now)
    {
        if (Options.Transport == MediaTransport.TcpActive)
        {
            Connect(now);
            return;
        }
        // the peer may have come before the ACK: it waits in the listener
        (_state, _deadline) = (State.Listening, now + AcceptLimit);
    }

    protected override TimeSpan? Turn(TimeSpan now)
    {
        switch (_state)
        {
            case State.Listening when now >= _deadline:
                Close(MediaEnd.PeerGone);
                return null;
            case State.Connecting when now >= _deadline:
                TryFailed(now);
                return IsOver ? null : _deadline;
            case State.Pausing when now >= _deadline:
                Connect(now);
                return IsOver ? null : _state == State.Connected ? now : _deadline;
            case State.Connected:
                return Send() ? now : null;
            case State.Full or State.Prepared:
                return null;
            default:
                return _deadline;
        }
    }

    protected override void CloseSockets() => _socket?.Dispose();

    /// <returns>True when there is more to send at once, after the other sessions.</returns>
    private bool Send()
    {
        for (int sentInTurn = 0; sentInTurn < TurnLimit;)
        {
            if (Current is null)
            {
                if (!TakeNext()) return false;
                (_offset, _packetsCounted) = (0, 0);
            }
            int taken = Loop.Vectors.SendStream(Descriptor, Current!, Headers, _offset, out int offered);
            if (taken < 0)
            {
                if (-taken is Libc.EAgain or Libc.ENoBufs) _state = State.Full;
                else Close(MediaEnd.PeerGone);
                return false;
            }
            _offset += taken;
            sentInTurn += taken;
            NoteProgress();
            if (taken < offered)
            {
                _state = State.Full;
                return false;
            }
        }
        return true;
    }

    private void NoteProgress()
    {
        Pack pack = Current!;
        bool isDone = _offset == pack.Length + pack.PacketCount * Headers.Size;
        int packets = isDone ? pack.PacketCount : _offset / FramedSize;
        int bytes = isDone ? pack.Length + pack.PacketCount * RtpHeaderSize : packets * RtpPacketizer.MaximumPacketSize;
        int before = _packetsCounted * RtpPacketizer.MaximumPacketSize;
        CountSent(packets - _packetsCounted, bytes - before);
        _packetsCounted = packets;
        if (isDone) FinishCurrent();
    }

    private void Connect(TimeSpan now)
    {
        _tries++;
        if (!TryOpen(() => _socket ?? OpenForRetry()))
        {
            TryFailed(now);
            return;
        }
        SocketAddress remote = Options.Remote.Serialize();
        ReadOnlySpan<byte> address = remote.Buffer.Span[..remote.Size];
        int result = Libc.Connect(Descriptor, address);
        if (result is -Libc.EAddrNotAvail or -Libc.EAddrInUse)
        {
            // an old connection from this port to this peer lingers: any other port will do
            _socket!.Dispose();
            _socket = null;
            if (!TryOpen(() => Create(Options)))
            {
                TryFailed(now);
                return;
            }
            result = Libc.Connect(Descriptor, address);
        }
        (_state, _deadline) = (State.Connecting, now + ConnectLimit);
        if (result != -Libc.EInProgress) FinishConnecting(-result, now);
    }

    /// <returns>False when the process has no descriptor left, or the system no memory: the next try may have.</returns>
    private bool TryOpen(Func<Socket> open)
    {
        try
        {
            _socket = open();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Socket OpenForRetry()
    {
        try
        {
            return BindOnly(Options, LocalPort);
        }
        catch (SocketException)
        {
            // the source port is a courtesy: the connection matters
            return Create(Options);
        }
    }

    private void FinishConnecting(int error, TimeSpan now)
    {
        if (error == 0) _state = State.Connected;
        else TryFailed(now);
    }

    private void TryFailed(TimeSpan now)
    {
        _socket?.Dispose();
        _socket = null;
        if (_tries >= ConnectTries) Close(MediaEnd.ConnectFailed);
        else (_state, _deadline) = (State.Pausing, now + ConnectPause);
    }

    private void Accept()
    {
        int accepted = Libc.Accept(Descriptor);
        // without a descriptor for it the peer would wait, and the listener be ready, without end
        if (-accepted is Libc.EMFile or Libc.ENFile) Close(MediaEnd.PeerGone);
        // the peer may have left again while it waited
        if (accepted < 0) return;
        _socket!.Dispose();
        _socket = new Socket(new SafeSocketHandle(accepted, ownsHandle: true));
        Tune(_socket);
        _state = State.Connected;
    }

    private bool HasPeerLeft(short events)
    {
        if ((events & (Libc.PollErr | Libc.PollHup | Libc.PollRdHup)) != 0) return true;
        Span<byte> ignored = stackalloc byte[512];
        int received = Libc.Receive(Descriptor, ignored);
        return received == 0 || (received < 0 && -received != Libc.EAgain);
    }

    private static Socket Bind(MediaSessionOptions options, int port)
    {
        Socket socket = BindOnly(options, port);
        if (options.Transport == MediaTransport.TcpPassive) socket.Listen(1);
        return socket;
    }

    private static Socket BindOnly(MediaSessionOptions options, int port)
    {
        Socket socket = Create(options);
        try
        {
            socket.Bind(new IPEndPoint(options.LocalAddress, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Create(MediaSessionOptions options)
    {
        var socket = new Socket(options.LocalAddress.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Tune(socket);
        return socket;
    }

    private static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        socket.SendBufferSize = SendBuffer;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetRawSocketOption(Libc.SolTcp, Libc.TcpUserTimeout, BitConverter.GetBytes((int)UserTimeout.TotalMilliseconds));
    }
}
