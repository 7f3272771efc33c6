using System.Text;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Rtsp;

namespace Gb28181Edge.Protocol.Tests.Rtsp;

public class RtspDescriptionTests
{
    private const string Usual = """
        v=0
        o=- 1 1 IN IP4 192.0.2.20
        s=Media Presentation
        a=control:rtsp://192.0.2.20/s/
        t=0 0
        m=video 0 RTP/AVP 96
        a=rtpmap:96 H264/90000
        a=fmtp:96 profile-level-id=42001E; packetization-mode=1; sprop-parameter-sets=Z0IAHqaAoD2QAA==,aM48gA==
        a=control:trackID=1
        m=audio 0 RTP/AVP 8
        a=control:trackID=2
        m=application 0 RTP/AVP 107
        a=rtpmap:107 vnd.onvif.metadata/90000
        a=control:trackID=3
        """;

    [Fact]
    public void Description_gives_the_first_usable_video_and_audio()
    {
        RtspDescription description = Parse(Usual);
        RtspMedia video = description.FirstUsable("video")!, audio = description.FirstUsable("audio")!;
        Assert.Equal("rtsp://192.0.2.20/s/", description.Control);
        Assert.Equal((Codec.H264, (byte)96, 90000, "trackID=1"), (video.Codec, video.PayloadType, video.ClockRate, video.Control));
        Assert.Equal((Codec.G711A, (byte)8, 8000, "trackID=2"), (audio.Codec, audio.PayloadType, audio.ClockRate, audio.Control));
        Assert.Equal("000000016742001EA680A03D9000" + "0000000168CE3C80", Convert.ToHexString(video.ParameterSets));
    }

    [Theory]
    [InlineData("m=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\na=fmtp:98 sprop-vps=QAE=; sprop-sps=QgE=; sprop-pps=RAE=", Codec.H265, "0000000140010000000142010000000144" + "01")]
    [InlineData("m=video 0 RTP/AVP 98\na=rtpmap:98 hevc/90000", Codec.H265, "")]
    [InlineData("m=video 0 RTP/AVP 96\na=rtpmap:96 H264", Codec.H264, "")]
    [InlineData("m=video 0 RTP/AVP 26 96\na=rtpmap:96 H264/90000", Codec.H264, "")]
    [InlineData("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 sprop-parameter-sets=AAAAAWdCAB4,!!,aM48gA", Codec.H264, "000000016742001E" + "0000000168CE3C80")]
    [InlineData("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=2", Codec.H264, "")]
    public void Video_is_recognised(string text, object codec, string parameterSets)
    {
        RtspMedia video = Parse(text).FirstUsable("video")!;
        Assert.Equal<object>(codec, video.Codec);
        Assert.Equal(90000, video.ClockRate);
        Assert.Equal(parameterSets, Convert.ToHexString(video.ParameterSets));
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0", Codec.G711U)]
    [InlineData("m=audio 0 RTP/AVP 97\na=rtpmap:97 PCMA/8000/1", Codec.G711A)]
    [InlineData("m=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/16000/1\na=fmtp:97 streamtype=5;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1408", Codec.Aac)]
    [InlineData("m=audio 0 RTP/AVP 97 8\na=rtpmap:97 OPUS/48000/2", Codec.G711A)]
    public void Audio_is_recognised(string text, object codec) => Assert.Equal<object>(codec, Parse(text).FirstUsable("audio")!.Codec);

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 97\na=rtpmap:97 PCMA/16000", "PCMA/16000")]
    [InlineData("m=audio 0 RTP/AVP 97\na=rtpmap:97 PCMU/8000/2", "PCMU/8000/2")]
    [InlineData("m=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/16000/1", "MPEG4-GENERIC/16000")]
    [InlineData("m=audio 0 RTP/AVP 97", "payload type 97")]
    [InlineData("m=video 0 RTP/AVP 26", "JPEG/90000")]
    [InlineData("m=video 0 RTP/AVP 96\na=rtpmap:96 MP4V-ES/90000", "MP4V-ES/90000")]
    [InlineData("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=2;sprop-interleaving-depth=4", "H264 in interleaved packetization mode")]
    public void Format_that_cannot_be_taken_is_named(string text, string name)
    {
        string kind = text[2..7];
        RtspDescription description = Parse(text);
        Assert.Null(description.FirstUsable(kind));
        Assert.Equal(name, description.FormatsOf(kind));
    }

    [Fact]
    public void Audio_back_channel_is_not_taken_but_video_marked_sendonly_is()
    {
        RtspDescription description = Parse("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=sendonly\nm=audio 0 RTP/AVP 8\na=sendonly\nm=audio 0 RTP/AVP 0");
        Assert.NotNull(description.FirstUsable("video"));
        Assert.Equal(Codec.G711U, description.FirstUsable("audio")!.Codec);
    }

    [Fact]
    public void Decoding_order_numbers_are_there_when_the_description_says_so()
    {
        Assert.False(Parse("m=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\na=fmtp:98 sprop-max-don-diff=0").Medias[0].HasDecodingOrderNumbers);
        Assert.True(Parse("m=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\na=fmtp:98 sprop-max-don-diff=3").Medias[0].HasDecodingOrderNumbers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m=video")]
    [InlineData("m=video 0 RTP/AVP abc")]
    [InlineData("m=video 0 RTP/AVP 300")]
    [InlineData("<html></html>")]
    public void Description_without_a_media_has_none(string text) => Assert.Empty(Parse(text).Medias);

    [Theory] // 64 KB of payload types against 64 KB of lines would be seconds of work for a description that a hostile server makes up
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void Of_an_endless_list_of_payload_types_the_first_32_are_looked_at(int before, bool isTaken)
    {
        string list = string.Concat(Enumerable.Repeat("97 ", before));
        Assert.Equal(isTaken, Parse($"m=video 0 RTP/AVP {list}96\na=rtpmap:96 H264/90000").FirstUsable("video") is not null);
    }

    [Fact]
    public void Description_never_throws_on_mutated_bytes()
    {
        const int Seed = 4566;
        var random = new Random(Seed);
        byte[] vector = Encoding.UTF8.GetBytes(Usual + "\nm=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/16000/1\na=fmtp:97 sizelength=13;config=1408\n");
        int usable = 0;
        for (int run = 0; run < 10_000; run++)
        {
            byte[] bytes = [.. vector];
            for (int i = random.Next(1, 12); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            RtspDescription description = RtspDescription.Parse(bytes.AsSpan(0, random.Next(bytes.Length)));
            foreach (RtspMedia media in description.Medias)
            {
                if (media.Codec is not null && media.ParameterSets.Length >= 0 && media.FormatName.Length > 0) usable++;
            }
        }
        Assert.True(usable > 1000, $"seed {Seed}: {usable}");
    }

    private static RtspDescription Parse(string text) => RtspDescription.Parse(Encoding.UTF8.GetBytes(text));
}
