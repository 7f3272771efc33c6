using System.Buffers.Binary;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.TransportStream;

namespace Gb28181Edge.Protocol.Tests.Media.TransportStream;

public sealed class TsDemuxerTests
{
    [Theory, MemberData(nameof(Feed.Steps), MemberType = typeof(Feed))]
    public void H264_with_b_frames_and_aac_are_read(int step)
    {
        FakeSink sink = Demux(Feed.Vector("bframes-aac.ts"), step, out TsDemuxer demuxer);
        // as ffprobe lists them
        Assert.Equal([(133_200, 126_000), (144_000, 129_600), (136_800, 133_200), (140_400, 136_800), (147_600, 140_400), (151_200, 144_000),
            (162_000, 147_600), (154_800, 151_200), (158_400, 154_800), (165_600, 158_400)], sink.Video.Select(u => (u.Pts, u.Dts)));
        Assert.Equal([0, 5], sink.Video.Index().Where(u => u.Item.IsRandomAccess).Select(u => u.Index));
        Assert.Equal([127_440, 133_200, 138_960, 144_720], sink.Audio.Take(4).Select(u => u.Pts));
        Assert.All(sink.Audio, u => Assert.True(Aac.TryParseHeader(u.Bytes, out AdtsHeader header) && header.FrameSize == u.Bytes.Length));
        Assert.Equal((0, 0, 0), (demuxer.BytesSkipped, demuxer.Resynchronizations, demuxer.Discontinuities));
    }

    [Theory]
    [InlineData(0x90, Codec.G711A)]
    [InlineData(0x91, Codec.G711U)]
    internal void G711_is_read(byte streamType, Codec codec)
    {
        byte[] sound = [.. Enumerable.Range(0, 320).Select(i => (byte)i)];
        byte[] ts = [.. Tables(streamType), .. Pes(0, sound, 0x2100_05BF21), .. Pes(2, sound, 0x2100_05DB41)];
        FakeSink sink = Demux(ts, 100, out _);
        Assert.Equal([(codec, 90_000L), (codec, 93_600L)], sink.Units.Select(u => (u.Codec, u.Pts)));
        Assert.All(sink.Units, u => Assert.Equal(sound, u.Bytes));
    }

    [Fact]
    public void Gap_in_the_continuity_drops_the_unit_in_hand()
    {
        byte[] ts = Feed.Vector("bframes-aac.ts");
        int whole = Demux(ts, 188, out _).Video.Count();
        List<byte[]> packets = [.. ts.Chunk(188)];
        int pid = Pid(packets.First(packet => Pid(packet) == 0x100));
        int victim = packets.FindIndex(5, packet => Pid(packet) == pid && (packet[1] & 0x40) == 0);
        packets.RemoveAt(victim);
        FakeSink sink = Demux([.. packets.SelectMany(p => p)], 188, out TsDemuxer demuxer);
        Assert.Equal(1, demuxer.Discontinuities);
        Assert.Equal(whole - 1, sink.Video.Count());
    }

    [Fact]
    public void Garbage_is_passed_over_up_to_two_sync_bytes()
    {
        byte[] ts = Feed.Vector("bframes-aac.ts");
        FakeSink sink = Demux([.. Feed.Hex("47 47 11 22 47"), .. ts], 50, out TsDemuxer demuxer);
        Assert.Equal(10, sink.Video.Count());
        Assert.Equal((1, 5), (demuxer.Resynchronizations, demuxer.BytesSkipped));
    }

    [Fact]
    public void Table_with_a_wrong_crc_is_not_believed()
    {
        byte[] tables = Tables(0x90);
        tables[^9] ^= 1;                                                      // the stream type: 91 instead of 90
        Assert.Empty(Demux([.. tables, .. Pes(0, new byte[320], 0x2100_05BF21)], 188, out _).Units);
    }

    [Fact]
    public void Mutated_streams_never_throw_and_give_no_empty_unit()
    {
        Random random = new(1881);
        byte[] ts = Feed.Vector("bframes-aac.ts");
        int units = 0;
        for (int run = 0; run < 10_000; run++)
        {
            FakeSink sink = Demux(Feed.Mutate(ts, random), random.Next(50, 3000), out _);
            Assert.All(sink.Units, unit => Assert.NotEmpty(unit.Bytes));
            units += sink.Units.Count;
        }
        Assert.True(units > 10_000 * 4, $"{units} units");
    }

    private static int Pid(byte[] packet) => (packet[1] & 0x1F) << 8 | packet[2];

    private static FakeSink Demux(byte[] ts, int step, out TsDemuxer demuxer)
    {
        FakeSink sink = new();
        demuxer = new TsDemuxer(sink);
        foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(ts, step)) demuxer.Push(piece.Span);
        demuxer.Flush();
        return sink;
    }

    private static byte[] Tables(byte streamType) =>
    [
        .. Packet(0, 0, true, [0, .. Section(Feed.Hex("00 B00D 0001 C1 00 00 0001 F000"))]),
        .. Packet(0x1000, 0, true, [0, .. Section([.. Feed.Hex("02 B012 0001 C1 00 00 E101 F000"), streamType, .. Feed.Hex("E101 F000")])]),
    ];

    private static byte[] Section(byte[] body)
    {
        byte[] section = [.. body, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(section.AsSpan(body.Length), Crc32Mpeg2.Compute(body));
        return section;
    }

    // two packets: the second with an adaptation field that fills it up
    private static byte[] Pes(int continuity, byte[] payload, ulong time)
    {
        byte[] stamp = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(stamp, time);
        byte[] pes = [.. Feed.Hex("000001C0"), (byte)((payload.Length + 8) >> 8), (byte)(payload.Length + 8), .. Feed.Hex("808005"), .. stamp[3..], .. payload];
        return [.. Packet(0x101, continuity, true, pes[..184]), .. Packet(0x101, continuity + 1, false, pes[184..])];
    }

    private static byte[] Packet(int pid, int continuity, bool begins, byte[] payload)
    {
        int fill = 184 - payload.Length;
        byte[] adaptation = fill == 0 ? [] : [(byte)(fill - 1), .. Enumerable.Repeat((byte)(fill > 1 ? 0 : 0xFF), Math.Min(1, fill - 1)), .. Enumerable.Repeat((byte)0xFF, Math.Max(0, fill - 2))];
        return [0x47, (byte)((begins ? 0x40 : 0) | pid >> 8), (byte)pid, (byte)((fill == 0 ? 0x10 : 0x30) | continuity), .. adaptation, .. payload];
    }
}
