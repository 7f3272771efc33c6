using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>States of <see cref="NonInviteClientTransaction"/>.</summary>
internal enum NonInviteClientState { Trying, Proceeding, Completed, Terminated }

/// <summary>Non-INVITE client transaction. RFC 3261 §17.1.2, Figure 6.</summary>
internal sealed class NonInviteClientTransaction(SipRequest request, bool reliable, SipTimers timers) : ClientTransaction(request)
{
    private TimeSpan? _timerE, _timerF, _timerK;
    private TimeSpan _intervalE;

    public NonInviteClientState State { get; private set; } = NonInviteClientState.Trying;

    public override bool IsTerminated => State == NonInviteClientState.Terminated;

    public override TimeSpan? NextDeadline => Deadline.Earliest(_timerE, _timerF, _timerK);

    public override void Start(TimeSpan now, List<SipEffect> effects)
    {
        effects.Add(SipEffect.Send(Request));
        _timerF = now + timers.F;
        if (reliable) return;
        _intervalE = timers.T1;
        _timerE = now + _intervalE;
    }

    public override void OnResponse(SipResponse response, TimeSpan now, List<SipEffect> effects)
    {
        if (State is NonInviteClientState.Completed or NonInviteClientState.Terminated) return;   // a repeat
        effects.Add(SipEffect.Deliver(response));
        if (response.IsProvisional) { State = NonInviteClientState.Proceeding; return; }
        State = NonInviteClientState.Completed;
        (_timerE, _timerF) = (null, null);
        _timerK = now + (reliable ? TimeSpan.Zero : timers.K);
    }

    public override void OnTimer(TimeSpan now, List<SipEffect> effects)
    {
        if (Deadline.Take(ref _timerF, now)) { End(SipEnd.Timeout, effects); return; }
        if (Deadline.Take(ref _timerK, now)) { End(SipEnd.Done, effects); return; }
        if (!Deadline.Take(ref _timerE, now)) return;
        effects.Add(SipEffect.Send(Request));
        bool trying = State == NonInviteClientState.Trying;                       // §17.1.2.2: Proceeding repeats at T2
        _intervalE = trying ? Deadline.Min(_intervalE * 2, timers.T2) : timers.T2;
        _timerE = now + _intervalE;
    }

    public override void OnTransportError(List<SipEffect> effects)
    {
        if (State is NonInviteClientState.Trying or NonInviteClientState.Proceeding) End(SipEnd.TransportFailed, effects);
    }

    private void End(SipEnd end, List<SipEffect> effects)
    {
        State = NonInviteClientState.Terminated;
        (_timerE, _timerF, _timerK) = (null, null, null);
        effects.Add(SipEffect.Ended(end));
    }
}
