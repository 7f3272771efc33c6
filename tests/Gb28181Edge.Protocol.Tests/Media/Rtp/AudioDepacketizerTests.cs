using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

public sealed class AudioDepacketizerTests
{
    // AAC-LC, 16 kHz, mono. ISO/IEC 14496-3: 00010 1000 0001 000
    private static DepacketizerRun Aac(string config = "1408")
    {
        Assert.True(AacPayloadFormat.TryCreate(config, 13, 3, 3, out AacPayloadFormat? format));
        return new DepacketizerRun(sink => new AacDepacketizer(sink, format!));
    }

    [Fact] // RFC 3640 §3.3.6: AU-headers-length 16 bits | size 13, index 3 | AU
    public void Aac_unit_becomes_an_adts_frame()
    {
        DepacketizerRun run = Aac().Packet(1000, true, "0010 0018 112233");
        string frame = Assert.Single(run.Units);
        Assert.Equal("FFF16040015FFC112233", frame);
        Assert.True(Protocol.Media.Aac.TryParseHeader(Convert.FromHexString(frame), out AdtsHeader header));
        Assert.Equal((10, 16000, 1), (header.FrameSize, header.SampleRate, header.Channels));
    }

    [Fact]
    public void Aac_units_of_one_packet_are_1024_samples_apart()
    {
        DepacketizerRun run = Aac().Packet(0xFFFF_FF00, true, "0030 0018 0010 0008 112233 4455 66");
        Assert.Equal([0xFFFF_FF00, 0x300, 0x700], run.Timestamps);
        Assert.Equal(["112233", "4455", "66"], run.Units.Select(unit => unit[14..]));
    }

    [Fact] // §3.2.3.1: each fragment repeats the size of the whole
    public void Aac_unit_over_several_packets_is_put_together()
    {
        DepacketizerRun run = Aac().Packet(1, false, "0010 0028 1122").Packet(1, true, "0010 0028 334455").Packet(2, true, "0010 0008 66");
        Assert.Equal(["1122334455", "66"], run.Units.Select(unit => unit[14..]));
        Assert.Equal(0, run.Depacketizer.UnitsDropped);
    }

    [Fact]
    public void Aac_unit_with_a_lost_fragment_is_dropped()
    {
        DepacketizerRun run = Aac().Packet(1, false, "0010 0028 1122").Lose().Packet(2, true, "0010 0008 66");
        Assert.Equal(["66"], run.Units.Select(unit => unit[14..]));
        Assert.Equal((1, 1), (run.Depacketizer.PacketsLost, run.Depacketizer.UnitsDropped));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0000 11")]                     // no AU header
    [InlineData("0100 0018")]                   // headers longer than the packet
    [InlineData("0008 00")]                     // header cut off
    [InlineData("0020 0018 0018 112233 44")]    // the second unit is not all there
    public void Aac_packet_that_makes_no_sense_is_counted(string payload) => Assert.Equal(1, Aac().Packet(1, true, payload).Depacketizer.Malformed);

    [Theory]
    [InlineData("1408", 16000, 1, 2, 1024)]
    [InlineData("1190", 48000, 2, 2, 1024)]
    [InlineData("140C", 16000, 1, 2, 960)]
    [InlineData("2C0A8800", 16000, 1, 2, 1024)]       // SBR over AAC-LC: the core's rate
    [InlineData("17803E8008", 32000, 1, 2, 1024)]     // the rate in 24 bits
    public void Aac_configuration_is_read(string config, int rate, int channels, int objectType, int samples)
    {
        Assert.True(AacPayloadFormat.TryCreate(config, 13, 3, 3, out AacPayloadFormat? format));
        Assert.Equal((rate, channels, objectType, samples), (format!.SampleRate, format.Channels, format.ObjectType, format.SamplesPerUnit));
    }

    [Theory]
    [InlineData("", 13)]
    [InlineData("14", 13)]
    [InlineData("140", 13)]
    [InlineData("xyzw", 13)]
    [InlineData("B980", 13)]                    // object type 23, error resilient
    [InlineData("1400", 13)]                    // channels given elsewhere
    [InlineData("1408", 0)]
    [InlineData("1408", 17)]
    public void Aac_configuration_that_adts_cannot_carry_is_refused(string config, int sizeLength) =>
        Assert.False(AacPayloadFormat.TryCreate(config, sizeLength, 3, 3, out _));

    [Fact] // RFC 3551 §4.5.14
    public void G711_packet_is_a_unit()
    {
        var run = new DepacketizerRun(sink => new G711Depacketizer(sink));
        run.Packet(160, true, "D5D5").Packet(320, false, "").Lose(2).Packet(640, false, "55");
        Assert.Equal(["D5D5", "55"], run.Units);
        Assert.Equal([160u, 640u], run.Timestamps);
        Assert.Equal(2, run.Depacketizer.PacketsLost);
    }
}
