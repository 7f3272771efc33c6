using System.Buffers.Binary;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>PT of an RTCP packet. RFC 3550 §12.1.</summary>
internal enum RtcpType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Goodbye = 203,
    Application = 204,
}

/// <summary>One report block. RFC 3550 §6.4.1.</summary>
/// <param name="Ssrc">Of the source that is reported on.</param>
/// <param name="FractionLost">Lost since the last report, in 256ths.</param>
/// <param name="CumulativeLost">Lost since the start; 24 bits with sign, clamped when written.</param>
/// <param name="HighestSequenceNumber">Extended by the count of wraps in its upper 16 bits.</param>
/// <param name="Jitter">Interarrival jitter in timestamp units.</param>
/// <param name="LastSenderReport">The middle 32 bits of the NTP time of the last SR; 0 for none.</param>
/// <param name="DelaySinceLastSenderReport">1/65536 s; 0 for none.</param>
internal readonly record struct RtcpReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint HighestSequenceNumber, uint Jitter, uint LastSenderReport, uint DelaySinceLastSenderReport);

/// <summary>What a sender report says of its sender. RFC 3550 §6.4.1.</summary>
internal readonly record struct RtcpSenderInfo(ulong NtpTime, uint RtpTimestamp, uint PacketCount, uint OctetCount);

/// <summary>One RTCP packet of a compound, in place. RFC 3550 §6.</summary>
internal readonly ref struct RtcpPacket
{
    private const int HeaderSize = 4;
    private const int SenderInfoSize = 20;
    public const int ReportBlockSize = 24;

    private readonly ReadOnlySpan<byte> _packet;

    private RtcpPacket(ReadOnlySpan<byte> packet) => _packet = packet;

    public RtcpType Type => (RtcpType)_packet[1];

    /// <summary>The sender of a report or the first that says goodbye; 0 when there is none.</summary>
    public uint Ssrc => _packet.Length >= 8 ? BinaryPrimitives.ReadUInt32BigEndian(_packet[4..]) : 0;

    /// <summary>Takes the first packet off a compound.</summary>
    /// <param name="compound">What is left of the datagram; afterwards what is left behind this packet.</param>
    /// <param name="packet">The packet.</param>
    /// <returns>False at the end, and where the rest is no RTCP. Never throws on input.</returns>
    public static bool TryParse(ref ReadOnlySpan<byte> compound, out RtcpPacket packet)
    {
        // version 2 | padding 1 | count 5 | PT 8 | length 16 in words less one
        packet = default;
        if (compound.Length < HeaderSize || compound[0] >> 6 != 2 || compound[1] is < 192 or > 223) return false;
        int size = HeaderSize + 4 * BinaryPrimitives.ReadUInt16BigEndian(compound[2..]);
        if (size > compound.Length) return false;
        packet = new RtcpPacket(compound[..size]);
        compound = compound[size..];
        return true;
    }

    public bool TrySenderInfo(out RtcpSenderInfo info)
    {
        info = default;
        if (Type != RtcpType.SenderReport || _packet.Length < 8 + SenderInfoSize) return false;
        info = new RtcpSenderInfo(
            BinaryPrimitives.ReadUInt64BigEndian(_packet[8..]), BinaryPrimitives.ReadUInt32BigEndian(_packet[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(_packet[20..]), BinaryPrimitives.ReadUInt32BigEndian(_packet[24..]));
        return true;
    }

    /// <param name="index">0 … 30.</param>
    /// <param name="block">The block.</param>
    /// <returns>False when this is no report or has not so many blocks.</returns>
    public bool TryReportBlock(int index, out RtcpReportBlock block)
    {
        block = default;
        int at = Type switch { RtcpType.SenderReport => 8 + SenderInfoSize, RtcpType.ReceiverReport => 8, _ => int.MaxValue };
        if (at == int.MaxValue || index < 0 || index >= (_packet[0] & 0x1F)) return false;
        at += index * ReportBlockSize;
        if (at + ReportBlockSize > _packet.Length) return false;
        ReadOnlySpan<byte> b = _packet.Slice(at, ReportBlockSize);
        int lost = (int)(BinaryPrimitives.ReadUInt32BigEndian(b[4..]) << 8) >> 8;
        block = new RtcpReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(b), b[4], lost, BinaryPrimitives.ReadUInt32BigEndian(b[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(b[12..]), BinaryPrimitives.ReadUInt32BigEndian(b[16..]), BinaryPrimitives.ReadUInt32BigEndian(b[20..]));
        return true;
    }
}

/// <summary>Writes the RTCP packets that this program sends. RFC 3550 §6.</summary>
internal static class Rtcp
{
    public const int EmptyReceiverReportSize = 8;
    public const int ReceiverReportSize = 8 + RtcpPacket.ReportBlockSize;
    public const int SenderReportSize = 28;
    public const int GoodbyeSize = 8;

    /// <param name="destination"><see cref="ReceiverReportSize"/> bytes, or <see cref="EmptyReceiverReportSize"/> without a block.</param>
    /// <param name="ssrc">Ours.</param>
    /// <param name="block">Null before anything was received.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteReceiverReport(Span<byte> destination, uint ssrc, RtcpReportBlock? block)
    {
        int size = block is null ? EmptyReceiverReportSize : ReceiverReportSize;
        WriteStart(destination, block is null ? 0 : 1, RtcpType.ReceiverReport, size, ssrc);
        if (block is not { } report) return size;
        Span<byte> b = destination.Slice(8, RtcpPacket.ReportBlockSize);
        BinaryPrimitives.WriteUInt32BigEndian(b, report.Ssrc);
        BinaryPrimitives.WriteInt32BigEndian(b[4..], Math.Clamp(report.CumulativeLost, -0x80_0000, 0x7F_FFFF));
        b[4] = report.FractionLost;
        BinaryPrimitives.WriteUInt32BigEndian(b[8..], report.HighestSequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(b[12..], report.Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(b[16..], report.LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(b[20..], report.DelaySinceLastSenderReport);
        return size;
    }

    /// <param name="destination"><see cref="SenderReportSize"/> bytes.</param>
    /// <param name="ssrc">Of the stream.</param>
    /// <param name="info">What has been sent.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteSenderReport(Span<byte> destination, uint ssrc, RtcpSenderInfo info)
    {
        WriteStart(destination, 0, RtcpType.SenderReport, SenderReportSize, ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], info.NtpTime);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], info.RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], info.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], info.OctetCount);
        return SenderReportSize;
    }

    /// <param name="destination"><see cref="GoodbyeSize"/> bytes.</param>
    /// <param name="ssrc">Who leaves.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteGoodbye(Span<byte> destination, uint ssrc)
    {
        WriteStart(destination, 1, RtcpType.Goodbye, GoodbyeSize, ssrc);
        return GoodbyeSize;
    }

    /// <summary>Seconds since 1900 in 32.32 fixed point. RFC 5905 §6.</summary>
    public static ulong NtpTime(DateTimeOffset wallClock)
    {
        long ticks = wallClock.UtcTicks - new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
        ulong seconds = (ulong)(ticks / TimeSpan.TicksPerSecond), rest = (ulong)(ticks % TimeSpan.TicksPerSecond);
        return seconds << 32 | (rest << 32) / TimeSpan.TicksPerSecond;
    }

    private static void WriteStart(Span<byte> destination, int count, RtcpType type, int size, uint ssrc)
    {
        destination[0] = (byte)(0x80 | count);
        destination[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(size / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ssrc);
    }
}
