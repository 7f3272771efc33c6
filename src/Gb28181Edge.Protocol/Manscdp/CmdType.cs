namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What a MANSCDP body is about. GB/T 28181-2016 A.2.3 … A.2.6, GB/T 28181-2022 A.2.3 … A.2.6.</summary>
/// <remarks>Peers write it in any case: two that differ in case only are equal, and an answer echoes what was received.</remarks>
/// <param name="Name">As received, trimmed.</param>
internal readonly record struct CmdType(string Name)
{
    public static readonly CmdType Alarm = new("Alarm");
    public static readonly CmdType Broadcast = new("Broadcast");
    public static readonly CmdType Catalog = new("Catalog");
    public static readonly CmdType ConfigDownload = new("ConfigDownload");
    public static readonly CmdType CruiseTrackListQuery = new("CruiseTrackListQuery");
    public static readonly CmdType CruiseTrackQuery = new("CruiseTrackQuery");
    public static readonly CmdType DeviceConfig = new("DeviceConfig");
    public static readonly CmdType DeviceControl = new("DeviceControl");
    public static readonly CmdType DeviceInfo = new("DeviceInfo");
    public static readonly CmdType DeviceStatus = new("DeviceStatus");
    public static readonly CmdType HomePositionQuery = new("HomePositionQuery");
    public static readonly CmdType Keepalive = new("Keepalive");
    public static readonly CmdType MediaStatus = new("MediaStatus");
    public static readonly CmdType MobilePosition = new("MobilePosition");
    public static readonly CmdType PresetQuery = new("PresetQuery");
    public static readonly CmdType PtzPosition = new("PTZPosition");
    /// <summary>The title of PTZPosition's clause in GB/T 28181-2022, which some platforms take for its name.</summary>
    public static readonly CmdType PtzPreciseStatusQuery = new("PTZPreciseStatusQuery");
    public static readonly CmdType RecordInfo = new("RecordInfo");
    public static readonly CmdType SdCardStatus = new("SDCardStatus");

    public bool Equals(CmdType other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    public override string ToString() => Name;
}
