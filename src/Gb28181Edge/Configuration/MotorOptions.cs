namespace Gb28181Edge.Configuration;

/// <summary><c>servo</c>: a head of hobby servos on a PCA9685 or on the board's own PWM.</summary>
internal sealed record ServoPtzOptions : PtzOptions
{
    /// <summary>The N of /dev/i2c-N that the PCA9685 is on.</summary>
    public int I2cBus { get; init; } = 1;

    /// <summary>Its address, 64 … 119.</summary>
    public int I2cAddress { get; init; } = 64;

    /// <summary>The N of /sys/class/pwm/pwmchipN; null: a PCA9685.</summary>
    public int? PwmChip { get; init; }

    /// <summary>The channel of the pan servo; null: none.</summary>
    public int? PanChannel { get; init; }
    public int? TiltChannel { get; init; }

    public int MinPulseMicroseconds { get; init; } = 1000;
    public int MaxPulseMicroseconds { get; init; } = 2000;

    /// <summary>Degrees that pan turns between the two pulses.</summary>
    public int PanRangeDegrees { get; init; } = 90;

    /// <summary>Where it looks at the shortest pulse.</summary>
    public int PanAtMinDegrees { get; init; } = 315;

    /// <summary>Where the first pulse puts it, degrees from there; null: the middle.</summary>
    public int? PanStartDegrees { get; init; }
    public int TiltRangeDegrees { get; init; } = 90;
    public int TiltAtMinDegrees { get; init; } = -45;
    public int? TiltStartDegrees { get; init; }
    public int DegreesPerSecond { get; init; } = 60;

    /// <summary>A servo that stood so long loses its force; null: never.</summary>
    public int? ReleaseSeconds { get; init; }
}

/// <summary>The end of the travel where the home switch is.</summary>
internal enum StepperHomeEnd { Minus, Plus }

/// <summary>How many states the coils of a motor go through.</summary>
internal enum StepperMode { Half, Full }

/// <summary><c>stepper</c>: a head of stepper motors.</summary>
internal sealed record StepperPtzOptions : PtzOptions
{
    public StepperAxisOptions? Pan { get; init; }
    public StepperAxisOptions? Tilt { get; init; }
}

/// <summary>One stepper motor: four coil pins, or a step and a direction pin.</summary>
internal sealed record StepperAxisOptions
{
    public PinName? Coil1 { get; init; }
    public PinName? Coil2 { get; init; }
    public PinName? Coil3 { get; init; }
    public PinName? Coil4 { get; init; }
    public PinName? StepPin { get; init; }
    public PinName? DirectionPin { get; init; }
    public StepperMode Mode { get; init; }

    /// <summary>Steps of a turn of the head, gear and micro-steps included.</summary>
    public int StepsPerTurn { get; init; } = 4096;
    public int StepsPerSecond { get; init; } = 400;

    /// <summary>Steps each second, each second.</summary>
    public int Acceleration { get; init; } = 800;

    /// <summary>The pin of the home switch; null: its position is never known.</summary>
    public PinName? HomePin { get; init; }
    public bool HomeActiveLow { get; init; } = true;
    public StepperHomeEnd HomeEnd { get; init; }

    /// <summary>Degrees from home to the other end.</summary>
    public int RangeDegrees { get; init; } = 180;

    /// <summary>Where it looks at home, degrees.</summary>
    public int AtHomeDegrees { get; init; }
    public bool ActiveLow { get; init; }

    /// <summary>True: the coils keep their current while it stands.</summary>
    public bool HoldTorque { get; init; }

    /// <summary>Every pin that it may have, with its key.</summary>
    public IReadOnlyList<(string Key, PinName? Pin)> Pins =>
        [("Coil1", Coil1), ("Coil2", Coil2), ("Coil3", Coil3), ("Coil4", Coil4), ("StepPin", StepPin), ("DirectionPin", DirectionPin), ("HomePin", HomePin)];
}
