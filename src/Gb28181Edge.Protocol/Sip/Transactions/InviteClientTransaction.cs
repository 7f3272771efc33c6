using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>States of <see cref="InviteClientTransaction"/>. RFC 6026 §7.2.</summary>
internal enum InviteClientState { Calling, Proceeding, Accepted, Completed, Terminated }

/// <summary>INVITE client transaction. RFC 3261 §17.1.1, Figure 5, with the Accepted state and Timer M of RFC 6026 §8.4.</summary>
/// <remarks>The ACK to a 2xx is the user's; the ACK to any other final response is made here.</remarks>
internal sealed class InviteClientTransaction(SipRequest request, bool reliable, SipTimers timers) : ClientTransaction(request)
{
    private TimeSpan? _timerA, _timerB, _timerD, _timerM;
    private TimeSpan _intervalA;
    private SipRequest? _ack;

    public InviteClientState State { get; private set; } = InviteClientState.Calling;

    public override bool IsTerminated => State == InviteClientState.Terminated;

    public override TimeSpan? NextDeadline => Deadline.Earliest(Deadline.Earliest(_timerA, _timerB), _timerD, _timerM);

    public override void Start(TimeSpan now, List<SipEffect> effects)
    {
        effects.Add(SipEffect.Send(Request));
        _timerB = now + timers.B;
        if (reliable) return;
        _intervalA = timers.T1;
        _timerA = now + _intervalA;
    }

    public override void OnResponse(SipResponse response, TimeSpan now, List<SipEffect> effects)
    {
        switch (State)
        {
            case InviteClientState.Calling or InviteClientState.Proceeding:
                OnFirst(response, now, effects);
                break;
            case InviteClientState.Accepted when response.IsSuccess:
                effects.Add(SipEffect.Deliver(response));                    // the user repeats its ACK
                break;
            case InviteClientState.Completed when response.IsFinal && !response.IsSuccess:
                effects.Add(SipEffect.Send(_ack!));
                break;
        }
    }

    private void OnFirst(SipResponse response, TimeSpan now, List<SipEffect> effects)
    {
        (_timerA, _timerB) = (null, null);
        effects.Add(SipEffect.Deliver(response));
        if (response.IsProvisional) { State = InviteClientState.Proceeding; return; }
        if (response.IsSuccess)
        {
            State = InviteClientState.Accepted;
            _timerM = now + timers.M;
            return;
        }
        State = InviteClientState.Completed;
        _ack = AckFor(response);
        effects.Add(SipEffect.Send(_ack));
        _timerD = now + (reliable ? TimeSpan.Zero : timers.D);
    }

    public override void OnTimer(TimeSpan now, List<SipEffect> effects)
    {
        if (Deadline.Take(ref _timerB, now)) { End(SipEnd.Timeout, effects); return; }
        if (Deadline.Take(ref _timerD, now) || Deadline.Take(ref _timerM, now)) { End(SipEnd.Done, effects); return; }
        if (!Deadline.Take(ref _timerA, now)) return;
        effects.Add(SipEffect.Send(Request));
        _intervalA *= 2;                                                     // §17.1.1.2: doubles without a bound, until B
        _timerA = now + _intervalA;
    }

    public override void OnTransportError(List<SipEffect> effects)
    {
        if (State is InviteClientState.Calling or InviteClientState.Completed) End(SipEnd.TransportFailed, effects);
    }

    private void End(SipEnd end, List<SipEffect> effects)
    {
        State = InviteClientState.Terminated;
        (_timerA, _timerB, _timerD, _timerM) = (null, null, null, null);
        effects.Add(SipEffect.Ended(end));
    }

    // RFC 3261 §17.1.1.3: the INVITE's URI, Via, From, Call-ID, CSeq number and Route; the response's To.
    private SipRequest AckFor(SipResponse response)
    {
        var ack = new SipRequest(SipMethod.Ack, Request.RequestUri);
        ack.PushVia(Request.TopVia);
        ack.Add(HeaderName.MaxForwards, "70");
        foreach (string route in Request.Texts(HeaderName.Route)) ack.Add(HeaderName.Route, route);
        ack.Add(HeaderName.From, Request.Text(HeaderName.From)!);
        ack.Add(HeaderName.To, response.Text(HeaderName.To)!);
        ack.Add(HeaderName.CallId, Request.CallId);
        ack.Add(HeaderName.CSeq, new CSeq(Request.CSeq.Number, SipMethod.Ack).ToString());
        return ack;
    }
}
