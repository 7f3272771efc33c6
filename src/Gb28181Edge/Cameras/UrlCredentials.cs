using System.Buffers;

namespace Gb28181Edge.Cameras;

/// <summary>Takes user names and passwords out of the URLs in a text, before it is shown or logged. RFC 3986 §3.2.1.</summary>
internal static class UrlCredentials
{
    private const string Separator = "://";

    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/ \t\"'<>?");

    /// <summary>The text with every <c>scheme://user:password@host</c> as <c>scheme://host</c>.</summary>
    public static string Strip(string text)
    {
        int from = 0;
        while (text.IndexOf(Separator, from, StringComparison.Ordinal) is var separator and >= 0)
        {
            int begin = from = separator + Separator.Length;
            int length = text.AsSpan(begin).IndexOfAny(AuthorityEnds);
            int end = length < 0 ? text.Length : begin + length;
            int at = text.AsSpan(begin, end - begin).LastIndexOf('@');
            if (at >= 0) text = text.Remove(begin, at + 1);
        }
        return text;
    }
}
