namespace Gb28181Edge.Devices;

/// <summary>One alarm input's state: guarded or not, in alarm or not. GB/T 28181-2016 A.2.5, A.2.6; GB/T 28181-2022 A.2.5.3.</summary>
/// <remarks>
/// Pure: time is an argument. In alarm is what platforms see as ALARM and what holds the outputs; it ends with ResetAlarm or
/// ResetGuard alone, or, where it does not latch, when the input goes back too. Whether the next edge raises another alarm is the
/// rearming, with or without latch: the standard wants none until ResetAlarm, but many platforms never send it.
/// </remarks>
/// <param name="guarded">The state to begin with.</param>
/// <param name="active">The level that was last dealt with.</param>
/// <param name="inAlarm">An alarm from before has not been reset.</param>
/// <param name="rearm">How long after an alarm the next edge raises one again; zero at once, null only after ResetAlarm.</param>
/// <param name="now">Monotonic; an alarm from before counts from here.</param>
/// <param name="latch">False: the alarm ends when the input goes back.</param>
internal sealed class AlarmMachine(bool guarded, bool active, bool inAlarm, TimeSpan? rearm, TimeSpan now, bool latch = true)
{
    private bool _spent = guarded && inAlarm;
    private TimeSpan? _readyAt = inAlarm ? now + rearm : null;

    public bool IsGuarded { get; private set; } = guarded;

    public bool IsActive { get; private set; } = active;

    public bool InAlarm { get; private set; } = guarded && inAlarm && (latch || active);

    public DutyStatus Status => !IsGuarded ? DutyStatus.OffDuty : InAlarm ? DutyStatus.Alarm : DutyStatus.OnDuty;

    /// <summary>The input changed, debounced.</summary>
    /// <returns>True when an alarm is to be told.</returns>
    public bool OnLevel(bool level, TimeSpan now)
    {
        bool edge = level && !IsActive;
        IsActive = level;
        if (!level && !latch)
            InAlarm = false;
        if (!edge || !IsGuarded || _spent && !(now >= _readyAt))
            return false;
        Raise(now);
        return true;
    }

    /// <summary>SetGuard.</summary>
    /// <returns>True when an alarm is to be told: the input is active already.</returns>
    public bool OnSetGuard(TimeSpan now)
    {
        if (IsGuarded)
            return false;
        IsGuarded = true;
        if (!IsActive)
            return false;
        Raise(now);
        return true;
    }

    /// <summary>ResetGuard: ends an alarm too.</summary>
    public void OnResetGuard() => (IsGuarded, InAlarm, _spent, _readyAt) = (false, false, false, null);

    /// <summary>ResetAlarm: an input that is still active raises the next alarm with its next edge.</summary>
    public void OnResetAlarm() => (InAlarm, _spent, _readyAt) = (false, false, null);

    private void Raise(TimeSpan now) => (InAlarm, _spent, _readyAt) = (true, true, now + rearm);
}
