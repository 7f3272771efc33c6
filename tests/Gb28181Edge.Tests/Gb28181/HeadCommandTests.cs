using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>The whole command set of a head, from MANSCDP body to order and answer.</summary>
public class HeadCommandTests
{
    private readonly FakeDevice _device = new();

    public static TheoryData<string, string> Orders => new()
    {
        { "A50F018100010037", "PresetSet { Platform = city, Number = 1, Name = Gate }" },
        { "A50F018200010038", "PresetCall { Platform = city, Number = 1 }" },
        { "A50F018300010039", "PresetDelete { Platform = city, Number = 1 }" },
        { "A50F01840103003D", "CruiseAdd { Platform = city, Group = 1, Preset = 3, Name = Night }" },
        { "A50F01850103003E", "CruiseDelete { Platform = city, Group = 1, Preset = 3 }" },
        { "A50F01850100003B", "CruiseDelete { Platform = city, Group = 1, Preset = 0 }" },
        { "A50F0186012C1078", "CruiseSpeed { Platform = city, Group = 1, Value = 300 }" },
        { "A50F0187015820B5", "CruiseDwell { Platform = city, Group = 1, Seconds = 600 }" },
        { "A50F01880100003E", "CruiseStart { Platform = city, Group = 1 }" },
        { "A50F01890100003F", "ScanStart { Platform = city, Group = 1 }" },
        { "A50F018901010040", "ScanLimit { Platform = city, Group = 1, Left = True }" },
        { "A50F018901020041", "ScanLimit { Platform = city, Group = 1, Left = False }" },
        { "A50F018A012C107C", "ScanSpeed { Platform = city, Group = 1, Value = 300 }" },
    };

