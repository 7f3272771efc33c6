using System.Diagnostics.CodeAnalysis;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>A client transaction with what it needs beyond RFC 3261 §17: where it sends, and who waits for it.</summary>
internal sealed class ClientSlot(ClientTransaction machine, SipFlow flow, object? token, InviteSession? session) : ITimed
{
    public ClientTransaction Machine { get; } = machine;

    public SipFlow Flow { get; } = flow;

    /// <summary>Whoever waits for the final response, until it is here; null when nobody does.</summary>
    public object? Token { get; set; } = token;

    /// <summary>The call that an INVITE or BYE of ours belongs to.</summary>
    public InviteSession? Session { get; } = session;

    public TimeSpan? NextDeadline => Machine.NextDeadline;

    public TimeSpan? Scheduled { get; set; }
}

/// <summary>A server transaction with what it needs beyond RFC 3261 §17: where it answers, its To tag, and until when it must be answered.</summary>
internal sealed class ServerSlot(ServerTransaction machine, SipFlow flow, TimeSpan answerBy) : ITimed
{
    public ServerTransaction Machine { get; } = machine;

    public SipFlow Flow { get; } = flow;

    public SipRequest Request => Machine.Request;

    /// <summary>The tag that every response of this transaction carries; null until one was needed.</summary>
    public string? ToTag { get; set; }

    /// <summary>The call that this transaction belongs to.</summary>
    public InviteSession? Session { get; set; }

    /// <summary>A user that has not answered by then is answered for.</summary>
    public TimeSpan AnswerBy { get; } = answerBy;

    public TimeSpan? NextDeadline => Deadline.Earliest(Machine.NextDeadline, Machine.IsPending ? AnswerBy : null);

    public TimeSpan? Scheduled { get; set; }
}

/// <summary>All transactions, found by branch, or by what RFC 2543 matched by where the branch fails. RFC 3261 §17.1.3, §17.2.3.</summary>
internal sealed class TransactionTable
{
    private readonly Dictionary<TransactionKey, ClientSlot> _clients = [];
    private readonly Dictionary<LooseKey, ClientSlot> _clientsLoose = [];
    private readonly Dictionary<TransactionKey, ServerSlot> _servers = [];
    private readonly Dictionary<LooseKey, ServerSlot> _serversLoose = [];

    private readonly Dictionary<int, int> _serversOfPeer = [];

    public int ClientCount => _clients.Count;

    public int ServerCount => _servers.Count;

    /// <summary>Server transactions of one peer.</summary>
    public int ServerCountOf(int peer) => _serversOfPeer.GetValueOrDefault(peer);

    public IEnumerable<ClientSlot> Clients => _clients.Values;

    public IEnumerable<ServerSlot> Servers => _servers.Values;

    public void Add(ClientSlot slot)
    {
        _clients[TransactionKey.OfOwn(slot.Machine.Request)] = slot;
        _clientsLoose[LooseKey.OfOwn(slot.Machine.Request)] = slot;
    }

    public void Add(ServerSlot slot)
    {
        if (_servers.TryAdd(TransactionKey.OfRequest(slot.Request, slot.Flow.Peer), slot)) _serversOfPeer[slot.Flow.Peer] = ServerCountOf(slot.Flow.Peer) + 1;
        _serversLoose[LooseKey.OfRequest(slot.Request, slot.Request.Method, slot.Flow.Peer)] = slot;
    }

    public void Remove(ClientSlot slot)
    {
        Remove(_clients, TransactionKey.OfOwn(slot.Machine.Request), slot);
        Remove(_clientsLoose, LooseKey.OfOwn(slot.Machine.Request), slot);
    }

    public void Remove(ServerSlot slot)
    {
        if (Remove(_servers, TransactionKey.OfRequest(slot.Request, slot.Flow.Peer), slot)) _serversOfPeer[slot.Flow.Peer]--;
        Remove(_serversLoose, LooseKey.OfRequest(slot.Request, slot.Request.Method, slot.Flow.Peer), slot);
    }

    /// <summary>The client transaction that a response belongs to; false for a stray one.</summary>
    public bool TryFind(SipResponse response, [NotNullWhen(true)] out ClientSlot? slot) =>
        _clients.TryGetValue(TransactionKey.OfResponse(response), out slot) || _clientsLoose.TryGetValue(LooseKey.OfResponse(response), out slot);

    /// <summary>The client transaction of a request of ours; false when it is over, and for an ACK.</summary>
    public bool TryFindOwn(SipRequest request, [NotNullWhen(true)] out ClientSlot? slot) =>
        _clients.TryGetValue(TransactionKey.OfOwn(request), out slot);

    /// <summary>The server transaction that a request repeats, or that an ACK belongs to; false for a new request.</summary>
    public bool TryFind(SipRequest request, int peer, [NotNullWhen(true)] out ServerSlot? slot)
    {
        if (_servers.TryGetValue(TransactionKey.OfRequest(request, peer), out slot)) return true;
        if (request.Method == SipMethod.Ack) return TryFindInvite(request, peer, out slot);
        // Outside of a dialog the same Call-ID, CSeq and From tag are the same request, come by two ways or with a new branch for each
        // repeat. Within a dialog they are not: some platforms never count their CSeq. Nor are they with another body.
        return request.To.Tag is null
            && _serversLoose.TryGetValue(LooseKey.OfRequest(request, request.Method, peer), out slot)
            && slot.Request.Body.Span.SequenceEqual(request.Body.Span);
    }

    /// <summary>The INVITE that an ACK or CANCEL means. RFC 3261 §9.2.</summary>
    public bool TryFindInvite(SipRequest ackOrCancel, int peer, [NotNullWhen(true)] out ServerSlot? slot)
    {
        TransactionKey exact = TransactionKey.OfRequest(ackOrCancel, peer) with { Method = SipMethod.Invite };
        return _servers.TryGetValue(exact, out slot) || _serversLoose.TryGetValue(LooseKey.OfRequest(ackOrCancel, SipMethod.Invite, peer), out slot);
    }

    private static bool Remove<TKey, TSlot>(Dictionary<TKey, TSlot> table, TKey key, TSlot slot) where TKey : notnull where TSlot : class
    {
        // A later transaction may have taken the loose key over.
        return table.TryGetValue(key, out TSlot? held) && ReferenceEquals(held, slot) && table.Remove(key);
    }
}
