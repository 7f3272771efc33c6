using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>How one platform is spoken to, as the command families see it.</summary>
internal sealed record PlatformProfile
{
    /// <summary>Body bytes that keep a MESSAGE on UDP under 1300 bytes with some 550 of headers.</summary>
    public const int UdpBodyBytes = 750;

    /// <summary>Body bytes on TCP: large enough for a few hundred channels, small enough for any peer's buffer.</summary>
    public const int TcpBodyBytes = 48 * 1024;

    /// <summary>The name of the configuration, for logs and for who moved a head.</summary>
    public required string Name { get; init; }

    /// <summary>20 digits.</summary>
    public required string Id { get; init; }

    public GbVersion Version { get; init; } = GbVersion.Gb2016;

    public ManscdpCharset Charset { get; init; } = ManscdpCharset.Gb2312;

    /// <summary>Of a registration; what was granted, once it is known.</summary>
    public int ExpiresSeconds { get; init; } = 3600;

    public int KeepaliveSeconds { get; init; } = 60;

    public int KeepaliveMisses { get; init; } = 3;

    /// <summary>How large a MANSCDP body may be: <see cref="UdpBodyBytes"/> or <see cref="TcpBodyBytes"/>.</summary>
    public int MaxBodyBytes { get; init; } = UdpBodyBytes;

    /// <summary>The catalogue names the device itself too. Off: platforms list every item as a channel.</summary>
    public bool CatalogHasDevice { get; init; }
}
