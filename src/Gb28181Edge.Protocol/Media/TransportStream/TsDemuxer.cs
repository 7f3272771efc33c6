using System.Buffers.Binary;
using Gb28181Edge.Protocol.Media.ProgramStream;

namespace Gb28181Edge.Protocol.Media.TransportStream;

/// <summary>Makes access units of the first program of a transport stream, in pieces of any size. ISO/IEC 13818-1 §2.4.</summary>
/// <remarks>
/// Takes H.264, H.265, G.711 (stream types 90 and 91) and AAC; other streams are passed over. Never throws on input; after garbage it
/// continues where two sync bytes stand 188 apart. Bounded: one section, one PES header and one access unit a stream. Driven by one loop.
/// </remarks>
internal sealed class TsDemuxer(IAccessUnitSink sink)
{
    public const int PacketSize = 188;
    private const byte Sync = 0x47;
    private const int NullPid = 0x1FFF;
    private const int MaximumStreams = 16;

    private readonly Dictionary<int, PesAssembler> _streams = [];
    private readonly SectionAssembler _associations = new();
    private readonly SectionAssembler _map = new();
    private readonly byte[] _held = new byte[2 * PacketSize];
    private int _heldLength;
    private int? _mapPid;
    private MediaTime? _reference;
    private bool _isLost;

    /// <summary>Bytes passed over because they were in no packet.</summary>
    public long BytesSkipped { get; private set; }

    public long Resynchronizations { get; private set; }

    /// <summary>Gaps in the continuity counters of the streams that are taken.</summary>
    public long Discontinuities { get; private set; }

