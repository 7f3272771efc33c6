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
