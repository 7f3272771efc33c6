using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.ProgramStream;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Tests.Media.ProgramStream;

/// <summary>Golden bytes, computed by hand from ISO/IEC 13818-1 §2.4.3.6, §2.5.3 and §2.5.4; the CRCs are 0 over the whole map.</summary>
public sealed class PsHeaderVectorTests
{
    [Theory]
    [InlineData(0, "000001BA 4400 0400 0401 005F6B F8")]
    [InlineData(86_400, "000001BA 4400 168C 0401 005F6B F8")]
    [InlineData(90_000, "000001BA 4400 16FC 8401 005F6B F8")]
    [InlineData((1L << 33) - 1, "000001BA 7FFF FFFF FC01 005F6B F8")]
    [InlineData((1L << 33) + 86_400, "000001BA 4400 168C 0401 005F6B F8")]                   // wraps
    [InlineData(-1, "000001BA 7FFF FFFF FC01 005F6B F8")]
    public void Pack_header_has_these_bytes(long scr, string hex) =>
        AssertBytes(hex, PackHeader.Size, (ref WireWriter w) => PackHeader.Write(ref w, new MediaTime(scr), 6106));

    [Theory]
    [InlineData(true, true, "000001BB 000C 80CCF5 04 21 7F E0E190 C0C020")]
    [InlineData(true, false, "000001BB 0009 80CCF5 00 21 7F E0E190")]
    [InlineData(false, true, "000001BB 0009 80CCF5 04 20 7F C0C020")]
    public void System_header_has_these_bytes(bool video, bool audio, string hex) =>
        AssertBytes(hex, SystemHeader.Size(video, audio), (ref WireWriter w) => SystemHeader.Write(ref w, 26234, video, audio));

    [Theory]
    [InlineData(Codec.H264, null, "000001BC 000E E0FF 0000 0004 1BE00000 F4DCBD45")]
    [InlineData(Codec.H264, Codec.G711A, "000001BC 0012 E0FF 0000 0008 1BE00000 90C00000 FEDFB1D7")]
    [InlineData(Codec.H265, Codec.G711A, "000001BC 0012 E0FF 0000 0008 24E00000 90C00000 5E5F92C2")]
    [InlineData(Codec.H265, Codec.Aac, "000001BC 0012 E0FF 0000 0008 24E00000 0FC00000 EAC5E41D")]
    internal void Program_stream_map_has_these_bytes(Codec? video, Codec? audio, string hex)
    {
        byte[] map = AssertBytes(hex, ProgramStreamMap.Size(video, audio), (ref WireWriter w) => ProgramStreamMap.Write(ref w, 0, video, audio));
        Assert.Equal(0u, Crc32Mpeg2.Compute(map));
    }

    [Theory]
    [InlineData(1, 0xE1)]
    [InlineData(31, 0xFF)]
    [InlineData(32, 0xE0)]
    public void Program_stream_map_has_a_version_of_5_bits(int version, byte expected)
    {
        byte[] map = new byte[ProgramStreamMap.Size(Codec.H264, Codec.G711U)];
        WireWriter writer = new(map);
        ProgramStreamMap.Write(ref writer, version, Codec.H264, Codec.G711U);
        Assert.Equal(expected, map[6]);
        Assert.Equal(0x91, map[16]);
        Assert.Equal(0u, Crc32Mpeg2.Compute(map));
    }

    [Theory]
    [InlineData(0xE0, 1000, true, 90_000, 90_000, "000001E0 03F0 84 80 05 210005BF21")]
    [InlineData(0xE0, 1000, false, 90_000, 90_000, "000001E0 03F0 80 80 05 210005BF21")]
    [InlineData(0xC0, 320, false, 90_000, 90_000, "000001C0 0148 80 80 05 210005BF21")]
    [InlineData(0xE0, 1000, false, 90_000, 86_400, "000001E0 03F5 80 C0 0A 310005BF21 110005A301")]
    [InlineData(0xE0, 1000, false, (1L << 33) - 1, (1L << 33) - 1, "000001E0 03F0 80 80 05 2FFFFFFFFF")]
    [InlineData(0xE0, 1000, false, 1L << 33, 1L << 33, "000001E0 03F0 80 80 05 2100010001")]
    public void Pes_header_has_these_bytes(byte streamId, int payload, bool aligned, long pts, long dts, string hex) =>
        AssertBytes(hex, PesHeader.Size(pts != dts), (ref WireWriter w) => PesHeader.Write(ref w, streamId, payload, aligned, new MediaTime(pts), new MediaTime(dts)));

    [Fact]
    public void Pes_continuation_has_no_time_and_no_alignment() =>
        AssertBytes("000001E0 03EB 80 00 00", PesHeader.ContinuationSize, (ref WireWriter w) => PesHeader.WriteContinuation(ref w, 0xE0, 1000));

    [Theory]
    [InlineData("210005BF21", 90_000UL)]
    [InlineData("2FFFFFFFFF", (1UL << 33) - 1)]
    [InlineData("2100010001", 0UL)]
    public void Pes_time_reads_what_was_written(string hex, ulong expected) =>
        Assert.Equal(expected, PesHeader.ReadTime(Convert.FromHexString(hex)));

    [Fact]
    public void Rtp_header_has_these_bytes()
    {
        byte[] header = new byte[RtpPacket.FixedHeaderSize];
        RtpPacket.WriteHeader(header, marker: true, payloadType: 96, sequenceNumber: 1, rtpTimestamp: 90_000, ssrc: 0200000001);
        Assert.Equal("80E0000100015F900BEBC201", Convert.ToHexString(header));
    }

    private delegate void Writing(ref WireWriter writer);

    private static byte[] AssertBytes(string hex, int size, Writing write)
    {
        byte[] bytes = new byte[size];
        WireWriter writer = new(bytes);
        write(ref writer);
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(writer.Written));
        return bytes;
    }
}
