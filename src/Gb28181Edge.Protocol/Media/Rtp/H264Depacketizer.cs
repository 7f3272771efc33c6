using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>H.264 out of RTP: single NAL units, STAP-A and -B, MTAP16 and 24, FU-A and -B. RFC 6184 §5.</summary>
/// <remarks>Decoding order numbers are passed over: NAL units are taken in the order in which they are sent.</remarks>
internal sealed class H264Depacketizer(IRtpUnitSink sink) : IRtpDepacketizer
{
    private const int StapA = 24, StapB = 25, Mtap16 = 26, Mtap24 = 27, FuA = 28, FuB = 29;

    private readonly RtpAccessUnitBuilder _builder = new(Codec.H264, sink);
    private RtpSequence _sequence;

    public long PacketsLost => _sequence.Lost;
    public long UnitsDropped => _builder.Dropped;
    public long Malformed { get; private set; }

    public void Push(in RtpPacket packet)
    {
        RtpOrder order = _sequence.Next(packet.SequenceNumber);
        if (order == RtpOrder.Late) return;
        ReadOnlySpan<byte> payload = packet.Payload;
        if (payload.IsEmpty && order == RtpOrder.InOrder) return;                // sent to keep a path open
        uint timestamp = packet.RtpTimestamp;
        _builder.BeginPacket(timestamp, order == RtpOrder.AfterGap);
        if (!payload.IsEmpty && !TryTake(payload, timestamp))
        {
            Malformed++;
            _builder.Damage();
        }
        _builder.EndPacket(packet.Marker);
    }

    private bool TryTake(ReadOnlySpan<byte> payload, uint timestamp)
    {
        int type = payload[0] & 0x1F;
        switch (type)
        {
            case >= 1 and <= 23:
                _builder.AddNal(payload, timestamp);
                return true;
            case StapA:
                return TryAggregate(payload[1..], timestamp, 0);
            case StapB:                                                          // DON 16
                return payload.Length > 3 && TryAggregate(payload[3..], timestamp, 0);
            case Mtap16:                                                         // DONB 16
                return payload.Length > 3 && TryAggregate(payload[3..], timestamp, 2);
            case Mtap24:
                return payload.Length > 3 && TryAggregate(payload[3..], timestamp, 3);
            case FuA or FuB:
                return TryFragment(payload, type);
            default:
                return TryAnnexB(payload, timestamp);
        }
    }

    /// <param name="rest">NAL units, each behind its size and, in an MTAP, its decoding order and time.</param>
    /// <param name="timestamp">The packet's.</param>
    /// <param name="offsetSize">Bytes of a timestamp offset: 0 in a STAP.</param>
    private bool TryAggregate(ReadOnlySpan<byte> rest, uint timestamp, int offsetSize)
    {
        // STAP: size 16 | NAL    MTAP: size 16 | DOND 8 | offset 16 or 24 | NAL; the size counts the NAL only
        var reader = new WireReader(rest);
        while (!reader.Remaining.IsEmpty)
        {
            if (!reader.TryUInt16(out ushort size)) return false;
            uint offset = 0;
            if (offsetSize > 0)
            {
                if (!reader.TrySkip(1)) return false;
                for (int i = 0; i < offsetSize; i++)
                {
                    if (!reader.TryByte(out byte part)) return false;
                    offset = offset << 8 | part;
                }
            }
            if (!reader.TryBytes(size, out ReadOnlySpan<byte> nal)) return false;
            if (nal.IsEmpty) continue;                                           // padding of some senders
            if ((nal[0] & 0x1F) is 0 or >= StapA) return false;                  // §5.7: no nesting
            _builder.AddNal(nal, timestamp + offset);
        }
        return true;
    }

    private bool TryFragment(ReadOnlySpan<byte> payload, int type)
    {
        // FU indicator: F 1 | NRI 2 | type 5    FU header: S 1 | E 1 | R 1 | NAL type 5    FU-B: DON 16
        const byte Start = 0x80, End = 0x40;
        int headerSize = type == FuB ? 4 : 2;
        if (payload.Length < headerSize) return false;
        byte header = payload[1];
        if ((header & 0x1F) is 0 or >= StapA) return false;
        if ((header & Start) != 0) _builder.BeginFragment([(byte)(payload[0] & 0xE0 | header & 0x1F)]);
        _builder.AddFragment(payload[headerSize..]);
        if ((header & End) != 0) _builder.EndFragment();
        return true;
    }

    // some cameras put a byte stream, start codes and all, where a NAL unit belongs
    private bool TryAnnexB(ReadOnlySpan<byte> payload, uint timestamp)
    {
        if (!payload.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1]) && !payload.StartsWith((ReadOnlySpan<byte>)[0, 0, 1])) return false;
        foreach (NalUnit nal in new NalScanner(payload)) _builder.AddNal(nal.Bytes, timestamp);
        return true;
    }
}
