using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class RtpPacketizerTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1388, 1, 1388)]
    [InlineData(1389, 2, 1)]
    [InlineData(200_000, 145, 128)]
    public void Pack_is_cut_into_full_packets_and_a_last_one(int packSize, int packets, int last)
    {
        Assert.Equal(packets, RtpPacketizer.CountPackets(packSize));
        RtpPacketizer packetizer = new(7, 96, 0);
        byte[] headers = new byte[packets * RtpPacket.FixedHeaderSize];
        Assert.Equal(packets, packetizer.WriteHeaders(headers, packSize, 90_000));
        int covered = 0;
        for (int i = 0; i < packets; i++)
        {
            (int offset, int length) = RtpPacketizer.PayloadRange(packSize, i);
            Assert.Equal(covered, offset);
            Assert.Equal(i == packets - 1 ? last : 1388, length);
            covered += length;
            Assert.True(RtpPacket.TryParse(headers.AsSpan(12 * i, 12), out RtpPacket packet, out _));
            Assert.Equal((ushort)i, packet.SequenceNumber);
            Assert.Equal(90_000u, packet.RtpTimestamp);
            Assert.Equal(i == packets - 1, packet.Marker);
            Assert.Equal(7u, packet.Ssrc);
            Assert.Equal(96, packet.PayloadType);
        }
        Assert.Equal(packSize, covered);
        Assert.Equal((uint)packets, packetizer.PacketCount);
        Assert.Equal((uint)packSize, packetizer.OctetCount);
    }

    [Fact]
    public void Sequence_number_wraps_from_65535_to_0()
    {
        RtpPacketizer packetizer = new(1, 96, 65_535);
        byte[] headers = new byte[24];
        packetizer.WriteHeaders(headers, 2000, uint.MaxValue);
        Assert.Equal("80 60 FF FF FF FF FF FF 00 00 00 01 80 E0 00 00 FF FF FF FF 00 00 00 01",
            string.Join(' ', headers.Select(b => b.ToString("X2", null))));
        Assert.Equal(1, packetizer.NextSequenceNumber);
    }

    [Fact]
    public void Tcp_header_has_the_packet_s_length_before_it()
    {
        RtpPacketizer packetizer = new(0x0BEBC201, 96, 1);
        byte[] header = new byte[RtpPacketizer.TcpHeaderSize];
        (int offset, int length) = packetizer.WriteTcpHeader(header, 100, 0, 90_000);
        Assert.Equal((0, 100), (offset, length));
        Assert.Equal("007080E0000100015F900BEBC201", Convert.ToHexString(header));
    }
}
