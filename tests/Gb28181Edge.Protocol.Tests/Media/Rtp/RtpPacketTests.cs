using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void Fields_are_read_with_their_top_bits()
    {
        Assert.True(RtpPacket.TryParse(Feed.Hex("80E0 FFFE FFFFFFF0 80000001 AABB"), out RtpPacket packet, out RtpFault fault));
        Assert.Equal((RtpFault.None, true, 96, 65_534), (fault, packet.Marker, packet.PayloadType, packet.SequenceNumber));
        Assert.Equal((0xFFFF_FFF0u, 0x8000_0001u, "AABB"), (packet.RtpTimestamp, packet.Ssrc, Convert.ToHexString(packet.Payload)));
    }

    [Theory]
    [InlineData("8060 0001 00000002 00000003", "")]
    [InlineData("8260 0001 00000002 00000003 11111111 22222222 AA", "AA")]                    // two contributing sources
    [InlineData("9060 0001 00000002 00000003 BEDE0001 01020304 AA", "AA")]                    // extension
    [InlineData("A060 0001 00000002 00000003 AABB 000003", "AABB")]                           // padding
    [InlineData("B160 0001 00000002 00000003 11111111 BEDE0000 AABB 01", "AABB")]             // all of them
    public void Payload_is_what_is_left(string hex, string payload)
    {
        Assert.True(RtpPacket.TryParse(Feed.Hex(hex), out RtpPacket packet, out _));
        Assert.Equal(payload, Convert.ToHexString(packet.Payload));
        Assert.Equal(96, packet.PayloadType);
    }

    [Theory]
    [InlineData("", RtpFault.Truncated)]
    [InlineData("8060000100000002000000", RtpFault.Truncated)]
    [InlineData("8160 0001 00000002 00000003 111111", RtpFault.Truncated)]
    [InlineData("9060 0001 00000002 00000003 BEDE00", RtpFault.Truncated)]
    [InlineData("9060 0001 00000002 00000003 BEDEFFFF 01020304", RtpFault.Truncated)]
    [InlineData("0060 0001 00000002 00000003", RtpFault.Version)]
    [InlineData("C060 0001 00000002 00000003", RtpFault.Version)]
    [InlineData("A060 0001 00000002 00000003 AA00", RtpFault.Padding)]
    [InlineData("A060 0001 00000002 00000003 AA03", RtpFault.Padding)]
    [InlineData("A060 0001 00000002 00000003", RtpFault.Padding)]
    internal void Unusable_packet_has_a_fault(string hex, RtpFault expected)
    {
        Assert.False(RtpPacket.TryParse(Feed.Hex(hex), out _, out RtpFault fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Mutated_packets_never_throw_and_every_part_lies_inside()
    {
        Random random = new(3550);
        byte[] whole = Feed.Hex("B260 0001 00000002 00000003 11111111 22222222 BEDE0001 01020304 AABBCCDDEEFF 000003");
        int good = 0;
        for (int run = 0; run < 10_000; run++)
        {
            byte[] bytes = Feed.Mutate(whole, random);
            if (!RtpPacket.TryParse(bytes, out RtpPacket packet, out RtpFault fault))
            {
                Assert.NotEqual(RtpFault.None, fault);
                continue;
            }
            good++;
            Assert.True(packet.Payload.Length <= bytes.Length - RtpPacket.FixedHeaderSize);
            Assert.InRange(packet.PayloadType, 0, 127);
        }
        Assert.InRange(good, 500, 9_900);
    }
}
