using Gb28181Edge.Configuration;
using static Gb28181Edge.Tests.Configuration.ConfigurationSamples;

namespace Gb28181Edge.Tests.Configuration;

/// <summary>What a head's keys can be together, whatever its driver.</summary>
public class PtzConfigurationTests
{
    [Fact]
    public void What_all_drivers_take_arrives()
    {
        PtzOptions ptz = Good(WithPtz("""
            "InvertPan": true, "InvertTilt": true, "SpeedCurve": "fine", "MaxSpeedPercent": 60,
            "PanMinDegrees": 350, "PanMaxDegrees": 90, "TiltMinDegrees": -45, "TiltMaxDegrees": 10,
            "Travel": { "PanDegrees": 350, "PanSeconds": 58.5, "PanHome": "right", "ZoomSeconds": 4, "PanHomePin": 7, "DriftPercent": 2.5 }
            """)).Cameras[0].Ptz!;
        Assert.Equal((true, true, PtzSpeedCurve.Fine, 60), (ptz.InvertPan, ptz.InvertTilt, ptz.SpeedCurve, ptz.MaxSpeedPercent));
        Assert.Equal((350, 90, -45, 10), (ptz.PanMinDegrees, ptz.PanMaxDegrees, ptz.TiltMinDegrees, ptz.TiltMaxDegrees));
        Assert.Equal(
            new PtzTravelOptions { PanDegrees = 350, PanSeconds = 58.5, PanHome = PtzPanHome.Right, ZoomSeconds = 4, PanHomePin = 7, DriftPercent = 2.5 }, ptz.Travel);
    }

