namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>The timer values of RFC 3261 §17 and table 4, with L and M of RFC 6026 §8.7. GB/T 28181 changes none of them.</summary>
/// <param name="T1">Estimate of a round trip.</param>
/// <param name="T2">The longest interval between repeats of a non-INVITE request or an INVITE response.</param>
/// <param name="T4">How long a message stays in the network.</param>
internal sealed record SipTimers(TimeSpan T1, TimeSpan T2, TimeSpan T4)
{
    public static readonly SipTimers Default = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));

    /// <summary>A server answers an INVITE that takes longer than this with 100. RFC 3261 §17.2.1.</summary>
    public TimeSpan Trying { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>INVITE client: gives up.</summary>
    public TimeSpan B => T1 * 64;

    /// <summary>INVITE client, unreliable: waits for repeats of the final response.</summary>
    public TimeSpan D { get; init; } = TimeSpan.FromSeconds(32);

    /// <summary>Non-INVITE client: gives up.</summary>
    public TimeSpan F => T1 * 64;

    /// <summary>INVITE server: waits for the ACK to a 3xx … 6xx.</summary>
    public TimeSpan H => T1 * 64;

    /// <summary>INVITE server, unreliable: absorbs repeats of that ACK.</summary>
    public TimeSpan I => T4;

    /// <summary>Non-INVITE server, unreliable: answers repeats of the request.</summary>
    public TimeSpan J => T1 * 64;

    /// <summary>Non-INVITE client, unreliable: absorbs repeats of the final response.</summary>
    public TimeSpan K => T4;

    /// <summary>INVITE server: absorbs repeats of an INVITE that was answered with 2xx.</summary>
    public TimeSpan L => T1 * 64;

    /// <summary>INVITE client: passes up repeats of the 2xx.</summary>
    public TimeSpan M => T1 * 64;
}
