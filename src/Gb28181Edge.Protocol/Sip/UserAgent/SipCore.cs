using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>A user agent: client and server for all peers of one endpoint. RFC 3261 §8, §12 … §15 above §17.</summary>
/// <remarks>
/// Pure: inputs and time in, outputs out. Who may talk to it is decided before. Absorbs repeats, so its owner sees every request
/// once. Not thread-safe: driven by one loop.
/// </remarks>
internal sealed partial class SipCore(SipTimers timers, ISipTokens tokens, string userAgent, int maxServerTransactions = 2_000)
{
    /// <summary>The methods that are understood, as Allow lists them.</summary>
    public const string Allow = "INVITE, ACK, INFO, CANCEL, BYE, OPTIONS, MESSAGE, SUBSCRIBE, NOTIFY";

    // A request whose answer is later than this helps nobody: its sender has given up (Timer F), or nearly so for an INVITE (Timer C).
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(32), AnswerInviteWithin = TimeSpan.FromSeconds(170);

    private readonly TransactionTable _table = new();
    private readonly DeadlineQueue<ClientSlot> _clientTimers = new();
    private readonly DeadlineQueue<ServerSlot> _serverTimers = new();
    private readonly DeadlineQueue<InviteSession> _sessionTimers = new();
    private readonly Dictionary<(string CallId, string RemoteTag, int Peer), List<InviteSession>> _sessions = [];

    // Set for the length of one Handle.
    private TimeSpan _now;
    private List<SipOutput> _output = [];

    /// <summary>When a tick is due; null when nothing waits.</summary>
    public TimeSpan? NextDeadline => Deadline.Earliest(_clientTimers.Next, _serverTimers.Next, _sessionTimers.Next);

    /// <summary>Transactions in being, of both kinds.</summary>
    public int TransactionCount => _table.ClientCount + _table.ServerCount;

    /// <summary>Calls in being.</summary>
    public int SessionCount => _sessions.Sum(pair => pair.Value.Count);

    /// <summary>Whether a request belongs to a call with this peer.</summary>
    public bool HasCall(SipRequest request, int peer) => Find(request, peer) is not null;

    /// <summary>Takes one input; due timers act first.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="output">What follows is added here.</param>
    public void Handle(SipInput input, TimeSpan now, List<SipOutput> output)
    {
        (_now, _output) = (now, output);
        RunTimers();
        switch (input)
        {
            case SipInput.Received { Message: SipRequest request } received: OnRequest(request, received.Flow); break;
            case SipInput.Received { Message: SipResponse response }: OnResponse(response); break;
            case SipInput.Send send: Start(Prepare(send.Request, send.Flow), send.Flow, send.Token, null); break;
            case SipInput.Respond respond: Answer(respond.Transaction, respond.Response); break;
            case SipInput.Invite invite: StartInvite(invite.Session, invite.Token); break;
            case SipInput.Cancel cancel: CancelOwn(cancel.Session); break;
            case SipInput.Accept accept: Accept(accept); break;
            case SipInput.Reject reject: Reject(reject.Session, reject.StatusCode, reject.Reason); break;
            case SipInput.SendInDialog send: SendInDialog(send); break;
            case SipInput.Bye bye: Bye(bye.Session, bye.Token); break;
            case SipInput.Forget forget: Forget(forget.Session); break;
            case SipInput.SendFailed failed: OnSendFailed(failed.Message, failed.Reason); break;
            case SipInput.ConnectionLost lost: OnConnectionLost(lost.Connection, lost.Reason); break;
        }
    }

    private void RunTimers()
    {
        while (_clientTimers.TryTake(_now, out ClientSlot? client))
        {
            var effects = new List<SipEffect>(2);
            client!.Machine.OnTimer(_now, effects);
            Apply(client, effects, null);
        }
        while (_serverTimers.TryTake(_now, out ServerSlot? server)) OnServerTimer(server!);
        while (_sessionTimers.TryTake(_now, out InviteSession? session)) OnSessionTimer(session!);
    }

    private void OnServerTimer(ServerSlot slot)
    {
        if (slot.Machine.IsPending && slot.AnswerBy <= _now)
        {
            bool opens = slot.Session is { } session && session.InviteTransaction == slot && session.State == InviteSessionState.Proceeding;
            Respond(slot, SipResponse.For(slot.Request, 500));
            if (opens) End(slot.Session!, InviteEvent.Ended);
            return;
        }
        var effects = new List<SipEffect>(2);
        slot.Machine.OnTimer(_now, effects);
        Apply(slot, effects);
    }

