using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What a Control of CmdType DeviceControl wants: its first known child. GB/T 28181-2016 A.2.3, GB/T 28181-2022 A.2.3.1.</summary>
/// <param name="Name">The child's name as received; empty when there is none that is known.</param>
/// <param name="NeedsResponse">The platform waits for a Response. GB/T 28181-2016 §9.3.1, GB/T 28181-2022 §9.3.1.</param>
internal abstract record DeviceControl(string Name, bool NeedsResponse)
{
    /// <summary>Pixels and degrees are far below.</summary>
    private const double MaxNumber = 1_000_000;

    /// <param name="Hex">As received; see <see cref="PtzCommand.TryParse(ReadOnlySpan{char}, bool, out PtzCommand, out PtzFault)"/>.</param>
    /// <param name="PresetName">Of GB/T 28181-2022 PTZCmdParams, cleaned; null when there is none.</param>
    /// <param name="CruiseTrackName">Of GB/T 28181-2022 PTZCmdParams, cleaned; null when there is none.</param>
    internal sealed record Ptz(string Name, string Hex, string? PresetName = null, string? CruiseTrackName = null) : DeviceControl(Name, NeedsResponse: false);

    /// <summary>Where the head returns to when nobody steers it. GB/T 28181-2016 A.2.3 HomePosition.</summary>
    /// <param name="ResetSeconds">0 … ; null when it was left out.</param>
    /// <param name="Preset">0 … 255; null when it was left out.</param>
    internal sealed record Home(string Name, bool Enabled, int? ResetSeconds, int? Preset) : DeviceControl(Name, NeedsResponse: true);

    /// <summary>Go to a position, as GB/T 28181-2022 A.2.3.1.11 counts: an axis that is null stays.</summary>
    /// <param name="Pan">Degrees, clockwise seen from above.</param>
    /// <param name="Tilt">Degrees, down is positive.</param>
    /// <param name="Zoom">Magnification.</param>
    internal sealed record Precise(string Name, double? Pan, double? Tilt, double? Zoom) : DeviceControl(Name, NeedsResponse: false);

    /// <summary>A box of the view. GB/T 28181-2016 A.2.3 DragZoomIn, DragZoomOut: pixels of the platform's window there, parts of it here.</summary>
    /// <param name="In">The box is to fill the view; false: the view is to shrink into the box.</param>
    /// <param name="CenterX">−1 is the left edge of the view, +1 the right one.</param>
    /// <param name="CenterY">−1 is the upper edge, +1 the lower one.</param>
    /// <param name="Width">Above 0 up to 1, of the view's.</param>
    /// <param name="Height">Above 0 up to 1, of the view's.</param>
    internal sealed record DragZoom(string Name, bool In, double CenterX, double CenterY, double Width, double Height) : DeviceControl(Name, NeedsResponse: false);

    /// <summary>Start the device again.</summary>
    internal sealed record TeleBoot(string Name) : DeviceControl(Name, NeedsResponse: false);

    /// <param name="Set">SetGuard; false is ResetGuard.</param>
    internal sealed record Guard(string Name, bool Set) : DeviceControl(Name, NeedsResponse: true);

    /// <param name="Methods">AlarmMethod filter; empty is all.</param>
    /// <param name="Type">AlarmType filter; null is all.</param>
    internal sealed record ResetAlarm(string Name, IReadOnlyList<int> Methods, int? Type) : DeviceControl(Name, NeedsResponse: true);

    /// <summary>A key frame as soon as possible.</summary>
    internal sealed record KeyFrame(string Name) : DeviceControl(Name, NeedsResponse: false);

    /// <summary>A command of the standard that this device does not have.</summary>
    internal sealed record Unsupported(string Name, bool NeedsResponse) : DeviceControl(Name, NeedsResponse);

    /// <summary>A command whose value is none that the standard knows.</summary>
    internal sealed record Malformed(string Name, string Value, bool NeedsResponse) : DeviceControl(Name, NeedsResponse);

    /// <summary>No child that is known: it may be anything, so an answer is due.</summary>
    internal sealed record Unknown(string Name) : DeviceControl(Name, NeedsResponse: true);

    /// <summary>Reads the command. Never fails: what is not understood is Malformed or Unknown.</summary>
    public static DeviceControl Read(ManscdpMessage message)
    {
        foreach (ManscdpElement child in message.Body.Children)
            if (ReadChild(child, message.Body) is { } control) return control;
        foreach (ManscdpElement child in message.Body.Children)
            if (!IsEnvelope(child)) return new Unknown(child.Name);
        return new Unknown("");
    }

