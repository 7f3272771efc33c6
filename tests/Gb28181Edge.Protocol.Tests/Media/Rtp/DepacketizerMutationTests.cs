using System.Text;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Media.Rtp;

/// <summary>Damaged packets of each payload format, one long stream each: the state that one leaves meets the next.</summary>
public sealed class DepacketizerMutationTests
{
    private static readonly string[] H265Payloads =
    [
        "4001 0C01", "4201 0101", "4401 C172", "2601 AF11", "0201 D022", "0001 D033", "2A01 AF11",
        "6001 0004 40010C01 0004 42010101 0004 2601AF11", "6201 93 AF 11", "6201 13 22", "6201 53 33", "6201 81 D0", "6201 41 01", "6401 2610 EE AF 11",
        "00000001 2601 AF11",
    ];

    private static readonly string[] H265PayloadsWithDon =
    [
        "4001 0001 0C01", "2601 0005 AF11", "0201 0006 D022", "6001 0005 0004 40010C01 00 0004 2601AF11", "6201 93 0005 AF 11", "6201 13 22", "6201 53 33",
        "6401 2610 EE 0007 AF 11",
    ];

    private static readonly string[] AacPayloads =
    [
        "0010 0018 112233", "0030 0018 0010 0008 112233 4455 66", "0010 0028 1122", "0010 0028 334455", "0020 0018 0018 112233 445566", "0015 0018 00 112233",
        "0020 0003 0000 112233", "0040 0002 0000 0001 0000 1122 33", "0008 0D 112233", "0003 E0 112233",
    ];

    [Theory]
    [InlineData(77981, false)]
    [InlineData(77982, true)]
    public void Damaged_H265_packets_never_throw_and_what_comes_out_is_a_byte_stream(int seed, bool hasDecodingOrderNumbers)
    {
        var sink = new CheckingSink(unit => Assert.True(unit.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1])));
        Run(seed, hasDecodingOrderNumbers ? H265PayloadsWithDon : H265Payloads, new H265Depacketizer(sink, hasDecodingOrderNumbers));
        Assert.True(sink.Units > 300, $"seed {seed}: {sink.Units}");
    }

    [Theory] // sizelength, indexlength, indexdeltalength: AAC-hbr, AAC-lbr, and the widest that are taken
    [InlineData(36401, 13, 3, 3)]
    [InlineData(36402, 6, 2, 2)]
    [InlineData(36403, 16, 16, 16)]
    [InlineData(36404, 1, 0, 0)]
    public void Damaged_Aac_packets_never_throw_and_what_comes_out_is_an_adts_frame(int seed, int sizeLength, int indexLength, int indexDeltaLength)
    {
        Assert.True(AacPayloadFormat.TryCreate("1408", sizeLength, indexLength, indexDeltaLength, out AacPayloadFormat? format));
        var sink = new CheckingSink(unit =>
        {
            Assert.True(Aac.TryParseHeader(unit, out AdtsHeader header));
            Assert.Equal((unit.Length, 16000, 1), (header.FrameSize, header.SampleRate, header.Channels));
        });
        Run(seed, AacPayloads, new AacDepacketizer(sink, format));
        Assert.True(sink.Units > 100, $"seed {seed}: {sink.Units}");
    }

    [Fact]
    public void Damaged_G711_packets_never_throw_and_no_unit_is_empty()
    {
        const int Seed = 3551;
        var sink = new CheckingSink(unit => Assert.False(unit.IsEmpty));
        Run(Seed, ["D5D5D5D5", "55", "", "FFFFFFFFFFFFFFFF"], new G711Depacketizer(sink));
        Assert.True(sink.Units > 1000, $"seed {Seed}: {sink.Units}");
    }

    [Fact]
    public void Damaged_Aac_configurations_never_throw_and_what_is_taken_fits_adts()
    {
        int taken = 0;
        byte[][] seeds = [.. new[] { "1408", "1190", "140C", "2C0A8800", "17803E8008", "B980", "F8E85000" }.Select(Encoding.ASCII.GetBytes)];
        Mutation.Loop(14496, seeds, bytes =>
        {
            int n = bytes.Length;
            if (!AacPayloadFormat.TryCreate(Encoding.Latin1.GetString(bytes), n % 19 - 1, n % 18 - 1, n % 20 - 2, out AacPayloadFormat? format)) return;
            Assert.InRange(format.SizeLength, 1, 16);
            Assert.InRange(format.IndexLength, 0, 16);
            Assert.InRange(format.IndexDeltaLength, 0, 16);
            byte[] frame = new byte[Aac.HeaderSize + 1];
            Assert.True(Aac.TryWriteHeader(frame, format.ObjectType, format.SampleRate, format.Channels, 1));
            taken++;
        });
        Assert.True(taken > 300, $"{taken}");
    }

    private static void Run(int seed, string[] payloads, IRtpDepacketizer depacketizer)
    {
        var random = new Random(seed);
        ushort sequence = 0;
        byte[][] seeds = [.. payloads.Select(payload => DepacketizerRun.Bytes(0, 0, false, payload)[RtpPacket.FixedHeaderSize..])];
        Mutation.Loop(seed, seeds, damaged =>
        {
            // two of three are whole: a stream of nothing but damage never gets far
            byte[] payload = random.Next(3) == 0 ? damaged : seeds[random.Next(seeds.Length)];
            sequence += (ushort)(random.Next(20) == 0 ? random.Next(5) : 1);
            byte[] packet = new byte[RtpPacket.FixedHeaderSize + payload.Length];
            RtpPacket.WriteHeader(packet, random.Next(3) == 0, 96, sequence, (uint)(sequence / 4), 1);
            payload.CopyTo(packet, RtpPacket.FixedHeaderSize);
            Assert.True(RtpPacket.TryParse(packet, out RtpPacket parsed, out _));
            depacketizer.Push(parsed);
        });
    }

    private delegate void Check(ReadOnlySpan<byte> unit);

    private sealed class CheckingSink(Check check) : IRtpUnitSink
    {
        public int Units { get; private set; }

        public void OnUnit(ReadOnlySpan<byte> bytes, uint rtpTimestamp, bool isRandomAccess)
        {
            check(bytes);
            Units++;
        }
    }
}
