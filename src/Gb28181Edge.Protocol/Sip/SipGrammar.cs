using System.Buffers;
using System.Text;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>The lexical rules that the header grammars share: tokens, quoted strings, parameters. RFC 3261 §25.1.</summary>
/// <remarks>
/// Text is Latin-1: one character a byte, so that bytes of any charset (display names in GBK) survive reading and writing unchanged.
/// </remarks>
internal static class SipGrammar
{
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~");

    /// <summary>True for one or more token characters.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>Without blanks, tabs and line ends on either side.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t\r\n");

    /// <summary>Without blanks, tabs and line ends on either side.</summary>
    public static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text) => text.Trim(" \t\r\n"u8);

    /// <summary>The bytes as characters of the same value.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>The text as it goes over the wire, one character a byte: UTF-8 when it has a character beyond U+00FF. RFC 3261 §25.1.</summary>
    public static string WireText(string text) =>
        text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF') ? Text(Encoding.UTF8.GetBytes(text)) : text;

    /// <summary><see cref="WireText"/> as bytes.</summary>
    /// <exception cref="ArgumentException">The text holds a line end or a NUL, which would forge a header.</exception>
    public static byte[] Bytes(string text)
    {
        if (text.AsSpan().ContainsAny('\r', '\n', '\0')) throw new ArgumentException("a header value holds no line end and no NUL", nameof(text));
        return Encoding.Latin1.GetBytes(WireText(text));
    }

    /// <summary>The index behind the quoted string that starts at <paramref name="start"/>; −1 when its closing quote is missing.</summary>
    public static int SkipQuoted(ReadOnlySpan<char> text, int start)
    {
        for (int i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\' || IsDoubleByte(text, i)) i++;
        }
        return -1;
    }

    /// <summary>The next <paramref name="separator"/> from <paramref name="start"/> on, outside quotes; −1 when there is none.</summary>
    /// <param name="text">A quote that is never closed is an ordinary character.</param>
    /// <param name="separator">Comma or semicolon.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="uris">Angle brackets hold URIs, which are passed over.</param>
    public static int IndexOfTop(ReadOnlySpan<char> text, char separator, int start = 0, bool uris = false)
    {
        bool inUri = false, quotes = true;
        for (int i = start; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"' && quotes && !inUri)
            {
                int end = SkipQuoted(text, i);
                quotes = end >= 0;
                if (quotes) i = end - 1;
            }
            else if (c == '<') inUri = uris;
            else if (c == '>') inUri = false;
            else if (c == separator && !inUri) return i;
        }
        return -1;
    }

    /// <summary>
    /// Takes the next parameter off <c>;name=value;name…</c>: blanks around the signs are allowed, a value may be quoted (and stays so),
    /// empty parameters are passed over. False at the end.
    /// </summary>
    public static bool NextParameter(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        while (!rest.IsEmpty)
        {
            int start = rest[0] == ';' ? 1 : 0;
            int end = IndexOfTop(rest, ';', start);
            ReadOnlySpan<char> parameter = Trim(end < 0 ? rest[start..] : rest[start..end]);
            rest = end < 0 ? default : rest[end..];
            if (parameter.IsEmpty) continue;
            int equals = parameter.IndexOf('=');
            name = equals < 0 ? parameter : Trim(parameter[..equals]);
            value = equals < 0 ? default : Trim(parameter[(equals + 1)..]);
            return true;
        }
        name = value = default;
        return false;
    }

    /// <summary>The first parameter of that name in any case; false when absent. A parameter without a value gives an empty one.</summary>
    public static bool TryParameter(ReadOnlySpan<char> parameters, ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        ReadOnlySpan<char> rest = parameters;
        while (NextParameter(ref rest, out ReadOnlySpan<char> candidate, out value))
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>A quoted string's content without its escapes; anything else as it is.</summary>
    public static string Unquote(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"') return text.ToString();
        text = text[1..^1];
        if (!text.Contains('\\')) return text.ToString();
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (IsDoubleByte(text, i)) plain.Append(text[i++]);
            else if (text[i] == '\\' && i + 1 < text.Length) i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }

    /// <summary>The text as a quoted string, quotes and backslashes escaped.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (int i = 0; i < text.Length; i++)
        {
            if (IsDoubleByte(text, i))
            {
                quoted.Append(text[i++]).Append(text[i]);
                continue;
            }
            if (text[i] is '"' or '\\') quoted.Append('\\');
            // Half a character before a quote would swallow the backslash that escapes it.
            quoted.Append(IsLeadByte(text[i]) && i + 1 < text.Length && text[i + 1] == '"' ? '?' : text[i]);
        }
        return quoted.Append('"').ToString();
    }

    // The second byte of a GBK character may be that of a backslash (5C): it escapes nothing. RFC 3261 knows only UTF-8 here.
    private static bool IsDoubleByte(ReadOnlySpan<char> text, int index) =>
        IsLeadByte(text[index]) && index + 1 < text.Length && text[index + 1] >= '\u0040';

    private static bool IsLeadByte(char c) => c is >= '\u0081' and <= '\u00FE';
}
