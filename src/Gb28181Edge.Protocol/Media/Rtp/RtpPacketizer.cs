using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>
/// Cuts a pack into RTP packets for one session: the payloads are ranges of the bytes that all sessions share, the headers are
/// the session's own. RFC 3550 §5.1, RFC 2250 §2, GB/T 28181-2016 annex C.1.
/// </summary>
/// <remarks>
/// All packets but the last of a frame have the same size, as UDP segmentation in the kernel needs it. One timestamp a frame, the
/// marker on its last packet, the sequence number one more each packet with a defined wrap. Driven by one loop; allocates nothing.
/// </remarks>
/// <param name="ssrc">From <c>y=</c>.</param>
/// <param name="payloadType">96 for PS.</param>
/// <param name="firstSequenceNumber">Random. RFC 3550 §5.1.</param>
internal sealed class RtpPacketizer(uint ssrc, byte payloadType, ushort firstSequenceNumber)
{
    /// <summary>Most bytes of one packet, RTP header included, on UDP and on TCP alike.</summary>
    public const int MaximumPacketSize = 1400;

    public const int MaximumPayloadSize = MaximumPacketSize - RtpPacket.FixedHeaderSize;

    /// <summary>Header with the 2-byte length of RFC 4571 before it.</summary>
    public const int TcpHeaderSize = 2 + RtpPacket.FixedHeaderSize;

    public uint Ssrc { get; } = ssrc;

    /// <summary>The sequence number of the next packet.</summary>
    public ushort NextSequenceNumber { get; private set; } = firstSequenceNumber;

    /// <summary>Packets whose headers have been written, for sender reports. RFC 3550 §6.4.1.</summary>
    public uint PacketCount { get; private set; }

    /// <summary>Payload bytes of those packets, modulo 2³².</summary>
    public uint OctetCount { get; private set; }

    /// <summary>How many packets a pack makes.</summary>
    /// <param name="packSize">1 or more.</param>
    public static int CountPackets(int packSize) => (packSize + MaximumPayloadSize - 1) / MaximumPayloadSize;

    /// <summary>Which bytes of the pack are the payload of packet <paramref name="index"/>.</summary>
    public static (int Offset, int Length) PayloadRange(int packSize, int index)
    {
        int offset = index * MaximumPayloadSize;
        return (offset, Math.Min(MaximumPayloadSize, packSize - offset));
    }

    /// <summary>Writes the header of one packet; call it for index 0, 1 … of a pack in order.</summary>
    /// <param name="destination">12 bytes or more.</param>
    /// <param name="packSize">Bytes of the whole pack.</param>
    /// <param name="index">Which packet of the pack.</param>
    /// <param name="rtpTimestamp">The pack's.</param>
    /// <returns>The range of the pack that follows this header.</returns>
    public (int Offset, int Length) WriteHeader(Span<byte> destination, int packSize, int index, uint rtpTimestamp)
    {
        (int Offset, int Length) range = PayloadRange(packSize, index);
        bool isLast = range.Offset + range.Length == packSize;
        RtpPacket.WriteHeader(destination, isLast, payloadType, NextSequenceNumber, rtpTimestamp, Ssrc);
        NextSequenceNumber++;
        PacketCount++;
        OctetCount += (uint)range.Length;
        return range;
    }

    /// <summary>As <see cref="WriteHeader"/>, with the length of RFC 4571 before it.</summary>
    /// <param name="destination">14 bytes or more.</param>
    public (int Offset, int Length) WriteTcpHeader(Span<byte> destination, int packSize, int index, uint rtpTimestamp)
    {
        (int Offset, int Length) range = WriteHeader(destination[2..], packSize, index, rtpTimestamp);
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(RtpPacket.FixedHeaderSize + range.Length));
        return range;
    }

    /// <summary>Writes the headers of all packets of a pack, 12 bytes each, one behind the other.</summary>
    /// <returns>How many.</returns>
    public int WriteHeaders(Span<byte> destination, int packSize, uint rtpTimestamp)
    {
        int count = CountPackets(packSize);
        for (int i = 0; i < count; i++) WriteHeader(destination[(i * RtpPacket.FixedHeaderSize)..], packSize, i, rtpTimestamp);
        return count;
    }
}
