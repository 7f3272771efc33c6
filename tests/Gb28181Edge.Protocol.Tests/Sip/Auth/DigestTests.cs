using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.Auth;

namespace Gb28181Edge.Protocol.Tests.Sip.Auth;

public class DigestTests
{
    private const string Uri = "sip:34020000002000000001@3402000000", User = "34020000001320000001", Nonce = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static DigestChallenge Challenge(string text)
    {
        Assert.True(DigestChallenge.TryParse(text, out DigestChallenge? challenge));
        return challenge;
    }

    // The responses were computed apart from this code, with Python's hashlib. GB/T 28181-2016 §9.1.2.1, RFC 2617 §3.2.2.
    [Theory]
    [InlineData("", "3620fa38b61db9eb75d905ab0f3fb6c9", false)]
    [InlineData(",algorithm=MD5", "3620fa38b61db9eb75d905ab0f3fb6c9", false)]
    [InlineData(",algorithm=\"md5\",qop=\"\"", "3620fa38b61db9eb75d905ab0f3fb6c9", false)]
    [InlineData(",qop=\"auth\",algorithm=MD5", "9ea04fe6f5bd344d3b47cc015cf30f51", true)]
    [InlineData(", qop=auth", "9ea04fe6f5bd344d3b47cc015cf30f51", true)]
    [InlineData(",qop=\"auth-int, AUTH\"", "9ea04fe6f5bd344d3b47cc015cf30f51", true)]
    [InlineData(",qop=\"auth,auth-int\"", "9ea04fe6f5bd344d3b47cc015cf30f51", true)]
    public void A_challenge_is_answered_with_or_without_qop_as_it_asks(string more, string response, bool qop)
    {
        DigestChallenge challenge = Challenge($"Digest realm=\"3402000000\",nonce=\"{Nonce}\"{more}");
        DigestCredentials answer = DigestCredentials.Answer(challenge, User, "Pa55word", SipMethod.Register, Uri, "8f2a6c01");
        Assert.Equal(response, answer.Response);
        Assert.Equal(qop, answer.ToString().EndsWith(",algorithm=MD5,qop=auth,nc=00000001,cnonce=\"8f2a6c01\"", StringComparison.Ordinal));
        Assert.Equal(qop, answer.ToString().Contains("nonce=\"8f2a", StringComparison.Ordinal));
        Assert.True(answer.Verify(SipMethod.Register, "Pa55word"));
        Assert.False(answer.Verify(SipMethod.Register, "Pa55Word"));
        Assert.False(answer.Verify(SipMethod.Message, "Pa55word"));
    }

    // RFC 7616 §3.9.1, both answers of its example
    [Theory]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    public void The_example_of_RFC_7616_is_verified(string algorithm, string response)
    {
        string text = $"Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        Assert.True(DigestCredentials.TryParse(text, out DigestCredentials? credentials));
        Assert.True(credentials.Verify(new SipMethod("GET"), "Circle of Life"));
        Assert.False(credentials.Verify(new SipMethod("GET"), "Circle of life"));
        Assert.True(DigestCredentials.TryParse(credentials.ToString(), out DigestCredentials? again));
        Assert.Equal(credentials, again);
        Assert.False((credentials with { Response = response[1..] }).Verify(new SipMethod("GET"), "Circle of Life"));
    }

    [Fact]
    public void An_upper_case_response_is_verified_and_ours_is_lower_case()
    {
        DigestCredentials answer = DigestCredentials.Answer(Challenge("Digest realm=\"r\",nonce=\"n\",algorithm=SHA-256"), "u", "p", SipMethod.Register, Uri, "c");
        Assert.Equal(answer.Response.ToLowerInvariant(), answer.Response);
        Assert.Equal(64, answer.Response.Length);
        Assert.True((answer with { Response = answer.Response.ToUpperInvariant() }).Verify(SipMethod.Register, "p"));
    }

