using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;

namespace Gb28181Edge.Protocol.Tests.Media.ProgramStream;

public sealed class PsDemuxerTests
{
    [Theory, MemberData(nameof(Feed.Steps), MemberType = typeof(Feed))]
    public void What_was_muxed_comes_back(int step)
    {
        (byte[] ps, List<SeenUnit> sent) = Stream(Codec.H264, Codec.G711A);
        FakeSink sink = Demux(ps, step, out PsDemuxer demuxer);
        Assert.Equal(sent.Where(u => u.Codec == Codec.H264).Select(Describe), sink.Video.Select(Describe));
        Assert.Equal(sent.Where(u => u.Codec == Codec.G711A).Select(Describe), sink.Audio.Select(Describe));
        Assert.Equal((0, 0), (demuxer.BytesSkipped, demuxer.Resynchronizations));
        Assert.Equal((Codec.H264, Codec.G711A), (demuxer.VideoCodec, demuxer.AudioCodec));
        Assert.Equal((sent.Count, 2), (demuxer.Packs, demuxer.Maps));
    }

    [Theory]
    [InlineData(Codec.H265, Codec.G711U)]
    [InlineData(Codec.H265, Codec.Aac)]
    internal void Every_codec_comes_back(Codec video, Codec audio)
    {
        (byte[] ps, List<SeenUnit> sent) = Stream(video, audio);
        FakeSink sink = Demux(ps, 1000, out _);
        Assert.Equal(sent.Where(u => u.Codec.IsVideo()).Select(Describe), sink.Video.Select(Describe));
        Assert.Equal(sent.Where(u => !u.Codec.IsVideo()).Select(Describe), sink.Audio.Select(Describe));
    }

    [Fact]
    public void Muxed_stream_reads_the_same_in_a_second_reader()
    {
        (byte[] ps, List<SeenUnit> sent) = Stream(Codec.H264, Codec.G711A);
        List<PsElement> elements = PlainPsReader.Read(ps);
        Assert.Equal(sent.Where(u => u.Codec == Codec.H264).SelectMany(u => u.Bytes), elements.Where(e => e.Id == 0xE0).SelectMany(e => e.Payload));
        Assert.Equal(sent.Where(u => u.Codec == Codec.G711A).SelectMany(u => u.Bytes), elements.Where(e => e.Id == 0xC0).SelectMany(e => e.Payload));
        Assert.All(elements.Zip(elements.Skip(1)).Where(pair => pair.First.Id == 0xBA && pair.Second.Pts is not null),
            pair => Assert.Equal(pair.First.Scr + 3600, pair.Second.Dts ?? pair.Second.Pts));
    }

    [Theory, MemberData(nameof(Feed.Steps), MemberType = typeof(Feed))]
    public void Stream_without_map_and_with_several_pictures_a_packet_is_read(int step)
    {
        FakeSink sink = Demux(Feed.Vector("bframes.ps"), step, out PsDemuxer demuxer);
        Assert.Equal(Codec.H264, demuxer.VideoCodec);
        Assert.Equal(10, sink.Units.Count);
        Assert.Equal([0, 5], sink.Units.Index().Where(unit => unit.Item.IsRandomAccess).Select(unit => unit.Index));
        Assert.Equal((52_200, 45_000), (sink.Units[0].Pts, sink.Units[0].Dts));
        Assert.Equal((81_000, 66_600), (sink.Units[6].Pts, sink.Units[6].Dts));
        Assert.Equal(0, demuxer.BytesSkipped);
    }

    [Fact]
    public void Hikvision_s_stuffing_private_stream_and_zero_length_are_taken()
    {
        byte[] ps = Feed.Hex(
            "000001BA 4400168C0401 005F6B FE FFFF00001234" + "000001BC 000E E0FF 0000 0004 1BE00000 F4DCBD45"
            + "000001BD 0004 AABBCCDD" + "000001E0 0000 84 80 05 210005BF21 00000001 6588AA" + "000001BA 4400168C0401 005F6B F8");
        FakeSink sink = Demux(ps, 5, out PsDemuxer demuxer);
        Assert.Equal("000000016588AA", Convert.ToHexString(Assert.Single(sink.Units).Bytes));
        Assert.Equal((90_000, 0), (sink.Units[0].Pts, demuxer.BytesSkipped));
    }

    [Fact]
    public void Garbage_between_packs_is_passed_over_and_counted_once()
    {
        (byte[] ps, List<SeenUnit> sent) = Stream(Codec.H264, Codec.G711A);
        FakeSink sink = Demux([.. Feed.Hex("11 000001 22 0000"), .. ps, .. Feed.Hex("0000010203 000001"), .. ps], 3, out PsDemuxer demuxer);
        Assert.Equal(2 * sent.Count, sink.Units.Count);
        Assert.Equal((2, 7 + 8), (demuxer.Resynchronizations, demuxer.BytesSkipped));
    }

    [Fact]
    public void Discontinuity_drops_the_unit_in_hand_and_goes_on()
    {
        (byte[] ps, List<SeenUnit> sent) = Stream(Codec.H264, Codec.G711A);
        FakeSink sink = new();
        PsDemuxer demuxer = new(sink);
        demuxer.Push(ps.AsSpan(0, 300));
        demuxer.Discontinuity();
        demuxer.Push(ps.AsSpan(2000));
        demuxer.Flush();
        Assert.NotEmpty(sink.Units);
        Assert.All(sink.Video, unit => Assert.Contains(Describe(unit), sent.Select(Describe)));
    }

