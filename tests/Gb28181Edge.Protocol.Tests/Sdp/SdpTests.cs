using System.Text;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Protocol.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Sdp;

public class SdpTests
{
    private const string Channel = "34020000001320000001";

    /// <summary>GB/T 28181-2016 annex F.</summary>
    private const string UdpLive = """
        v=0
        o=34020000001320000001 0 0 IN IP4 192.0.2.1
        s=Play
        c=IN IP4 192.0.2.1
        t=0 0
        m=video 30000 RTP/AVP 96 97 98 99
        a=recvonly
        a=rtpmap:96 PS/90000
        a=rtpmap:97 MPEG4/90000
        a=rtpmap:98 H264/90000
        a=rtpmap:99 H265/90000
        y=0200000001

        """;

    private const string TcpPlayback = """
        v=0
        o=34020000001320000001 0 0 IN IP4 192.0.2.1
        s=Playback
        u=34020000001320000001:0
        c=IN IP4 192.0.2.1
        t=1717200000 1717203600
        m=video 30002 TCP/RTP/AVP 96 97 98 99
        a=recvonly
        a=rtpmap:96 PS/90000
        a=setup:passive
        a=connection:new
        y=1200000002

        """;

    [Fact]
    public void An_offer_is_read()
    {
        SessionDescription offer = Parse(TcpPlayback);
        MediaDescription video = offer.Find("video")!;
        Assert.Equal((Channel, "192.0.2.1", Channel + ":0", 1717200000, 1717203600), (offer.OriginUser, offer.OriginAddress, offer.Uri, offer.Start, offer.Stop));
        Assert.True(offer.IsSession("playback"));
        Assert.Equal((30002, true, SdpSetup.Passive), (video.Port, video.IsTcp, offer.SetupOf(video)));
        Assert.Equal([96, 97, 98, 99], video.PayloadTypes);
        Assert.Equal(("PS/90000", null), (video.Encoding(96), video.Encoding(97)));
        Assert.Equal(new SdpConnection("192.0.2.1"), offer.ConnectionOf(video));
        Assert.Equal(new SdpSsrc(1200000002), offer.Ssrc);
        Assert.Equal((null, null), (offer.StreamNumber(video), offer.Format));
    }

