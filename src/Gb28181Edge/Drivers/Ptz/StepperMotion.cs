namespace Gb28181Edge.Drivers.Ptz;

/// <summary>The next step of a motor.</summary>
/// <param name="Direction">−1 or 1.</param>
/// <param name="Delay">Seconds after the step before.</param>
/// <param name="Speed">Steps each second when it is done, with its sign.</param>
internal readonly record struct StepperStep(int Direction, double Delay, double Speed);

/// <summary>Plans the steps of one motor: a ramp up, a top speed, a ramp down that ends on the target. Knows no clock and no pin.</summary>
/// <remarks>Between two steps the speed changes by the acceleration over one step: v² = u² ± 2a. A halt is at once, without a ramp.</remarks>
/// <param name="topSpeed">Steps each second.</param>
/// <param name="acceleration">Steps each second, each second.</param>
internal sealed class StepperMotion(double topSpeed, double acceleration)
{
    private double _wanted;
    private long? _target;
    private double _limit;

    /// <summary>Steps from where it was last set.</summary>
    public long Position { get; private set; }

    /// <summary>Steps each second, with its sign.</summary>
    public double Speed { get; private set; }

    /// <summary>The ends of the travel; null where there is none.</summary>
    public long? Min { get; set; }

    /// <inheritdoc cref="Min"/>
    public long? Max { get; set; }

    public bool IsMoving => Next() is not null;

    public void SetPosition(long position) => Position = position;

    /// <summary>Runs at a share of top speed, −1 … 1, to the end of the travel where there is one; 0 slows down and stands.</summary>
    public void Run(double velocity) => (_wanted, _target) = (Math.Clamp(velocity, -1, 1) * topSpeed, null);

    public void GoTo(long target, double speed) => (_target, _limit) = (Math.Clamp(target, Min ?? target, Max ?? target), Math.Clamp(speed, 0.01, 1) * topSpeed);

    /// <summary>Stands at once.</summary>
    public void Halt() => (_wanted, _target, Speed) = (0, null, 0);

    /// <summary>The step that is due next; null when it stands.</summary>
    public StepperStep? Next()
    {
        double wanted = Wanted(), energy = Speed * Speed, gain = 2 * acceleration;
        int sign = Math.Sign(Speed);
        if (sign == 0 || sign != Math.Sign(wanted) && IsSlowest)
        {
            if (wanted == 0) return null;
            sign = Math.Sign(wanted);
            return Step(sign, Math.Min(Math.Abs(wanted), Math.Sqrt(gain)));
        }
        if (sign != Math.Sign(wanted)) return Step(sign, Math.Sqrt(energy - gain));            // it must slow down before it can turn or stand
        return Step(sign, Math.Abs(wanted) > Math.Abs(Speed)
            ? Math.Min(Math.Abs(wanted), Math.Sqrt(energy + gain))
            : Math.Max(Math.Abs(wanted), Math.Sqrt(Math.Max(0, energy - gain))));
    }

    /// <summary>The step was made.</summary>
    public void Made(StepperStep step)
    {
        Position += step.Direction;
        Speed = step.Speed;
        if (Position == _target && IsSlowest) (_wanted, _target, Speed) = (0, null, 0);
        else if (_target is null && Wanted() == 0 && IsSlowest) Speed = 0;
    }

    /// <summary>So slow that it may stand or turn with the next step; the sums of a ramp are not exact.</summary>
    private bool IsSlowest => Speed * Speed <= 2 * acceleration * 1.001;

    private static StepperStep Step(int sign, double speed) => new(sign, 1 / speed, sign * speed);

    private double Wanted()
    {
        double wanted = _target is { } target ? Math.Sign(target - Position) * _limit : _wanted;
        long? left = _target is { } end ? Math.Abs(end - Position) : wanted > 0 ? Max - Position : wanted < 0 ? Position - Min : null;
        if (left is not { } way) return wanted;
        return way <= 0 ? 0 : Math.Sign(wanted) * Math.Min(Math.Abs(wanted), Math.Sqrt(2 * acceleration * way));
    }
}
