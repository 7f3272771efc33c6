namespace Gb28181Edge.Configuration;

/// <summary>The keys of the drivers on a serial bus, and those of VISCA over whatever carries it.</summary>
internal static class SerialPtzKeys
{
    public static ConfigurationKey<PelcoDPtzOptions>[] PelcoD { get; } =
    [
        new TextKey<PelcoDPtzOptions>("Bus", TextFormats.Name, "The name of one of Buses.", o => o.Bus, (o, v) => o with { Bus = v! }),
        new NumberKey<PelcoDPtzOptions>("Address", 1, 255, "The head's address.", o => o.Address, (o, v) => o with { Address = v!.Value }),
        new ChoiceKey<PelcoDPtzOptions, PelcoProfile>(
            "Profile", [("generic", PelcoProfile.Generic), ("pelco", PelcoProfile.Pelco), ("ptzoptics", PelcoProfile.PtzOptics), ("hikvision", PelcoProfile.Hikvision)],
            "What is special about the head: lens speeds and turbo, focus selectors, numbers that are no presets.", o => o.Profile, (o, v) => o with { Profile = v }),
        new NumberKey<PelcoDPtzOptions>("Presets", 0, 255, "How many presets the head keeps at most, 0 leaves them to the agent.", o => o.Presets, (o, v) => o with { Presets = v!.Value }),
        new NumberKey<PelcoDPtzOptions>("AutoAfterSeconds", 1, 86_400, "After so long without focusing the focus is automatic again, where the profile switches it; null leaves it manual.", o => o.AutoAfterSeconds, (o, v) => o with { AutoAfterSeconds = v }) { IsNullable = true },
        new FlagKey<PelcoDPtzOptions>("Feedback", "The head takes positions and tells where it looks.", o => o.Feedback, (o, v) => o with { Feedback = v }),
        new NumberKey<PelcoDPtzOptions>("ReplyMs", 5, 500, "How long it may take to begin its reply, milliseconds.", o => o.ReplyMs, (o, v) => o with { ReplyMs = v!.Value }),
        new DecimalKey<PelcoDPtzOptions>("PanZeroDegrees", 0, 359.99, "What it tells when it looks to pan 0.", o => o.PanZeroDegrees, (o, v) => o with { PanZeroDegrees = v!.Value }),
        new ChoiceKey<PelcoDPtzOptions, PanCount>("PanCounts", [("right", PanCount.Right), ("left", PanCount.Left)], "Which way its count of pan grows.", o => o.PanCounts, (o, v) => o with { PanCounts = v }),
        new DecimalKey<PelcoDPtzOptions>("TiltZeroDegrees", 0, 359.99, "What it tells when it looks level.", o => o.TiltZeroDegrees, (o, v) => o with { TiltZeroDegrees = v!.Value }),
        new ChoiceKey<PelcoDPtzOptions, TiltCount>("TiltCounts", [("down", TiltCount.Down), ("up", TiltCount.Up)], "Which way its count of tilt grows.", o => o.TiltCounts, (o, v) => o with { TiltCounts = v }),
        new DecimalKey<PelcoDPtzOptions>("MaxZoom", 1.5, 100, "The magnification at the tele end, null when its zoom position is not used.", o => o.MaxZoom, (o, v) => o with { MaxZoom = v }) { IsNullable = true },
        new NumberKey<PelcoDPtzOptions>("ZoomTelePosition", 1, 65_535, "What it tells at the tele end.", o => o.ZoomTelePosition, (o, v) => o with { ZoomTelePosition = v!.Value }),
    ];

    public static ConfigurationKey<PelcoPPtzOptions>[] PelcoP { get; } =
    [
        new TextKey<PelcoPPtzOptions>("Bus", TextFormats.Name, "The name of one of Buses.", o => o.Bus, (o, v) => o with { Bus = v! }),
        new NumberKey<PelcoPPtzOptions>("Address", 1, 255, "The head's address, as set on it.", o => o.Address, (o, v) => o with { Address = v!.Value }),
        new ChoiceKey<PelcoPPtzOptions, PelcoPBits>("Layout", [("classic", PelcoPBits.Classic), ("like-d", PelcoPBits.LikeD)], "Where focus and iris lie in a frame; with the wrong one far is near.", o => o.Layout, (o, v) => o with { Layout = v }),
        new NumberKey<PelcoPPtzOptions>("AddressBase", 0, 1, "The address on the line of a head that is set to 1.", o => o.AddressBase, (o, v) => o with { AddressBase = v!.Value }),
        new FlagKey<PelcoPPtzOptions>("LensSpeeds", "The speed of zoom and focus is sent before they move.", o => o.LensSpeeds, (o, v) => o with { LensSpeeds = v }),
        new NumberKey<PelcoPPtzOptions>("Presets", 0, 93, "How many presets the head keeps, 0 leaves them to the agent.", o => o.Presets, (o, v) => o with { Presets = v!.Value }),
    ];

