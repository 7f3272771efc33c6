using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Protocol.Tests.Sip;

/// <summary>One message as some peer writes it, and what must be read from it.</summary>
/// <param name="Name">File under Vectors/Sip.</param>
/// <param name="Source">Where the shape comes from.</param>
/// <param name="StartLine">As we would write it.</param>
/// <param name="From">User part and tag, a dash for none.</param>
/// <param name="To">User part and tag, a dash for none.</param>
/// <param name="CallId">Call-ID.</param>
/// <param name="CSeq">As we would write it.</param>
/// <param name="Branch">Of the topmost Via; null for none.</param>
/// <param name="BodyStart">How the body begins; empty for no body.</param>
/// <param name="Framed">Content-Length is right or absent without a body, so that the bytes may come by TCP.</param>
public sealed record SipVector(string Name, string Source, string StartLine, string From, string To, string CallId, string CSeq, string? Branch, string BodyStart, bool Framed = true)
{
    public byte[] Bytes { get; } = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "Sip", Name + ".sip"));

    internal SipMessage Parsed
    {
        get
        {
            Assert.True(SipParser.TryParse(Bytes, SipLimits.Default, out SipMessage? message, out SipFault fault), fault.ToString());
            return message!;
        }
    }

    public override string ToString() => Name;
}

/// <summary>The table of message vectors: each row is a habit seen in the field or a rule of a standard.</summary>
public static class SipVectors
{
    private const string Device = "34020000001110000001", Camera = "34020000001310000001", Platform = "34020000002000000001";
    private const string Xml = "<?xml version", Sdp = "v=0";

    public static SipVector Keepalive { get; } = new("keepalive", "GB/T 28181-2016 §9.6.2", $"MESSAGE sip:{Platform}@3402000000 SIP/2.0", $"{Device} k1", $"{Platform} -", "ka-000173@192.0.2.20", "173 MESSAGE", "z9hG4bKk1", Xml);

