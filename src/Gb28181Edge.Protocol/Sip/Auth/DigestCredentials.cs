using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gb28181Edge.Protocol.Sip.Auth;

/// <summary>An Authorization or Proxy-Authorization field: made by a client, verified by a server. RFC 7616 §3.4, RFC 2617 §3.2.2.</summary>
internal sealed record DigestCredentials
{
    /// <summary>
    /// The only nonce count we send to platforms, each time with a fresh cnonce: some platforms format it anew before they hash it, and differ
    /// from RFC 7616 from 0000000a on.
    /// </summary>
    public const string FirstNonceCount = "00000001";

    public required string Username { get; init; }
    public required string Realm { get; init; }
    public required string Nonce { get; init; }

    /// <summary>Exactly the Request-URI as written.</summary>
    public required string Uri { get; init; }

    /// <summary>Hex, lower case when written by us.</summary>
    public required string Response { get; init; }

    public DigestAlgorithm Algorithm { get; init; }
    public string? Opaque { get; init; }

    /// <summary>True: <see cref="NonceCount"/> and <see cref="Cnonce"/> are part of the hash.</summary>
    public bool HasQopAuth { get; init; }

    /// <summary>Eight hex digits; null without qop.</summary>
    public string? NonceCount { get; init; }

    /// <summary>Null without qop.</summary>
    public string? Cnonce { get; init; }

    /// <summary>Answers a challenge.</summary>
    /// <param name="challenge">What was asked.</param>
    /// <param name="username">The account; by default the device's 20 digits.</param>
    /// <param name="password">Never written, only hashed; as UTF-8.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="requestUri">Exactly as the request line writes it.</param>
    /// <param name="cnonce">Fresh for every answer; used only when the challenge offered qop.</param>
    /// <param name="nonceCount">Eight hex digits; used only when the challenge offered qop.</param>
    public static DigestCredentials Answer(DigestChallenge challenge, string username, string password, SipMethod method, string requestUri, string cnonce,
        string nonceCount = FirstNonceCount)
    {
        var unsigned = new DigestCredentials
        {
            Username = SipGrammar.WireText(username),
            Realm = challenge.Realm,
            Nonce = challenge.Nonce,
            Uri = requestUri,
            Response = "",
            Algorithm = challenge.Algorithm,
            Opaque = challenge.Opaque,
            HasQopAuth = challenge.HasQopAuth,
            NonceCount = challenge.HasQopAuth ? nonceCount : null,
            Cnonce = challenge.HasQopAuth ? cnonce : null,
        };
        return unsigned with { Response = unsigned.Expected(method, password) };
    }

    /// <summary>A server's view: whether the response was made with this password for this request. Compares in constant time.</summary>
    /// <remarks>The caller checks that realm and nonce are its own; the URI is hashed as the client wrote it.</remarks>
    public bool Verify(SipMethod method, string password) =>
        CryptographicOperations.FixedTimeEquals(Encoding.Latin1.GetBytes(Response.ToLowerInvariant()), Encoding.Latin1.GetBytes(Expected(method, password)));

    /// <summary>Reads the field's value. False when it is no digest, or lacks what a digest needs, or uses an algorithm we do not know.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DigestCredentials? credentials)
    {
        credentials = null;
        if (!DigestParameters.TryScheme(ref text, out ReadOnlySpan<char> scheme) || !Is(scheme, "Digest")) return false;
        string? username = null, realm = null, nonce = null, uri = null, response = null, opaque = null, qop = null, count = null, cnonce = null, algorithm = null;
        while (DigestParameters.TryNext(ref text, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value))
        {
            if (Is(name, "username")) username ??= SipGrammar.Unquote(value);
            else if (Is(name, "realm")) realm ??= SipGrammar.Unquote(value);
            else if (Is(name, "nonce")) nonce ??= SipGrammar.Unquote(value);
            else if (Is(name, "uri")) uri ??= SipGrammar.Unquote(value);
            else if (Is(name, "response")) response ??= SipGrammar.Unquote(value);
            else if (Is(name, "opaque")) opaque ??= SipGrammar.Unquote(value);
            else if (Is(name, "qop")) qop ??= SipGrammar.Unquote(value);
            else if (Is(name, "nc")) count ??= SipGrammar.Unquote(value);
            else if (Is(name, "cnonce")) cnonce ??= SipGrammar.Unquote(value);
            else if (Is(name, "algorithm")) algorithm ??= SipGrammar.Unquote(value);
        }
        if (username is null || realm is null || nonce is null || uri is null || response is null) return false;
        var known = DigestAlgorithm.Md5;
        if (!string.IsNullOrEmpty(algorithm) && !DigestAlgorithms.TryParse(algorithm, out known)) return false;
        bool hasQop = !string.IsNullOrEmpty(qop);
        if (hasQop && (!Is(qop, "auth") || count is null || cnonce is null)) return false;
        credentials = new DigestCredentials
        {
            Username = username,
            Realm = realm,
            Nonce = nonce,
            Uri = uri,
            Response = response,
            Algorithm = known,
            Opaque = opaque,
            HasQopAuth = hasQop,
            NonceCount = hasQop ? count : null,
            Cnonce = hasQop ? cnonce : null,
        };
        return true;
    }

    private string Expected(SipMethod method, string password)
    {
        string ha1 = Hash($"{Username}:{Realm}:{SipGrammar.WireText(password)}");
        string ha2 = Hash($"{method.Name}:{Uri}");
        return Hash(HasQopAuth ? $"{ha1}:{Nonce}:{NonceCount}:{Cnonce}:auth:{ha2}" : $"{ha1}:{Nonce}:{ha2}");
    }

    private string Hash(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        return Convert.ToHexStringLower(Algorithm == DigestAlgorithm.Sha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    private static bool Is(ReadOnlySpan<char> text, string expected) => text.Equals(expected, StringComparison.OrdinalIgnoreCase);

    /// <summary>The field's value. Holds the response: not for logs.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("Digest username=").Append(SipGrammar.Quote(Username))
            .Append(",realm=").Append(SipGrammar.Quote(Realm))
            .Append(",nonce=").Append(SipGrammar.Quote(Nonce))
            .Append(",uri=").Append(SipGrammar.Quote(Uri))
            .Append(",response=\"").Append(Response).Append('"');
        // Harmless where the challenge named none, and GB/T 28181-2016 annex J writes it.
        text.Append(",algorithm=").Append(Algorithm.Token());
        if (Opaque is not null) text.Append(",opaque=").Append(SipGrammar.Quote(Opaque));
        if (HasQopAuth) text.Append(",qop=auth,nc=").Append(NonceCount).Append(",cnonce=").Append(SipGrammar.Quote(Cnonce));
        return text.ToString();
    }
}
