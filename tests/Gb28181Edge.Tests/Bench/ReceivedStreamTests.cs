using Gb28181Edge.Bench;
using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Tests.Bench;

public sealed class ReceivedStreamTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whole_stream_is_flawless(bool isDatagram)
    {
        List<byte[]> packets = new SentStream(7).Frames(10);
        ReceiverStatistics seen = Receive(packets, isDatagram);
        Assert.True(seen.IsFlawless, seen.ToString());
        Assert.Equal((10, 2, 10, packets.Count), (seen.Frames, seen.KeyFrames, seen.AudioUnits, seen.Packets));
        Assert.Equal(packets.Sum(packet => packet.Length), seen.Bytes);
        Assert.Equal((Codec.H264, Codec.G711A, true), (seen.VideoCodec, seen.AudioCodec, seen.BeganWithKeyFrame));
        // 5 packets of the key frame, one every millisecond, the call began 2 ms before the first
        Assert.Equal((TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(6)), (seen.FirstPacketAfter, seen.FirstPictureAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(packets.Count - 1), seen.Duration);
        Assert.Equal(seen.Bytes * 8 / seen.Duration.TotalSeconds, seen.BitRate, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lost_packets_are_counted_and_cost_their_frames_only(bool isDatagram)
    {
        List<byte[]> packets = new SentStream(7).Frames(30);
        packets.RemoveAt(20);
        packets.RemoveRange(8, 2);
        ReceiverStatistics seen = Receive(packets, isDatagram);
        Assert.Equal((3, 0, 0), (seen.Lost, seen.Duplicates, seen.Reordered));
        Assert.InRange(seen.Frames, 27, 28);
        Assert.Equal(0, seen.Resynchronizations);
        Assert.False(seen.IsFlawless);
    }

    [Fact]
    public void Datagrams_out_of_order_and_doubled_make_the_same_pictures()
    {
        List<byte[]> packets = new SentStream(7).Frames(10);
        (packets[3], packets[4]) = (packets[4], packets[3]);
        packets.Insert(9, packets[9]);
        ReceiverStatistics seen = Receive(packets, isDatagram: true);
        Assert.Equal((0, 1, 1, 10, 10), (seen.Lost, seen.Reordered, seen.Duplicates, seen.Frames, seen.AudioUnits));
    }

    [Fact]
    public void Missing_marker_is_counted()
    {
        List<byte[]> packets = new SentStream(7).Frames(4);
        packets[4][1] &= 0x7F;                                               // the last of the key frame
        ReceiverStatistics seen = Receive(packets, isDatagram: false);
        Assert.Equal((1, 4), (seen.MarkersMissing, seen.Frames));
    }

    [Fact]
    public void Timestamp_of_the_frame_before_is_counted()
    {
        List<byte[]> packets = new SentStream(7).Frames(4);
        packets[4].AsSpan(4, 4).CopyTo(packets[5].AsSpan(4));                 // the sound takes the picture's
        Assert.Equal(1, Receive(packets, isDatagram: false).TimestampsRepeated);
    }

    [Fact]
    public void Packets_that_do_not_belong_are_counted_and_passed_over()
    {
        List<byte[]> packets = new SentStream(7).Frames(4);
        packets.InsertRange(3, new SentStream(8).Frames(1).Take(2));
        byte[] otherType = [.. packets[0]];
        otherType[1] = 97;
        packets.Insert(6, otherType);
        packets.Insert(7, [1, 2, 3]);
        ReceiverStatistics seen = Receive(packets, isDatagram: true);
        Assert.Equal((3, 1, 4), (seen.Foreign, seen.Unusable, seen.Frames));
    }

    [Fact]
    public void Packet_of_more_than_1400_bytes_is_counted()
    {
        List<byte[]> packets = new SentStream(7).Frames(2);
        packets[1] = [.. packets[1], 0];
        Assert.Equal(1, Receive(packets, isDatagram: true).Oversized);
    }

    [Fact]
    public void Recordings_hold_the_bytes_as_they_came()
    {
        List<byte[]> packets = new SentStream(7).Frames(6);
        using MemoryStream ps = new(), video = new();
        using ReceivedStream stream = new(7, 96, isDatagram: true, ps, video);
        foreach (byte[] packet in packets) stream.Take(packet, Start);
        stream.Finish();
        Assert.Equal(packets.SelectMany(packet => packet.Skip(12)), ps.ToArray());
        Assert.Equal(2 * 6000 + 4 * 2000, video.Length);
        Assert.Equal("0000000167", Convert.ToHexString(video.ToArray().AsSpan(0, 5)));
    }

    private static ReceiverStatistics Receive(List<byte[]> packets, bool isDatagram)
    {
        using ReceivedStream stream = new(7, 96, isDatagram);
        stream.Begin(Start - TimeSpan.FromMilliseconds(2));
        for (int i = 0; i < packets.Count; i++) stream.Take(packets[i], Start + TimeSpan.FromMilliseconds(i));
        stream.Finish();
        return stream.Statistics;
    }
}
