namespace Gb28181Edge.Gb28181;

/// <summary>How one platform is registered with and kept alive.</summary>
internal sealed record PlatformLinkOptions
{
    /// <summary>Name, edition, charset, and the expiry and keepalive that are asked for.</summary>
    public required PlatformProfile Profile { get; init; }

    /// <summary>For the digest; null is the device's 20 digits.</summary>
    public string? Username { get; init; }

    /// <summary>Null when the platform asks for none. Never logged.</summary>
    public string? Password { get; init; }

    /// <summary>The longest pause between tries to register.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>All but the password.</summary>
    public override string ToString() => Profile.ToString();
}
