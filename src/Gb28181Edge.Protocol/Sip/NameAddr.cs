using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>The value of From, To, Contact, Route: a display name, a URI and parameters. RFC 3261 §20.10, §20.20, §20.39.</summary>
/// <param name="DisplayName">Without quotes; opaque, one character a byte, because platforms write GBK here. Null when absent.</param>
/// <param name="Uri">The address.</param>
/// <param name="Parameters">The field's own parameters with their semicolons, as <c>;tag=a1</c>; empty when there are none.</param>
internal sealed record NameAddr(string? DisplayName, SipUri Uri, string Parameters = "")
{
    /// <summary>The tag parameter; null when absent or empty.</summary>
    public string? Tag => Parameter("tag") is { Length: > 0 } tag ? tag : null;

    /// <summary>A parameter's value without quotes, empty when it has none; null when the parameter is absent.</summary>
    public string? Parameter(string name) =>
        SipGrammar.TryParameter(Parameters, name, out ReadOnlySpan<char> value) ? SipGrammar.Unquote(value) : null;

    /// <summary>The same address with this tag in place of any other.</summary>
    public NameAddr WithTag(string tag)
    {
        var kept = new System.Text.StringBuilder();
        ReadOnlySpan<char> rest = Parameters;
        while (SipGrammar.NextParameter(ref rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value))
        {
            if (name.Equals("tag", StringComparison.OrdinalIgnoreCase)) continue;
            kept.Append(';').Append(name);
            if (!value.IsEmpty) kept.Append('=').Append(value);
        }
        return this with { Parameters = $"{kept};tag={tag}" };
    }

    /// <summary>Reads one address: with or without angle brackets and display name. False when there is no URI in it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out NameAddr? address)
    {
        address = null;
        if (!TryScan(text, out ReadOnlySpan<char> display, out ReadOnlySpan<char> uriText, out ReadOnlySpan<char> parameters)) return false;
        if (!SipUri.TryParse(uriText, out SipUri? uri)) return false;
        address = new NameAddr(display.IsEmpty ? null : SipGrammar.Unquote(display), uri, parameters.ToString());
        return true;
    }

    /// <summary>Whether <see cref="TryParse"/> would succeed; allocates nothing.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => TryScan(text, out _, out ReadOnlySpan<char> uri, out _) && SipUri.IsValid(uri);

    private static bool TryScan(ReadOnlySpan<char> text, out ReadOnlySpan<char> display, out ReadOnlySpan<char> uri, out ReadOnlySpan<char> parameters)
    {
        // [ display-name ] "<" addr-spec ">" *( ";" parameter ), or addr-spec *( ";" parameter )
        display = uri = parameters = default;
        text = SipGrammar.Trim(text);
        if (text.StartsWith('"'))
        {
            int end = SipGrammar.SkipQuoted(text, 0);
            if (end < 0) return false;
            display = text[..end];
            text = SipGrammar.Trim(text[end..]);
            if (!text.StartsWith('<')) return false;
        }
        int open = text.IndexOf('<');
        int semicolon = text.IndexOf(';');
        if (open < 0)
        {
            // Without brackets every parameter is the field's, not the URI's. RFC 3261 §20.
            uri = semicolon < 0 ? text : text[..semicolon];
            if (semicolon >= 0) parameters = SipGrammar.Trim(text[semicolon..]);
            return true;
        }
        if (display.IsEmpty) display = SipGrammar.Trim(text[..open]);
        text = text[(open + 1)..];
        int close = text.IndexOf('>');
        if (close < 0) return false;
        uri = text[..close];
        text = text[(close + 1)..];
        semicolon = text.IndexOf(';');
        if (semicolon >= 0) parameters = SipGrammar.Trim(text[semicolon..]);
        return true;
    }

    public override string ToString() =>
        DisplayName is null ? $"<{Uri}>{Parameters}" : $"{SipGrammar.Quote(DisplayName)} <{Uri}>{Parameters}";
}
