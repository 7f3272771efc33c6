namespace Gb28181Edge.Configuration;

/// <summary>The keys of <c>Cameras[].Ptz</c>: one case a <c>Driver</c>, and what all have in common.</summary>
internal static class PtzKeys
{
    public static UnionShape<PtzOptions> Ptz { get; } = new(
        "Driver", "What steers the camera.", null,
        new ShapeCase<PtzOptions, PelcoDPtzOptions>("pelco-d", new(
            new PelcoDPtzOptions(), [.. SerialPtzKeys.PelcoD, .. Common<PelcoDPtzOptions>()])),
        new ShapeCase<PtzOptions, PelcoPPtzOptions>("pelco-p", new(
            new PelcoPPtzOptions(), [.. SerialPtzKeys.PelcoP, .. Common<PelcoPPtzOptions>()])),
        new ShapeCase<PtzOptions, ViscaPtzOptions>("visca", new(
            new ViscaPtzOptions(), [.. SerialPtzKeys.Visca, .. Common<ViscaPtzOptions>()])),
        new ShapeCase<PtzOptions, RelayPtzOptions>("relay", new(
            new RelayPtzOptions(), [
            BoardKeys.OptionalPin<RelayPtzOptions>("Left", "The pin that turns left.", o => o.Left, (o, v) => o with { Left = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Right", "The pin that turns right.", o => o.Right, (o, v) => o with { Right = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Up", "The pin that tilts up.", o => o.Up, (o, v) => o with { Up = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Down", "The pin that tilts down.", o => o.Down, (o, v) => o with { Down = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("ZoomIn", "The pin that zooms in.", o => o.ZoomIn, (o, v) => o with { ZoomIn = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("ZoomOut", "The pin that zooms out.", o => o.ZoomOut, (o, v) => o with { ZoomOut = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("FocusNear", "The pin that focuses nearer.", o => o.FocusNear, (o, v) => o with { FocusNear = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("FocusFar", "The pin that focuses farther.", o => o.FocusFar, (o, v) => o with { FocusFar = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("IrisOpen", "The pin that opens the iris.", o => o.IrisOpen, (o, v) => o with { IrisOpen = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("IrisClose", "The pin that closes the iris.", o => o.IrisClose, (o, v) => o with { IrisClose = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Wiper", "The pin of the wiper, which is auxiliary switch 1.", o => o.Wiper, (o, v) => o with { Wiper = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Auxiliary2", "The pin of auxiliary switch 2.", o => o.Auxiliary2, (o, v) => o with { Auxiliary2 = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Auxiliary3", "The pin of auxiliary switch 3.", o => o.Auxiliary3, (o, v) => o with { Auxiliary3 = v }),
            BoardKeys.OptionalPin<RelayPtzOptions>("Auxiliary4", "The pin of auxiliary switch 4.", o => o.Auxiliary4, (o, v) => o with { Auxiliary4 = v }),
            new NumberKey<RelayPtzOptions>("DeadTimeMs", 0, 5000, "Between two directions of a motor both relays are open for so long, milliseconds.", o => o.DeadTimeMs, (o, v) => o with { DeadTimeMs = v!.Value }),
            new NumberKey<RelayPtzOptions>("MaxRunSeconds", 1, 3600, "A motor that ran so long in one direction is switched off until something else is wanted, null for no limit.", o => o.MaxRunSeconds, (o, v) => o with { MaxRunSeconds = v }) { IsNullable = true },
            new FlagKey<RelayPtzOptions>("ActiveLow", "A low level closes the relay.", o => o.ActiveLow, (o, v) => o with { ActiveLow = v }),
            .. Common<RelayPtzOptions>()])),
        new ShapeCase<PtzOptions, ServoPtzOptions>("servo", new(new ServoPtzOptions(), [.. MotorKeys.Servo, .. Common<ServoPtzOptions>()])),
        new ShapeCase<PtzOptions, StepperPtzOptions>("stepper", new(new StepperPtzOptions(), [.. MotorKeys.Stepper, .. Common<StepperPtzOptions>()])),
        WebKeys.Onvif(Common<OnvifPtzOptions>()),
        WebKeys.Isapi(Common<IsapiPtzOptions>()),
        WebKeys.Dahua(Common<DahuaPtzOptions>()),
        ViscaIpKeys.Case(Common<ViscaIpPtzOptions>()));

    private static ConfigurationKey<T>[] Common<T>() where T : PtzOptions =>
    [
        new NumberKey<T>("MoveTimeoutSeconds", 1, 600, "The head is stopped when no command came for so long.", o => o.MoveTimeoutSeconds, (o, v) => o with { MoveTimeoutSeconds = v!.Value }),
        new NumberKey<T>("DwellSeconds", 1, 4095, "How long a cruise stands at a point when the platform set no dwell.", o => o.DwellSeconds, (o, v) => o with { DwellSeconds = v!.Value }),
        new NumberKey<T>("ScanSeconds", 1, 600, "How long each way of a scan takes where its limits or the head's position are not known.", o => o.ScanSeconds, (o, v) => o with { ScanSeconds = v!.Value }),
        new NumberKey<T>("FieldDegrees", 1, 170, "The horizontal angle of view at the widest zoom, for drag zoom; null when it is not known.", o => o.FieldDegrees, (o, v) => o with { FieldDegrees = v }) { IsNullable = true },
        new FlagKey<T>("InvertPan", "Left and right are exchanged, of motion and of positions.", o => o.InvertPan, (o, v) => o with { InvertPan = v }),
        new FlagKey<T>("InvertTilt", "Up and down are exchanged.", o => o.InvertTilt, (o, v) => o with { InvertTilt = v }),
        new ChoiceKey<T, PtzSpeedCurve>("SpeedCurve", [("linear", PtzSpeedCurve.Linear), ("fine", PtzSpeedCurve.Fine)], "How a platform's speed becomes the head's; fine makes slow motion slower and keeps top speed.", o => o.SpeedCurve, (o, v) => o with { SpeedCurve = v }),
        new NumberKey<T>("MaxSpeedPercent", 1, 100, "Top speed of pan and tilt, of the head's own.", o => o.MaxSpeedPercent, (o, v) => o with { MaxSpeedPercent = v!.Value }),
        new NumberKey<T>("PanMinDegrees", 0, 359, "Where turning left ends; the way clockwise from here to PanMaxDegrees is allowed, null for no limit.", o => o.PanMinDegrees, (o, v) => o with { PanMinDegrees = v }) { IsNullable = true },
        new NumberKey<T>("PanMaxDegrees", 0, 359, "Where turning right ends.", o => o.PanMaxDegrees, (o, v) => o with { PanMaxDegrees = v }) { IsNullable = true },
        new NumberKey<T>("TiltMinDegrees", -90, 90, "The lowest tilt, 0 is level and + is up, null for no limit.", o => o.TiltMinDegrees, (o, v) => o with { TiltMinDegrees = v }) { IsNullable = true },
        new NumberKey<T>("TiltMaxDegrees", -90, 90, "The highest tilt, null for no limit.", o => o.TiltMaxDegrees, (o, v) => o with { TiltMaxDegrees = v }) { IsNullable = true },
        new ObjectKey<T, PtzTravelOptions>("Travel", PtzTravelKeys.Travel, "The travel of a head that cannot tell where it is, from which its position is reckoned; null leaves it unknown.", o => o.Travel, (o, v) => o with { Travel = v }) { IsNullable = true },
    ];
}
