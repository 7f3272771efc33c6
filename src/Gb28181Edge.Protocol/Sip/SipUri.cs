using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>A SIP or SIPS URI; another scheme is kept as it is in <see cref="Host"/>. RFC 3261 §19.1.</summary>
/// <remarks>GB/T 28181 identifies by <see cref="User"/> alone: hosts differ from message to message, even within one dialog.</remarks>
internal sealed record SipUri
{
    /// <summary>Lower case: <c>sip</c>, <c>sips</c> or another.</summary>
    public string Scheme { get; init; } = "sip";

    /// <summary>Before the @, with a password when there is one; null when there is no @. In GB/T 28181 the 20 digits.</summary>
    public string? User { get; init; }

    /// <summary>Name, domain of ten digits, IPv4 address, or IPv6 address in brackets.</summary>
    public required string Host { get; init; }

    /// <summary>1 … 65535; null when not written.</summary>
    public int? Port { get; init; }

    /// <summary>What follows, with its semicolons: <c>;transport=tcp</c>; empty when there is nothing.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>What follows the question mark, with it; empty when there is nothing.</summary>
    public string Headers { get; init; } = "";

    /// <summary>The transport parameter, upper case; null when absent.</summary>
    public string? Transport => Parameter("transport")?.ToUpperInvariant();

    public bool IsSip => Scheme is "sip" or "sips";

    /// <summary>A URI parameter's value, empty when it has none; null when the parameter is absent.</summary>
    public string? Parameter(string name) =>
        SipGrammar.TryParameter(Parameters, name, out ReadOnlySpan<char> value) ? SipGrammar.Unquote(value) : null;

    /// <summary>Reads a URI without angle brackets around it. False when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        if (!TryScan(text, out Scan scan)) return false;
        uri = new SipUri
        {
            Scheme = scan.Scheme switch { "sip" => "sip", "sips" => "sips", var other => other.ToString().ToLowerInvariant() },
            User = scan.HasUser ? scan.User.ToString() : null,
            Host = scan.Host.ToString(),
            Port = scan.Port,
            Parameters = scan.Parameters.ToString(),
            Headers = scan.Headers.ToString(),
        };
        return true;
    }

    /// <summary>Whether <see cref="TryParse"/> would succeed; allocates nothing.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => TryScan(text, out _);

    private ref struct Scan
    {
        public ReadOnlySpan<char> Scheme, User, Host, Parameters, Headers;
        public bool HasUser;
        public int? Port;
    }

    private static bool TryScan(ReadOnlySpan<char> text, out Scan scan)
    {
        // scheme ":" [ user [ ":" password ] "@" ] host [ ":" port ] *( ";" parameter ) [ "?" headers ]
        scan = default;
        text = SipGrammar.Trim(text);
        int colon = text.IndexOf(':');
        if (colon <= 0 || !IsScheme(text[..colon])) return false;
        foreach (char c in text)
        {
            if (c is <= ' ' or '<' or '>' or '"' or '\u007F') return false;
        }
        scan.Scheme = text[..colon];
        text = text[(colon + 1)..];
        if (!scan.Scheme.Equals("sip", StringComparison.OrdinalIgnoreCase) && !scan.Scheme.Equals("sips", StringComparison.OrdinalIgnoreCase))
        {
            scan.Host = text;
            return !text.IsEmpty;
        }
        // A user part may hold ; and ?, so the @ is looked for first. Neither parameters nor headers may hold one.
        int at = text.LastIndexOf('@');
        scan.HasUser = at >= 0;
        if (scan.HasUser) scan.User = text[..at];
        if (scan.HasUser && scan.User.IsEmpty) return false;
        text = text[(at + 1)..];
        int question = text.IndexOf('?');
        if (question < 0) question = text.Length;
        scan.Headers = text[question..];
        text = text[..question];
        int semicolon = text.IndexOf(';');
        if (semicolon < 0) semicolon = text.Length;
        scan.Parameters = text[semicolon..];
        text = text[..semicolon];
        return TryHostPort(text, out scan.Host, out scan.Port);
    }

    /// <summary>Splits <c>host[:port]</c>; blanks around the colon are allowed, IPv6 stands in brackets. RFC 3261 §25.1.</summary>
    internal static bool TryHostPort(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out int? port)
    {
        port = null;
        text = SipGrammar.Trim(text);
        int end = text.StartsWith('[') ? text.IndexOf(']') + 1 : text.IndexOf(':');
        if (text.StartsWith('[') && end == 0) { host = default; return false; }
        if (end < 0) end = text.Length;
        host = SipGrammar.Trim(text[..end]);
        if (host.IsEmpty || host.ContainsAny(" \t,;/")) return false;
        ReadOnlySpan<char> rest = SipGrammar.Trim(text[end..]);
        if (rest.IsEmpty) return true;
        if (rest[0] != ':' || !ushort.TryParse(SipGrammar.Trim(rest[1..]), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0) return false;
        port = number;
        return true;
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        if (!char.IsAsciiLetter(text[0])) return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.')) return false;
        }
        return true;
    }

    public override string ToString()
    {
        string user = User is null ? "" : User + "@";
        string port = Port is { } number ? ":" + number.ToString(CultureInfo.InvariantCulture) : "";
        return $"{Scheme}:{user}{Host}{port}{Parameters}{Headers}";
    }
}
