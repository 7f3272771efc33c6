using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>AAC out of RTP, as ADTS frames. RFC 3640 §3.2, §3.3.6; ISO/IEC 13818-7 §6.2.</summary>
internal sealed class AacDepacketizer(IRtpUnitSink sink, AacPayloadFormat format) : IRtpDepacketizer
{
    /// <summary>The 13 bits of an ADTS frame's length.</summary>
    private const int MaxFrame = 0x1FFF;

    private readonly byte[] _frame = new byte[MaxFrame];
    private RtpSequence _sequence;
    private int _fragmentLength, _fragmentSize;
    private uint _fragmentTimestamp;

    public long PacketsLost => _sequence.Lost;
    public long UnitsDropped { get; private set; }
    public long Malformed { get; private set; }

    public void Push(in RtpPacket packet)
    {
        RtpOrder order = _sequence.Next(packet.SequenceNumber);
        if (order == RtpOrder.Late) return;
        if (_fragmentSize > 0 && (order == RtpOrder.AfterGap || packet.RtpTimestamp != _fragmentTimestamp)) DropFragment();
        if (packet.Payload.IsEmpty || TryTake(packet.Payload, packet.RtpTimestamp)) return;
        Malformed++;
        if (_fragmentSize > 0) DropFragment();
    }

    private bool TryTake(ReadOnlySpan<byte> payload, uint timestamp)
    {
        // AU-headers-length 16, in bits | AU headers: size, index or index-delta | padding to a byte | AUs
        if (!BinaryPrimitives.TryReadUInt16BigEndian(payload, out ushort headerBits)) return false;
        int dataStart = 2 + (headerBits + 7) / 8;
        if (headerBits == 0 || dataStart > payload.Length) return false;
        var headers = new FieldReader(payload[2..dataStart]);
        ReadOnlySpan<byte> data = payload[dataStart..];
        uint time = timestamp;
        for (bool isFirst = true; headers.Position < headerBits; isFirst = false)
        {
            int indexBits = isFirst ? format.IndexLength : format.IndexDeltaLength;
            if (headerBits - headers.Position < format.SizeLength + indexBits) return isFirst is false;   // padding bits
            if (!headers.TryBits(format.SizeLength, out int size) || !headers.TryBits(indexBits, out int index)) return false;
            if (!isFirst) time += (uint)((1 + index) * format.SamplesPerUnit);
            if (size == 0) continue;
            if (_fragmentSize > 0 || size > data.Length) return isFirst && TryFragment(data, size, timestamp);
            if (!TryEmit(data[..size], time)) return false;
            data = data[size..];
        }
        return true;
    }

    // §3.2.3.1: one AU over several packets; each repeats the whole AU's size
    private bool TryFragment(ReadOnlySpan<byte> data, int size, uint timestamp)
    {
        if (_fragmentSize == 0) (_fragmentSize, _fragmentLength, _fragmentTimestamp) = (size, 0, timestamp);
        if (size != _fragmentSize || size > MaxFrame - Aac.HeaderSize || _fragmentLength + data.Length > size) return false;
        data.CopyTo(_frame.AsSpan(Aac.HeaderSize + _fragmentLength));
        _fragmentLength += data.Length;
        if (_fragmentLength < size) return true;
        _fragmentSize = 0;
        WriteAdts(size);
        sink.OnUnit(_frame.AsSpan(0, Aac.HeaderSize + size), timestamp, isRandomAccess: true);
        return true;
    }

    private bool TryEmit(ReadOnlySpan<byte> unit, uint timestamp)
    {
        if (unit.Length > MaxFrame - Aac.HeaderSize) return false;
        unit.CopyTo(_frame.AsSpan(Aac.HeaderSize));
        WriteAdts(unit.Length);
        sink.OnUnit(_frame.AsSpan(0, Aac.HeaderSize + unit.Length), timestamp, isRandomAccess: true);
        return true;
    }

    // ADTS carries whatever the format was made with: AacPayloadFormat.TryCreate takes nothing else
    private void WriteAdts(int size) => Aac.TryWriteHeader(_frame, format.ObjectType, format.SampleRate, format.Channels, size);

    private void DropFragment()
    {
        _fragmentSize = 0;
        UnitsDropped++;
    }
}
