using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Gb28181;

/// <summary>One MESSAGE of a platform, read.</summary>
/// <param name="Message">Its body.</param>
/// <param name="Platform">Who sent it; already known to be one of ours.</param>
/// <param name="CallId">Of the MESSAGE, for logs.</param>
internal sealed record ManscdpRequest(ManscdpMessage Message, PlatformProfile Platform, string CallId)
{
    /// <summary>The DeviceID asked for, which may be empty.</summary>
    public string DeviceId => Message.DeviceId;
}

/// <summary>What a command family wants done. It sends nothing itself.</summary>
/// <param name="Status">The SIP status of the MESSAGE, sent first.</param>
/// <param name="Bodies">MANSCDP bodies, each a MESSAGE to the platform of its own, in order, each after the 200 to the one before.</param>
/// <param name="Restart">TeleBoot: the agent ends with its restart status once the SIP status has been sent.</param>
internal sealed record ManscdpAnswer(int Status, IReadOnlyList<byte[]> Bodies, bool Restart = false)
{
    /// <summary>200 and nothing more.</summary>
    public static readonly ManscdpAnswer Accepted = new(200, []);

    /// <summary>200, then these bodies.</summary>
    public static ManscdpAnswer Reply(params IReadOnlyList<byte[]> bodies) => new(200, bodies);

    /// <summary>A SIP refusal without a body.</summary>
    public static ManscdpAnswer Refuse(int status) => new(status, []);
}

/// <summary>One command family. Called by one platform's loop at a time, but by several platforms' loops at once, so it holds no state.</summary>
internal interface IManscdpHandler
{
    /// <summary>The root that it serves.</summary>
    ManscdpRoot Root { get; }

    /// <summary>The command that it serves.</summary>
    CmdType CmdType { get; }

    /// <summary>Does what is asked and says what to answer. A refusal is an answer, not an exception.</summary>
    ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken);
}
