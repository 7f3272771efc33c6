using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gb28181Edge.Protocol.Web;

/// <summary>What a camera says about a request that it did not carry out, or did. ISAPI ResponseStatus.</summary>
/// <param name="Code">statusCode: 1 is done, 7 done after a restart.</param>
/// <param name="SubCode">subStatusCode in lower case, such as <c>notsupport</c>; maybe empty.</param>
/// <param name="Text">For a person.</param>
internal sealed record IsapiStatus(int Code, string SubCode, string Text)
{
    public bool IsDone => Code is 1 or 7;

    /// <summary>The camera has no such function, or nothing of that number.</summary>
    public bool IsNotSupported => SubCode is "notsupport" or "methodnotallowed" or "invalidoperation" or "theidnotexist" or "notfound";

    /// <summary>False when it is no such answer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IsapiStatus? status)
    {
        status = null;
        if (!XmlNode.TryRead(bytes, out XmlNode? root, out _) || !root.Is("ResponseStatus")) return false;
        if (!int.TryParse(root.TextAt("statusCode"), CultureInfo.InvariantCulture, out int code)) return false;
        string sub = (root.TextAt("subStatusCode") ?? "").ToLowerInvariant();
        status = new IsapiStatus(code, sub, Short(root.TextAt("statusString") ?? root.TextAt("errorMsg") ?? ""));
        return true;
    }

    private static string Short(string text) => text.Length <= 100 ? text : $"{text[..100]}…";

    public override string ToString() => SubCode.Length == 0 ? $"{Text} ({Code})" : $"{Text} ({Code}, {SubCode})";
}

/// <summary>Where a camera looks, in tenths. ISAPI AbsoluteHigh.</summary>
/// <param name="Azimuth">Tenths of a degree, 0 … 3600.</param>
/// <param name="Elevation">Tenths of a degree; which way is up depends on the model.</param>
/// <param name="Zoom">Tenths of the magnification; null where there is none.</param>
internal readonly record struct IsapiPosition(int Azimuth, int Elevation, int? Zoom);

/// <summary>Paths and bodies of Hikvision's ISAPI that we use.</summary>
/// <param name="channel">1 for a camera, more for a recorder's.</param>
internal sealed class Isapi(int channel)
{
    public const string ContentType = "application/xml; charset=\"UTF-8\"";

    private const int Full = 100;

    private string Ptz => $"/ISAPI/PTZCtrl/channels/{channel}";
    private string Video => $"/ISAPI/System/Video/inputs/channels/{channel}";

    public string Continuous => $"{Ptz}/continuous";
    public string Focus => $"{Video}/focus";
    public string Iris => $"{Video}/iris";
    public string Status => $"{Ptz}/status";
    public string Absolute => $"{Ptz}/absolute";
    public string Home => $"{Ptz}/homeposition/goto";
    public string Preset(int number) => $"{Ptz}/presets/{number}";
    public string GotoPreset(int number) => $"{Ptz}/presets/{number}/goto";
    public string Auxiliary(int number) => $"{Ptz}/auxcontrols/{number}";

    /// <summary>Presets that do something else when they are called: reboot, menu, patrols, wiper and the like.</summary>
    public static bool IsSpecialPreset(int number) => number is (>= 33 and <= 46) or (>= 90 and <= 105);

    /// <summary>−1 … +1 as −100 … 100; what moves at all moves by 1 at least.</summary>
    public static int Speed(float velocity) =>
        velocity == 0 ? 0 : Math.Sign(velocity) * Math.Clamp((int)Math.Round(Math.Abs(velocity) * Full, MidpointRounding.AwayFromZero), 1, Full);

    /// <summary>Moves until the next such body; zeros stop.</summary>
    public static byte[] Motion(int pan, int tilt, int zoom) => Xml($"<PTZData><pan>{pan}</pan><tilt>{tilt}</tilt><zoom>{zoom}</zoom></PTZData>");

    public static byte[] FocusMotion(int speed) => Xml($"<FocusData><focus>{speed}</focus></FocusData>");

    public static byte[] IrisMotion(int speed) => Xml($"<IrisData><iris>{speed}</iris></IrisData>");

    public static byte[] PresetBody(int number) =>
        Xml($"<PTZPreset><enabled>true</enabled><id>{number}</id><presetName>Preset {number}</presetName></PTZPreset>");

    /// <summary>Without a namespace: some cameras refuse one here.</summary>
    public static byte[] AuxiliaryBody(int number, string type, bool on) =>
        Xml($"<PTZAux><id>{number}</id><type>{type}</type><status>{(on ? "on" : "off")}</status></PTZAux>");

    /// <summary>A body of <see cref="Absolute"/>. A part that is null is left out.</summary>
    public static byte[] PositionBody(int azimuth, int elevation, int? zoom) => Xml(
        $"<PTZData><AbsoluteHigh><elevation>{elevation}</elevation><azimuth>{azimuth}</azimuth>{(zoom is { } z ? $"<absoluteZoom>{z}</absoluteZoom>" : "")}</AbsoluteHigh></PTZData>");

    /// <summary>Reads PTZStatus. False when it holds no position.</summary>
    public static bool TryPosition(ReadOnlySpan<byte> bytes, out IsapiPosition position)
    {
        position = default;
        if (!XmlNode.TryRead(bytes, out XmlNode? root, out _) || root.Child("AbsoluteHigh") is not { } high) return false;
        if (Whole(high.TextAt("azimuth")) is not { } azimuth || Whole(high.TextAt("elevation")) is not { } elevation) return false;
        position = new IsapiPosition(azimuth, elevation, Whole(high.TextAt("absoluteZoom")));
        return true;
    }

    private static int? Whole(string? text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static byte[] Xml(FormattableString body) =>
        Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + body.ToString(CultureInfo.InvariantCulture));
}