    [Fact]
    public void Of_several_challenges_the_first_known_one_is_chosen()
    {
        string[] values =
        [
            "Basic realm=\"b\"",
            "Asymmetric nonce=\"a&b\",algorithm=\"A:RSA;H:SHA1\"",
            "Digest realm=\"sm3\",nonce=\"1\",algorithm=SM3, Digest realm=\"int\", nonce=\"2\", qop=\"auth-int\", Digest realm=\"sha\",nonce=\"3\",algorithm=SHA-256",
            "Digest realm=\"md5\",nonce=\"4\"",
        ];
        Assert.Equal(("sha", "3", DigestAlgorithm.Sha256), DigestChallenge.Choose(values) is { } chosen ? (chosen.Realm, chosen.Nonce, chosen.Algorithm) : default);
        Assert.Equal("md5", DigestChallenge.Choose(values.Where(value => !value.Contains("sha", StringComparison.Ordinal)))?.Realm);
        Assert.Null(DigestChallenge.Choose(values.Take(2)));
    }

    [Fact]
    public void A_quoted_value_may_hold_commas_and_quotes()
    {
        DigestChallenge challenge = Challenge("digest nonce=\"a,b=\\\"c\\\", Digest realm=x\" , REALM=\"one, two\",stale=TRUE,unknown");
        Assert.Equal(("one, two", "a,b=\"c\", Digest realm=x", true), (challenge.Realm, challenge.Nonce, challenge.IsStale));
        string answer = DigestCredentials.Answer(challenge, "u", "p", SipMethod.Register, Uri, "c").ToString();
        Assert.Contains("nonce=\"a,b=\\\"c\\\", Digest realm=x\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",opaque=\"\"", ",opaque=\"\"")]
    [InlineData(",opaque=\"x y\"", ",opaque=\"x y\"")]
    [InlineData("", null)]
    public void Opaque_is_echoed_when_present_even_when_empty(string offered, string? echoed)
    {
        string answer = DigestCredentials.Answer(Challenge($"Digest realm=\"r\",nonce=\"n\"{offered}"), "u", "p", SipMethod.Register, Uri, "c").ToString();
        if (echoed is null) Assert.DoesNotContain("opaque", answer, StringComparison.Ordinal);
        else Assert.Contains(echoed, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Digest")]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest nonce=\"n\"")]
    [InlineData("Digest realm=\"r\",nonce=\"open")]
    [InlineData("Digest realm=\"r\",nonce=\"n\",algorithm=MD5-sess")]
    [InlineData("Digest realm=\"r\",nonce=\"n\",qop=\"auth-int\"")]
    [InlineData("\"Digest\" realm=\"r\",nonce=\"n\"")]
    public void What_cannot_be_answered_is_no_challenge(string text) => Assert.False(DigestChallenge.TryParse(text, out _));

    [Theory]
    [InlineData("username")]
    [InlineData("realm")]
    [InlineData("nonce")]
    [InlineData("uri")]
    [InlineData("response")]
    [InlineData("nc")]
    [InlineData("cnonce")]
    public void Credentials_without_a_needed_part_are_refused(string missing)
    {
        const string whole = "Digest username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:a@b\",response=\"00\",qop=auth,nc=00000001,cnonce=\"c\"";
        Assert.True(DigestCredentials.TryParse(whole, out _));
        Assert.False(DigestCredentials.TryParse(whole.Replace($"{missing}=", "x=", StringComparison.Ordinal).Replace("cx=", "cnonce=", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void Text_beyond_ASCII_is_hashed_as_the_bytes_on_the_wire()
    {
        DigestChallenge challenge = Challenge("Digest realm=\"\u00B1\u00B1\",nonce=\"n\"");
        DigestCredentials answer = DigestCredentials.Answer(challenge, "北", "门", SipMethod.Register, Uri, "c");
        Assert.True(DigestCredentials.TryParse(answer.ToString(), out DigestCredentials? read));
        Assert.True(read.Verify(SipMethod.Register, "门"));
        byte[] ha1 = [0xE5, 0x8C, 0x97, (byte)':', 0xB1, 0xB1, (byte)':', 0xE9, 0x97, 0xA8];
        string expected = Hex(System.Text.Encoding.ASCII.GetBytes($"{Hex(ha1)}:n:{Hex(System.Text.Encoding.ASCII.GetBytes($"REGISTER:{Uri}"))}"));
        Assert.Equal(expected, answer.Response);

        static string Hex(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(bytes));
    }
}
