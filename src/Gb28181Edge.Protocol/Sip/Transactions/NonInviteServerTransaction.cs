using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>States of <see cref="NonInviteServerTransaction"/>.</summary>
internal enum NonInviteServerState { Trying, Proceeding, Completed, Terminated }

/// <summary>Non-INVITE server transaction. RFC 3261 §17.2.2, Figure 8.</summary>
internal sealed class NonInviteServerTransaction(SipRequest request, bool reliable, SipTimers timers) : ServerTransaction(request)
{
    private TimeSpan? _timerJ;
    private SipResponse? _last;

    public NonInviteServerState State { get; private set; } = NonInviteServerState.Trying;

    public override bool IsTerminated => State == NonInviteServerState.Terminated;

    public override bool IsPending => State is NonInviteServerState.Trying or NonInviteServerState.Proceeding;

    public override TimeSpan? NextDeadline => _timerJ;

    public override void OnRequest(SipRequest repeat, TimeSpan now, List<SipEffect> effects)
    {
        if (State is NonInviteServerState.Proceeding or NonInviteServerState.Completed) effects.Add(SipEffect.Send(_last!));
    }

    public override void Respond(SipResponse response, TimeSpan now, List<SipEffect> effects)
    {
        if (!IsPending) return;
        _last = response;
        effects.Add(SipEffect.Send(response));
        if (response.IsProvisional) { State = NonInviteServerState.Proceeding; return; }
        State = NonInviteServerState.Completed;
        _timerJ = now + (reliable ? TimeSpan.Zero : timers.J);
    }

    public override void OnTimer(TimeSpan now, List<SipEffect> effects)
    {
        if (Deadline.Take(ref _timerJ, now)) End(SipEnd.Done, effects);
    }

    public override void OnTransportError(List<SipEffect> effects)
    {
        if (State is NonInviteServerState.Proceeding or NonInviteServerState.Completed) End(SipEnd.TransportFailed, effects);
    }

    private void End(SipEnd end, List<SipEffect> effects)
    {
        State = NonInviteServerState.Terminated;
        _timerJ = null;
        effects.Add(SipEffect.Ended(end));
    }
}
