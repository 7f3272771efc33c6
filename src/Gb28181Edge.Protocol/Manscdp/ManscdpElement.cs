namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>One element of a body that was read: local name, text, attributes, children. Names compare without regard to case.</summary>
/// <param name="name">Local name.</param>
internal sealed class ManscdpElement(string name)
{
    private readonly List<ManscdpElement> _children = [];
    private List<KeyValuePair<string, string>>? _attributes;

    public string Name { get; } = name;

    /// <summary>Its own text, trimmed; empty when it has none.</summary>
    public string Text { get; internal set; } = "";

    public IReadOnlyList<ManscdpElement> Children => _children;

    /// <summary>The first child of that name; null when there is none.</summary>
    public ManscdpElement? Child(string name)
    {
        foreach (ManscdpElement child in _children)
            if (child.IsNamed(name)) return child;
        return null;
    }

    /// <summary>The trimmed text of the first child of that name; null when there is no such child or it is empty.</summary>
    public string? Value(string name) => Child(name) is { Text.Length: > 0 } child ? child.Text : null;

    /// <summary>The trimmed value of an attribute; null when it is not there.</summary>
    public string? Attribute(string name)
    {
        if (_attributes is null) return null;
        foreach (KeyValuePair<string, string> attribute in _attributes)
            if (string.Equals(attribute.Key, name, StringComparison.OrdinalIgnoreCase)) return attribute.Value;
        return null;
    }

    public bool IsNamed(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    internal void Add(ManscdpElement child) => _children.Add(child);

    internal void AddAttribute(string name, string value) => (_attributes ??= []).Add(new(name, value.Trim()));
}
