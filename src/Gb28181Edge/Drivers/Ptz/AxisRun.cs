namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What one axis of a blind head is doing by itself.</summary>
internal enum AxisLeg
{
    /// <summary>Nothing: it stands, or a person steers it.</summary>
    None,

    /// <summary>Leaves the limit switch that it stands on.</summary>
    BackOff,

    /// <summary>Runs home, to the stop or to the switch.</summary>
    Home,

    /// <summary>Runs beyond the target, so that it can come back from the home side's other end.</summary>
    Away,

    /// <summary>Comes to the target, always towards home.</summary>
    Approach,

    /// <summary>Stands for a moment before the next leg, so that the motor is never reversed while it turns.</summary>
    Rest,
}

/// <summary>One axis with its limit switch and the run that it is on: home, and then perhaps to a target.</summary>
/// <param name="name">For messages.</param>
/// <param name="axis">Where it is.</param>
/// <param name="homeSign">−1 when home is at the minus end: left, down or wide.</param>
/// <param name="law">From 0 … 1 of what the head is told to 0 … 1 of its top speed.</param>
/// <param name="limit">The switch at home; null: it runs to the stop. Owned.</param>
internal sealed class AxisRun(string name, ReckonedAxis axis, int homeSign, Func<float, double> law, IDigitalInput? limit)
{
    /// <summary>How often a limit switch is looked at.</summary>
    public static readonly TimeSpan LimitPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a limit switch has to be steady; it is opened with this.</summary>
    public static readonly TimeSpan LimitDebounce = TimeSpan.FromMilliseconds(5);

    /// <summary>Longer than any dead time that a reversal needs.</summary>
    public static readonly TimeSpan RestTime = TimeSpan.FromMilliseconds(400);

    private const int MostCorrections = 2;

    private AxisLeg _leg, _afterRest;
    private double? _target;
    private float _speed;
    private TimeSpan _began, _ran, _lastLook, _restUntil;
    private int _corrections;
    private bool _homed;

    public string Name => name;
    public ReckonedAxis Axis => axis;
    public IDigitalInput? Limit => limit;
    public bool IsRunning => _leg != AxisLeg.None;

    /// <summary>It came home since the last call.</summary>
    public bool TakeHomed()
    {
        bool homed = _homed;
        _homed = false;
        return homed;
    }

    /// <summary>Ends what it is doing; the caller stops the motor.</summary>
    public void End() => (_leg, _target) = (AxisLeg.None, null);

    /// <summary>Begins the run home.</summary>
    /// <param name="target">Where to go from there, counted from home; null: it stays there.</param>
    /// <param name="speed">Of top speed, for the way to the target.</param>
    /// <param name="now">Monotonic.</param>
    public void BeginHome(double? target, float speed, TimeSpan now)
    {
        (_target, _speed, _corrections) = (target, speed, 0);
        Enter(limit is { IsActive: true } ? AxisLeg.BackOff : AxisLeg.Home, now);
    }

    /// <summary>Goes to a target; home first when it does not know where it is.</summary>
    /// <inheritdoc cref="BeginHome"/>
    public void BeginTarget(double target, float speed, TimeSpan now)
    {
        (_target, _speed, _corrections) = (Math.Clamp(target, 0, axis.Travel.Range), speed, 0);
        Plan(now);
    }

    /// <summary>What the motor has to be told now, −1 … 1, + is right, up or tele.</summary>
    public float Velocity => _leg switch
    {
        AxisLeg.Home => homeSign,
        AxisLeg.BackOff => -homeSign,
        AxisLeg.Away => -homeSign * _speed,
        AxisLeg.Approach => homeSign * _speed,
        _ => 0,
    };

    /// <summary>What the head is told becomes what the axis does.</summary>
    public double ToSpeed(float velocity) =>
        velocity == 0 ? 0 : -homeSign * Math.Sign(velocity) * law(Math.Abs(velocity)) * axis.Travel.TopSpeed;

