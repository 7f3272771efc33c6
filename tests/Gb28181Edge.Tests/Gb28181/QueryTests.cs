using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Tests.Gb28181;

public class QueryTests
{
    private readonly FakeDevice _device = new();

    [Fact]
    public async Task Catalog_lists_cameras_inputs_and_outputs_but_not_the_device()
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.Catalog, FakeDevice.Id);
        Assert.Equal((200, false), (answer.Status, answer.Restart));
        Assert.Equal([FakeDevice.Gate, FakeDevice.Yard, FakeDevice.Door, FakeDevice.Fence, FakeDevice.Siren], Ids(bodies, sumNum: 5));
        Assert.All(bodies, body => Assert.Equal(("40", FakeDevice.Id), (body.Sn, body.DeviceId)));
        CatalogItem gate = Answers.Catalog(bodies[0])!.Items[0];
        Assert.Equal(("Gate", "Acme", "EB-1", "340200", FakeDevice.Id, true, 1), (gate.Name, gate.Manufacturer, gate.Model, gate.CivilCode, gate.ParentId, gate.IsOn, gate.Info!.PtzType));
    }

    [Theory]
    [InlineData(PlatformProfile.UdpBodyBytes)]
    [InlineData(PlatformProfile.TcpBodyBytes)]
    public async Task Catalog_keeps_to_the_size_of_the_transport(int budget)
    {
        _device.Platform = _device.Platform with { MaxBodyBytes = budget };
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.Catalog, FakeDevice.Id);
        Assert.All(answer.Bodies, body => Assert.InRange(body.Length, 1, budget));
        Assert.Equal(budget == PlatformProfile.TcpBodyBytes, bodies.Count == 1);
        Assert.Equal(5, Ids(bodies, sumNum: 5).Count);
    }

    [Theory]
    [InlineData(FakeDevice.Yard)]
    [InlineData(FakeDevice.Fence)]
    [InlineData(FakeDevice.Siren)]
    public async Task Catalog_of_a_child_is_the_child(string id)
    {
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.Catalog, id);
        Assert.Equal([id], Ids(bodies, sumNum: 1));
    }

    [Theory]
    [InlineData("34")]
    [InlineData("340200")]
    [InlineData("34020000")]
    public async Task Catalog_of_the_region_that_the_device_lies_in_is_everything(string region)
    {
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.Catalog, region);
        Assert.Equal(5, Ids(bodies, sumNum: 5).Count);
        Assert.Equal(region, bodies[0].DeviceId);
    }

    [Fact]
    public async Task Catalog_names_the_device_where_the_platform_wants_it()
    {
        _device.Platform = _device.Platform with { CatalogHasDevice = true };
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.Catalog, FakeDevice.Id);
        Assert.Equal(FakeDevice.Id, Ids(bodies, sumNum: 6)[0]);
        CatalogItem self = Answers.Catalog(bodies[0])!.Items[0];
        Assert.Equal((true, _device.Platform.Id), (self.Parental, self.ParentId));
    }

    [Fact]
    public async Task Catalog_follows_the_platforms_edition()
    {
        string old = Text(await _device.QueryAsync(CmdType.Catalog, FakeDevice.Gate));
        _device.Platform = _device.Platform with { Version = GbVersion.Gb2022, Charset = ManscdpCharset.Gb18030 };
        string current = Text(await _device.QueryAsync(CmdType.Catalog, FakeDevice.Gate));
        Assert.Contains("encoding=\"GB2312\"", old, StringComparison.Ordinal);
        Assert.Contains("<Owner>North gate</Owner>", old, StringComparison.Ordinal);
        Assert.DoesNotContain("GrassrootsCode", old, StringComparison.Ordinal);
        Assert.Contains("encoding=\"GB18030\"", current, StringComparison.Ordinal);
        Assert.DoesNotContain("Owner", current, StringComparison.Ordinal);
        Assert.Contains("<GrassrootsCode>000000</GrassrootsCode>", current, StringComparison.Ordinal);

        static string Text((ManscdpAnswer Answer, List<ManscdpMessage>) asked) => ManscdpText.Decode(Assert.Single(asked.Answer.Bodies));
    }

    [Fact]
    public async Task Catalog_and_DeviceStatus_show_a_camera_that_fails()
    {
        _device.GateStream.Status = new CameraStreamStatus(IsOpen: true, IsDelivering: false, "rtsp://user@host: refused", Takers: 1);
        _device.YardStream.Status = new CameraStreamStatus(IsOpen: false, IsDelivering: false, "an old fault", Takers: 0);
        Assert.False(await IsOn(FakeDevice.Gate));
        Assert.True(await IsOn(FakeDevice.Yard));
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.DeviceStatus, FakeDevice.Gate);
        DeviceStatusAnswer status = Answers.DeviceStatus(Assert.Single(bodies))!;
        Assert.Equal((false, false, "no video"), (status.Online, status.Works, status.Reason));
        Assert.DoesNotContain("rtsp", ManscdpText.Decode(answer.Bodies[0]), StringComparison.Ordinal);

        async Task<bool> IsOn(string id) => Answers.Catalog((await _device.QueryAsync(CmdType.Catalog, id)).Bodies[0])!.Items[0].IsOn;
    }

    [Fact]
    public async Task DeviceInfo_says_who_made_it_and_how_many_cameras_it_has()
    {
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.DeviceInfo, FakeDevice.Id);
        Assert.Equal(
            new DeviceInfoAnswer { DeviceName = "North gate", Manufacturer = "Acme", Model = "EB-1", Firmware = "1.2.0", Channel = 2 },
            Answers.DeviceInfo(Assert.Single(bodies)));
        (_, bodies) = await _device.QueryAsync(CmdType.DeviceInfo, FakeDevice.Yard);
        Assert.Equal(("Yard", 1), (Answers.DeviceInfo(bodies[0])!.DeviceName, Answers.DeviceInfo(bodies[0])!.Channel));
    }

    [Fact]
    public async Task DeviceStatus_has_the_time_and_every_alarm_input()
    {
        _device.YardStream.Status = new CameraStreamStatus(IsOpen: true, IsDelivering: true, null, Takers: 1);
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.DeviceStatus, FakeDevice.Id);
        DeviceStatusAnswer status = Answers.DeviceStatus(Assert.Single(bodies))!;
        Assert.Equal((true, true, true, false), (status.Online, status.Works, status.Encode, status.Record));
        Assert.Equal(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero), status.DeviceTime);
        Assert.Equal("2026-05-01T08:00:00", bodies[0].Value("DeviceTime"));
        Assert.Equal([(FakeDevice.Door, DutyWord.Alarm), (FakeDevice.Fence, DutyWord.OffDuty)], status.Alarms);
    }

    [Theory]
    [InlineData(FakeDevice.Fence, FakeDevice.Fence)]
    [InlineData(FakeDevice.Gate, FakeDevice.Door)]
    [InlineData(FakeDevice.Yard, null)]
    [InlineData(FakeDevice.Siren, null)]
    public async Task DeviceStatus_of_a_child_has_its_own_inputs(string id, string? input)
    {
        (_, List<ManscdpMessage> bodies) = await _device.QueryAsync(CmdType.DeviceStatus, id);
        Assert.Equal(input is null ? [] : [input], (Answers.DeviceStatus(bodies[0])!.Alarms ?? []).Select(alarm => alarm.DeviceId));
    }

    [Theory]
    [InlineData("BasicParam", 1, 0)]
    [InlineData("VideoParamOpt/basicparam", 1, 1)]
    [InlineData("VideoParamOpt/OSDConfig", 0, 1)]
    [InlineData(" / ", 0, 1)]
    public async Task ConfigDownload_gives_BasicParam_first_and_an_error_for_the_rest(string types, int sections, int errors)
    {
        (_, List<ManscdpMessage> bodies) = await _device.AskAsync(Requests.ConfigDownload(ManscdpCharset.Gb2312, "70", FakeDevice.Id, types));
        Assert.Equal(sections + errors, bodies.Count);
        Assert.Equal(sections, bodies.TakeWhile(body => body.Result == true).Count());
        Assert.Equal(errors, bodies.Count(body => body.Result == false));
        if (sections == 1) Assert.Equal(new BasicParam("North gate", 7200, 30, 5), Answers.ConfigDownload(bodies[0]));
        Assert.All(bodies, body => Assert.Equal("70", body.Sn));
    }

    public static TheoryData<string> Served => ["Catalog", "DeviceInfo", "DeviceStatus", "ConfigDownload", "PresetQuery"];

    [Theory, MemberData(nameof(Served))]
    public async Task An_id_that_is_not_ours_is_an_error(string cmdType)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.AskAsync(
            $"<Query><CmdType>{cmdType}</CmdType><SN>7</SN><DeviceID>{FakeDevice.Stranger}</DeviceID><ConfigType>BasicParam</ConfigType></Query>");
        Assert.Equal(200, answer.Status);
        ManscdpMessage body = Assert.Single(bodies);
        Assert.Equal((cmdType, "7", FakeDevice.Stranger, false), (body.CmdType.Name, body.Sn, body.DeviceId, body.Result));
    }

    [Theory, MemberData(nameof(Served))]
    public async Task A_query_without_an_id_means_the_device(string cmdType)
    {
        (_, List<ManscdpMessage> bodies) = await _device.AskAsync($"<Query><CmdType>{cmdType}</CmdType><SN>7</SN><ConfigType>BasicParam</ConfigType></Query>");
        Assert.NotEmpty(bodies);
        Assert.All(bodies, body => Assert.NotEqual(false, body.Result));
    }

    private static List<string> Ids(List<ManscdpMessage> bodies, int sumNum)
    {
        List<CatalogPart> parts = [.. bodies.Select(body => Answers.Catalog(body)!)];
        Assert.All(parts, part => Assert.Equal(sumNum, part.SumNum));
        return [.. parts.SelectMany(part => part.Items).Select(item => item.DeviceId)];
    }
}
