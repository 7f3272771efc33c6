namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What a blind head's travel is made of. An axis that is null is not reckoned.</summary>
/// <param name="Pan">From the left stop to the right one, degrees.</param>
/// <param name="Tilt">From the lower stop to the upper one, degrees.</param>
/// <param name="Zoom">From the widest view to the narrowest; its range is 1.</param>
/// <param name="Law">From 0 … 1 of what the head is told to 0 … 1 of its top speed; a head with one speed gives 1 for everything above 0.</param>
internal sealed record HeadTravel(AxisTravel? Pan, AxisTravel? Tilt, AxisTravel? Zoom, Func<float, double> Law)
{
    /// <summary>Where it looks at the left stop, 0 up to 360°.</summary>
    public double PanAtLeft { get; init; }

    /// <summary>True: it homes at the right stop.</summary>
    public bool PanHomeRight { get; init; }

    /// <summary>Where it looks at the lower stop, degrees, + is up.</summary>
    public double TiltAtBottom { get; init; } = -90;

    /// <summary>True: it homes at the upper stop.</summary>
    public bool TiltHomeUp { get; init; }

    /// <summary>The magnification at the narrowest view; between, it grows by the same factor in the same time.</summary>
    public double MaxZoom { get; init; } = 10;

    /// <summary>True: it homes once at the start, after the first stop.</summary>
    public bool HomeAtStart { get; init; }

    /// <summary>Before it goes to a position it homes again when the position may be off by more than this, degrees; null: never.</summary>
    public double? RehomeAbove { get; init; }

    /// <summary>Degrees of pan to degrees from home.</summary>
    public double FromPan(double pan)
    {
        double range = Pan!.Range, fromLeft = (pan - PanAtLeft) % 360;
        if (fromLeft < 0) fromLeft += 360;
        if (fromLeft > range) fromLeft = fromLeft - range <= 360 - fromLeft ? range : 0;
        return PanHomeRight ? range - fromLeft : fromLeft;
    }

    public double ToPan(double fromHome)
    {
        double pan = (PanAtLeft + (PanHomeRight ? Pan!.Range - fromHome : fromHome)) % 360;
        return pan < 0 ? pan + 360 : pan;
    }

    public double FromTilt(double tilt)
    {
        double fromBottom = Math.Clamp(tilt - TiltAtBottom, 0, Tilt!.Range);
        return TiltHomeUp ? Tilt.Range - fromBottom : fromBottom;
    }

    public double ToTilt(double fromHome) => TiltAtBottom + (TiltHomeUp ? Tilt!.Range - fromHome : fromHome);

    public double FromZoom(double zoom) => Math.Clamp(Math.Log(Math.Max(zoom, 1)) / Math.Log(MaxZoom), 0, 1);

    public double ToZoom(double fromWide) => Math.Pow(MaxZoom, fromWide);
}
