using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class DeviceControlTests
{
    [Theory]
    [InlineData("<PTZCmd> a50f010280000037 </PTZCmd>", "Ptz { Name = PTZCmd, NeedsResponse = False, Hex = a50f010280000037, PresetName = , CruiseTrackName =  }")]
    [InlineData("<Info><ControlPriority>5</ControlPriority></Info><PTZCmd>A5</PTZCmd>", "Ptz { Name = PTZCmd, NeedsResponse = False, Hex = A5, PresetName = , CruiseTrackName =  }")]
    [InlineData("<TeleBoot>Boot</TeleBoot>", "TeleBoot { Name = TeleBoot, NeedsResponse = False }")]
    [InlineData("<TeleBoot>no</TeleBoot>", "Malformed { Name = TeleBoot, NeedsResponse = False, Value = no }")]
    [InlineData("<GuardCmd>SetGuard</GuardCmd>", "Guard { Name = GuardCmd, NeedsResponse = True, Set = True }")]
    [InlineData("<GuardCmd>resetguard</GuardCmd>", "Guard { Name = GuardCmd, NeedsResponse = True, Set = False }")]
    [InlineData("<GuardCmd/>", "Malformed { Name = GuardCmd, NeedsResponse = True, Value =  }")]
    [InlineData("<IFameCmd>Send</IFameCmd>", "KeyFrame { Name = IFameCmd, NeedsResponse = False }")]
    [InlineData("<IFrameCmd>Send</IFrameCmd>", "KeyFrame { Name = IFrameCmd, NeedsResponse = False }")]
    [InlineData("<RecordCmd>Record</RecordCmd>", "Unsupported { Name = RecordCmd, NeedsResponse = True }")]
    [InlineData("<PTZCmd>A5</PTZCmd><PTZCmdParams><PresetName> Gate </PresetName><CruiseTrackName>Night</CruiseTrackName></PTZCmdParams>", "Ptz { Name = PTZCmd, NeedsResponse = False, Hex = A5, PresetName = Gate, CruiseTrackName = Night }")]
    [InlineData("<HomePosition><Enabled>1</Enabled><ResetTime>60</ResetTime><PresetIndex>1</PresetIndex></HomePosition>", "Home { Name = HomePosition, NeedsResponse = True, Enabled = True, ResetSeconds = 60, Preset = 1 }")]
    [InlineData("<HomePosition><Enabled>0</Enabled></HomePosition>", "Home { Name = HomePosition, NeedsResponse = True, Enabled = False, ResetSeconds = , Preset =  }")]
    [InlineData("<HomePosition><ResetTime>60</ResetTime></HomePosition>", "Malformed { Name = HomePosition, NeedsResponse = True, Value =  }")]
    [InlineData("<HomePosition><Enabled>1</Enabled><ResetTime>-1</ResetTime></HomePosition>", "Malformed { Name = HomePosition, NeedsResponse = True, Value =  }")]
    [InlineData("<HomePosition><Enabled>1</Enabled><PresetIndex>256</PresetIndex></HomePosition>", "Malformed { Name = HomePosition, NeedsResponse = True, Value =  }")]
    [InlineData("<PTZPreciseCtrl><Pan>120.50</Pan><Tilt>-10.00</Tilt><Zoom>4.00</Zoom></PTZPreciseCtrl>", "Precise { Name = PTZPreciseCtrl, NeedsResponse = False, Pan = 120.5, Tilt = -10, Zoom = 4 }")]
    [InlineData("<PTZPreciseCtrl><Zoom>2</Zoom></PTZPreciseCtrl>", "Precise { Name = PTZPreciseCtrl, NeedsResponse = False, Pan = , Tilt = , Zoom = 2 }")]
    [InlineData("<PTZPreciseCtrl><Pan>1e300</Pan></PTZPreciseCtrl>", "Malformed { Name = PTZPreciseCtrl, NeedsResponse = False, Value =  }")]
    [InlineData("<PTZPreciseCtrl><Pan>9999999</Pan></PTZPreciseCtrl>", "Malformed { Name = PTZPreciseCtrl, NeedsResponse = False, Value =  }")]
    [InlineData("<PTZPreciseCtrl><Pan>1</Pan><Tilt>NaN</Tilt></PTZPreciseCtrl>", "Malformed { Name = PTZPreciseCtrl, NeedsResponse = False, Value =  }")]
    [InlineData("<DeviceUpgrade/>", "Unsupported { Name = DeviceUpgrade, NeedsResponse = True }")]
    [InlineData("<DragZoomIn/>", "Malformed { Name = DragZoomIn, NeedsResponse = False, Value =  }")]
    [InlineData("<PTZPreciseCtrl/>", "Malformed { Name = PTZPreciseCtrl, NeedsResponse = False, Value =  }")]
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

    [Theory]
    [InlineData(1000, 500, 500, 250, 250, 100, 0, 0, 0.25, 0.2)]
    [InlineData(1000, 500, 0, 0, 1, 1, -1, -1, 0.001, 0.002)]
    [InlineData(1000, 500, 1000, 500, 1000, 500, 1, 1, 1, 1)]
    [InlineData(1000, 500, 2000, -10, 3000, 501, 1, -1, 1, 1)]                // beyond the window
    [InlineData(1000, 500, 250, 375, 100.5, 50, -0.5, 0.5, 0.1005, 0.1)]      // some platforms send fractions
    public void DragZoom_is_in_parts_of_the_window(
        double length, double width, double x, double y, double lengthX, double lengthY, double centerX, double centerY, double across, double down)
    {
        string inner = FormattableString.Invariant($"<Length>{length}</Length><Width>{width}</Width><MidPointX>{x}</MidPointX><MidPointY>{y}</MidPointY><LengthX>{lengthX}</LengthX><LengthY>{lengthY}</LengthY>");
        Assert.Equal(new DeviceControl.DragZoom("DragZoomIn", true, centerX, centerY, across, down), Read($"<DragZoomIn>{inner}</DragZoomIn>"));
        Assert.Equal(new DeviceControl.DragZoom("DragZoomOut", false, centerX, centerY, across, down), Read($"<DragZoomOut>{inner}</DragZoomOut>"));
    }

    [Theory]
    [InlineData("Length")]
    [InlineData("Width")]
    [InlineData("LengthX")]
    [InlineData("LengthY")]
    public void DragZoom_with_a_size_of_zero_or_without_it_is_malformed(string zero)
    {
        string[] names = ["Length", "Width", "MidPointX", "MidPointY", "LengthX", "LengthY"];
        Assert.IsType<DeviceControl.DragZoom>(Read($"<DragZoomIn>{string.Concat(names.Select(name => $"<{name}>10</{name}>"))}</DragZoomIn>"));
        Assert.IsType<DeviceControl.Malformed>(Read($"<DragZoomIn>{string.Concat(names.Select(name => $"<{name}>{(name == zero ? 0 : 10)}</{name}>"))}</DragZoomIn>"));
        Assert.IsType<DeviceControl.Malformed>(Read($"<DragZoomIn>{string.Concat(names.Where(name => name != zero).Select(name => $"<{name}>10</{name}>"))}</DragZoomIn>"));
    }

    private static DeviceControl Read(string inner) => DeviceControl.Read(ManscdpMessageTests.Parse(
        $"<Control><CmdType>DeviceControl</CmdType><SN>1</SN><DeviceID>34020000001310000001</DeviceID>{inner}</Control>"));
}