    [Theory]
    [InlineData("\"PanMinDegrees\": 10", "Cameras[0].Ptz: has one pan limit without the other")]
    [InlineData("\"PanMinDegrees\": 10, \"PanMaxDegrees\": 10", "Cameras[0].Ptz.PanMaxDegrees: 10 is PanMinDegrees too")]
    [InlineData("\"TiltMinDegrees\": 10, \"TiltMaxDegrees\": -10", "Cameras[0].Ptz.TiltMaxDegrees: -10 is not above TiltMinDegrees 10")]
    [InlineData("\"Travel\": {}", "Cameras[0].Ptz.Travel: reckons no axis")]
    [InlineData("\"Travel\": { \"PanDegrees\": 350 }", "Cameras[0].Ptz.Travel.PanSeconds: is missing beside PanDegrees")]
    [InlineData("\"Travel\": { \"TiltSeconds\": 3 }", "Cameras[0].Ptz.Travel.TiltSeconds: is given without TiltDegrees")]
    [InlineData("\"Travel\": { \"TiltDegrees\": 91, \"TiltSeconds\": 3, \"TiltAtBottomDegrees\": 0 }", "Cameras[0].Ptz.Travel.TiltDegrees: 91 from 0 upwards ends beyond 90")]
    [InlineData("\"Travel\": { \"ZoomSeconds\": 3, \"PanHomePin\": 7 }", "Cameras[0].Ptz.Travel.PanHomePin: is given without PanDegrees")]
    [InlineData("\"Travel\": { \"PanDegrees\": 9, \"PanSeconds\": 3, \"PanHomePin\": 5 }", "Cameras[0].Ptz.Left: the pin 5 belongs to Cameras[0].Ptz.Travel.PanHomePin already")]
    [InlineData("\"Travel\": { \"ZoomSeconds\": 0 }", "Cameras[0].Ptz.Travel.ZoomSeconds: 0 is out of range; allowed: 0.1 … 600, decimals allowed, or null")]
    [InlineData("\"Travel\": { \"ZoomSeconds\": 1e999 }", "Cameras[0].Ptz.Travel.ZoomSeconds: 1e999 is out of range")]
    [InlineData("\"Travel\": { \"ZoomSeconds\": \"4\" }", "Cameras[0].Ptz.Travel.ZoomSeconds: is text, not a number")]
    [InlineData("\"FocusNear\": 8, \"FocusFar\": 8", "Cameras[0].Ptz.FocusFar: the pin 8 belongs to Cameras[0].Ptz.FocusNear already")]
    [InlineData("\"MaxRunSeconds\": 60, \"Travel\": { \"PanDegrees\": 350, \"PanSeconds\": 58 }", "Cameras[0].Ptz.MaxRunSeconds: 60 is too short to run home, which takes 70 s")]
    public void What_cannot_be_together_is_a_fault_with_its_place(string keys, string fault) =>
        Assert.Contains(fault, Assert.Single(Faults(WithPtz(keys))), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"Driver\": \"servo\"", "Cameras[0].Ptz: moves nothing; allowed: at least one of PanChannel, TiltChannel")]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3, \"TiltChannel\": 3", "Cameras[0].Ptz.TiltChannel: 3 is PanChannel too")]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3, \"MinPulseMicroseconds\": 2000", "Cameras[0].Ptz.MaxPulseMicroseconds: 2000 is not above MinPulseMicroseconds 2000")]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3, \"PanStartDegrees\": 91", "Cameras[0].Ptz.PanStartDegrees: 91 is beyond PanRangeDegrees 90")]
    [InlineData("\"Driver\": \"stepper\"", "Cameras[0].Ptz: moves nothing; allowed: at least one of Pan, Tilt")]
    [InlineData("\"Driver\": \"stepper\", \"Pan\": { \"Coil1\": 1, \"StepPin\": 2 }", "Cameras[0].Ptz.Pan: has neither four coils nor a step and a direction pin")]
    [InlineData("\"Driver\": \"stepper\", \"Tilt\": { \"StepPin\": 2, \"DirectionPin\": 2 }", "Cameras[0].Ptz.Tilt.DirectionPin: the pin 2 belongs to Cameras[0].Ptz.Tilt.StepPin already")]
    [InlineData("\"Driver\": \"stepper\", \"Pan\": { \"StepPin\": 2, \"DirectionPin\": 3, \"AtHomeDegrees\": -5 }", "Cameras[0].Ptz.Pan.AtHomeDegrees: -5 is no pan")]
    public void A_motor_that_cannot_be_is_a_fault_with_its_place(string keys, string fault) =>
        Assert.Contains(fault, Assert.Single(Faults(With(camera: $", \"Ptz\": {{ {keys} }}"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"Driver\": \"onvif\", \"Host\": \"10.0.0.9\"", "the camera is asked for it")]
    [InlineData("\"Driver\": \"isapi\", \"Host\": \"10.0.0.9\"", "the camera is asked for it")]
    [InlineData("\"Driver\": \"dahua\", \"Host\": \"10.0.0.9\"", "the camera is asked for it")]
    [InlineData("\"Driver\": \"visca-ip\", \"Host\": \"10.0.0.9\"", "VISCA heads tell it")]
    [InlineData("\"Driver\": \"visca\", \"Bus\": \"line\"", "VISCA heads tell it")]
    [InlineData("\"Driver\": \"visca\", \"Bus\": \"line\", \"Feedback\": false", null)]
    [InlineData("\"Driver\": \"pelco-d\", \"Bus\": \"line\", \"Feedback\": true", "with Feedback it tells it")]
    [InlineData("\"Driver\": \"pelco-d\", \"Bus\": \"line\"", null)]
    [InlineData("\"Driver\": \"pelco-p\", \"Bus\": \"line\"", null)]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3", "a servo goes where it is told")]
    [InlineData("\"Driver\": \"stepper\", \"Pan\": { \"StepPin\": 2, \"DirectionPin\": 3 }", "a stepper counts its steps from HomePin")]
    public void Travel_of_a_head_that_knows_where_it_looks_is_a_fault(string keys, string? how)
    {
        string json = With(
            camera: $", \"Ptz\": {{ {keys}, \"Travel\": {{ \"PanDegrees\": 350, \"PanSeconds\": 58 }} }}",
            rest: ", \"Buses\": [ { \"Name\": \"line\", \"Port\": \"/dev/ttyS1\" } ]");
        string[] faults = Faults(json);
        if (how is null) Assert.Empty(faults);
        else Assert.EndsWith($"Cameras[0].Ptz.Travel: reckons a position that the head knows: {how}; allowed: no Travel", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3", "\"Driver\": \"servo\", \"TiltChannel\": 3",
        "Cameras[1].Ptz.TiltChannel: the servo channel 3 of I2C address 64 on bus 1 belongs to Cameras[0].Ptz.PanChannel already")]
    [InlineData("\"Driver\": \"servo\", \"PwmChip\": 0, \"PanChannel\": 1", "\"Driver\": \"servo\", \"PwmChip\": 0, \"PanChannel\": 1",
        "Cameras[1].Ptz.PanChannel: the servo channel 1 of pwmchip0 belongs to Cameras[0].Ptz.PanChannel already")]
    [InlineData("\"Driver\": \"stepper\", \"Pan\": { \"StepPin\": 2, \"DirectionPin\": 3 }", "\"Driver\": \"stepper\", \"Tilt\": { \"StepPin\": 2, \"DirectionPin\": 4 }",
        "Cameras[1].Ptz.Tilt.StepPin: the pin 2 belongs to Cameras[0].Ptz.Pan.StepPin already")]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3", "\"Driver\": \"servo\", \"PanChannel\": 4", null)]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 3", "\"Driver\": \"servo\", \"I2cAddress\": 65, \"PanChannel\": 3", null)]
    [InlineData("\"Driver\": \"servo\", \"PanChannel\": 1", "\"Driver\": \"servo\", \"PwmChip\": 0, \"PanChannel\": 1", null)]
    [InlineData("\"Driver\": \"isapi\", \"Host\": \"10.0.0.9\"", "\"Driver\": \"isapi\", \"Host\": \"10.0.0.9\"", null)]
    public void Two_cameras_on_one_motor_are_a_fault_and_on_one_network_head_are_not(string one, string other, string? fault)
    {
        string[] faults = Faults(With(
            camera: $$""", "Ptz": { {{one}} } }, { "Id": "34020000001310000002", "Source": { "Type": "test" }, "Ptz": { {{other}} }"""));
        if (fault is null) Assert.Empty(faults);
        else Assert.Contains(fault, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_every_driver_has_is_one_row_of_the_table()
    {
        List<KeyRow> rows = [.. ConfigurationKeys.Rows];
        Assert.Null(Assert.Single(rows, row => row.Path == "Cameras[].Ptz.MoveTimeoutSeconds").Case);
        Assert.Null(Assert.Single(rows, row => row.Path == "Cameras[].Ptz.Travel.LagMs").Case);
        Assert.Equal("relay", Assert.Single(rows, row => row.Path == "Cameras[].Ptz.Left").Case);
    }

    private static string WithPtz(string keys) => With(camera: $", \"Ptz\": {{ \"Driver\": \"relay\", \"Left\": 5, \"Right\": 6, \"Up\": 13, \"Down\": 19, \"ZoomIn\": 20, \"ZoomOut\": 21, {keys} }}");
}
