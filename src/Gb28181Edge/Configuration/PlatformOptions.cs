using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Configuration;

/// <summary>How requests travel to a platform.</summary>
internal enum PlatformTransport { Udp, Tcp }

/// <summary>The edition of GB/T 28181 that a platform speaks.</summary>
internal enum StandardEdition { Edition2016, Edition2022 }

/// <summary>The label of MANSCDP bodies. GB2312 is written as its superset GB18030.</summary>
internal enum PlatformCharset { Gb2312, Utf8 }

/// <summary>One platform: how it is registered with and kept alive.</summary>
internal sealed record PlatformOptions
{
    /// <summary>For logs and the alarm outbox, unique; defaults to <see cref="Id"/>.</summary>
    [AllowNull]
    public string Name { get => field ?? Id; init; }

    /// <summary>20 digits, type code 200 … 299.</summary>
    public required string Id { get; init; }

    /// <summary>The SIP domain; defaults to the first 10 digits of <see cref="Id"/>.</summary>
    [AllowNull]
    public string Domain { get => field ?? Id[..Math.Min(10, Id.Length)]; init; }

    /// <summary>IPv4 address or DNS name.</summary>
    public required string Host { get; init; }

    /// <summary>1 … 65535.</summary>
    public int Port { get; init; } = 5060;

    public PlatformTransport Transport { get; init; }

    /// <summary>The digest user name; null is the device's id.</summary>
    public string? Username { get; init; }

    /// <summary>The digest password; null when the platform asks for none. Never logged. Holds the content of <see cref="PasswordFile"/> once read.</summary>
    public string? Password { get; init; }

    /// <summary>The file that holds the password; null when the password is in the configuration or there is none.</summary>
    public string? PasswordFile { get; init; }

    public StandardEdition Version { get; init; }

    public PlatformCharset Charset { get; init; }

    /// <summary>Expiry asked for in REGISTER, 60 … 86400 s. The platform may shorten it. RFC 3261 §10.2.1.1.</summary>
    public int ExpiresSeconds { get; init; } = 3600;

    /// <summary>Time between keepalives, 1 … 3600 s.</summary>
    public int KeepaliveSeconds { get; init; } = 60;

    /// <summary>Keepalives without an answer, one after the other, until the platform counts as lost, 1 … 10.</summary>
    public int KeepaliveMisses { get; init; } = 3;

    /// <summary>The longest pause between tries to register, 1 … 3600 s.</summary>
    public int RetrySeconds { get; init; } = 60;

    /// <summary>All but the password.</summary>
    public override string ToString() => $"platform {Name} ({Id} at {Host}:{Port})";
}
