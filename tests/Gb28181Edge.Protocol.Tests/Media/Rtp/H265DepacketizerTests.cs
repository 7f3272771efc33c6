using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class H265DepacketizerTests
{
    // NAL header: F 1 | type 6 | layer 6 | temporal id + 1 3; slices: the next bit is first_slice_segment_in_pic_flag
    private const string Vps = "4001 0C01", Sps = "4201 0101", Pps = "4401 C172", Idr = "2601 AF11", Trail = "0201 D022", Sub = "0001 D033";
    private const string Code = "00000001";

    private static DepacketizerRun Run(bool don = false) => new(sink => new H265Depacketizer(sink, don));

    private static string Join(params string[] nals) => string.Concat(nals.Select(nal => Code + nal.Replace(" ", "", StringComparison.Ordinal)));

    [Fact] // RFC 7798 §4.4.1
    public void Single_nal_units_of_one_timestamp_are_one_unit()
    {
        DepacketizerRun run = Run().Packet(1, false, Vps).Packet(1, false, Sps).Packet(1, false, Pps).Packet(1, true, Idr).Packet(2, true, Trail);
        Assert.Equal([Join(Vps, Sps, Pps, Idr), Join(Trail)], run.Units);
        Assert.Equal([true, false], run.RandomAccess);
    }

    [Fact] // §4.4.1: payload header | DONL | payload
    public void Single_nal_unit_with_donl_loses_it() => Assert.Equal([Join(Idr)], Run(don: true).Packet(1, true, "2601 0005 AF11").Units);

    [Fact] // §4.4.2: payload header 60 01 (type 48) | size | NAL | size | NAL
    public void Aggregation_packet_gives_its_nal_units() =>
        Assert.Equal([Join(Vps, Sps, Pps, Idr)], Run().Packet(1, true, "6001 0004" + Vps + "0004" + Sps + "0004" + Pps + "0004" + Idr).Units);

    [Fact] // §4.4.2: DONL before the first, DOND before the others
    public void Aggregation_packet_with_donl_gives_its_nal_units() =>
        Assert.Equal([Join(Vps, Idr)], Run(don: true).Packet(1, true, "6001 0005 0004" + Vps + "00 0004" + Idr).Units);

    [Fact] // §4.4.3: payload header 62 01 (type 49) | S E type | fragment
    public void Fragments_are_put_together_with_their_nal_header() =>
        Assert.Equal([Join("2601 AF 11 22 33")], Run().Packet(1, false, "6201 93 AF 11").Packet(1, false, "6201 13 22").Packet(1, true, "6201 53 33").Units);

    [Fact] // layer id and temporal id are the payload header's
    public void Fragments_keep_layer_and_temporal_id() =>
        Assert.Equal([Join("2703 AF 11")], Run().Packet(1, false, "6303 93 AF").Packet(1, true, "6303 53 11").Units);

    [Fact] // §4.4.3: DONL in the first fragment only
    public void Fragments_with_donl_lose_it() =>
        Assert.Equal([Join("2601 AF 11 22")], Run(don: true).Packet(1, false, "6201 93 0005 AF 11").Packet(1, true, "6201 53 22").Units);

    [Fact] // §4.4.4: payload header 64 01 (type 50) | A cType PHSsize F0..2 Y | extension | payload
    public void Paci_packet_gives_the_nal_unit_in_it() => Assert.Equal([Join("2601 AF 11")], Run().Packet(1, true, "6401 2610 EE AF 11").Units);

    [Fact]
    public void Cra_is_a_random_access_point_too() => Assert.Equal([true], Run().Packet(1, true, "2A01 AF11").RandomAccess);

    [Fact]
    public void Loss_of_a_reference_drops_up_to_the_next_irap()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Packet(2, false, "6201 81 D0").Lose().Packet(2, true, "6201 41 01").Packet(3, true, Trail).Packet(4, true, Idr);
        Assert.Equal([1u, 4u], run.Timestamps);
        Assert.Equal((1, 2), (run.Depacketizer.PacketsLost, run.Depacketizer.UnitsDropped));
    }

    [Fact] // table 7-1: even types below 16 are not referred to in their sub-layer
    public void Loss_in_a_picture_that_nobody_refers_to_drops_only_that()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Packet(2, false, Sub).Lose().Packet(2, true, "0001 5033").Packet(3, true, Trail);
        Assert.Equal([1u, 3u], run.Timestamps);
    }

    [Theory]
    [InlineData("26")]
    [InlineData("2601")]
    [InlineData("6001 0004 4001")]
    [InlineData("6001 0004 6001 0C01")]         // nested
    [InlineData("6201")]
    [InlineData("6201 B1 00")]                  // fragment of a fragment
    [InlineData("6401 26")]
    [InlineData("6601 0000")]
    public void Malformed_packet_is_counted_and_damages_its_unit(string payload)
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Packet(2, false, Trail).Packet(2, true, payload).Packet(3, true, Idr);
        Assert.Equal([1u, 3u], run.Timestamps);
        Assert.Equal((1, 1), (run.Depacketizer.Malformed, run.Depacketizer.UnitsDropped));
    }
}
