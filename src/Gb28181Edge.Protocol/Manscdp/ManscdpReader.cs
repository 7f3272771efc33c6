using System.Text;
using System.Xml;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>Reads a body into elements, within limits: no document type, no namespaces kept, whatever follows the root is ignored.</summary>
internal static class ManscdpReader
{
    private const int MaxAttributes = 64;

    /// <returns>False with <paramref name="fault"/> set when the bytes are no XML within the limits. Never throws on input.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ManscdpLimits limits, out ManscdpElement? root, out ManscdpFault fault)
    {
        root = null;
        fault = ManscdpFault.None;
        if (bytes.Length > limits.MaxBytes) { fault = ManscdpFault.TooLarge; return false; }
        string text = Clean(ManscdpText.Decode(bytes));
        if (text.Length == 0) { fault = ManscdpFault.Empty; return false; }
        try
        {
            using var xml = XmlReader.Create(new StringReader(text), new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                CheckCharacters = false,                    // a reference to a control character is a peer's habit too
                ConformanceLevel = ConformanceLevel.Fragment,
            });
            fault = Read(xml, limits, out root);
        }
        catch (XmlException)
        {
            fault = ManscdpFault.Malformed;
        }
        if (fault != ManscdpFault.None) root = null;
        return fault == ManscdpFault.None;
    }

    /// <summary>Cuts blanks, the declaration and control characters: the bytes are decoded already, so what it says about them no longer holds.</summary>
    private static string Clean(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim(" \t\r\n\0");
        if (rest.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
        {
            int end = rest.IndexOf("?>");
            rest = end < 0 ? default : rest[(end + 2)..].TrimStart();
        }
        return WithoutControls(rest);
    }

    /// <summary>Control characters, which peers leave in names and no reader takes, become blanks.</summary>
    private static string WithoutControls(ReadOnlySpan<char> text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (int i = 0; i < source.Length; i++)
            target[i] = source[i] is < ' ' and not ('\t' or '\r' or '\n') ? ' ' : source[i];
    });

    private static ManscdpFault Read(XmlReader xml, ManscdpLimits limits, out ManscdpElement? root)
    {
        root = null;
        var open = new Stack<(ManscdpElement Element, StringBuilder? Text)>();
        int elements = 0;
        while (xml.Read())
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > limits.MaxElements || open.Count >= limits.MaxDepth || xml.AttributeCount > MaxAttributes) return ManscdpFault.TooLarge;
                    bool isEmpty = xml.IsEmptyElement;
                    ManscdpElement element = ReadElement(xml);
                    root ??= element;
                    if (open.Count > 0) open.Peek().Element.Add(element);
                    if (!isEmpty) open.Push((element, null));
                    else if (open.Count == 0) return ManscdpFault.None;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    if (open.Count == 0) return ManscdpFault.Malformed;
                    Append(open, xml.Value);
                    break;
                case XmlNodeType.EndElement:
                    Close(open.Pop());
                    if (open.Count == 0) return ManscdpFault.None;
                    break;
                default:
                    break;
            }
        }
        return root is null ? ManscdpFault.Empty : ManscdpFault.Malformed;
    }

    private static ManscdpElement ReadElement(XmlReader xml)
    {
        var element = new ManscdpElement(xml.LocalName);
        while (xml.MoveToNextAttribute()) element.AddAttribute(xml.LocalName, xml.Value);
        return element;
    }

    /// <summary>The usual element has one text node: a builder is made only for a second one.</summary>
    private static void Append(Stack<(ManscdpElement Element, StringBuilder? Text)> open, string text)
    {
        (ManscdpElement element, StringBuilder? builder) = open.Pop();
        if (builder is null && element.Text.Length == 0) element.Text = text;
        else (builder ??= new StringBuilder(element.Text)).Append(text);
        open.Push((element, builder));
    }

    private static void Close((ManscdpElement Element, StringBuilder? Text) closed) =>
        closed.Element.Text = (closed.Text?.ToString() ?? closed.Element.Text).Trim();
}
