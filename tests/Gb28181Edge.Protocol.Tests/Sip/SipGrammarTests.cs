using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Protocol.Tests.Sip;

public class SipGrammarTests
{
    [Fact]
    public void Every_name_is_read_as_it_is_written_in_any_case()
    {
        foreach (HeaderName name in Enum.GetValues<HeaderName>().Except([HeaderName.Other]))
        {
            string spelling = HeaderNames.Spelling(name);
            Assert.Equal(name.ToString(), spelling.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(name, HeaderNames.Parse(HeaderNames.SpellingBytes(name).Span));
            Assert.Equal(name, HeaderNames.Parse(SipVectors.Latin1(spelling.ToUpperInvariant())));
            Assert.Equal(name, HeaderNames.Parse(SipVectors.Latin1(spelling.ToLowerInvariant())));
        }
    }

    [Theory] // RFC 3261 §7.3.3, RFC 6665 §8.2
    [InlineData("v", "Via")]
    [InlineData("F", "From")]
    [InlineData("t", "To")]
    [InlineData("i", "Call-ID")]
    [InlineData("M", "Contact")]
    [InlineData("l", "Content-Length")]
    [InlineData("c", "Content-Type")]
    [InlineData("e", "Content-Encoding")]
    [InlineData("s", "Subject")]
    [InlineData("k", "Supported")]
    [InlineData("o", "Event")]
    [InlineData("u", "Allow-Events")]
    [InlineData("r", "Refer-To")]
    public void A_compact_form_is_its_full_name(string compact, string full) =>
        Assert.Equal(full, HeaderNames.Spelling(HeaderNames.Parse(SipVectors.Latin1(compact))));

    [Theory]
    [InlineData("x")]
    [InlineData("V1a")]
    [InlineData("")]
    [InlineData("X-Unknown")]
    public void Any_other_name_is_other(string name) => Assert.Equal(HeaderName.Other, HeaderNames.Parse(SipVectors.Latin1(name)));

    // text; user; host; port; canonical form
    [Theory]
    [InlineData("sip:34020000001110000001@3402000000", "34020000001110000001", "3402000000", null, "sip:34020000001110000001@3402000000")]
    [InlineData(" SIP:340200000011000001@192.0.2.1:5060 ", "340200000011000001", "192.0.2.1", 5060, "sip:340200000011000001@192.0.2.1:5060")]
    [InlineData("sips:a@340200.spvmn.cn;transport=TCP;lr", "a", "340200.spvmn.cn", null, "sips:a@340200.spvmn.cn;transport=TCP;lr")]
    [InlineData("sip:[2001:db8::1]:5061?Subject=a", null, "[2001:db8::1]", 5061, "sip:[2001:db8::1]:5061?Subject=a")]
    [InlineData("sip:a;b?c:pw@h", "a;b?c:pw", "h", null, "sip:a;b?c:pw@h")]
    [InlineData("sip:h", null, "h", null, "sip:h")]
    [InlineData("tel:+86-10-1", null, "+86-10-1", null, "tel:+86-10-1")]
    public void A_uri_is_read_and_written(string text, string? user, string host, int? port, string canonical)
    {
        Assert.True(SipUri.TryParse(text, out SipUri? uri));
        Assert.Equal((user, host, port, canonical), (uri.User, uri.Host, uri.Port, uri.ToString()));
    }

    [Theory]
    [InlineData("sip:a@h;Transport=tcp", "TCP")]
    [InlineData("sip:a@h", null)]
    public void A_uris_transport_is_its_parameter(string text, string? transport)
    {
        Assert.True(SipUri.TryParse(text, out SipUri? uri));
        Assert.Equal(transport, uri.Transport);
    }

    [Theory]
    [InlineData("")]
    [InlineData("34020000001110000001@3402000000")]
    [InlineData("sip:")]
    [InlineData("sip:@h")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@h:0")]
    [InlineData("sip:a@h:65536")]
    [InlineData("sip:a@h:x")]
    [InlineData("sip:a@[::1")]
    [InlineData("sip:a b@h")]
    [InlineData("sip:a@h>")]
    [InlineData("1sip:a@h")]
    public void What_is_no_uri_is_refused(string text) => Assert.False(SipUri.TryParse(text, out _));

    // text; display name; user; tag; canonical form
    [Theory]
    [InlineData("<sip:1@h>;tag=a", null, "1", "a", "<sip:1@h>;tag=a")]
    [InlineData("sip:1@h;tag=a", null, "1", "a", "<sip:1@h>;tag=a")]
    [InlineData("Bob <sip:1@h>", "Bob", "1", null, "\"Bob\" <sip:1@h>")]
    [InlineData("\"B \\\"o\\\" <x>, b\"<sip:1@h;lr> ; TAG = a ; x", "B \"o\" <x>, b", "1", "a", "\"B \\\"o\\\" <x>, b\" <sip:1@h;lr>; TAG = a ; x")]
    [InlineData("\"\u00C3\u00C5\\\"\" <sip:1@h>", "\u00C3\u00C5\"", "1", null, "\"\u00C3\u00C5\\\"\" <sip:1@h>")]
    [InlineData("<sip:1@h>;tag=", null, "1", null, "<sip:1@h>;tag=")]
    [InlineData("< sip:1@h >", null, "1", null, "<sip:1@h>")]
    public void An_address_is_read_and_written(string text, string? display, string user, string? tag, string canonical)
    {
        Assert.True(NameAddr.TryParse(text, out NameAddr? address));
        Assert.Equal((display, user, tag, canonical), (address.DisplayName, address.Uri.User, address.Tag, address.ToString()));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("<sip:1@h")]
    [InlineData("\"open <sip:1@h>")]
    [InlineData("\"a\" sip:1@h")]
    [InlineData("<>")]
    public void What_is_no_address_is_refused(string text) => Assert.False(NameAddr.TryParse(text, out _));

    [Fact]
    public void A_tag_is_replaced_and_other_parameters_stay()
    {
        Assert.True(NameAddr.TryParse("<sip:1@h>;x=1;tag=a;y=\"b;c\"", out NameAddr? address));
        Assert.Equal("<sip:1@h>;x=1;y=\"b;c\";tag=n", address.WithTag("n").ToString());
    }

    // text; host; port; branch; rport asked for; rport; received; canonical form
    [Theory]
    [InlineData("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1", "192.0.2.1", 5060, "z9hG4bK1", true, null, null, "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK1")]
    [InlineData("sip/2.0/tcp h;branch=b;received=192.0.2.9;rport=40000;ttl=1", "h", null, "b", true, 40000, "192.0.2.9", "SIP/2.0/TCP h;rport=40000;received=192.0.2.9;branch=b;ttl=1")]
    [InlineData("SIP / 2.0 / UDP [::1] : 5060", "[::1]", 5060, null, false, null, null, "SIP/2.0/UDP [::1]:5060")]
    [InlineData("SIP/2.0/UDP h;rport=99999;branch=;received", "h", null, null, true, null, null, "SIP/2.0/UDP h;rport")]
    public void A_via_is_read_and_written(string text, string host, int? port, string? branch, bool hasRport, int? rport, string? received, string canonical)
    {
        Assert.True(ViaHeader.TryParse(text, out ViaHeader? via));
        Assert.Equal((host, port, branch, hasRport, rport, received, canonical), (via.Host, via.Port, via.Branch, via.HasRport, via.Rport, via.Received, via.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ;branch=b")]
    [InlineData("SIP/1.0/UDP h")]
    [InlineData("HTTP/2.0/UDP h")]
    [InlineData("SIP/2.0/ h")]
    [InlineData("SIP/2.0/UDP h:x")]
    public void What_is_no_via_is_refused(string text) => Assert.False(ViaHeader.TryParse(text, out _));

    [Theory]
    [InlineData("1 REGISTER", 1u, "REGISTER")]
    [InlineData("1Register", 1u, "REGISTER")]
    [InlineData(" 0004294967295\t info ", uint.MaxValue, "INFO")]
    [InlineData("7 x-custom", 7u, "X-CUSTOM")]
    public void A_cseq_is_read(string text, uint number, string method)
    {
        Assert.True(CSeq.TryParse(text, out CSeq cseq));
        Assert.Equal(new CSeq(number, new SipMethod(method)), cseq);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("REGISTER")]
    [InlineData("-1 REGISTER")]
    [InlineData("4294967296 REGISTER")]
    [InlineData("1 REGI STER")]
    public void What_is_no_cseq_is_refused(string text) => Assert.False(CSeq.TryParse(text, out _));
}