    public static IReadOnlyList<SipVector> All { get; } =
    [
        Keepalive,
        new("register", "GB/T 28181-2016 §9.1.2.1", $"REGISTER sip:{Platform}@3402000000 SIP/2.0", $"{Device} f1", $"{Device} -", "reg-7d1@192.0.2.20", "2 REGISTER", "z9hG4bKa2", ""),
        new("register-401", "GB/T 28181-2016 §9.1.2.1; Date as eXosip platforms send it", "SIP/2.0 401 Unauthorized", $"{Device} f1", $"{Device} s1", "reg-7d1@192.0.2.20", "1 REGISTER", "z9hG4bKa1", ""),
        new("register-200", "GB/T 28181-2016 §9.10.2, GB/T 28181-2022 annex I", "SIP/2.0 200 OK", $"{Device} f1", $"{Device} s1", "reg-7d1@192.0.2.20", "2 REGISTER", "z9hG4bKa2", ""),
        new("any-case", "GB/T 28181-2016 annex J samples", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "any-case@192.0.2.1", "1 MESSAGE", "z9hG4bK71", Xml),
        new("compact", "RFC 3261 §7.3.3", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "compact@192.0.2.1", "2 MESSAGE", "z9hG4bK72", Xml),
        new("folded", "RFC 3261 §7.3.1", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "folded@192.0.2.1", "3 MESSAGE", "z9hG4bK73", Xml),
        new("bare-lf", "Python tools, libgb28181", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "bare-lf@192.0.2.1", "4 MESSAGE", "z9hG4bK74", Xml),
        new("no-content-length", "a Qt platform's ACK and BYE", $"ACK sip:{Camera}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Camera} d1", "no-content-length@192.0.2.1", "20 ACK", "z3hG9bK75", ""),
        new("content-length-too-large", "platforms that count characters of another charset", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "cl-large@192.0.2.1", "6 MESSAGE", "z9hG4bK76", Xml, Framed: false),
        new("garbage-behind", "RFC 3261 §18.3: bytes behind the body are not of it", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "garbage@192.0.2.1", "7 MESSAGE", "z9hG4bK77", Xml, Framed: false),
        new("blank-line-before-body", "Hikvision NCG: extra blank line, no branch, trailing blanks", $"INVITE sip:{Camera}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Camera} -", "blank-line@192.0.2.1", "1 INVITE", null, Sdp, Framed: false),
        new("junk-via", "Uniview: RPort=rport, received without a value, another cookie", $"BYE sip:{Platform}@192.0.2.1:5060 SIP/2.0", $"{Platform} p1", $"{Camera} d1", "junk-via@192.0.2.1", "20 BYE", "z3hG9bK79", ""),
        new("no-tags", "SRS 4: responses lose the From tag and get no To tag", "SIP/2.0 200 OK", $"{Device} -", $"{Device} -", "no-tags@192.0.2.20", "2 REGISTER", "z9hG4bK80", ""),
        new("duplicate-headers", "WVP: User-Agent twice in BYE, INFO, ACK", $"BYE sip:{Camera}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Camera} d1", "duplicate@192.0.2.1", "9 BYE", "z9hG4bK81", ""),
        new("gbk-display-name", "GB/T 28181-2016 annex J samples, Uniview", $"MESSAGE sip:{Device}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Device} -", "gbk@192.0.2.1", "12 MESSAGE", "z9hG4bK82", Xml),
        new("via-list", "RFC 3261 §7.3.1, §20.42", "SIP/2.0 200 OK", $"{Device} f1", $"{Platform} s1", "via-list@192.0.2.20", "13 MESSAGE", "z9hG4bK83", ""),
        new("bare-addresses", "old Hikvision nodes: 18 digits; Monibuca: Contact with a tag, MESSAGE with Expires; GB/T 28181-2016 J.20.1: Application/", "MESSAGE sip:340200000011000001@192.0.2.20:5060 SIP/2.0", "340200000020000001 p1", "340200000011000001 -", "bare@192.0.2.1", "14 MESSAGE", "z9hG4bK84", Xml),
        new("route", "LiveGBS, Dahua: a Route that points at the device", $"INVITE sip:{Camera}@3402000000 SIP/2.0", $"{Platform} p1", $"{Camera} -", "route@192.0.2.1", "15 INVITE", "z9hG4bK85", Sdp),
        new("options", "RFC 3261 §11; Date in a request as eXosip sends it", $"OPTIONS sip:{Device}@192.0.2.20:5060 SIP/2.0", "ping o1", $"{Device} -", "options@192.0.2.9", "16 OPTIONS", "z9hG4bK86", ""),
        new("unknown-method", "RFC 3311", $"UPDATE sip:{Camera}@192.0.2.20:5060 SIP/2.0", $"{Platform} p1", $"{Camera} d1", "update@192.0.2.1", "17 UPDATE", "z9hG4bK87", ""),
        new("trying", "AKStream: 100 to REGISTER", "SIP/2.0 100 Trying", $"{Device} f1", $"{Device} -", "trying@192.0.2.20", "1 REGISTER", "z9hG4bK88", ""),
        new("no-reason", "RFC 3261 §25.1 lets the phrase be empty; the blank before it is left out as well", "SIP/2.0 200 ", $"{Device} f1", $"{Platform} s1", "no-reason@192.0.2.20", "18 MESSAGE", "z9hG4bK89", ""),
        new("response-with-body", "GB/T 28181-2016 annex J.18: MANSCDP in a 200", "SIP/2.0 200 OK", $"{Device} f1", $"{Platform} s1", "body@192.0.2.20", "19 MESSAGE", "z9hG4bK90", Xml),
    ];

    public static TheoryData<SipVector> Each => [.. All];
    public static TheoryData<SipVector> EachFramed => [.. All.Where(vector => vector.Framed)];

    internal static byte[] Latin1(string text) => System.Text.Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));
}
