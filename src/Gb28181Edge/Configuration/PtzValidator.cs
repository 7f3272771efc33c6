namespace Gb28181Edge.Configuration;

/// <summary>Checks what the keys of one head can only be together: limits, and the travel of a blind head.</summary>
internal static class PtzValidator
{
    public static void Check(EdgeConfiguration configuration, ConfigurationFaults faults)
    {
        var channels = new Uniqueness("servo channel", faults);
        for (int i = 0; i < configuration.Cameras.Count; i++)
        {
            if (configuration.Cameras[i].Ptz is not { } ptz) continue;
            string path = $"Cameras[{i}].Ptz";
            CheckLimits(path, ptz, faults);
            if (ptz is ServoPtzOptions servo)
            {
                CheckServo(path, servo, faults);
                if (!faults.HasWithin(path)) ClaimChannels(path, servo, channels);
            }
            if (ptz is StepperPtzOptions stepper) CheckStepper(path, stepper, faults);
            if (ptz.Travel is not { } travel) continue;
            if (Knows(ptz) is { } how)
            {
                faults.Add($"{path}.Travel", $"reckons a position that the head knows: {how}", "no Travel");
                continue;
            }
            CheckTravel($"{path}.Travel", travel, faults);
            if (ptz is RelayPtzOptions relay && !faults.HasWithin($"{path}.Travel")) CheckRelayTravel(path, relay, travel, faults);
        }
    }

    private static void CheckLimits(string path, PtzOptions ptz, ConfigurationFaults faults)
    {
        if (ptz.PanMinDegrees is null != ptz.PanMaxDegrees is null)
            faults.Add(path, "has one pan limit without the other", "PanMinDegrees and PanMaxDegrees, or neither");
        else if (ptz.PanMinDegrees is { } pan && pan == ptz.PanMaxDegrees)
            faults.Add($"{path}.PanMaxDegrees", $"{pan} is PanMinDegrees too, which leaves no way to turn", "two angles that differ");
        if (ptz.TiltMinDegrees >= ptz.TiltMaxDegrees)
            faults.Add($"{path}.TiltMaxDegrees", $"{ptz.TiltMaxDegrees} is not above TiltMinDegrees {ptz.TiltMinDegrees}", "an angle above it");
    }

    private static void CheckTravel(string path, PtzTravelOptions travel, ConfigurationFaults faults)
    {
        if (faults.HasWithin(path)) return;
        Together($"{path}.PanSeconds", "PanDegrees", travel.PanDegrees is not null, travel.PanSeconds is not null, faults);
        Together($"{path}.TiltSeconds", "TiltDegrees", travel.TiltDegrees is not null, travel.TiltSeconds is not null, faults);
        if (travel is { PanDegrees: null, PanSeconds: null, TiltDegrees: null, TiltSeconds: null, ZoomSeconds: null })
            faults.Add(path, "reckons no axis", "PanDegrees with PanSeconds, TiltDegrees with TiltSeconds, or ZoomSeconds");
        if (travel.TiltDegrees is { } degrees && travel.TiltAtBottomDegrees + degrees > 90)
            faults.Add($"{path}.TiltDegrees", $"{degrees} from {travel.TiltAtBottomDegrees} upwards ends beyond 90", "at most 90 - TiltAtBottomDegrees");
        Needed($"{path}.PanHomePin", travel.PanHomePin, "PanDegrees", travel.PanDegrees, faults);
        Needed($"{path}.TiltHomePin", travel.TiltHomePin, "TiltDegrees", travel.TiltDegrees, faults);
    }

    private static void CheckServo(string path, ServoPtzOptions servo, ConfigurationFaults faults)
    {
        if (faults.HasWithin(path)) return;
        if (servo is { PanChannel: null, TiltChannel: null })
            faults.Add(path, "moves nothing", "at least one of PanChannel, TiltChannel");
        if (servo.PanChannel is { } channel && channel == servo.TiltChannel)
            faults.Add($"{path}.TiltChannel", $"{channel} is PanChannel too", "each channel once");
        if (servo.MinPulseMicroseconds >= servo.MaxPulseMicroseconds)
            faults.Add($"{path}.MaxPulseMicroseconds", $"{servo.MaxPulseMicroseconds} is not above MinPulseMicroseconds {servo.MinPulseMicroseconds}", "a longer pulse");
        if (servo.PanStartDegrees > servo.PanRangeDegrees)
            faults.Add($"{path}.PanStartDegrees", $"{servo.PanStartDegrees} is beyond PanRangeDegrees {servo.PanRangeDegrees}", "an angle within it");
        if (servo.TiltStartDegrees > servo.TiltRangeDegrees)
            faults.Add($"{path}.TiltStartDegrees", $"{servo.TiltStartDegrees} is beyond TiltRangeDegrees {servo.TiltRangeDegrees}", "an angle within it");
        if (servo.TiltAtMinDegrees + servo.TiltRangeDegrees > 90)
            faults.Add($"{path}.TiltRangeDegrees", $"{servo.TiltRangeDegrees} from {servo.TiltAtMinDegrees} upwards ends beyond 90", "at most 90 - TiltAtMinDegrees");
    }

