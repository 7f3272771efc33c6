using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>H.265 out of RTP: single NAL units, aggregation packets and fragmentation units. RFC 7798 §4.4.</summary>
/// <param name="sink">Where the units go.</param>
/// <param name="hasDecodingOrderNumbers">
/// The description says sprop-max-don-diff above 0: packets carry DONL and DOND. They are passed over: NAL units are taken in the order
/// in which they are sent.
/// </param>
internal sealed class H265Depacketizer(IRtpUnitSink sink, bool hasDecodingOrderNumbers) : IRtpDepacketizer
{
    private const int Aggregation = 48, Fragmentation = 49, Paci = 50, HeaderSize = 2;

    private readonly RtpAccessUnitBuilder _builder = new(Codec.H265, sink);
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
        _builder.BeginPacket(packet.RtpTimestamp, order == RtpOrder.AfterGap);
        if (!payload.IsEmpty && !TryTake(payload, packet.RtpTimestamp))
        {
            Malformed++;
            _builder.Damage();
        }
        _builder.EndPacket(packet.Marker);
    }

    private bool TryTake(ReadOnlySpan<byte> payload, uint timestamp)
    {
        // payload header: F 1 | type 6 | layer id 6 | temporal id + 1 3
        if (payload.Length <= HeaderSize) return false;
        int type = H265.NalType(payload);
        switch (type)
        {
            case Aggregation: return TryAggregate(payload[HeaderSize..], timestamp);
            case Fragmentation: return TryFragment(payload);
            case Paci: return TryPaci(payload, timestamp);
            case > Paci: return false;
        }
        if (!hasDecodingOrderNumbers)
        {
            // some cameras put a byte stream, start codes and all, where a NAL unit belongs; no NAL unit has two zeros for a header
            if (payload[0] != 0 || payload[1] != 0) { _builder.AddNal(payload, timestamp); return true; }
            foreach (NalUnit nal in new NalScanner(payload)) _builder.AddNal(nal.Bytes, timestamp);
            return true;
        }
        // payload header 16 | DONL 16 | the rest of the NAL unit
        if (payload.Length <= HeaderSize + 2) return false;
        _builder.BeginFragment(payload[..HeaderSize]);
        _builder.AddFragment(payload[(HeaderSize + 2)..]);
        _builder.EndFragment();
        return true;
    }

    private bool TryAggregate(ReadOnlySpan<byte> rest, uint timestamp)
    {
        // first: [DONL 16] | size 16 | NAL    then: [DOND 8] | size 16 | NAL
        var reader = new WireReader(rest);
        for (bool isFirst = true; !reader.Remaining.IsEmpty; isFirst = false)
        {
            if (hasDecodingOrderNumbers && !reader.TrySkip(isFirst ? 2 : 1)) return false;
            if (!reader.TryUInt16(out ushort size) || !reader.TryBytes(size, out ReadOnlySpan<byte> nal)) return false;
            if (nal.IsEmpty) continue;                                           // padding of some senders
            if (nal.Length <= HeaderSize || H265.NalType(nal) >= Aggregation) return false;
            _builder.AddNal(nal, timestamp);
        }
        return true;
    }

    private bool TryFragment(ReadOnlySpan<byte> payload)
    {
        // payload header 16 | S 1 | E 1 | NAL type 6 | [DONL 16, in the first] | bytes
        const byte Start = 0x80, End = 0x40;
        if (payload.Length <= HeaderSize) return false;
        byte header = payload[HeaderSize];
        int type = header & 0x3F;
        if (type >= Aggregation) return false;
        bool isStart = (header & Start) != 0;
        int begin = HeaderSize + 1 + (hasDecodingOrderNumbers && isStart ? 2 : 0);
        if (payload.Length < begin) return false;
        if (isStart) _builder.BeginFragment([(byte)(payload[0] & 0x81 | type << 1), payload[1]]);
        _builder.AddFragment(payload[begin..]);
        if ((header & End) != 0) _builder.EndFragment();
        return true;
    }

    private bool TryPaci(ReadOnlySpan<byte> payload, uint timestamp)
    {
        // §4.4.4: payload header 16 | A 1 | cType 6 | PHSsize 5 | F0..2 3 | Y 1 | extension | what would have been the payload
        if (payload.Length < HeaderSize + 2) return false;
        int extension = (payload[2] << 8 | payload[3]) >> 4 & 0x1F;
        int begin = HeaderSize + 2 + extension;
        int type = payload[2] >> 1 & 0x3F;
        if (payload.Length <= begin || type >= Paci) return false;
        byte first = (byte)(payload[0] & 0x01 | type << 1 | payload[2] & 0x80);
        ReadOnlySpan<byte> inner = payload[begin..];
        if (type is Aggregation) return TryAggregate(inner, timestamp);
        if (type is Fragmentation || hasDecodingOrderNumbers) return false;      // nobody sends it so
        _builder.BeginFragment([first, payload[1]]);
        _builder.AddFragment(inner);
        _builder.EndFragment();
        return true;
    }
}