    public void Push(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int take = Math.Min(bytes.Length, _held.Length - _heldLength);
            bytes[..take].CopyTo(_held.AsSpan(_heldLength));
            _heldLength += take;
            bytes = bytes[take..];
            while (Step()) { }
        }
    }

    /// <summary>The stream has ended: hands over what is held.</summary>
    public void Flush()
    {
        foreach (PesAssembler stream in _streams.Values) stream.Flush();
    }

    private bool Step()
    {
        if (_heldLength < PacketSize) return false;
        if (_held[0] != Sync || (_isLost && (_heldLength <= PacketSize || _held[PacketSize] != Sync)))
        {
            if (_held[0] == Sync && _heldLength <= PacketSize) return false;          // lost, and the second sync byte is still to come
            if (!_isLost) Resynchronizations++;
            _isLost = true;
            int next = _held.AsSpan(1, _heldLength - 1).IndexOf(Sync);
            int skip = next < 0 ? _heldLength : next + 1;
            BytesSkipped += skip;
            Remove(skip);
            return true;
        }
        _isLost = false;
        ReadPacket(_held.AsSpan(0, PacketSize));
        Remove(PacketSize);
        return true;
    }

    private void Remove(int count)
    {
        _held.AsSpan(count, _heldLength - count).CopyTo(_held);
        _heldLength -= count;
    }

    private void ReadPacket(ReadOnlySpan<byte> packet)
    {
        // sync 8 | error 1 | unit_start 1 | priority 1 | PID 13 | scrambling 2 | adaptation 1 | payload 1 | continuity 4
        bool isBroken = (packet[1] & 0x80) != 0, isScrambled = packet[3] >> 6 != 0;
        bool begins = (packet[1] & 0x40) != 0, hasPayload = (packet[3] & 0x10) != 0;
        int pid = BinaryPrimitives.ReadUInt16BigEndian(packet[1..]) & 0x1FFF;
        if (isBroken || isScrambled || !hasPayload || pid == NullPid) return;
        int at = 4 + ((packet[3] & 0x20) != 0 ? 1 + packet[4] : 0);
        if (at >= PacketSize) return;
        ReadOnlySpan<byte> payload = packet[at..];
        if (pid == 0)
        {
            if (_associations.TryTake(payload, begins, out ReadOnlySpan<byte> section)) ReadAssociations(section);
        }
        else if (pid == _mapPid)
        {
            if (_map.TryTake(payload, begins, out ReadOnlySpan<byte> section)) ReadMap(section);
        }
        else if (_streams.TryGetValue(pid, out PesAssembler? stream))
        {
            if (!stream.Take(payload, begins, packet[3] & 0x0F, ref _reference)) Discontinuities++;
        }
    }

    // table_id 8 | … section_length 12 | stream_id 16 | version … 8 | number 8 | last 8 | (program 16 | PID 16)… | CRC 32
    private void ReadAssociations(ReadOnlySpan<byte> section)
    {
        if (section[0] != 0x00) return;
        for (int at = 8; at + 4 <= section.Length - 4; at += 4)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(section[at..]) == 0) continue;   // program 0 is the network table
            _mapPid = BinaryPrimitives.ReadUInt16BigEndian(section[(at + 2)..]) & 0x1FFF;
            return;
        }
    }

    // table_id 8 | … | PCR_PID 16 | program_info_length 16 | info | (type 8 | PID 16 | info_length 16 | info)… | CRC 32
    private void ReadMap(ReadOnlySpan<byte> section)
    {
        if (section[0] != 0x02 || section.Length < 16) return;
        int end = section.Length - 4;
        int at = 12 + (BinaryPrimitives.ReadUInt16BigEndian(section[10..]) & 0xFFF);
        while (at + 5 <= end)
        {
            int pid = BinaryPrimitives.ReadUInt16BigEndian(section[(at + 1)..]) & 0x1FFF;
            Define(pid, section[at]);
            at += 5 + (BinaryPrimitives.ReadUInt16BigEndian(section[(at + 3)..]) & 0xFFF);
        }
    }

    private void Define(int pid, byte streamType)
    {
        if (!StreamType.TryCodec(streamType, out Codec codec)) return;
        if (_streams.TryGetValue(pid, out PesAssembler? known))
        {
            if (known.Codec == codec) return;
            known.Flush();
        }
        else if (_streams.Count == MaximumStreams)
        {
            return;
        }
        _streams[pid] = new PesAssembler(new ElementaryStream(codec, sink));
    }

    /// <summary>PES packets of one PID. §2.4.3.6.</summary>
    private sealed class PesAssembler(ElementaryStream stream)
    {
        private const int LengthEnd = 6;

        private readonly byte[] _header = new byte[LengthEnd + 3 + byte.MaxValue];
        private int _headerLength;
        private bool _inHeader;
        private bool _inPayload;
        private int? _continuity;

        public Codec Codec => stream.Codec;

        /// <returns>False when packets are missing before this one.</returns>
        public bool Take(ReadOnlySpan<byte> payload, bool begins, int continuity, scoped ref MediaTime? reference)
        {
            if (_continuity == continuity) return true;                      // §2.4.3.3: a packet may be sent twice
            bool isContinuous = _continuity is not { } last || (last + 1 & 0x0F) == continuity;
            _continuity = continuity;
            if (!isContinuous)
            {
                stream.Discard();
                (_inHeader, _inPayload) = (false, false);
            }
            if (begins)
            {
                if (_inPayload) stream.End();
                (_inHeader, _inPayload, _headerLength) = (true, false, 0);
            }
            if (_inHeader) payload = TakeHeader(payload, ref reference);
            if (_inPayload) stream.Append(payload);
            return isContinuous;
        }

        public void Flush()
        {
            if (_inPayload) stream.End();
            stream.Flush();
            _inPayload = false;
        }

        // the header may be longer than one packet; what follows it is the payload
        private ReadOnlySpan<byte> TakeHeader(ReadOnlySpan<byte> payload, scoped ref MediaTime? reference)
        {
            const int Fixed = LengthEnd + 3;
            payload = Collect(payload, Fixed);
            if (_headerLength < Fixed) return payload;
            int needed = Fixed + _header[Fixed - 1];
            payload = Collect(payload, needed);
            if (_headerLength < needed) return payload;
            _inHeader = false;
            ReadOnlySpan<byte> header = _header.AsSpan(0, needed);
            bool isStart = header[0] == 0 && header[1] == 0 && header[2] == 1;
            if (!isStart || !PesHeader.TryRead(header[LengthEnd..], out _, out ulong? pts, out ulong? dts)) return [];
            _inPayload = true;
            stream.Begin(Unwrap(pts, ref reference), Unwrap(dts, ref reference));
            return payload;
        }

        private ReadOnlySpan<byte> Collect(ReadOnlySpan<byte> payload, int needed)
        {
            int take = Math.Clamp(needed - _headerLength, 0, payload.Length);
            payload[..take].CopyTo(_header.AsSpan(_headerLength));
            _headerLength += take;
            return payload[take..];
        }

        private static MediaTime? Unwrap(ulong? wrapped, scoped ref MediaTime? reference)
        {
            if (wrapped is not { } time) return null;
            reference = reference is { } known ? MediaTime.Unwrap33(time, known) : new MediaTime((long)time);
            return reference;
        }
    }
}
