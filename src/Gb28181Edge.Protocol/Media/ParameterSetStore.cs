namespace Gb28181Edge.Protocol.Media;

/// <summary>What <see cref="ParameterSetStore.Observe"/> found in an access unit.</summary>
/// <param name="PrefixSize">Bytes of a leading access unit delimiter, its start code included; 0 without one.</param>
/// <param name="HasSlices">There is coded picture in it. Parameter sets alone are no access unit.</param>
/// <param name="HasParameterSets">There is at least one parameter set in it.</param>
/// <param name="HasAllParameterSets">It brings each kind that its codec needs before a random access point.</param>
internal readonly record struct AccessUnitLayout(int PrefixSize, bool HasSlices, bool HasParameterSets, bool HasAllParameterSets);

/// <summary>Keeps the newest parameter sets of one video stream, so that every random access point can be sent with them.</summary>
/// <remarks>
/// GB/T 28181-2016 annex E.1.1.1: SPS and PPS come before every I frame, whatever the source sends.
/// Bounded: 24 sets of at most 1 KiB each; allocates only when a set is new or grows. Driven by one loop.
/// </remarks>
internal sealed class ParameterSetStore
{
    private const int MaximumSets = 24;
    private const int MaximumSetSize = 1024;
    private static readonly byte[] StartCode = [0, 0, 0, 1];

    private readonly List<Entry> _entries = new(4);
    private byte[] _joined = [];
    private int _joinedLength;
    private Codec _codec;

    /// <summary>All kept sets, VPS before SPS before PPS, each with a 4-byte start code. Good until the next <see cref="Observe"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _joined.AsSpan(0, _joinedLength);

    /// <summary>The picture size by the newest SPS that could be read; null before it.</summary>
    public VideoFormat? Format { get; private set; }

    /// <summary>Takes the parameter sets out of an access unit (or from an SDP) and says how the unit is made up.</summary>
    /// <param name="annexB">Looked at up to the first slice.</param>
    /// <param name="codec">A video codec; another one than before empties the store.</param>
    public AccessUnitLayout Observe(ReadOnlySpan<byte> annexB, Codec codec)
    {
        if (codec != _codec) Clear();
        _codec = codec;
        int prefix = 0, kinds = 0;
        bool slices = false, first = true;
        foreach (NalUnit nal in new NalScanner(annexB))
        {
            int type = codec == Codec.H264 ? H264.NalType(nal.Bytes) : H265.NalType(nal.Bytes);
            if (codec == Codec.H264 ? H264.IsVcl(type) : H265.IsVcl(type)) { slices = true; break; }
            if (first && type == (codec == Codec.H264 ? H264.AccessUnitDelimiter : H265.AccessUnitDelimiter))
                prefix = EndOf(nal, annexB);
            first = false;
            int order = OrderOf(type);
            if (order < 0) continue;
            kinds |= 1 << order;
            Keep(nal.Bytes, order);
        }
        int needed = codec == Codec.H264 ? 0b110 : 0b111;
        return new AccessUnitLayout(prefix, slices, kinds != 0, (kinds & needed) == needed);
    }

    public void Clear()
    {
        _entries.Clear();
        _joinedLength = 0;
        Format = null;
    }

    // the delimiter ends where the next start code, or the unit, begins
    private static int EndOf(NalUnit nal, ReadOnlySpan<byte> annexB)
    {
        int begin = NalScanner.FindStartCode(annexB, nal.Start) + 3;
        int next = NalScanner.FindStartCode(annexB, begin);
        if (next < 0) return annexB.Length;
        return annexB[next - 1] == 0 ? next - 1 : next;
    }

    private int OrderOf(int type) => _codec == Codec.H264
        ? type switch { H264.Sps => 1, H264.Pps => 2, _ => -1 }
        : type switch { H265.Vps => 0, H265.Sps => 1, H265.Pps => 2, _ => -1 };

    private void Keep(ReadOnlySpan<byte> nal, int order)
    {
        uint id = 0;
        bool valid = _codec == Codec.H264 ? H264.TryParameterSetId(nal, out id) : H265.TryParameterSetId(nal, out id);
        if (!valid || nal.Length > MaximumSetSize) return;
        Entry? entry = null;
        foreach (Entry candidate in _entries)
        {
            if (candidate.Order == order && candidate.Id == id) entry = candidate;
        }
        if (entry is not null && nal.SequenceEqual(entry.Bytes.AsSpan(0, entry.Length))) return;
        if (entry is null)
        {
            if (_entries.Count == MaximumSets) return;
            entry = new Entry(order, id);
            int at = _entries.Count;
            while (at > 0 && _entries[at - 1].Order > order) at--;
            _entries.Insert(at, entry);
        }
        entry.Set(nal);
        Join();
        if (order == 1 && (_codec == Codec.H264 ? H264.TryParseSps(nal, out VideoFormat format) : H265.TryParseSps(nal, out format)))
            Format = format;
    }

    private void Join()
    {
        _joinedLength = 0;
        foreach (Entry entry in _entries) _joinedLength += StartCode.Length + entry.Length;
        if (_joined.Length < _joinedLength) _joined = new byte[_joinedLength];
        int at = 0;
        foreach (Entry entry in _entries)
        {
            StartCode.CopyTo(_joined, at);
            entry.Bytes.AsSpan(0, entry.Length).CopyTo(_joined.AsSpan(at + StartCode.Length));
            at += StartCode.Length + entry.Length;
        }
    }

    private sealed class Entry(int order, uint id)
    {
        public int Order { get; } = order;
        public uint Id { get; } = id;
        public byte[] Bytes { get; private set; } = [];
        public int Length { get; private set; }

        public void Set(ReadOnlySpan<byte> nal)
        {
            if (Bytes.Length < nal.Length) Bytes = new byte[nal.Length];
            nal.CopyTo(Bytes);
            Length = nal.Length;
        }
    }
}
