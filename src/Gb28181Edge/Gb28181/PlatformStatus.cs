using System.Net;

namespace Gb28181Edge.Gb28181;

/// <summary>How a platform's link stands: a snapshot, replaced as a whole.</summary>
internal sealed record PlatformStatus
{
    public bool IsRegistered { get; init; }

    /// <summary>When the present registration began, its refreshes apart; null while there is none.</summary>
    public DateTimeOffset? RegisteredSince { get; init; }

    /// <summary>When it runs out unless refreshed; null while there is none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why the last try or the last registration ended; null after success.</summary>
    public string? LastError { get; init; }

    /// <summary>Our address as the platform sees it; null when it does not say.</summary>
    public IPEndPoint? SeenAs { get; init; }

    /// <summary>The platform's clock minus ours, from the Date of the 200 to REGISTER; null when it sent none that can be read.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>The platform's edition by its X-GB-Ver, as <c>2.0</c>; null when it did not say.</summary>
    public string? PeerVersion { get; init; }

    /// <summary>Keepalives in a row without an answer.</summary>
    public int KeepaliveMisses { get; init; }
}

/// <summary>What happens on a platform's link, for whoever shows it.</summary>
/// <param name="Platform">The configuration's name of it.</param>
internal abstract record PlatformEvent(string Platform)
{
    /// <summary>REGISTER was answered 200.</summary>
    /// <param name="Granted">The time granted.</param>
    /// <param name="IsRefresh">It was registered before.</param>
    internal sealed record Registered(string Platform, TimeSpan Granted, bool IsRefresh) : PlatformEvent(Platform);

    /// <summary>A try to register failed.</summary>
    /// <param name="Reason">For a person.</param>
    /// <param name="RetryIn">The pause until the next try.</param>
    internal sealed record RegistrationFailed(string Platform, string Reason, TimeSpan RetryIn) : PlatformEvent(Platform);

    /// <summary>It was registered and is so no longer.</summary>
    internal sealed record Lost(string Platform, string Reason) : PlatformEvent(Platform);

    /// <summary>A keepalive was answered 200.</summary>
    internal sealed record KeepaliveAnswered(string Platform) : PlatformEvent(Platform);

    /// <summary>A MANSCDP request of the platform was served.</summary>
    /// <param name="Status">The SIP status of the answer.</param>
    /// <param name="Bodies">MANSCDP answers that follow it.</param>
    internal sealed record Served(string Platform, string CallId, int Status, int Bodies) : PlatformEvent(Platform);

    /// <summary>The platform confirmed an alarm.</summary>
    internal sealed record AlarmConfirmed(string Platform, long AlarmId, string DeviceId) : PlatformEvent(Platform);

    /// <summary>We took our leave.</summary>
    /// <param name="Confirmed">The platform answered in time.</param>
    internal sealed record Left(string Platform, bool Confirmed) : PlatformEvent(Platform);
}

/// <summary>Sees what happens on platforms' links. Called from their loops, so it returns at once and is safe from any thread.</summary>
internal interface IPlatformObserver
{
    void Observe(PlatformEvent platformEvent);
}
