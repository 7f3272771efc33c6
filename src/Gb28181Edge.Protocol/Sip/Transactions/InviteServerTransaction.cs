using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>States of <see cref="InviteServerTransaction"/>. RFC 6026 §7.1.</summary>
internal enum InviteServerState { Proceeding, Accepted, Completed, Confirmed, Terminated }

/// <summary>INVITE server transaction. RFC 3261 §17.2.1, Figure 7, with the Accepted state and Timer L of RFC 6026 §8.5.</summary>
/// <remarks>Repeats of a 2xx are the user's (RFC 3261 §13.3.1.4); repeats of every other response are made here.</remarks>
internal sealed class InviteServerTransaction : ServerTransaction
{
    private readonly bool _reliable;
    private readonly SipTimers _timers;
    private TimeSpan? _trying, _timerG, _timerH, _timerI, _timerL;
    private TimeSpan _intervalG;
    private SipResponse? _last;

    /// <summary>Begins with the INVITE at hand: a 100 leaves when no answer is given within <see cref="SipTimers.Trying"/>.</summary>
    public InviteServerTransaction(SipRequest request, bool reliable, SipTimers timers, TimeSpan now) : base(request)
    {
        (_reliable, _timers) = (reliable, timers);
        _trying = now + timers.Trying;
    }

    public InviteServerState State { get; private set; } = InviteServerState.Proceeding;

    public override bool IsTerminated => State == InviteServerState.Terminated;

    public override bool IsPending => State == InviteServerState.Proceeding;

    public override TimeSpan? NextDeadline =>
        Deadline.Earliest(Deadline.Earliest(_trying, _timerG, _timerH), _timerI, _timerL);

    public override void OnRequest(SipRequest repeat, TimeSpan now, List<SipEffect> effects)
    {
        if (repeat.Method == SipMethod.Ack) { OnAck(repeat, now, effects); return; }
        // Accepted and Confirmed absorb it. RFC 6026 §8.5.
        if (State is InviteServerState.Proceeding or InviteServerState.Completed && _last is not null) effects.Add(SipEffect.Send(_last));
    }

    private void OnAck(SipRequest ack, TimeSpan now, List<SipEffect> effects)
    {
        if (State == InviteServerState.Accepted) { effects.Add(SipEffect.Deliver(ack)); return; }
        if (State != InviteServerState.Completed) return;
        State = InviteServerState.Confirmed;
        (_timerG, _timerH) = (null, null);
        _timerI = now + (_reliable ? TimeSpan.Zero : _timers.I);
    }

    public override void Respond(SipResponse response, TimeSpan now, List<SipEffect> effects)
    {
        if (State == InviteServerState.Accepted && response.IsSuccess) { effects.Add(SipEffect.Send(response)); return; }
        if (State != InviteServerState.Proceeding) return;
        _trying = null;
        _last = response;
        effects.Add(SipEffect.Send(response));
        if (response.IsProvisional) return;
        if (response.IsSuccess)
        {
            State = InviteServerState.Accepted;
            _timerL = now + _timers.L;
            return;
        }
        State = InviteServerState.Completed;
        _timerH = now + _timers.H;
        if (_reliable) return;
        _intervalG = _timers.T1;
        _timerG = now + _intervalG;
    }

    public override void OnTimer(TimeSpan now, List<SipEffect> effects)
    {
        if (Deadline.Take(ref _trying, now))
        {
            _last = SipResponse.For(Request, 100);
            effects.Add(SipEffect.Send(_last));
        }
        if (Deadline.Take(ref _timerH, now)) { End(SipEnd.Timeout, effects); return; }
        if (Deadline.Take(ref _timerI, now) || Deadline.Take(ref _timerL, now)) { End(SipEnd.Done, effects); return; }
        if (!Deadline.Take(ref _timerG, now)) return;
        effects.Add(SipEffect.Send(_last!));
        _intervalG = Deadline.Min(_intervalG * 2, _timers.T2);
        _timerG = now + _intervalG;
    }

    public override void OnTransportError(List<SipEffect> effects)
    {
        // RFC 6026 §8.9: the user is told, the state stays: the peer's next repeat may get through.
        if (State is InviteServerState.Proceeding or InviteServerState.Accepted or InviteServerState.Completed) effects.Add(SipEffect.Unsent);
    }

    private void End(SipEnd end, List<SipEffect> effects)
    {
        State = InviteServerState.Terminated;
        (_trying, _timerG, _timerH, _timerI, _timerL) = (null, null, null, null, null);
        effects.Add(SipEffect.Ended(end));
    }
}
