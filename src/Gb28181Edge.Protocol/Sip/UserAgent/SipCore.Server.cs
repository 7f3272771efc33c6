using System.Net;
using Gb28181Edge.Protocol.Sip.Dialogs;
using Gb28181Edge.Protocol.Sip.Transactions;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

// The server side. RFC 3261 §8.2, §9.2, §11.2, §12.2.2, §13.3, §15.1.2.
internal sealed partial class SipCore
{
    private void OnRequest(SipRequest request, SipFlow flow)
    {
        FillVia(request, flow.Remote);
        if (_table.TryFind(request, flow.Peer, out ServerSlot? known))
        {
            var effects = new List<SipEffect>(1);
            known.Machine.OnRequest(request, _now, effects);
            Apply(known, effects);
            return;
        }
        if (request.Method == SipMethod.Ack)
        {
            // Its transaction is forgotten, or was never; a dialog may still want it. One that belongs nowhere is dropped. §17.2
            if (Find(request, flow.Peer) is { } session) OnAckOf(session, request);
            return;
        }
        if (_table.ServerCountOf(flow.Peer) >= maxServerTransactions)            // a peer's flood fills its own room only
        {
            _output.Add(new SipOutput.Transmit(SipResponse.For(request, 503, tokens.NewToken()), flow));
            return;
        }
        Dispatch(NewServer(request, flow));
    }

    private ServerSlot NewServer(SipRequest request, SipFlow flow)
    {
        bool invite = request.Method == SipMethod.Invite;
        ServerTransaction machine = invite
            ? new InviteServerTransaction(request, flow.IsReliable, timers, _now)
            : new NonInviteServerTransaction(request, flow.IsReliable, timers);
        var slot = new ServerSlot(machine, flow, _now + (invite ? AnswerInviteWithin : AnswerWithin));
        _table.Add(slot);
        _serverTimers.Schedule(slot);
        return slot;
    }

    private void Dispatch(ServerSlot slot)
    {
        SipRequest request = slot.Request;
        if (request.Method == SipMethod.Cancel) { OnCancel(slot); return; }
        if (request.Text(HeaderName.Require) is { Length: > 0 } extensions)
        {
            SipResponse refusal = SipResponse.For(request, 420);                 // §8.2.2.3: none is supported
            refusal.Add(HeaderName.Unsupported, extensions);
            Respond(slot, refusal);
            return;
        }
        switch (request.Method.Name)
        {
            case "INVITE": OnInvite(slot); break;
            case "BYE": OnBye(slot); break;
            // a registrar is a subscriber too: its owner knows its dialogs
            case "NOTIFY" when slot.Flow.AcceptsRegister && Find(request, slot.Flow.Peer) is null: _output.Add(new SipOutput.Incoming(slot)); break;
            case "INFO" or "NOTIFY": OnInDialog(slot); break;
            case "MESSAGE" when request.To.Tag is not null && Find(request, slot.Flow.Peer) is not null: OnInDialog(slot); break;
            case "MESSAGE" or "SUBSCRIBE": _output.Add(new SipOutput.Incoming(slot)); break;
            case "REGISTER" when slot.Flow.AcceptsRegister: _output.Add(new SipOutput.Incoming(slot)); break;
            case "OPTIONS": Respond(slot, 200); break;
            default: Respond(slot, 405); break;
        }
    }

    private void OnInvite(ServerSlot slot)
    {
        SipRequest invite = slot.Request;
        if (invite.To.Tag is not null)
        {
            OnInDialog(slot);
            return;
        }
        slot.ToTag = tokens.NewToken();
        var session = new InviteSession(invite, slot.Flow, timers, isCaller: false)
        {
            InviteTransaction = slot,
            Dialog = Dialog.OfCallee(invite, slot.ToTag, $"sip:{invite.From.Uri.User}@{slot.Flow.Remote}"),
        };
        slot.Session = session;
        Index(session);
        _output.Add(new SipOutput.IncomingCall(session));
    }

