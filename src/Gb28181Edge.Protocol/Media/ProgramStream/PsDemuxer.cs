using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>Makes access units of a program stream's bytes, in pieces of any size. ISO/IEC 13818-1 §2.5.</summary>
/// <remarks>
/// Takes anything and never throws on it: what is no start code where one belongs is passed over up to the next one. Streams without a
/// map are recognised by their parameter sets. Bounded: holds one PES packet and at most one access unit a stream. Driven by one loop.
/// </remarks>
internal sealed class PsDemuxer(IAccessUnitSink sink)
{
    private const int StartSize = 4;
    private const int LengthEnd = 6;

    private readonly ElementaryStream?[] _streams = new ElementaryStream?[256];
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private ElementaryStream? _unbounded;
    private MediaTime? _reference;
    private bool _isLost;

    /// <summary>Bytes passed over because they were in no packet.</summary>
    public long BytesSkipped { get; private set; }

    /// <summary>Times that a start code was missing where one belongs.</summary>
    public long Resynchronizations { get; private set; }

    public long Packs { get; private set; }

    /// <summary>Program stream maps read whose CRC is right.</summary>
    public long Maps { get; private set; }

    /// <summary>The codec of the pictures as the map (or the stream itself) says; null when it is not known.</summary>
    public Codec? VideoCodec { get; private set; }

    /// <summary>The codec of the sound as the map says; null when there is none.</summary>
    public Codec? AudioCodec { get; private set; }

