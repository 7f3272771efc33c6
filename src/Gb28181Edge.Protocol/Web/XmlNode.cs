using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Xml;

namespace Gb28181Edge.Protocol.Web;

/// <summary>Why an answer's bytes are no XML that we take.</summary>
internal enum XmlFault
{
    None,
    /// <summary>There is nothing in it.</summary>
    Empty,
    /// <summary>It is not well-formed, or has a document type, which is never resolved.</summary>
    Malformed,
    /// <summary>It has more bytes, elements or levels than any sensible answer.</summary>
    TooLarge,
}

/// <summary>One element of a camera's answer. Namespaces are gone: cameras mix their prefixes up, and no two elements that we read differ by them alone.</summary>
internal sealed class XmlNode
{
    /// <summary>Bytes of an answer at most.</summary>
    public const int MostBytes = 256 * 1024;

    private const int MostElements = 20_000, MostLevels = 48;

    private readonly List<XmlNode> _children = [];
    private readonly Dictionary<string, string> _attributes = new(StringComparer.OrdinalIgnoreCase);

    private XmlNode(string name) => Name = name;

    /// <summary>The name without prefix.</summary>
    public string Name { get; }

    /// <summary>The text directly within it, without the blanks around.</summary>
    public string Text { get; private set; } = "";

    public IReadOnlyList<XmlNode> Children => _children;

    /// <summary>An attribute by its name without prefix; null when there is none.</summary>
    public string? Attribute(string name) => _attributes.GetValueOrDefault(name);

    /// <summary>The first child of that name, in any case; null when there is none.</summary>
    public XmlNode? Child(string name) => _children.Find(child => child.Is(name));

    /// <summary>The element that the names lead to, one level each; null when one is missing.</summary>
    public XmlNode? At(params ReadOnlySpan<string> names)
    {
        XmlNode? node = this;
        foreach (string name in names)
            node = node?.Child(name);
        return node;
    }

    /// <summary>The text of the element that the names lead to; null when it is missing or empty.</summary>
    public string? TextAt(params ReadOnlySpan<string> names) => At(names) is { Text: { Length: > 0 } text } ? text : null;

    /// <summary>The children of that name.</summary>
    public IEnumerable<XmlNode> All(string name) => _children.Where(child => child.Is(name));

    /// <summary>Whether it has that name, in any case.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a whole answer. Never throws on any bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out XmlNode? root, out XmlFault fault)
    {
        root = null;
        if (bytes.Length > MostBytes) { fault = XmlFault.TooLarge; return false; }
        if (bytes.TrimStart(" \t\r\n\0"u8).IsEmpty) { fault = XmlFault.Empty; return false; }
        try
        {
            // the leading blanks of some cameras would make the declaration a fault
            using var xml = XmlReader.Create(new MemoryStream(bytes.TrimStart(" \t\r\n"u8).ToArray(), writable: false), new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
                MaxCharactersInDocument = MostBytes,
            });
            fault = Read(xml, out root);
        }
        catch (Exception e) when (e is XmlException or DecoderFallbackException or NotSupportedException or ArgumentException)
        {
            fault = XmlFault.Malformed;                                    // an encoding that the reader does not know among them
        }
        if (fault != XmlFault.None) root = null;
        return root is not null;
    }

    private static XmlFault Read(XmlReader xml, out XmlNode? root)
    {
        root = null;
        var open = new Stack<XmlNode>();
        int elements = 0;
        while (xml.Read())
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > MostElements || open.Count >= MostLevels) return XmlFault.TooLarge;
                    var node = new XmlNode(xml.LocalName);
                    bool isEmpty = xml.IsEmptyElement;
                    while (xml.MoveToNextAttribute())
                        node._attributes.TryAdd(xml.LocalName, xml.Value.Trim());
                    root ??= node;
                    if (open.TryPeek(out XmlNode? parent)) parent._children.Add(node);
                    if (!isEmpty) open.Push(node);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    if (open.TryPeek(out XmlNode? owner)) owner.Text = owner.Text.Length == 0 ? xml.Value.Trim() : owner.Text + xml.Value.Trim();
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
            }
        }
        return root is null ? XmlFault.Empty : XmlFault.None;
    }
}
