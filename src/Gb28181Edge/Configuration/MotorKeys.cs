namespace Gb28181Edge.Configuration;

/// <summary>The keys of heads whose motors the agent itself steps or pulses: servo and stepper.</summary>
internal static class MotorKeys
{
    public static ConfigurationKey<ServoPtzOptions>[] Servo { get; } =
    [
        new NumberKey<ServoPtzOptions>("I2cBus", 0, 255, "The N of /dev/i2c-N that the PCA9685 is on.", o => o.I2cBus, (o, v) => o with { I2cBus = v!.Value }),
        new NumberKey<ServoPtzOptions>("I2cAddress", 64, 119, "The PCA9685's address, 64 is 0x40.", o => o.I2cAddress, (o, v) => o with { I2cAddress = v!.Value }),
        new NumberKey<ServoPtzOptions>("PwmChip", 0, 255, "The N of /sys/class/pwm/pwmchipN for the board's own PWM, null for a PCA9685.", o => o.PwmChip, (o, v) => o with { PwmChip = v }) { IsNullable = true },
        new NumberKey<ServoPtzOptions>("PanChannel", 0, 15, "The channel of the pan servo, null for none.", o => o.PanChannel, (o, v) => o with { PanChannel = v }) { IsNullable = true },
        new NumberKey<ServoPtzOptions>("TiltChannel", 0, 15, "The channel of the tilt servo, null for none.", o => o.TiltChannel, (o, v) => o with { TiltChannel = v }) { IsNullable = true },
        new NumberKey<ServoPtzOptions>("MinPulseMicroseconds", 300, 2900, "The pulse at the left and lower end.", o => o.MinPulseMicroseconds, (o, v) => o with { MinPulseMicroseconds = v!.Value }),
        new NumberKey<ServoPtzOptions>("MaxPulseMicroseconds", 400, 3000, "The pulse at the right and upper end.", o => o.MaxPulseMicroseconds, (o, v) => o with { MaxPulseMicroseconds = v!.Value }),
        new NumberKey<ServoPtzOptions>("PanRangeDegrees", 1, 360, "How far pan turns between the two pulses.", o => o.PanRangeDegrees, (o, v) => o with { PanRangeDegrees = v!.Value }),
        new NumberKey<ServoPtzOptions>("PanAtMinDegrees", 0, 359, "Where it looks at the shortest pulse.", o => o.PanAtMinDegrees, (o, v) => o with { PanAtMinDegrees = v!.Value }),
        new NumberKey<ServoPtzOptions>("PanStartDegrees", 0, 360, "Where the first pulse puts it, counted from the shortest pulse, null for the middle.", o => o.PanStartDegrees, (o, v) => o with { PanStartDegrees = v }) { IsNullable = true },
        new NumberKey<ServoPtzOptions>("TiltRangeDegrees", 1, 180, "How far tilt turns between the two pulses.", o => o.TiltRangeDegrees, (o, v) => o with { TiltRangeDegrees = v!.Value }),
        new NumberKey<ServoPtzOptions>("TiltAtMinDegrees", -90, 89, "Where it looks at the shortest pulse, 0 is level.", o => o.TiltAtMinDegrees, (o, v) => o with { TiltAtMinDegrees = v!.Value }),
        new NumberKey<ServoPtzOptions>("TiltStartDegrees", 0, 180, "Where the first pulse puts it, counted from the shortest pulse, null for the middle.", o => o.TiltStartDegrees, (o, v) => o with { TiltStartDegrees = v }) { IsNullable = true },
        new NumberKey<ServoPtzOptions>("DegreesPerSecond", 1, 600, "Top speed.", o => o.DegreesPerSecond, (o, v) => o with { DegreesPerSecond = v!.Value }),
        new NumberKey<ServoPtzOptions>("ReleaseSeconds", 1, 3600, "A servo that stood so long gets no pulses and loses its force, null for never.", o => o.ReleaseSeconds, (o, v) => o with { ReleaseSeconds = v }) { IsNullable = true },
    ];