    private void OnInDialog(ServerSlot slot)
    {
        InviteSession? session = Find(slot.Request, slot.Flow.Peer);
        slot.Session = session;
        if (session is null or { State: InviteSessionState.Ending or InviteSessionState.Ended }) { Respond(slot, 481); return; }
        if (slot.Request.Method == SipMethod.Invite)
        {
            // §14.2: one INVITE at a time; the peer tries again
            if (session.State != InviteSessionState.Confirmed || session.InviteTransaction is { Machine.IsPending: true }) { Respond(slot, 491); return; }
            session.InviteTransaction = slot;
        }
        _output.Add(new SipOutput.InDialog(session, slot));
    }

    private void OnBye(ServerSlot slot)
    {
        InviteSession? session = Find(slot.Request, slot.Flow.Peer);
        if (session is null) { Respond(slot, 481); return; }
        slot.Session = session;
        Respond(slot, 200);
        if (session.InviteTransaction is { Machine.IsPending: true } pending) Respond(pending, 487);   // §15.1.2
        if (session.State != InviteSessionState.Ending) End(session, InviteEvent.Bye);                 // two BYEs crossed: ours is under way
    }

    private void OnCancel(ServerSlot slot)
    {
        if (!_table.TryFindInvite(slot.Request, slot.Flow.Peer, out ServerSlot? invite)) { Respond(slot, 481); return; }
        slot.ToTag = invite.ToTag;                                               // §9.2: the To tag of both should be the same
        slot.Session = invite.Session;
        Respond(slot, 200);
        if (!invite.Machine.IsPending) return;
        bool opens = invite.Session is { State: InviteSessionState.Proceeding };
        Respond(invite, 487);
        if (opens) End(invite.Session!, InviteEvent.Cancelled);
    }

    private void OnAckOf(InviteSession session, SipRequest ack)
    {
        if (!session.OnAck()) return;
        _output.Add(new SipOutput.Call(session, InviteEvent.Acknowledged, ack.Body));
        if (session.ByeWanted) SendBye(session);
    }

    private void OnAckMissing(InviteSession session)
    {
        // §13.3.1.4: the session is ended with a BYE; nobody waits for its answer.
        SipRequest bye = Prepare(session.Dialog!.NewRequest(SipMethod.Bye), session.Flow);
        Start(bye, session.Flow, null, null);
        End(session, InviteEvent.AckMissing);
    }

    private void Accept(SipInput.Accept accept)
    {
        InviteSession session = accept.Session;
        if (session.State != InviteSessionState.Proceeding || session.InviteTransaction is not { } slot) return;
        SipResponse success = SipResponse.For(slot.Request, 200);
        success.Add(HeaderName.ContentType, accept.ContentType);
        success.Body = accept.Body;
        Respond(slot, success);
    }

    private void Reject(InviteSession session, int statusCode, string? reason)
    {
        if (session.State != InviteSessionState.Proceeding || session.InviteTransaction is not { } slot) return;
        Respond(slot, SipResponse.For(slot.Request, statusCode, null, reason));
        End(session, InviteEvent.Ended);
    }

    // The owner's own answer; a refusal of the INVITE that opened a call is the end of the call.
    private void Answer(ServerSlot slot, SipResponse response)
    {
        Respond(slot, response);
        bool opens = slot.Session is { State: InviteSessionState.Proceeding } session && session.InviteTransaction == slot;
        if (opens && !slot.Machine.IsPending) End(slot.Session!, InviteEvent.Ended);
    }

    private void Respond(ServerSlot slot, int statusCode) => Respond(slot, SipResponse.For(slot.Request, statusCode));

    private void Respond(ServerSlot slot, SipResponse response)
    {
        if (!slot.Machine.IsPending) return;
        Complete(response, slot);
        var effects = new List<SipEffect>(1);
        slot.Machine.Respond(response, _now, effects);
        Apply(slot, effects);
        if (!response.IsSuccess || slot.Request.Method != SipMethod.Invite || slot.Session is not { } session) return;
        if (session.State == InviteSessionState.Confirmed) session.Dialog!.RefreshTarget(slot.Request);
        session.OnSuccessSent(response, _now);
        _sessionTimers.Schedule(session);
    }

    // RFC 3261 §18.2.1, RFC 3581 §4: where the request really came from.
    private static void FillVia(SipRequest request, IPEndPoint source)
    {
        ViaHeader via = request.TopVia;
        string address = source.Address.ToString();
        if (!via.HasRport && via.Host == address) return;
        request.ReplaceTopVia(via with { Received = address, Rport = via.HasRport ? source.Port : via.Rport });
    }
}
