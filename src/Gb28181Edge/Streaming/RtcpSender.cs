using System.Buffers.Binary;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>Sends a sender report every 5 s from the odd port beside a UDP session's RTP port. RFC 3550 §6.4.1, GB/T 28181-2016 §4.3.6.</summary>
/// <remarks>Reports of the receiver are not read: many receivers never send one. A report that cannot be sent is left out.</remarks>
internal sealed class RtcpSender(Socket socket, uint ssrc, TimeProvider time) : IDisposable
{
    private const int ReportSize = 28;
    private const int DescriptionSize = 12;
    private const byte SenderReport = 200;
    private const byte SourceDescription = 202;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private TimeSpan _next;
    private uint _rtpTimestamp;
    private long _noted;

    /// <summary>The session has begun at <paramref name="now"/>.</summary>
    public void Begin(TimeSpan now) => _next = now + Interval;

    /// <summary>A pack with this timestamp begins to leave now.</summary>
    public void NoteTimestamp(uint rtpTimestamp) => (_rtpTimestamp, _noted) = (rtpTimestamp, time.GetTimestamp());

    /// <summary>Sends the report when it is due.</summary>
    /// <returns>When the next one is.</returns>
    public TimeSpan Turn(TimeSpan now, MediaStatistics sent)
    {
        if (now < _next) return _next;
        _next = now + Interval;
        if (sent.Packets == 0) return _next;
        Span<byte> report = stackalloc byte[ReportSize + DescriptionSize];
        uint rtpTimestamp = _rtpTimestamp + (uint)(time.GetElapsedTime(_noted).TotalSeconds * MediaTime.ClockRate);
        Write(report, ssrc, time.GetUtcNow(), rtpTimestamp, (uint)sent.Packets, (uint)(sent.Bytes - sent.Packets * RtpPacket.FixedHeaderSize));
        socket.Send(report, SocketFlags.None, out _);
        return _next;
    }

    public void Dispose() => socket.Dispose();

    /// <summary>A sender report without report blocks, and a source description with an empty CNAME behind it, as every compound has. RFC 3550 §6.1.</summary>
    internal static void Write(Span<byte> report, uint ssrc, DateTimeOffset wallClock, uint rtpTimestamp, uint packets, uint octets)
    {
        // version 2, no reports | 200 | length in words less one | SSRC | NTP seconds | NTP fraction | RTP timestamp | packets | octets
        report[0] = 0x80;
        report[1] = SenderReport;
        BinaryPrimitives.WriteUInt16BigEndian(report[2..], ReportSize / 4 - 1);
        BinaryPrimitives.WriteUInt32BigEndian(report[4..], ssrc);
        long ticks = (wallClock - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks;
        BinaryPrimitives.WriteUInt32BigEndian(report[8..], (uint)(ticks / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32BigEndian(report[12..], (uint)((ticks % TimeSpan.TicksPerSecond << 32) / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32BigEndian(report[16..], rtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(report[20..], packets);
        BinaryPrimitives.WriteUInt32BigEndian(report[24..], octets);
        // version 2, one source | 202 | length | SSRC | CNAME 1, length 0, end of items, padding
        report[28] = 0x81;
        report[29] = SourceDescription;
        BinaryPrimitives.WriteUInt16BigEndian(report[30..], DescriptionSize / 4 - 1);
        BinaryPrimitives.WriteUInt32BigEndian(report[32..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(report[36..], 0x0100_0000);
    }
}
