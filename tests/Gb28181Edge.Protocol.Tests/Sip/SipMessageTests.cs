using System.Buffers;
using System.Text;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Protocol.Tests.Sip;

public class SipMessageTests
{
    private static SipRequest Request()
    {
        var request = new SipRequest(SipMethod.Message, "sip:34020000002000000001@3402000000");
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "192.0.2.20", Port = 5060, HasRport = true, Branch = "z9hG4bK1" });
        request.Add(HeaderName.From, "<sip:34020000001110000001@3402000000>;tag=f1");
        request.Add(HeaderName.To, "<sip:34020000002000000001@3402000000>");
        request.Add(HeaderName.CallId, "c1");
        request.Add(HeaderName.CSeq, "5 MESSAGE");
        request.Add(HeaderName.MaxForwards, "70");
        request.Body = "<a/>"u8.ToArray();
        return request;
    }

    [Fact]
    public void A_composed_message_is_written_to_the_byte()
    {
        const string expected = """
            MESSAGE sip:34020000002000000001@3402000000 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bK1
            From: <sip:34020000001110000001@3402000000>;tag=f1
            To: <sip:34020000002000000001@3402000000>
            Call-ID: c1
            CSeq: 5 MESSAGE
            Max-Forwards: 70
            Content-Length: 4

            <a/>
            """;
        Assert.Equal(SipVectors.Latin1(expected), SipWriter.ToBytes(Request()));
        var buffer = new ArrayBufferWriter<byte>();
        Assert.Equal(SipVectors.Latin1(expected).Length, SipWriter.Write(Request(), buffer));
        Assert.Equal(SipVectors.Latin1(expected), buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Content_length_is_what_the_body_is_whatever_was_set()
    {
        SipRequest request = Request();
        request.Add(HeaderName.ContentLength, "999");
        string text = Encoding.Latin1.GetString(SipWriter.ToBytes(request));
        Assert.Contains("Content-Length: 4\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("999", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_typed_value_follows_its_field()
    {
        SipRequest request = Request();
        Assert.Equal((5u, "f1", "c1"), (request.CSeq.Number, request.From.Tag, request.CallId));
        request.Set(HeaderName.CSeq, "6 MESSAGE");
        request.Set(HeaderName.From, "<sip:1@h>;tag=f2");
        request.Set(HeaderName.CallId, "c2");
        request.Set(HeaderName.To, "<sip:2@h>;tag=t2");
        request.PushVia(new ViaHeader { Transport = "TCP", Host = "proxy" });
        Assert.Equal((6u, "f2", "c2", "t2", "proxy"), (request.CSeq.Number, request.From.Tag, request.CallId, request.To.Tag, request.TopVia.Host));
        Assert.Equal(["SIP/2.0/TCP proxy", "SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bK1"], request.Texts(HeaderName.Via));
    }

    [Fact] // RFC 3581 §4
    public void The_top_via_is_replaced_in_place()
    {
        SipRequest request = Request();
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "top" });
        request.ReplaceTopVia(request.TopVia with { Received = "192.0.2.7", HasRport = true, Rport = 9 });
        Assert.Equal(["SIP/2.0/UDP top;rport=9;received=192.0.2.7", "SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bK1"], request.Texts(HeaderName.Via));
        Assert.Equal(HeaderName.Via, request.Headers[0].Name);
    }

    [Fact]
    public void Set_keeps_one_value_where_the_first_stood_and_Remove_none()
    {
        SipRequest request = Request();
        request.Add(HeaderName.MaxForwards, "69");
        request.Set(HeaderName.MaxForwards, "68");
        Assert.Equal(["68"], request.Texts(HeaderName.MaxForwards));
        Assert.Equal(5, request.Headers.ToList().FindIndex(header => header.Name == HeaderName.MaxForwards));
        request.Remove(HeaderName.MaxForwards);
        Assert.Null(request.Text(HeaderName.MaxForwards));
    }

    [Theory]
    [InlineData("a\r\nInjected: 1")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void A_value_can_forge_no_header(string value)
    {
        Assert.Throws<ArgumentException>(() => Request().Add(HeaderName.Subject, value));
        Assert.Throws<ArgumentException>(() => Request().Set(HeaderName.Subject, value));
        Assert.Throws<ArgumentException>(() => Request().Add("X-Custom", value));
    }

    [Fact]
    public void An_extension_header_goes_by_its_name()
    {
        SipRequest request = Request();
        request.Add("X-RoutePath", "a");
        request.Add("x-gb-ver", "3.0");
        Assert.Equal("a", request.Text("x-routepath"));
        Assert.Equal("3.0", request.Text(HeaderName.XGbVer));
        Assert.Contains("X-RoutePath: a\r\n", Encoding.Latin1.GetString(SipWriter.ToBytes(request)), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => request.Add("bad name", "a"));
    }

    [Fact]
    public void Text_beyond_Latin1_goes_out_as_UTF8()
    {
        SipRequest request = Request();
        request.Add(HeaderName.UserAgent, "北门");
        Assert.True(SipWriter.ToBytes(request).AsSpan().IndexOf("User-Agent: 北门\r\n"u8) > 0);
    }

    [Theory]
    [InlineData("3600", 3600)]
    [InlineData("0", 0)]
    [InlineData("120;x=y", 120)]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    public void Expires_is_seconds_or_nothing(string value, int? expected)
    {
        SipRequest request = Request();
        request.Add(HeaderName.Expires, value);
        Assert.Equal(expected, request.Expires);
    }

    [Fact] // RFC 3261 §8.2.6.2
    public void A_response_copies_what_identifies_the_request_and_tags_To()
    {
        SipRequest request = Request();
        request.PushVia(new ViaHeader { Transport = "UDP", Host = "top" });
        SipResponse response = SipResponse.For(request, 404, "d1");
        Assert.Equal("SIP/2.0 404 Not Found", response.StartLine);
        Assert.Equal(request.Texts(HeaderName.Via), response.Texts(HeaderName.Via));
        Assert.Equal(("f1", "d1", "c1", new CSeq(5, SipMethod.Message)), (response.From.Tag, response.To.Tag, response.CallId, response.CSeq));
        Assert.Null(response.Text(HeaderName.MaxForwards));
        Assert.True(response.Body.IsEmpty);
        Assert.Null(SipResponse.For(request, 100).To.Tag);
        request.Set(HeaderName.To, "<sip:2@h>;tag=there");
        Assert.Equal("there", SipResponse.For(request, 200, "other").To.Tag);
        Assert.Equal("SIP/2.0 200 Fine", SipResponse.For(request, 200, null, "Fine").StartLine);
    }

    [Fact]
    public void A_trace_shows_no_secret()
    {
        string text = SipWriter.ToMaskedText(SipVectors.All.Single(vector => vector.Name == "register").Parsed);
        Assert.Contains("Authorization: Digest username=\"34020000001110000001\",realm=\"3402000000\",nonce=***,uri=\"sip:34020000002000000001@3402000000\",response=***,algorithm=MD5,qop=auth,nc=00000001,cnonce=***\r\n", text, StringComparison.Ordinal);
        foreach (string secret in (string[])["9ea04fe6", "8f2a6c01", "0f1e2d3c"]) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        string challenge = SipWriter.ToMaskedText(SipVectors.All.Single(vector => vector.Name == "register-401").Parsed);
        Assert.Contains("realm=\"3402000000\",qop=\"auth\",nonce=***,algorithm=MD5", challenge, StringComparison.Ordinal);
        var basic = Request();
        basic.Add(HeaderName.Authorization, "Basic dXNlcjpwYXNz");
        Assert.DoesNotContain("dXNl", SipWriter.ToMaskedText(basic), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_phrase_is_there_for_every_code()
    {
        for (int code = 100; code < 700; code++) Assert.NotEmpty(SipStatus.ReasonPhrase(code));
        Assert.Equal("Bad Event", SipStatus.ReasonPhrase(SipStatus.BadEvent));
    }
}
