namespace Gb28181Edge.Drivers.Ptz;

/// <summary>Two opposite relays of one motor: never both on, a dead time between them, and no run longer than the motor bears.</summary>
/// <param name="name">For messages.</param>
/// <param name="minus">Null: the motor has no such direction.</param>
/// <param name="plus">Null: the motor has no such direction.</param>
internal sealed class RelayAxis(string name, IDigitalOutput? minus, IDigitalOutput? plus)
{
    private TimeSpan _since, _openedAt;
    private int _wanted, _lastDirection, _exhausted;

    public string Name => name;

    /// <summary>−1, 0 or 1: the relay that is on.</summary>
    public int Applied { get; private set; }

    public IEnumerable<IDigitalOutput> Outputs => new[] { minus, plus }.OfType<IDigitalOutput>();

    /// <summary>A run in the direction that was cut off for its length stays cut off until something else was wanted.</summary>
    public void Want(int sign)
    {
        if (sign != _exhausted) _exhausted = 0;
        _wanted = sign == _exhausted ? 0 : sign;
    }

    /// <summary>Opens what must open.</summary>
    /// <param name="now">Monotonic.</param>
    /// <param name="maxRun">The longest run; null: no limit.</param>
    /// <returns>True when a run was cut off for its length.</returns>
    public bool Open(TimeSpan now, TimeSpan? maxRun)
    {
        bool cut = Applied != 0 && Applied == _wanted && now - _since >= maxRun;
        if (cut) (_exhausted, _wanted) = (_wanted, 0);
        foreach (int sign in (ReadOnlySpan<int>)[-1, 1])
        {
            // the output itself is asked: one that failed to open is still on, whatever was decided since
            if (sign == _wanted || Output(sign) is not { IsActive: true } output) continue;
            output.Set(false);
            (_lastDirection, _openedAt, Applied) = (sign, now, 0);
        }
        return cut;
    }

    /// <summary>Closes what is wanted, once the opposite relay has been open for the dead time.</summary>
    public void Close(TimeSpan now, TimeSpan deadTime)
    {
        if (_wanted == 0 || Applied == _wanted || Output(_wanted) is not { } output || Wait(now, deadTime) > TimeSpan.Zero) return;
        output.Set(true);
        (Applied, _since) = (_wanted, now);
    }

    /// <summary>After how long something is due; null when nothing is.</summary>
    public TimeSpan? Due(TimeSpan now, TimeSpan deadTime, TimeSpan? maxRun)
    {
        if (Applied != 0) return maxRun is { } longest ? Later(_since + longest - now) : null;
        return _wanted != 0 && Output(_wanted) is not null ? Later(Wait(now, deadTime)) : null;
    }

    /// <summary>Both relays were switched off from outside; the motor may still run down.</summary>
    public void Forget(TimeSpan now)
    {
        if (Applied != 0) (_lastDirection, _openedAt) = (Applied, now);
        (Applied, _wanted, _exhausted) = (0, 0, 0);
    }

    private TimeSpan Wait(TimeSpan now, TimeSpan deadTime) =>
        _lastDirection != 0 && _lastDirection != _wanted ? _openedAt + deadTime - now : TimeSpan.Zero;

    private IDigitalOutput? Output(int sign) => sign < 0 ? minus : plus;

    private static TimeSpan Later(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
