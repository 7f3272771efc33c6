using Gb28181Edge.Configuration;
using static Gb28181Edge.Tests.Configuration.ConfigurationSamples;

namespace Gb28181Edge.Tests.Configuration;

public class AlarmConfigurationTests
{
    private const string Door = "34020000001340000001", Siren = "34020000001350000001", Camera = "34020000001310000001";

    public static TheoryData<string, string> Faults => new()
    {
        { Input(""), "AlarmInputs[0]: looks at nothing; allowed: one of Pin, Temperature, Storage, CameraLost" },
        { Input("\"Pin\": 1, \"Storage\": {}"), "AlarmInputs[0].Storage: is given beside Pin; allowed: one of Pin, Temperature, Storage, CameraLost" },
        { Input("\"Temperature\": {}"), "AlarmInputs[0].Temperature: has no limit; allowed: AboveCelsius, BelowCelsius or both" },
        { Input("\"Temperature\": { \"AboveCelsius\": 10, \"BelowCelsius\": 4 }"),
            "AlarmInputs[0].Temperature.BelowCelsius: leaves no temperature that is well; allowed: BelowCelsius + HysteresisCelsius below AboveCelsius - HysteresisCelsius" },
        { Input("\"Temperature\": { \"Sensor\": \"28-1\", \"AboveCelsius\": 10 }"),
            "AlarmInputs[0].Temperature.Sensor: \"28-1\" is not allowed; allowed: \"cpu\", a DS18B20 by its 1-wire id such as \"28-0123456789ab\", or \"lm75:BUS:ADDRESS\", the address 8 … 119 or 0x08 … 0x77" },
        { Input("\"CameraLost\": \"34020000001320000009\""),
            $"AlarmInputs[0].CameraLost: there is no camera \"34020000001320000009\", the nearest is \"{Camera}\"; allowed: \"{Camera}\"" },
        { Input("\"Pin\": 1, \"Method\": 2, \"Type\": 6"), "AlarmInputs[0].Type: method 2 has no type 6; allowed: null, or 1 … 5" },
        { Input("\"Pin\": 1, \"Method\": 5, \"Type\": 14"), "AlarmInputs[0].Type: method 5 has no type 14; allowed: null, or 1 … 13" },
        { Input("\"Pin\": 1, \"Method\": 6, \"Type\": 3"), "AlarmInputs[0].Type: method 6 has no type 3; allowed: null, or 1 … 2" },
        { Input("\"Pin\": 1, \"Method\": 7, \"Type\": 1"), "AlarmInputs[0].Type: method 7 has no types; allowed: null, or methods 2, 5 and 6" },
        { Input("\"Pin\": 1, \"Schedule\": [\"Mon 8:00-9:00\"]"),
            "AlarmInputs[0].Schedule[0]: \"Mon 8:00-9:00\" is not allowed; allowed: DAYS HH:MM-HH:MM, days such as Mon-Fri or Sat,Sun or Daily, times 00:00 … 24:00" },
        { Input($"\"Pin\": 1, \"OnAlarmPreset\": {{ \"Camera\": \"{Camera}\", \"Preset\": 1 }}"),
            $"AlarmInputs[0].OnAlarmPreset.Camera: there is no camera with a head \"{Camera}\", Cameras is empty" },
        { Outputs("\"OnAlarm\": true, \"Inputs\": [\"" + Door + "\"]"), "Outputs[0].Inputs: is given beside OnAlarm, which is all inputs; allowed: one of the two" },
        { Outputs("\"Inputs\": [\"34020000001340000007\"]"),
            $"Outputs[0].Inputs[0]: there is no alarm input \"34020000001340000007\", the nearest is \"{Door}\"; allowed: \"{Door}\"" },
        { Outputs("\"Inputs\": [7]"), "Outputs[0].Inputs[0]: is a number, not text; allowed: 20 digits, digits 11 to 13 are 134" },
        { Outputs($"\"NotWith\": [\"{Siren}\"]"), "Outputs[0].NotWith[0]: is the output itself; allowed: other outputs" },
        { Outputs("\"SafeOn\": true, \"NotWith\": [\"34020000001350000002\"]", "\"SafeOn\": true"),
            "Outputs[0].NotWith[0]: is on at the start as this one is; allowed: SafeOn for one of the two" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void A_fault_says_what_is_allowed(string rest, string expected) =>
        Assert.Equal([expected], ConfigurationSamples.Faults(With(rest: rest)).Select(fault => fault[(fault.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    [Theory]
    [InlineData("\"Pin\": 1", 2, null)]
    [InlineData("\"Pin\": 1, \"Type\": 2", 2, 2)]                              // tamper
    [InlineData("\"Pin\": 1, \"Method\": 6, \"Type\": 2", 6, 2)]               // a fan's contact
    [InlineData("\"Temperature\": { \"AboveCelsius\": 75 }", 2, 4)]
    [InlineData("\"Temperature\": { \"BelowCelsius\": 5 }", 2, 5)]
    [InlineData("\"Temperature\": { \"AboveCelsius\": 75, \"BelowCelsius\": 5 }", 2, null)]
    [InlineData("\"Storage\": {}", 2, 3)]
    [InlineData("\"Storage\": { \"Watch\": \"fault\" }", 6, 1)]
    [InlineData("\"CameraLost\": \"34020000001310000001\"", 2, 1)]
    [InlineData("\"CameraLost\": \"34020000001310000001\", \"Method\": 5, \"Type\": 11", 5, 11)]
    [InlineData("\"CameraLost\": \"34020000001310000001\", \"Method\": 7", 7, null)]
    [InlineData("\"Storage\": { \"Watch\": \"fault\" }, \"Method\": 2", 2, null)]   // 2/1 is video loss
    [InlineData("\"Temperature\": { \"AboveCelsius\": 75 }, \"Method\": 5", 5, null)]
    public void Method_and_type_follow_from_the_source(string source, int method, int? type)
    {
        AlarmInputOptions input = Good(With(rest: Input(source))).AlarmInputs[0];
        Assert.Equal((method, type), (input.Method, input.Type));
    }

    [Fact]
    public void Everything_that_is_given_arrives()
    {
        EdgeConfiguration configuration = Good(With(
            camera: ", \"Ptz\": { \"Driver\": \"relay\", \"Left\": 3 }",
            rest: Input($"\"Pin\": 1, \"Description\": \"Gate\", \"NormallyClosed\": true, \"MinimumMs\": 2000, \"Latch\": false, \"Schedule\": [\"Mon 08:00-09:00\", \"Daily 20:00-06:00\"], \"OnAlarmPreset\": {{ \"Camera\": \"{Camera}\", \"Preset\": 7 }}")
                + $", \"Outputs\": [ {{ \"Id\": \"{Siren}\", \"Pin\": 2, \"Inputs\": [\"{Door}\"], \"Mode\": \"flash\", \"PulseMs\": 50, \"FlashMs\": 100, \"SafeOn\": true }} ]"));
        AlarmInputOptions input = configuration.AlarmInputs[0];
        Assert.Equal(("Gate", true, 2000, false), (input.Description, input.NormallyClosed, input.MinimumMs, input.Latch));
        Assert.Equal(["Mon 08:00-09:00", "Daily 20:00-06:00"], input.Schedule);
        Assert.Equal(new PresetLinkOptions { Camera = Camera, Preset = 7 }, input.OnAlarmPreset);
        OutputOptions output = configuration.Outputs[0];
        Assert.Equal((OutputAction.Flash, 50, 100, true), (output.Mode, output.PulseMs, output.FlashMs, output.SafeOn));
        Assert.Equal([Door], output.Inputs);
    }

    private static string Input(string rest) => $", \"AlarmInputs\": [ {{ \"Id\": \"{Door}\"{(rest.Length > 0 ? ", " : "")}{rest} }} ]";

    private static string Outputs(string first, string second = "\"ActiveLow\": false") =>
        Input("\"Pin\": 1") + $", \"Outputs\": [ {{ \"Id\": \"{Siren}\", \"Pin\": 2, {first} }}, {{ \"Id\": \"34020000001350000002\", \"Pin\": 3, {second} }} ]";
}
