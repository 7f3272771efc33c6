using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Protocol.Rtsp;

namespace Gb28181Edge.Cameras;

/// <summary>One track of an RTSP camera: RTP packets in, access units with their times out. Driven by one loop, or under one lock.</summary>
internal sealed class RtspTrackReceiver : IRtpUnitSink, IDisposable
{
    /// <summary>Datagrams that are held for one that was overtaken.</summary>
    private const int ReorderDepth = 32;

    /// <summary>More than a local network needs to bring a datagram that was overtaken.</summary>
    private static readonly TimeSpan ReorderTime = TimeSpan.FromMilliseconds(100);

    private readonly IAccessUnitSink _sink;
    private readonly IRtpDepacketizer _depacketizer;
    private readonly RtpReorderBuffer _reorder = new(ReorderDepth);
    private readonly DecodeOrder _decodeOrder = new();
    private readonly ParameterSetStore _parameterSets = new();
    private readonly Codec _codec;
    private readonly byte _payloadType;
    private readonly int _clockRate;
    private byte[] _joined = [];
    private TimeSpan _now, _lastInOrder;
    private MediaTime? _start;
    private long _rtpTicks;         // since the first unit, in the payload format's clock, unwrapped
    private uint _lastTimestamp;

    /// <param name="track">What was set up.</param>
    /// <param name="sink">Where the units go.</param>
    public RtspTrackReceiver(RtspTrack track, IAccessUnitSink sink)
    {
        RtspMedia media = track.Media;
        (_sink, _codec, _payloadType, _clockRate) = (sink, media.Codec!.Value, media.PayloadType, media.ClockRate);
        _depacketizer = _codec switch
        {
            Codec.H264 => new H264Depacketizer(this),
            Codec.H265 => new H265Depacketizer(this, media.HasDecodingOrderNumbers),
            Codec.Aac => new AacDepacketizer(this, media.AacFormat!),
            _ => new G711Depacketizer(this),
        };
        if (_codec.IsVideo()) _parameterSets.Observe(media.ParameterSets, _codec);
    }

    public bool IsVideo => _codec.IsVideo();

    /// <summary>At least one RTP packet came.</summary>
    public bool HasPackets { get; private set; }

    /// <summary>At least one random access point was handed on.</summary>
    public bool HasRandomAccess { get; private set; }

    public long PacketsLost => _depacketizer.PacketsLost;

    public long UnitsDropped => _depacketizer.UnitsDropped;

    public long Malformed => _depacketizer.Malformed;

    /// <summary>Takes a packet that came in order: over TCP.</summary>
    public void OnPacket(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        _now = now;
        if (!RtpPacket.TryParse(bytes, out RtpPacket packet, out _) || packet.PayloadType != _payloadType) return;
        HasPackets = true;
        _depacketizer.Push(packet);
    }

    /// <summary>Takes a packet that others may have overtaken: over UDP.</summary>
    public void OnDatagram(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!RtpPacket.TryParse(bytes, out RtpPacket packet, out _) || packet.PayloadType != _payloadType) return;
        _reorder.Insert(bytes, packet.SequenceNumber);
        bool isLate = now - _lastInOrder >= ReorderTime;
        while (isLate ? _reorder.TryTakeNow(out ReadOnlySpan<byte> next, out _) : _reorder.TryTake(out next, out _))
        {
            _lastInOrder = now;
            OnPacket(next, now);
        }
    }

    void IRtpUnitSink.OnUnit(ReadOnlySpan<byte> bytes, uint rtpTimestamp, bool isRandomAccess)
    {
        MediaTime pts = Time(rtpTimestamp);
        MediaTime dts = IsVideo ? new MediaTime(Math.Min(_decodeOrder.Next(pts.Ticks), pts.Ticks)) : pts;
        ReadOnlySpan<byte> unit = IsVideo ? WithParameterSets(bytes, isRandomAccess) : bytes;
        HasRandomAccess |= isRandomAccess;
        _sink.Write(_sink.Pool.Rent(unit, _codec, pts, dts, isRandomAccess));
    }

    /// <remarks>
    /// A track's first unit gets the time of its arrival, so that sound and picture begin together without trusting RTP-Info or sender
    /// reports, which many cameras fill with nonsense; from then on the RTP clock counts.
    /// </remarks>
    private MediaTime Time(uint timestamp)
    {
        if (_start is null) (_start, _lastTimestamp) = (MediaTime.FromTimeSpan(_now), timestamp);
        _rtpTicks += (int)(timestamp - _lastTimestamp);
        _lastTimestamp = timestamp;
        return _start.Value + (_clockRate == MediaTime.ClockRate ? _rtpTicks : (long)(_rtpTicks * (Int128)MediaTime.ClockRate / _clockRate));
    }

    /// <summary>A random access point without its own parameter sets gets those of the description, or the last ones seen.</summary>
    private ReadOnlySpan<byte> WithParameterSets(ReadOnlySpan<byte> unit, bool isRandomAccess)
    {
        AccessUnitLayout layout = _parameterSets.Observe(unit, _codec);
        ReadOnlySpan<byte> sets = _parameterSets.Bytes;
        if (!isRandomAccess || layout.HasAllParameterSets || sets.IsEmpty) return unit;
        int length = unit.Length + sets.Length;
        if (_joined.Length < length) _joined = new byte[2 * length];
        unit[..layout.PrefixSize].CopyTo(_joined);
        sets.CopyTo(_joined.AsSpan(layout.PrefixSize));
        unit[layout.PrefixSize..].CopyTo(_joined.AsSpan(layout.PrefixSize + sets.Length));
        return _joined.AsSpan(0, length);
    }

    public void Dispose() => _reorder.Dispose();
}