    [Fact]
    public void Flush_at_the_end_of_a_frame_hands_it_over_at_once()
    {
        (byte[] ps, _) = Stream(Codec.H264, Codec.G711A);
        int secondPack = 4 + ps.AsSpan(4).IndexOf(Feed.Hex("000001BA"));
        FakeSink sink = new();
        PsDemuxer demuxer = new(sink);
        demuxer.Push(ps.AsSpan(0, secondPack));
        Assert.Empty(sink.Units);
        demuxer.Flush();
        Assert.True(Assert.Single(sink.Units).IsRandomAccess);
    }

    [Fact]
    public void Times_are_unwrapped()
    {
        PsMuxer muxer = new();
        FakeSink sink = new();
        PsDemuxer demuxer = new(sink);
        AccessUnitPool pool = new();
        for (int i = 0; i < 4; i++)
        {
            MediaTime time = new((1L << 33) - 7200 + 3600 * i);
            using AccessUnit unit = pool.Rent(Feed.Hex("00000001 6588AA"), Codec.H264, time, time, true);
            PsPack pack = muxer.Prepare(unit);
            byte[] bytes = new byte[pack.Size];
            muxer.Write(unit, pack, bytes);
            demuxer.Push(bytes);
        }
        demuxer.Flush();
        Assert.Equal([-7200, -3600, 0, 3600], sink.Units.Select(unit => unit.Pts - (1L << 33)));
    }

    [Fact]
    public void Mutated_streams_never_throw_and_the_next_good_stream_is_read()
    {
        Random random = new(28181);
        (byte[] ps, List<SeenUnit> sent) = Stream(Codec.H264, Codec.G711A, frames: 3, frameSize: 200);
        byte[][] streams = [ps, Feed.Vector("bframes.ps")];
        for (int run = 0; run < 10_000; run++)
        {
            FakeSink sink = new();
            PsDemuxer demuxer = new(sink);
            foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(Feed.Mutate(streams[run % 2], random), random.Next(20, 2000))) demuxer.Push(piece.Span);
            demuxer.Discontinuity();
            int before = sink.Units.Count;
            demuxer.Push(ps);
            demuxer.Flush();
            Assert.True(sink.Units.Count - before >= sent.Count - 2, $"run {run}");
        }
    }

    private static string Describe(SeenUnit unit) => $"{unit.Codec} {unit.Pts} {unit.Dts} {unit.IsRandomAccess} {Convert.ToHexString(unit.Bytes)}";

    private static FakeSink Demux(byte[] ps, int step, out PsDemuxer demuxer)
    {
        FakeSink sink = new();
        demuxer = new PsDemuxer(sink);
        foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(ps, step)) demuxer.Push(piece.Span);
        demuxer.Flush();
        return sink;
    }

    /// <summary>Frames with B frames' times, each second key frame larger than one PES packet, and sound in between.</summary>
    private static (byte[] Ps, List<SeenUnit> Sent) Stream(Codec video, Codec audio, int frames = 6, int frameSize = 900)
    {
        PsMuxer muxer = new(video, audio);
        AccessUnitPool pool = new();
        Random random = new(3);
        List<SeenUnit> sent = [];
        List<byte> ps = [];
        string sets = video == Codec.H264
            ? "00000001 6742C01ED900A03DB011000003000100000300320F162E48 00000001 68CB83CB20"
            : "00000001 40010C01FFFF01600000030090000003000003005A959809 00000001 42010101600000030090000003000003005AA0050201E165959A4932BC05A02000000300200000030321 00000001 4401C172B46240";
        for (int i = 0; i < frames; i++)
        {
            bool key = i % 5 == 0;
            byte[] body = new byte[key && i > 0 ? 70_000 : frameSize];
            random.NextBytes(body);
            for (int b = 0; b < body.Length; b++) body[b] |= 0x10;           // no start codes inside
            string slice = video == Codec.H264 ? key ? "00000001 6588" : "00000001 419A" : key ? "00000001 2601AF" : "00000001 0201D0";
            byte[] unit = [.. Feed.Hex((key ? sets : "") + slice), .. body];
            long dts = 900_000 + 3600 * i;
            Add(new SeenUnit(video, dts + (i % 2 == 0 ? 3600 : 0), dts, key, unit));
            byte[] sound = audio == Codec.Aac ? new byte[100] : new byte[320];
            random.NextBytes(sound);
            if (audio == Codec.Aac) Aac.TryWriteHeader(sound, 2, 8000, 1, 93);
            Add(new SeenUnit(audio, dts + 100, dts + 100, true, sound));
        }
        return ([.. ps], sent);

        void Add(SeenUnit unit)
        {
            using AccessUnit access = pool.Rent(unit.Bytes, unit.Codec, new MediaTime(unit.Pts), new MediaTime(unit.Dts), unit.IsRandomAccess);
            PsPack pack = muxer.Prepare(access);
            byte[] bytes = new byte[pack.Size];
            muxer.Write(access, pack, bytes);
            ps.AddRange(bytes);
            sent.Add(unit);
        }
    }
}
