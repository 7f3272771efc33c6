namespace Gb28181Edge.Protocol.Web;

/// <summary>Degrees, or magnification, on a camera's own linear scale, which ends where the head's travel ends.</summary>
/// <param name="MinUnits">The scale's lower end.</param>
/// <param name="MaxUnits">The scale's upper end, greater.</param>
/// <param name="MinDegrees">What the lower end is in degrees; more than <paramref name="MaxDegrees"/> where the scale runs the other way.</param>
/// <param name="MaxDegrees">What the upper end is in degrees.</param>
internal readonly record struct AngleScale(double MinUnits, double MaxUnits, double MinDegrees, double MaxDegrees)
{
    /// <summary>The value on the scale; what lies outside is its nearer end.</summary>
    public double ToUnits(double degrees)
    {
        double part = (degrees - MinDegrees) / (MaxDegrees - MinDegrees);
        return MinUnits + Math.Clamp(part, 0, 1) * (MaxUnits - MinUnits);
    }

    public double ToDegrees(double units) => MinDegrees + (units - MinUnits) / (MaxUnits - MinUnits) * (MaxDegrees - MinDegrees);

    /// <summary>As <see cref="ToUnits"/> for an angle of the full circle: the turn is chosen that lies within the travel.</summary>
    public double PanToUnits(double degrees)
    {
        (double low, double high) = MinDegrees < MaxDegrees ? (MinDegrees, MaxDegrees) : (MaxDegrees, MinDegrees);
        double best = degrees, least = double.MaxValue;
        foreach (int turn in (ReadOnlySpan<int>)[0, -1, 1, -2, 2])
        {
            double angle = degrees + 360 * turn;
            double beyond = angle < low ? low - angle : angle > high ? angle - high : 0;
            if (beyond < least) (best, least) = (angle, beyond);
        }
        return ToUnits(best);
    }

    /// <summary>0 up to 360.</summary>
    public double UnitsToPan(double units) => Circle(ToDegrees(units));

    /// <summary>The same angle, 0 up to 360.</summary>
    public static double Circle(double degrees) => degrees is >= 0 and < 360 ? degrees : (degrees % 360 + 360) % 360;
}
