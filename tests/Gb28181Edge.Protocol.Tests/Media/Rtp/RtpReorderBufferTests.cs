using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class RtpReorderBufferTests
{
    [Fact]
    public void Packets_in_order_pass_at_once()
    {
        using RtpReorderBuffer buffer = new(4);
        Assert.Equal([1, 2, 3], Run(buffer, 1, 2, 3));
        Assert.Equal((0, 0, 0), (buffer.Lost, buffer.Duplicates, buffer.Reordered));
    }

    [Fact]
    public void Packets_out_of_order_are_put_in_order_across_the_wrap()
    {
        using RtpReorderBuffer buffer = new(4);
        Assert.Equal([65_534, 65_535, 0, 1, 2], Run(buffer, 65_534, 0, 65_535, 2, 1));
        Assert.Equal((0, 2), (buffer.Lost, buffer.Reordered));
    }

    [Fact]
    public void Missing_packets_are_given_up_when_the_buffer_is_full()
    {
        using RtpReorderBuffer buffer = new(3);
        Assert.Equal([1], Run(buffer, 1, 4, 5, 6));
        Assert.Equal([4, 5, 6, 7], Run(buffer, 7));
        Assert.Equal(2, buffer.Lost);
    }

    [Fact]
    public void Late_packet_is_dropped_and_no_longer_lost()
    {
        using RtpReorderBuffer buffer = new(1);
        Assert.Equal([1, 3, 4], Run(buffer, 1, 3, 4, 2));
        Assert.Equal((0, 1), (buffer.Lost, buffer.Reordered));
    }

    [Fact]
    public void Duplicate_is_dropped()
    {
        using RtpReorderBuffer buffer = new(4);
        Assert.Equal([1], Run(buffer, 1, 3, 3));
        Assert.Equal(1, buffer.Duplicates);
    }

    [Fact]
    public void Duplicate_of_a_packet_that_was_handed_over_changes_no_loss()
    {
        using RtpReorderBuffer buffer = new(1);
        Assert.Equal([1, 3, 4], Run(buffer, 1, 3, 4, 4, 3, 1));
        Assert.Equal((1, 3, 0), (buffer.Lost, buffer.Duplicates, buffer.Reordered));
    }

    [Fact]
    public void Large_jump_is_a_new_start_and_no_loss()
    {
        using RtpReorderBuffer buffer = new(4);
        Assert.Equal([1, 40_000, 40_001], Run(buffer, 1, 40_000, 40_001));
        Assert.Equal(0, buffer.Lost);
    }

    [Fact]
    public void What_is_held_comes_out_on_demand()
    {
        using RtpReorderBuffer buffer = new(10);
        Assert.Equal([1], Run(buffer, 1, 3));
        Assert.True(buffer.TryTakeNow(out ReadOnlySpan<byte> packet, out int lostBefore));
        Assert.Equal((3, 1), (packet[0], lostBefore));
    }

    private static List<int> Run(RtpReorderBuffer buffer, params int[] sequenceNumbers)
    {
        List<int> seen = [];
        foreach (int sequenceNumber in sequenceNumbers)
        {
            buffer.Insert([(byte)sequenceNumber, (byte)(sequenceNumber >> 8)], (ushort)sequenceNumber);
            while (buffer.TryTake(out ReadOnlySpan<byte> packet, out _)) seen.Add(packet[1] << 8 | packet[0]);
        }
        return seen;
    }
}
