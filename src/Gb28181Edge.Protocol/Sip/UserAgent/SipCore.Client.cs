using Gb28181Edge.Protocol.Sip.Dialogs;
using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

// The client side. RFC 3261 §8.1, §9.1, §12.2.1, §13.2, §15.1.1.
internal sealed partial class SipCore
{
    private void OnResponse(SipResponse response)
    {
        if (!_table.TryFind(response, out ClientSlot? slot)) return;              // a stray one. §18.1.2
        var effects = new List<SipEffect>(2);
        slot.Machine.OnResponse(response, _now, effects);
        Apply(slot, effects, null);
    }

    private void Start(SipRequest request, SipFlow flow, object? token, InviteSession? session)
    {
        ClientTransaction machine = request.Method == SipMethod.Invite
            ? new InviteClientTransaction(request, flow.IsReliable, timers)
            : new NonInviteClientTransaction(request, flow.IsReliable, timers);
        var slot = new ClientSlot(machine, flow, token, session);
        _table.Add(slot);
        var effects = new List<SipEffect>(1);
        machine.Start(_now, effects);
        Apply(slot, effects, null);
    }

    // Via with a branch of its own, and the fields that every request carries. §8.1.1
    private SipRequest Prepare(SipRequest request, SipFlow flow)
    {
        request.Remove(HeaderName.Via);
        request.PushVia(new ViaHeader
        {
            Transport = flow.IsReliable ? "TCP" : "UDP",
            Host = flow.SentBy.Address.ToString() is var host && host.Contains(':') ? $"[{host}]" : host,
            Port = flow.SentBy.Port,
            Branch = ViaHeader.MagicCookie + tokens.NewToken(),
            HasRport = true,
        });
        if (request.Text(HeaderName.MaxForwards) is null) request.Add(HeaderName.MaxForwards, "70");
        if (request.Text(HeaderName.UserAgent) is null) request.Add(HeaderName.UserAgent, userAgent);
        bool wantsContact = request.Method == SipMethod.Register || request.Method == SipMethod.Invite || request.Method == SipMethod.Subscribe;
        if (wantsContact && request.Text(HeaderName.Contact) is null)
            request.Add(HeaderName.Contact, $"<{flow.Contact(request.From.Uri.User ?? "")}>");
        return request;
    }

    private void OnDelivered(ClientSlot slot, SipResponse response)
    {
        if (slot.Machine.Request.Method == SipMethod.Invite) { OnInviteResponse(slot, response); return; }
        if (!response.IsFinal) return;
        Finish(slot, response, SipEnd.Done, null);
    }

    private void OnClientEnded(ClientSlot slot, SipEnd end, string? reason)
    {
        _table.Remove(slot);
        if (end == SipEnd.Done) return;
        Finish(slot, null, end, reason ?? (end == SipEnd.Timeout ? "no answer within 32 s" : "it could not be sent"));
    }

    // The wait of whoever sent it is over, and a call whose BYE it was.
    private void Finish(ClientSlot slot, SipResponse? response, SipEnd end, string? reason)
    {
        if (slot.Token is { } token) _output.Add(new SipOutput.Outcome(token, response, end, reason));
        slot.Token = null;
        if (slot.Session is not { } session) return;
        bool isBye = slot.Machine.Request.Method == SipMethod.Bye;
        if (isBye && session.ByeToken is { } waits) _output.Add(new SipOutput.Outcome(waits, response, end, reason));
        if (isBye) session.ByeToken = null;
        if (isBye || session.State == InviteSessionState.Proceeding) End(session, InviteEvent.Ended);
    }

    private void StartInvite(InviteSession session, object token) =>
        Start(Prepare(session.Invite, session.Flow), session.Flow, token, session);

    private void OnInviteResponse(ClientSlot slot, SipResponse response)
    {
        InviteSession session = slot.Session!;
        if (response.IsProvisional)
        {
            session.SawProvisional = true;
            if (session.CancelWanted) SendCancel(session);
            return;
        }
        if (!response.IsSuccess) { Finish(slot, response, SipEnd.Done, null); return; }
        if (session.Dialog is { } dialog)
        {
            if (response.To.Tag is null || response.To.Tag == dialog.RemoteTag) SendAck(session);
            else Decline(session, response);
            return;
        }
        session.Dialog = Dialog.OfCaller(session.Invite, response);
        session.State = InviteSessionState.Confirmed;
        Index(session);
        if (session.SendsAck) session.Ack = Prepare(session.Dialog.NewAck(session.Invite.CSeq.Number), session.Flow);
        SendAck(session);
        Finish(slot, response, SipEnd.Done, null);
        if (session.CancelWanted) Bye(session, null);                            // §9.1: the 2xx overtook our CANCEL
    }

