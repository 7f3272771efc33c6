namespace Gb28181Edge.Protocol.Sip.Auth;

/// <summary>The comma separated parameters behind the word Digest. RFC 7616 §3.3, RFC 3261 §25.1.</summary>
internal static class DigestParameters
{
    /// <summary>Takes the next <c>name=value</c>; a value may be quoted and then hold commas. False at the end or at what is none.</summary>
    /// <param name="rest">Moves behind what was taken.</param>
    /// <param name="name">A token.</param>
    /// <param name="value">With its quotes, if any; maybe empty.</param>
    public static bool TryNext(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        name = value = default;
        ReadOnlySpan<char> text = rest.TrimStart(" \t,");
        int equals = text.IndexOf('=');
        if (equals <= 0) return false;
        name = SipGrammar.Trim(text[..equals]);
        // A blank inside is the scheme of the next challenge: "…, Digest realm=…".
        if (!SipGrammar.IsToken(name)) return false;
        text = text[(equals + 1)..].TrimStart(" \t");
        int end;
        if (text.StartsWith('"'))
        {
            end = SipGrammar.SkipQuoted(text, 0);
            if (end < 0) return false;
        }
        else
        {
            end = text.IndexOf(',');
            if (end < 0) end = text.Length;
        }
        value = SipGrammar.Trim(text[..end]);
        rest = text[end..];
        return true;
    }

    /// <summary>Takes the scheme word in front. False when there is none.</summary>
    public static bool TryScheme(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> scheme)
    {
        ReadOnlySpan<char> text = rest.TrimStart(" \t\r\n,");
        int end = text.IndexOfAny(' ', '\t');
        if (end < 0) end = text.Length;
        scheme = text[..end];
        if (!SipGrammar.IsToken(scheme)) return false;
        rest = text[end..];
        return true;
    }

    /// <summary>Whether a list as <c>auth,auth-int</c> has the word, in any case.</summary>
    public static bool ListHas(ReadOnlySpan<char> list, ReadOnlySpan<char> word)
    {
        foreach (Range range in list.Split(','))
        {
            if (SipGrammar.Trim(list[range]).Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