    [Theory, MemberData(nameof(Orders))] // GB/T 28181-2016 A.3.4 … A.3.6
    public async Task PTZCmd_beyond_motion_becomes_an_order(string hex, string order)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.AskAsync(
            PtzRequests.PtzCmd(ManscdpCharset.Gb2312, "12", FakeDevice.Gate, hex, "Gate", "Night"));
        Assert.Equal(200, answer.Status);
        Assert.Empty(bodies);
        Assert.Equal(order, Assert.Single(_device.Head.Orders).ToString());
        Assert.DoesNotContain(_device.Logged, entry => entry.Event is 2311 or 2313);
    }

    [Fact]
    public async Task Without_names_there_are_none()
    {
        await _device.ControlAsync(FakeDevice.Gate, "<PTZCmd>A50F018100010037</PTZCmd><Info><ControlPriority>5</ControlPriority></Info>");
        Assert.Equal([new PtzOrder.PresetSet("city", 1, null)], _device.Head.Orders);
    }

    [Theory] // down is positive in GB/T 28181-2022 A.2.3.1.11, up in the contract of heads
    [InlineData("<Pan>120.50</Pan><Tilt>-10.00</Tilt><Zoom>4.00</Zoom>", 120.5, 10.0, 4.0)]
    [InlineData("<Tilt>30</Tilt>", null, -30.0, null)]
    [InlineData("<Pan>360</Pan>", 0.0, null, null)]
    [InlineData("<Pan>-90</Pan><Tilt>400</Tilt><Zoom>0.2</Zoom>", 270.0, -90.0, 1.0)]
    public async Task PTZPreciseCtrl_goes_there(string inner, double? pan, double? tilt, double? zoom)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Id, $"<PTZPreciseCtrl>{inner}</PTZPreciseCtrl>");
        Assert.Equal(200, answer.Status);
        Assert.Empty(bodies);
        Assert.Equal([new PtzOrder.GoTo("city", new PtzPosition(pan, tilt, zoom))], _device.Head.Orders);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DragZoom_hands_the_box_over_in_parts_of_the_view(bool isIn)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.AskAsync(
            PtzRequests.DragZoom(ManscdpCharset.Gb2312, "16", FakeDevice.Gate, isIn, (1000, 500), (750, 125), (250, 100)));
        Assert.Equal(200, answer.Status);
        Assert.Empty(bodies);
        Assert.Equal([new PtzOrder.DragZoom("city", isIn, 0.5, -0.5, 0.25, 0.2)], _device.Head.Orders);
    }

    [Theory]
    [InlineData("<PTZPreciseCtrl><Pan>1</Pan></PTZPreciseCtrl>")]
    [InlineData("<DragZoomIn><Length>4</Length><Width>3</Width><MidPointX>2</MidPointX><MidPointY>1</MidPointY><LengthX>1</LengthX><LengthY>1</LengthY></DragZoomIn>")]
    [InlineData("<HomePosition><Enabled>1</Enabled></HomePosition>")]
    public async Task A_camera_without_a_head_is_told(string inner)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Yard, inner);
        Assert.Equal(200, answer.Status);
        Assert.All(bodies, body => Assert.False(body.Result));
        Assert.Equal(inner.StartsWith("<Home", StringComparison.Ordinal), bodies.Count == 1);
        Assert.Empty(_device.Head.Orders);
        Assert.Contains(_device.Logged, entry => entry.Event == 2312);
    }

    [Theory]
    [InlineData("<Enabled>1</Enabled><ResetTime>90</ResetTime><PresetIndex>3</PresetIndex>", true, 90, 3)]
    [InlineData("<Enabled>1</Enabled>", true, 60, 0)]
    [InlineData("<Enabled>1</Enabled><ResetTime>0</ResetTime><PresetIndex>3</PresetIndex>", true, 1, 3)]
    [InlineData("<Enabled>1</Enabled><ResetTime>100000</ResetTime>", true, 86_400, 0)]
    [InlineData("<Enabled>0</Enabled>", false, 60, 0)]
    public async Task HomePosition_is_set_and_answered(string inner, bool enabled, int seconds, int preset)
    {
        (_, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Gate, $"<HomePosition>{inner}</HomePosition>");
        ManscdpMessage body = Assert.Single(bodies);
        Assert.Equal((CmdType.DeviceControl, "17", FakeDevice.Gate, true), (body.CmdType, body.Sn, body.DeviceId, body.Result));
        Assert.Equal(new HomePosition(enabled, seconds, preset), _device.Head.Home);
    }

    [Fact]
    public async Task What_HomePosition_leaves_out_stays()
    {
        _device.Head.Home = new HomePosition(true, 300, 7);
        await _device.ControlAsync(FakeDevice.Gate, "<HomePosition><Enabled>0</Enabled></HomePosition>");
        Assert.Equal(new HomePosition(false, 300, 7), _device.Head.Home);
    }

    [Fact]
    public async Task A_home_that_cannot_be_set_is_an_error()
    {
        _device.Head.NoPreset = 9;
        Assert.False(Assert.Single((await _device.ControlAsync(FakeDevice.Gate, "<HomePosition><Enabled>1</Enabled><PresetIndex>9</PresetIndex></HomePosition>")).Bodies).Result);
        _device.Head.Failure = new IOException("full");
        Assert.False(Assert.Single((await _device.ControlAsync(FakeDevice.Gate, "<HomePosition><Enabled>1</Enabled></HomePosition>")).Bodies).Result);
        Assert.Contains(_device.Logged, entry => entry.Event == 2321 && entry.Text.Contains("full", StringComparison.Ordinal));
        Assert.Null(_device.Head.Home);
    }

    [Fact]
    public async Task PresetQuery_lists_the_presets_of_the_head()
    {
        _device.Head.Presets = [new Preset(1, "Gate"), new Preset(7, "Yard \u0001 1")];
        foreach (string id in (string[])[FakeDevice.Gate, FakeDevice.Id])
        {
            (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.PresetQuery, id);
            Assert.Equal([new(1, "Gate"), new(7, "Yard  1")], PtzAnswers.PresetQuery(Assert.Single(bodies)));
            Assert.Equal(("2", id), (bodies[0].Value("SumNum"), bodies[0].DeviceId));
        }
    }

    [Fact]
    public async Task PresetQuery_keeps_to_the_size_of_the_transport()
    {
        _device.Head.Presets = [.. Enumerable.Range(1, 100).Select(number => new Preset(number, $"Preset {number}"))];
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.PresetQuery, FakeDevice.Gate);
        Assert.All(answer.Bodies, body => Assert.InRange(body.Length, 1, PlatformProfile.UdpBodyBytes));
        Assert.Equal(Enumerable.Range(1, 100), bodies.SelectMany(body => PtzAnswers.PresetQuery(body)!).Select(preset => preset.Number));
    }

    [Theory]
    [InlineData(FakeDevice.Gate)]
    [InlineData(FakeDevice.Yard)]
    public async Task PresetQuery_has_its_list_with_nothing_in_it(string camera)
    {
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.PresetQuery, camera);
        Assert.Empty(PtzAnswers.PresetQuery(Assert.Single(bodies))!);
        Assert.Equal("0", bodies[0].Body.Child("PresetList")!.Attribute("Num"));
    }

    [Fact]
    public async Task HomePositionQuery_tells_the_home_or_that_there_is_none()
    {
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.HomePositionQuery, FakeDevice.Gate);
        Assert.Null(Assert.Single(bodies).Body.Child("HomePosition"));
        Assert.Null(bodies[0].Result);
        _device.Head.Home = new HomePosition(true, 300, 7);
        (_, bodies) = await _device.QueryAsync(CmdType.HomePositionQuery, FakeDevice.Gate);
        Assert.Equal(new HomePositionItem(true, 300, 7), PtzAnswers.HomePositionQuery(Assert.Single(bodies)));
    }

    [Fact]
    public async Task Cruise_tracks_are_listed_and_told_one_by_one()
    {
        _device.Head.Cruises = [new Cruise(0, "Night", [3, 1], 30, 8), new Cruise(4, new string('门', 20), [2], 10, 99)];
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.CruiseTrackListQuery, FakeDevice.Gate);
        Assert.Equal([new(0, "Night"), new(4, new string('门', 16))], PtzAnswers.CruiseTrackListQuery(Assert.Single(bodies)));

        (_, bodies) = await _device.AskAsync(PtzRequests.CruiseTrackQuery(ManscdpCharset.Gb2312, "3", FakeDevice.Gate, 0));
        (CruiseTrackItem track, IReadOnlyList<CruisePointItem> points) = PtzAnswers.CruiseTrackQuery(Assert.Single(bodies))!.Value;
        Assert.Equal(new CruiseTrackItem(0, "Night"), track);
        Assert.Equal([new(3, 30, 8), new(1, 30, 8)], points);

        (_, bodies) = await _device.AskAsync(PtzRequests.CruiseTrackQuery(ManscdpCharset.Gb2312, "4", FakeDevice.Gate, 4));
        Assert.Equal([new(2, 10, 15)], PtzAnswers.CruiseTrackQuery(Assert.Single(bodies))!.Value.Points);
    }

    [Theory]
    [InlineData("<Number>5</Number>")]
    [InlineData("<Number>x</Number>")]
    [InlineData("")]
    public async Task A_track_that_is_not_there_is_an_error(string number)
    {
        _device.Head.Cruises = [new Cruise(0, "Night", [3], 30, 8)];
        (_, List<ManscdpMessage> bodies) = await _device.AskAsync(
            $"<Query><CmdType>CruiseTrackQuery</CmdType><SN>3</SN><DeviceID>{FakeDevice.Gate}</DeviceID>{number}</Query>");
        Assert.False(Assert.Single(bodies).Result);
    }

    [Theory]
    [InlineData("PTZPosition")]
    [InlineData("ptzposition")]
    [InlineData("PTZPreciseStatusQuery")]
    public async Task PTZPosition_is_answered_under_the_name_that_was_asked_for(string cmdType)
    {
        _device.Head.Reading = new PtzReading(new PtzPosition(120.504, 10, 4));
        _device.Head.FieldDegrees = 60;
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(new CmdType(cmdType), FakeDevice.Gate);
        ManscdpMessage body = Assert.Single(bodies);
        Assert.Equal(
            ["CmdType", "SN", "DeviceID", "Pan", "Tilt", "Zoom", "HorizontalFieldAngle", "VerticalFieldAngle"], body.Body.Children.Select(child => child.Name));
        Assert.Equal((cmdType, "120.50", "-10.00", "4.00"), (body.CmdType.Name, body.Value("Pan"), body.Value("Tilt"), body.Value("Zoom")));
        // 2·atan(tan 30° / 4) and 2·atan(tan 30° / 4 · 9/16)
        Assert.Equal(("16.4", "9.3"), (body.Value("HorizontalFieldAngle"), body.Value("VerticalFieldAngle")));
    }

    [Fact]
    public async Task PTZPosition_leaves_out_what_is_not_known()
    {
        _device.Head.Reading = new PtzReading(new PtzPosition(5, null, null));
        _device.Head.FieldDegrees = 60;
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.PtzPosition, FakeDevice.Gate);
        Assert.Equal(new PtzPositionItem(5, null, null), PtzAnswers.PtzPosition(Assert.Single(bodies)));
    }

    [Fact]
    public async Task PTZPosition_of_a_head_that_cannot_tell_is_an_error()
    {
        foreach (PtzReading? reading in (PtzReading?[])[null, new PtzReading(new PtzPosition(null, null, null))])
        {
            _device.Head.Reading = reading;
            Assert.False(Assert.Single((await _device.QueryAsync(CmdType.PtzPosition, FakeDevice.Gate)).Bodies).Result);
        }
    }

    [Theory]
    [InlineData("HomePositionQuery")]
    [InlineData("CruiseTrackListQuery")]
    [InlineData("CruiseTrackQuery")]
    [InlineData("PTZPosition")]
    public async Task A_query_of_a_camera_without_a_head_or_of_a_stranger_is_an_error(string cmdType)
    {
        foreach (string id in (string[])[FakeDevice.Yard, FakeDevice.Door, FakeDevice.Stranger])
            Assert.False(Assert.Single((await _device.AskAsync($"<Query><CmdType>{cmdType}</CmdType><SN>3</SN><DeviceID>{id}</DeviceID><Number>0</Number></Query>")).Bodies).Result);
    }
}
