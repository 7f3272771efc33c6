namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What lies between a platform's wish and a head: exchanged directions, a curve, a top speed, limits. Limits are as platforms see them.</summary>
internal sealed record PtzShaping
{
    public bool InvertPan { get; init; }
    public bool InvertTilt { get; init; }

    /// <summary>True: speed is squared, so that slow motion is finer and top speed stays.</summary>
    public bool IsFine { get; init; }

    /// <summary>Of the head's own, above 0 up to 1; for pan and tilt.</summary>
    public float MaxSpeed { get; init; } = 1;

    /// <summary>Where turning left ends and where turning right does, degrees; the way clockwise from the first to the second is allowed.</summary>
    public (double Min, double Max)? Pan { get; init; }

    public double? TiltMin { get; init; }
    public double? TiltMax { get; init; }

    public bool HasLimits => Pan is not null || TiltMin is not null || TiltMax is not null;

    /// <summary>Nothing is shaped.</summary>
    public bool IsPlain => this == new PtzShaping();

    /// <summary>A platform's velocity as the head's.</summary>
    public PtzVelocity ToHead(PtzVelocity velocity) => velocity with
    {
        Pan = Curved(InvertPan ? -velocity.Pan : velocity.Pan),
        Tilt = Curved(InvertTilt ? -velocity.Tilt : velocity.Tilt),
    };

    /// <summary>A platform's position as the head's, and the other way round: it is the same.</summary>
    public PtzPosition Turned(PtzPosition position) => position with
    {
        Pan = InvertPan && position.Pan is { } pan ? Degrees(-pan) : position.Pan,
        Tilt = InvertTilt ? -position.Tilt : position.Tilt,
    };

    /// <summary>The nearest position within the limits.</summary>
    public PtzPosition Clamped(PtzPosition target)
    {
        double? pan = target.Pan, tilt = target.Tilt;
        if (pan is { } wanted && Pan is { } limits && !IsWithin(wanted, limits))
            pan = Degrees(wanted - limits.Max) <= Degrees(limits.Min - wanted) ? limits.Max : limits.Min;
        if (tilt < TiltMin) tilt = TiltMin;
        if (tilt > TiltMax) tilt = TiltMax;
        return target with { Pan = pan, Tilt = tilt };
    }

    /// <summary>How far a motion may still go; below or at 0 it must not begin, and null is no limit that way.</summary>
    /// <param name="pan">Where the head looks, as platforms see it.</param>
    /// <param name="sign">+ is right.</param>
    public double? PanWay(double pan, int sign)
    {
        if (Pan is not { } limits) return null;
        double way = sign > 0 ? Degrees(limits.Max - pan) : Degrees(pan - limits.Min);
        if (IsWithin(pan, limits)) return way;
        // outside: only the shorter way back is free, and it may be gone to its end
        bool isBackRight = Degrees(limits.Min - pan) <= Degrees(pan - limits.Max);
        return sign > 0 == isBackRight ? way : 0;
    }

    /// <inheritdoc cref="PanWay"/>
    public double? TiltWay(double tilt, int sign) => sign > 0 ? TiltMax - tilt : tilt - TiltMin;

    private float Curved(float speed) => MathF.CopySign((IsFine ? speed * speed : MathF.Abs(speed)) * MaxSpeed, speed);

    private static bool IsWithin(double pan, (double Min, double Max) limits) => Degrees(pan - limits.Min) <= Degrees(limits.Max - limits.Min);

    private static double Degrees(double angle) => (angle % 360 + 360) % 360;
}
