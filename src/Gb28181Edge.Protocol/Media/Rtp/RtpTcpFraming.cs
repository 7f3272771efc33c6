using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>RTP packets out of a TCP stream's bytes, in pieces of any size. RFC 4571 §2; the frames of RFC 2326 §10.12 are taken too.</summary>
/// <remarks>
/// Some senders put <c>$</c>, channel and length before each packet instead of the length alone; the first bytes decide.
/// Where a frame does not hold an RTP packet, the next place is looked for at which the stream's SSRC stands. Bounded: holds at most
/// one frame and what <see cref="Push"/> brought behind it. Driven by one loop.
/// </remarks>
internal sealed class RtpTcpFraming
{
    private const byte Dollar = (byte)'$';
    private const int MaximumFrame = 4 + ushort.MaxValue;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private int _prefix;
    private uint? _ssrc;

    /// <summary>Bytes passed over because they were in no frame.</summary>
    public long BytesSkipped { get; private set; }

    /// <summary>Times the frame boundaries were lost.</summary>
    public long Resynchronizations { get; private set; }

    private bool IsLost { get; set; }

    /// <summary>Writes the length before a packet. RFC 4571 §2.</summary>
    public static void WritePrefix(Span<byte> destination, int packetSize) =>
        BinaryPrimitives.WriteUInt16BigEndian(destination, checked((ushort)packetSize));

    /// <summary>Takes bytes in; then <see cref="TryRead"/> until it gives false, before the next call.</summary>
    /// <param name="bytes">At most 1 MiB.</param>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 1 << 20);
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end + bytes.Length > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(Math.Min(2 * _buffer.Length, 2 * MaximumFrame), _end + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <param name="packet">One packet (RTP or RTCP), good until the next call.</param>
    /// <returns>False when more bytes are needed.</returns>
    public bool TryRead(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        while (true)
        {
            if (IsLost && !TryResynchronize()) return false;
            ReadOnlySpan<byte> held = _buffer.AsSpan(_start.._end);
            if (_prefix == 0 && !TryLearnPrefix(held)) return false;
            if (held.Length < _prefix) return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(held[(_prefix - 2)..]);
            if (_prefix == 4 && held[0] != Dollar) { Lose(); continue; }
            if (length == 0) { _start += _prefix; continue; }                // RFC 4571 §2 allows an empty frame
            if (held.Length > _prefix && held[_prefix] >> 6 != 2) { Lose(); continue; }
            if (held.Length < _prefix + length) return false;
            packet = held.Slice(_prefix, length);
            if (_ssrc is null && RtpPacket.TryParse(packet, out RtpPacket rtp, out _)) _ssrc = rtp.Ssrc;
            _start += _prefix + length;
            return true;
        }
    }

    // '$' is also the first byte of a length from 9216 on: the version bits behind the longer prefix tell
    private bool TryLearnPrefix(ReadOnlySpan<byte> held)
    {
        if (held.IsEmpty) return false;
        if (held[0] != Dollar) { _prefix = 2; return true; }
        if (held.Length < 5) return false;
        _prefix = held[4] >> 6 == 2 ? 4 : 2;
        return true;
    }

    private void Lose()
    {
        IsLost = true;
        Resynchronizations++;
        Skip(1);
    }

    // a frame begins where its RTP header has version 2 and the known SSRC; before the first packet there is no SSRC, only the version
    private bool TryResynchronize()
    {
        int needed = _prefix + RtpPacket.FixedHeaderSize;
        while (_end - _start >= needed)
        {
            ReadOnlySpan<byte> candidate = _buffer.AsSpan(_start, needed);
            ReadOnlySpan<byte> header = candidate[_prefix..];
            bool fits = header[0] >> 6 == 2
                && (_ssrc is null || BinaryPrimitives.ReadUInt32BigEndian(header[8..]) == _ssrc)
                && (_prefix == 2 || candidate[0] == Dollar)
                && BinaryPrimitives.ReadUInt16BigEndian(candidate[(_prefix - 2)..]) >= RtpPacket.FixedHeaderSize;
            if (fits) { IsLost = false; return true; }
            Skip(1);
        }
        return false;
    }

    private void Skip(int count)
    {
        _start += count;
        BytesSkipped += count;
    }
}
