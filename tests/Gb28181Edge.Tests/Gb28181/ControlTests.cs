using Gb28181Edge.Devices;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Data.Sqlite;

namespace Gb28181Edge.Tests.Gb28181;

public class ControlTests
{
    private readonly FakeDevice _device = new();

    [Fact]
    public async Task A_move_reaches_the_head_of_its_camera_and_has_no_Response()
    {
        await Ptz(FakeDevice.Gate, "A50F0129506030BE");                       // right 50, up 60, zoom out 3
        Assert.Equal([new PtzOrder.Move("city", 0x50 / 255f, 0x60 / 255f, -3 / 15f)], _device.Head.Orders);
    }

    [Fact]
    public async Task A_stop_is_a_move_of_nothing()
    {
        await Ptz(FakeDevice.Gate, "A50F0100000000B5");
        Assert.Equal([new PtzOrder.Move("city", 0, 0, 0)], _device.Head.Orders);
    }

    [Fact]
    public async Task Focus_and_iris_are_a_group_of_their_own()
    {
        await Ptz(FakeDevice.Gate, "A50F0149804000BE");                       // focus far 80, iris close 40
        await Ptz(FakeDevice.Gate, "A50F0140000000F5");
        Assert.Equal([new PtzOrder.Lens("city", 0x80 / 255f, -0x40 / 255f), new PtzOrder.Lens("city", 0, 0)], _device.Head.Orders);
    }

    [Fact]
    public async Task Speed_zero_with_a_direction_still_moves()
    {
        await Ptz(FakeDevice.Gate, "A50F0101000000B6");
        Assert.InRange(Assert.IsType<PtzOrder.Move>(Assert.Single(_device.Head.Orders)).Pan, float.Epsilon, 0.01f);
    }

    [Fact]
    public async Task The_devices_own_id_means_its_only_head()
    {
        await Ptz(FakeDevice.Id, "A50F010280000037");
        Assert.Equal([new PtzOrder.Move("city", -0x80 / 255f, 0, 0)], _device.Head.Orders);
    }

    [Fact]
    public async Task A_wrong_checksum_is_obeyed_and_told()
    {
        await Ptz(FakeDevice.Gate, "A50F01026464107F");
        Assert.Single(_device.Head.Orders);
        Assert.Contains(_device.Logged, entry => entry.Event == 2311);
    }

