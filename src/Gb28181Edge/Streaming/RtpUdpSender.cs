using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Streaming;

/// <summary>A media session over UDP, to one receiver or a multicast group. RFC 3550, GB/T 28181-2016 annex C.</summary>
/// <remarks>
/// Packets leave by UDP_SEGMENT in paced groups; where the kernel or the device cannot (Linux answers EIO without checksum offload,
/// EMSGSIZE or, before 6.14, EINVAL where a packet is larger than the path's MTU, as on a VPN), one by one from then on. When the kernel takes no more, as
/// with a large picture on a slow uplink, the session waits for room and falls behind; who waits too long or is too far behind goes on at
/// the next random access point.
/// </remarks>
internal sealed class RtpUdpSender : MediaSession
{
    /// <summary>How long ICMP has to say unreachable before the session gives up.</summary>
    private static readonly TimeSpan UnreachableLimit = TimeSpan.FromSeconds(15);

    /// <summary>After so long without a refusal the receiver counts as reached again.</summary>
    private static readonly TimeSpan RefusalMemory = TimeSpan.FromSeconds(12);

    /// <summary>Groups that are due this soon leave now: waking up costs more than the burst.</summary>
    private static readonly TimeSpan Coalescing = TimeSpan.FromMilliseconds(1);

    private const int SendBuffer = 512 << 10;

    /// <summary>An error that ICMP left behind belongs to an earlier packet, and the call that reports it has sent nothing.</summary>
    private const int MaxRetries = 2;

    /// <summary>Packs behind the newest from which a session is catching up.</summary>
    internal const int CatchUpFrom = 4;

    private readonly Socket _rtp;
    private readonly RtcpSender? _rtcp;
    private readonly int _descriptor;
    private bool _segmented;
    private RtpPacing _pacing;
    private int _packet;
    private bool _isFull;
    private TimeSpan _begun;
    private TimeSpan _due;
    private TimeSpan? _refusedSince;
    private TimeSpan _refusedLast;

    private RtpUdpSender(SendLoop loop, MediaSessionOptions options, PortPool ports, int port, Socket rtp, Socket? rtcp)
        : base(loop, options, ports, port, framed: false)
    {
        _rtp = rtp;
        _descriptor = (int)rtp.SafeHandle.DangerousGetHandle();
        _segmented = loop.Segmentation;
        if (rtcp is not null) _rtcp = new RtcpSender(rtcp, options.Ssrc, loop.Time);
    }

    /// <summary>The socket's buffer has no room: the loop waits for some.</summary>
    public override (int Descriptor, short Events)? Interest => _isFull ? (_descriptor, Libc.PollOut) : null;

    /// <summary>The RTP socket, for tests.</summary>
    internal Socket RtpSocket => _rtp;

    /// <summary>Packets are cut by the kernel.</summary>
    internal bool IsSegmented => _segmented;

    /// <summary>Binds a pair of ports and makes the session.</summary>
    /// <exception cref="PortsExhaustedException">No pair is free.</exception>
    /// <exception cref="SocketException">The local address cannot be bound.</exception>
    public static RtpUdpSender Open(SendLoop loop, MediaSessionOptions options, PortPool ports)
    {
        (Socket rtp, Socket? rtcp) = ports.Take(port => Bind(options, port), out int lent);
        return new RtpUdpSender(loop, options, ports, lent, rtp, rtcp);
    }

    protected override void Begin(TimeSpan now) => _rtcp?.Begin(now);

    public override void OnReady(short events, TimeSpan now) => _isFull = false;

    protected override TimeSpan? Turn(TimeSpan now)
    {
        TimeSpan? report = _rtcp?.Turn(now, Statistics);
        if (_isFull && now >= PatienceEnd)
        {
            _isFull = false;
            LoseCurrent();
        }
        if (_isFull) return Earlier(report, PatienceEnd);
        while (Current is not null || TryPlan(now))
        {
            if (_due > now + Coalescing) return Earlier(report, _due);
            if (!SendGroup(now)) break;
        }
        return IsOver ? null : _isFull ? Earlier(report, PatienceEnd) : report;
    }

    /// <summary>When a picture that does not get out is given up.</summary>
    private TimeSpan PatienceEnd => _begun + new MediaTime(Loop.MaxLagTicks).ToTimeSpan();

    private static TimeSpan Earlier(TimeSpan? report, TimeSpan other) => report is { } sooner && sooner < other ? sooner : other;

    protected override void CloseSockets()
    {
        _rtp.Dispose();
        _rtcp?.Dispose();
    }