    private static DeviceControl? ReadChild(ManscdpElement child, ManscdpElement body) => child.Name.ToUpperInvariant() switch
    {
        "PTZCMD" => ReadPtz(child, body.Child("PTZCmdParams")),
        "HOMEPOSITION" => ReadHome(child),
        "PTZPRECISECTRL" => ReadPrecise(child),
        "DRAGZOOMIN" => ReadDragZoom(child, isIn: true),
        "DRAGZOOMOUT" => ReadDragZoom(child, isIn: false),
        "TELEBOOT" => child.Text.Equals("Boot", StringComparison.OrdinalIgnoreCase)
            ? new TeleBoot(child.Name) : new Malformed(child.Name, child.Text, NeedsResponse: false),
        "GUARDCMD" => child.Text.ToUpperInvariant() switch
        {
            "SETGUARD" => new Guard(child.Name, Set: true),
            "RESETGUARD" => new Guard(child.Name, Set: false),
            _ => new Malformed(child.Name, child.Text, NeedsResponse: true),
        },
        "ALARMCMD" => ReadAlarm(child, body),
        // 2016 prints IFameCmd, 2022 IFrameCmd; the value adds nothing, and peers leave it out
        "IFAMECMD" or "IFRAMECMD" => new KeyFrame(child.Name),
        "RECORDCMD" or "DEVICEUPGRADE" => new Unsupported(child.Name, NeedsResponse: true),
        "FORMATSDCARD" or "TARGETTRACK" => new Unsupported(child.Name, NeedsResponse: false),
        _ => null,
    };

    private static Ptz ReadPtz(ManscdpElement child, ManscdpElement? parameters) =>
        new(child.Name, child.Text, PtzNames.Preset(parameters?.Value("PresetName")), PtzNames.Track(parameters?.Value("CruiseTrackName")));

    /// <summary>Enabled is required; a value that is there must be a good one.</summary>
    private static DeviceControl ReadHome(ManscdpElement child)
    {
        bool? enabled = child.Value("Enabled")?.ToUpperInvariant() switch { "1" or "TRUE" => true, "0" or "FALSE" => false, _ => null };
        (string? reset, string? preset) = (child.Value("ResetTime"), child.Value("PresetIndex"));
        bool isGood = enabled is not null && (reset is null || Whole(reset) is not null) && (preset is null || Whole(preset) <= byte.MaxValue);
        return isGood ? new Home(child.Name, enabled == true, Whole(reset), Whole(preset)) : new Malformed(child.Name, child.Text, NeedsResponse: true);
    }

    private static DeviceControl ReadPrecise(ManscdpElement child)
    {
        (string? pan, string? tilt, string? zoom) = (child.Value("Pan"), child.Value("Tilt"), child.Value("Zoom"));
        bool isGood = (pan ?? tilt ?? zoom) is not null && IsNumberOrNull(pan) && IsNumberOrNull(tilt) && IsNumberOrNull(zoom);
        return isGood ? new Precise(child.Name, Number(pan), Number(tilt), Number(zoom)) : new Malformed(child.Name, child.Text, NeedsResponse: false);
    }

    /// <summary>Length is the window's width and Width its height, as the standard has them; a size that is missing or not above zero is malformed.</summary>
    private static DeviceControl ReadDragZoom(ManscdpElement child, bool isIn)
    {
        bool isGood = Number(child.Value("Length")) is > 0 & Number(child.Value("Width")) is > 0
            & Number(child.Value("LengthX")) is > 0 & Number(child.Value("LengthY")) is > 0
            & Number(child.Value("MidPointX")) is not null & Number(child.Value("MidPointY")) is not null;
        if (!isGood) return new Malformed(child.Name, child.Text, NeedsResponse: false);
        (double across, double down) = (Number(child.Value("Length"))!.Value, Number(child.Value("Width"))!.Value);
        return new DragZoom(
            child.Name, isIn,
            Math.Clamp(2 * Number(child.Value("MidPointX"))!.Value / across - 1, -1, 1), Math.Clamp(2 * Number(child.Value("MidPointY"))!.Value / down - 1, -1, 1),
            Math.Min(1, Number(child.Value("LengthX"))!.Value / across), Math.Min(1, Number(child.Value("LengthY"))!.Value / down));
    }

    private static int? Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static bool IsNumberOrNull(string? text) => text is null || Number(text) is not null;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
        && Math.Abs(number) <= MaxNumber ? number : null;

    /// <summary>The word ResetAlarm; some platforms write a digit instead.</summary>
    private static DeviceControl ReadAlarm(ManscdpElement child, ManscdpElement body)
    {
        bool isReset = child.Text.Equals("ResetAlarm", StringComparison.OrdinalIgnoreCase) || child.Text is "0" or "1" or "2";
        if (!isReset) return new Malformed(child.Name, child.Text, NeedsResponse: true);
        ManscdpElement? info = body.Child("Info");
        int? type = int.TryParse(info?.Value("AlarmType"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
        return new ResetAlarm(child.Name, AlarmFilter.ReadMethods(info?.Value("AlarmMethod")), type);
    }

    private static bool IsEnvelope(ManscdpElement child) => child.IsNamed("CmdType") || child.IsNamed("SN") || child.IsNamed("DeviceID");
}
