using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Sip;

/// <summary>One Via value: where a response goes, and the branch that names the transaction. RFC 3261 §20.42, RFC 3581.</summary>
internal sealed record ViaHeader
{
    /// <summary>The cookie that begins every RFC 3261 branch. Some platforms send another, or no branch at all.</summary>
    public const string MagicCookie = "z9hG4bK";

    /// <summary>Upper case: UDP, TCP, TLS …</summary>
    public required string Transport { get; init; }

    /// <summary>sent-by without its port.</summary>
    public required string Host { get; init; }

    /// <summary>1 … 65535; null when not written.</summary>
    public int? Port { get; init; }

    /// <summary>Null when absent or empty.</summary>
    public string? Branch { get; init; }

    /// <summary>The sender asks for the answer at the address it sent from. RFC 3581 §4.</summary>
    public bool HasRport { get; init; }

    /// <summary>The source port that the receiver filled in; null when it has not, or wrote nonsense.</summary>
    public int? Rport { get; init; }

    /// <summary>The source address that the receiver filled in; null when it has not.</summary>
    public string? Received { get; init; }

    /// <summary>All other parameters with their semicolons, carried as they are; empty when there are none.</summary>
    public string Others { get; init; } = "";

    public bool HasMagicCookie => Branch is not null && Branch.StartsWith(MagicCookie, StringComparison.Ordinal);

    /// <summary>Reads one value (the parser has split a list at its commas). False when transport or host are missing.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out ViaHeader? via)
    {
        via = null;
        if (!TryScan(text, out ReadOnlySpan<char> transport, out ReadOnlySpan<char> host, out int? port, out ReadOnlySpan<char> parameters)) return false;
        string? branch = null, received = null;
        bool hasRport = false;
        int? rport = null;
        StringBuilder? others = null;
        while (SipGrammar.NextParameter(ref parameters, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value))
        {
            if (Is(name, "branch")) branch ??= value.IsEmpty ? null : value.ToString();
            else if (Is(name, "received")) received ??= value.IsEmpty ? null : value.ToString();
            else if (Is(name, "rport"))
            {
                hasRport = true;
                rport ??= ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number != 0 ? number : null;
            }
            else
            {
                others ??= new StringBuilder();
                others.Append(';').Append(name);
                if (!value.IsEmpty) others.Append('=').Append(value);
            }
        }
        via = new ViaHeader
        {
            Transport = Canonical(transport),
            Host = host.ToString(),
            Port = port,
            Branch = branch,
            HasRport = hasRport,
            Rport = rport,
            Received = received,
            Others = others?.ToString() ?? "",
        };
        return true;
    }

    /// <summary>Whether <see cref="TryParse"/> would succeed; allocates nothing.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => TryScan(text, out _, out _, out _, out _);

    private static bool TryScan(ReadOnlySpan<char> text, out ReadOnlySpan<char> transport, out ReadOnlySpan<char> host, out int? port, out ReadOnlySpan<char> parameters)
    {
        // "SIP" "/" "2.0" "/" transport LWS host [ ":" port ] *( ";" parameter ), blanks allowed around each sign
        transport = host = parameters = default;
        port = null;
        text = SipGrammar.Trim(text);
        if (!TakeUpTo(ref text, '/', out ReadOnlySpan<char> name) || !Is(name, "SIP")) return false;
        if (!TakeUpTo(ref text, '/', out ReadOnlySpan<char> version) || !version.SequenceEqual("2.0")) return false;
        int end = text.IndexOfAny(' ', '\t');
        if (end <= 0) return false;
        transport = text[..end];
        if (!SipGrammar.IsToken(transport)) return false;
        text = text[end..];
        int semicolon = text.IndexOf(';');
        if (semicolon < 0) semicolon = text.Length;
        parameters = text[semicolon..];
        return SipUri.TryHostPort(text[..semicolon], out host, out port);
    }

    private static bool TakeUpTo(ref ReadOnlySpan<char> text, char sign, out ReadOnlySpan<char> taken)
    {
        int index = text.IndexOf(sign);
        taken = index < 0 ? default : SipGrammar.Trim(text[..index]);
        if (index < 0) return false;
        text = SipGrammar.Trim(text[(index + 1)..]);
        return true;
    }

    private static string Canonical(ReadOnlySpan<char> transport) =>
        Is(transport, "UDP") ? "UDP" : Is(transport, "TCP") ? "TCP" : transport.ToString().ToUpperInvariant();

    private static bool Is(ReadOnlySpan<char> text, string expected) => text.Equals(expected, StringComparison.OrdinalIgnoreCase);

    public override string ToString()
    {
        var text = new StringBuilder("SIP/2.0/").Append(Transport).Append(' ').Append(Host);
        if (Port is { } port) text.Append(CultureInfo.InvariantCulture, $":{port}");
        if (HasRport) text.Append(";rport");
        if (HasRport && Rport is { } rport) text.Append(CultureInfo.InvariantCulture, $"={rport}");
        if (Received is not null) text.Append(";received=").Append(Received);
        if (Branch is not null) text.Append(";branch=").Append(Branch);
        return text.Append(Others).ToString();
    }
}
