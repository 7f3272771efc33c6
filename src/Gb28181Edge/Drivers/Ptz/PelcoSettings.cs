using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What differs from one Pelco head to the next, in both protocols.</summary>
internal sealed record PelcoSettings
{
    /// <summary>93 presets, 1 … 96 of the head without those that turn it round or open its menu: what the domes have in common.</summary>
    public static PresetMap CommonPresets(int count) => new(1, 96, count, PelcoSpecialPreset.Flip, PelcoSpecialPreset.ZeroPan, PelcoSpecialPreset.Menu);

    /// <summary>226 presets of heads that keep 255 and have commands among 33 … 46, 90 and 92 … 105, as Hikvision's.</summary>
    public static PresetMap HikvisionPresets(int count) => new(1, 255, count, [.. Enumerable.Range(33, 14), 90, .. Enumerable.Range(92, 14)]);

    public PresetMap Presets { get; init; } = CommonPresets(93);

    /// <summary>Sends the speed of zoom and focus (25h, 27h) before they move; many heads do not know it.</summary>
    public bool LensSpeeds { get; init; }

    /// <summary>Full speed to the side is turbo, 40h.</summary>
    public bool Turbo { get; init; }

    /// <summary>What the automatic focus (2Bh) is told; null where focusing by hand needs no such word.</summary>
    public PelcoFocusSelectors? FocusSelectors { get; init; }

    /// <summary>After so long without focusing the focus is automatic again, where there are selectors; null leaves it in manual.</summary>
    public TimeSpan? AutoAfter { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The values of the automatic focus command: heads do not agree.</summary>
/// <param name="Auto">Makes it automatic.</param>
/// <param name="Manual">Makes it manual.</param>
internal readonly record struct PelcoFocusSelectors(byte Auto, byte Manual);

/// <summary>How a Pelco-D head that answers counts its positions: hundredths of a degree, 0 … 35999.</summary>
internal sealed record PelcoPositions
{
    /// <summary>The reading at pan 0.</summary>
    public int PanZeroCentidegrees { get; init; }

    /// <summary>The reading grows as the view turns left.</summary>
    public bool PanCountsLeft { get; init; }

    /// <summary>The reading when the head looks level.</summary>
    public int TiltZeroCentidegrees { get; init; }

    /// <summary>The reading grows as the view rises; the original counts downwards.</summary>
    public bool TiltCountsUp { get; init; }

    /// <summary>The zoom's positions; null when the head's zoom is not asked.</summary>
    public ZoomScale? Zoom { get; init; }

    /// <summary>How long a head may take to begin its reply.</summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMilliseconds(50);

    public int ToPan(double degrees) => ToReading(PanCountsLeft ? -degrees : degrees, PanZeroCentidegrees);

    public int ToTilt(double degrees) => ToReading(TiltCountsUp ? degrees : -degrees, TiltZeroCentidegrees);

    /// <summary>Degrees, 0 up to 360.</summary>
    public double PanOf(int reading)
    {
        double degrees = Wrapped(reading - PanZeroCentidegrees) / 100.0;
        return PanCountsLeft && degrees > 0 ? 360 - degrees : degrees;
    }

    /// <summary>Degrees, −180 up to 180, + is up.</summary>
    public double TiltOf(int reading)
    {
        double degrees = Wrapped(reading - TiltZeroCentidegrees) / 100.0;
        if (degrees >= 180) degrees -= 360;
        return TiltCountsUp ? degrees : -degrees;
    }

    private static int ToReading(double degrees, int zero) => Wrapped((int)Math.Round(degrees % 360 * 100) + zero);

    private static int Wrapped(int centidegrees) => ((centidegrees % 36000) + 36000) % 36000;
}
