using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class WriterTests
{
    private const ManscdpCharset Gb = ManscdpCharset.Gb2312;
    private const string Device = "34020000001110000001", Camera = "34020000001310000001", Door = "34020000001340000001";

    private static readonly DateTimeOffset Eight = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    internal static readonly AlarmNotify DoorAlarm = new(Door, 4, 2, Eight, "door", Longitude: 118.3, Latitude: 31.3);

    internal static readonly AlarmNotify Intrusion = new(Camera, 1, 5, Eight.AddSeconds(1), Type: 6, EventType: 1);

    internal static readonly DeviceInfoAnswer Info = new()
    {
        DeviceName = "北门 <1> & \"2\" '3'",
        Manufacturer = "Acme",
        Model = "EB-1",
        Firmware = "1.2.0",
        Channel = 1,
    };

    internal static readonly DeviceStatusAnswer Status = new()
    {
        Online = true,
        Works = true,
        Reason = "not written when it works",
        Encode = true,
        Record = false,
        DeviceTime = Eight,
        Alarms = [(Door, DutyWord.OnDuty), ("34020000001340000002", DutyWord.Alarm), ("34020000001340000003", DutyWord.OffDuty)],
    };

    internal static readonly BasicParam Basic = new("Gate box", 3600, 60, 3);

    internal static readonly PtzPositionItem Position = new(120.5, -10, 4, 15, 8.54);

    /// <summary>Every writer against the body that was written by hand.</summary>
    public static TheoryData<string> Names =>
    [
        "keepalive", "keepalive-faulty", "alarm", "alarm-typed", "media-status", "result-ok", "result-error", "device-info", "device-status",
        "device-status-fault", "config-download", "preset-query", "preset-query-empty", "catalog-2016", "catalog-2022", "catalog-empty",
        "query-catalog", "query-config-download", "control-ptz", "control-guard", "control-alarm-reset", "control-key-frame-2016",
        "control-key-frame-2022", "control-tele-boot", "home-position-query", "home-position-query-none", "cruise-track-list-query",
        "cruise-track-list-query-empty", "cruise-track-query", "ptz-position", "ptz-position-pan-only", "notify-ptz-position", "query-cruise-track", "control-ptz-names",
        "control-home-position", "control-home-position-off", "control-ptz-precise", "control-drag-zoom-in",
    ];

    [Theory, MemberData(nameof(Names))]
    public void Bodies_are_the_golden_ones(string name)
    {
        byte[] body = Write(name);
        Assert.Equal(ManscdpVectors.Text(name), ManscdpText.Decode(body));
        Assert.True(ManscdpMessage.TryParse(body, out _, out ManscdpFault fault), fault.ToString());
    }

    [Fact]
    public void Every_golden_body_has_a_writer() => Assert.Equal(ManscdpVectors.All.Count, Names.Count);

    private static byte[] Write(string name) => name switch
    {
        "keepalive" => Notifies.Keepalive(Gb, "43", Device, ok: true, []),
        "keepalive-faulty" => Notifies.Keepalive(Gb, "44", Device, ok: false, [Camera, "34020000001310000002"]),
        "alarm" => Notifies.Alarm(Gb, "1", DoorAlarm),
        "alarm-typed" => Notifies.Alarm(Gb, "2", Intrusion),
        "media-status" => Notifies.MediaStatus(Gb, "5", Camera),
        "result-ok" => Responses.Result(Gb, CmdType.DeviceControl, "17", Camera, ok: true),
        "result-error" => Responses.Result(Gb, CmdType.RecordInfo, "0018", Camera, ok: false),
        "device-info" => Responses.DeviceInfo(Gb, "9", Device, Info),
        "device-status" => Responses.DeviceStatus(Gb, "248", Device, Status),
        "device-status-fault" => Responses.DeviceStatus(Gb, "249", Camera, new DeviceStatusAnswer { Online = false, Works = false, Reason = "no video", Encode = false }),
        "config-download" => Responses.ConfigDownload(Gb, "70", Device, Basic),
        "preset-query" => Assert.Single(PtzResponses.PresetQuery(Gb, "80", Camera, [new(1, "Gate"), new(2, "Yard")], 60_000)),
        "preset-query-empty" => Assert.Single(PtzResponses.PresetQuery(Gb, "81", Camera, [], 60_000)),
        "home-position-query" => PtzResponses.HomePositionQuery(Gb, "1", Camera, new HomePositionItem(true, 60, 1)),
        "home-position-query-none" => PtzResponses.HomePositionQuery(Gb, "1", Camera, null),
        "cruise-track-list-query" => Assert.Single(PtzResponses.CruiseTrackListQuery(Gb, "2", Camera, [new(0, "Night")], 60_000)),
        "cruise-track-list-query-empty" => Assert.Single(PtzResponses.CruiseTrackListQuery(Gb, "2", Camera, [], 60_000)),
        "cruise-track-query" => Assert.Single(PtzResponses.CruiseTrackQuery(Gb, "3", Camera, new CruiseTrackItem(0, "Night"), [new(3, 30, 8)], 60_000)),
        "ptz-position" => PtzResponses.PtzPosition(Gb, CmdType.PtzPosition, "4", Camera, Position),
        "ptz-position-pan-only" => PtzResponses.PtzPosition(Gb, CmdType.PtzPreciseStatusQuery, "4", Camera, new PtzPositionItem(359.996, null, null)),
        "notify-ptz-position" => Notifies.PtzPosition(Gb, CmdType.PtzPosition, "4", Camera, Position),
        "query-cruise-track" => PtzRequests.CruiseTrackQuery(Gb, "3", Camera, 0),
        "control-ptz-names" => PtzRequests.PtzCmd(Gb, "12", Camera, "A50F018100010037", "Gate", "Night"),
        "control-home-position" => PtzRequests.HomePosition(Gb, "13", Camera, new HomePositionItem(true, 60, 1)),
        "control-home-position-off" => PtzRequests.HomePosition(Gb, "14", Camera, new HomePositionItem(false, null, null)),
        "control-ptz-precise" => PtzRequests.PtzPreciseCtrl(Gb, "15", Camera, Position),
        "control-drag-zoom-in" => PtzRequests.DragZoom(Gb, "16", Camera, isIn: true, (1920, 1080), (960, 540), (300, 200)),
        "catalog-2016" => Assert.Single(CatalogWriter.Write(Gb, GbVersion.Gb2016, "40", Device, CatalogTests.Items, 60_000)),
        "catalog-2022" => Assert.Single(CatalogWriter.Write(Gb, GbVersion.Gb2022, "40", Device, CatalogTests.Items, 60_000)),
        "catalog-empty" => Assert.Single(CatalogWriter.Write(Gb, GbVersion.Gb2016, "41", Device, [], 60_000)),
        "query-catalog" => Requests.Query(Gb, CmdType.Catalog, "40", Device),
        "query-config-download" => Requests.ConfigDownload(Gb, "70", Device, "BasicParam/VideoParamOpt"),
        "control-ptz" => Requests.PtzCmd(Gb, "11", Camera, PtzCommand.FromMove(new PtzMove(-1, 0x80, 0, 0, 0, 0)).ToHex()),
        "control-guard" => Requests.GuardCmd(Gb, "18", Device, set: true),
        "control-alarm-reset" => Requests.AlarmCmd(Gb, "19", Device, "2/5", 1),
        "control-key-frame-2016" => Requests.IFrameCmd(Gb, GbVersion.Gb2016, "20", Camera),
        "control-key-frame-2022" => Requests.IFrameCmd(Gb, GbVersion.Gb2022, "20", Camera),
        "control-tele-boot" => Requests.TeleBoot(Gb, "21", Device),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no writer"),
    };

    [Theory]
    [InlineData(ManscdpCharset.Gb2312, "GB2312")]
    [InlineData(ManscdpCharset.Gb18030, "GB18030")]
    [InlineData(ManscdpCharset.Utf8, "UTF-8")]
    public void The_label_is_in_the_declaration_and_the_bytes_follow_it(object charset, string label)
    {
        byte[] body = Responses.DeviceInfo((ManscdpCharset)charset, "9", Device, Info);
        Assert.StartsWith($"<?xml version=\"1.0\" encoding=\"{label}\"?>\r\n<Response>\r\n", ManscdpText.Decode(body), StringComparison.Ordinal);
        bool isUtf8 = (ManscdpCharset)charset == ManscdpCharset.Utf8;
        Assert.Equal(isUtf8, body.AsSpan().IndexOf("北门"u8) >= 0);
        Assert.Equal(!isUtf8, body.AsSpan().IndexOf<byte>([0xB1, 0xB1, 0xC3, 0xC5]) >= 0);
    }

    [Fact]
    public void What_XML_cannot_carry_is_replaced()
    {
        byte[] body = Notifies.Alarm(ManscdpCharset.Utf8, "1", DoorAlarm with { Description = "a\0b\uD800c\uFFFFd\te" });
        Assert.True(ManscdpMessage.TryParse(body, out ManscdpMessage? message, out _));
        Assert.Equal("a?b\uFFFDc?d\te", message!.Value("AlarmDescription"));
    }

    [Fact]
    public void An_echoed_SN_cannot_leave_its_element()
    {
        byte[] body = Responses.Result(Gb, new CmdType("<x>"), "</SN><Result>OK</Result>", "&#1;", ok: false);
        Assert.True(ManscdpMessage.TryParse(body, out ManscdpMessage? message, out _));
        Assert.Equal(("<x>", "</SN><Result>OK</Result>", "&#1;", false), (message!.CmdType.Name, message.Sn, message.DeviceId, message.Result));
    }

    [Fact]
    public void Answers_read_back_what_was_written()
    {
        Assert.Equal(Info, Answers.DeviceInfo(Read("device-info")));
        DeviceStatusAnswer status = Answers.DeviceStatus(Read("device-status"))!;
        Assert.Equal(Status.Alarms, status.Alarms);
        Assert.Equal(Status with { Reason = null, Alarms = null }, status with { Alarms = null });
        Assert.Equal("no video", Answers.DeviceStatus(Read("device-status-fault"))!.Reason);
        Assert.Equal(Basic, Answers.ConfigDownload(Read("config-download")));
        Assert.Equal([new(1, "Gate"), new(2, "Yard")], PtzAnswers.PresetQuery(Read("preset-query")));
        Assert.Empty(PtzAnswers.PresetQuery(Read("preset-query-empty"))!);
        Assert.Equal(new HomePositionItem(true, 60, 1), PtzAnswers.HomePositionQuery(Read("home-position-query")));
        Assert.Null(PtzAnswers.HomePositionQuery(Read("home-position-query-none")));
        Assert.Equal([new(0, "Night")], PtzAnswers.CruiseTrackListQuery(Read("cruise-track-list-query")));
        Assert.Empty(PtzAnswers.CruiseTrackListQuery(Read("cruise-track-list-query-empty"))!);
        (CruiseTrackItem track, IReadOnlyList<CruisePointItem> points) = PtzAnswers.CruiseTrackQuery(Read("cruise-track-query"))!.Value;
        Assert.Equal((new CruiseTrackItem(0, "Night"), new CruisePointItem(3, 30, 8)), (track, Assert.Single(points)));
        Assert.Equal(Position with { VerticalFieldAngle = 8.5 }, PtzAnswers.PtzPosition(Read("ptz-position")));
        Assert.Equal(new PtzPositionItem(360, null, null), PtzAnswers.PtzPosition(Read("ptz-position-pan-only")));
        Assert.Equal(DoorAlarm, Answers.Alarm(Read("alarm")));
        Assert.Equal(Intrusion, Answers.Alarm(Read("alarm-typed")));
        Assert.False(Read("result-error").Result);
    }

    [Fact]
    public void Answers_are_null_where_the_body_does_not_hold_them()
    {
        ManscdpMessage error = Read("result-error");
        Assert.Null(Answers.DeviceInfo(error));
        Assert.Null(Answers.DeviceStatus(error));
        Assert.Null(Answers.ConfigDownload(error));
        Assert.Null(PtzAnswers.PresetQuery(error));
        Assert.Null(PtzAnswers.CruiseTrackListQuery(error));
        Assert.Null(PtzAnswers.CruiseTrackQuery(error));
        Assert.Null(PtzAnswers.PtzPosition(error));
        Assert.Null(Answers.Catalog(error));
        Assert.Null(Answers.Alarm(error));
    }

    private static ManscdpMessage Read(string name)
    {
        Assert.True(ManscdpMessage.TryParse(Write(name), out ManscdpMessage? message, out _));
        return message!;
    }
}