    private bool TryPlan(TimeSpan now)
    {
        if (!TakeNext()) return false;
        (_packet, _begun) = (0, now);
        _pacing = Cursor.Behind >= CatchUpFrom
            ? RtpPacing.CatchUp(Current!.Length, Cursor.BytesPerSecond)
            : RtpPacing.Live(Current!.PacketCount, Loop.Window.FrameInterval);
        if (_due < now) _due = now;
        _rtcp?.NoteTimestamp(Current.RtpTimestamp);
        return true;
    }

    /// <returns>False when the session is over, or has to wait for room.</returns>
    private bool SendGroup(TimeSpan now)
    {
        Pack pack = Current!;
        int left = Math.Min(_pacing.GroupSize, pack.PacketCount - _packet);
        for (int retries = 0; left > 0;)
        {
            int sent = SendSome(pack, left);
            if (sent > 0)
            {
                _packet += sent;
                left -= sent;
            }
            else if (-sent == Libc.EAgain)
            {
                _isFull = true;
                return false;
            }
            else if (-sent == Libc.ENoBufs)
            {
                // the device's queue, which says to nobody when there is room again
                LoseCurrent();
                return true;
            }
            else if (_segmented && RefusesSegments(-sent))
            {
                _segmented = false;
                Loop.NoteUnsegmented(LocalPort, -sent);
            }
            else if (HasBeenUnreachable(now))
            {
                Close(MediaEnd.Unreachable);
                return false;
            }
            else if (++retries > MaxRetries)
            {
                LoseCurrent();
                return true;
            }
        }
        bool isLast = _packet == pack.PacketCount;
        if (!isLast || _pacing.GapAfterLast) _due += _pacing.Gap;
        if (isLast) FinishCurrent();
        return true;
    }

    /// <returns>Packets sent, or −errno.</returns>
    private int SendSome(Pack pack, int count)
    {
        if (!_segmented) count = 1;
        int sent = _segmented
            ? Loop.Vectors.SendSegmented(_descriptor, pack, Headers, _packet, count)
            : Loop.Vectors.SendOne(_descriptor, pack, Headers, _packet);
        if (sent < 0) return sent;
        CountSent(count, sent);
        return count;
    }

    /// <summary>The kernel, the device or the path takes no UDP_SEGMENT: single packets still pass, in fragments if need be.</summary>
    internal static bool RefusesSegments(int errno) =>
        errno is Libc.EIo or Libc.EInval or Libc.EMsgSize or Libc.ENoProtoOpt or Libc.EOpNotSupp;

    /// <summary>Notes a refusal: the error of an ICMP message to an earlier packet, or of the send itself.</summary>
    private bool HasBeenUnreachable(TimeSpan now)
    {
        if (_refusedSince is null || now - _refusedLast > RefusalMemory) _refusedSince = now;
        _refusedLast = now;
        return now - _refusedSince >= UnreachableLimit;
    }

    private static (Socket Rtp, Socket? Rtcp) Bind(MediaSessionOptions options, int port)
    {
        Socket rtp = BindOne(options, port, options.Remote);
        try
        {
            bool hasReports = options.Remote.Port < IPEndPoint.MaxPort;
            Socket? rtcp = hasReports ? BindOne(options, port + 1, new IPEndPoint(options.Remote.Address, options.Remote.Port + 1)) : null;
            return (rtp, rtcp);
        }
        catch
        {
            rtp.Dispose();
            throw;
        }
    }

    private static Socket BindOne(MediaSessionOptions options, int port, IPEndPoint remote)
    {
        var socket = new Socket(options.LocalAddress.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Blocking = false;
            socket.SendBufferSize = SendBuffer;
            bool isV4 = socket.AddressFamily == AddressFamily.InterNetwork;
            // a path with a smaller MTU gets fragments, not silence
            if (isV4) socket.DontFragment = false;
            if (options.MulticastTtl is { } ttl)
            {
                SocketOptionLevel level = isV4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;
                socket.SetSocketOption(level, SocketOptionName.MulticastTimeToLive, ttl);
                if (isV4 && !options.LocalAddress.Equals(IPAddress.Any))
                    socket.SetSocketOption(level, SocketOptionName.MulticastInterface, options.LocalAddress.GetAddressBytes());
            }
            socket.Bind(new IPEndPoint(options.LocalAddress, port));
            // connected, so that ICMP's unreachable comes back as an error of the next send
            socket.Connect(remote);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
