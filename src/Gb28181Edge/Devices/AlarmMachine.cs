namespace Gb28181Edge.Devices;

/// <summary>One alarm input's state: guarded or not, in alarm or not. GB/T 28181-2016 A.2.5, A.2.6; GB/T 28181-2022 A.2.5.3.</summary>
/// <remarks>
/// Pure: time is an argument. In alarm is what platforms see as ALARM and what holds the outputs; it ends with ResetAlarm or
/// ResetGuard alone. Whether the next edge raises another alarm meanwhile is the rearming: the standard wants none until
/// ResetAlarm, but many platforms never send it.
/// </remarks>
/// <param name="guarded">The state to begin with.</param>
/// <param name="active">The level that was last dealt with.</param>
/// <param name="inAlarm">An alarm from before has not been reset.</param>
/// <param name="rearm">How long after an alarm the next edge raises one again; zero at once, null only after ResetAlarm.</param>
/// <param name="now">Monotonic; an alarm from before counts from here.</param>
internal sealed class AlarmMachine(bool guarded, bool active, bool inAlarm, TimeSpan? rearm, TimeSpan now)
{
    private TimeSpan? _readyAt = inAlarm ? now + rearm : null;

    public bool IsGuarded { get; private set; } = guarded;

    public bool IsActive { get; private set; } = active;

    public bool InAlarm { get; private set; } = guarded && inAlarm;

    public DutyStatus Status => !IsGuarded ? DutyStatus.OffDuty : InAlarm ? DutyStatus.Alarm : DutyStatus.OnDuty;

    /// <summary>The input changed, debounced.</summary>
    /// <returns>True when an alarm is to be told.</returns>
    public bool OnLevel(bool level, TimeSpan now)
    {
        bool edge = level && !IsActive;
        IsActive = level;
        if (!edge || !IsGuarded || InAlarm && !(now >= _readyAt))
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
    public void OnResetGuard() => (IsGuarded, InAlarm, _readyAt) = (false, false, null);

    /// <summary>ResetAlarm: an input that is still active raises the next alarm with its next edge.</summary>
    public void OnResetAlarm() => (InAlarm, _readyAt) = (false, null);

    private void Raise(TimeSpan now) => (InAlarm, _readyAt) = (true, now + rearm);
}
