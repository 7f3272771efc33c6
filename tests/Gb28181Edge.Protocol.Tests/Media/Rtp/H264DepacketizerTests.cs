using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class H264DepacketizerTests
{
    private const string Sps = "67 42 00 1E", Pps = "68 CE 3C 80", Idr = "65 88 11 22", P = "41 9A 33 44", B = "01 9A 55";
    private const string Code = "00000001";

    private static DepacketizerRun Run() => new(sink => new H264Depacketizer(sink));

    private static string Join(params string[] nals) => string.Concat(nals.Select(nal => Code + nal.Replace(" ", "", StringComparison.Ordinal)));

    [Fact] // RFC 6184 §5.6
    public void Single_nal_units_of_one_timestamp_are_one_unit_that_the_marker_ends()
    {
        DepacketizerRun run = Run().Packet(0xFFFF_FFF0, false, Sps).Packet(0xFFFF_FFF0, false, Pps).Packet(0xFFFF_FFF0, true, Idr).Packet(0xE00, true, P);
        Assert.Equal([Join(Sps, Pps, Idr), Join(P)], run.Units);
        Assert.Equal([0xFFFF_FFF0, 0xE00], run.Timestamps);
        Assert.Equal([true, false], run.RandomAccess);
    }

    [Fact] // §5.7.1: STAP-A NAL HDR | size | NAL | size | NAL
    public void Stap_a_gives_its_nal_units() =>
        Assert.Equal([Join(Sps, Pps, Idr)], Run().Packet(1, true, "78 0004" + Sps + "0004" + Pps + "0004" + Idr).Units);

    [Fact] // §5.7.1: STAP-B NAL HDR | DON | size | NAL …
    public void Stap_b_gives_its_nal_units() =>
        Assert.Equal([Join(Sps, Idr)], Run().Packet(1, true, "79 0007 0004" + Sps + "0004" + Idr).Units);

    [Fact] // §5.7.2: MTAP16 NAL HDR | DONB | size | DOND | TS offset 16 | NAL …
    public void Mtap16_gives_units_at_their_own_times()
    {
        DepacketizerRun run = Run().Packet(1000, true, "7A 0000 0004 00 0000" + Idr + "0004 01 0E10" + P);
        Assert.Equal([Join(Idr), Join(P)], run.Units);
        Assert.Equal([1000u, 4600u], run.Timestamps);
    }

    [Fact] // §5.7.2: as MTAP16 with TS offset 24
    public void Mtap24_gives_units_at_their_own_times()
    {
        DepacketizerRun run = Run().Packet(1000, true, "7B 0000 0004 00 000000" + Idr + "0004 01 010000" + P);
        Assert.Equal([Join(Idr), Join(P)], run.Units);
        Assert.Equal([1000u, 66536u], run.Timestamps);
    }

    [Fact] // §5.8: FU indicator 3C (F 0, NRI 1, type 28) | FU header S E R type | fragment
    public void Fu_a_is_put_together_with_its_nal_header() =>
        Assert.Equal([Join("65 88 01 02 03 04")], Run().Packet(1, false, "7C 85 88 01").Packet(1, false, "7C 05 02 03").Packet(1, true, "7C 45 04").Units);

    [Fact] // §5.8: the first fragment is FU-B with a DON, the others are FU-A
    public void Fu_b_is_put_together_with_its_nal_header() =>
        Assert.Equal([Join("65 88 01 02")], Run().Packet(1, false, "7D 85 0009 88 01").Packet(1, true, "7C 45 02").Units);

    [Fact]
    public void Unit_ends_with_its_timestamp_where_the_marker_is_missing() =>
        Assert.Equal([Join(Idr), Join(P)], Run().Packet(1, false, Idr).Packet(3601, false, P).Packet(7201, false, P).Units);

    [Fact] // some cameras set the marker on every NAL unit
    public void Marker_on_parameter_sets_ends_nothing() =>
        Assert.Equal([Join(Sps, Pps, Idr)], Run().Packet(1, true, Sps).Packet(1, true, Pps).Packet(1, true, Idr).Units);

    [Fact] // some cameras give parameter sets the time of their own making
    public void Parameter_sets_with_another_timestamp_belong_to_the_picture_after_them()
    {
        DepacketizerRun run = Run().Packet(1, true, Sps).Packet(2, true, Pps).Packet(3, true, Idr);
        Assert.Equal([Join(Sps, Pps, Idr)], run.Units);
        Assert.Equal([3u], run.Timestamps);
    }

    [Fact]
    public void Marker_between_the_slices_of_a_picture_is_not_believed_again()
    {
        const string Second = "41 1A 33";            // first_mb_in_slice is not 0
        DepacketizerRun run = Run().Packet(1, true, Idr)
            .Packet(2, true, P).Packet(2, true, Second)
            .Packet(3, true, Idr).Packet(3, true, "65 08 11")
            .Packet(4, true, P).Packet(4, true, Second)
            .Packet(5, true, P);
        Assert.Equal([Join(Idr), Join(P), Join(Idr, "65 08 11"), Join(P, Second)], run.Units);
        Assert.Equal(1, run.Depacketizer.UnitsDropped);     // the second slice that came behind its picture
    }

    [Fact]
    public void Fragments_without_an_end_bit_end_with_the_marker_or_the_next_nal_unit() =>
        Assert.Equal([Join("65 88 01"), Join("41 9A 02")],
            Run().Packet(1, true, "7C 85 88 01").Packet(2, false, "5C 81 9A 02").Packet(3, false, P).Units);

    [Fact] // seen with cheap cameras
    public void Byte_stream_in_a_packet_is_taken() =>
        Assert.Equal([Join(Sps, Pps, Idr)], Run().Packet(1, true, "00000001" + Sps + "000001" + Pps + "000001" + Idr).Units);

    [Fact]
    public void Filler_data_is_left_out() => Assert.Equal([Join(Idr)], Run().Packet(1, false, Idr).Packet(1, true, "0C FF FF 80").Units);

    [Fact]
    public void Loss_inside_a_referred_picture_drops_up_to_the_next_idr()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr)
            .Packet(2, false, "7C 81 9A 01").Lose().Packet(2, true, "7C 41 03")
            .Packet(3, true, P).Packet(4, true, Idr).Packet(5, true, P);
        Assert.Equal([Join(Idr), Join(Idr), Join(P)], run.Units);
        Assert.Equal([1u, 4u, 5u], run.Timestamps);
        Assert.Equal((1, 2), (run.Depacketizer.PacketsLost, run.Depacketizer.UnitsDropped));
    }

    [Fact] // nal_ref_idc 0: nothing refers to it
    public void Loss_inside_a_picture_that_nobody_refers_to_drops_only_that()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Packet(2, false, B).Lose().Packet(2, true, "01 1A 66").Packet(3, true, P);
        Assert.Equal([Join(Idr), Join(P)], run.Units);
        Assert.Equal(1, run.Depacketizer.UnitsDropped);
    }

    [Fact]
    public void Loss_between_pictures_drops_up_to_the_next_idr()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Lose(3).Packet(4, true, P).Packet(5, true, Sps).Packet(5, true, Idr);
        Assert.Equal([Join(Idr), Join(Sps, Idr)], run.Units);
        Assert.Equal(3, run.Depacketizer.PacketsLost);
    }

    [Fact]
    public void Loss_of_the_beginning_of_an_idr_drops_it()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Lose().Packet(2, true, "7C 45 04").Packet(3, true, "65 08 11").Packet(4, true, Idr);
        Assert.Equal([Join(Idr), Join(Idr)], run.Units);
        Assert.Equal([1u, 4u], run.Timestamps);
    }

    [Fact]
    public void Repeated_and_late_packets_are_passed_over()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr);
        run.Next--;
        run.Packet(1, true, Idr).Packet(2, true, P);
        run.Next -= 2;
        run.Packet(1, true, Idr);
        run.Next++;
        Assert.Equal([Join(Idr), Join(P)], run.Packet(3, true, P).Units[..2]);
        Assert.Equal(0, run.Depacketizer.PacketsLost);
        Assert.Equal(3, run.Units.Length);
    }

    [Fact]
    public void Sender_that_counts_anew_is_followed_from_the_next_idr()
    {
        DepacketizerRun run = Run().Packet(1, true, Idr);
        run.Next = 30000;
        run.Packet(500, true, P).Packet(501, true, Idr).Packet(502, true, P);
        Assert.Equal([1u, 501u, 502u], run.Timestamps);
        Assert.Equal(0, run.Depacketizer.PacketsLost);
    }

    [Theory] // each of them damages the picture that it stands in
    [InlineData("78 0004 67 42")]               // STAP-A that is cut off
    [InlineData("78 00")]
    [InlineData("78 0002 78 00")]               // nested
    [InlineData("79 00")]
    [InlineData("7A 0000 0004 00 00")]
    [InlineData("7B 0000 0004 00 0000")]
    [InlineData("7C")]
    [InlineData("7C 80")]                       // fragment of NAL type 0
    [InlineData("7D 85 00")]
    [InlineData("7E 00")]
    [InlineData("00 11 22")]
    public void Malformed_packet_is_counted_and_damages_its_unit(string payload)
    {
        DepacketizerRun run = Run().Packet(1, true, Idr).Packet(2, false, P).Packet(2, true, payload).Packet(3, true, Idr);
        Assert.Equal([1u, 3u], run.Timestamps);
        Assert.Equal((1, 1), (run.Depacketizer.Malformed, run.Depacketizer.UnitsDropped));
    }

    [Fact]
    public void Empty_packet_is_passed_over() => Assert.Equal([Join(Idr)], Run().Packet(1, false, "").Packet(1, true, Idr).Units);

    [Fact]
    public void Unit_without_end_is_dropped_at_its_bound()
    {
        DepacketizerRun run = Run().Packet(1, false, "7C 85 88");
        string fragment = "7C 05" + new string('A', 2 * 60_000);
        for (int size = 0; size <= RtpAccessUnitBuilder.MaxUnitSize; size += 60_000) run.Packet(1, false, fragment);
        run.Packet(1, true, "7C 45 01").Packet(2, true, Idr);
        Assert.Equal([2u], run.Timestamps);
        Assert.Equal(1, run.Depacketizer.UnitsDropped);
    }

    [Fact]
    public void Steady_stream_allocates_nothing()
    {
        var sink = new CountingSink();
        var depacketizer = new H264Depacketizer(sink);
        byte[] packet = DepacketizerRun.Bytes(0, 0, true, "65 88" + new string('0', 2 * 1300));
        int sent = 0;
        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 2000; i++, sent++)
            {
                RtpPacket.WriteHeader(packet, true, 96, (ushort)sent, (uint)(3600 * sent), 1);
                if (RtpPacket.TryParse(packet, out RtpPacket parsed, out _)) depacketizer.Push(parsed);
            }
        });
        Assert.Equal(0, allocated);
        Assert.Equal(sent, sink.Units);
    }

    [Fact]
    public void Depacketizers_never_throw_on_mutated_packets()
    {
        const int Seed = 6184;
        var random = new Random(Seed);
        var sink = new CountingSink();
        Assert.True(AacPayloadFormat.TryCreate("1408", 13, 3, 3, out AacPayloadFormat? aac));
        IRtpDepacketizer[] depacketizers =
        [
            new H264Depacketizer(sink), new H265Depacketizer(sink, false), new H265Depacketizer(sink, true), new AacDepacketizer(sink, aac!), new G711Depacketizer(sink),
        ];
        string[] vectors =
        [
            Sps, Idr, P, "78 0004" + Sps + "0004" + Idr, "79 0007 0004" + Sps, "7A 0000 0004 00 0000" + Idr, "7B 0000 0004 00 000000" + Idr,
            "7C 85 88 01", "7C 05 02", "7C 45 04", "7D 85 0009 88", "26 01 80 11", "60 01 0004 4001 0C01 0004 2601 8011", "62 01 93 80", "62 01 53 11",
            "64 01 2600 8011", "0010 0018 112233", "0020 0018 0018 112233 445566",
        ];
        for (int run = 0; run < 10_000; run++)
        {
            byte[] packet = DepacketizerRun.Bytes((ushort)(run + random.Next(10) / 9), (uint)(run / 4), random.Next(3) == 0, vectors[random.Next(vectors.Length)]);
            for (int i = random.Next(0, 4); i > 0; i--) packet[random.Next(RtpPacket.FixedHeaderSize, packet.Length)] = (byte)random.Next(256);
            packet = packet[..random.Next(RtpPacket.FixedHeaderSize, packet.Length + 1)];
            if (!RtpPacket.TryParse(packet, out RtpPacket parsed, out _)) continue;
            foreach (IRtpDepacketizer depacketizer in depacketizers) depacketizer.Push(parsed);
        }
        Assert.True(sink.Units > 1000, $"seed {Seed}: {sink.Units}");
    }

    private sealed class CountingSink : IRtpUnitSink
    {
        public int Units { get; private set; }

        public void OnUnit(ReadOnlySpan<byte> bytes, uint rtpTimestamp, bool isRandomAccess)
        {
            Assert.True(bytes.Length > 0);
            Units++;
        }
    }
}
