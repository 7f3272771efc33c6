using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Rtsp;

/// <summary>Why a text is no usable RTSP URL.</summary>
internal enum RtspUrlFault
{
    None,
    /// <summary>It does not begin with <c>rtsp://</c>.</summary>
    Scheme,
    /// <summary>There is no host, or it has characters that no host has.</summary>
    Host,
    /// <summary>The port is no number from 1 to 65535.</summary>
    Port,
    /// <summary>There is a blank or a control character in it.</summary>
    Character,
}

/// <summary>An RTSP URL, taken apart: what goes into requests never holds the user name and password. RFC 2326 §3.2.</summary>
internal sealed class RtspUrl
{
    /// <summary>The port when the URL names none.</summary>
    public const int DefaultPort = 554;

    private const string Scheme = "rtsp://";

    private const string NameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    private static readonly SearchValues<char> InName = SearchValues.Create(NameCharacters);

    // the zone behind % is a network interface's name
    private static readonly SearchValues<char> InBrackets = SearchValues.Create(NameCharacters + ":%");

    private RtspUrl(string host, int port, string requestUri, string? username, string? password) =>
        (Host, Port, RequestUri, Username, Password) = (host, port, requestUri, username, password);

    /// <summary>A name or an address; an IPv6 address without its brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    /// <summary>The URL as it stands in a request line: without user name and password, what is not ASCII escaped.</summary>
    public string RequestUri { get; }

    /// <summary>Null when the URL has none.</summary>
    public string? Username { get; }

    /// <summary>Null when the URL has no user name; may be empty.</summary>
    public string? Password { get; }

    /// <summary>The URL without secrets.</summary>
    public override string ToString() => RequestUri;

    /// <summary>The same place, asked with another's user name and password.</summary>
    public RtspUrl WithCredentialsOf(RtspUrl other) => new(Host, Port, RequestUri, other.Username, other.Password);

    /// <returns>False with <paramref name="fault"/> set when it is no usable RTSP URL.</returns>
    public static bool TryParse(string text, out RtspUrl? url, out RtspUrlFault fault)
    {
        url = null;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) { fault = RtspUrlFault.Scheme; return false; }
        foreach (char c in text)
        {
            if (c <= ' ' || c == 0x7F) { fault = RtspUrlFault.Character; return false; }
        }
        int authorityEnd = text.AsSpan(Scheme.Length).IndexOfAny('/', '?');
        authorityEnd = authorityEnd < 0 ? text.Length : Scheme.Length + authorityEnd;
        string authority = text[Scheme.Length..authorityEnd];
        string rest = text[authorityEnd..];

        // the last @: people write passwords that hold one
        int at = authority.LastIndexOf('@');
        string? username = null, password = null;
        if (at >= 0)
        {
            string userInfo = authority[..at];
            int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
            username = Uri.UnescapeDataString(colon < 0 ? userInfo : userInfo[..colon]);
            password = colon < 0 ? "" : Uri.UnescapeDataString(userInfo[(colon + 1)..]);
            if (username.Length == 0) (username, password) = (null, null);
            // an escaped line end would forge a header
            else if ((username + password).Any(char.IsControl)) { fault = RtspUrlFault.Character; return false; }
            authority = authority[(at + 1)..];
        }
        if (!TrySplitHostPort(authority, out string host, out int port, out fault)) return false;
        url = new RtspUrl(host, port, Scheme + authority + EscapeNonAscii(rest), username, password);
        return true;
    }

    private static string EscapeNonAscii(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var escaped = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (b < 0x80) escaped.Append((char)b);
            else escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return escaped.ToString();
    }

    private static bool TrySplitHostPort(string authority, out string host, out int port, out RtspUrlFault fault)
    {
        (host, port, fault) = (authority, DefaultPort, RtspUrlFault.None);
        string portText = "";
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 2) { fault = RtspUrlFault.Host; return false; }
            host = authority[1..close];
            string after = authority[(close + 1)..];
            if (after.Length > 0 && after[0] != ':') { fault = RtspUrlFault.Host; return false; }
            portText = after.Length > 0 ? after[1..] : "";
        }
        else if (authority.LastIndexOf(':') is int colon and >= 0)
        {
            (host, portText) = (authority[..colon], authority[(colon + 1)..]);
            if (host.Contains(':', StringComparison.Ordinal)) { fault = RtspUrlFault.Host; return false; }
        }
        if (host.Length == 0 || host.AsSpan().ContainsAnyExcept(authority.StartsWith('[') ? InBrackets : InName))
        {
            fault = RtspUrlFault.Host;
            return false;
        }
        if (portText.Length == 0) return true;
        if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
        {
            fault = RtspUrlFault.Port;
            return false;
        }
        return true;
    }
}
