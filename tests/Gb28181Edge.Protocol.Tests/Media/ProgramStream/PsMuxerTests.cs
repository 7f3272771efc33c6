using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Media.ProgramStream;

public sealed class PsMuxerTests
{
    private const string Sps = "6742C01ED900A03DB011000003000100000300320F162E48";
    private const string Pps = "68CB83CB20";
    private const string PackAt86400 = "000001BA 4400 168C 0401 005F6B F8";

    private readonly AccessUnitPool _pool = new();
    private readonly PsMuxer _muxer = new();

    [Fact]
    public void Key_frame_is_pack_header_system_header_map_and_pes() => Assert.Equal(
        Compact(PackAt86400 + "000001BB 0009 80CCF5 00 21 7F E0E190" + "000001BC 000E E0FF 0000 0004 1BE00000 F4DCBD45"
            + "000001E0 0034 84 80 05 210005BF21" + "00000001" + Sps + "00000001" + Pps + "00000001 6588AA"),
        Hex(Mux(Unit("00000001" + Sps + "00000001" + Pps + "00000001 6588AA", 90_000, isRandomAccess: true))));

    [Fact] // widespread media servers close their list of tracks with the first map: sound that a later one adds is never heard
    public void First_map_names_sound_that_is_expected_and_its_version_stays_when_it_comes()
    {
        _muxer.Expect(Codec.G711A);
        string first = Hex(Mux(Unit("00000001 6588AA", 90_000, isRandomAccess: true)));
        Assert.Contains("000001BC0012E0FF000000081BE0000090C00000FEDFB1D7", first, StringComparison.Ordinal);
        Mux(_pool.Rent(new byte[160], Codec.G711A, new MediaTime(91_000), new MediaTime(91_000), isRandomAccess: true));
        Assert.Contains("000001BC0012E0FF", Hex(Mux(Unit("00000001 6588AA", 93_600, isRandomAccess: true))), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_frame_is_pack_header_and_pes()
    {
        Mux(Unit("00000001 6588AA", 86_400, isRandomAccess: true));
        Assert.Equal(Compact(PackAt86400 + "000001E0 000F 80 80 05 210005BF21 00000001 419ABB"), Hex(Mux(Unit("00000001 419ABB", 90_000))));
    }

    [Fact]
    public void Frame_of_200000_bytes_is_split_with_one_time_and_one_alignment()
    {
        byte[] idr = new byte[200_000];
        new Random(1).NextBytes(idr.AsSpan(5));
        Feed.Hex("0000000165").CopyTo(idr, 0);
        List<PsElement> pes = [.. PlainPsReader.Read(Mux(Unit(idr, 90_000, isRandomAccess: true))).Where(e => e.Id == 0xE0)];
        Assert.Equal([65_000, 65_000, 65_000, 5_000], pes.Select(e => e.Payload.Length));
        Assert.Equal([90_000L, null, null, null], pes.Select(e => e.Pts));
        Assert.Equal([true, false, false, false], pes.Select(e => e.IsAligned));
        Assert.All(pes.Skip(1), e => Assert.Equal("800000", Convert.ToHexString(e.Header[6..])));
        Assert.Equal(idr, pes.SelectMany(e => e.Payload));
    }

    [Theory]
    [InlineData(64_999, 1)]
    [InlineData(65_000, 1)]
    [InlineData(65_001, 2)]
    [InlineData(130_000, 2)]
    [InlineData(130_001, 3)]
    public void Split_is_exact_at_its_edges(int size, int packets)
    {
        byte[] frame = new byte[size];
        Feed.Hex("00000001419A").CopyTo(frame, 0);
        List<PsElement> pes = [.. PlainPsReader.Read(Mux(Unit(frame, 90_000))).Where(e => e.Id == 0xE0)];
        Assert.Equal(packets, pes.Count);
        Assert.Equal(frame, pes.SelectMany(e => e.Payload));
    }

    [Fact]
    public void Decoding_time_is_written_when_it_differs_and_rules_the_system_clock()
    {
        List<PsElement> elements = PlainPsReader.Read(Mux(Unit("00000001 419ABB", 97_200, dts: 90_000)));
        Assert.Equal(86_400, elements[0].Scr);
        Assert.Equal((97_200, 90_000), (elements[^1].Pts, elements[^1].Dts));
    }

    [Theory]
    [InlineData(0, -3600)]
    [InlineData(3599, -1)]
    [InlineData(3600, 0)]
    [InlineData(-3600, -7200)]
    public void Times_wrap_at_33_bits(long pastWrap, long scrPastWrap)
    {
        long wrap = 1L << 33;
        List<PsElement> elements = PlainPsReader.Read(Mux(Unit("00000001 419ABB", wrap + pastWrap)));
        Assert.Equal((wrap + scrPastWrap) % wrap, elements[0].Scr);
        Assert.Equal((wrap + pastWrap) % wrap, elements[^1].Pts);
    }

    [Fact]
    public void Rtp_timestamp_is_the_low_32_bits_of_the_presentation_time_and_never_that_of_the_pack_before()
    {
        Assert.Equal(0x0000_0E10u, _muxer.Prepare(Unit("00000001 419ABB", (1L << 32) + 3600)).RtpTimestamp);
        Assert.Equal(0x0000_0E11u, _muxer.Prepare(Audio(Codec.G711A, (1L << 32) + 3600)).RtpTimestamp);
    }

    [Fact]
    public void Parameter_sets_are_put_before_a_random_access_point_that_lacks_them()
    {
        Assert.Equal(0, _muxer.Prepare(Unit("00000001" + Sps + "00000001" + Pps, 90_000)).Size);   // kept, nothing to send
        Assert.Equal(Compact("00000001" + Sps + "00000001" + Pps + "00000001 6588AA"), Payload(Unit("00000001 6588AA", 90_000, isRandomAccess: true)));
        Assert.Equal(Compact("00000001 0910 00000001" + Sps + "00000001" + Pps + "000001 6588BB"),
            Payload(Unit("00000001 0910 000001 6588BB", 93_600, isRandomAccess: true)));            // the delimiter stays first
        Assert.Equal("00000001419ABB", Payload(Unit("00000001 419ABB", 97_200)));
    }

    [Fact]
    public void Parameter_sets_that_are_there_are_not_doubled_and_the_newest_are_used()
    {
        string own = "00000001" + Sps + "00000001 68CB83CB21 00000001 6588AA";
        Assert.Equal(Compact(own), Payload(Unit(own, 90_000, isRandomAccess: true)));
        Assert.Equal(Compact("00000001" + Sps + "00000001 68CB83CB21 00000001 6588CC"), Payload(Unit("00000001 6588CC", 93_600, isRandomAccess: true)));
    }

    [Fact]
    public void H265_gets_all_three_sets()
    {
        string vps = "40010C01FFFF01600000030090000003000003005A959809", pps = "4401C172B46240";
        string sps = "42010101600000030090000003000003005AA0050201E165959A4932BC05A02000000300200000030321";
        foreach (string set in (string[])[pps, vps, sps]) _muxer.Prepare(Unit("00000001" + set, 90_000, codec: Codec.H265));
        Assert.Equal(Compact("00000001" + vps + "00000001" + sps + "00000001" + pps + "00000001 2601AF"),
            Payload(Unit("00000001 2601AF", 90_000, isRandomAccess: true, codec: Codec.H265)));
    }

    [Fact]
    public void Parameter_sets_across_the_split_come_out_whole()
    {
        _muxer.Prepare(Unit("00000001" + Sps + "00000001" + Pps, 90_000));
        byte[] idr = [.. Feed.Hex("00000001 0910 00000001 65"), .. new byte[64_970]];
        Assert.Equal(Compact("00000001 0910 00000001" + Sps + "00000001" + Pps) + Convert.ToHexString(idr.AsSpan(6)),
            Payload(Unit(idr, 90_000, isRandomAccess: true)));
    }

    [Fact]
    public void Sound_has_a_pack_of_its_own()
    {
        PsMuxer muxer = new(Codec.H264, Codec.G711A);
        Mux(muxer, Unit("00000001 6588AA", 86_400, isRandomAccess: true));
        byte[] pack = Mux(muxer, Audio(Codec.G711A, 90_000));
        Assert.Equal(Compact(PackAt86400 + "000001C0 0148 80 80 05 210005BF21") + string.Concat(Enumerable.Repeat("D5", 320)), Hex(pack));
    }

    [Fact]
    public void Map_has_a_new_version_when_the_codecs_change()
    {
        Assert.Equal(0xE0, Map(Mux(Unit("00000001 6588AA", 90_000, isRandomAccess: true)))![6]);
        byte[]? withSound = Map(Mux(Audio(Codec.G711A, 91_000)));
        Assert.Equal("000001BC0012E1FF000000081BE0000090C00000", Convert.ToHexString(withSound!.AsSpan(0, 20)));
        Assert.Equal(0u, Crc32Mpeg2.Compute(withSound));
        Assert.Null(Map(Mux(Audio(Codec.G711A, 92_800))));
        Assert.Equal(0xE1, Map(Mux(Unit("00000001 6588AA", 93_600, isRandomAccess: true)))![6]);
        Assert.Equal(0xE2, Map(Mux(Unit("00000001 2601AF", 97_200, isRandomAccess: true, codec: Codec.H265)))![6]);
    }

    [Fact]
    public void Sound_without_pictures_repeats_its_map()
    {
        PsMuxer muxer = new();
        bool[] maps = [.. Enumerable.Range(0, 62).Select(i => Map(Mux(muxer, Audio(Codec.G711U, 90_000 + 3600 * i))) is not null)];
        Assert.Equal([0, 30, 60], maps.Index().Where(pack => pack.Item).Select(pack => pack.Index));
    }

    [Fact]
    public void Muxing_allocates_nothing_in_steady_state()
    {
        AccessUnit key = Unit("00000001" + Sps + "00000001" + Pps + "00000001 6588AA", 90_000, isRandomAccess: true);
        byte[] buffer = new byte[100_000];
        byte[] frame = [.. Feed.Hex("00000001 419A"), .. new byte[70_000]];
        Assert.Equal(0, Allocations.Of(() => RunFrames(500)));

        void RunFrames(int count)
        {
            for (int i = 0; i < count; i++)
            {
                PsPack pack = _muxer.Prepare(key);
                _muxer.Write(key, pack, buffer);
                using AccessUnit other = _pool.Rent(frame, Codec.H264, new MediaTime(90_000 + i), new MediaTime(90_000 + i), false);
                pack = _muxer.Prepare(other);
                _muxer.Write(other, pack, buffer);
            }
        }
    }

    private AccessUnit Unit(string hex, long pts, long? dts = null, bool isRandomAccess = false, Codec codec = Codec.H264) =>
        Unit(Feed.Hex(hex), pts, dts, isRandomAccess, codec);

    private AccessUnit Unit(byte[] bytes, long pts, long? dts = null, bool isRandomAccess = false, Codec codec = Codec.H264) =>
        _pool.Rent(bytes, codec, new MediaTime(pts), new MediaTime(dts ?? pts), isRandomAccess);

    private AccessUnit Audio(Codec codec, long pts)
    {
        byte[] silence = new byte[320];
        Array.Fill(silence, G711.Silence(codec));
        return _pool.Rent(silence, codec, new MediaTime(pts), new MediaTime(pts), isRandomAccess: true);
    }

    private byte[] Mux(AccessUnit unit) => Mux(_muxer, unit);

    private static byte[] Mux(PsMuxer muxer, AccessUnit unit)
    {
        PsPack pack = muxer.Prepare(unit);
        byte[] bytes = new byte[pack.Size + 3];
        Array.Fill(bytes, (byte)0xEE);
        muxer.Write(unit, pack, bytes);
        Assert.Equal("EEEEEE", Convert.ToHexString(bytes.AsSpan(pack.Size)));    // the size was exact
        PlainPsReader.Read(bytes[..pack.Size]);
        return bytes[..pack.Size];
    }

    private string Payload(AccessUnit unit) => Convert.ToHexString([.. PlainPsReader.Read(Mux(unit)).SelectMany(e => e.Payload)]);

    private static byte[]? Map(byte[] pack) => PlainPsReader.Read(pack).Find(e => e.Id == 0xBC)?.Header;

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    private static string Compact(string hex) => hex.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
}
