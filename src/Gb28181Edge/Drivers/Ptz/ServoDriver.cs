namespace Gb28181Edge.Drivers.Ptz;

/// <summary>How one servo turns.</summary>
/// <param name="MinPulse">Microseconds at the minus end.</param>
/// <param name="MaxPulse">Microseconds at the plus end.</param>
/// <param name="Range">Degrees between the two.</param>
/// <param name="AtMin">Where the head looks at the minus end, degrees.</param>
/// <param name="Start">Where the first pulse puts it when nobody knows where it stands, degrees from the minus end.</param>
/// <param name="TopSpeed">Degrees each second.</param>
internal sealed record ServoTravel(double MinPulse, double MaxPulse, double Range, double AtMin, double Start, double TopSpeed);

/// <summary>One servo: where it was told to be, and how it is to move.</summary>
internal sealed class ServoAxis(IServoOutput output, ServoTravel travel)
{
    /// <summary>From standing to top speed.</summary>
    private const double SpeedUpSeconds = 0.3;

    private double _wanted, _speed, _limit;
    private double? _target, _sent;

    public IServoOutput Output => output;
    public ServoTravel Travel => travel;

    /// <summary>Degrees from the minus end; null until the first pulse.</summary>
    public double? Position { get; private set; }

    public bool IsMoving => _wanted != 0 || _target is not null;

    /// <param name="velocity">−1 … 1; 0 holds it where it is, at once.</param>
    public void Run(float velocity)
    {
        (_wanted, _target) = (velocity * travel.TopSpeed, null);
        if (velocity == 0) _speed = 0;
        else Begin();
    }

    /// <param name="target">Degrees from the minus end.</param>
    /// <param name="speed">Of top speed.</param>
    public void GoTo(double target, float speed)
    {
        Begin();
        (_target, _limit, _wanted) = (Math.Clamp(target, 0, travel.Range), speed * travel.TopSpeed, 0);
    }

    /// <summary>Moves on by so much time and sends the pulse where it changed.</summary>
    public void Step(double seconds)
    {
        if (!IsMoving || Position is not { } position) return;
        double change = travel.TopSpeed / SpeedUpSeconds, way = (_target ?? position) - position;
        // towards a target it slows down so that it comes to a stand there
        double wanted = _target is null ? _wanted : Math.Sign(way) * Math.Min(_limit, Math.Sqrt(2 * change * Math.Abs(way)));
        _speed += Math.Clamp(wanted - _speed, -change * seconds, change * seconds);
        if (_target is not null && (Math.Abs(way) < travel.Range * 1e-3 || Math.Abs(_speed * seconds) >= Math.Abs(way) && Math.Sign(_speed) == Math.Sign(way)))
        {
            position = _target.Value;
            (_target, _speed) = (null, 0);
        }
        else
        {
            position = Math.Clamp(position + _speed * seconds, 0, travel.Range);
        }
        Put(position);
    }

    /// <summary>Takes the force away; the position counts as known, for gears hold.</summary>
    public void Release()
    {
        output.Set(null);
        _sent = null;
    }

    /// <summary>The first pulse goes where the servo stands, as far as anybody knows.</summary>
    private void Begin()
    {
        if (Position is null && output.Read() is { } pulse)
            Position = Math.Clamp((pulse - travel.MinPulse) / (travel.MaxPulse - travel.MinPulse), 0, 1) * travel.Range;
        Put(Position ?? travel.Start);
    }

    private void Put(double position)
    {
        double pulse = travel.MinPulse + position / travel.Range * (travel.MaxPulse - travel.MinPulse);
        if (pulse != _sent) output.Set(pulse);
        (_sent, Position) = (pulse, position);
    }
}

