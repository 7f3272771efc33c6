using System.Buffers.Binary;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Streaming;

/// <summary>Sends a sender report every 5 s from the odd port beside a UDP session's RTP port. RFC 3550 §6.4.1, GB/T 28181-2016 §4.3.6.</summary>
/// <remarks>Reports of the receiver are not read: many receivers never send one. A report that cannot be sent is left out.</remarks>
internal sealed class RtcpSender(Socket socket, uint ssrc, TimeProvider time) : IDisposable
{
    private const int DescriptionSize = 12;

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
        var info = new RtcpSenderInfo(Rtcp.NtpTime(time.GetUtcNow()), TimestampNow(), (uint)sent.Packets, (uint)(sent.Bytes - sent.Packets * RtpPacket.FixedHeaderSize));
        Span<byte> compound = stackalloc byte[Rtcp.SenderReportSize + DescriptionSize];
        WriteDescription(compound[Rtcp.WriteSenderReport(compound, ssrc, info)..]);
        socket.Send(compound, SocketFlags.None, out _);
        return _next;
    }

    public void Dispose() => socket.Dispose();

    private uint TimestampNow() => _rtpTimestamp + (uint)(time.GetElapsedTime(_noted).TotalSeconds * MediaTime.ClockRate);

    /// <summary>The source description with an empty CNAME that every compound has. RFC 3550 §6.1, §6.5.</summary>
    private void WriteDescription(Span<byte> description)
    {
        // version 2, one source | 202 | length in words less one | SSRC | CNAME 1, length 0, end of items, padding
        description[0] = 0x81;
        description[1] = (byte)RtcpType.SourceDescription;
        BinaryPrimitives.WriteUInt16BigEndian(description[2..], DescriptionSize / 4 - 1);
        BinaryPrimitives.WriteUInt32BigEndian(description[4..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(description[8..], 0x0100_0000);
    }
}