    [Fact]
    public void The_answer_is_the_standards_line_by_line()
    {
        SessionDescription offer = Parse(TcpPlayback);
        byte[] answer = SdpWriter.WriteAnswer(offer, new SdpAnswer
        {
            OriginUser = Channel,
            Address = "192.0.2.20",
            Media = offer.Find("video")!,
            Port = 30112,
            Setup = SdpSetup.Active,
            Ssrc = offer.Ssrc!.Value,
        });
        Assert.Equal(Crlf("""
            v=0
            o=34020000001320000001 0 0 IN IP4 192.0.2.20
            s=Playback
            c=IN IP4 192.0.2.20
            t=1717200000 1717203600
            m=video 30112 TCP/RTP/AVP 96
            a=sendonly
            a=rtpmap:96 PS/90000
            a=setup:active
            a=connection:new
            y=1200000002

            """), Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public void A_UDP_answer_has_no_setup_and_refuses_the_other_media_in_their_places()
    {
        SessionDescription offer = Parse(UdpLive.Replace("m=video", "m=audio 30010 RTP/AVP 8 0\na=setup:active\nm=video", StringComparison.Ordinal));
        byte[] answer = SdpWriter.WriteAnswer(offer, new SdpAnswer
        {
            OriginUser = Channel,
            Address = "2001:db8::20",
            Media = offer.Find("video")!,
            Port = 30112,
            Setup = SdpSetup.None,
            Ssrc = offer.Ssrc!.Value,
            FileSize = 4096,
            Format = "v/2/6/25/2/4096a/1/8/1",
        });
        Assert.Equal(Crlf("""
            v=0
            o=34020000001320000001 0 0 IN IP6 2001:db8::20
            s=Play
            c=IN IP6 2001:db8::20
            t=0 0
            m=audio 0 RTP/AVP 8
            m=video 30112 RTP/AVP 96
            a=sendonly
            a=rtpmap:96 PS/90000
            a=filesize:4096
            y=0200000001
            f=v/2/6/25/2/4096a/1/8/1

            """), Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public void A_multicast_offer_keeps_its_TTL_and_is_echoed()
    {
        SessionDescription offer = Parse(UdpLive.Replace("c=IN IP4 192.0.2.1", "c=IN IP4 239.1.2.3/12/2", StringComparison.Ordinal));
        SdpConnection connection = offer.ConnectionOf(offer.Media[0])!.Value;
        Assert.Equal(new SdpConnection("239.1.2.3", 12), connection);
        string answer = Encoding.ASCII.GetString(SdpWriter.WriteAnswer(offer, new SdpAnswer
        {
            OriginUser = Channel,
            Address = "192.0.2.20",
            Connection = connection,
            Media = offer.Media[0],
            Port = 30000,
            Setup = SdpSetup.None,
            Ssrc = offer.Ssrc!.Value,
        }));
        Assert.Contains("o=34020000001320000001 0 0 IN IP4 192.0.2.20\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("c=IN IP4 239.1.2.3/12\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Offers_are_the_standards_examples()
    {
        Assert.Equal(Crlf(UdpLive), Encoding.ASCII.GetString(SdpWriter.WriteOffer(new SdpOffer
        {
            OriginUser = Channel,
            Address = "192.0.2.1",
            Port = 30000,
            Ssrc = new SdpSsrc(200000001),
        })));
        string download = Encoding.ASCII.GetString(SdpWriter.WriteOffer(new SdpOffer
        {
            OriginUser = Channel,
            Address = "192.0.2.1",
            Port = 30002,
            SessionName = "Download",
            Uri = Channel + ":0",
            Start = 1717200000,
            Stop = 1717203600,
            IsTcp = true,
            Setup = SdpSetup.Passive,
            DownloadSpeed = 4,
            Ssrc = new SdpSsrc(1200000002),
        }));
        Assert.EndsWith("a=downloadspeed:4\r\na=setup:passive\r\na=connection:new\r\ny=1200000002\r\n", download, StringComparison.Ordinal);
        SessionDescription read = Parse(download);
        Assert.Equal(("Download", "4", SdpSetup.Passive), (read.SessionName, read.Attribute(read.Media[0], "downloadspeed"), read.SetupOf(read.Media[0])));
    }

    [Theory]
    [InlineData("y=0200000001", "0200000001")]
    [InlineData("y=100000001", "0100000001")]                   // the leading zero lost: sample of 2016
    [InlineData("y=630886", "0000630886")]                      // SRS 4
    [InlineData("Y = 0200000001 \0", "0200000001")]
    [InlineData("y=0000002000", "0000002000")]
    [InlineData("y=0999999999", "0999999999")]                  // no such domain
    [InlineData("y=\ny=0200000001", "0200000001")]
    [InlineData("y=0200000001\ny=0300000002", "0200000001")]
    [InlineData("y=null", null)]
    [InlineData("y=", null)]
    [InlineData("y=0000000000", null)]
    [InlineData("y=9999999999", null)]                          // more than 32 bits
    [InlineData("y=-200000001", null)]
    [InlineData("y=abc", null)]
    [InlineData("", null)]
    public void The_SSRC_is_read_in_all_its_shapes(string line, string? expected)
    {
        string without = UdpLive.Replace("y=0200000001\n", "", StringComparison.Ordinal);
        Assert.Equal(expected, Parse(without + line + "\n").Ssrc?.ToString());
        Assert.Equal(expected, Parse(without.Replace("a=recvonly", line + "\na=recvonly", StringComparison.Ordinal)).Ssrc?.ToString());
        Assert.Equal(expected, Parse(without.Replace("m=video", line + "\nm=video", StringComparison.Ordinal)).Ssrc?.ToString());
    }

    [Fact] // GB/T 28181-2016 annex F: digits 4 … 8 of the domain
    public void A_made_SSRC_has_the_domain_in_its_middle()
    {
        Assert.Equal("0100000001", SdpSsrc.Create(history: false, "13010000002000000001", 1).ToString());
        Assert.Equal("1200009999", SdpSsrc.Create(history: true, "34020000002000000001", 9999).ToString());
        Assert.Equal("0200000000", SdpSsrc.Create(history: false, "34020000002000000001", 10_000).ToString());
        Assert.Equal("0000000001", SdpSsrc.Create(history: false, "340", 0).ToString());
        Assert.Equal(0x0BEBC201u, new SdpSsrc(200000001).Value);
    }

    [Theory]
    [InlineData("a=streamnumber:1", 1)]
    [InlineData("a=stream:0", 0)]
    [InlineData("a=streamprofile:1", 1)]
    [InlineData("a=streamMode:SUB", 1)]
    [InlineData("a=streammode:main", 0)]
    [InlineData("a=streamid:2", 2)]
    [InlineData("a=streamnumber:x", null)]
    public void The_stream_asked_for_is_read_in_all_its_words(string line, int? number)
    {
        SessionDescription offer = Parse(UdpLive.Replace("a=recvonly", line, StringComparison.Ordinal));
        Assert.Equal(number, offer.StreamNumber(offer.Media[0]));
    }

    [Theory]
    [InlineData("RTP/AVP", false)]
    [InlineData("TCP/RTP/AVP", true)]
    [InlineData("rtp/avp/tcp", true)]
    [InlineData("Tcp", true)]
    public void Transport_is_TCP_where_the_word_stands_anywhere(string protocol, bool tcp) =>
        Assert.Equal(tcp, Parse(UdpLive.Replace("RTP/AVP", protocol, StringComparison.Ordinal)).Media[0].IsTcp);

    [Theory]
    [InlineData("a=setup:active", SdpSetup.Active)]
    [InlineData("a=setup: PASSIVE ", SdpSetup.Passive)]
    [InlineData("a=Setup:actpass", SdpSetup.ActPass)]
    [InlineData("a=setup:holdconn", SdpSetup.None)]
    [InlineData("a=setup", SdpSetup.None)]
    [InlineData("b=AS:1", SdpSetup.None)]
    public void Setup_is_read_without_case(string line, object setup)
    {
        SessionDescription offer = Parse(UdpLive + line + "\n");
        Assert.Equal(setup, offer.SetupOf(offer.Media[0]));
    }

    [Fact]
    public void The_medium_s_address_comes_before_the_session_s_and_the_origin_s()
    {
        SessionDescription both = Parse(UdpLive.Replace("a=recvonly", "c=IN IP4 198.51.100.7", StringComparison.Ordinal));
        Assert.Equal("198.51.100.7", both.ConnectionOf(both.Media[0])!.Value.Address);
        SessionDescription none = Parse(UdpLive.Replace("c=IN IP4 192.0.2.1\n", "", StringComparison.Ordinal).Replace("IP4 192.0.2.1", "IP4 192.0.2.9", StringComparison.Ordinal));
        Assert.Equal("192.0.2.9", none.ConnectionOf(none.Media[0])!.Value.Address);
        SessionDescription nothing = Parse("v=0\nm=video 30000 RTP/AVP 96\n");
        Assert.Null(nothing.ConnectionOf(nothing.Media[0]));
        SessionDescription six = Parse("v=0\nc=IN IP6 ff02::1/3\nm=video 30000 RTP/AVP 96\n");
        Assert.Equal(new SdpConnection("ff02::1"), six.Connection);
    }

    [Theory]
    [InlineData("t=0 0", 0, 0)]
    [InlineData("", 0, 0)]
    [InlineData("t=", 0, 0)]
    [InlineData("t=x y", 0, 0)]
    [InlineData("t=1717200000 1717203600", 1717200000, 1717203600)]
    [InlineData("t=3926188800 3926192400", 1717200000, 1717203600)]             // seconds since 1900
    public void Times_are_read_in_both_epochs(string line, long start, long stop)
    {
        SessionDescription offer = Parse(UdpLive.Replace("t=0 0", line, StringComparison.Ordinal));
        Assert.Equal((start, stop), (offer.Start, offer.Stop));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r\r\n")]
    [InlineData("  \r\n")]
    public void Line_ends_blanks_and_a_missing_last_end_do_not_matter(string end)
    {
        string text = "\r\n\r\n" + UdpLive.TrimEnd().Replace("\n", end, StringComparison.Ordinal);
        SessionDescription offer = Parse(text + "\r\n\r\n\r\n");
        Assert.Equal((Channel, 30000, "0200000001"), (offer.OriginUser, offer.Media[0].Port, offer.Ssrc.ToString()));
        Assert.Equal("0200000001", Parse(text).Ssrc.ToString());
    }

    [Fact]
    public void Unknown_lines_and_formats_are_passed_over()
    {
        SessionDescription offer = Parse(UdpLive + "i=x\nb=AS:2048\nk=clear\nnonsense\n=\nx\na=fmtp:98 profile\nf=v/a/1/8/1\nm=application 0 X y z\n");
        Assert.Equal("v/a/1/8/1", offer.Format);
        Assert.Empty(offer.Media[1].PayloadTypes);
        Assert.Equal(2, offer.Media.Count);
    }

    [Fact]
    public void Bytes_of_another_charset_come_back_as_they_were()
    {
        byte[] offerBytes = [.. Encoding.ASCII.GetBytes("v=0\r\no=x 0 0 IN IP4 192.0.2.1\r\ns="), 0xB1, 0xB1, 0xC3, 0xC5, .. "\r\nm=video 1 RTP/AVP 96\r\n"u8];
        Assert.True(SdpParser.TryParse(offerBytes, out SessionDescription? offer, out _));
        byte[] answer = SdpWriter.WriteAnswer(offer!, new SdpAnswer
        {
            OriginUser = Channel,
            Address = "192.0.2.20",
            Media = offer!.Media[0],
            Port = 2,
            Setup = SdpSetup.None,
            Ssrc = new SdpSsrc(1),
        });
        Assert.True(answer.AsSpan().IndexOf<byte>([(byte)'=', 0xB1, 0xB1, 0xC3, 0xC5, 0x0D]) > 0);
    }

    [Theory]
    [InlineData("", SdpFault.Empty)]
    [InlineData(" \r\n ", SdpFault.Empty)]
    [InlineData("v=0\r\ns=Play\r\n", SdpFault.NoMedia)]
    [InlineData("hello", SdpFault.NoMedia)]
    [InlineData("m=video", SdpFault.Media)]
    [InlineData("m=video x RTP/AVP 96", SdpFault.Media)]
    [InlineData("m=video 65536 RTP/AVP 96", SdpFault.Media)]
    [InlineData("m=video -1 RTP/AVP 96", SdpFault.Media)]
    public void What_is_no_offer_is_a_fault(string text, object fault)
    {
        Assert.False(SdpParser.TryParse(Encoding.ASCII.GetBytes(text), out SessionDescription? description, out SdpFault found));
        Assert.Equal(fault, found);
        Assert.Null(description);
    }

    [Fact]
    public void Limits_are_held()
    {
        string many = UdpLive + string.Concat(Enumerable.Repeat("a=x\n", SdpParser.MaxLines));
        Assert.False(SdpParser.TryParse(Encoding.ASCII.GetBytes(many), out _, out SdpFault fault));
        Assert.Equal(SdpFault.TooLarge, fault);
        Assert.False(SdpParser.TryParse(new byte[SdpParser.MaxBytes + 1], out _, out fault));
        Assert.Equal(SdpFault.TooLarge, fault);
    }

    [Fact]
    public void Damaged_descriptions_never_throw()
    {
        byte[][] seeds = [Encoding.ASCII.GetBytes(UdpLive), Encoding.ASCII.GetBytes(TcpPlayback)];
        Mutation.Loop(4566, seeds, bytes =>
        {
            bool ok = SdpParser.TryParse(bytes, out SessionDescription? read, out SdpFault fault);
            Assert.Equal(ok, fault == SdpFault.None);
            foreach (MediaDescription media in read?.Media ?? [])
            {
                read!.ConnectionOf(media);
                read.SetupOf(media);
                read.StreamNumber(media);
                media.Encoding(96);
            }
        });
    }

    private static string Crlf(string text) => text.ReplaceLineEndings("\r\n");

    private static SessionDescription Parse(string text)
    {
        Assert.True(SdpParser.TryParse(Encoding.Latin1.GetBytes(text), out SessionDescription? description, out SdpFault fault), fault.ToString());
        return description!;
    }
}
