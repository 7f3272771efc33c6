using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>Why a datagram is no usable RTP packet.</summary>
internal enum RtpFault
{
    None,
    /// <summary>Shorter than its header says.</summary>
    Truncated,
    /// <summary>The version is not 2.</summary>
    Version,
    /// <summary>The padding count is 0 or longer than the payload.</summary>
    Padding,
}

/// <summary>One RTP packet in place; nothing is copied. RFC 3550 §5.1, §5.3.1.</summary>
internal readonly ref struct RtpPacket
{
    /// <summary>Header without contributing sources and extension.</summary>
    public const int FixedHeaderSize = 12;

    private readonly ReadOnlySpan<byte> _packet;

    private RtpPacket(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> payload)
    {
        _packet = packet;
        Payload = payload;
    }

    public bool Marker => (_packet[1] & 0x80) != 0;

    /// <summary>0 … 127.</summary>
    public byte PayloadType => (byte)(_packet[1] & 0x7F);

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]);

    public uint RtpTimestamp => BinaryPrimitives.ReadUInt32BigEndian(_packet[4..]);

    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_packet[8..]);

    /// <summary>Behind header, contributing sources and extension, without padding; may be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <returns>False with <paramref name="fault"/> set when the packet is unusable. Never throws on input.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out RtpPacket result, out RtpFault fault)
    {
        // version 2 | padding 1 | extension 1 | CSRC count 4 | marker 1 | payload type 7 | sequence 16 | timestamp 32 | SSRC 32 | CSRC…
        result = default;
        fault = RtpFault.Truncated;
        if (packet.Length < FixedHeaderSize) return false;
        if (packet[0] >> 6 != 2) { fault = RtpFault.Version; return false; }
        int header = FixedHeaderSize + 4 * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < header + 4) return false;
            header += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..]);
        }
        if (packet.Length < header) return false;
        int padding = 0;
        if ((packet[0] & 0x20) != 0)
        {
            padding = packet[^1];                                            // the last octet counts itself
            if (padding == 0 || padding > packet.Length - header) { fault = RtpFault.Padding; return false; }
        }
        result = new RtpPacket(packet, packet[header..^padding]);
        fault = RtpFault.None;
        return true;
    }

    /// <summary>Writes a header of <see cref="FixedHeaderSize"/> bytes.</summary>
    public static void WriteHeader(Span<byte> destination, bool marker, byte payloadType, ushort sequenceNumber, uint rtpTimestamp, uint ssrc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], ssrc);       // the last field first: one bounds check
        destination[0] = 0x80;
        destination[1] = (byte)((marker ? 0x80 : 0) | payloadType & 0x7F);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], rtpTimestamp);
    }
}
