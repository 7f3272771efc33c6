namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What an alarm input is doing. GB/T 28181-2016 A.2.6, GB/T 28181-2022 A.2.6.3, DutyStatus.</summary>
internal enum DutyWord { OffDuty, OnDuty, Alarm }

/// <summary>The answer to DeviceInfo. GB/T 28181-2016 A.2.6 h), GB/T 28181-2022 A.2.6.5.</summary>
internal sealed record DeviceInfoAnswer
{
    public required string DeviceName { get; init; }
    public required string Manufacturer { get; init; }
    public required string Model { get; init; }
    public required string Firmware { get; init; }
    /// <summary>Video inputs.</summary>
    public required int Channel { get; init; }
}

/// <summary>The answer to DeviceStatus. GB/T 28181-2016 A.2.6 g), GB/T 28181-2022 A.2.6.3.</summary>
internal sealed record DeviceStatusAnswer
{
    public required bool Online { get; init; }
    /// <summary>It works; false asks for <see cref="Reason"/>.</summary>
    public required bool Works { get; init; }
    /// <summary>Written only when it does not work.</summary>
    public string? Reason { get; init; }
    /// <summary>ON or OFF; null leaves it out.</summary>
    public bool? Encode { get; init; }
    /// <summary>ON or OFF; null leaves it out.</summary>
    public bool? Record { get; init; }
    public DateTimeOffset? DeviceTime { get; init; }
    /// <summary>Null leaves the list out.</summary>
    public IReadOnlyList<(string DeviceId, DutyWord Duty)>? Alarms { get; init; }
}

/// <summary>The BasicParam section. GB/T 28181-2016 A.2.6 i), GB/T 28181-2022 A.2.1.19.</summary>
/// <param name="Name">The device's name.</param>
/// <param name="ExpirationSeconds">Of a registration.</param>
/// <param name="HeartBeatIntervalSeconds">Between two keepalives.</param>
/// <param name="HeartBeatCount">Keepalives missed until the device counts as lost.</param>
internal sealed record BasicParam(string Name, int ExpirationSeconds, int HeartBeatIntervalSeconds, int HeartBeatCount);

/// <summary>What a device answers, each in the schema's order. GB/T 28181-2016 A.2.6, GB/T 28181-2022 A.2.6.</summary>
internal static class Responses
{
    /// <summary>Result alone: to a control, and to whatever is not served.</summary>
    public static byte[] Result(ManscdpCharset charset, CmdType cmdType, string sn, string deviceId, bool ok) =>
        Head(charset, cmdType, sn, deviceId).Element("Result", Word(ok)).ToBytes();

    public static byte[] DeviceInfo(ManscdpCharset charset, string sn, string deviceId, DeviceInfoAnswer info) =>
        Head(charset, CmdType.DeviceInfo, sn, deviceId)
            .Optional("DeviceName", info.DeviceName)
            .Element("Result", Word(true))
            .Optional("Manufacturer", info.Manufacturer)
            .Optional("Model", info.Model)
            .Optional("Firmware", info.Firmware)
            .Element("Channel", info.Channel)
            .ToBytes();

    public static byte[] DeviceStatus(ManscdpCharset charset, string sn, string deviceId, DeviceStatusAnswer status)
    {
        ManscdpWriter writer = Head(charset, CmdType.DeviceStatus, sn, deviceId)
            .Element("Result", Word(true))
            .Element("Online", status.Online ? "ONLINE" : "OFFLINE")
            .Element("Status", Word(status.Works));
        if (!status.Works) writer.Optional("Reason", status.Reason);
        writer.Optional("Encode", Switch(status.Encode))
            .Optional("Record", Switch(status.Record))
            .Optional("DeviceTime", status.DeviceTime is { } time ? BeijingTime.Format(time) : null);
        if (status.Alarms is { } alarms)
        {
            // lower-case s, capital Num: the samples of both editions, whatever the schema of 2016 prints
            writer.OpenList("Alarmstatus", alarms.Count);
            foreach ((string id, DutyWord duty) in alarms)
                writer.Open("Item").Element("DeviceID", id).Element("DutyStatus", Duty(duty)).Close("Item");
            writer.EndList("Alarmstatus");
        }
        return writer.ToBytes();
    }

    /// <summary>One section of a ConfigDownload. All four children always: platforms compute their offline time from two of them.</summary>
    public static byte[] ConfigDownload(ManscdpCharset charset, string sn, string deviceId, BasicParam basic) =>
        Head(charset, CmdType.ConfigDownload, sn, deviceId)
            .Element("Result", Word(true))
            .Open("BasicParam")
            .Element("Name", basic.Name)
            .Element("Expiration", basic.ExpirationSeconds)
            .Element("HeartBeatInterval", basic.HeartBeatIntervalSeconds)
            .Element("HeartBeatCount", basic.HeartBeatCount)
            .Close("BasicParam")
            .ToBytes();

    internal static string Word(bool ok) => ok ? "OK" : "ERROR";

    internal static string Duty(DutyWord duty) => duty switch
    {
        DutyWord.OnDuty => "ONDUTY",
        DutyWord.Alarm => "ALARM",
        _ => "OFFDUTY",
    };

    private static string? Switch(bool? on) => on is { } value ? value ? "ON" : "OFF" : null;

    private static ManscdpWriter Head(ManscdpCharset charset, CmdType cmdType, string sn, string deviceId) =>
        new(ManscdpRoot.Response, charset, cmdType, sn, deviceId);
}
