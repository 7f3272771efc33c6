using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>Reads what devices answer about a head: the bench platform's side. GB/T 28181-2016 A.2.6 j), GB/T 28181-2022 A.2.6.10 … A.2.6.15.</summary>
/// <remarks>A null result says that the body does not hold what its CmdType promises.</remarks>
internal static class PtzAnswers
{
    /// <summary>Items of all parts: SumNum, and where a device of 2016 has none, Num of the list. Null without either.</summary>
    public static int? Sum(ManscdpMessage message, string list) => Number(message.Value("SumNum")) ?? Number(message.Body.Child(list)?.Attribute("Num"));

    public static IReadOnlyList<PresetItem>? PresetQuery(ManscdpMessage message)
    {
        if (message.Body.Child("PresetList") is not { } list) return null;
        var presets = new List<PresetItem>();
        foreach (ManscdpElement item in list.Children)
            if (Number(item.Value("PresetID")) is { } number) presets.Add(new PresetItem(number, item.Value("PresetName") ?? ""));
        return presets;
    }

    public static HomePositionItem? HomePositionQuery(ManscdpMessage message) => message.Body.Child("HomePosition") is not { } home ? null
        : new HomePositionItem(home.Value("Enabled") == "1", Number(home.Value("ResetTime")), Number(home.Value("PresetIndex")));

    public static IReadOnlyList<CruiseTrackItem>? CruiseTrackListQuery(ManscdpMessage message)
    {
        if (Sum(message, "CruiseTrackList") is null) return null;
        var tracks = new List<CruiseTrackItem>();
        foreach (ManscdpElement item in message.Body.Child("CruiseTrackList")?.Children ?? [])
            if (Number(item.Value("Number")) is { } number) tracks.Add(new CruiseTrackItem(number, item.Value("Name") ?? ""));
        return tracks;
    }

    public static (CruiseTrackItem Track, IReadOnlyList<CruisePointItem> Points)? CruiseTrackQuery(ManscdpMessage message)
    {
        if (Number(message.Value("Number")) is not { } number) return null;
        var points = new List<CruisePointItem>();
        foreach (ManscdpElement item in message.Body.Child("CruisePointList")?.Children ?? [])
        {
            if (Number(item.Value("PresetIndex")) is { } preset)
                points.Add(new CruisePointItem(preset, Number(item.Value("StayTime")) ?? 0, Number(item.Value("Speed")) ?? 0));
        }
        return (new CruiseTrackItem(number, message.Value("Name") ?? ""), points);
    }

    /// <summary>Of a Response or of a Notify; null when no axis is told.</summary>
    public static PtzPositionItem? PtzPosition(ManscdpMessage message)
    {
        var position = new PtzPositionItem(
            Decimal(message.Value("Pan")), Decimal(message.Value("Tilt")), Decimal(message.Value("Zoom")),
            Decimal(message.Value("HorizontalFieldAngle")), Decimal(message.Value("VerticalFieldAngle")));
        return position.Pan is null && position.Tilt is null && position.Zoom is null ? null : position;
    }

    private static int? Number(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static double? Decimal(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
}
