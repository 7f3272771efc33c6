using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Protocol.Web.Onvif;

/// <summary>The body of an answer: the operation's response, or a fault.</summary>
internal static class OnvifAnswer
{
    private const int MostReason = 200, MostCodes = 6;

    /// <summary>Reads an envelope of SOAP 1.2 (or of 1.1, which a few cameras answer with).</summary>
    /// <param name="bytes">The HTTP body.</param>
    /// <param name="response">The first element within Body; null for a fault.</param>
    /// <param name="fault">Null when it is none.</param>
    /// <returns>False when it is no envelope at all.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out XmlNode? response, out OnvifFault? fault)
    {
        response = null;
        fault = null;
        if (!XmlNode.TryRead(bytes, out XmlNode? root, out _) || !root.Is("Envelope") || root.Child("Body") is not { } body) return false;
        if (body.Children.Count == 0) return false;
        response = body.Children[0];
        if (!response.Is("Fault")) return true;
        fault = Fault(response);
        response = null;
        return true;
    }

    private static OnvifFault Fault(XmlNode fault)
    {
        var codes = new List<string>();
        for (XmlNode? code = fault.Child("Code"); code is not null && codes.Count < MostCodes; code = code.Child("Subcode"))
            if (code.TextAt("Value") is { } value) codes.Add(WithoutPrefix(value));
        if (codes.Count == 0 && fault.TextAt("faultcode") is { } old) codes.Add(WithoutPrefix(old));
        string reason = fault.TextAt("Reason", "Text") ?? fault.TextAt("faultstring") ?? "";
        reason = new string([.. reason.Select(c => char.IsControl(c) ? ' ' : c)]);
        return new OnvifFault(codes, reason.Length <= MostReason ? reason : $"{reason[..MostReason]}…");
    }

    private static string WithoutPrefix(string name) => name[(name.LastIndexOf(':') + 1)..];