    private void OnSessionTimer(InviteSession session)
    {
        var effects = new List<SipEffect>(1);
        session.OnTimer(_now, effects);
        foreach (SipEffect effect in effects)
        {
            if (effect.Kind == SipEffectKind.Send) _output.Add(new SipOutput.Transmit(effect.Message!, session.Flow));
            else OnAckMissing(session);
        }
        _sessionTimers.Schedule(session);
    }

    private void Apply(ServerSlot slot, List<SipEffect> effects)
    {
        foreach (SipEffect effect in effects)
        {
            switch (effect.Kind)
            {
                case SipEffectKind.Send: _output.Add(new SipOutput.Transmit(effect.Message!, slot.Flow)); break;
                case SipEffectKind.Deliver: OnAckOf(slot.Session!, (SipRequest)effect.Message!); break;
                case SipEffectKind.Ended: _table.Remove(slot); break;
            }
        }
        _serverTimers.Schedule(slot);
    }

    private void Apply(ClientSlot slot, List<SipEffect> effects, string? reason)
    {
        foreach (SipEffect effect in effects)
        {
            switch (effect.Kind)
            {
                case SipEffectKind.Send: _output.Add(new SipOutput.Transmit(effect.Message!, slot.Flow)); break;
                case SipEffectKind.Deliver: OnDelivered(slot, (SipResponse)effect.Message!); break;
                case SipEffectKind.Ended: OnClientEnded(slot, effect.End, reason); break;
            }
        }
        _clientTimers.Schedule(slot);
    }

    // The response as the standard wants it completed: To tag, and what an INVITE's or OPTIONS' success must carry. RFC 3261 §8.2.6, §12.1.1.
    private SipResponse Complete(SipResponse response, ServerSlot slot)
    {
        if (response.StatusCode > 100 && response.To.Tag is null)
        {
            slot.ToTag ??= slot.Session?.Dialog?.LocalTag ?? tokens.NewToken();
            response.Set(HeaderName.To, response.To.WithTag(slot.ToTag).ToString());
        }
        SipMethod method = slot.Request.Method;
        if (response.IsSuccess && method == SipMethod.Invite && response.Contact is null)
            response.Add(HeaderName.Contact, $"<{slot.Flow.Contact(slot.Request.To.Uri.User ?? "")}>");
        bool listsMethods = (response.IsSuccess && (method == SipMethod.Invite || method == SipMethod.Options)) || response.StatusCode == 405;
        if (listsMethods && response.Text(HeaderName.Allow) is null) response.Add(HeaderName.Allow, Allow);
        if (response.Text(HeaderName.UserAgent) is null) response.Add(HeaderName.UserAgent, userAgent);
        return response;
    }

    private void Index(InviteSession session)
    {
        var key = (session.Dialog!.Id.CallId, session.Dialog.RemoteTag, session.Flow.Peer);
        if (!_sessions.TryGetValue(key, out List<InviteSession>? list)) _sessions[key] = list = [];
        list.Add(session);
    }

    // The latest first: an ACK or BYE without a To tag means the call that was set up last.
    private InviteSession? Find(SipRequest request, int peer)
    {
        if (!_sessions.TryGetValue((request.CallId, request.From.Tag ?? "", peer), out List<InviteSession>? list)) return null;
        return list.FindLast(session => session.Dialog!.Matches(request));
    }

    private void End(InviteSession session, InviteEvent last)
    {
        if (session.State == InviteSessionState.Ended) return;
        session.State = InviteSessionState.Ended;
        session.StopTimers();
        if (session.Dialog is { } dialog)
        {
            var key = (dialog.Id.CallId, dialog.RemoteTag, session.Flow.Peer);
            if (_sessions.TryGetValue(key, out List<InviteSession>? list) && list.Remove(session) && list.Count == 0) _sessions.Remove(key);
        }
        _output.Add(new SipOutput.Call(session, last, default));
        if (session.ByeToken is { } token) _output.Add(new SipOutput.Outcome(token, null, SipEnd.Done, null));
        session.ByeToken = null;
    }
}