    private static RecordShape<StepperAxisOptions> Axis { get; } = new(
        new StepperAxisOptions(),
        BoardKeys.OptionalPin<StepperAxisOptions>("Coil1", "The pin of coil 1, IN1 of a ULN2003 board.", o => o.Coil1, (o, v) => o with { Coil1 = v }),
        BoardKeys.OptionalPin<StepperAxisOptions>("Coil2", "The pin of coil 2, IN2 of a ULN2003 board.", o => o.Coil2, (o, v) => o with { Coil2 = v }),
        BoardKeys.OptionalPin<StepperAxisOptions>("Coil3", "The pin of coil 3, IN3 of a ULN2003 board.", o => o.Coil3, (o, v) => o with { Coil3 = v }),
        BoardKeys.OptionalPin<StepperAxisOptions>("Coil4", "The pin of coil 4, IN4 of a ULN2003 board.", o => o.Coil4, (o, v) => o with { Coil4 = v }),
        BoardKeys.OptionalPin<StepperAxisOptions>("StepPin", "The pin that makes a step, instead of four coils.", o => o.StepPin, (o, v) => o with { StepPin = v }),
        BoardKeys.OptionalPin<StepperAxisOptions>("DirectionPin", "The pin that is active towards right or up.", o => o.DirectionPin, (o, v) => o with { DirectionPin = v }),
        new ChoiceKey<StepperAxisOptions, StepperMode>("Mode", [("half", StepperMode.Half), ("full", StepperMode.Full)], "The states of the four coils: half has eight, full has four.", o => o.Mode, (o, v) => o with { Mode = v }),
        new NumberKey<StepperAxisOptions>("StepsPerTurn", 4, 10000000, "Steps of a whole turn of the head, with gear, mode and micro-steps.", o => o.StepsPerTurn, (o, v) => o with { StepsPerTurn = v!.Value }),
        new NumberKey<StepperAxisOptions>("StepsPerSecond", 1, 2000, "Top speed.", o => o.StepsPerSecond, (o, v) => o with { StepsPerSecond = v!.Value }),
        new NumberKey<StepperAxisOptions>("Acceleration", 1, 100000, "Steps each second, each second.", o => o.Acceleration, (o, v) => o with { Acceleration = v!.Value }),
        BoardKeys.OptionalPin<StepperAxisOptions>("HomePin", "The pin of the home switch, null for none: then its position is never known.", o => o.HomePin, (o, v) => o with { HomePin = v }),
        new FlagKey<StepperAxisOptions>("HomeActiveLow", "The home pin is low at home.", o => o.HomeActiveLow, (o, v) => o with { HomeActiveLow = v }),
        new ChoiceKey<StepperAxisOptions, StepperHomeEnd>("HomeEnd", [("minus", StepperHomeEnd.Minus), ("plus", StepperHomeEnd.Plus)], "The end where the switch is: minus is left or down.", o => o.HomeEnd, (o, v) => o with { HomeEnd = v }),
        new NumberKey<StepperAxisOptions>("RangeDegrees", 1, 360, "From home to the other end.", o => o.RangeDegrees, (o, v) => o with { RangeDegrees = v!.Value }),
        new NumberKey<StepperAxisOptions>("AtHomeDegrees", -90, 359, "Where it looks at home.", o => o.AtHomeDegrees, (o, v) => o with { AtHomeDegrees = v!.Value }),
        new FlagKey<StepperAxisOptions>("ActiveLow", "A low level is on, for coils, step and direction.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
        new FlagKey<StepperAxisOptions>("HoldTorque", "The coils keep their current while it stands.", o => o.HoldTorque, (o, v) => o with { HoldTorque = v }));

    public static ConfigurationKey<StepperPtzOptions>[] Stepper { get; } =
    [
        new ObjectKey<StepperPtzOptions, StepperAxisOptions>("Pan", Axis, "The pan motor, null for none.", o => o.Pan, (o, v) => o with { Pan = v }) { IsNullable = true },
        new ObjectKey<StepperPtzOptions, StepperAxisOptions>("Tilt", Axis, "The tilt motor, null for none.", o => o.Tilt, (o, v) => o with { Tilt = v }) { IsNullable = true },
    ];
}
