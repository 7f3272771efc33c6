namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What a platform asks of a device: the bench platform's side. GB/T 28181-2016 A.2.3, A.2.4; GB/T 28181-2022 A.2.3, A.2.4.</summary>
internal static class Requests
{
    /// <summary>A query without parameters: Catalog, DeviceInfo, DeviceStatus, PresetQuery …</summary>
    public static byte[] Query(ManscdpCharset charset, CmdType cmdType, string sn, string deviceId) =>
        new ManscdpWriter(ManscdpRoot.Query, charset, cmdType, sn, deviceId).ToBytes();

    /// <summary>What a SUBSCRIBE to alarms carries; zero and null leave a field out. GB/T 28181-2016 A.2.4 d), GB/T 28181-2022 A.2.4.6.</summary>
    /// <param name="methods">AlarmMethod as <c>1/2</c>.</param>
    public static byte[] Alarm(
        ManscdpCharset charset, string sn, string deviceId, int startPriority = 0, int endPriority = 0, string? methods = null, string? types = null,
        DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        new ManscdpWriter(ManscdpRoot.Query, charset, CmdType.Alarm, sn, deviceId)
            .Optional("StartAlarmPriority", startPriority == 0 ? null : startPriority)
            .Optional("EndAlarmPriority", endPriority == 0 ? null : endPriority)
            .Optional("AlarmMethod", methods)
            .Optional("AlarmType", types)
            .Optional("StartAlarmTime", from is { } first ? BeijingTime.Format(first) : null)
            .Optional("EndAlarmTime", to is { } last ? BeijingTime.Format(last) : null)
            .ToBytes();

    /// <param name="configType">Sections, separated by a slash.</param>
    public static byte[] ConfigDownload(ManscdpCharset charset, string sn, string deviceId, string configType) =>
        new ManscdpWriter(ManscdpRoot.Query, charset, CmdType.ConfigDownload, sn, deviceId).Element("ConfigType", configType).ToBytes();

    /// <param name="hex">16 hexadecimal digits, <see cref="PtzCommand.ToHex"/>.</param>
    public static byte[] PtzCmd(ManscdpCharset charset, string sn, string deviceId, string hex) =>
        Control(charset, sn, deviceId).Element("PTZCmd", hex)
            .Open("Info").Element("ControlPriority", 5).Close("Info").ToBytes();

    /// <summary>SetGuard or ResetGuard.</summary>
    public static byte[] GuardCmd(ManscdpCharset charset, string sn, string deviceId, bool set) =>
        Control(charset, sn, deviceId).Element("GuardCmd", set ? "SetGuard" : "ResetGuard").ToBytes();

    /// <summary>ResetAlarm with its optional filter.</summary>
    /// <param name="methods">AlarmMethod as <c>1/2</c>; null leaves it out.</param>
    /// <param name="type">AlarmType; null leaves it out.</param>
    public static byte[] AlarmCmd(ManscdpCharset charset, string sn, string deviceId, string? methods = null, int? type = null)
    {
        ManscdpWriter writer = Control(charset, sn, deviceId).Element("AlarmCmd", "ResetAlarm");
        if (methods is not null || type is not null)
            writer.Open("Info").Optional("AlarmMethod", methods).Optional("AlarmType", type).Close("Info");
        return writer.ToBytes();
    }

    /// <summary>A key frame at once; the name lost its r in 2016 and got it back in 2022.</summary>
    public static byte[] IFrameCmd(ManscdpCharset charset, GbVersion version, string sn, string deviceId) =>
        Control(charset, sn, deviceId).Element(version == GbVersion.Gb2016 ? "IFameCmd" : "IFrameCmd", "Send").ToBytes();

    public static byte[] TeleBoot(ManscdpCharset charset, string sn, string deviceId) =>
        Control(charset, sn, deviceId).Element("TeleBoot", "Boot").ToBytes();

    private static ManscdpWriter Control(ManscdpCharset charset, string sn, string deviceId) =>
        new(ManscdpRoot.Control, charset, CmdType.DeviceControl, sn, deviceId);
}
