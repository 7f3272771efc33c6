namespace Gb28181Edge.Protocol.Sdp;

/// <summary><c>c=</c>: where media goes. RFC 4566 §5.7.</summary>
/// <param name="Address">IPv4, IPv6 or a domain name, as written.</param>
/// <param name="Ttl">Of a multicast IPv4 address; null when none was given.</param>
internal readonly record struct SdpConnection(string Address, int? Ttl = null);

/// <summary><c>a=setup</c>: who connects, said of the sender of the description. RFC 4145 §4.</summary>
internal enum SdpSetup
{
    /// <summary>No such attribute, or none of the known words.</summary>
    None,
    Active,
    Passive,
    ActPass,
}

/// <summary>One <c>a=</c> line. RFC 4566 §5.13.</summary>
/// <param name="Name">Before the colon, as written.</param>
/// <param name="Value">After the colon, trimmed; empty for a flag.</param>
internal readonly record struct SdpAttribute(string Name, string Value);

/// <summary>One <c>m=</c> line with what belongs to it. RFC 4566 §5.14.</summary>
internal sealed record MediaDescription
{
    /// <summary><c>video</c> or <c>audio</c>, lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>0 … 65535; 0 refuses the medium.</summary>
    public required int Port { get; init; }

    /// <summary>As written: <c>RTP/AVP</c>, <c>TCP/RTP/AVP</c>, or with its words in another order.</summary>
    public required string Protocol { get; init; }

    /// <summary>In the order of the line.</summary>
    public required IReadOnlyList<int> PayloadTypes { get; init; }

    public SdpConnection? Connection { get; init; }

    public required IReadOnlyList<SdpAttribute> Attributes { get; init; }

    /// <summary>RTP over TCP, in whatever order the words stand.</summary>
    public bool IsTcp => Protocol.Contains("TCP", StringComparison.OrdinalIgnoreCase);

    /// <summary>The encoding of a payload type from <c>a=rtpmap</c>, <c>PS/90000</c>; null when it has no such line.</summary>
    public string? Encoding(int payloadType)
    {
        foreach (SdpAttribute attribute in Attributes)
        {
            if (!attribute.Name.Equals("rtpmap", StringComparison.OrdinalIgnoreCase)) continue;
            int blank = attribute.Value.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0 && int.TryParse(attribute.Value.AsSpan(0, blank), out int number) && number == payloadType) return attribute.Value[blank..].Trim();
        }
        return null;
    }
}

/// <summary>An offer or answer for media, with the standard's <c>y=</c> and <c>f=</c>. RFC 4566; GB/T 28181-2016 annex F, GB/T 28181-2022 annex G.</summary>
/// <remarks>Text is the bytes as Latin-1, so what a peer wrote in another charset is echoed byte by byte.</remarks>
internal sealed record SessionDescription
{
    /// <summary>The user of <c>o=</c>; empty when there was none.</summary>
    public required string OriginUser { get; init; }

    /// <summary>The address of <c>o=</c>; null when there was none.</summary>
    public required string? OriginAddress { get; init; }

    /// <summary><c>s=</c>: Play, Playback, Download, Talk; compare with <see cref="IsSession"/>.</summary>
    public required string SessionName { get; init; }

    /// <summary><c>u=</c>; null when there was none.</summary>
    public string? Uri { get; init; }

    /// <summary><c>c=</c> above the first <c>m=</c>.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary><c>t=</c> start, seconds since 1970, 0 for live. NTP seconds have been converted.</summary>
    public long Start { get; init; }

    /// <summary><c>t=</c> stop, seconds since 1970, 0 for live.</summary>
    public long Stop { get; init; }

    public required IReadOnlyList<MediaDescription> Media { get; init; }

    /// <summary>Attributes above the first <c>m=</c>.</summary>
    public required IReadOnlyList<SdpAttribute> Attributes { get; init; }

    /// <summary>The first usable <c>y=</c>, wherever it stands; null when the device must make its own.</summary>
    public SdpSsrc? Ssrc { get; init; }

    /// <summary><c>f=</c> as written; null when there was none.</summary>
    public string? Format { get; init; }

    public bool IsSession(string name) => SessionName.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first medium of a kind; null when there is none.</summary>
    public MediaDescription? Find(string kind)
    {
        foreach (MediaDescription media in Media)
            if (media.Kind == kind) return media;
        return null;
    }

    /// <summary>Where a medium goes: its own <c>c=</c>, else the session's, else the address of <c>o=</c>; null when all are missing.</summary>
    public SdpConnection? ConnectionOf(MediaDescription media) =>
        media.Connection ?? Connection ?? (OriginAddress is { Length: > 0 } origin ? new SdpConnection(origin) : null);

    /// <summary>The role that the sender of this description takes when the medium's connection is made.</summary>
    public SdpSetup SetupOf(MediaDescription media) => Attribute(media, "setup")?.ToUpperInvariant() switch
    {
        "ACTIVE" => SdpSetup.Active,
        "PASSIVE" => SdpSetup.Passive,
        "ACTPASS" => SdpSetup.ActPass,
        _ => SdpSetup.None,
    };

    /// <summary>An attribute of a medium, or of the session when the medium has none; null when neither has.</summary>
    public string? Attribute(MediaDescription media, string name) => Attribute(media.Attributes, name) ?? Attribute(Attributes, name);

    /// <summary>Which stream is asked for: 0 main, 1 … sub; null when nothing is said.</summary>
    /// <remarks><c>streamnumber</c> is GB/T 28181-2022 annex G; the others are platforms' own words for the same.</remarks>
    public int? StreamNumber(MediaDescription media)
    {
        foreach (string name in (ReadOnlySpan<string>)["streamnumber", "stream", "streamprofile", "streamMode", "streamid"])
        {
            if (Attribute(media, name) is not { } value) continue;
            if (int.TryParse(value, out int number) && number is >= 0 and <= 255) return number;
            if (value.Equals("MAIN", StringComparison.OrdinalIgnoreCase)) return 0;
            if (value.Equals("SUB", StringComparison.OrdinalIgnoreCase)) return 1;
        }
        return null;
    }

    private static string? Attribute(IReadOnlyList<SdpAttribute> attributes, string name)
    {
        foreach (SdpAttribute attribute in attributes)
            if (attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return attribute.Value;
        return null;
    }
}
