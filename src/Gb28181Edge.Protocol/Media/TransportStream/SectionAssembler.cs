using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.TransportStream;

/// <summary>Collects the sections of one table from packet payloads and checks their CRC. ISO/IEC 13818-1 §2.4.4.</summary>
/// <remarks>Takes the first section that begins in a packet; the tables that matter here are one section long. Bounded by 1 KiB.</remarks>
internal sealed class SectionAssembler
{
    private const int HeaderSize = 3;
    private const int MaximumSize = 1024;

    private readonly byte[] _section = new byte[MaximumSize];
    private int _length;
    private bool _isOpen;

    /// <param name="payload">Of one transport packet.</param>
    /// <param name="begins">payload_unit_start_indicator: a pointer_field comes first.</param>
    /// <param name="section">A whole section with a right CRC, at least 12 bytes, good until the next call.</param>
    public bool TryTake(ReadOnlySpan<byte> payload, bool begins, out ReadOnlySpan<byte> section)
    {
        section = default;
        if (begins)
        {
            if (payload.IsEmpty || 1 + payload[0] > payload.Length) { _isOpen = false; return false; }
            payload = payload[(1 + payload[0])..];
            (_isOpen, _length) = (true, 0);
        }
        if (!_isOpen) return false;
        int take = Math.Min(payload.Length, MaximumSize - _length);
        payload[..take].CopyTo(_section.AsSpan(_length));
        _length += take;
        if (_length < HeaderSize) return false;
        int whole = HeaderSize + (BinaryPrimitives.ReadUInt16BigEndian(_section.AsSpan(1)) & 0xFFF);
        if (whole is < 12 or > MaximumSize) { _isOpen = false; return false; }
        if (_length < whole) return false;
        _isOpen = false;
        section = _section.AsSpan(0, whole);
        return Crc32Mpeg2.Compute(section) == 0;
    }
}
