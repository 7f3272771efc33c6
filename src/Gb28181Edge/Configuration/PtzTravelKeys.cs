namespace Gb28181Edge.Configuration;

/// <summary>The keys of <c>Cameras[].Ptz.Travel</c>.</summary>
internal static class PtzTravelKeys
{
    public static RecordShape<PtzTravelOptions> Travel { get; } = new(
        new PtzTravelOptions(),
        new NumberKey<PtzTravelOptions>("PanDegrees", 1, 360, "Degrees from the left stop to the right one, null when pan is not reckoned.", o => o.PanDegrees, (o, v) => o with { PanDegrees = v }) { IsNullable = true },
        new DecimalKey<PtzTravelOptions>("PanSeconds", 0.1, 3600, "Seconds for that at top speed.", o => o.PanSeconds, (o, v) => o with { PanSeconds = v }) { IsNullable = true },
        new NumberKey<PtzTravelOptions>("PanAtLeftDegrees", 0, 359, "Where it looks at the left stop, degrees.", o => o.PanAtLeftDegrees, (o, v) => o with { PanAtLeftDegrees = v!.Value }),
        new NumberKey<PtzTravelOptions>("TiltDegrees", 1, 180, "Degrees from the lower stop to the upper one, null when tilt is not reckoned.", o => o.TiltDegrees, (o, v) => o with { TiltDegrees = v }) { IsNullable = true },
        new DecimalKey<PtzTravelOptions>("TiltSeconds", 0.1, 3600, "Seconds for that at top speed.", o => o.TiltSeconds, (o, v) => o with { TiltSeconds = v }) { IsNullable = true },
        new NumberKey<PtzTravelOptions>("TiltAtBottomDegrees", -90, 89, "Where it looks at the lower stop, degrees, 0 is level.", o => o.TiltAtBottomDegrees, (o, v) => o with { TiltAtBottomDegrees = v!.Value }),
        new DecimalKey<PtzTravelOptions>("ZoomSeconds", 0.1, 600, "Seconds from the widest view to the narrowest, null when zoom is not reckoned.", o => o.ZoomSeconds, (o, v) => o with { ZoomSeconds = v }) { IsNullable = true },
        new NumberKey<PtzTravelOptions>("MaxZoom", 2, 100, "The magnification at the narrowest view.", o => o.MaxZoom, (o, v) => o with { MaxZoom = v!.Value }),
        new ChoiceKey<PtzTravelOptions, PtzTravelSpeed>("Speed", [("linear", PtzTravelSpeed.Linear), ("square", PtzTravelSpeed.Square), ("one", PtzTravelSpeed.One)], "How its speed follows what it is told; one for a head with a single speed, which a relay head always is.", o => o.Speed, (o, v) => o with { Speed = v }),
        new ChoiceKey<PtzTravelOptions, PtzPanHome>("PanHome", [("left", PtzPanHome.Left), ("right", PtzPanHome.Right)], "The end where pan finds its position again.", o => o.PanHome, (o, v) => o with { PanHome = v }),
        new ChoiceKey<PtzTravelOptions, PtzTiltHome>("TiltHome", [("down", PtzTiltHome.Down), ("up", PtzTiltHome.Up)], "The end where tilt finds its position again.", o => o.TiltHome, (o, v) => o with { TiltHome = v }),
        BoardKeys.OptionalPin<PtzTravelOptions>("PanHomePin", "The pin of the limit switch at the pan home, null when it runs to the stop.", o => o.PanHomePin, (o, v) => o with { PanHomePin = v }),
        BoardKeys.OptionalPin<PtzTravelOptions>("TiltHomePin", "The pin of the limit switch at the tilt home, null when it runs to the stop.", o => o.TiltHomePin, (o, v) => o with { TiltHomePin = v }),
        new FlagKey<PtzTravelOptions>("HomeActiveLow", "A home pin is low at home.", o => o.HomeActiveLow, (o, v) => o with { HomeActiveLow = v }),
        new DecimalKey<PtzTravelOptions>("DriftPercent", 0, 50, "How much the speed may differ from the measured one.", o => o.DriftPercent, (o, v) => o with { DriftPercent = v!.Value }),
        new DecimalKey<PtzTravelOptions>("BacklashDegrees", 0, 20, "The play of the gears.", o => o.BacklashDegrees, (o, v) => o with { BacklashDegrees = v!.Value }),
        new NumberKey<PtzTravelOptions>("LagMs", 0, 2000, "How long at most a motor takes to start or to come to a stand, milliseconds.", o => o.LagMs, (o, v) => o with { LagMs = v!.Value }),
        new NumberKey<PtzTravelOptions>("HomeAgainAboveDegrees", 1, 180, "Before it goes to a position it finds home again when it may be off by more than this, null for never.", o => o.HomeAgainAboveDegrees, (o, v) => o with { HomeAgainAboveDegrees = v }) { IsNullable = true },
        new FlagKey<PtzTravelOptions>("HomeAtStart", "Finds its position when the agent starts, not when it is first needed.", o => o.HomeAtStart, (o, v) => o with { HomeAtStart = v }));
}
