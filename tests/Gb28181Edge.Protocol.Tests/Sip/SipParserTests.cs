using System.Text;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Protocol.Tests.Sip;

public class SipParserTests
{
    [Theory, MemberData(nameof(SipVectors.Each), MemberType = typeof(SipVectors))]
    public void A_message_is_read_as_its_row_says(SipVector vector)
    {
        SipMessage message = vector.Parsed;
        Assert.Equal(vector.StartLine, message.StartLine);
        Assert.Equal(vector.From, $"{message.From.Uri.User} {message.From.Tag ?? "-"}");
        Assert.Equal(vector.To, $"{message.To.Uri.User} {message.To.Tag ?? "-"}");
        Assert.Equal(vector.CallId, message.CallId);
        Assert.Equal(vector.CSeq, message.CSeq.ToString());
        Assert.Equal(vector.Branch, message.TopVia.Branch);
        string body = Encoding.Latin1.GetString(message.Body.Span);
        if (vector.BodyStart.Length == 0) Assert.Empty(body);
        else Assert.StartsWith(vector.BodyStart, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keepalive", "</Notify>\r\n")]
    [InlineData("garbage-behind", "</Query>\r\n")]
    [InlineData("content-length-too-large", "</Query>\r\n")]
    [InlineData("blank-line-before-body", "y=0200000001\r\n")]
    [InlineData("bare-lf", "</Query>\n")]
    public void A_body_ends_where_its_document_ends(string name, string end) =>
        Assert.EndsWith(end, Encoding.Latin1.GetString(Vector(name).Body.Span), StringComparison.Ordinal);

    [Theory, MemberData(nameof(SipVectors.Each), MemberType = typeof(SipVectors))]
    public void Every_prefix_is_a_fault_until_the_head_is_whole(SipVector vector)
    {
        int head = HeadLength(vector.Bytes);
        for (int length = 0; length < vector.Bytes.Length; length++)
        {
            bool parsed = SipParser.TryParse(vector.Bytes.AsMemory(0, length), SipLimits.Default, out SipMessage? message, out SipFault fault);
            Assert.Equal(length >= head, parsed);
            Assert.Equal(length >= head, fault == SipFault.None);
            if (parsed) Assert.True(message!.Body.Length <= length - head);
        }
    }

    [Theory, MemberData(nameof(SipVectors.Each), MemberType = typeof(SipVectors))]
    public void What_is_written_reads_the_same_and_is_written_the_same(SipVector vector)
    {
        SipMessage first = vector.Parsed;
        byte[] canonical = SipWriter.ToBytes(first);
        Assert.True(SipParser.TryParse(canonical, SipLimits.Default, out SipMessage? second, out SipFault fault), fault.ToString());
        Assert.Equal(first.StartLine, second!.StartLine);
        Assert.Equal(Fields(first), Fields(second));
        Assert.Equal(first.Body.ToArray(), second.Body.ToArray());
        Assert.Equal(canonical, SipWriter.ToBytes(second));
        Assert.EndsWith($"Content-Length: {first.Body.Length}\r\n\r\n", Encoding.Latin1.GetString(canonical.AsSpan(0, canonical.Length - first.Body.Length)), StringComparison.Ordinal);

        static List<string> Fields(SipMessage message) =>
            [.. message.Headers.Where(header => header.Name != HeaderName.ContentLength).Select(header => $"{header.Name} {header.Text}")];
    }

    [Fact] // RFC 3261 §7.3.1
    public void A_folded_value_has_one_blank_for_each_fold()
    {
        SipMessage message = Vector("folded");
        Assert.Equal("one two", message.Text(HeaderName.Subject));
        Assert.True(message.TopVia.HasRport);
        Assert.Equal(5060, message.TopVia.Port);
    }

    [Fact] // RFC 3261 §20.42
    public void Vias_in_one_line_are_single_values()
    {
        SipMessage message = Vector("via-list");
        Assert.Equal(
            ["SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK83", "SIP / 2.0 / TCP [2001:db8::1]:5061;branch=z9hG4bKb", "SIP/2.0/UDP proxy.example", "SIP/2.0/UDP 192.0.2.9;comment=\"a,b;c\""],
            message.Texts(HeaderName.Via));
    }

    [Fact]
    public void Of_a_duplicate_header_the_first_counts()
    {
        SipMessage message = Vector("duplicate-headers");
        Assert.Equal("first", message.Text(HeaderName.UserAgent));
        Assert.Equal(["first", "second"], message.Texts(HeaderName.UserAgent));
    }

    [Fact]
    public void Trailing_blanks_are_no_part_of_a_value()
    {
        SipMessage message = Vector("blank-line-before-body");
        Assert.Equal("70", message.Text(HeaderName.MaxForwards));
        Assert.Equal("34020000001310000001:0,34020000002000000001:0", message.Text(HeaderName.Subject));
    }

    [Fact]
    public void A_display_name_in_GBK_survives_byte_by_byte()
    {
        SipMessage message = Vector("gbk-display-name");
        // U+8DEF U+53E3 U+661E: the last one's second byte is that of a backslash, before the closing quote
        Assert.Equal("\u00C2\u00B7\u00BF\u00DA\u0095\\", message.From.DisplayName);
        Assert.Equal("\u00C4\u00CF\u00C3\u00C5\u00C9\u00E3\u00CF\u00F1\u00BB\u00FA", message.To.DisplayName);
        Assert.True(NameAddr.TryParse(message.From.ToString(), out NameAddr? again));
        Assert.Equal(message.From, again);
    }

    [Fact]
    public void Contact_and_Expires_are_read_where_they_are()
    {
        SipMessage granted = Vector("register-200");
        Assert.Equal("1800", granted.Contact!.Parameter("expires"));
        Assert.Equal(3600, granted.Expires);
        Assert.Equal("2.0", granted.Text(HeaderName.XGbVer));
        SipMessage bare = Vector("bare-addresses");
        Assert.Equal("x", bare.Contact!.Tag);
        Assert.Equal("Application/", bare.ContentType);
        Assert.Null(Vector("no-tags").Contact);
        Assert.Null(Vector("no-tags").Expires);
        Assert.Null(Vector("no-tags").ContentType);
    }

    [Fact]
    public void Odd_Via_parameters_do_no_harm()
    {
        ViaHeader via = Vector("junk-via").TopVia;
        Assert.True(via.HasRport);
        Assert.Null(via.Rport);
        Assert.Null(via.Received);
        Assert.False(via.HasMagicCookie);
        Assert.Equal(";keep=1", via.Others);
    }

    private const string Good = """
        MESSAGE sip:34020000001110000001@192.0.2.20 SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
        From: <sip:34020000002000000001@3402000000>;tag=p1
        To: <sip:34020000001110000001@192.0.2.20>
        Call-ID: a@192.0.2.1
        CSeq: 1 MESSAGE


        """;

    // what is replaced by what; the fault; whether enough is left to answer the request
    public static TheoryData<string, string, string, bool> Unusable => new()
    {
        { "MESSAGE sip:", "sip:", "StartLine", false },
        { "MESSAGE sip:", "MES(SAGE sip:", "StartLine", false },
        { "MESSAGE sip:", new string('A', 40) + " sip:", "StartLine", false },
        { " SIP/2.0\n", "\n", "StartLine", false },
        { " SIP/2.0\n", " HTTP/1.1\n", "StartLine", false },
        { " SIP/2.0\n", " SIP/3.0\n", "Version", true },
        { "sip:34020000001110000001@192.0.2.20 SIP", "not-a-uri SIP", "RequestUri", true },
        { "sip:34020000001110000001@192.0.2.20 SIP", "sip:a@b c SIP", "RequestUri", true },
        { "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n", "", "Via", false },
        { "SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP", "Via", false },
        { "SIP/2.0/UDP 192.0.2.1", "SIP/3.0/UDP 192.0.2.1", "Via", false },
        { "From: <", "Frm: <", "From", false },
        { "<sip:34020000002000000001@3402000000>", "<sip:34020000002000000001@3402000000", "From", false },
        { "To: <", "Ton: <", "To", false },
        { "To: <sip:", "To: <", "To", false },
        { "Call-ID: a@192.0.2.1", "Call-ID: ", "CallId", false },
        { "Call-ID: a@192.0.2.1\n", "", "CallId", false },
        { "CSeq: 1 MESSAGE\n", "", "CSeq", false },
        { "CSeq: 1 MESSAGE", "CSeq: MESSAGE", "CSeq", false },
        { "CSeq: 1 MESSAGE", "CSeq: 4294967296 MESSAGE", "CSeq", false },
        { "CSeq: 1 MESSAGE", "CSeq: 1 INVITE", "CSeqMethod", true },
        { "CSeq: 1 MESSAGE\n", "CSeq: 1 MESSAGE\nno colon\n", "HeaderLine", true },
        { "CSeq: 1 MESSAGE\n", "CSeq: 1 MESSAGE\n: no name\n", "HeaderLine", true },
        { "CSeq: 1 MESSAGE\n", "CSeq: 1 MESSAGE\nbad name: x\n", "HeaderLine", true },
        { "CSeq: 1 MESSAGE\n\n", "CSeq: 1 MESSAGE\n", "HeadUnterminated", true },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void An_unusable_request_says_why_and_can_be_answered_when_enough_is_readable(string good, string bad, string fault, bool answerable)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        byte[] bytes = SipVectors.Latin1(Good.Replace(good, bad, StringComparison.Ordinal));
        Assert.False(SipParser.TryParse(bytes, SipLimits.Default, out SipMessage? message, out SipFault found));
        Assert.Equal(fault, found.ToString());
        Assert.Equal(answerable, message is not null);
        if (message is SipRequest request) Assert.Equal("a@192.0.2.1", SipResponse.For(request, found.ToStatusCode(), "t").CallId);
    }

    [Fact]
    public void An_unusable_response_is_nothing()
    {
        byte[] bytes = SipVectors.Latin1(Good.Replace("MESSAGE sip:34020000001110000001@192.0.2.20 SIP/2.0", "SIP/2.0 200 OK\nbroken line", StringComparison.Ordinal));
        Assert.False(SipParser.TryParse(bytes, SipLimits.Default, out SipMessage? message, out SipFault fault));
        Assert.Equal(SipFault.HeaderLine, fault);
        Assert.Null(message);
    }

    [Theory]
    [InlineData("SIP/2.0 099 Low")]
    [InlineData("SIP/2.0 700 High")]
    [InlineData("SIP/2.0 20 Short")]
    [InlineData("SIP/2.0 2000 Long")]
    [InlineData("SIP/2.0 2x0 OK")]
    [InlineData("SIP/2.0")]
    public void A_status_line_has_a_code_from_100_to_699(string line)
    {
        byte[] bytes = SipVectors.Latin1(Good.Replace("MESSAGE sip:34020000001110000001@192.0.2.20 SIP/2.0", line, StringComparison.Ordinal));
        Assert.False(SipParser.TryParse(bytes, SipLimits.Default, out _, out SipFault fault));
        Assert.Equal(SipFault.StartLine, fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("  \t\r\n")]
    public void A_keepalive_of_blanks_is_empty(string text)
    {
        Assert.False(SipParser.TryParse(Encoding.Latin1.GetBytes(text), SipLimits.Default, out _, out SipFault fault));
        Assert.Equal(SipFault.Empty, fault);
    }

    [Fact]
    public void Limits_hold_and_name_themselves()
    {
        byte[] good = SipVectors.Latin1(Good);
        Assert.Equal(SipFault.None, FaultWith(SipLimits.Default, good));
        Assert.Equal(SipFault.MessageTooLarge, FaultWith(SipLimits.Default with { MessageBytes = good.Length - 1 }, good));
        Assert.Equal(SipFault.None, FaultWith(SipLimits.Default with { MessageBytes = good.Length, Headers = 5 }, good));
        Assert.Equal(SipFault.TooManyHeaders, FaultWith(SipLimits.Default with { Headers = 5 }, SipVectors.Latin1(Good.Replace("To:", "X: 1\nTo:", StringComparison.Ordinal))));
        Assert.Equal(SipFault.HeadTooLarge, FaultWith(SipLimits.Default with { HeadBytes = good.Length - 1 }, good));
        Assert.Equal(SipFault.UriTooLong, FaultWith(SipLimits.Default with { UriBytes = 34 }, good));
        Assert.Equal(SipFault.None, FaultWith(SipLimits.Default with { UriBytes = 35 }, good));
        Assert.Equal(SipFault.HeaderLineTooLong, FaultWith(SipLimits.Default with { HeaderLineBytes = 60 }, SipVectors.Latin1(Good.Replace("To:", $"X: {new string('x', 60)}\nTo:", StringComparison.Ordinal))));

        static SipFault FaultWith(SipLimits limits, byte[] bytes)
        {
            SipParser.TryParse(bytes, limits, out _, out SipFault fault);
            return fault;
        }
    }

    [Fact]
    public void A_value_of_a_parsed_message_is_a_view_of_the_datagram()
    {
        byte[] bytes = [.. SipVectors.Keepalive.Bytes];
        Assert.True(SipParser.TryParse(bytes, SipLimits.Default, out SipMessage? message, out _));
        int at = bytes.AsSpan().IndexOf("ka-000173"u8);
        bytes[at] = (byte)'X';
        Assert.Equal("Xa-000173@192.0.2.20", message!.CallId);
    }

    [Fact]
    public void Parsing_a_typical_message_allocates_little()
    {
        byte[] bytes = SipVectors.Keepalive.Bytes;
        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++) SipParser.TryParse(bytes, SipLimits.Default, out _, out _);
        });
        // the message, its list of views, and the Request-URI
        Assert.InRange(allocated / 100, 1, 1_600);
    }

    private static SipMessage Vector(string name) => SipVectors.All.Single(vector => vector.Name == name).Parsed;

    private static int HeadLength(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        int crlf = text.IndexOf("\r\n\r\n", StringComparison.Ordinal), lf = text.IndexOf("\n\n", StringComparison.Ordinal);
        return crlf >= 0 ? crlf + 4 : lf + 2;
    }
}
