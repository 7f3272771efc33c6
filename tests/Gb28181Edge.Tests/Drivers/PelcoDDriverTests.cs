using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class PelcoDDriverTests
{
    private readonly FakeSerialLine _line = new();

    // Pelco D protocol manual (DRD14): cmd2 2 right, 4 left, 8 up, 10 down, 20 tele, 40 wide, 80 far; cmd1 1 near, 2 open, 4 close
    [Theory]
    [InlineData(0.5f, 0, 0, 0, 0, "FF010002200023")]
    [InlineData(-0.5f, 0, 0, 0, 0, "FF010004200025")]
    [InlineData(0, 0.5f, 0, 0, 0, "FF010008002029")]
    [InlineData(0, -0.5f, 0, 0, 0, "FF010010002031")]
    [InlineData(0, 0, 1, 0, 0, "FF010020000021")]
    [InlineData(0, 0, -0.1f, 0, 0, "FF010040000041")]
    [InlineData(0, 0, 0, 1, 0, "FF010080000081")]
    [InlineData(0, 0, 0, -1, 0, "FF010100000002")]
    [InlineData(0, 0, 0, 0, 1, "FF010200000003")]
    [InlineData(0, 0, 0, 0, -1, "FF010400000005")]
    [InlineData(-1, 0.004f, 0.3f, -1, 1, "FF01032C3F0170")]              // both groups in one frame
    public async Task A_motion_is_one_frame_with_the_whole_state(float pan, float tilt, float zoom, float focus, float iris, string hex)
    {
        await new PelcoDDriver(_line, 1).MoveAsync(new PtzVelocity(pan, tilt, zoom, focus, iris), default);
        Assert.Equal([(hex, false)], _line.Frames);
    }

    [Fact]
    public async Task A_stop_is_sent_three_times_and_urgently()
    {
        await new PelcoDDriver(_line, 1).MoveAsync(default, default);
        Assert.Equal(Enumerable.Repeat(("FF010000000001", true), 3), _line.Frames);
    }

    [Fact]
    public async Task A_group_that_comes_to_a_stand_is_told_three_times_while_the_other_goes_on()
    {
        var driver = new PelcoDDriver(_line, 1);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 0, 1), default);
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, 1), default);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 0, 1), default);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 0), default);
        Assert.Equal(
            [
                ("FF0100822000A3", false),
                ("FF010080000081", true), ("FF010080000081", true), ("FF010080000081", true),
                ("FF0100822000A3", false),
                ("FF010002200023", true), ("FF010002200023", true), ("FF010002200023", true),
            ], _line.Frames);
    }

    [Fact]
    public async Task A_change_of_direction_is_no_stop()
    {
        var driver = new PelcoDDriver(_line, 1);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0.5f, 0), default);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 0), default);
        Assert.Equal([("FF01000A20204B", false), ("FF010002200023", false)], _line.Frames);
    }

    [Theory]
    [InlineData(1, true, "FF01000900010B")]
    [InlineData(1, false, "FF01000B00010D")]
    [InlineData(8, true, "FF010009000812")]
    public async Task An_auxiliary_is_an_extended_command(int number, bool on, string hex)
    {
        Assert.True(await new PelcoDDriver(_line, 1).SetAuxiliaryAsync(number, on, default));
        Assert.Equal([hex], _line.Hex);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task An_auxiliary_that_the_head_has_not_sends_nothing(int number)
    {
        Assert.False(await new PelcoDDriver(_line, 1).SetAuxiliaryAsync(number, true, default));
        Assert.Empty(_line.Frames);
    }

    [Fact]
    public async Task The_zoom_speed_goes_before_the_zoom_and_only_when_it_changes()
    {
        var driver = new PelcoDDriver(_line, 2, new PelcoSettings { LensSpeeds = true }, null, TimeProvider.System);
        await driver.MoveAsync(new PtzVelocity(0, 0, 1), default);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 1), default);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, -0.4f), default);
        Assert.Equal(["FF02002500032A", "FF020020000022", "FF020022200044", "FF020025000128", "FF020042200064"], _line.Hex);
    }

    [Fact]
    public async Task A_line_that_is_gone_is_told_to_the_caller()
    {
        _line.Gone = true;
        await Assert.ThrowsAsync<DriverException>(async () => await new PelcoDDriver(_line, 1).MoveAsync(default, default));
    }

    // 33 and 34 turn the head round, 95 opens the menu; Hikvision has commands among 33 … 46, at 90 and among 92 … 105
    [Theory]
    [InlineData(false, 93, 33, 35)]
    [InlineData(false, 93, 92, 94)]
    [InlineData(false, 93, 93, 96)]
    [InlineData(true, 226, 33, 47)]
    [InlineData(true, 226, 76, 91)]
    [InlineData(true, 226, 77, 106)]
    [InlineData(true, 226, 226, 255)]
    public void Presets_go_past_the_heads_commands(bool hikvision, int count, int preset, int number)
    {
        PresetMap map = hikvision ? PelcoSettings.HikvisionPresets(255) : PelcoSettings.CommonPresets(255);
        Assert.Equal(count, map.Count);
        Assert.True(map.TryMap(preset, out byte mapped));
        Assert.Equal(number, mapped);
    }

    [Fact]
    public async Task Turbo_is_full_speed_to_the_side_only()
    {
        var driver = new PelcoDDriver(_line, 1, new PelcoSettings { Turbo = true }, null, TimeProvider.System);
        await driver.MoveAsync(new PtzVelocity(-1, 1, 0), default);
        await driver.MoveAsync(new PtzVelocity(0.99f, 0, 0), default);
        Assert.Equal(["FF01000C403F8C", "FF0100023E0041"], _line.Hex);
    }

    [Fact]
    public async Task The_focus_is_made_manual_once_and_automatic_again_after_a_while()
    {
        var time = new FakeTimeProvider();
        var driver = new PelcoDDriver(_line, 1, new PelcoSettings { FocusSelectors = new PelcoFocusSelectors(1, 2) }, null, time);
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, 1), default);
        Assert.Equal(["FF01002B00022E", "FF010080000081"], _line.Hex);
        Assert.Null(await driver.ContinueAsync(default));
        await driver.MoveAsync(default, default);
        Assert.Equal(TimeSpan.FromSeconds(60), await driver.ContinueAsync(default));
        time.Advance(TimeSpan.FromSeconds(60));
        _line.Frames.Clear();
        Assert.Null(await driver.ContinueAsync(default));
        Assert.Null(await driver.ContinueAsync(default));
        Assert.Equal(["FF01002B00012D"], _line.Hex);
    }

    [Theory] // hundredths of a degree; the original counts tilt downwards
    [InlineData(false, false, 0, 0, 90, 10, 9000, 35000)]
    [InlineData(true, true, 0, 0, 90, 10, 27000, 1000)]
    [InlineData(false, false, 12000, 34000, 300, -30, 6000, 1000)]
    [InlineData(true, false, 100, 100, 0, 0, 100, 100)]
    public void Positions_are_counted_as_the_head_counts(bool panLeft, bool tiltUp, int panZero, int tiltZero, double pan, double tilt, int panReading, int tiltReading)
    {
        var positions = new PelcoPositions { PanCountsLeft = panLeft, TiltCountsUp = tiltUp, PanZeroCentidegrees = panZero, TiltZeroCentidegrees = tiltZero };
        Assert.Equal((panReading, tiltReading), (positions.ToPan(pan), positions.ToTilt(tilt)));
        Assert.Equal((pan, tilt), (positions.PanOf(panReading), positions.TiltOf(tiltReading)));
    }
}