    /// <summary>Two cameras may share a chip, not a channel of it.</summary>
    private static void ClaimChannels(string path, ServoPtzOptions servo, Uniqueness channels)
    {
        string chip = servo.PwmChip is { } pwm ? $"of pwmchip{pwm}" : $"of I2C address {servo.I2cAddress} on bus {servo.I2cBus}";
        if (servo.PanChannel is { } pan) channels.Claim($"{path}.PanChannel", $"{pan} {chip}");
        if (servo.TiltChannel is { } tilt) channels.Claim($"{path}.TiltChannel", $"{tilt} {chip}");
    }

    /// <summary>How the head knows where it looks; null for one that does not.</summary>
    private static string? Knows(PtzOptions ptz) => ptz switch
    {
        WebPtzOptions => "the camera is asked for it",
        ViscaIpPtzOptions or ViscaPtzOptions { Feedback: true } => "VISCA heads tell it",
        PelcoDPtzOptions { Feedback: true } => "with Feedback it tells it",
        ServoPtzOptions => "a servo goes where it is told",
        StepperPtzOptions => "a stepper counts its steps from HomePin",
        _ => null,
    };

    private static void CheckStepper(string path, StepperPtzOptions stepper, ConfigurationFaults faults)
    {
        if (faults.HasWithin(path)) return;
        if (stepper is { Pan: null, Tilt: null }) faults.Add(path, "moves nothing", "at least one of Pan, Tilt");
        Axis("Pan", stepper.Pan);
        Axis("Tilt", stepper.Tilt);
        if (stepper.Pan is { AtHomeDegrees: < 0 } pan) faults.Add($"{path}.Pan.AtHomeDegrees", $"{pan.AtHomeDegrees} is no pan", "0 … 359");
        if (stepper.Tilt is { AtHomeDegrees: > 90 } tilt) faults.Add($"{path}.Tilt.AtHomeDegrees", $"{tilt.AtHomeDegrees} is no tilt", "-90 … 90");

        void Axis(string name, StepperAxisOptions? axis)
        {
            if (axis is null) return;
            bool coils = axis is { Coil1: not null, Coil2: not null, Coil3: not null, Coil4: not null, StepPin: null, DirectionPin: null };
            bool steps = axis is { Coil1: null, Coil2: null, Coil3: null, Coil4: null, StepPin: not null, DirectionPin: not null };
            if (!coils && !steps) faults.Add($"{path}.{name}", "has neither four coils nor a step and a direction pin", "Coil1 to Coil4, or StepPin and DirectionPin");
        }
    }

    /// <summary>A relay head can be reckoned only on an axis that it has both directions of, and that may run long enough to come home.</summary>
    private static void CheckRelayTravel(string path, RelayPtzOptions relay, PtzTravelOptions travel, ConfigurationFaults faults)
    {
        Axis("PanDegrees", travel.PanSeconds, relay.Left is not null && relay.Right is not null, "Left and Right");
        Axis("TiltDegrees", travel.TiltSeconds, relay.Up is not null && relay.Down is not null, "Up and Down");
        Axis("ZoomSeconds", travel.ZoomSeconds, relay.ZoomIn is not null && relay.ZoomOut is not null, "ZoomIn and ZoomOut");

        void Axis(string key, double? seconds, bool hasBoth, string pins)
        {
            if (seconds is not { } travels) return;
            if (!hasBoth) faults.Add($"{path}.Travel.{key}", "reckons an axis whose relays are not both there", $"{pins}, or no {key}");
            double homing = Math.Ceiling(travels / (1 - travel.DriftPercent / 100) * 1.1 + 2);
            if (relay.MaxRunSeconds < homing)
                faults.Add($"{path}.MaxRunSeconds", $"{relay.MaxRunSeconds} is too short to run home, which takes {homing} s", $"{homing} or more, or null");
        }
    }

    private static void Together(string path, string other, bool degrees, bool seconds, ConfigurationFaults faults)
    {
        if (degrees != seconds) faults.Add(path, seconds ? $"is given without {other}" : $"is missing beside {other}", "both, or neither");
    }

    private static void Needed(string path, PinName? pin, string other, int? degrees, ConfigurationFaults faults)
    {
        if (pin is not null && degrees is null) faults.Add(path, $"is given without {other}", $"null, or {other} too");
    }
}
