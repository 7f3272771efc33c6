namespace Gb28181Edge.Configuration;

/// <summary>How the speed of a blind head follows the speed that it is told.</summary>
internal enum PtzTravelSpeed { Linear, Square, One }

/// <summary>The end of its travel where an axis finds its position again.</summary>
internal enum PtzPanHome { Left, Right }

/// <inheritdoc cref="PtzPanHome"/>
internal enum PtzTiltHome { Down, Up }

/// <summary>How far and how fast a head moves that cannot tell where it is, so that its position can be reckoned.</summary>
internal sealed record PtzTravelOptions
{
    /// <summary>Degrees from the left stop to the right one, 1 … 360; null when pan is not reckoned.</summary>
    public int? PanDegrees { get; init; }

    /// <summary>Seconds for that at top speed.</summary>
    public double? PanSeconds { get; init; }

    /// <summary>Where it looks at the left stop, 0 … 359°.</summary>
    public int PanAtLeftDegrees { get; init; }

    /// <summary>Degrees from the lower stop to the upper one, 1 … 180; null when tilt is not reckoned.</summary>
    public int? TiltDegrees { get; init; }

    /// <summary>Seconds for that at top speed.</summary>
    public double? TiltSeconds { get; init; }

    /// <summary>Where it looks at the lower stop, −90 … 90°.</summary>
    public int TiltAtBottomDegrees { get; init; } = -90;

    /// <summary>Seconds from the widest view to the narrowest; null when zoom is not reckoned.</summary>
    public double? ZoomSeconds { get; init; }

    /// <summary>The magnification at the narrowest view.</summary>
    public int MaxZoom { get; init; } = 10;

    public PtzTravelSpeed Speed { get; init; }

    public PtzPanHome PanHome { get; init; }
    public PtzTiltHome TiltHome { get; init; }

    /// <summary>The pin of the limit switch at the pan home; null: it runs to the stop.</summary>
    public PinName? PanHomePin { get; init; }

    /// <summary>The same for tilt.</summary>
    public PinName? TiltHomePin { get; init; }

    /// <summary>True: a home pin is low at home.</summary>
    public bool HomeActiveLow { get; init; } = true;

    /// <summary>How much the speed may differ from the measured one, percent.</summary>
    public double DriftPercent { get; init; } = 5;

    /// <summary>The play of the gears.</summary>
    public double BacklashDegrees { get; init; } = 1.5;

    /// <summary>How long at most a motor takes to start or to come to a stand, milliseconds.</summary>
    public int LagMs { get; init; } = 100;

    /// <summary>Before it goes to a position it homes again when it may be off by more; null: never.</summary>
    public int? HomeAgainAboveDegrees { get; init; } = 15;

    /// <summary>True: finds its position when the agent starts, not when it is first needed.</summary>
    public bool HomeAtStart { get; init; }
}
