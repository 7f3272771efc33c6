namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What a device tells its platform. GB/T 28181-2016 A.2.5, GB/T 28181-2022 A.2.5.</summary>
internal static class Notifies
{
    /// <summary>The heartbeat. GB/T 28181-2016 A.2.5 a), GB/T 28181-2022 A.2.5.2.</summary>
    /// <param name="faultyIds">Children that do not work; the element is left out when there are none.</param>
    public static byte[] Keepalive(ManscdpCharset charset, string sn, string deviceId, bool ok, IReadOnlyCollection<string>? faultyIds = null)
    {
        ManscdpWriter writer = new ManscdpWriter(ManscdpRoot.Notify, charset, CmdType.Keepalive, sn, deviceId).Element("Status", ok ? "OK" : "ERROR");
        if (faultyIds is { Count: > 0 })
        {
            writer.Open("Info");
            foreach (string id in faultyIds) writer.Element("DeviceID", id);
            writer.Close("Info");
        }
        return writer.ToBytes();
    }

    /// <summary>An alarm. GB/T 28181-2016 A.2.5 b), GB/T 28181-2022 A.2.5.3.</summary>
    public static byte[] Alarm(ManscdpCharset charset, string sn, AlarmNotify alarm)
    {
        ManscdpWriter writer = new ManscdpWriter(ManscdpRoot.Notify, charset, CmdType.Alarm, sn, alarm.DeviceId)
            .Element("AlarmPriority", alarm.Priority)
            .Element("AlarmMethod", alarm.Method)
            .Element("AlarmTime", BeijingTime.Format(alarm.Time))
            .Optional("AlarmDescription", alarm.Description)
            .Optional("Longitude", alarm.Longitude)
            .Optional("Latitude", alarm.Latitude);
        if (alarm.Type is { } type)
        {
            writer.Open("Info").Element("AlarmType", type);
            if (alarm.EventType is { } eventType) writer.Open("AlarmTypeParam").Element("EventType", eventType).Close("AlarmTypeParam");
            writer.Close("Info");
        }
        return writer.ToBytes();
    }

    /// <summary>Where a head looks, to a subscriber. GB/T 28181-2022 §9.11.2.3 d), A.2.6.15.</summary>
    /// <param name="cmdType">As it was subscribed to.</param>
    public static byte[] PtzPosition(ManscdpCharset charset, CmdType cmdType, string sn, string deviceId, PtzPositionItem position) =>
        PtzResponses.Fields(new ManscdpWriter(ManscdpRoot.Notify, charset, cmdType, sn, deviceId), position).ToBytes();

    /// <summary>The file is at its end: NotifyType 121, the only one there is. GB/T 28181-2016 A.2.5 e), GB/T 28181-2022 A.2.5.6.</summary>
    public static byte[] MediaStatus(ManscdpCharset charset, string sn, string deviceId) =>
        new ManscdpWriter(ManscdpRoot.Notify, charset, CmdType.MediaStatus, sn, deviceId).Element("NotifyType", 121).ToBytes();
}

/// <summary>An alarm's fields. GB/T 28181-2016 A.2.5 b), GB/T 28181-2022 A.2.5.3.</summary>
/// <param name="DeviceId">Who raises it: the alarm input, the camera of a video alarm, or the device.</param>
/// <param name="Priority">1 … 4, 1 is the most severe.</param>
/// <param name="Method">1 phone, 2 device, 3 SMS, 4 GPS, 5 video, 6 device fault, 7 other.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Description">For a person; null or empty leaves it out.</param>
/// <param name="Type">By method: for 2, 1 video loss, 2 tamper, 3 disk full, 4 too hot, 5 too cold; null is a plain contact.</param>
/// <param name="EventType">Only for method 5 type 6: 1 entering, 2 leaving.</param>
/// <param name="Longitude">WGS-84 degrees.</param>
/// <param name="Latitude">WGS-84 degrees.</param>
internal sealed record AlarmNotify(
    string DeviceId, int Priority, int Method, DateTimeOffset Time, string? Description = null, int? Type = null, int? EventType = null,
    double? Longitude = null, double? Latitude = null);
