namespace Gb28181Edge.Configuration;

/// <summary>How a platform's speed becomes the head's: as it is, or its square, so that slow motion is finer.</summary>
internal enum PtzSpeedCurve { Linear, Fine }

/// <summary>How a camera is steered: one record a <c>Driver</c>.</summary>
internal abstract record PtzOptions
{
    /// <summary>The head is stopped when no command came for this long, 1 … 600 s.</summary>
    public int MoveTimeoutSeconds { get; init; } = 30;

    /// <summary>How long a cruise stands at a point when the platform set no dwell, 1 … 4095 s.</summary>
    public int DwellSeconds { get; init; } = 15;

    /// <summary>How long each way of a scan takes where its limits or the head's position are not known, 1 … 600 s.</summary>
    public int ScanSeconds { get; init; } = 30;

    /// <summary>The horizontal angle of view at the widest zoom, 1 … 170°. Null: not known, so that drag zoom is refused.</summary>
    public int? FieldDegrees { get; init; }

    /// <summary>True: left and right are exchanged, of motion and of positions; for a head that hangs upside down.</summary>
    public bool InvertPan { get; init; }

    /// <summary>True: up and down are exchanged.</summary>
    public bool InvertTilt { get; init; }

    public PtzSpeedCurve SpeedCurve { get; init; }

    /// <summary>Top speed, percent of the head's own.</summary>
    public int MaxSpeedPercent { get; init; } = 100;

    /// <summary>Where turning left ends, 0 … 359°, as platforms see it; the way from here clockwise to <see cref="PanMaxDegrees"/> is allowed. Null: no limit.</summary>
    public int? PanMinDegrees { get; init; }

    /// <summary>Where turning right ends.</summary>
    public int? PanMaxDegrees { get; init; }

    /// <summary>The lowest tilt, −90 … 90°, + is up, as platforms see it. Null: no limit.</summary>
    public int? TiltMinDegrees { get; init; }

    /// <summary>The highest tilt.</summary>
    public int? TiltMaxDegrees { get; init; }

    /// <summary>The travel of a head that cannot tell where it is; null: its position stays unknown.</summary>
    public PtzTravelOptions? Travel { get; init; }
}

/// <summary><c>relay</c>: a head whose motors hang on the board's pins. A null pin is a movement that the head has not.</summary>
internal sealed record RelayPtzOptions : PtzOptions
{
    public PinName? Left { get; init; }
    public PinName? Right { get; init; }
    public PinName? Up { get; init; }
    public PinName? Down { get; init; }
    public PinName? ZoomIn { get; init; }
    public PinName? ZoomOut { get; init; }
    public PinName? FocusNear { get; init; }
    public PinName? FocusFar { get; init; }
    public PinName? IrisOpen { get; init; }
    public PinName? IrisClose { get; init; }

    /// <summary>The wiper: auxiliary switch 1.</summary>
    public PinName? Wiper { get; init; }

    /// <summary>Auxiliary switch 2.</summary>
    public PinName? Auxiliary2 { get; init; }
    public PinName? Auxiliary3 { get; init; }
    public PinName? Auxiliary4 { get; init; }

    /// <summary>Between two directions of a motor both relays are open for so long, 0 … 5000 ms.</summary>
    public int DeadTimeMs { get; init; } = 200;

    /// <summary>A motor that ran so long in one direction is switched off; null: no limit.</summary>
    public int? MaxRunSeconds { get; init; }

    /// <summary>Every pin that it may have, with its key and what it is for.</summary>
    public IReadOnlyList<(string Key, string Use, PinName? Pin)> Pins =>
    [
        ("Left", "left", Left), ("Right", "right", Right), ("Up", "up", Up), ("Down", "down", Down), ("ZoomIn", "zoom in", ZoomIn),
        ("ZoomOut", "zoom out", ZoomOut), ("FocusNear", "focus near", FocusNear), ("FocusFar", "focus far", FocusFar),
        ("IrisOpen", "iris open", IrisOpen), ("IrisClose", "iris close", IrisClose), ("Wiper", "wiper", Wiper),
        ("Auxiliary2", "auxiliary 2", Auxiliary2), ("Auxiliary3", "auxiliary 3", Auxiliary3), ("Auxiliary4", "auxiliary 4", Auxiliary4),
    ];

    /// <summary>True: a low level closes the relay.</summary>
    public bool ActiveLow { get; init; } = true;
}
