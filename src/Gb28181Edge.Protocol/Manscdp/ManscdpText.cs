using System.Buffers;
using System.Text;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>The charset label that a platform wants to see in the declaration.</summary>
internal enum ManscdpCharset
{
    /// <summary>GB/T 28181-2016 §6.10. Characters outside GB 2312-1980 are replaced.</summary>
    Gb2312,
    /// <summary>GB/T 28181-2022 §6.10.</summary>
    Gb18030,
    Utf8,
}

/// <summary>Bytes to text and back, for MANSCDP bodies. GB/T 28181-2016 §6.10, GB/T 28181-2022 §6.10.</summary>
internal static class ManscdpText
{
    /// <summary>GB18030 decodes GB2312 and GBK too, and encodes what they have as they do.</summary>
    public static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A declaration is looked for within so many bytes.</summary>
    private const int DeclarationBytes = 200;

    /// <summary>The label as it stands in <c>encoding="…"</c>.</summary>
    public static string Label(ManscdpCharset charset) => charset switch
    {
        ManscdpCharset.Gb2312 => "GB2312",
        ManscdpCharset.Gb18030 => "GB18030",
        _ => "UTF-8",
    };

    /// <summary>Reads a label of the configuration or of a peer, in any case; GBK counts as GB18030.</summary>
    public static bool TryParseLabel(string? label, out ManscdpCharset charset)
    {
        charset = ManscdpCharset.Gb18030;
        string name = (label ?? "").Trim();
        if (name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("UTF8", StringComparison.OrdinalIgnoreCase))
            charset = ManscdpCharset.Utf8;
        else if (name.Equals("GB2312", StringComparison.OrdinalIgnoreCase))
            charset = ManscdpCharset.Gb2312;
        else
            return name.StartsWith("GB", StringComparison.OrdinalIgnoreCase);
        return true;
    }

    /// <summary>Decodes a body: by its declaration; without one, or with one that does not hold, strict UTF-8 and then GB18030.</summary>
    public static string Decode(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        string? declared = DeclaredEncoding(body);
        bool gb = declared is not null && TryParseLabel(declared, out ManscdpCharset charset) && charset != ManscdpCharset.Utf8;
        return !gb && IsUtf8(body) ? StrictUtf8.GetString(body) : Gb18030.GetString(body);
    }

    /// <summary>Encodes text under a label; what XML or the label's character set cannot carry becomes <c>?</c>.</summary>
    public static byte[] Encode(string text, ManscdpCharset charset) => charset switch
    {
        ManscdpCharset.Utf8 => Encoding.UTF8.GetBytes(text),
        ManscdpCharset.Gb18030 => Gb18030.GetBytes(text),
        _ => Gb18030.GetBytes(ReplaceOutsideGb2312(text)),
    };

    private static bool IsUtf8(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(body, out _, out int consumed) != OperationStatus.Done) return false;
            body = body[consumed..];
        }
        return true;
    }

    /// <summary>The label in <c>&lt;?xml … encoding="…"?&gt;</c>; null when there is none.</summary>
    private static string? DeclaredEncoding(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> head = body[..Math.Min(body.Length, DeclarationBytes)];
        int end = head.IndexOf("?>"u8);
        if (end < 0) return null;
        string declaration = Encoding.Latin1.GetString(head[..end]);
        int at = declaration.IndexOf("encoding", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        int open = declaration.IndexOfAny(['"', '\''], at);
        if (open < 0) return null;
        int close = declaration.IndexOf(declaration[open], open + 1);
        return close < 0 ? null : declaration[(open + 1)..close];
    }

    private static string ReplaceOutsideGb2312(string text)
    {
        if (System.Text.Ascii.IsValid(text)) return text;
        var kept = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        Span<char> units = stackalloc char[2];
        foreach (Rune rune in text.EnumerateRunes())
        {
            ReadOnlySpan<char> unit = units[..rune.EncodeToUtf16(units)];
            int count = Gb18030.GetBytes(unit, bytes);
            bool inside = rune.IsAscii || (count == 2 && IsGb2312(bytes[0], bytes[1]));
            kept.Append(inside ? unit : "?");
        }
        return kept.ToString();
    }

    /// <summary>GB 2312-1980, rows 1 … 9 and 16 … 87 as EUC bytes; GBK and GB18030 put further characters into the gaps.</summary>
    private static bool IsGb2312(byte lead, byte trail) => lead switch
    {
        0xA1 or 0xA3 => trail >= 0xA1,
        0xA2 => trail is >= 0xB1 and <= 0xE2 or >= 0xE5 and <= 0xEE or >= 0xF1 and <= 0xFC,
        0xA4 => trail is >= 0xA1 and <= 0xF3,
        0xA5 => trail is >= 0xA1 and <= 0xF6,
        0xA6 => trail is >= 0xA1 and <= 0xB8 or >= 0xC1 and <= 0xD8,
        0xA7 => trail is >= 0xA1 and <= 0xC1 or >= 0xD1 and <= 0xF1,
        0xA8 => trail is >= 0xA1 and <= 0xBA or >= 0xC5 and <= 0xE9,
        0xA9 => trail is >= 0xA4 and <= 0xEF,
        0xD7 => trail is >= 0xA1 and <= 0xF9,
        >= 0xB0 and <= 0xF7 => trail >= 0xA1,
        _ => false,
    };
}
