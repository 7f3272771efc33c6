namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>What the four machines of RFC 3261 §17 have in common: a request, an end, and a next deadline. Each keeps its own timers.</summary>
/// <remarks>Reads no clock, owns no socket. Not thread-safe: driven by one loop.</remarks>
internal abstract class SipTransaction(SipRequest request)
{
    /// <summary>The request that began it.</summary>
    public SipRequest Request { get; } = request;

    public abstract bool IsTerminated { get; }

    /// <summary>The earliest of its timers, absolute and monotonic; null when none runs.</summary>
    public abstract TimeSpan? NextDeadline { get; }

    /// <summary>Lets every timer that is due act once.</summary>
    public abstract void OnTimer(TimeSpan now, List<SipEffect> effects);

    /// <summary>The last message could not be sent.</summary>
    public abstract void OnTransportError(List<SipEffect> effects);
}

/// <summary>A client transaction. RFC 3261 §17.1.</summary>
internal abstract class ClientTransaction(SipRequest request) : SipTransaction(request)
{
    /// <summary>Sends the request for the first time. Once.</summary>
    public abstract void Start(TimeSpan now, List<SipEffect> effects);

    public abstract void OnResponse(SipResponse response, TimeSpan now, List<SipEffect> effects);
}

/// <summary>A server transaction. RFC 3261 §17.2.</summary>
internal abstract class ServerTransaction(SipRequest request) : SipTransaction(request)
{
    /// <summary>The request again, or the ACK of an INVITE.</summary>
    public abstract void OnRequest(SipRequest repeat, TimeSpan now, List<SipEffect> effects);

    /// <summary>The transaction's user answers. What does not fit the state (a second final response) is passed over.</summary>
    public abstract void Respond(SipResponse response, TimeSpan now, List<SipEffect> effects);

    /// <summary>No final response has been given yet.</summary>
    public abstract bool IsPending { get; }
}
