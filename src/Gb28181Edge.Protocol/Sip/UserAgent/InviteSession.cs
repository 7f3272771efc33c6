using Gb28181Edge.Protocol.Sip.Dialogs;
using Gb28181Edge.Protocol.Sip.Transactions;
using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>Where a call stands.</summary>
internal enum InviteSessionState
{
    /// <summary>No final response yet.</summary>
    Proceeding,
    /// <summary>Our 2xx is out, its ACK is not here. Only on the called side.</summary>
    Accepted,
    /// <summary>The ACK has passed.</summary>
    Confirmed,
    /// <summary>Our BYE is out.</summary>
    Ending,
    Ended,
}

/// <summary>One INVITE dialog above its transactions: repeats the 2xx until the ACK. RFC 3261 §13.3.1.4, §14, §15.</summary>
/// <remarks>Reads no clock. Not thread-safe: driven by <see cref="SipCore"/>.</remarks>
internal sealed class InviteSession(SipRequest invite, SipFlow flow, SipTimers timers, bool isCaller) : ITimed
{
    private TimeSpan? _repeat, _ackBy;
    private TimeSpan _interval;
    private SipResponse? _success;

    /// <summary>The INVITE that began the call.</summary>
    public SipRequest Invite { get; } = invite;

    public SipFlow Flow { get; } = flow;

    /// <summary>We called.</summary>
    public bool IsCaller { get; } = isCaller;

    public InviteSessionState State { get; set; } = InviteSessionState.Proceeding;

    /// <summary>Null until there is a 2xx.</summary>
    public Dialog? Dialog { get; set; }

    /// <summary>The called side's INVITE transaction at work; null on the calling side.</summary>
    public ServerSlot? InviteTransaction { get; set; }

    /// <summary>The calling side's ACK, repeated for each repeat of the 2xx; null before, or when none is to be sent.</summary>
    public SipRequest? Ack { get; set; }

    /// <summary>False: the calling side sends no ACK.</summary>
    public bool SendsAck { get; init; } = true;

    /// <summary>The calling side gives up; a CANCEL leaves once there is a provisional response. RFC 3261 §9.1.</summary>
    public bool CancelWanted { get; set; }

    /// <summary>The CANCEL is out.</summary>
    public bool CancelSent { get; set; }

    /// <summary>The calling side has seen a provisional response.</summary>
    public bool SawProvisional { get; set; }

    /// <summary>A BYE of ours waits for the ACK to our 2xx. RFC 3261 §15.</summary>
    public bool ByeWanted { get; set; }

    /// <summary>Who waits for that BYE.</summary>
    public object? ByeToken { get; set; }

    /// <summary>What the owner of the core keeps with the call.</summary>
    public object? Owner { get; set; }

    public TimeSpan? NextDeadline => Deadline.Earliest(_repeat, _ackBy);

    public TimeSpan? Scheduled { get; set; }

    /// <summary>A 2xx to the INVITE has been sent: it is repeated, on TCP as well, until the ACK. RFC 3261 §13.3.1.4.</summary>
    public void OnSuccessSent(SipResponse success, TimeSpan now)
    {
        if (State == InviteSessionState.Proceeding) State = InviteSessionState.Accepted;
        _success = success;
        _interval = timers.T1;
        _repeat = now + _interval;
        _ackBy = now + (timers.T1 * 64);
    }

    /// <summary>An ACK to a 2xx of ours.</summary>
    /// <returns>True when it is the one that confirms the call; false for a repeat or that of a later INVITE.</returns>
    public bool OnAck()
    {
        (_repeat, _ackBy, _success) = (null, null, null);
        if (State != InviteSessionState.Accepted) return false;
        State = InviteSessionState.Confirmed;
        return true;
    }

    /// <summary>Repeats the 2xx; Ended with Timeout when the ACK did not come within 64·T1.</summary>
    public void OnTimer(TimeSpan now, List<SipEffect> effects)
    {
        if (Deadline.Take(ref _ackBy, now))
        {
            (_repeat, _success) = (null, null);
            effects.Add(SipEffect.Ended(SipEnd.Timeout));
            return;
        }
        if (!Deadline.Take(ref _repeat, now)) return;
        effects.Add(SipEffect.Send(_success!));
        _interval = Deadline.Min(_interval * 2, timers.T2);
        _repeat = now + _interval;
    }

    /// <summary>No timer runs any more.</summary>
    public void StopTimers() => (_repeat, _ackBy, _success) = (null, null, null);
}
