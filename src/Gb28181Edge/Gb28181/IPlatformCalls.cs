using Gb28181Edge.Sip;

namespace Gb28181Edge.Gb28181;

/// <summary>The live sessions of one platform, as its link sees them: the link hands INVITEs over and says when all is over.</summary>
/// <remarks>One a platform, so that one platform's trouble ends no other's sessions. Called by the link's loops only.</remarks>
internal interface IPlatformCalls
{
    /// <summary>Sessions in being.</summary>
    int Count { get; }

    /// <summary>Takes a new INVITE (<see cref="SipIncoming.Call"/> is set) and everything that follows on that call; returns at once.</summary>
    void OnInvite(SipIncoming invite);

    /// <summary>
    /// Ends every session, and awaits what they started. Not orderly: the platform is lost, media stops at once and nobody waits for
    /// the answer to a BYE. Orderly: BYE to each, waited for until <paramref name="cancellationToken"/> says that time is up.
    /// </summary>
    ValueTask EndAllAsync(bool orderly, CancellationToken cancellationToken);
}
