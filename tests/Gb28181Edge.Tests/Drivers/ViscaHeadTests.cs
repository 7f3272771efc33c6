using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class ViscaHeadTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeViscaTransport _line = new();

    [Fact]
    public async Task The_first_stop_ends_all_that_could_run_since_before_the_agent_and_overtakes()
    {
        ViscaHead head = Head();
        await head.MoveAsync(default, default);
        Assert.Equal(["8101060101010303FF", "8101040700FF", "8101040800FF", "81010001FF"], _line.Sent);   // and a way to a memory
        Assert.Equal(_line.Sent, _line.Urgent);
        _line.Sent.Clear();
        await head.MoveAsync(default, default);
        Assert.DoesNotContain("81010001FF", _line.Sent);
    }

    [Theory]
    [InlineData("")]                                                       // it knows no such command and says nothing
    [InlineData("906002FF")]
    [InlineData("9041FF9051FF")]
    public async Task A_head_that_cannot_be_cleared_is_stopped_all_the_same(string reply)
    {
        ViscaHead head = Head();
        _line.Script = hex => hex == "81010001FF" ? reply : null;
        await head.MoveAsync(default, default);
        await head.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.Equal("8101060118010203FF", _line.Sent[^1]);
        Assert.Equal(0, _line.Suspected);
    }

    [Fact]
    public async Task A_way_is_ended_also_when_the_link_was_lost_meanwhile()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex.StartsWith("8101043F", StringComparison.Ordinal) ? "9042FF" : hex == "81090612FF" ? "" : null;
        await head.CallPresetAsync(1, default);
        Assert.Null(await head.ReadPositionAsync(default));                // nobody knows the socket any more
        _line.Sent.Clear();
        await head.MoveAsync(default, default);
        Assert.Contains("81010001FF", _line.Sent);
    }

    [Fact]
    public async Task The_iris_goes_on_after_a_question_without_an_answer()
    {
        ViscaHead head = await StandingAsync();
        await head.MoveAsync(new PtzVelocity(0, 0, 0, 0, 1), default);
        _line.Script = hex => hex == "81090612FF" ? "" : null;
        Assert.Null(await head.ReadPositionAsync(default));
        _time.Advance(TimeSpan.FromMilliseconds(400));
        await head.ContinueAsync(default);
        Assert.Equal("8101040B02FF", _line.Sent[^1]);
        Assert.Equal(2, _line.Connected);
    }

    [Fact]
    public async Task No_stop_waits_for_the_reply_to_a_move_that_was_withdrawn_before_it_left()
    {
        ViscaHead head = await StandingAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await head.MoveAsync(new PtzVelocity(1, 0, 0), new CancellationToken(canceled: true)));
        Assert.Empty(_line.Sent);
        await head.MoveAsync(default, default);
        Assert.Equal(["8101060101010303FF", "8101040700FF"], _line.Sent);
        Assert.Equal(0, _line.Suspected);
    }

    [Fact]
    public async Task Only_the_axes_that_change_are_sent()
    {
        ViscaHead head = await StandingAsync();
        await head.MoveAsync(new PtzVelocity(0.5f, 0, 0), default);
        await head.MoveAsync(new PtzVelocity(0.5f, 0, 1), default);
        await head.MoveAsync(new PtzVelocity(0.5f, -1, 1), default);
        await head.MoveAsync(new PtzVelocity(0.5f, -1, 1), default);
        Assert.Equal(["81010601" + "0C010203FF", "8101040727FF", "81010601" + "0C140202FF"], _line.Sent);
        Assert.Empty(_line.Urgent);
    }

    [Fact]
    public async Task What_comes_to_a_stand_goes_before_what_begins_to_move()
    {
        ViscaHead head = await StandingAsync();
        await head.MoveAsync(new PtzVelocity(0.5f, 0, 0), default);
        _line.Sent.Clear();
        await head.MoveAsync(new PtzVelocity(0, 0, -1), default);
        Assert.Equal(["8101060101010303FF", "8101040737FF"], _line.Sent);
    }

    [Fact]
    public async Task A_stop_is_sent_even_if_the_start_was_never_acknowledged()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex == "810106010C010203FF" ? "" : null;
        DriverException silent = await Assert.ThrowsAsync<DriverException>(async () => await head.MoveAsync(new PtzVelocity(0.5f, 0, 0), default));
        Assert.Equal("VISCA head 1 on fake does not answer", silent.Message);
        Assert.Equal(1, _line.Suspected);
        _line.Sent.Clear();
        await head.MoveAsync(default, default);
        Assert.Equal("8101060101010303FF", _line.Sent[0]);
    }

    [Fact]
    public async Task Every_stop_is_tried_when_one_fails()
    {
        ViscaHead head = Head();
        _line.Script = hex => hex == "8101060101010303FF" ? "" : null;
        await Assert.ThrowsAsync<DriverException>(async () => await head.MoveAsync(default, default));
        Assert.Equal(["8101060101010303FF", "8101040700FF", "8101040800FF", "81010001FF"], _line.Sent);
    }

    [Fact]
    public async Task A_late_acknowledgement_of_an_earlier_command_is_not_taken_for_the_present_one()
    {
        ViscaHead head = await StandingAsync();
        using var cancel = new CancellationTokenSource();
        _line.Script = _ =>
        {
            cancel.Cancel();                                               // it has left
            return "";
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await head.MoveAsync(new PtzVelocity(0.5f, 0, 0), cancel.Token));
        _line.Script = hex => hex == "8101060101010303FF" ? "9041FF" : null;   // the first ACK only: of the move that was overtaken
        await Assert.ThrowsAsync<DriverException>(async () => await head.MoveAsync(default, default));
    }

    [Fact]
    public async Task The_focus_is_taken_out_of_automatic_before_use_and_given_back_after_a_while()
    {
        ViscaHead head = await StandingAsync();
        await head.MoveAsync(new PtzVelocity(0, 0, 0, 3f / 7), default);
        await head.MoveAsync(default, default);
        await head.MoveAsync(new PtzVelocity(0, 0, 0, -1), default);
        await head.MoveAsync(default, default);
        Assert.Equal(
            ["81090438FF", "8101043803FF", "8101040823FF", "8101060101010303FF", "8101040700FF", "8101040800FF", "8101040837FF",
             "8101060101010303FF", "8101040700FF", "8101040800FF"], _line.Sent);
        _line.Sent.Clear();
        Assert.Equal(TimeSpan.FromSeconds(60), await head.ContinueAsync(default));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(await head.ContinueAsync(default));
        Assert.Equal(["8101043802FF"], _line.Sent);
    }

    [Fact]
    public async Task A_focus_that_was_manual_before_stays_so()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex == "81090438FF" ? "905003FF" : null;
        await head.MoveAsync(new PtzVelocity(0, 0, 0, 1), default);
        await head.MoveAsync(default, default);
        _time.Advance(TimeSpan.FromSeconds(61));
        await head.ContinueAsync(default);
        Assert.DoesNotContain(_line.Sent, hex => hex.StartsWith("81010438", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_focus_that_is_not_executable_is_made_manual_again_and_repeated()
    {
        ViscaHead head = await StandingAsync();
        bool refused = false;
        _line.Script = hex =>
        {
            if (hex != "8101040827FF" || refused) return null;
            refused = true;
            return "906041FF";
        };
        await head.MoveAsync(new PtzVelocity(0, 0, 0, 1), default);
        Assert.Equal(["81090438FF", "8101043803FF", "8101040827FF", "81090438FF", "8101043803FF", "8101040827FF"], _line.Sent);
    }

    [Fact]
    public async Task The_iris_steps_at_its_speed_until_it_is_to_stand()
    {
        ViscaHead head = await StandingAsync();
        await head.MoveAsync(new PtzVelocity(0, 0, 0, 0, 1), default);
        Assert.Equal(["81090439FF", "8101043903FF", "8101040B02FF"], _line.Sent);
        _line.Sent.Clear();
        Assert.Equal(TimeSpan.FromMilliseconds(100), await head.ContinueAsync(default));
        Assert.Empty(_line.Sent);
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await head.ContinueAsync(default);
        }
        Assert.Equal(["8101040B02FF", "8101040B02FF", "8101040B02FF"], _line.Sent);

        _time.Advance(TimeSpan.FromMilliseconds(100));
        await head.MoveAsync(new PtzVelocity(0, 0, 0, 0, -0.001f), default);
        Assert.InRange((await head.ContinueAsync(default))!.Value.TotalMilliseconds, 399, 400);
        await head.MoveAsync(default, default);
        _line.Sent.Clear();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(59), await head.ContinueAsync(default));
        Assert.Empty(_line.Sent);
        _time.Advance(TimeSpan.FromSeconds(60));
        await head.ContinueAsync(default);
        Assert.Equal(["8101043900FF"], _line.Sent);
    }

    [Fact]
    public async Task Memories_are_set_called_and_deleted_and_the_menus_number_is_never_used()
    {
        ViscaHead head = await StandingAsync();
        Assert.True(await head.SetPresetAsync(1, default));
        Assert.True(await head.CallPresetAsync(2, default));
        Assert.True(await head.DeletePresetAsync(95, default));
        Assert.Equal(["8101043F0101FF", "8101043F0202FF", "8101043F0060FF"], _line.Sent);
        Assert.False(await head.CallPresetAsync(127, default));
        Assert.False(await head.CallPresetAsync(0, default));
        Assert.Equal(3, _line.Sent.Count);
    }

    [Fact]
    public async Task A_preset_that_the_head_refuses_is_no_preset()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex.StartsWith("8101043F", StringComparison.Ordinal) ? "906041FF" : null;
        Assert.False(await head.CallPresetAsync(1, default));
    }

    [Fact]
    public async Task A_stop_gives_up_the_way_to_a_preset()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex.StartsWith("8101043F", StringComparison.Ordinal) ? "9042FF" : null;
        await head.CallPresetAsync(1, default);
        _line.Sent.Clear();
        await head.MoveAsync(default, default);
        Assert.Equal(["8101060101010303FF", "8101040700FF", "8101040800FF", "8122FF"], _line.Sent);
        _line.Sent.Clear();
        await head.MoveAsync(default, default);
        Assert.DoesNotContain("8122FF", _line.Sent);
    }

    [Fact]
    public async Task The_lens_moves_beside_the_way_to_a_preset_while_a_socket_is_free()
    {
        ViscaHead head = await StandingAsync();
        int socket = 0;
        _line.Script = hex => hex.StartsWith("8101043F02", StringComparison.Ordinal) ? $"904{1 + (socket++ % 2)}FF" : hex.StartsWith("810104", StringComparison.Ordinal) ? "9042FF9052FF" : null;
        await head.CallPresetAsync(1, default);
        _line.Sent.Clear();
        Assert.True(await head.MoveLensAsync(1, 0, default));
        Assert.True(await head.MoveLensAsync(0, 0, default));
        Assert.Equal(["81090438FF", "8101043803FF", "8101040827FF", "8101040800FF"], _line.Sent.Where(hex => hex != "listen"));   // which takes the completions
        await head.CallPresetAsync(2, default);
        _line.Sent.Clear();
        Assert.False(await head.MoveLensAsync(1, 0, default));
        Assert.True(await head.MoveLensAsync(0, 0, default));              // a stop needs no room
        Assert.DoesNotContain(_line.Sent, hex => hex.StartsWith("812", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_way_that_has_ended_is_not_given_up()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex.StartsWith("8101043F", StringComparison.Ordinal) ? "9042FF" : null;
        await head.CallPresetAsync(1, default);
        _line.Say("9052FF");
        await head.MoveAsync(default, default);
        Assert.DoesNotContain("8122FF", _line.Sent);
    }

    [Fact]
    public async Task At_most_two_commands_are_in_work()
    {
        ViscaHead head = await StandingAsync();
        int socket = 0;
        _line.Script = hex => hex.StartsWith("8101043F02", StringComparison.Ordinal) ? $"904{1 + (socket++ % 2)}FF" : null;
        await head.CallPresetAsync(1, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        await head.CallPresetAsync(2, default);
        await head.CallPresetAsync(3, default);                            // nothing ends: the older of the two is given up
        Assert.Equal(["8101043F0201FF", "8101043F0202FF", "listen", "8121FF", "8101043F0203FF"], _line.Sent);
        _line.Sent.Clear();
        _line.Script = hex => hex == "listen" ? "9052FF" : hex.StartsWith("8101043F02", StringComparison.Ordinal) ? "9042FF" : null;
        await head.CallPresetAsync(4, default);                            // one ends while it waits
        Assert.Equal(["listen", "8101043F0204FF"], _line.Sent);
    }

    [Fact]
    public async Task A_full_buffer_is_waited_for_and_then_emptied()
    {
        ViscaHead head = await StandingAsync();
        int full = 1;
        _line.Script = hex => hex == "8101060401FF" || hex == "81010604FF" ? full-- > 0 ? "906003FF" : "9041FF" : null;
        Assert.True(await head.GoHomeAsync(default));
        Assert.Equal(["81010604FF", "listen", "81010604FF"], _line.Sent);

        full = 100;
        DriverException busy = await Assert.ThrowsAsync<DriverException>(async () => await head.GoHomeAsync(default));
        Assert.Contains("stays busy", busy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_finds_the_buffer_full_empties_it()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex == "8101043F0201FF" ? "9041FF" : null;
        await head.CallPresetAsync(1, default);
        _line.Sent.Clear();
        int full = 1;
        _line.Script = hex => hex == "8101060101010303FF" && full-- > 0 ? "906003FF" : null;
        await head.MoveAsync(default, default);
        Assert.Equal(["8101060101010303FF", "8121FF", "8101060101010303FF", "8101040700FF", "8101040800FF"], _line.Sent);
    }

    [Fact]
    public async Task A_position_is_told_in_degrees_and_times()
    {
        ViscaHead head = await StandingAsync();
        PtzReading reading = (await head.ReadPositionAsync(default))!.Value;
        Assert.Null(reading.ErrorDegrees);
        Assert.Equal(256 / 14.4, reading.Position.Pan!.Value, 6);
        Assert.Equal(-256 / 14.4, reading.Position.Tilt!.Value, 6);
        Assert.Equal(20, reading.Position.Zoom!.Value, 6);
    }

    [Theory] // 14.4 steps a degree; left of the middle is negative, and the head ends at ±170, −30 and +90
    [InlineData(10.0, 10.0, "81010602" + "1814" + "00000900" + "00000900" + "FF")]
    [InlineData(350.0, -10.0, "81010602" + "1814" + "0F0F0700" + "0F0F0700" + "FF")]
    [InlineData(175.0, 120.0, "81010602" + "1814" + "00090900" + "00050100" + "FF")]
    [InlineData(185.0, -90.0, "81010602" + "1814" + "0F060700" + "0F0E0500" + "FF")]
    public async Task A_target_is_written_in_steps_and_ends_at_the_heads_limits(double pan, double tilt, string hex)
    {
        ViscaHead head = await StandingAsync();
        Assert.True(await head.GoToAsync(new PtzPosition(pan, tilt, null), 1, default));
        Assert.Equal([hex], _line.Sent);
    }

    [Fact]
    public async Task An_axis_that_is_not_named_stays_where_it_is()
    {
        ViscaHead head = await StandingAsync();
        Assert.True(await head.GoToAsync(new PtzPosition(0, null, 20), 0.5f, default));
        Assert.Equal(["81090612FF", "810106020C0A" + "00000000" + "0F0F0000FF", "8101044704000000FF"], _line.Sent);
    }

    [Fact]
    public async Task A_head_that_does_not_know_the_command_is_not_asked_again()
    {
        ViscaHead head = await StandingAsync();
        Assert.True(head.Abilities.HasFlag(PtzAbilities.GoTo));
        _line.Script = hex => hex.StartsWith("81010602", StringComparison.Ordinal) ? "906002FF" : null;
        Assert.False(await head.GoToAsync(new PtzPosition(0, 0, null), 1, default));
        Assert.False(head.Abilities.HasFlag(PtzAbilities.GoTo));
        _line.Sent.Clear();
        Assert.False(await head.GoToAsync(new PtzPosition(0, 0, null), 1, default));
        Assert.Empty(_line.Sent);
    }

    [Fact]
    public async Task A_position_that_does_not_come_is_null()
    {
        ViscaHead head = await StandingAsync();
        _line.Script = hex => hex == "81090612FF" ? "" : null;
        Assert.Null(await head.ReadPositionAsync(default));
        _line.Script = hex => hex == "81090612FF" ? "906002FF" : null;
        Assert.Null(await head.ReadPositionAsync(default));
    }

    [Fact]
    public async Task Without_an_answering_wire_a_stop_goes_three_times_and_nothing_is_asked()
    {
        var line = new FakeViscaTransport { Answers = false };
        var head = new ViscaHead(line, new ViscaSettings(), _time);
        await head.MoveAsync(new PtzVelocity(1, 0, 0, 1), default);
        Assert.Equal(
            ["8101040700FF", "8101040700FF", "8101040700FF", "81010001FF", "8101060118010203FF", "8101043803FF", "8101040827FF"], line.Sent);
        line.Sent.Clear();
        await head.MoveAsync(default, default);
        Assert.Equal(9, line.Sent.Count);
        await head.CallPresetAsync(1, default);                            // in which socket is never told
        await head.MoveAsync(default, default);
        Assert.Equal("81010001FF", line.Sent[^1]);
        Assert.Null(await head.ReadPositionAsync(default));
        Assert.Equal(PtzAbilities.Home | PtzAbilities.Presets, head.Abilities);
    }

    [Fact]
    public async Task A_line_that_is_gone_is_told_to_the_caller()
    {
        _line.Gone = true;
        await Assert.ThrowsAsync<DriverException>(async () => await Head().MoveAsync(default, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.7)]
    [InlineData(5)]
    [InlineData(13.5)]
    [InlineData(20)]
    public void A_magnification_becomes_a_position_and_back(double times)
    {
        var scale = new ZoomScale(20, 0x4000);
        Assert.Equal(times, scale.ToTimes(scale.ToPosition(times)), 0.01 * times);
        Assert.Equal((0, 0x4000), (scale.ToPosition(0.2), scale.ToPosition(99)));
    }

    [Fact]
    public void Presets_are_counted_without_holes_past_numbers_that_mean_something_else()
    {
        var map = new PresetMap(1, 255, 100, 3, 5);
        Assert.Equal(100, map.Count);
        byte[] numbers = [.. Enumerable.Range(1, 100).Select(preset => map.TryMap(preset, out byte number) ? number : (byte)0)];
        Assert.Equal([1, 2, 4, 6, 7], numbers[..5].Select(number => (int)number));
        Assert.Equal(100, numbers.Distinct().Count());
        Assert.False(map.TryMap(101, out _));
    }

    private ViscaHead Head() => new(_line, new ViscaSettings(), _time);

    private async Task<ViscaHead> StandingAsync()
    {
        ViscaHead head = Head();
        await head.MoveAsync(default, default);
        _line.Sent.Clear();
        _line.Urgent.Clear();
        return head;
    }
}
