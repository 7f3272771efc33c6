using Gb28181Edge.Configuration;
using static Gb28181Edge.Tests.Configuration.ConfigurationSamples;

namespace Gb28181Edge.Tests.Configuration;

public class PinKeyTests
{
    [Theory]
    [InlineData("17", null, 17, "17", "17")]
    [InlineData("\"17\"", null, 17, "17", "17")]
    [InlineData("\"017\"", null, 17, "17", "17")]
    [InlineData("0", null, 0, "0", "0")]
    [InlineData("\"GPIO17\"", null, null, "GPIO17", "\"GPIO17\"")]
    [InlineData("\"expander1:3\"", "expander1", 3, "3", "\"expander1:3\"")]
    [InlineData("\"pinctrl-bcm2711:GPIO17\"", "pinctrl-bcm2711", null, "GPIO17", "\"pinctrl-bcm2711:GPIO17\"")]
    [InlineData("\"INT34C5:00:1023\"", "INT34C5:00", 1023, "1023", "\"INT34C5:00:1023\"")]
    [InlineData("\"/dev/gpiochip2:05\"", "/dev/gpiochip2", 5, "5", "\"/dev/gpiochip2:5\"")]
    public void A_pin_is_a_number_a_name_or_a_chip_with_either(string written, string? chip, int? number, string line, string printed)
    {
        EdgeConfiguration configuration = Good(WithOutput(written));
        PinName pin = configuration.Outputs[0].Pin;
        Assert.Equal((chip, number, line), (pin.Chip, pin.Number, pin.Line));
        Assert.Contains($"\"Pin\": {printed},", ConfigurationText.Effective(configuration), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1024", "1024 is no pin's number")]
    [InlineData("-1", "-1 is no pin's number")]
    [InlineData("1.5", "1.5 is no pin's number")]
    [InlineData("1e2", "1e2 is no pin's number")]
    [InlineData("\"\"", "\"\" is no pin")]
    [InlineData("\":3\"", "\":3\" is no pin")]
    [InlineData("\"expander1:\"", "\"expander1:\" is no pin")]
    [InlineData("\"expander1:1024\"", "\"expander1:1024\" is no pin")]
    [InlineData("true", "is true or false, not a number or text")]
    [InlineData("null", "is null, not a number or text")]
    public void What_is_no_pin_is_a_fault(string written, string problem) => Assert.Equal(
        [$"edge.json:4:132: Outputs[0].Pin: {problem}; allowed: 0 … 1023, a line's name, or \"CHIP:LINE\" with a board's name or a chip's label"],
        Faults(WithOutput(written)));

    [Theory]
    [InlineData("17", "\"17\"", "17")]
    [InlineData("17", "\"gpiochip0:17\"", "17")]
    [InlineData("\"/dev/gpiochip0:GPIO4\"", "\"GPIO4\"", "GPIO4")]
    [InlineData("\"x:1\"", "\"X:01\"", "X:1")]
    public void A_pin_is_used_once_however_it_is_written(string first, string second, string named) => Assert.Equal(
        [$"Outputs[1].Pin: the pin {named} belongs to Outputs[0].Pin already; allowed: each pin once"],
        Faults(WithOutput(first, second)).Select(fault => fault[(fault.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    [Theory]
    [InlineData("17", "\"second:17\"")]
    [InlineData("\"GPIO17\"", "17")]
    public void What_may_be_another_pin_is_no_fault(string first, string second) => Good(WithOutput(first, second));

    [Theory]
    [InlineData("\"io:3\"", "\"io:GPA3\"", "io:GPA3")]
    [InlineData("\"io:GPB0\"", "\"IO:8\"", "IO:8")]
    [InlineData("\"sim:17\"", "\"sim:GPIO17\"", "sim:GPIO17")]
    [InlineData("\"rp1:4\"", "\"pinctrl-rp1:4\"", "pinctrl-rp1:4")]
    [InlineData("4", "\"same:4\"", "4")]
    public void A_line_that_is_known_by_name_and_by_number_or_by_two_boards_is_used_once(string first, string second, string named) => Assert.Equal(
        [$"Outputs[1].Pin: the pin {named} belongs to Outputs[0].Pin already; allowed: each pin once"], Problems(WithBoards(first, second)));

    [Theory]
    [InlineData("\"sim:Door\"", "Outputs[0].Pin: the board sim has no line Door; allowed: 0 … 1023, GPIO0 … GPIO1023")]
    [InlineData("\"io:GPC1\"", "Outputs[0].Pin: the board io has no line GPC1; allowed: 0 … 15, GPA0 … GPB7")]
    public void A_line_that_a_board_cannot_have_is_a_fault(string pin, string fault) => Assert.Equal([fault], Problems(WithBoards(pin)));

    [Fact]
    public void A_board_has_a_name_of_its_own()
    {
        Assert.Equal(["Boards[1].Name: the name IO belongs to Boards[0].Name already; allowed: each name once"],
            Faults(With(rest: ", \"Boards\": [ { \"Name\": \"io\", \"Driver\": \"gpiod\" }, { \"Name\": \"IO\", \"Driver\": \"simulated\" } ]")).Select(fault => fault.Split(' ', 2)[1]));
        Assert.Contains("Boards[0].Name: \"a:b\" is not allowed", Assert.Single(Faults(With(rest: ", \"Boards\": [ { \"Name\": \"a:b\", \"Driver\": \"gpiod\" } ]"))), StringComparison.Ordinal);
        Assert.Contains("Boards[0].Name: is missing", Assert.Single(Faults(With(rest: ", \"Boards\": [ { \"Driver\": \"gpiod\" } ]"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"io:16\"", "Outputs[0].Pin: the board io has no line 16; allowed: 0 … 15, GPA0 … GPB7")]
    [InlineData("\"io:P1\"", "Outputs[0].Pin: the board io has no line P1; allowed: 0 … 15, GPA0 … GPB7")]
    [InlineData("\"small:8\"", "Outputs[0].Pin: the board small has no line 8; allowed: 0 … 7, P0 … P7")]
    [InlineData("4", "Outputs[0].Pin: the pin 4 belongs to Boards[0].InterruptPin already; allowed: each pin once")]
    public void A_line_that_an_expander_has_not_or_that_is_its_interrupt_is_a_fault(string pin, string fault) => Assert.Equal(
        [fault],
        Faults(WithOutput(pin).Replace("} ]\n}", "} ], \"Boards\": [ { \"Name\": \"io\", \"Driver\": \"mcp23017\", \"InterruptPin\": 4 }, { \"Name\": \"small\", \"Driver\": \"pcf8574\", \"Address\": 56 } ]\n}", StringComparison.Ordinal))
            .Select(one => one[(one.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    [Theory]
    [InlineData("\"Driver\": \"mcp23017\", \"Address\": 56", "Boards[0].Address: 56 is not one of the values; allowed: 32, 33, 34, 35, 36, 37, 38, 39")]
    [InlineData("\"Driver\": \"pcf8574\", \"InterruptPin\": \"b:1\"", "Boards[0].InterruptPin: \"b:1\" is a pin of an expander; allowed: a pin of a board that is no expander")]
    [InlineData("\"Driver\": \"pcf8574\", \"Address\": 33", "Boards[1].Address: the I2C address 33 of bus 1 belongs to Boards[0].Address already; allowed: each I2C address once")]
    public void An_expander_has_an_address_of_its_own_and_its_interrupt_on_another_kind_of_board(string board, string fault) => Assert.Equal(
        [fault],
        Faults(With(rest: $", \"Boards\": [ {{ \"Name\": \"a\", {board} }}, {{ \"Name\": \"b\", \"Driver\": \"mcp23017\", \"Address\": 33 }} ]"))
            .Select(one => one[(one.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    [Fact]
    public void Every_use_of_a_pin_knows_its_direction_and_its_sense()
    {
        EdgeConfiguration configuration = Good(WithOutput("5")) with
        {
            Boards = [new Mcp23017BoardOptions { Name = "io", InterruptPin = 4 }],
            AlarmInputs = [new AlarmInputOptions { Id = "34020000001340000001", Pin = 17, ActiveLow = true, NormallyClosed = true }],
        };
        CameraOptions camera = configuration.Cameras[0];
        configuration = configuration with
        {
            Cameras =
            [
                camera with { Ptz = new RelayPtzOptions { Left = 6, ActiveLow = true, Travel = new PtzTravelOptions { PanHomePin = 7, HomeActiveLow = false } } },
                camera with { Ptz = new StepperPtzOptions { Tilt = new StepperAxisOptions { StepPin = 8, HomePin = 9, HomeActiveLow = true, ActiveLow = false } } },
            ],
        };
        Assert.Equal(
            [(4, true, true), (7, true, false), (6, false, true), (8, false, false), (9, true, true), (17, true, false), (5, false, false)],
            configuration.Pins.Select(use => (use.Pin.Number!.Value, use.IsInput, use.ActiveLow)));
    }

    private static IEnumerable<string> Problems(string text) => Faults(text).Select(fault => fault[(fault.IndexOf(": ", StringComparison.Ordinal) + 2)..]);

    private static string WithBoards(params string[] pins) => WithOutput(pins).Replace("} ]\n}", """
        } ], "Boards": [
            { "Name": "io", "Driver": "mcp23017" }, { "Name": "sim", "Driver": "simulated" },
            { "Name": "rp1", "Driver": "gpiod", "Chip": "pinctrl-rp1" }, { "Name": "same", "Driver": "gpiod", "Chip": "gpiochip0" } ]
        }
        """, StringComparison.Ordinal);

    private static string WithOutput(params string[] pins) =>
        With(rest: $", \"Outputs\": [ {string.Join(", ", pins.Select((pin, i) => $"{{ \"Id\": \"3402000000135000000{i}\", \"Pin\": {pin} }}"))} ]");
}