    [Theory]
    [InlineData(FakeDevice.Gate, "A40F010280000036", 2310)]                   // no A5
    [InlineData(FakeDevice.Gate, "turn left", 2310)]
    [InlineData(FakeDevice.Gate, "", 2310)]
    [InlineData(FakeDevice.Yard, "A50F010280000037", 2312)]                   // no head
    [InlineData(FakeDevice.Yard, "A50F018200010038", 2312)]
    [InlineData(FakeDevice.Gate, "A50F018B01010042", 2313)]                   // undefined
    [InlineData(FakeDevice.Gate, "A50F018904030045", 2313)]                   // scan 3
    [InlineData(FakeDevice.Gate, "A50F018100000036", 2316)]                   // set preset 0
    [InlineData(FakeDevice.Gate, "A50F018200000037", 2316)]                   // call preset 0
    [InlineData(FakeDevice.Gate, "A50F018300000038", 2316)]                   // delete preset 0
    [InlineData(FakeDevice.Gate, "A50F01840100003A", 2316)]                   // group 1 add preset 0
    public async Task What_cannot_be_done_is_told_and_moves_nothing(string camera, string hex, int logged)
    {
        await Ptz(camera, hex);
        Assert.Empty(_device.Head.Orders);
        Assert.Contains(_device.Logged, entry => entry.Event == logged && entry.Text.Contains("city", StringComparison.Ordinal) && entry.Text.Contains("call-1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A50F018C02000043", true)]
    [InlineData("A50F018D02000044", false)]
    public async Task An_auxiliary_with_an_output_works_the_output(string hex, bool on)
    {
        await Ptz(FakeDevice.Gate, hex);
        Assert.Equal([$"auxiliary 2 {on}"], _device.Outputs.Calls);
        Assert.Empty(_device.Head.Orders);
    }

    [Theory]
    [InlineData("A50F018C01000042", true)]
    [InlineData("A50F018D01000043", false)]
    public async Task An_auxiliary_without_an_output_is_the_heads(string hex, bool on)
    {
        await Ptz(FakeDevice.Gate, hex);
        Assert.Equal([new PtzOrder.Auxiliary("city", 1, on)], _device.Head.Orders);
    }

    [Fact]
    public async Task An_auxiliary_that_is_nowhere_is_told()
    {
        await Ptz(FakeDevice.Yard, "A50F018C01000042");
        Assert.Contains(_device.Logged, entry => entry.Event == 2315);
    }

    [Fact]
    public async Task An_output_that_fails_is_told_and_does_not_reach_the_head()
    {
        _device.Outputs.Failure = new IOException("the chip is gone");
        await Ptz(FakeDevice.Gate, "A50F018C02000043");
        Assert.Empty(_device.Head.Orders);
        Assert.Contains(_device.Logged, entry => entry.Event == 2321 && entry.Text.Contains("the chip is gone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FakeDevice.Id, "<GuardCmd>SetGuard</GuardCmd>", "guard all True")]
    [InlineData(FakeDevice.Id, "<GuardCmd>ResetGuard</GuardCmd>", "guard all False")]
    [InlineData(FakeDevice.Fence, "<GuardCmd>SetGuard</GuardCmd>", "guard " + FakeDevice.Fence + " True")]
    [InlineData(FakeDevice.Gate, "<GuardCmd>ResetGuard</GuardCmd>", "guard " + FakeDevice.Door + " False")]
    [InlineData(FakeDevice.Id, "<AlarmCmd>ResetAlarm</AlarmCmd>", "reset all [] ")]
    [InlineData(FakeDevice.Id, "<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>1/2</AlarmMethod><AlarmType>3</AlarmType></Info>", "reset all [1,2] 3")]
    [InlineData(FakeDevice.Door, "<AlarmCmd>0</AlarmCmd><Info><AlarmMethod>12</AlarmMethod></Info>", "reset " + FakeDevice.Door + " [1,2] ")]
    [InlineData(FakeDevice.Gate, "<AlarmCmd>ResetAlarm</AlarmCmd>", "reset " + FakeDevice.Door + " [] ")]
    public async Task Guard_and_reset_reach_the_inputs_that_the_id_means(string id, string inner, string call)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(id, inner);
        Assert.Equal(200, answer.Status);
        Assert.Equal([call], _device.Alarms.Calls);
        ManscdpMessage body = Assert.Single(bodies);
        Assert.Equal((CmdType.DeviceControl, "17", id, true), (body.CmdType, body.Sn, body.DeviceId, body.Result));
    }

    [Theory]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd>", true)]
    [InlineData("<GuardCmd>ResetGuard</GuardCmd>", true)]
    [InlineData("<GuardCmd>SetGuard</GuardCmd>", false)]
    public async Task An_output_is_put_to_rest_by_its_own_id(string inner, bool ok)
    {
        (_, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Siren, inner);
        Assert.Equal(ok, Assert.Single(bodies).Result);
        Assert.Equal(ok ? [$"output {FakeDevice.Siren} False"] : [], _device.Outputs.Calls);
        Assert.Empty(_device.Alarms.Calls);
    }

    [Fact]
    public async Task A_camera_that_no_input_belongs_to_is_an_error() =>
        Assert.False(Assert.Single((await _device.ControlAsync(FakeDevice.Yard, "<GuardCmd>SetGuard</GuardCmd>")).Bodies).Result);

    [Fact]
    public async Task An_input_that_refuses_is_an_error()
    {
        _device.Alarms.Refusing = FakeDevice.Fence;
        Assert.False(Assert.Single((await _device.ControlAsync(FakeDevice.Fence, "<GuardCmd>SetGuard</GuardCmd>")).Bodies).Result);
    }

    [Fact]
    public async Task A_disk_that_fails_is_an_error_and_told()
    {
        foreach (Exception failure in (Exception[])[new IOException("full"), new SqliteException("full", 13)])
        {
            _device.Logged.Clear();
            _device.Alarms.Failure = failure;
            Assert.False(Assert.Single((await _device.ControlAsync(FakeDevice.Id, "<GuardCmd>SetGuard</GuardCmd>")).Bodies).Result);
            Assert.Contains(_device.Logged, entry => entry.Event == 2321 && entry.Text.Contains("full", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(FakeDevice.Gate, "IFameCmd", 1, 0)]
    [InlineData(FakeDevice.Yard, "IFrameCmd", 0, 1)]
    [InlineData(FakeDevice.Id, "IFameCmd", 1, 1)]
    [InlineData(FakeDevice.Door, "IFameCmd", 0, 0)]
    public async Task A_key_frame_is_asked_of_the_camera_or_of_all(string id, string command, int gate, int yard)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(id, $"<{command}>Send</{command}>");
        Assert.Equal(200, answer.Status);
        Assert.Empty(bodies);
        Assert.Equal((gate, yard), (_device.GateStream.KeyFrames, _device.YardStream.KeyFrames));
    }

    [Theory]
    [InlineData(FakeDevice.Id, "Boot", 200, true)]
    [InlineData(FakeDevice.Id, "Later", 200, false)]
    [InlineData(FakeDevice.Gate, "Boot", 200, false)]
    [InlineData(FakeDevice.Stranger, "Boot", 404, false)]
    public async Task TeleBoot_restarts_for_the_devices_own_id_only(string id, string value, int status, bool restart)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(id, $"<TeleBoot>{value}</TeleBoot>");
        Assert.Equal((status, restart), (answer.Status, answer.Restart));
        Assert.Empty(bodies);
    }

    [Theory]
    [InlineData("<RecordCmd>Record</RecordCmd>", true)]
    [InlineData("<HomePosition><Enabled>maybe</Enabled></HomePosition>", true)]
    [InlineData("<DeviceUpgrade><Firmware>2</Firmware></DeviceUpgrade>", true)]
    [InlineData("<GuardCmd>Sideways</GuardCmd>", true)]
    [InlineData("<Dance>1</Dance>", true)]
    [InlineData("<DragZoomIn/>", false)]
    [InlineData("<PTZPreciseCtrl/>", false)]
    [InlineData("<FormatSDCard>1</FormatSDCard>", false)]
    [InlineData("<TargetTrack>Auto</TargetTrack>", false)]
    public async Task What_is_not_served_gets_an_error_only_where_an_answer_is_due(string inner, bool due)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Gate, inner);
        Assert.Equal(200, answer.Status);
        Assert.Equal(due ? [false] : [], bodies.Select(body => body.Result));
        Assert.Contains(_device.Logged, entry => entry.Event is 2304 or 2305);
    }

    [Theory]
    [InlineData("<PTZCmd>A50F010280000037</PTZCmd>", 404)]
    [InlineData("<IFameCmd>Send</IFameCmd>", 404)]
    [InlineData("<GuardCmd>SetGuard</GuardCmd>", 200)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd>", 200)]
    public async Task An_id_that_is_not_ours_is_404_or_an_error_where_an_answer_is_due(string inner, int status)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Stranger, inner);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? [false] : [], bodies.Select(body => body.Result));
        Assert.Empty(_device.Head.Orders);
        Assert.Empty(_device.Alarms.Calls);
        Assert.Contains(_device.Logged, entry => entry.Event == 2303);
    }

    private async Task Ptz(string camera, string hex)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(camera, $"<PTZCmd>{hex}</PTZCmd><Info><ControlPriority>5</ControlPriority></Info>");
        Assert.Equal((200, false), (answer.Status, answer.Restart));
        Assert.Empty(bodies);
    }
}
