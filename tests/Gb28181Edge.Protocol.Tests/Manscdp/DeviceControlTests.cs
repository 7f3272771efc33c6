using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class DeviceControlTests
{
    [Theory]
    [InlineData("<PTZCmd> a50f010280000037 </PTZCmd>", "Ptz { Name = PTZCmd, NeedsResponse = False, Hex = a50f010280000037 }")]
    [InlineData("<Info><ControlPriority>5</ControlPriority></Info><PTZCmd>A5</PTZCmd>", "Ptz { Name = PTZCmd, NeedsResponse = False, Hex = A5 }")]
    [InlineData("<TeleBoot>Boot</TeleBoot>", "TeleBoot { Name = TeleBoot, NeedsResponse = False }")]
    [InlineData("<TeleBoot>no</TeleBoot>", "Malformed { Name = TeleBoot, NeedsResponse = False, Value = no }")]
    [InlineData("<GuardCmd>SetGuard</GuardCmd>", "Guard { Name = GuardCmd, NeedsResponse = True, Set = True }")]
    [InlineData("<GuardCmd>resetguard</GuardCmd>", "Guard { Name = GuardCmd, NeedsResponse = True, Set = False }")]
    [InlineData("<GuardCmd/>", "Malformed { Name = GuardCmd, NeedsResponse = True, Value =  }")]
    [InlineData("<IFameCmd>Send</IFameCmd>", "KeyFrame { Name = IFameCmd, NeedsResponse = False }")]
    [InlineData("<IFrameCmd>Send</IFrameCmd>", "KeyFrame { Name = IFrameCmd, NeedsResponse = False }")]
    [InlineData("<RecordCmd>Record</RecordCmd>", "Unsupported { Name = RecordCmd, NeedsResponse = True }")]
    [InlineData("<HomePosition><Enabled>1</Enabled></HomePosition>", "Unsupported { Name = HomePosition, NeedsResponse = True }")]
    [InlineData("<DeviceUpgrade/>", "Unsupported { Name = DeviceUpgrade, NeedsResponse = True }")]
    [InlineData("<DragZoomIn/>", "Unsupported { Name = DragZoomIn, NeedsResponse = False }")]
    [InlineData("<PTZPreciseCtrl/>", "Unsupported { Name = PTZPreciseCtrl, NeedsResponse = False }")]
    [InlineData("<FormatSDCard>0</FormatSDCard>", "Unsupported { Name = FormatSDCard, NeedsResponse = False }")]
    [InlineData("<TargetTrack>Auto</TargetTrack>", "Unsupported { Name = TargetTrack, NeedsResponse = False }")]
    [InlineData("<Dance>1</Dance>", "Unknown { Name = Dance, NeedsResponse = True }")]
    [InlineData("", "Unknown { Name = , NeedsResponse = True }")]
    [InlineData("<Dance>1</Dance><GuardCmd>SetGuard</GuardCmd>", "Guard { Name = GuardCmd, NeedsResponse = True, Set = True }")]
    [InlineData("<AlarmCmd>Reset</AlarmCmd>", "Malformed { Name = AlarmCmd, NeedsResponse = True, Value = Reset }")]
    public void The_first_known_child_is_the_command(string inner, string expected) => Assert.Equal(expected, Read(inner).ToString());

    [Theory]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd>", "", null)]
    [InlineData("<AlarmCmd>resetalarm</AlarmCmd><Info/>", "", null)]
    [InlineData("<AlarmCmd>0</AlarmCmd>", "", null)]
    [InlineData("<AlarmCmd>1</AlarmCmd>", "", null)]
    [InlineData("<AlarmCmd>2</AlarmCmd>", "", null)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>2</AlarmMethod><AlarmType>3</AlarmType></Info>", "2", 3)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>1/2</AlarmMethod></Info>", "1,2", null)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>12</AlarmMethod></Info>", "1,2", null)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>22</AlarmMethod></Info>", "2", null)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>0</AlarmMethod><AlarmType>0</AlarmType></Info>", "", null)]
    [InlineData("<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmType>x</AlarmType></Info>", "", null)]
    public void ResetAlarm_has_its_filter(string inner, string methods, int? type)
    {
        DeviceControl.ResetAlarm reset = Assert.IsType<DeviceControl.ResetAlarm>(Read(inner));
        Assert.Equal((methods, type), (string.Join(',', reset.Methods), reset.Type));
        Assert.True(reset.NeedsResponse);
    }

    private static DeviceControl Read(string inner) => DeviceControl.Read(ManscdpMessageTests.Parse(
        $"<Control><CmdType>DeviceControl</CmdType><SN>1</SN><DeviceID>34020000001310000001</DeviceID>{inner}</Control>"));
}
