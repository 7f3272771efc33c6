namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>Names a transaction by the branch of its top Via. RFC 3261 §17.1.3, §17.2.3.</summary>
/// <param name="Branch">The branch; for a server transaction whose branch lacks the cookie, the fields that RFC 2543 matched by.</param>
/// <param name="SentBy">host:port of the top Via, lower case; empty for a client transaction, whose branch is our own.</param>
/// <param name="Method">INVITE for its ACK too.</param>
/// <param name="Peer">Whose it is: one peer cannot touch another's transactions.</param>
internal readonly record struct TransactionKey(string Branch, string SentBy, SipMethod Method, int Peer)
{
    /// <summary>The key of the client transaction that a response belongs to.</summary>
    public static TransactionKey OfResponse(SipResponse response) =>
        new(response.TopVia.Branch ?? "", "", response.CSeq.Method, 0);

    /// <summary>The key of a client transaction.</summary>
    public static TransactionKey OfOwn(SipRequest request) => new(request.TopVia.Branch!, "", request.Method, 0);

    /// <summary>The key of the server transaction that a request belongs to, or begins.</summary>
    public static TransactionKey OfRequest(SipRequest request, int peer)
    {
        ViaHeader via = request.TopVia;
        SipMethod method = request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method;
        // Seen without the cookie: Uniview IMOS, scripts that write z3hG9bK. Without any branch: Hikvision NCG.
        string branch = via.HasMagicCookie
            ? via.Branch!
            : $"{via.Branch}|{request.CallId}|{request.CSeq.Number}|{request.From.Tag}|{request.To.Tag}";
        return new TransactionKey(branch, $"{via.Host}:{via.Port ?? 5060}".ToLowerInvariant(), method, peer);
    }
}

/// <summary>
/// Matches where the branch does not: an ACK or CANCEL with a branch of its own, a request that came by two ways, a response without
/// Via. RFC 3261 §8.2.2.2, §17.2.3 (RFC 2543 clients).
/// </summary>
/// <param name="CallId">Call-ID.</param>
/// <param name="Number">CSeq number.</param>
/// <param name="Method">INVITE for its ACK and CANCEL.</param>
/// <param name="FromTag">Empty for client transactions: some platforms answer without it.</param>
/// <param name="Peer">Whose it is; 0 for client transactions.</param>
internal readonly record struct LooseKey(string CallId, uint Number, SipMethod Method, string FromTag, int Peer)
{
    public static LooseKey OfResponse(SipResponse response) => new(response.CallId, response.CSeq.Number, response.CSeq.Method, "", 0);

    public static LooseKey OfOwn(SipRequest request) => new(request.CallId, request.CSeq.Number, request.Method, "", 0);

    /// <param name="request">The request.</param>
    /// <param name="method">The method of the transaction that is looked for.</param>
    /// <param name="peer">Whose it is.</param>
    public static LooseKey OfRequest(SipRequest request, SipMethod method, int peer) =>
        new(request.CallId, request.CSeq.Number, method, request.From.Tag ?? "", peer);
}
