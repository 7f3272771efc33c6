using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Tests.Gb28181;

public class DispatcherTests
{
    private readonly FakeDevice _device = new();

    [Theory]
    [InlineData("", 400)]
    [InlineData("<Query><CmdType>Catalog</CmdType>", 400)]
    [InlineData("<Query><SN>1</SN></Query>", 400)]
    [InlineData("<Keepalive><CmdType>Catalog</CmdType></Keepalive>", 415)]
    public async Task A_body_that_cannot_be_read_is_refused_and_told(string xml, int status)
    {
        (ManscdpAnswer answer, _) = await _device.AskAsync(xml);
        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Bodies);
        Assert.Contains(_device.Logged, entry => entry.Event == 2300 && entry.Text.Contains("city", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SN")]
    [InlineData("DeviceID")]
    [InlineData("CmdType")]
    public async Task What_would_be_echoed_at_any_length_is_refused(string name)
    {
        var fields = new Dictionary<string, string> { ["CmdType"] = "RecordInfo", ["SN"] = "1", ["DeviceID"] = FakeDevice.Gate, [name] = new string('1', 65) };
        (ManscdpAnswer answer, _) = await _device.AskAsync($"<Query>{string.Concat(fields.Select(field => $"<{field.Key}>{field.Value}</{field.Key}>"))}</Query>");
        Assert.Equal(400, answer.Status);
        Assert.Empty(answer.Bodies);
    }

    [Theory]
    [InlineData("Query", "RecordInfo")]
    [InlineData("Query", "MobilePosition")]
    [InlineData("Query", "SDCardStatus")]
    [InlineData("Query", "NeverHeardOf")]
    [InlineData("Control", "DeviceConfig")]
    [InlineData("Control", "NeverHeardOf")]
    public async Task Queries_and_controls_that_nobody_serves_get_an_error(string root, string cmdType)
    {
        (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.AskAsync(
            $"<{root}><CmdType>{cmdType}</CmdType><SN>061</SN><DeviceID>{FakeDevice.Gate}</DeviceID></{root}>");
        Assert.Equal(200, answer.Status);
        ManscdpMessage body = Assert.Single(bodies);
        Assert.Equal((cmdType, "061", FakeDevice.Gate, false), (body.CmdType.Name, body.Sn, body.DeviceId, body.Result));
    }

    [Theory]
    [InlineData("<Notify><CmdType>Keepalive</CmdType><SN>1</SN><DeviceID>34020000002000000001</DeviceID><Status>OK</Status></Notify>")]
    [InlineData("<Notify><CmdType>Catalog</CmdType><SN>1</SN></Notify>")]
    [InlineData("<Response><CmdType>Alarm</CmdType><SN>1</SN><DeviceID>34020000001340000001</DeviceID><Result>OK</Result></Response>")]
    [InlineData("<Response><CmdType>Catalog</CmdType><SN>1</SN><Result>OK</Result></Response>")]
    public async Task Notifies_and_receipts_get_their_200_and_nothing_more(string xml)
    {
        (ManscdpAnswer answer, _) = await _device.AskAsync(xml);
        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Bodies);
    }

    [Fact] // a voice broadcast waits for its answer; GB/T 28181-2016 §9.12
    public async Task A_broadcast_is_refused_with_its_target_as_the_id()
    {
        (_, List<ManscdpMessage> bodies) = await _device.AskAsync(
            $"<Notify><CmdType>Broadcast</CmdType><SN>31</SN><SourceID>34020000002000000001</SourceID><TargetID>{FakeDevice.Gate}</TargetID></Notify>");
        ManscdpMessage body = Assert.Single(bodies);
        Assert.Equal((CmdType.Broadcast, "31", FakeDevice.Gate, false), (body.CmdType, body.Sn, body.DeviceId, body.Result));
    }

    [Fact]
    public async Task Commands_are_found_in_any_case_and_echoed_as_received()
    {
        (_, List<ManscdpMessage> bodies) = await _device.AskAsync($"<query><cmdtype>CATALOG</cmdtype><sn>1</sn><deviceid>{FakeDevice.Gate}</deviceid></query>");
        Assert.Equal(1, Answers.Catalog(Assert.Single(bodies))!.SumNum);
        (_, bodies) = await _device.AskAsync($"<Query><CmdType>pTZposition</CmdType><SN>1</SN><DeviceID>{FakeDevice.Gate}</DeviceID></Query>");
        Assert.Equal("pTZposition", Assert.Single(bodies).CmdType.Name);
    }

    [Fact]
    public void The_support_table_and_the_handlers_are_the_same()
    {
        string[] rows = [.. File.ReadAllLines(Path.Combine(Root(), "src", "Gb28181Edge", "Gb28181", "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        string[] documented = [.. rows.Select(row => string.Join(' ', row.Split('`').Where((_, i) => i % 2 == 1).Take(2)))];
        IEnumerable<string> served = _device.Dispatcher.Served
            .Where(command => command.CmdType != CmdType.DeviceControl)
            .Select(command => $"{command.Root} {command.CmdType}")
            .Concat(DeviceControlHandler.Served.Select(command => $"Control {command}"));
        Assert.Equal(served.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_command_of_the_table_is_obeyed_or_answered_without_an_error()
    {
        foreach (string command in DeviceControlHandler.Served)
        {
            const string Box = "<Length>4</Length><Width>3</Width><MidPointX>2</MidPointX><MidPointY>1</MidPointY><LengthX>1</LengthX><LengthY>1</LengthY>";
            string value = command switch
            {
                "PTZCmd" => "A50F0100000000B5",
                "HomePosition" => "<Enabled>1</Enabled>",
                "PTZPreciseCtrl" => "<Pan>1</Pan>",
                "DragZoomIn" or "DragZoomOut" => Box,
                "GuardCmd" => "SetGuard",
                "AlarmCmd" => "ResetAlarm",
                "TeleBoot" => "Boot",
                _ => "Send",
            };
            _device.Logged.Clear();
            (ManscdpAnswer answer, List<ManscdpMessage> bodies) = await _device.ControlAsync(FakeDevice.Id, $"<{command}>{value}</{command}>");
            Assert.Equal(200, answer.Status);
            Assert.All(bodies, body => Assert.True(body.Result));
            Assert.DoesNotContain(_device.Logged, entry => entry.Event is 2302 or 2304 or 2305);
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Gb28181Edge.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("the solution's folder");
    }
}