    public void Push(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, 64 * 1024)];
            bytes = bytes[piece.Length..];
            Append(piece);
            while (Step()) { }
        }
    }

    /// <summary>The bytes so far end a frame (RTP marker, end of file): hands over what is complete by that.</summary>
    public void Flush()
    {
        if (_unbounded is { } stream)
        {
            stream.Append(_buffer.AsSpan(_start.._end));
            _start = _end;
            _unbounded = null;
        }
        foreach (ElementaryStream? open in _streams) open?.Flush();
    }

    /// <summary>Bytes were lost before those that come next: drops what is held, and looks for the next start code.</summary>
    public void Discontinuity()
    {
        BytesSkipped += _end - _start;
        (_start, _end) = (0, 0);
        _unbounded = null;
        foreach (ElementaryStream? open in _streams) open?.Discard();
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end + piece.Length > _buffer.Length) Array.Resize(ref _buffer, _end + piece.Length);
        piece.CopyTo(_buffer.AsSpan(_end));
        _end += piece.Length;
    }

    /// <returns>False when more bytes are needed.</returns>
    private bool Step()
    {
        ReadOnlySpan<byte> held = _buffer.AsSpan(_start.._end);
        if (_unbounded is not null) return TakeUnbounded(held);
        if (held.Length < StartSize) return false;
        if (held[0] != 0 || held[1] != 0 || held[2] != 1 || held[3] < StreamId.ProgramEnd) return Resynchronize(held);
        _isLost = false;
        switch (held[3])
        {
            case StreamId.ProgramEnd:
                _start += StartSize;
                return true;
            case StreamId.Pack:
                return TakePackHeader(held);
            default:
                return TakePacket(held);
        }
    }

    private bool Resynchronize(ReadOnlySpan<byte> held)
    {
        if (!_isLost) Resynchronizations++;
        _isLost = true;
        int next = FindPacketStart(held[1..]);
        int skip = next >= 0 ? next + 1 : held.Length - (StartSize - 1);
        BytesSkipped += skip;
        _start += skip;
        return next >= 0;
    }

    // no NAL unit has a header of 80 or more (forbidden_zero_bit), so a start code of B9 … FF is never inside H.264 or H.265
    private static int FindPacketStart(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; (at = NalScanner.FindStartCode(bytes, at)) >= 0; at += 3)
        {
            if (at + 3 >= bytes.Length) return -1;
            if (bytes[at + 3] >= StreamId.ProgramEnd) return at;
        }
        return -1;
    }

    private bool TakePackHeader(ReadOnlySpan<byte> held)
    {
        if (held.Length < StartSize + 1) return false;
        bool isMpeg1 = held[4] >> 4 == 0b0010;
        int size = isMpeg1 ? 12 : PackHeader.Size;
        if (held.Length < size) return false;
        if (!isMpeg1) size += held[13] & 0x7;                                // Hikvision: 6 bytes with a counter of its own
        if (held.Length < size) return false;
        Packs++;
        _start += size;
        return true;
    }

    private bool TakePacket(ReadOnlySpan<byte> held)
    {
        if (held.Length < LengthEnd) return false;
        byte id = held[3];
        int length = BinaryPrimitives.ReadUInt16BigEndian(held[StartSize..]);
        bool isMedia = StreamId.IsVideo(id) || StreamId.IsAudio(id);
        if (length == 0 && StreamId.IsVideo(id)) return BeginUnbounded(held);
        if (held.Length < LengthEnd + length) return false;
        ReadOnlySpan<byte> packet = held.Slice(LengthEnd, length);
        if (id == StreamId.ProgramStreamMap) ReadMap(held[..(LengthEnd + length)]);
        else if (isMedia) ReadPes(id, packet);
        _start += LengthEnd + length;
        return true;
    }

    // a length of 0 is against the standard, and yet some encoders write it: the packet lasts until the next start code of a packet
    private bool BeginUnbounded(ReadOnlySpan<byte> held)
    {
        if (held.Length < LengthEnd + 3 || held.Length < LengthEnd + 3 + held[LengthEnd + 2]) return false;
        if (!PesHeader.TryRead(held[LengthEnd..], out int size, out ulong? pts, out ulong? dts))
        {
            _start += LengthEnd;
            return true;
        }
        _unbounded = Open(held[3], held[(LengthEnd + size)..]);
        _unbounded?.Begin(Unwrap(pts), Unwrap(dts));
        _start += LengthEnd + size;
        return true;
    }

    private bool TakeUnbounded(ReadOnlySpan<byte> held)
    {
        int next = FindPacketStart(held);
        int take = next >= 0 ? next : Math.Max(0, held.Length - (StartSize - 1));
        _unbounded!.Append(held[..take]);
        _start += take;
        if (next < 0) return false;
        _unbounded.End();
        _unbounded = null;
        return true;
    }

    private void ReadPes(byte id, ReadOnlySpan<byte> packet)
    {
        if (!PesHeader.TryRead(packet, out int size, out ulong? pts, out ulong? dts)) return;
        if (Open(id, packet[size..]) is not { } stream) return;
        stream.Begin(Unwrap(pts), Unwrap(dts));
        stream.Append(packet[size..]);
        stream.End();
    }

    private MediaTime? Unwrap(ulong? wrapped)
    {
        if (wrapped is not { } time) return null;
        _reference = _reference is { } reference ? MediaTime.Unwrap33(time, reference) : new MediaTime((long)time);
        return _reference;
    }

    // without a map the first parameter set tells; until then there is nothing a decoder could start with
    private ElementaryStream? Open(byte id, ReadOnlySpan<byte> payload)
    {
        if (_streams[id] is { } known) return known;
        if (!StreamId.IsVideo(id) || !TryRecognize(payload, out Codec codec)) return null;
        VideoCodec = codec;
        return _streams[id] = new ElementaryStream(codec, sink);
    }

    private static bool TryRecognize(ReadOnlySpan<byte> payload, out Codec codec)
    {
        foreach (NalUnit nal in new NalScanner(payload))
        {
            codec = Codec.H264;
            if (H264.TryParseSps(nal.Bytes, out _)) return true;
            codec = Codec.H265;
            if (H265.TryParseSps(nal.Bytes, out _)) return true;
        }
        codec = default;
        return false;
    }

    // start code 4 | length 2 | flags 2 | info_length 2 | info | map_length 2 | (type 1 | id 1 | info_length 2 | info)… | CRC 4
    private void ReadMap(ReadOnlySpan<byte> map)
    {
        const int InfoLength = 8;
        if (map.Length < 16) return;
        // several encoders in the field send a wrong CRC, so it counts for the statistics and refuses nothing
        if (Crc32Mpeg2.Compute(map) == 0) Maps++;
        int at = InfoLength + 2 + BinaryPrimitives.ReadUInt16BigEndian(map[InfoLength..]);
        if (at + 2 > map.Length - 4) return;
        int end = Math.Min(at + 2 + BinaryPrimitives.ReadUInt16BigEndian(map[at..]), map.Length - 4);
        at += 2;
        while (at + 4 <= end)
        {
            Define(map[at + 1], map[at]);
            at += 4 + BinaryPrimitives.ReadUInt16BigEndian(map[(at + 2)..]);
        }
    }

    private void Define(byte id, byte streamType)
    {
        if (!StreamType.TryCodec(streamType, out Codec codec) || (codec.IsVideo() ? !StreamId.IsVideo(id) : !StreamId.IsAudio(id))) return;
        if (codec.IsVideo()) VideoCodec = codec;
        else AudioCodec = codec;
        if (_streams[id] is { } old && old.Codec == codec) return;
        _streams[id]?.Flush();
        _streams[id] = new ElementaryStream(codec, sink);
    }
}
