namespace Gb28181Edge.Protocol.Media;

/// <summary>One NAL unit of an Annex B byte stream, in place.</summary>
/// <param name="start">Where its start code begins in the scanned bytes, the zero_byte of a 4-byte code included.</param>
/// <param name="bytes">From the NAL header on, without start code and trailing zeros.</param>
internal readonly ref struct NalUnit(int start, ReadOnlySpan<byte> bytes)
{
    public int Start { get; } = start;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>Walks the NAL units of a complete Annex B byte stream without allocating. ITU-T H.264 annex B, H.265 annex B.</summary>
/// <remarks>Bytes before the first start code are passed over, and so are empty NAL units.</remarks>
internal ref struct NalScanner
{
    private readonly ReadOnlySpan<byte> _stream;
    private int _next;

    /// <param name="stream">Complete: the last NAL unit ends where the bytes end.</param>
    public NalScanner(ReadOnlySpan<byte> stream)
    {
        _stream = stream;
        _next = FindStartCode(stream, 0);
        Current = default;
    }

    public NalUnit Current { get; private set; }

    public readonly NalScanner GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_next >= 0)
        {
            int code = _next;
            int begin = code + 3;
            _next = FindStartCode(_stream, begin);
            int end = _next < 0 ? _stream.Length : _next;
            ReadOnlySpan<byte> nal = _stream[begin..end].TrimEnd((byte)0);
            if (nal.IsEmpty) continue;
            int start = code > 0 && _stream[code - 1] == 0 ? code - 1 : code;
            Current = new NalUnit(start, nal);
            return true;
        }
        return false;
    }

    /// <summary>The index of the next 00 00 01 at or after <paramref name="from"/>; −1 when there is none.</summary>
    public static int FindStartCode(ReadOnlySpan<byte> stream, int from)
    {
        int found = stream[from..].IndexOf([(byte)0, (byte)0, (byte)1]);
        return found < 0 ? -1 : from + found;
    }
}
