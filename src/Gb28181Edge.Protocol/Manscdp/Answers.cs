using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>One part of a catalogue as a platform receives it.</summary>
/// <param name="SumNum">Items of all parts; 0 when the answer does not say.</param>
/// <param name="Items">Items of this part.</param>
internal sealed record CatalogPart(int SumNum, IReadOnlyList<CatalogItem> Items);

/// <summary>Reads what devices answer and tell: the bench platform's side, and a check on our own writers. GB/T 28181-2016 A.2.5, A.2.6.</summary>
/// <remarks>A null result says that the body does not hold what its CmdType promises.</remarks>
internal static class Answers
{
    public static CatalogPart? Catalog(ManscdpMessage message)
    {
        if (Number(message.Body.Value("SumNum")) is not { } sumNum) return null;
        var items = new List<CatalogItem>();
        foreach (ManscdpElement element in message.Body.Child("DeviceList")?.Children ?? [])
        {
            if (element.Value("DeviceID") is not { } id) continue;
            items.Add(new CatalogItem
            {
                DeviceId = id,
                Name = element.Value("Name") ?? "",
                Manufacturer = element.Value("Manufacturer") ?? "",
                Model = element.Value("Model") ?? "",
                Owner = element.Value("Owner") ?? "",
                CivilCode = element.Value("CivilCode") ?? "",
                Block = element.Value("Block"),
                Address = element.Value("Address") ?? "",
                Parental = element.Value("Parental") == "1",
                ParentId = element.Value("ParentID") ?? "",
                SafetyWay = Number(element.Value("SafetyWay")) ?? 0,
                RegisterWay = Number(element.Value("RegisterWay")) ?? 1,
                Secrecy = element.Value("Secrecy") == "1",
                IpAddress = element.Value("IPAddress"),
                Port = Number(element.Value("Port")),
                IsOn = Is(element.Value("Status"), "ON"),
                Longitude = Degrees(element.Value("Longitude")),
                Latitude = Degrees(element.Value("Latitude")),
                Info = Info(element.Child("Info")),
            });
        }
        return new CatalogPart(sumNum, items);
    }

    public static DeviceInfoAnswer? DeviceInfo(ManscdpMessage message) => message.Result != true ? null : new DeviceInfoAnswer
    {
        DeviceName = message.Value("DeviceName") ?? "",
        Manufacturer = message.Value("Manufacturer") ?? "",
        Model = message.Value("Model") ?? "",
        Firmware = message.Value("Firmware") ?? "",
        Channel = Number(message.Value("Channel")) ?? 0,
    };

    public static DeviceStatusAnswer? DeviceStatus(ManscdpMessage message)
    {
        if (message.Result != true || message.Value("Online") is not { } online) return null;
        List<(string, DutyWord)>? alarms = null;
        if (message.Body.Child("Alarmstatus") is { } list)
        {
            alarms = [];
            foreach (ManscdpElement item in list.Children)
                alarms.Add((item.Value("DeviceID") ?? "", Duty(item.Value("DutyStatus"))));
        }
        return new DeviceStatusAnswer
        {
            Online = Is(online, "ONLINE"),
            Works = Is(message.Value("Status"), "OK"),
            Reason = message.Value("Reason"),
            Encode = Switch(message.Value("Encode")),
            Record = Switch(message.Value("Record")),
            DeviceTime = BeijingTime.TryParse(message.Value("DeviceTime"), out DateTimeOffset time) ? time : null,
            Alarms = alarms,
        };
    }

    public static BasicParam? ConfigDownload(ManscdpMessage message) =>
        message.Result == true && message.Body.Child("BasicParam") is { } section
        && Number(section.Value("HeartBeatInterval")) is { } interval && Number(section.Value("HeartBeatCount")) is { } count
            ? new BasicParam(section.Value("Name") ?? "", Number(section.Value("Expiration")) ?? 0, interval, count)
            : null;

    public static AlarmNotify? Alarm(ManscdpMessage message)
    {
        if (Number(message.Value("AlarmMethod")) is not { } method || !BeijingTime.TryParse(message.Value("AlarmTime"), out DateTimeOffset time)) return null;
        ManscdpElement? info = message.Body.Child("Info");
        return new AlarmNotify(
            message.DeviceId, Number(message.Value("AlarmPriority")) ?? 4, method, time, message.Value("AlarmDescription"),
            Number(info?.Value("AlarmType")), Number(info?.Child("AlarmTypeParam")?.Value("EventType")),
            Degrees(message.Value("Longitude")), Degrees(message.Value("Latitude")));
    }

    private static CatalogItemInfo? Info(ManscdpElement? info) => info is null ? null : new CatalogItemInfo
    {
        PtzType = Number(info.Value("PTZType")),
        RoomType = Number(info.Value("RoomType")),
        SupplyLightType = Number(info.Value("SupplyLightType")),
        DirectionType = Number(info.Value("DirectionType")),
        Resolution = info.Value("Resolution"),
        StreamNumberList = info.Value("StreamNumberList"),
        DownloadSpeed = info.Value("DownloadSpeed"),
        GrassrootsCode = info.Value("GrassrootsCode") ?? "000000",
        PointType = Number(info.Value("PointType")) ?? 9,
    };

    private static DutyWord Duty(string? word) => Is(word, "ALARM") ? DutyWord.Alarm : Is(word, "ONDUTY") ? DutyWord.OnDuty : DutyWord.OffDuty;

    private static bool? Switch(string? word) => word is null ? null : Is(word, "ON");

    private static bool Is(string? text, string word) => string.Equals(text, word, StringComparison.OrdinalIgnoreCase);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static double? Degrees(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double degrees) && double.IsFinite(degrees) ? degrees : null;
}
