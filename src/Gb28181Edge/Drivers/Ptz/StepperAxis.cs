namespace Gb28181Edge.Drivers.Ptz;

/// <summary>How one stepper axis is made.</summary>
/// <param name="StepsADegree">With the gear.</param>
/// <param name="TopSpeed">Steps each second.</param>
/// <param name="Acceleration">Steps each second, each second.</param>
/// <param name="Range">From home to the other end, degrees.</param>
/// <param name="AtHome">Where it looks at home, degrees.</param>
/// <param name="HomeAtPlus">Home is at the right or upper end.</param>
/// <param name="HoldTorque">The coils keep their current while it stands.</param>
internal sealed record StepperTravel(
    double StepsADegree, double TopSpeed, double Acceleration, double Range, double AtHome, bool HomeAtPlus, bool HoldTorque);

/// <summary>One stepper axis: turns the plan into steps when they are due, and finds home. Positions count from home, + is right or up.</summary>
/// <param name="name">For messages.</param>
/// <param name="output">What makes the steps. Owned.</param>
/// <param name="home">On while it is at home; null: its position is never known. Owned.</param>
/// <param name="travel">How it is made.</param>
internal sealed class StepperAxis(string name, IStepperOutput output, IDigitalInput? home, StepperTravel travel)
{
    /// <summary>How long the coils keep their current after the last step.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(500);

    private const double HomingSpeed = 0.25;

    private enum Homing { None, BackOff, Approach }

    private readonly StepperMotion _motion = new(travel.TopSpeed, travel.Acceleration);
    private Homing _homing;
    private (long Target, double Speed)? _afterHome;
    private long _homingSteps;
    private TimeSpan? _last;
    private bool _hasCurrent;

    public StepperTravel Travel => travel;
    public bool HasHome => home is not null;
    public bool IsHomed { get; private set; }

    public bool IsMoving => _motion.IsMoving;

    /// <summary>It runs home or to a target by itself.</summary>
    public bool IsGoing { get; private set; }

    /// <summary>Degrees from home, + is right or up.</summary>
    public double Degrees => _motion.Position / travel.StepsADegree;

    public void Run(float velocity)
    {
        (_homing, _afterHome, IsGoing) = (Homing.None, null, false);
        if (velocity == 0) _motion.Halt();
        else _motion.Run(velocity);
    }

    /// <param name="target">Degrees from home, + is right or up; null: stays at home.</param>
    /// <param name="speed">Of top speed.</param>
    /// <param name="homeFirst">Finds home first; without it only when it does not know where it is.</param>
    public void GoTo(double? target, double speed, bool homeFirst)
    {
        (long Target, double Speed)? wanted = target is { } degrees ? ((long)Math.Round(degrees * travel.StepsADegree), speed) : null;
        IsGoing = true;
        if (IsHomed && !homeFirst)
        {
            (_homing, _afterHome) = (Homing.None, null);
            if (wanted is { } known) _motion.GoTo(known.Target, known.Speed);
            return;
        }
        (IsHomed, _afterHome, _homingSteps) = (false, wanted, 0);
        (_motion.Min, _motion.Max) = (null, null);
        _homing = home!.IsActive ? Homing.BackOff : Homing.Approach;
        _motion.Run((travel.HomeAtPlus ? HomingSpeed : -HomingSpeed) * (_homing == Homing.BackOff ? -1 : 1));
    }

    /// <summary>Makes the steps that are due. Returns when to come again; null when nothing is under way.</summary>
    /// <exception cref="DriverException">A pin failed, or the home switch was not seen.</exception>
    public TimeSpan? Turn(TimeSpan now)
    {
        Home();
        if (_motion.Next() is not { } step)
        {
            IsGoing = false;
            if (!_hasCurrent || travel.HoldTorque || _last is not { } last) return null;
            if (last + HoldTime > now) return last + HoldTime;
            Release();
            return null;
        }
        TimeSpan delay = TimeSpan.FromSeconds(step.Delay);
        // the ramp begins when it is told to; a thread that came late does not make up for it with steps that are too fast
        TimeSpan due = _last is not { } before ? now
            : _motion.Speed != 0 ? before + delay
            : Later(now, before + TimeSpan.FromSeconds(1 / travel.TopSpeed));
        if (due > now) return due;
        output.Step(step.Direction);
        _hasCurrent = true;
        _motion.Made(step);
        if (_homing != Homing.None) _homingSteps++;
        // what came a little late is made up for by a fifth of a step at most: a rotor does not follow a pause that is much too short
        _last = Later(due, now - delay / 5);
        Home();
        return _motion.Next() is { } next ? _last + TimeSpan.FromSeconds(next.Delay) : _last + HoldTime;
    }

    public void Release()
    {
        _hasCurrent = false;
        output.Release();
    }

    /// <summary>After a failure: nothing is planned, and the position is not to be trusted.</summary>
    public void Fail()
    {
        _motion.Halt();
        (_homing, _afterHome, IsGoing, IsHomed) = (Homing.None, null, false, false);
    }

    public async ValueTask DisposeAsync()
    {
        await output.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Home()
    {
        if (_homing == Homing.BackOff && !home!.IsActive)
        {
            _homing = Homing.Approach;
            _motion.Halt();
            _motion.Run(travel.HomeAtPlus ? HomingSpeed : -HomingSpeed);
        }
        else if (_homing == Homing.Approach && home!.IsActive)
        {
            _homing = Homing.None;
            _motion.Halt();
            _motion.SetPosition(0);
            long range = (long)Math.Round(travel.Range * travel.StepsADegree);
            (_motion.Min, _motion.Max) = travel.HomeAtPlus ? (-range, 0L) : (0L, range);
            IsHomed = true;
            if (_afterHome is { } target) _motion.GoTo(target.Target, target.Speed);
            _afterHome = null;
        }
        else if (_homing != Homing.None && _homingSteps > travel.Range * travel.StepsADegree * 1.2 + 100)
        {
            throw new DriverException($"{name} home switch {home!.Name} did not {(_homing == Homing.Approach ? "close" : "open")} within {_homingSteps} steps");
        }
    }
}
