using System.Net;

namespace Gb28181Edge.Streaming;

/// <summary>How a media session's RTP travels. GB/T 28181-2016 annex L, GB/T 28181-2022 annex D.</summary>
internal enum MediaTransport
{
    Udp,
    /// <summary>RFC 4571; the device connects.</summary>
    TcpActive,
    /// <summary>RFC 4571; the device listens.</summary>
    TcpPassive,
}

/// <summary>What a taker of a camera's stream wants.</summary>
/// <param name="Transport">How RTP travels.</param>
/// <param name="LocalAddress">The address that the session's socket binds to.</param>
/// <param name="Remote">Where to send or connect to; may be a multicast group. Not used when listening.</param>
/// <param name="Ssrc">From <c>y=</c>. RFC 3550 §5.1.</param>
/// <param name="PayloadType">96 for PS.</param>
/// <param name="MulticastTtl">From <c>c=</c>; null for unicast.</param>
internal sealed record MediaSessionOptions(
    MediaTransport Transport, IPAddress LocalAddress, IPEndPoint Remote, uint Ssrc, byte PayloadType = 96, int? MulticastTtl = null);

/// <summary>Why a media session is over.</summary>
internal enum MediaEnd
{
    /// <summary>We closed it.</summary>
    Closed,
    /// <summary>The TCP peer closed the connection, or never came within 15 s.</summary>
    PeerGone,
    /// <summary>No connection after all tries.</summary>
    ConnectFailed,
    /// <summary>ICMP said unreachable for 15 s.</summary>
    Unreachable,
}

/// <summary>What a media session has sent so far.</summary>
internal readonly record struct MediaStatistics(long Packets, long Bytes, long AccessUnits, long AccessUnitsDropped);

/// <summary>One taker of one camera: its socket, SSRC and sequence. Prepared before the 200, started by the ACK.</summary>
internal interface IMediaSession : IAsyncDisposable
{
    /// <summary>The port announced in our m= line: bound (UDP), listening (TCP passive), or reserved (TCP active).</summary>
    int LocalPort { get; }

    /// <summary>Begins to send (UDP), connect, or accept. Once.</summary>
    void Start();

    /// <summary>Completes when the session is over, with the reason. Never faults.</summary>
    Task<MediaEnd> Ended { get; }

    MediaStatistics Statistics { get; }
}

/// <summary>A camera's stream as its takers see it: muxed once, sent to any number.</summary>
internal interface ICameraStream
{
    /// <summary>Reserves a local port and socket for a taker and wakes the camera, without sending yet.</summary>
    /// <exception cref="PortsExhaustedException">No port of MediaPorts is free: SIP 486.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The local address cannot be bound.</exception>
    IMediaSession Prepare(MediaSessionOptions options);

    /// <summary>Asks for a key frame as soon as the source can give one; a source that cannot leaves it at its own pace.</summary>
    void RequestKeyFrame();

    /// <summary>What is known of the stream now.</summary>
    CameraStreamStatus Status { get; }
}

/// <summary>A camera's state for DeviceStatus, logs and the demo.</summary>
/// <param name="IsOpen">Somebody wants it, or it is AlwaysOn.</param>
/// <param name="IsDelivering">A frame came within the last 10 s.</param>
/// <param name="Fault">The last error, for a person; null when there is none.</param>
/// <param name="Takers">Sessions now.</param>
internal readonly record struct CameraStreamStatus(bool IsOpen, bool IsDelivering, string? Fault, int Takers);

/// <summary>Every port of <c>Device.MediaPorts</c> is in use.</summary>
internal sealed class PortsExhaustedException(string message) : IOException(message);
