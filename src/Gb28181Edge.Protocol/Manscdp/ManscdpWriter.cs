using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>Writes one body, element by element in the schema's order: declaration, root, CmdType, SN, DeviceID, then what the caller adds.</summary>
/// <remarks>No namespace and only the five named entities: strict peers refuse the one, and some delete every other ampersand.</remarks>
internal sealed class ManscdpWriter
{
    private readonly StringBuilder _text = new(512);
    private readonly ManscdpRoot _root;
    private readonly ManscdpCharset _charset;
    private int _depth;

    private ManscdpWriter(ManscdpCharset charset) => _charset = charset;

    public ManscdpWriter(ManscdpRoot root, ManscdpCharset charset, CmdType cmdType, string sn, string deviceId)
    {
        (_root, _charset) = (root, charset);
        _text.Append("<?xml version=\"1.0\" encoding=\"").Append(ManscdpText.Label(charset)).Append("\"?>\r\n<").Append(root).Append(">\r\n");
        Element("CmdType", cmdType.Name).Element("SN", sn).Element("DeviceID", deviceId);
    }

    /// <summary>One element with text; children of the root stand on lines of their own.</summary>
    public ManscdpWriter Element(string name, string value)
    {
        _text.Append('<').Append(name).Append('>');
        AppendEscaped(_text, value);
        _text.Append("</").Append(name).Append('>');
        return EndLine();
    }

    public ManscdpWriter Element(string name, int value) => Element(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>An element that is left out when there is no value: strict peers refuse empty ones.</summary>
    public ManscdpWriter Optional(string name, string? value) => string.IsNullOrEmpty(value) ? this : Element(name, value);

    public ManscdpWriter Optional(string name, int? value) => value is { } number ? Element(name, number) : this;

    /// <summary>Degrees with six decimals at most.</summary>
    public ManscdpWriter Optional(string name, double? value) =>
        value is { } number && double.IsFinite(number) ? Element(name, number.ToString("0.######", CultureInfo.InvariantCulture)) : this;

    /// <summary>A number with as many decimals as are asked for; left out when there is none.</summary>
    public ManscdpWriter Fixed(string name, double? value, int decimals)
    {
        if (value is not { } number || !double.IsFinite(number)) return this;
        double rounded = Math.Round(number, decimals, MidpointRounding.AwayFromZero) + 0.0;         // never −0.00
        return Element(name, rounded.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    /// <summary>An element with children, all on one line.</summary>
    public ManscdpWriter Open(string name)
    {
        _text.Append('<').Append(name).Append('>');
        _depth++;
        return this;
    }

    /// <summary>Ends what <see cref="Open"/> began.</summary>
    public ManscdpWriter Close(string name)
    {
        _depth--;
        _text.Append("</").Append(name).Append('>');
        return EndLine();
    }

    /// <summary>Ends the root and encodes under the label.</summary>
    public byte[] ToBytes()
    {
        _text.Append("</").Append(_root).Append(">\r\n");
        return ManscdpText.Encode(_text.ToString(), _charset);
    }

    /// <summary>A list begins on a line of its own, and so does each of its items.</summary>
    public ManscdpWriter OpenList(string name, int num)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<{name} Num=\"{num}\">");
        return EndLine();
    }

    public ManscdpWriter EndList(string name)
    {
        _text.Append("</").Append(name).Append('>');
        return EndLine();
    }

    /// <summary>An element that was written as a fragment.</summary>
    public ManscdpWriter Raw(string xml)
    {
        _text.Append(xml);
        return this;
    }

    /// <summary>A writer without declaration and root, for an element that is measured before it is placed.</summary>
    public static ManscdpWriter Fragment(ManscdpCharset charset) => new(charset);

    /// <summary>The text of a fragment.</summary>
    public string TakeText() => _text.ToString();

    private ManscdpWriter EndLine()
    {
        if (_depth == 0) _text.Append("\r\n");
        return this;
    }

    private static void AppendEscaped(StringBuilder target, string value)
    {
        foreach (Rune rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': target.Append("&amp;"); break;
                case '<': target.Append("&lt;"); break;
                case '>': target.Append("&gt;"); break;
                case '"': target.Append("&quot;"); break;
                case '\'': target.Append("&apos;"); break;
                // XML 1.0 §2.2: these cannot be written at all
                case < 0x20 and not ('\t' or '\n' or '\r') or 0xFFFE or 0xFFFF: target.Append('?'); break;
                default: target.Append(rune.ToString()); break;
            }
        }
    }
}
