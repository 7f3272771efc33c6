using System.Text;

namespace Gb28181Edge.Configuration;

/// <summary>Hides passwords in what a person may see.</summary>
internal static class SecretMask
{
    /// <summary>What stands for a secret.</summary>
    public const string Stars = "***";

    /// <summary>The text with the password of every <c>scheme://user:password@host</c> replaced; everything else as it is.</summary>
    public static string Mask(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return text;
        var masked = new StringBuilder(text.Length);
        int done = 0;
        for (; scheme >= 0; scheme = text.IndexOf("://", done, StringComparison.Ordinal))
        {
            int start = scheme + 3;
            ReadOnlySpan<char> authority = Until(text.AsSpan(start), "/?# \t\"");
            int colon = authority.IndexOf(':');
            int at = authority.LastIndexOf('@');
            if (at < 0 && colon >= 0 && authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9'))
            {
                // what follows the colon is no port, so it is a password that should have been escaped: pass/word@host
                authority = Until(text.AsSpan(start), " \t\"");
                at = authority.LastIndexOf('@');
            }
            if (colon > at) colon = -1;
            masked.Append(text, done, start - done);
            if (colon >= 0) masked.Append(authority[..(colon + 1)]).Append(Stars).Append(authority[at..]);
            else masked.Append(authority);
            done = start + authority.Length;
        }
        return masked.Append(text, done, text.Length - done).ToString();
    }

    private static ReadOnlySpan<char> Until(ReadOnlySpan<char> text, string ends)
    {
        int length = text.IndexOfAny(ends);
        return length < 0 ? text : text[..length];
    }
}
