using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class RtcpTests
{
    private static readonly RtcpReportBlock Block = new(0x0BEBC201, 3, -2, 0x0001_0005, 77, 0x11223344, 0x8000);

    [Fact]
    public void Sender_report_has_these_bytes_and_reads_back()
    {
        byte[] report = new byte[Rtcp.SenderReportSize];
        RtcpSenderInfo info = new(0xE8F2_0000_8000_0000, 90_000, 100, 138_800);
        Assert.Equal(28, Rtcp.WriteSenderReport(report, 0x0BEBC201, info));
        Assert.Equal("80C800060BEBC201E8F200008000000000015F900000006400021E30", Convert.ToHexString(report));
        ReadOnlySpan<byte> compound = report;
        Assert.True(RtcpPacket.TryParse(ref compound, out RtcpPacket packet));
        Assert.True(packet.TrySenderInfo(out RtcpSenderInfo read));
        Assert.Equal((RtcpType.SenderReport, 0x0BEBC201u, info), (packet.Type, packet.Ssrc, read));
        Assert.False(packet.TryReportBlock(0, out _));
    }

    [Fact]
    public void Receiver_report_and_goodbye_make_a_compound_that_reads_back()
    {
        byte[] bytes = new byte[Rtcp.ReceiverReportSize + Rtcp.GoodbyeSize];
        int size = Rtcp.WriteReceiverReport(bytes, 5, Block);
        size += Rtcp.WriteGoodbye(bytes.AsSpan(size), 5);
        Assert.Equal("81C90007000000050BEBC20103FFFFFE000100050000004D112233440000800081CB000100000005", Convert.ToHexString(bytes.AsSpan(0, size)));

        ReadOnlySpan<byte> compound = bytes;
        Assert.True(RtcpPacket.TryParse(ref compound, out RtcpPacket report));
        Assert.True(report.TryReportBlock(0, out RtcpReportBlock block));
        Assert.Equal(Block, block);
        Assert.False(report.TryReportBlock(1, out _));
        Assert.False(report.TrySenderInfo(out _));
        Assert.True(RtcpPacket.TryParse(ref compound, out RtcpPacket goodbye));
        Assert.Equal((RtcpType.Goodbye, 5u), (goodbye.Type, goodbye.Ssrc));
        Assert.False(RtcpPacket.TryParse(ref compound, out _));
    }

    [Fact]
    public void Empty_receiver_report_has_these_bytes()
    {
        byte[] bytes = new byte[8];
        Assert.Equal(8, Rtcp.WriteReceiverReport(bytes, 5, null));
        Assert.Equal("80C9000100000005", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80C9")]
    [InlineData("80C9000100000")]
    [InlineData("00C90000")]
    [InlineData("80600000")]
    [InlineData("80C9000200000005")]
    public void What_is_no_rtcp_is_refused(string hex)
    {
        ReadOnlySpan<byte> compound = Feed.Hex(hex.Length % 2 == 0 ? hex : hex + "0");
        Assert.False(RtcpPacket.TryParse(ref compound, out _));
    }

    [Fact]
    public void Ntp_time_counts_from_1900_with_a_binary_fraction() =>
        Assert.Equal(2_208_988_800UL << 32 | 0x8000_0000, Rtcp.NtpTime(DateTimeOffset.UnixEpoch.AddMilliseconds(500)));

    [Fact]
    public void Mutated_compounds_never_throw()
    {
        Random random = new(3551);
        byte[] whole = new byte[Rtcp.SenderReportSize + Rtcp.ReceiverReportSize + Rtcp.GoodbyeSize];
        int at = Rtcp.WriteSenderReport(whole, 1, new RtcpSenderInfo(1, 2, 3, 4));
        at += Rtcp.WriteReceiverReport(whole.AsSpan(at), 1, Block);
        Rtcp.WriteGoodbye(whole.AsSpan(at), 1);
        int packets = 0;
        for (int run = 0; run < 10_000; run++)
        {
            ReadOnlySpan<byte> compound = Feed.Mutate(whole, random);
            while (RtcpPacket.TryParse(ref compound, out RtcpPacket packet))
            {
                packets++;
                packet.TrySenderInfo(out _);
                for (int i = 0; i < 31; i++) packet.TryReportBlock(i, out _);
            }
        }
        Assert.True(packets > 5000, $"{packets} packets");
    }
}
