using System.Device.Gpio;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Drivers.Boards;

public sealed class BoardSetTests : IDisposable
{
    private readonly FakeChips _chips = new();
    private readonly FakeDriver _header;
    private readonly FakeDriver _other;
    private readonly Dictionary<string, Func<BoardSet, Board>> _further = new(StringComparer.OrdinalIgnoreCase);
    private readonly BoardSet _boards;

    public BoardSetTests()
    {
        _header = _chips.Add("pinctrl-test", "ID_SDA", "", "GPIO2", "TWICE", "TWICE");
        _other = _chips.Add("gpio-test", "LED", "GPIO2", "BOTH");
        _chips.Add("third", "BOTH");
        _further.Add("Second", boards => boards.OpenChip("gpio-test"));
        _boards = new BoardSet(boards => boards.OpenChip("/dev/gpiochip0"), _further, _chips, TimeProvider.System, new RecordingLog());
    }

    public void Dispose() => _boards.Dispose();

    public static TheoryData<string?, int?, string?, string, int> Addresses => new()
    {
        { null, 1, null, "/dev/gpiochip0", 1 },
        { null, null, "GPIO2", "/dev/gpiochip0", 2 },                       // the default board goes before the others
        { null, null, "LED", "/dev/gpiochip1", 0 },
        { "gpio-test", 2, null, "/dev/gpiochip1", 2 },
        { "gpio-test", null, "GPIO2", "/dev/gpiochip1", 1 },
        { "/dev/gpiochip1", 2, null, "/dev/gpiochip1", 2 },
        { "gpiochip1", 2, null, "/dev/gpiochip1", 2 },
        { "pinctrl-test", null, "ID_SDA", "/dev/gpiochip0", 0 },
        { "second", 1, null, "/dev/gpiochip1", 1 },
    };

    [Theory, MemberData(nameof(Addresses))]
    public void A_pin_is_found_by_number_name_board_label_and_device(string? chip, int? number, string? name, string path, int line)
    {
        (Board board, int found) = _boards.Resolve(new PinAddress(chip, number, name));
        Assert.Equal((path, line), (board.Device, found));
    }

    [Theory]
    [InlineData(null, "NONE", "no line is called NONE, neither on /dev/gpiochip0 nor on another chip")]
    [InlineData(null, "TWICE", "several lines are called TWICE: 3, 4; take the number")]
    [InlineData(null, "BOTH", "several lines are called BOTH: gpio-test:2, third:0; name the chip too")]
    [InlineData("gpio-test", "NONE", "gpio-test has no line NONE")]
    [InlineData("none", "LED", "no GPIO chip has the label none; the machine has /dev/gpiochip0 (pinctrl-test), /dev/gpiochip1 (gpio-test), /dev/gpiochip2 (third)")]
    [InlineData("gpiochip9", "LED", "there is no GPIO chip /dev/gpiochip9")]
    public void A_pin_that_is_not_there_or_not_clear_says_so(string? chip, string name, string problem) =>
        Assert.Equal(problem, Assert.Throws<DriverException>(() => _boards.Resolve(new PinAddress(chip, null, name))).Message);

    [Fact]
    public void Two_chips_of_one_label_are_told_apart_by_their_device_only()
    {
        _chips.Add("gpio-test", "X");
        Assert.Equal("several GPIO chips have the label gpio-test: /dev/gpiochip1, /dev/gpiochip3; name one by its device",
            Assert.Throws<DriverException>(() => _boards.OpenChip("gpio-test")).Message);
        Assert.Equal("/dev/gpiochip3", _boards.Resolve(new PinAddress("gpiochip3", 0, null)).Board.Device);
    }

    [Fact]
    public async Task A_line_by_number_and_by_name_is_one_line_and_both_users_are_named()
    {
        await using (IDigitalOutput siren = _boards.OpenOutput(2, "output Siren", activeLow: false))
        {
            DriverException twice = Assert.Throws<DriverException>(() =>
                _boards.OpenInput(new PinAddress("pinctrl-test", null, "GPIO2"), "alarm input Door", true, PinPull.Up, TimeSpan.Zero));
            Assert.Equal("alarm input Door (pinctrl-test:GPIO2) and output Siren (2) are the same line: /dev/gpiochip0 2", twice.Message);
        }
        await using IDigitalOutput again = _boards.OpenOutput(2, "output Siren", activeLow: false);
        Assert.Equal(PinMode.Output, _header.Modes[2]);
    }

    [Fact]
    public async Task Boards_are_opened_by_need()
    {
        Assert.Empty(_chips.Opened);
        await using (IDigitalOutput led = _boards.OpenOutput(new PinAddress("gpio-test", 0, null), "led", activeLow: true))
            Assert.True(_other.Levels[0]);
        await using IDigitalOutput second = _boards.OpenOutput(new PinAddress("gpiochip1", 1, null), "led", activeLow: false);
        Assert.Equal(["/dev/gpiochip1"], _chips.Opened);
    }

    [Fact]
    public async Task Line_17_of_the_simulated_board_is_called_GPIO17()
    {
        using var directory = new TemporaryDirectory();
        using var boards = new BoardSet(
            _ => Board.OpenSimulated(directory["pins"], TimeProvider.System, new RecordingLog()), _further, _chips, TimeProvider.System, new RecordingLog());
        await using IDigitalOutput siren = boards.OpenOutput(new PinAddress(null, null, "GPIO17"), "siren", activeLow: true);
        Assert.Equal("1\n", File.ReadAllText(directory["pins/17"]));
        Assert.EndsWith("pins has no line LED", Assert.Throws<DriverException>(() => boards.Resolve(new PinAddress(null, null, "LED"))).Message, StringComparison.Ordinal);
        Assert.Empty(_chips.Opened);
    }
}