    public static ConfigurationKey<ViscaPtzOptions>[] Visca { get; } =
    [
        new TextKey<ViscaPtzOptions>("Bus", TextFormats.Name, "The name of one of Buses.", o => o.Bus, (o, v) => o with { Bus = v! }),
        new NumberKey<ViscaPtzOptions>("Address", 1, 7, "The place in the chain, or what is set on the head.", o => o.Address, (o, v) => o with { Address = v!.Value }),
        new FlagKey<ViscaPtzOptions>("AssignAddresses", "The heads are a chain and get their addresses from here; equal for all heads of a bus.", o => o.AssignAddresses, (o, v) => o with { AssignAddresses = v }),
        new FlagKey<ViscaPtzOptions>("Feedback", "The heads' sending wire is connected too; equal for all heads of a bus.", o => o.Feedback, (o, v) => o with { Feedback = v }),
        .. ViscaHead<ViscaPtzOptions>(),
    ];

    /// <summary>What every VISCA head takes.</summary>
    public static ConfigurationKey<T>[] ViscaHead<T>() where T : ViscaPtzBaseOptions =>
    [
        new NumberKey<T>("FirstPreset", 0, 1, "The head's memory of preset 1.", o => o.FirstPreset, (o, v) => o with { FirstPreset = v!.Value }),
        new NumberKey<T>("Presets", 0, 127, "How many presets the head keeps at most, 0 leaves them to the agent.", o => o.Presets, (o, v) => o with { Presets = v!.Value }),
        new NumberKey<T>("AutoAfterSeconds", 1, 86_400, "After so long without focus or iris command the head gets back its automatic modes, null leaves them manual.", o => o.AutoAfterSeconds, (o, v) => o with { AutoAfterSeconds = v }) { IsNullable = true },
        new ChoiceKey<T, ViscaIris>("IrisMode", [("manual", ViscaIris.Manual), ("priority", ViscaIris.Priority)], "The exposure mode in which the iris can be moved.", o => o.IrisMode, (o, v) => o with { IrisMode = v }),
        new DecimalKey<T>("PanStepsPerDegree", 0.1, 1000, "The head's steps of a degree of pan.", o => o.PanStepsPerDegree, (o, v) => o with { PanStepsPerDegree = v!.Value }),
        new DecimalKey<T>("TiltStepsPerDegree", 0.1, 1000, "The head's steps of a degree of tilt.", o => o.TiltStepsPerDegree, (o, v) => o with { TiltStepsPerDegree = v!.Value }),
        new NumberKey<T>("PanLeftDegrees", 0, 180, "How far it turns to the left of its middle.", o => o.PanLeftDegrees, (o, v) => o with { PanLeftDegrees = v!.Value }),
        new NumberKey<T>("PanRightDegrees", 0, 180, "How far it turns to the right of its middle.", o => o.PanRightDegrees, (o, v) => o with { PanRightDegrees = v!.Value }),
        new NumberKey<T>("TiltDownDegrees", 0, 90, "How far it tilts below level.", o => o.TiltDownDegrees, (o, v) => o with { TiltDownDegrees = v!.Value }),
        new NumberKey<T>("TiltUpDegrees", 0, 180, "How far it tilts above level.", o => o.TiltUpDegrees, (o, v) => o with { TiltUpDegrees = v!.Value }),
        new FlagKey<T>("WidePosition", "Its pan position has five nibbles, as of the SRG-X400.", o => o.WidePosition, (o, v) => o with { WidePosition = v }),
        new NumberKey<T>("TopTiltSpeed", 20, 23, "Its fastest tilt.", o => o.TopTiltSpeed, (o, v) => o with { TopTiltSpeed = v!.Value }) { Values = [20, 23] },
        new DecimalKey<T>("MaxZoom", 1.5, 100, "The magnification at the tele end.", o => o.MaxZoom, (o, v) => o with { MaxZoom = v!.Value }),
        new NumberKey<T>("ZoomTelePosition", 1, 65_535, "Its zoom position there.", o => o.ZoomTelePosition, (o, v) => o with { ZoomTelePosition = v!.Value }),
    ];
}