/// <summary>A head of one or two hobby servos, which go where a pulse tells them: every 20 ms of a motion each is told its next place.</summary>
/// <remarks>
/// Nothing is sent before the first command, so that nothing moves at the start. Then the first pulse is the one that the chip puts out
/// already (a PCA9685 keeps it while it has power), or the start angle of the configuration. A stop holds at once. Owns its outputs.
/// </remarks>
internal sealed class ServoDriver(ServoAxis? pan, ServoAxis? tilt, TimeSpan? releaseAfter, TimeProvider time) : IPtzDriver
{
    /// <summary>One pulse.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>What a servo is off where it was told to be, with its dead band and its potentiometer.</summary>
    private const double ErrorDegrees = 1;

    /// <summary>A loop that comes later than this moves no farther for it: a servo must not jump.</summary>
    private const double LongestStepSeconds = 0.06;

    private readonly ServoAxis[] _axes = [.. new[] { pan, tilt }.OfType<ServoAxis>()];
    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _last;
    private TimeSpan? _releaseAt;

    public PtzAbilities Abilities => PtzAbilities.ReadPosition | PtzAbilities.GoTo | PtzAbilities.Home;

    private TimeSpan Now => time.GetElapsedTime(_origin);

    public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        Step();
        pan?.Run(velocity.Pan);
        tilt?.Run(velocity.Tilt);
        Moved();
        return ValueTask.CompletedTask;
    }

    /// <summary>There is no lens whose motion could end a way.</summary>
    public ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        if ((pan is null || target.Pan is null) && (tilt is null || target.Tilt is null)) return ValueTask.FromResult(false);
        Step();
        if (target.Pan is { } wantedPan) pan?.GoTo(FromPan(wantedPan, pan.Travel), speed);
        if (target.Tilt is { } wantedTilt) tilt?.GoTo(wantedTilt - tilt.Travel.AtMin, speed);
        Moved();
        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken)
    {
        Step();
        foreach (ServoAxis axis in _axes) axis.GoTo(axis.Travel.Start, 1);
        Moved();
        return ValueTask.FromResult(true);
    }

    public ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        double? panNow = pan?.Position is { } fromLeft ? (pan.Travel.AtMin + fromLeft) % 360 : null;
        double? tiltNow = tilt?.Position is { } fromBottom ? tilt.Travel.AtMin + fromBottom : null;
        return ValueTask.FromResult(panNow is null && tiltNow is null
            ? (PtzReading?)null
            : new PtzReading(new PtzPosition(panNow, tiltNow, null), ErrorDegrees));
    }

    public ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        TimeSpan now = Now;
        if (Array.Exists(_axes, axis => axis.IsMoving))
        {
            if (now - _last >= Tick) Step();
            if (Array.Exists(_axes, axis => axis.IsMoving))
                return ValueTask.FromResult<TimeSpan?>(_last + Tick > now ? _last + Tick - now : TimeSpan.Zero);
            Moved();
        }
        if (_releaseAt is not { } due) return ValueTask.FromResult<TimeSpan?>(null);
        if (due > now) return ValueTask.FromResult<TimeSpan?>(due - now);
        foreach (ServoAxis axis in _axes) axis.Release();
        _releaseAt = null;
        return ValueTask.FromResult<TimeSpan?>(null);
    }

    public ValueTask DisposeAsync()
    {
        foreach (ServoAxis axis in _axes) axis.Output.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Step()
    {
        TimeSpan now = Now;
        double seconds = Math.Min((now - _last).TotalSeconds, LongestStepSeconds);
        _last = now;
        foreach (ServoAxis axis in _axes) axis.Step(seconds);
    }

    /// <summary>A servo that stands loses its force after a while, where that is wanted.</summary>
    private void Moved() =>
        _releaseAt = Array.Exists(_axes, axis => axis.Position is not null) && !Array.Exists(_axes, axis => axis.IsMoving) ? Now + releaseAfter : null;

    private static double FromPan(double target, ServoTravel travel)
    {
        double fromMin = ((target - travel.AtMin) % 360 + 360) % 360;
        return fromMin <= travel.Range ? fromMin : fromMin - travel.Range <= 360 - fromMin ? travel.Range : 0;
    }
}
