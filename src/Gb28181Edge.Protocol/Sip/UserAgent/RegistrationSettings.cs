namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>What a registration is made with.</summary>
internal sealed record RegistrationSettings
{
    /// <summary>For the digest; by default the device's 20 digits.</summary>
    public required string Username { get; init; }

    /// <summary>Null: the platform asks for none. Never written, only hashed.</summary>
    public string? Password { get; init; }

    /// <summary>The value of X-GB-Ver: 2.0 for the edition of 2016, 3.0 for that of 2022. GB/T 28181-2022 annex I.</summary>
    public required string GbVersion { get; init; }

    /// <summary>The expiry asked for, seconds.</summary>
    public int ExpiresSeconds { get; init; } = 3600;

    /// <summary>Between keepalives. GB/T 28181-2016 §9.6.1: 60 s by default.</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Misses in a row that make the platform lost. GB/T 28181-2016 §9.6.1: 3 by default.</summary>
    public int KeepaliveMisses { get; init; } = 3;

    /// <summary>The longest pause between tries.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>All but the password.</summary>
    public override string ToString() => $"{Username}, {ExpiresSeconds} s";
}

/// <summary>What a registration wants sent.</summary>
internal enum RegistrationStep
{
    /// <summary>Nothing before <see cref="Registration.NextDeadline"/>.</summary>
    None,
    /// <summary>A REGISTER, filled in by <see cref="Registration.Compose"/>; its outcome goes to <see cref="Registration.OnRegisterOutcome"/>.</summary>
    Register,
    /// <summary>A keepalive MESSAGE; its outcome goes to <see cref="Registration.OnKeepaliveOutcome"/>.</summary>
    Keepalive,
}

/// <summary>What an input changed.</summary>
internal enum RegistrationChange
{
    None,
    /// <summary>Now registered, and was not.</summary>
    Registered,
    /// <summary>Still registered, for a new time.</summary>
    Refreshed,
    /// <summary>The round goes on: the next step is due at once.</summary>
    Continues,
    /// <summary>The round failed. Registered still when it was a refresh and time is left.</summary>
    Failed,
    /// <summary>No longer registered, by whatever cause.</summary>
    Lost,
    /// <summary>Our address changed on the way: a REGISTER is due.</summary>
    AddressChanged,
    /// <summary>Left: the end.</summary>
    Left,
}
