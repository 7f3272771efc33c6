using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Bench;

/// <summary>Takes the RTP packets of one stream, checks them, and makes pictures and sound of them again.</summary>
/// <remarks>Packets are given by one loop; the statistics may be read from any thread.</remarks>
/// <param name="ssrc">What <c>y=</c> agreed on; null takes the first that comes.</param>
/// <param name="payloadType">As in the answer.</param>
/// <param name="isDatagram">Packets may come out of order: they are waited for. Over TCP they cannot.</param>
/// <param name="programStream">Gets the bytes of the program stream as they came; null for nobody. Not closed.</param>
/// <param name="elementaryStream">Gets the pictures as Annex B; null for nobody. Not closed.</param>
internal sealed class ReceivedStream(uint? ssrc, byte payloadType, bool isDatagram, Stream? programStream = null, Stream? elementaryStream = null)
    : IAccessUnitSink, IDisposable
{
    private static ReadOnlySpan<byte> PackStart => [0, 0, 1, StreamId.Pack];

    private readonly Lock _lock = new();
    private readonly RtpReorderBuffer _order = new();
    private PsDemuxer? _demuxer;
    private ReceiverStatistics _seen = new();
    private uint? _ssrc = ssrc;
    private uint? _timestamp;
    private bool _isFrameOpen;
    private bool _isSkipping = true;
    private TimeSpan _began;
    private TimeSpan _first;
    private TimeSpan _now;
    private long? _lastVideo;
    private long? _lastAudio;

    /// <summary>For <see cref="IAccessUnitSink"/>: the pictures are looked at and given back.</summary>
    public AccessUnitPool Pool { get; } = new();

    public ReceiverStatistics Statistics
    {
        get { lock (_lock) return _seen; }
    }

    /// <summary>The call begins now: what the first packet and the first picture are measured from.</summary>
    public void Begin(TimeSpan now)
    {
        lock (_lock) _began = now;
    }

    /// <summary>Takes one datagram, or one frame of RFC 4571.</summary>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        lock (_lock)
        {
            _now = now;
            if (!RtpPacket.TryParse(bytes, out RtpPacket packet, out _))
            {
                _seen = _seen with { Unusable = _seen.Unusable + 1 };
                return;
            }
            _ssrc ??= packet.Ssrc;
            if (packet.Ssrc != _ssrc || packet.PayloadType != payloadType)
            {
                _seen = _seen with { Foreign = _seen.Foreign + 1 };
                return;
            }
            Count(bytes.Length);
            _order.Insert(bytes, packet.SequenceNumber);
            Drain(isDatagram);
        }
    }

    /// <summary>Takes one RTCP compound.</summary>
    public void TakeRtcp(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            while (RtcpPacket.TryParse(ref bytes, out RtcpPacket packet))
            {
                if (packet.TrySenderInfo(out _)) _seen = _seen with { SenderReports = _seen.SenderReports + 1 };
            }
        }
    }

    /// <summary>The stream is over: nothing that is missing will come.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            Drain(waits: false);
            _demuxer?.Flush();
            Note();
        }
    }

    public void Dispose()
    {
        lock (_lock) _order.Dispose();
    }

    /// <summary>Called by the demultiplexer from within <see cref="Take"/>.</summary>
    public void Write(AccessUnit unit)
    {
        using (unit)
        {
            if (unit.Codec.IsVideo()) NotePicture(unit);
            else _seen = _seen with { AudioUnits = _seen.AudioUnits + 1, TimesBack = _seen.TimesBack + Back(ref _lastAudio, unit.Dts.Ticks) };
        }
    }

    private void NotePicture(AccessUnit unit)
    {
        elementaryStream?.Write(unit.Bytes.Span);
        bool isFirstPicture = unit.IsRandomAccess && _seen.FirstPictureAfter is null;
        _seen = _seen with
        {
            Frames = _seen.Frames + 1,
            KeyFrames = _seen.KeyFrames + (unit.IsRandomAccess ? 1 : 0),
            BeganWithKeyFrame = _seen.BeganWithKeyFrame ?? unit.IsRandomAccess,
            FirstPictureAfter = isFirstPicture ? _now - _began : _seen.FirstPictureAfter,
            TimesBack = _seen.TimesBack + Back(ref _lastVideo, unit.Dts.Ticks),
        };
    }

    private static int Back(ref long? last, long time)
    {
        bool isBack = time <= last;
        last = time;
        return isBack ? 1 : 0;
    }

    private void Count(int size)
    {
        if (_seen.Packets == 0) _first = _now;
        _seen = _seen with
        {
            Packets = _seen.Packets + 1,
            Bytes = _seen.Bytes + size,
            Oversized = _seen.Oversized + (size > RtpPacketizer.MaximumPacketSize ? 1 : 0),
            FirstPacketAfter = _seen.FirstPacketAfter ?? _now - _began,
            Duration = _now - _first,
        };
    }

    private void Drain(bool waits)
    {
        while (waits ? _order.TryTake(out ReadOnlySpan<byte> bytes, out int lostBefore) : _order.TryTakeNow(out bytes, out lostBefore))
        {
            // it was parsed before it was put in order
            if (RtpPacket.TryParse(bytes, out RtpPacket packet, out _)) TakeInOrder(packet, lostBefore);
        }
        Note();
    }

    private void TakeInOrder(RtpPacket packet, int lostBefore)
    {
        _demuxer ??= new PsDemuxer(this);
        if (lostBefore > 0)
        {
            _demuxer.Discontinuity();
            (_isFrameOpen, _isSkipping) = (false, true);
        }
        // after a loss, the rest of a broken frame is of no use
        if (_isSkipping && !packet.Payload.StartsWith(PackStart)) return;
        _isSkipping = false;
        if (_isFrameOpen && packet.RtpTimestamp != _timestamp)
        {
            _seen = _seen with { MarkersMissing = _seen.MarkersMissing + 1 };
            _demuxer.Flush();
        }
        else if (!_isFrameOpen && packet.RtpTimestamp == _timestamp)
        {
            _seen = _seen with { TimestampsRepeated = _seen.TimestampsRepeated + 1 };
        }
        _timestamp = packet.RtpTimestamp;
        programStream?.Write(packet.Payload);
        _demuxer.Push(packet.Payload);
        _isFrameOpen = !packet.Marker;
        if (packet.Marker) _demuxer.Flush();
    }

    private void Note() => _seen = _seen with
    {
        Lost = _order.Lost,
        Duplicates = _order.Duplicates,
        Reordered = _order.Reordered,
        Resynchronizations = _demuxer?.Resynchronizations ?? 0,
        VideoCodec = _demuxer?.VideoCodec,
        AudioCodec = _demuxer?.AudioCodec,
    };
}
