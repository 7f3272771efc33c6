namespace Gb28181Edge.Protocol.Sip.Dialogs;

/// <summary>The state of a dialog: tags, route set, remote target, sequence numbers. RFC 3261 §12.</summary>
/// <remarks>Not thread-safe: driven by one loop.</remarks>
internal sealed class Dialog
{
    private readonly NameAddr _local, _remote;

    private Dialog(DialogId id, NameAddr local, NameAddr remote, IReadOnlyList<string> routeSet, string remoteTarget, uint localCSeq)
    {
        (Id, _local, _remote, RouteSet, RemoteTarget, LocalCSeq) = (id, local, remote, routeSet, remoteTarget, localCSeq);
    }

    public DialogId Id { get; }

    public string LocalTag => Id.LocalTag;

    public string RemoteTag => Id.RemoteTag;

    /// <summary>Route values for our requests, in their order.</summary>
    public IReadOnlyList<string> RouteSet { get; }

    /// <summary>The Request-URI of our requests: the peer's Contact.</summary>
    public string RemoteTarget { get; private set; }

    /// <summary>The number of our last request; 0 before the first.</summary>
    public uint LocalCSeq { get; private set; }

    /// <summary>The called side's dialog. RFC 3261 §12.1.1, RFC 6665 §4.4.1.</summary>
    /// <param name="invite">The INVITE or SUBSCRIBE.</param>
    /// <param name="localTag">The To tag of our responses.</param>
    /// <param name="fallbackTarget">The remote target when the INVITE has no Contact, as some platforms send it.</param>
    public static Dialog OfCallee(SipRequest invite, string localTag, string fallbackTarget) => new(
        new DialogId(invite.CallId, localTag, invite.From.Tag ?? ""),
        invite.To.WithTag(localTag), invite.From, [.. invite.Texts(HeaderName.RecordRoute)],
        invite.Contact?.Uri.ToString() ?? fallbackTarget, localCSeq: 0);

    /// <summary>The caller's dialog. RFC 3261 §12.1.2.</summary>
    /// <param name="invite">Our INVITE.</param>
    /// <param name="success">Its 2xx.</param>
    public static Dialog OfCaller(SipRequest invite, SipResponse success) => new(
        new DialogId(invite.CallId, invite.From.Tag ?? "", success.To.Tag ?? ""),
        invite.From, success.To, [.. success.Texts(HeaderName.RecordRoute).Reverse()],
        success.Contact?.Uri.ToString() ?? invite.RequestUri, invite.CSeq.Number);

    /// <summary>Whether a request of the peer belongs here: Call-ID and From tag; the To tag only where there is one.</summary>
    /// <remarks>
    /// Leniently, because platforms are: ACK and BYE without a To tag (SRS 4), a Request-URI that names the wrong party, a CSeq that
    /// stands still or comes from one counter for everything.
    /// </remarks>
    public bool Matches(SipRequest request) =>
        request.CallId == Id.CallId && (request.From.Tag ?? "") == Id.RemoteTag && (request.To.Tag is null || request.To.Tag == Id.LocalTag);

    /// <summary>A new INVITE or SUBSCRIBE within the dialog moves the remote target. RFC 3261 §12.2.2, RFC 6665 §4.4.1.</summary>
    public void RefreshTarget(SipRequest refresh)
    {
        if (refresh.Contact is { } contact) RemoteTarget = contact.Uri.ToString();
    }

    /// <summary>A request of ours with the next number. RFC 3261 §12.2.1.1.</summary>
    public SipRequest NewRequest(SipMethod method) => New(method, ++LocalCSeq);

    /// <summary>The ACK to a 2xx of our INVITE: its number, and a transaction of its own. RFC 3261 §13.2.2.4.</summary>
    public SipRequest NewAck(uint inviteNumber) => New(SipMethod.Ack, inviteNumber);

    private SipRequest New(SipMethod method, uint number)
    {
        var request = new SipRequest(method, RemoteTarget);
        foreach (string route in RouteSet) request.Add(HeaderName.Route, route);
        request.Add(HeaderName.From, _local.ToString());
        request.Add(HeaderName.To, _remote.ToString());
        request.Add(HeaderName.CallId, Id.CallId);
        request.Add(HeaderName.CSeq, new CSeq(number, method).ToString());
        return request;
    }
}