    /// <summary>Ends the leg that is over and begins the next one.</summary>
    /// <param name="now">Monotonic; the axis is counted up to it.</param>
    /// <exception cref="DriverException">The limit switch was not seen in time, or the motor did not run.</exception>
    public void Step(TimeSpan now)
    {
        if (axis.Speed < 0 && _leg == AxisLeg.Home || axis.Speed > 0 && _leg == AxisLeg.BackOff) _ran += now - _lastLook;
        switch (_leg)
        {
            case AxisLeg.Rest when now >= _restUntil:
                Enter(_afterRest == AxisLeg.None ? Correction() : _afterRest, now);
                break;
            case AxisLeg.BackOff when limit is { IsActive: false }:
                Rest(AxisLeg.Home, now);
                break;
            case AxisLeg.Home when limit is { IsActive: true }:
                // it passed the switch at some time since the last look, and comes to a stand a little behind it
                AtHome(axis.Travel.TopSpeed * (1 + axis.Travel.Drift) * (now - _lastLook + axis.Travel.Lag + LimitDebounce).TotalSeconds, now);
                break;
            case AxisLeg.Home when limit is null && _ran >= axis.Travel.HomingTime:
                AtHome(0, now);
                break;
            case AxisLeg.Home or AxisLeg.BackOff when now - _began >= 2 * axis.Travel.HomingTime || limit is not null && _ran >= axis.Travel.HomingTime:
                throw new DriverException(limit is null
                    ? $"{name} did not run while it was to run home"
                    : $"{name} limit switch {limit.Name} did not {(_leg == AxisLeg.Home ? "close" : "open")} within {_ran.TotalSeconds:0.#} s");
            case AxisLeg.Away when axis.Motor >= Beyond(_target!.Value) - Tolerance:
                Rest(AxisLeg.Approach, now);
                break;
            case AxisLeg.Approach when IsThere:
                Rest(AxisLeg.None, now);
                break;
        }
        _lastLook = now;
    }

    /// <summary>When the next step is due; null when nothing is under way.</summary>
    public TimeSpan? Due(TimeSpan now) => _leg switch
    {
        AxisLeg.None => null,
        AxisLeg.Rest => _restUntil > now ? _restUntil - now : TimeSpan.Zero,
        AxisLeg.Home or AxisLeg.BackOff when limit is not null => LimitPoll,
        AxisLeg.Home => Shortest(axis.Travel.HomingTime - _ran),
        AxisLeg.Away => Shortest(Time(Beyond(_target!.Value) - axis.Motor)),
        _ => _target <= 0 ? Shortest(Time(axis.Motor + axis.Error - axis.Travel.EndError)) : Shortest(Time(axis.Motor - _target!.Value)),
    };

    /// <summary>Closer than this is there: what a motor moves in the time in which it can be stopped.</summary>
    private double Tolerance => Math.Max(axis.Travel.Range * 2e-4, axis.Travel.TopSpeed * 0.005);

    /// <summary>At the home end it presses until nothing is left in doubt, which costs no time worth speaking of.</summary>
    private bool IsThere => _target <= 0 ? axis.Motor <= 0 && axis.Error <= axis.Travel.EndError * 1.01 : axis.Motor <= _target + Tolerance / 2;

    private double Beyond(double target) =>
        Math.Min(axis.Farthest, target + axis.Travel.Backlash * 1.25 + 2 * axis.Travel.TopSpeed * axis.Travel.Lag.TotalSeconds + Tolerance);

    private void Plan(TimeSpan now)
    {
        if (!axis.IsKnown)
            BeginHome(_target, _speed, now);
        else if (axis.IsTakenUp && Math.Abs(axis.Motor - _target!.Value) <= Tolerance)
            Enter(AxisLeg.None, now);
        else
            Rest(ComesHomewards(_target!.Value) ? AxisLeg.Approach : AxisLeg.Away, now, brief: axis.Speed == 0);
    }

    private bool ComesHomewards(double target) =>
        target <= 0 || axis.IsTakenUp && axis.Motor > target || axis.Motor >= Beyond(target) - Tolerance;

    /// <summary>Somebody who came late let it run too far: it tries again, but not for ever.</summary>
    private AxisLeg Correction()
    {
        if (_target is not > 0 || Math.Abs(axis.Motor - _target.Value) <= Tolerance || _corrections >= MostCorrections) return AxisLeg.None;
        _corrections++;
        return axis.Motor < _target ? AxisLeg.Away : AxisLeg.Approach;
    }

    private void AtHome(double error, TimeSpan now)
    {
        axis.SetHome(error);
        _homed = true;
        Rest(_target is null or <= 0 ? AxisLeg.None : AxisLeg.Away, now);
    }

    private void Rest(AxisLeg next, TimeSpan now, bool brief = false)
    {
        (_leg, _afterRest) = (AxisLeg.Rest, next);
        _restUntil = brief ? now : now + RestTime;
        if (brief) Enter(next, now);
    }

    private void Enter(AxisLeg leg, TimeSpan now)
    {
        if (leg == AxisLeg.None) End();
        (_leg, _began, _ran, _lastLook) = (leg, now, TimeSpan.Zero, now);
    }

    private TimeSpan Time(double way) => TimeSpan.FromSeconds(Math.Max(0, way) / Math.Max(Math.Abs(axis.Speed), axis.Travel.TopSpeed * 1e-3));

    private static TimeSpan Shortest(TimeSpan time) => time > TimeSpan.FromMilliseconds(1) ? time : TimeSpan.FromMilliseconds(1);
}