    /// <summary>UTCDateTime of GetSystemDateAndTimeResponse. ONVIF Core §8.3.5. False when it is not there or no time.</summary>
    public static bool TryTime(XmlNode response, out DateTimeOffset time)
    {
        time = default;
        XmlNode? utc = response.At("SystemDateAndTime", "UTCDateTime");
        if (utc is null || !Number(utc, "Date", "Year", 1970, 9998, out int year) || !Number(utc, "Date", "Month", 1, 12, out int month)
            || !Number(utc, "Date", "Day", 1, 31, out int day) || !Number(utc, "Time", "Hour", 0, 23, out int hour)
            || !Number(utc, "Time", "Minute", 0, 59, out int minute) || !Number(utc, "Time", "Second", 0, 60, out int second))
            return false;
        if (day > DateTime.DaysInMonth(year, month)) return false;
        time = new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.Zero) + TimeSpan.FromSeconds(second);
        return true;
    }

    private static bool Number(XmlNode node, string group, string name, int min, int max, out int value) =>
        int.TryParse(node.TextAt(group, name), System.Globalization.CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    /// <summary>Where the services are: of GetCapabilitiesResponse or GetServicesResponse. ONVIF Core §8.1.</summary>
    public static OnvifServices Services(XmlNode response)
    {
        if (response.Child("Capabilities") is { } capabilities)
        {
            return new OnvifServices(
                Address(capabilities.TextAt("Media", "XAddr")), Address(capabilities.TextAt("Extension", "Media2", "XAddr")),
                Address(capabilities.TextAt("PTZ", "XAddr")), Address(capabilities.TextAt("Imaging", "XAddr")));
        }
        XmlNode[] services = [.. response.All("Service")];
        return new OnvifServices(Of(OnvifNames.Media), Of(OnvifNames.Media2), Of(OnvifNames.Ptz), Of(OnvifNames.Imaging));

        Uri? Of(string name) => Address(Array.Find(services, service => service.TextAt("Namespace") == name)?.TextAt("XAddr"));
    }

    private static Uri? Address(string? text)
    {
        // a few cameras list several addresses with blanks between
        string first = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [{ } one, ..] ? one : "";
        return Uri.TryCreate(first, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address : null;
    }

    /// <summary>The profiles of GetProfilesResponse, of Media or Media2.</summary>
    public static IReadOnlyList<OnvifProfile> Profiles(XmlNode response) =>
    [
        .. response.All("Profiles").Where(profile => profile.Attribute("token") is { Length: > 0 }).Select(profile =>
        {
            XmlNode? ptz = profile.Child("PTZConfiguration") ?? profile.At("Configurations", "PTZ");
            XmlNode? source = profile.Child("VideoSourceConfiguration") ?? profile.At("Configurations", "VideoSource");
            XmlNode? encoder = profile.Child("VideoEncoderConfiguration") ?? profile.At("Configurations", "VideoEncoder");
            return new OnvifProfile(
                profile.Attribute("token")!, profile.TextAt("Name") ?? "", ptz?.Attribute("token"), ptz?.TextAt("NodeToken"),
                source?.TextAt("SourceToken"), encoder is not null);
        }),
    ];

    /// <summary>The URI of GetStreamUriResponse, of Media or Media2; null when there is none.</summary>
    public static string? StreamUri(XmlNode response) => response.TextAt("MediaUri", "Uri") ?? response.TextAt("Uri");

    /// <summary>The presets of GetPresetsResponse.</summary>
    public static IReadOnlyList<OnvifPreset> Presets(XmlNode response) =>
    [
        .. response.All("Preset").Where(preset => preset.Attribute("token") is { Length: > 0 })
            .Select(preset => new OnvifPreset(preset.Attribute("token")!, preset.TextAt("Name") ?? "")),
    ];

    /// <summary>The token of SetPresetResponse; null when there is none.</summary>
    public static string? PresetToken(XmlNode response) => response.TextAt("PresetToken");

    /// <summary>AutoFocusMode of GetImagingSettingsResponse is AUTO.</summary>
    public static bool IsAutoFocus(XmlNode response) =>
        "AUTO".Equals(response.TextAt("ImagingSettings", "Focus", "AutoFocusMode"), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether GetMoveOptionsResponse offers continuous focus.</summary>
    public static bool HasContinuousFocus(XmlNode response) => response.At("MoveOptions", "Continuous") is not null;

    /// <summary>The node of GetNodeResponse.</summary>
    public static bool TryNode(XmlNode response, [NotNullWhen(true)] out OnvifNode? node)
    {
        node = null;
        if (response.Child("PTZNode") is not { } found) return false;
        XmlNode? spaces = found.Child("SupportedPTZSpaces");
        node = new OnvifNode(
            PanTilt(spaces, OnvifNames.DegreesPanTilt), PanTilt(spaces, OnvifNames.GenericPanTilt), Zoom(spaces),
            spaces?.Child("ContinuousPanTiltVelocitySpace") is not null, spaces?.Child("ContinuousZoomVelocitySpace") is not null,
            spaces?.Child("PanTiltSpeedSpace") is not null,
            int.TryParse(found.TextAt("MaximumNumberOfPresets"), out int presets) ? presets : 0,
            found.TextAt("HomeSupported") is "true" or "1",
            [.. found.All("AuxiliaryCommands").Select(command => command.Text)]);
        return true;
    }

    private static OnvifPanTiltSpace? PanTilt(XmlNode? spaces, string name)
    {
        XmlNode? space = spaces?.All("AbsolutePanTiltPositionSpace").FirstOrDefault(one => one.TextAt("URI") == name);
        return Range(space, "XRange") is { } x && Range(space, "YRange") is { } y ? new OnvifPanTiltSpace(name, x, y) : null;
    }

    private static OnvifRange? Zoom(XmlNode? spaces) =>
        Range(spaces?.All("AbsoluteZoomPositionSpace").FirstOrDefault(one => one.TextAt("URI") == OnvifNames.GenericZoom), "XRange");

    private static OnvifRange? Range(XmlNode? space, string name) =>
        Real(space?.TextAt(name, "Min")) is { } min && Real(space?.TextAt(name, "Max")) is { } max && max > min ? new OnvifRange(min, max) : null;

    /// <summary>The shortest and longest Timeout of GetConfigurationOptionsResponse; null when it tells none.</summary>
    public static (TimeSpan Min, TimeSpan Max)? Timeouts(XmlNode response)
    {
        XmlNode? range = response.At("PTZConfigurationOptions", "PTZTimeout");
        return OnvifDuration.TryParse(range?.TextAt("Min"), out TimeSpan min) && OnvifDuration.TryParse(range?.TextAt("Max"), out TimeSpan max) && max >= min
            ? (min, max) : null;
    }

    /// <summary>The position of GetStatusResponse; what it does not tell is null.</summary>
    public static OnvifPosition Position(XmlNode response)
    {
        XmlNode? position = response.At("PTZStatus", "Position");
        XmlNode? panTilt = position?.Child("PanTilt"), zoom = position?.Child("Zoom");
        double? x = Real(panTilt?.Attribute("x")), y = Real(panTilt?.Attribute("y"));
        return new OnvifPosition(x is null || y is null ? null : (x.Value, y.Value), panTilt?.Attribute("space"), Real(zoom?.Attribute("x")));
    }

    private static double? Real(string? text) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}

/// <summary>Where a camera's services are; null for one that it has not.</summary>
internal sealed record OnvifServices(Uri? Media, Uri? Media2, Uri? Ptz, Uri? Imaging);

/// <summary>A media profile.</summary>
/// <param name="Token">Arbitrary text.</param>
/// <param name="Name">For a person; maybe empty.</param>
/// <param name="PtzToken">The token of its PTZ configuration; null when it has none.</param>
/// <param name="NodeToken">The PTZ node that the configuration belongs to; null when there is none.</param>
/// <param name="VideoSource">Whose imaging it shows; null when it has none.</param>
/// <param name="HasVideo">It has a video encoder.</param>
internal sealed record OnvifProfile(string Token, string Name, string? PtzToken, string? NodeToken, string? VideoSource, bool HasVideo);

/// <summary>A preset as the camera keeps it.</summary>
/// <param name="Token">Arbitrary text, given by the camera.</param>
/// <param name="Name">Maybe empty.</param>
internal sealed record OnvifPreset(string Token, string Name);

/// <summary>From the least to the greatest value of an axis.</summary>
internal readonly record struct OnvifRange(double Min, double Max);

/// <summary>A coordinate space for pan (x) and tilt (y).</summary>
internal sealed record OnvifPanTiltSpace(string Name, OnvifRange X, OnvifRange Y);

/// <summary>What a PTZ node can do.</summary>
internal sealed record OnvifNode(
    OnvifPanTiltSpace? Degrees, OnvifPanTiltSpace? Generic, OnvifRange? Zoom, bool HasPanTiltVelocity, bool HasZoomVelocity, bool HasSpeed,
    int MostPresets, bool HasHome, IReadOnlyList<string> Auxiliaries);

/// <summary>Where a head looks, in the units of its spaces.</summary>
internal readonly record struct OnvifPosition((double X, double Y)? PanTilt, string? Space, double? Zoom);
