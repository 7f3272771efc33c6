using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class RtpTcpFramingTests
{
    public static TheoryData<int, bool> StepsAndFrames
    {
        get
        {
            TheoryData<int, bool> rows = [];
            foreach (int step in (int[])[int.MaxValue, 1, 7, 1400]) { rows.Add(step, false); rows.Add(step, true); }
            return rows;
        }
    }

    [Theory, MemberData(nameof(StepsAndFrames))]
    public void Packets_come_out_as_they_went_in(int step, bool interleaved)
    {
        byte[] stream = Stream(20, interleaved);
        RtpTcpFraming framing = new();
        Assert.Equal(Enumerable.Range(0, 20), Read(framing, stream, step));
        Assert.Equal((0, 0), (framing.BytesSkipped, framing.Resynchronizations));
    }

    [Fact]
    public void Length_that_begins_with_a_dollar_is_a_length()
    {
        byte[] packet = Packet(1, 0x2410);                                   // 9232 bytes: 24 10
        RtpTcpFraming framing = new();
        Assert.Equal([1], Read(framing, [0x24, 0x10, .. packet], 1000));
    }

    [Fact]
    public void Empty_frames_are_nothing()
    {
        RtpTcpFraming framing = new();
        Assert.Equal(Enumerable.Range(0, 3), Read(framing, [0, 0, 0, 0, .. Stream(3, false)], 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lost_boundary_is_found_again_by_the_ssrc(bool interleaved)
    {
        byte[] stream = Stream(20, interleaved);
        int cut = stream.Length / 2;
        RtpTcpFraming framing = new();
        List<int> seen = Read(framing, [.. stream.AsSpan(0, cut), .. stream.AsSpan(cut + 33)], 100);
        Assert.Equal(Enumerable.Range(0, 9), seen.Take(9));
        Assert.Equal([17, 18, 19], seen.TakeLast(3));
        Assert.InRange(framing.Resynchronizations, 1, 3);
        Assert.InRange(framing.BytesSkipped, 1, 2000);
    }

    [Fact]
    public void Prefix_is_written_big_endian()
    {
        byte[] prefix = new byte[2];
        RtpTcpFraming.WritePrefix(prefix, 1400);
        Assert.Equal("0578", Convert.ToHexString(prefix));
    }

    [Fact]
    public void Mutated_streams_never_throw_and_never_stop_the_reader()
    {
        Random random = new(4571);
        byte[][] streams = [Stream(8, false), Stream(8, true)];
        for (int run = 0; run < 10_000; run++)
        {
            byte[] stream = Feed.Mutate(streams[run % 2], random);
            RtpTcpFraming framing = new();
            foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(stream, random.Next(10, 500)))
            {
                framing.Push(piece.Span);
                while (framing.TryRead(out ReadOnlySpan<byte> packet)) Assert.False(packet.IsEmpty);
            }
            Assert.InRange(framing.BytesSkipped, 0, stream.Length);
        }
    }

    private static List<int> Read(RtpTcpFraming framing, byte[] stream, int step)
    {
        List<int> seen = [];
        foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(stream, step))
        {
            framing.Push(piece.Span);
            while (framing.TryRead(out ReadOnlySpan<byte> bytes))
            {
                if (!RtpPacket.TryParse(bytes, out RtpPacket packet, out _) || packet.Ssrc != 7) continue;
                seen.Add(packet.SequenceNumber);
            }
        }
        return seen;
    }

    private static byte[] Stream(int count, bool interleaved) =>
        [.. Enumerable.Range(0, count).SelectMany(i =>
        {
            byte[] packet = Packet(i, 40 + 10 * i);
            byte[] length = [(byte)(packet.Length >> 8), (byte)packet.Length];
            return interleaved ? [0x24, 0, .. length, .. packet] : (byte[])[.. length, .. packet];
        })];

    private static byte[] Packet(int sequenceNumber, int size)
    {
        byte[] packet = new byte[size];
        new Random(sequenceNumber).NextBytes(packet);
        RtpPacket.WriteHeader(packet, false, 96, (ushort)sequenceNumber, 90_000, ssrc: 7);
        return packet;
    }
}
