using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gb28181Edge.Protocol.Sip.Auth;

/// <summary>What a WWW-Authenticate or Proxy-Authenticate field asks for. RFC 7616 §3.3, RFC 2617 §3.2.1, RFC 8760.</summary>
internal sealed record DigestChallenge
{
    /// <summary>Verbatim: it is hashed. Platforms write their domain, part of it, or any text.</summary>
    public required string Realm { get; init; }

    /// <summary>Verbatim: it is hashed.</summary>
    public required string Nonce { get; init; }

    /// <summary>MD5 when the challenge names none.</summary>
    public DigestAlgorithm Algorithm { get; init; }

    /// <summary>Whether the challenge named its algorithm.</summary>
    public bool HasAlgorithm { get; init; }

    /// <summary>Echoed when present, even when it is empty; null when absent.</summary>
    public string? Opaque { get; init; }

    /// <summary><c>auth</c> was offered. False: answer as RFC 2069, without qop, nc and cnonce, which some platforms would not verify.</summary>
    public bool HasQopAuth { get; init; }

    /// <summary>The nonce was good once and the password right: answer again with this one.</summary>
    public bool IsStale { get; init; }

    /// <summary>The first challenge of these field values that we can answer: MD5 or SHA-256, with qop auth or without qop.</summary>
    /// <param name="values">Each may hold several challenges.</param>
    public static DigestChallenge? Choose(IEnumerable<string> values)
    {
        foreach (string value in values)
        {
            if (TryParse(value, out DigestChallenge? challenge)) return challenge;
        }
        return null;
    }

    /// <summary>Reads the first challenge in the value that we can answer. False when there is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DigestChallenge? challenge)
    {
        challenge = null;
        while (challenge is null && DigestParameters.TryScheme(ref text, out ReadOnlySpan<char> scheme))
        {
            bool isDigest = scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase);
            DigestChallenge? found = Read(ref text);
            if (isDigest) challenge = found;
        }
        return challenge is not null;
    }

    private static DigestChallenge? Read(scoped ref ReadOnlySpan<char> text)
    {
        string? realm = null, nonce = null, opaque = null;
        bool known = true, hasAlgorithm = false, stale = false, hasQop = false, hasAuth = false;
        DigestAlgorithm algorithm = DigestAlgorithm.Md5;
        while (DigestParameters.TryNext(ref text, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value))
        {
            if (Is(name, "realm")) realm ??= SipGrammar.Unquote(value);
            else if (Is(name, "nonce")) nonce ??= SipGrammar.Unquote(value);
            else if (Is(name, "opaque")) opaque ??= SipGrammar.Unquote(value);
            else if (Is(name, "stale")) stale = SipGrammar.Unquote(value).Equals("true", StringComparison.OrdinalIgnoreCase);
            else if (Is(name, "algorithm"))
            {
                string token = SipGrammar.Unquote(value);
                hasAlgorithm = token.Length > 0;
                known = token.Length == 0 || DigestAlgorithms.TryParse(token, out algorithm);
            }
            else if (Is(name, "qop"))
            {
                string list = SipGrammar.Unquote(value);
                hasQop |= list.Length > 0;
                hasAuth |= DigestParameters.ListHas(list, "auth");
            }
        }
        // Only auth-int offered: we cannot answer that, and leaving qop out would not be taken either.
        if (realm is null || nonce is null || !known || (hasQop && !hasAuth)) return null;
        return new DigestChallenge
        {
            Realm = realm,
            Nonce = nonce,
            Algorithm = algorithm,
            HasAlgorithm = hasAlgorithm,
            Opaque = opaque,
            HasQopAuth = hasAuth,
            IsStale = stale,
        };
    }

    private static bool Is(ReadOnlySpan<char> text, string expected) => text.Equals(expected, StringComparison.OrdinalIgnoreCase);

    /// <summary>As the bench platform writes it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("Digest realm=").Append(SipGrammar.Quote(Realm)).Append(",nonce=").Append(SipGrammar.Quote(Nonce));
        if (Opaque is not null) text.Append(",opaque=").Append(SipGrammar.Quote(Opaque));
        if (HasQopAuth) text.Append(",qop=\"auth\"");
        if (HasAlgorithm) text.Append(",algorithm=").Append(Algorithm.Token());
        if (IsStale) text.Append(",stale=true");
        return text.ToString();
    }
}
