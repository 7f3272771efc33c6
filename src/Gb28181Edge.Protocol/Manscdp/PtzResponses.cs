namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>A preset position.</summary>
/// <param name="Number">1 … 255.</param>
/// <param name="Name">For a person.</param>
internal readonly record struct PresetItem(int Number, string Name);

/// <summary>看守位 as it is asked and told. GB/T 28181-2016 A.2.3, GB/T 28181-2022 A.2.6.11.</summary>
/// <param name="Enabled">False: the head stays where it is.</param>
/// <param name="ResetSeconds">How long nobody must have steered; null leaves it out.</param>
/// <param name="Preset">0 … 255; null leaves it out.</param>
internal readonly record struct HomePositionItem(bool Enabled, int? ResetSeconds, int? Preset);

/// <summary>A cruise track by number and name. GB/T 28181-2022 A.2.6.12.</summary>
/// <param name="Number">0 is the first.</param>
/// <param name="Name">32 bytes of GB18030 at most.</param>
internal readonly record struct CruiseTrackItem(int Number, string Name);

/// <summary>A point of a cruise track. GB/T 28181-2022 A.2.6.13.</summary>
/// <param name="Preset">1 … 255.</param>
/// <param name="StaySeconds">How long the head stands there.</param>
/// <param name="Speed">1 … 15.</param>
internal readonly record struct CruisePointItem(int Preset, int StaySeconds, int Speed);

/// <summary>Where a head looks, as GB/T 28181-2022 A.2.6.15 counts; what is null is left out.</summary>
/// <param name="Pan">Degrees 0 … 360, clockwise seen from above.</param>
/// <param name="Tilt">Degrees, 0 is level, down is positive.</param>
/// <param name="Zoom">Magnification, 1 is the widest.</param>
/// <param name="HorizontalFieldAngle">Degrees.</param>
/// <param name="VerticalFieldAngle">Degrees.</param>
internal readonly record struct PtzPositionItem(
    double? Pan, double? Tilt, double? Zoom, double? HorizontalFieldAngle = null, double? VerticalFieldAngle = null);

/// <summary>What a device answers about a head, each in the schema's order. GB/T 28181-2016 A.2.6 j), GB/T 28181-2022 A.2.6.10 … A.2.6.15.</summary>
/// <remarks>The queries of 2022 have no Result in their answers: one that cannot be given is <see cref="Responses.Result"/> ERROR alone.</remarks>
internal static class PtzResponses
{
    /// <summary>The presets in bodies that fit; the list is there even with none, because platforms refuse an answer without it.</summary>
    public static List<byte[]> PresetQuery(ManscdpCharset charset, string sn, string deviceId, IReadOnlyCollection<PresetItem> presets, int maxBodyBytes)
    {
        ManscdpWriter Head() => PtzResponses.Head(charset, CmdType.PresetQuery, sn, deviceId).Element("SumNum", presets.Count);
        if (presets.Count == 0) return [Head().OpenList("PresetList", 0).EndList("PresetList").ToBytes()];
        return ListParts.Write(Head, charset, "PresetList", presets.Select(Item), maxBodyBytes);

        string Item(PresetItem preset) => ManscdpWriter.Fragment(charset).Open("Item")
            .Element("PresetID", preset.Number).Element("PresetName", preset.Name).Close("Item").TakeText();
    }

    /// <param name="home">Null leaves the element out: none was ever set.</param>
    public static byte[] HomePositionQuery(ManscdpCharset charset, string sn, string deviceId, HomePositionItem? home)
    {
        ManscdpWriter writer = Head(charset, CmdType.HomePositionQuery, sn, deviceId);
        if (home is { } item)
        {
            writer.Open("HomePosition").Element("Enabled", item.Enabled ? 1 : 0)
                .Optional("ResetTime", item.ResetSeconds).Optional("PresetIndex", item.Preset).Close("HomePosition");
        }
        return writer.ToBytes();
    }

    /// <summary>The tracks in bodies that fit; with none SumNum 0 and no list (GB/T 28181-2022 annex M).</summary>
    public static List<byte[]> CruiseTrackListQuery(
        ManscdpCharset charset, string sn, string deviceId, IReadOnlyCollection<CruiseTrackItem> tracks, int maxBodyBytes)
    {
        ManscdpWriter Head() => PtzResponses.Head(charset, CmdType.CruiseTrackListQuery, sn, deviceId).Element("SumNum", tracks.Count);
        if (tracks.Count == 0) return [Head().ToBytes()];
        return ListParts.Write(Head, charset, "CruiseTrackList", tracks.Select(Item), maxBodyBytes);

        string Item(CruiseTrackItem track) => ManscdpWriter.Fragment(charset).Open("CruiseTrack")
            .Element("Number", track.Number).Element("Name", track.Name).Close("CruiseTrack").TakeText();
    }

    /// <summary>One track's points in bodies that fit; with none SumNum 0 and no list.</summary>
    public static List<byte[]> CruiseTrackQuery(
        ManscdpCharset charset, string sn, string deviceId, CruiseTrackItem track, IReadOnlyCollection<CruisePointItem> points, int maxBodyBytes)
    {
        ManscdpWriter Head() => PtzResponses.Head(charset, CmdType.CruiseTrackQuery, sn, deviceId)
            .Element("Number", track.Number).Element("Name", track.Name).Element("SumNum", points.Count);
        if (points.Count == 0) return [Head().ToBytes()];
        return ListParts.Write(Head, charset, "CruisePointList", points.Select(Item), maxBodyBytes);

        string Item(CruisePointItem point) => ManscdpWriter.Fragment(charset).Open("CruisePoint")
            .Element("PresetIndex", point.Preset).Element("StayTime", point.StaySeconds).Element("Speed", point.Speed).Close("CruisePoint").TakeText();
    }

    /// <param name="cmdType">As it was asked for.</param>
    public static byte[] PtzPosition(ManscdpCharset charset, CmdType cmdType, string sn, string deviceId, PtzPositionItem position) =>
        Fields(Head(charset, cmdType, sn, deviceId), position).ToBytes();

    internal static ManscdpWriter Fields(ManscdpWriter writer, PtzPositionItem position) => writer
        .Fixed("Pan", position.Pan, 2)
        .Fixed("Tilt", position.Tilt, 2)
        .Fixed("Zoom", position.Zoom, 2)
        .Fixed("HorizontalFieldAngle", position.HorizontalFieldAngle, 1)
        .Fixed("VerticalFieldAngle", position.VerticalFieldAngle, 1);

    private static ManscdpWriter Head(ManscdpCharset charset, CmdType cmdType, string sn, string deviceId) =>
        new(ManscdpRoot.Response, charset, cmdType, sn, deviceId);
}
