using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Protocol.Tests.Media;

public sealed class AccessUnitAssemblerTests
{
    [Theory, MemberData(nameof(Feed.Steps), MemberType = typeof(Feed))]
    public void H264_of_two_slices_a_picture_becomes_ten_units(int step)
    {
        FakeSink sink = Assemble(Codec.H264, "slices.h264", step, out AccessUnitAssembler assembler);
        Assert.Equal(10, sink.Units.Count);
        Assert.Equal([0, 5], sink.Units.Index().Where(unit => unit.Item.IsRandomAccess).Select(unit => unit.Index));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 3600L * i), sink.Units.Select(unit => unit.Dts));
        Assert.Equal(Feed.Vector("slices.h264"), sink.Units.SelectMany(unit => unit.Bytes));   // not a byte lost or moved
        Assert.Equal((64, 48), (assembler.Format!.Value.Width, assembler.Format.Value.Height));
        Assert.All(sink.Units, unit => Assert.Equal(2, Slices(unit.Bytes)));
    }

    [Theory, MemberData(nameof(Feed.Steps), MemberType = typeof(Feed))]
    public void H265_becomes_ten_units(int step)
    {
        FakeSink sink = Assemble(Codec.H265, "frames.h265", step, out _);
        Assert.Equal(10, sink.Units.Count);
        Assert.Equal([0, 5], sink.Units.Index().Where(unit => unit.Item.IsRandomAccess).Select(unit => unit.Index));
        Assert.Equal(3600, sink.Units[1].Dts - sink.Units[0].Dts);
        Assert.Equal(Feed.Vector("frames.h265"), sink.Units.SelectMany(unit => unit.Bytes));
    }

    [Fact]
    public void Arrival_timing_takes_the_time_at_which_a_unit_began()
    {
        FakeSink sink = new();
        AccessUnitAssembler assembler = new(Codec.H264, sink, AccessUnitTiming.Arrival);
        assembler.Push(Feed.Hex("00000001 6588AA"), new MediaTime(1000));
        assembler.Push(Feed.Hex("BBCC"), new MediaTime(2000));
        assembler.Push(Feed.Hex("00000001 419AAA 00000001 419ABB"), new MediaTime(5000));
        assembler.Flush();
        Assert.Equal([(1000, true), (5000, false), (5000, false)], sink.Units.Select(unit => (unit.Pts, unit.IsRandomAccess)));
        Assert.Equal("000000016588AABBCC", Convert.ToHexString(sink.Units[0].Bytes));
    }

    [Fact]
    public void Stamp_belongs_to_the_first_unit_that_begins_behind_it()
    {
        FakeSink sink = new();
        AccessUnitAssembler assembler = new(Codec.H264, sink, AccessUnitTiming.Fixed);
        assembler.Stamp(new MediaTime(90_000), new MediaTime(86_400));
        assembler.Push(Feed.Hex("00000001 6588AA"));
        assembler.Stamp(new MediaTime(97_200), new MediaTime(97_200));
        assembler.Push(Feed.Hex("BBCC 00000001 419AAA 00000001 419ABB 00000001 419ADD"));
        assembler.Flush();
        Assert.Equal([(90_000, 86_400), (97_200, 97_200), (100_800, 100_800), (104_400, 104_400)], sink.Units.Select(unit => (unit.Pts, unit.Dts)));
    }

    [Fact]
    public void Bytes_before_the_first_whole_picture_are_passed_over()
    {
        FakeSink sink = new();
        AccessUnitAssembler assembler = new(Codec.H264, sink, AccessUnitTiming.Fixed);
        assembler.Push(Feed.Hex("FFFFFF 000001 411AAA 00000001 419ABB"));        // 41 1A: a slice that is not its picture's first
        assembler.Flush();
        Assert.Equal("00000001419ABB", Convert.ToHexString(Assert.Single(sink.Units).Bytes));
    }

    [Fact]
    public void Unit_of_more_than_four_mebibytes_is_dropped_and_the_next_one_taken()
    {
        FakeSink sink = new();
        AccessUnitAssembler assembler = new(Codec.H264, sink, AccessUnitTiming.Fixed);
        assembler.Push(Feed.Hex("00000001 6588AA"));
        byte[] endless = new byte[300_000];
        Array.Fill(endless, (byte)0xAB);
        for (int i = 0; i < 15; i++) assembler.Push(endless);
        assembler.Push(Feed.Hex("00000001 6588CC"));
        assembler.Flush();
        Assert.Equal(1, assembler.UnitsDropped);
        Assert.Equal("000000016588CC", Convert.ToHexString(Assert.Single(sink.Units).Bytes));
    }

    [Fact]
    public void Mutated_streams_never_throw_and_lose_only_bytes()
    {
        Random random = new(4711);
        byte[][] streams = [Feed.Vector("slices.h264"), Feed.Vector("frames.h265")];
        for (int run = 0; run < 10_000; run++)
        {
            byte[] stream = Feed.Mutate(streams[run % 2], random);
            FakeSink sink = new();
            AccessUnitAssembler assembler = new(run % 2 == 0 ? Codec.H264 : Codec.H265, sink, AccessUnitTiming.Fixed);
            foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(stream, random.Next(50, 1000))) assembler.Push(piece.Span);
            assembler.Flush();
            Assert.True(sink.Units.Sum(unit => unit.Bytes.Length) <= stream.Length);
            Assert.All(sink.Units, unit => Assert.NotEmpty(unit.Bytes));
        }
    }

    private static FakeSink Assemble(Codec codec, string vector, int step, out AccessUnitAssembler assembler)
    {
        FakeSink sink = new();
        assembler = new AccessUnitAssembler(codec, sink, AccessUnitTiming.Fixed);
        foreach (ReadOnlyMemory<byte> piece in Feed.Pieces(Feed.Vector(vector), step)) assembler.Push(piece.Span);
        assembler.Flush();
        return sink;
    }

    private static int Slices(byte[] unit)
    {
        int slices = 0;
        foreach (NalUnit nal in new NalScanner(unit)) slices += H264.IsVcl(H264.NalType(nal.Bytes)) ? 1 : 0;
        return slices;
    }
}
