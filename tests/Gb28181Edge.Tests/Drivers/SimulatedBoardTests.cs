using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public sealed class SimulatedBoardTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLog _log = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly Board _board;

    public SimulatedBoardTests() => _board = Board.OpenSimulated(_directory["pins"], _time, _log);

    public void Dispose()
    {
        _board.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true, "1\n")]
    [InlineData(false, "0\n")]
    public async Task An_input_is_made_at_its_inactive_level(bool activeLow, string content)
    {
        await using IDigitalInput input = _board.OpenInput(17, activeLow, PinPull.Up, TimeSpan.Zero);
        Assert.Equal(content, File.ReadAllText(Pin(17)));
        Assert.False(input.IsActive);
    }

    [Fact]
    public async Task An_input_whose_file_is_there_begins_as_the_file_says()
    {
        File.WriteAllText(Pin(17), "0\n");
        await using IDigitalInput input = _board.OpenInput(17, activeLow: true, PinPull.Up, TimeSpan.Zero);
        Assert.True(input.IsActive);
        Assert.Equal("0\n", File.ReadAllText(Pin(17)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_written_in_place_or_renamed_onto_is_an_edge(bool rename)
    {
        await using IDigitalInput input = _board.OpenInput(17, activeLow: true, PinPull.Up, TimeSpan.Zero);
        Write(17, "0\n", rename);
        Assert.Equal(new DigitalEdge(true, Start), await Next(input));
        Assert.True(input.IsActive);
        _time.Advance(TimeSpan.FromSeconds(3));
        Write(17, "1", rename);
        Assert.Equal(new DigitalEdge(false, Start.AddSeconds(3)), await Next(input));
        Assert.False(input.IsActive);
    }

    [Fact]
    public async Task A_change_is_debounced_like_on_any_board()
    {
        await using IDigitalInput input = _board.OpenInput(17, activeLow: true, PinPull.Up, TimeSpan.FromMilliseconds(50));
        Write(17, "0\n", rename: true);
        Task<DigitalEdge> next = Next(input);
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromMilliseconds(1)); return next.IsCompleted; }, "the change counts");
        DigitalEdge edge = await next;
        Assert.True(edge.Active);
        Assert.True(_time.GetUtcNow() - edge.Time >= TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_file_that_holds_something_else_changes_nothing_and_is_named()
    {
        await using IDigitalInput input = _board.OpenInput(17, activeLow: true, PinPull.Up, TimeSpan.Zero);
        Write(17, "open\n", rename: true);
        await Eventually.TrueAsync(() => _log.Has(LogLevel.Warning, "'open'"), "the file is named");
        File.Delete(Pin(17));
        Write(17, "0\n", rename: false);
        Assert.Equal(new DigitalEdge(true, Start), await Next(input));
        Assert.False(input.Edges.TryRead(out _));
    }

    [Fact]
    public async Task An_output_writes_its_file_by_rename_and_ends_at_its_safe_value()
    {
        IDigitalOutput output = _board.OpenOutput(27, activeLow: false);
        Assert.Equal("0\n", File.ReadAllText(Pin(27)));
        using (FileStream before = File.OpenRead(Pin(27)))
        {
            output.Set(true);
            Assert.Equal('0', before.ReadByte());                          // the old file is untouched: another one took its name
        }
        Assert.Equal("1\n", File.ReadAllText(Pin(27)));
        Assert.True(output.IsActive);
        await output.DisposeAsync();
        Assert.Equal("0\n", File.ReadAllText(Pin(27)));
        Assert.Equal([Pin(27)], Directory.GetFiles(_directory["pins"]));
    }

    [Fact]
    public async Task An_output_that_is_active_low_rests_high()
    {
        IDigitalOutput output = _board.OpenOutput(5, activeLow: true);
        Assert.Equal("1\n", File.ReadAllText(Pin(5)));
        output.Set(true);
        Assert.Equal("0\n", File.ReadAllText(Pin(5)));
        await output.DisposeAsync();
        Assert.Equal("1\n", File.ReadAllText(Pin(5)));
    }

    [Fact]
    public async Task A_pin_is_used_once()
    {
        await using IDigitalOutput output = _board.OpenOutput(5, activeLow: false);
        Assert.Contains("5 is used twice", Assert.Throws<DriverException>(() => _board.OpenInput(5, false, PinPull.None, TimeSpan.Zero)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_that_is_not_there_is_refused() =>
        Assert.Contains("not 1024", Assert.Throws<DriverException>(() => _board.OpenOutput(1024, false)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_directory_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_directory["file"], "");
        DriverException refused = Assert.Throws<DriverException>(() => Board.OpenSimulated(_directory["file/pins"], _time, _log));
        Assert.Contains("file/pins", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_says_so_and_keeps_its_state()
    {
        IDigitalOutput output = _board.OpenOutput(27, activeLow: false);
        Directory.Delete(_directory["pins"], recursive: true);
        Assert.Throws<DriverException>(() => output.Set(true));
        Assert.False(output.IsActive);
        await output.DisposeAsync();
        Assert.True(_log.Has(LogLevel.Error, "safe value"));
    }

    [Fact]
    public async Task Ten_thousand_changes_on_many_pins_end_at_the_right_levels()
    {
        IDigitalInput[] inputs = [.. Enumerable.Range(0, 8).Select(pin => _board.OpenInput(pin, false, PinPull.None, TimeSpan.Zero))];
        var random = new Random(20260501);
        bool[] levels = new bool[inputs.Length];
        for (int i = 0; i < 10_000; i++)
        {
            int pin = random.Next(levels.Length);
            levels[pin] = random.Next(2) == 1;
            Write(pin, levels[pin] ? "1\n" : "0\n", rename: random.Next(2) == 0);
        }
        for (int pin = 0; pin < levels.Length; pin++)
        {
            IDigitalInput input = inputs[pin];
            bool level = levels[pin];
            await Eventually.TrueAsync(() => { while (input.Edges.TryRead(out _)) { } return input.IsActive == level; }, $"pin {pin} is {level}");
            await input.DisposeAsync();
        }
    }

    [Fact]
    public void A_chip_that_is_not_there_is_named_with_those_that_are()
    {
        DriverException refused = Assert.Throws<DriverException>(() => Board.OpenCharacterDevice("/dev/gpiochip99", _time, _log));
        Assert.StartsWith("there is no GPIO chip /dev/gpiochip99; the machine has ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("no GPIO chip has the label none-such",
            Assert.Throws<DriverException>(() => Board.OpenCharacterDevice("none-such", _time, _log)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_no_chip_is_refused() =>
        Assert.Contains("is no GPIO chip", Assert.Throws<DriverException>(() => Board.OpenCharacterDevice("/dev/null", _time, _log)).Message, StringComparison.Ordinal);

    private static Task<DigitalEdge> Next(IDigitalInput input) => Eventually.ResultAsync(input.Edges.ReadAsync().AsTask(), "an edge");

    private string Pin(int number) => Path.Combine(_directory["pins"], number.ToString());

    private void Write(int number, string content, bool rename)
    {
        if (!rename)
        {
            File.WriteAllText(Pin(number), content);
            return;
        }
        File.WriteAllText(_directory["next"], content);
        File.Move(_directory["next"], Pin(number), overwrite: true);
    }
}
