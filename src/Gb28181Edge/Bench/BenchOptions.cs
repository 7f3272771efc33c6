using System.Net;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip.Auth;
using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Bench;

/// <summary>What the bench platform is and how it behaves.</summary>
internal sealed record BenchOptions
{
    /// <summary>Where SIP listens and media is received.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Where devices are told to send media, when they know the platform by another address than <see cref="Address"/>; null: the same.</summary>
    public IPAddress? MediaAddress { get; init; }

    /// <summary>0 is any free port.</summary>
    public int Port { get; init; }

    /// <summary>The platform's 20 digits.</summary>
    public string Id { get; init; } = "34020000002000000001";

    public string Domain { get; init; } = "3402000000";

    /// <summary>The device that is let in; null lets any in.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Null asks for no digest.</summary>
    public string? Password { get; init; } = "12345678";

    public DigestAlgorithm Algorithm { get; init; }

    /// <summary>Whether the challenge names its algorithm; some platforms do not.</summary>
    public bool NamesAlgorithm { get; init; } = true;

    /// <summary>Whether the challenge offers qop.</summary>
    public bool OffersQop { get; init; } = true;

    /// <summary>A nonce older than this is stale.</summary>
    public TimeSpan NonceLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest registration that is granted, seconds.</summary>
    public int MaximumExpires { get; init; } = 3600;

    /// <summary>Whether the 200 to REGISTER has a Date field.</summary>
    public bool SendsDate { get; init; } = true;

    /// <summary>X-GB-Ver of the answers.</summary>
    public GbVersion Version { get; init; }

    /// <summary>Of the bodies that the platform sends.</summary>
    public ManscdpCharset Charset { get; init; }

    public SipTimers Timers { get; init; } = SipTimers.Default;
}