    private void SendAck(InviteSession session)
    {
        if (session.Ack is { } ack) _output.Add(new SipOutput.Transmit(ack, session.Flow));
    }

    // A second 2xx from elsewhere: the call was forked. It is acknowledged and ended at once. §13.2.2.4
    private void Decline(InviteSession session, SipResponse response)
    {
        Dialog other = Dialog.OfCaller(session.Invite, response);
        _output.Add(new SipOutput.Transmit(Prepare(other.NewAck(session.Invite.CSeq.Number), session.Flow), session.Flow));
        Start(Prepare(other.NewRequest(SipMethod.Bye), session.Flow), session.Flow, null, null);
    }

    private void CancelOwn(InviteSession session)
    {
        if (session.State != InviteSessionState.Proceeding || !session.IsCaller) return;
        session.CancelWanted = true;
        if (session.SawProvisional) SendCancel(session);
    }

    // §9.1: the INVITE's URI, Via, From, To, Call-ID, CSeq number and Route
    private void SendCancel(InviteSession session)
    {
        if (session.CancelSent) return;
        session.CancelSent = true;
        SipRequest invite = session.Invite;
        var cancel = new SipRequest(SipMethod.Cancel, invite.RequestUri);
        cancel.PushVia(invite.TopVia);
        cancel.Add(HeaderName.MaxForwards, "70");
        foreach (string route in invite.Texts(HeaderName.Route)) cancel.Add(HeaderName.Route, route);
        cancel.Add(HeaderName.From, invite.Text(HeaderName.From)!);
        cancel.Add(HeaderName.To, invite.Text(HeaderName.To)!);
        cancel.Add(HeaderName.CallId, invite.CallId);
        cancel.Add(HeaderName.CSeq, new CSeq(invite.CSeq.Number, SipMethod.Cancel).ToString());
        Start(cancel, session.Flow, null, null);
    }

    private void SendInDialog(SipInput.SendInDialog send)
    {
        if (send.Session.State is not (InviteSessionState.Accepted or InviteSessionState.Confirmed))
        {
            _output.Add(new SipOutput.Outcome(send.Token, null, SipEnd.TransportFailed, "the call is over"));
            return;
        }
        SipRequest request = Prepare(send.Session.Dialog!.NewRequest(send.Method), send.Session.Flow);
        if (send.ContentType is not null) request.Add(HeaderName.ContentType, send.ContentType);
        request.Body = send.Body;
        Start(request, send.Session.Flow, send.Token, null);
    }

    private void Bye(InviteSession session, object? token)
    {
        switch (session.State)
        {
            case InviteSessionState.Proceeding when session.IsCaller: CancelOwn(session); break;
            case InviteSessionState.Proceeding: Reject(session, 480, null); break;
            case InviteSessionState.Accepted or InviteSessionState.Confirmed when session.ByeToken is null && !session.ByeWanted:
                session.ByeToken = token;
                session.ByeWanted = true;
                if (session.State == InviteSessionState.Confirmed) SendBye(session);    // else with the ACK, or when it stays out. §15
                return;
        }
        if (token is not null) _output.Add(new SipOutput.Outcome(token, null, SipEnd.Done, null));
    }

    private void Forget(InviteSession session)
    {
        if (session.State == InviteSessionState.Proceeding) Bye(session, null);
        else if (session.State != InviteSessionState.Ending) End(session, InviteEvent.Ended);
    }

    private void SendBye(InviteSession session)
    {
        session.State = InviteSessionState.Ending;
        session.StopTimers();
        Start(Prepare(session.Dialog!.NewRequest(SipMethod.Bye), session.Flow), session.Flow, null, session);
    }

    private void OnSendFailed(SipMessage message, string reason)
    {
        // A response that could not be sent changes nothing: its transaction stays, so that a repeat is answered and does not act twice.
        if (message is not SipRequest request || !_table.TryFindOwn(request, out ClientSlot? slot)) return;
        Fail(slot, reason);
    }

    private void OnConnectionLost(long connection, string reason)
    {
        foreach (ClientSlot slot in _table.Clients.Where(slot => slot.Flow.Connection == connection).ToArray()) Fail(slot, reason);
        foreach (InviteSession session in _sessions.Values.SelectMany(list => list).Where(session => session.Flow.Connection == connection).ToArray())
            _output.Add(new SipOutput.Call(session, InviteEvent.TransportLost, default));
    }

    private void Fail(ClientSlot slot, string reason)
    {
        var effects = new List<SipEffect>(1);
        slot.Machine.OnTransportError(effects);
        Apply(slot, effects, reason);
        // Figure 5 leaves an INVITE that saw a provisional response to its user, who would wait for ever.
        if (slot.Token is null || slot.Machine.IsTerminated) return;
        _table.Remove(slot);
        Finish(slot, null, SipEnd.TransportFailed, reason);
    }
}
