using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Protocol.Tests.Media;

/// <summary>Sets written by x264 and x265; the sizes and rates are what the encoder was told.</summary>
public sealed class ParameterSetTests
{
    private const string Sps264 = "6742c01ed900a03db011000003000100000300320f162e48";
    private const string Pps264 = "68cb83cb20";

    public static TheoryData<string, int, int, int> H264Sets => new()
    {
        { Sps264, 640, 480, 3600 },                                                          // baseline
        { "674d401eeca058093d560220000003002000000641e2c5b2c0", 702, 574, 3600 },             // main, cropped
        { "67640028acd940780227e5c044000003000400000300f03c60c658", 1920, 1080, 3000 },       // high
        { "677a000cbcd94141fb0110000003001000000301e0f1429960", 320, 240, 6000 },             // high 4:2:2
        { "6764001eacd940b024d8088000000300800000190f8a14cb", 704, 576, 3600 },              // interlaced
    };

    public static TheoryData<string, int, int, int> H265Sets => new()
    {
        { "42010101600000030090000003000003005aa0050201e165959a4932bc05a02000000300200000030321", 640, 480, 3600 },
        { "420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000f04", 1920, 1080, 3000 },
        { "42010101600000030090000003000003003ca00a080f165959a4932bc05a020000030002000003001e10", 320, 240, 6000 },
    };

    [Theory, MemberData(nameof(H264Sets))]
    public void H264_sps_tells_size_and_rate(string hex, int width, int height, int duration)
    {
        Assert.True(H264.TryParseSps(Feed.Hex(hex), out VideoFormat format));
        Assert.Equal(new VideoFormat(0, width, height, duration), format);
    }

    [Theory, MemberData(nameof(H265Sets))]
    public void H265_sps_tells_size_and_rate(string hex, int width, int height, int duration)
    {
        Assert.True(H265.TryParseSps(Feed.Hex(hex), out VideoFormat format));
        Assert.Equal(new VideoFormat(0, width, height, duration), format);
    }

    [Theory, MemberData(nameof(H264Sets))]
    public void H264_sps_cut_off_before_the_size_is_refused(string hex, int width, int height, int duration)
    {
        byte[] sps = Feed.Hex(hex);
        Assert.False(H264.TryParseSps([], out _));
        for (int length = 1; length < 7; length++) Assert.False(H264.TryParseSps(sps.AsSpan(0, length), out _));
        Assert.True(H264.TryParseSps(sps.AsSpan(0, sps.Length - 6), out VideoFormat format));  // cut in the timing: the size stays
        Assert.Equal((width, height), (format.Width, format.Height));
        Assert.NotEqual(duration, format.FrameDuration);
    }

    [Fact]
    public void H265_sps_cut_off_before_the_size_is_refused()
    {
        byte[] sps = Feed.Hex("42010101600000030090000003000003005aa0050201e165959a4932bc05a02000000300200000030321");
        for (int length = 0; length < 20; length++) Assert.False(H265.TryParseSps(sps.AsSpan(0, length), out _));
    }

    [Fact]
    public void Mutated_sets_never_throw_and_never_have_an_impossible_size()
    {
        Random random = new(20260101);
        byte[][] sets = [.. H264Sets.Concat(H265Sets).Select(row => Feed.Hex(row.Data.Item1))];
        int parsed = 0;
        for (int run = 0; run < 10_000; run++)
        {
            byte[] set = Feed.Mutate(sets[run % sets.Length], random);
            bool isH264 = H264.TryParseSps(set, out VideoFormat format);
            if (!isH264 && !H265.TryParseSps(set, out format)) continue;
            parsed++;
            Assert.InRange(format.Width, 1, 16384);
            Assert.InRange(format.Height, 1, 32768);
            Assert.True(format.FrameDuration is null or (>= 375 and <= 90_000));
        }
        Assert.InRange(parsed, 1000, 9900);
    }

    [Fact]
    public void Nal_scanner_finds_units_behind_both_start_codes_and_drops_trailing_zeros()
    {
        byte[] stream = Feed.Hex("AABB 00000001 67AA 00 000001 68BB 000001 00000001 65CC00DD 0000");
        List<(int, string)> units = [];
        foreach (NalUnit nal in new NalScanner(stream)) units.Add((nal.Start, Convert.ToHexString(nal.Bytes)));
        Assert.Equal([(2, "67AA"), (8, "68BB"), (17, "65CC00DD")], units);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000001")]
    [InlineData("00000001000000")]
    [InlineData("AABBCCDD")]
    public void Nal_scanner_finds_nothing_where_nothing_is(string hex) => Assert.False(new NalScanner(Feed.Hex(hex)).MoveNext());

    [Fact]
    public void Store_keeps_the_newest_of_each_id_in_decoding_order()
    {
        ParameterSetStore store = new();
        store.Observe(Feed.Hex("00000001" + Pps264), Codec.H264);
        store.Observe(Feed.Hex("000001" + Sps264 + "000001 6588"), Codec.H264);
        Assert.Equal("00000001" + Sps264.ToUpperInvariant() + "00000001" + Pps264.ToUpperInvariant(), Convert.ToHexString(store.Bytes));
        Assert.Equal(640, store.Format?.Width);

        store.Observe(Feed.Hex("000001 68CB83CB21"), Codec.H264);                              // the same id, other bytes
        Assert.EndsWith("0000000168CB83CB21", Convert.ToHexString(store.Bytes), StringComparison.Ordinal);
        Assert.Equal(4 + Sps264.Length / 2 + 4 + 5, store.Bytes.Length);
    }

    [Fact]
    public void Store_is_emptied_by_another_codec_and_holds_only_so_much()
    {
        ParameterSetStore store = new();
        store.Observe(Feed.Hex("000001" + Sps264), Codec.H264);
        store.Observe(Feed.Hex("000001 4401C172B46240"), Codec.H265);
        Assert.Equal("000000014401C172B46240", Convert.ToHexString(store.Bytes));

        store.Clear();
        byte[] many = [.. Enumerable.Range(1, 60).SelectMany(i => new byte[] { 0, 0, 1, 0x68, (byte)(0x80 >> i % 7 | 1), (byte)i, 0xFF })];
        store.Observe(many, Codec.H264);
        Assert.InRange(store.Bytes.Length, 1, 24 * 1028);
        store.Observe([0, 0, 1, 0x67, .. Enumerable.Repeat((byte)0x55, 2000)], Codec.H264);   // larger than any real one
        Assert.InRange(store.Bytes.Length, 1, 24 * 1028);
        Assert.DoesNotContain("5555555555", Convert.ToHexString(store.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Store_tells_how_a_unit_is_made_up()
    {
        ParameterSetStore store = new();
        Assert.Equal(new AccessUnitLayout(6, true, false, false), store.Observe(Feed.Hex("00000001 0910 00000001 6588AA"), Codec.H264));
        Assert.Equal(new AccessUnitLayout(6, true, true, true),
            store.Observe(Feed.Hex("00000001 0910 00000001" + Sps264 + "00000001" + Pps264 + "00000001 6588AA"), Codec.H264));
        Assert.Equal(new AccessUnitLayout(0, false, true, false), store.Observe(Feed.Hex("00000001" + Sps264), Codec.H264));
    }
}
