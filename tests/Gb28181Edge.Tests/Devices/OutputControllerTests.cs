using CsCheck;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Devices;

/// <summary>Modes, interlocks and safe values of outputs, in stepped time.</summary>
public class OutputControllerTests
{
    private const string Door = "34020000001340000001", Window = "34020000001340000002";

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLog _log = new();

    [Fact]
    public void A_pulse_ends_by_itself_begins_anew_with_the_next_alarm_and_ends_with_a_command_or_a_reset()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { Mode = OutputMode.Pulse, Pulse = Ms(1000), OnAlarm = true });
        Raise(outputs, Door);
        Pass(outputs, 999);
        Assert.True(pins[0].IsActive);
        Raise(outputs, Door);
        Pass(outputs, 999);
        Assert.True(pins[0].IsActive);
        Pass(outputs, 1);
        Assert.False(pins[0].IsActive);
        Pass(outputs, 5000);
        Assert.False(pins[0].IsActive);
        Assert.True(Set(outputs, 1, true));
        Assert.True(Set(outputs, 1, false));
        Assert.False(pins[0].IsActive);
        Raise(outputs, Door);
        Reset(outputs, Door);
        Assert.False(pins[0].IsActive);
    }

    [Fact]
    public void A_flash_is_on_and_off_in_turn_while_it_is_asked_for()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { Mode = OutputMode.Flash, Flash = Ms(200), OnAlarm = true });
        Pass(outputs, 70);
        Raise(outputs, Door);
        var seen = new List<bool>();
        for (int i = 0; i < 10; i++)
        {
            seen.Add(pins[0].IsActive);
            Pass(outputs, 100);
        }
        Assert.Equal([true, true, false, false, true, true, false, false, true, true], seen);
        Assert.True(Set(outputs, 1, false));                                // an alarm holds it beyond a command
        Pass(outputs, 200);
        Assert.True(pins[0].IsActive);
        Reset(outputs, Door);
        Assert.False(pins[0].IsActive);
        Pass(outputs, 1000);
        Assert.Equal(3 + 1, pins[0].TimesOn);
    }

    [Fact]
    public void A_latch_stays_on_when_the_alarm_ends_by_itself_until_a_command_or_a_reset()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { Mode = OutputMode.Latch, OnAlarm = true });
        Raise(outputs, Door);
        Tell(outputs, null, [], []);
        Assert.True(pins[0].IsActive);
        Assert.True(Set(outputs, 1, false));
        Assert.False(pins[0].IsActive);
        Tell(outputs, Alarm(Door), [], [Door, Window]);
        Tell(outputs, null, [Door], [Window]);                              // the other one is still in alarm
        Assert.True(pins[0].IsActive);
        Tell(outputs, null, [Window], []);
        Assert.False(pins[0].IsActive);
    }

    [Fact]
    public void An_alarm_from_before_the_start_holds_follow_flash_and_latch_and_gives_no_pulse()
    {
        (OutputController outputs, FakeSwitch[] pins) = New([.. Enum.GetValues<OutputMode>().Select((mode, i) => Output(i + 1) with { Mode = mode, OnAlarm = true })]);
        Tell(outputs, null, [], [Door]);
        Assert.Equal(Enum.GetValues<OutputMode>().Select(mode => mode != OutputMode.Pulse), pins.Select(pin => pin.IsActive));
    }

    [Fact]
    public void An_output_follows_the_inputs_that_it_is_bound_to_and_no_others()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { Inputs = [Window] });
        Raise(outputs, Door);
        Assert.False(pins[0].IsActive);
        Tell(outputs, Alarm(Window), [], [Door, Window]);
        Assert.True(pins[0].IsActive);
        Tell(outputs, null, [Window], [Door]);
        Assert.False(pins[0].IsActive);
    }

    [Fact]
    public void The_second_of_two_that_are_never_on_together_is_refused_and_an_alarms_waits_for_the_first()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { NotWith = [Id(2)] }, Output(2) with { Inputs = [Door] });
        Assert.True(Set(outputs, 1, true));
        Assert.False(Set(outputs, 2, true));
        Assert.True(_log.Has(LogLevel.Warning, $"Output {Id(2)} is refused: {Id(1)} is on"));
        Assert.True(Set(outputs, 1, false));
        Assert.False(pins[1].IsActive);                                     // what was refused is forgotten
        Assert.True(Set(outputs, 1, true));
        Raise(outputs, Door);
        Assert.Equal([true, false], pins.Select(pin => pin.IsActive));
        Assert.True(Set(outputs, 1, false));
        Assert.Equal([false, true], pins.Select(pin => pin.IsActive));
        Assert.False(Set(outputs, 1, true));
    }

    [Fact]
    public void A_pin_that_does_not_go_off_keeps_its_rival_off_and_is_tried_again()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { NotWith = [Id(2)] }, Output(2));
        Assert.True(Set(outputs, 1, true));
        pins[0].Fails = true;
        Assert.False(Set(outputs, 1, false));
        Assert.False(Set(outputs, 2, true));
        pins[0].Fails = false;
        Pass(outputs, 5000);
        Assert.False(pins[0].IsActive);
        Assert.True(Set(outputs, 2, true));
    }

    [Fact]
    public async Task An_output_whose_safe_value_is_on_is_taken_in_hand_at_the_start_and_let_go_at_the_end_after_the_others()
    {
        var order = new List<string>();
        var pin = new FakeSwitch(safe: true) { Order = order, Name = "safe" };
        var other = new FakeSwitch { Order = order, Name = "other" };
        await using (var outputs = new OutputController([Output(1, pin) with { SafeOn = true, NotWith = [Id(2)] }, Output(2, other)], _log, _time))
        {
            Assert.True(pin.IsActive);
            outputs.Start();
            Assert.False(pin.IsActive);
            Assert.True(Set(outputs, 2, true));
        }
        Assert.Equal(["safe off", "other on", "other off", "safe on"], order);
    }

    [Fact]
    public async Task The_loop_keeps_the_times_by_itself()
    {
        (OutputController outputs, FakeSwitch[] pins) = New(Output(1) with { Mode = OutputMode.Pulse, Pulse = Ms(2500) });
        await using OutputController owned = outputs;
        outputs.Start();
        Assert.True(Set(outputs, 1, true));
        DateTimeOffset began = _time.GetUtcNow();
        await Eventually.TrueAsync(
            () =>
            {
                if (pins[0].IsActive)
                    _time.Advance(Ms(100));
                return !pins[0].IsActive;
            }, "the pulse ends");
        Assert.True(_time.GetUtcNow() - began >= Ms(2500));
    }

    private enum Step { On, Off, Raise, Release, Reset, Pass, Break }

    [Fact]
    public void No_order_of_commands_alarms_and_time_leaves_an_output_on_or_two_rivals_on_together()
    {
        Gen<(Step, int, int)[]> steps = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 3], Gen.Int[0, 700]).Array[1, 60];
        Gen.Select(steps, Gen.Enum<OutputMode>().Array[4], Gen.Bool.Array[4]).Sample((sequence, modes, all) =>
        {
            var time = new FakeTimeProvider();
            var pins = new FakeSwitch[4];
            // 1 and 2 are rivals, and 2 and 3; 4 is by itself
            for (int i = 0; i < 4; i++)
                pins[i] = new FakeSwitch();
            (pins[0].Rivals, pins[1].Rivals, pins[2].Rivals) = ([pins[1]], [pins[0], pins[2]], [pins[1]]);
            Output[] all4 =
            [
                .. pins.Select((pin, i) => Output(i + 1, pin) with
                {
                    Mode = modes[i], Pulse = Ms(400), Flash = Ms(150), OnAlarm = all[i], Inputs = all[i] ? [] : [Door], NotWith = i == 1 ? [Id(1), Id(3)] : [],
                }),
            ];
            var outputs = new OutputController(all4, new RecordingLog(), time);
            var inAlarm = new HashSet<string>();
            bool commanded = false;
            foreach ((Step step, int which, int amount) in sequence)
            {
                string input = which % 2 == 0 ? Door : Window;
                switch (step)
                {
                    case Step.On or Step.Off:
                        _ = Set(outputs, which + 1, step == Step.On);
                        commanded = which == 3 ? step == Step.On && modes[3] != OutputMode.Pulse : commanded;
                        break;
                    case Step.Raise:
                        inAlarm.Add(input);
                        Tell(outputs, Alarm(input), [], [.. inAlarm]);
                        break;
                    case Step.Release:
                        inAlarm.Remove(input);
                        Tell(outputs, null, [], [.. inAlarm]);
                        break;
                    case Step.Reset:
                        inAlarm.Remove(input);
                        Tell(outputs, null, [input], [.. inAlarm]);
                        break;
                    case Step.Pass:
                        Pass(outputs, amount, time);
                        break;
                    case Step.Break:
                        pins[which].Fails = !pins[which].Fails && which < 3;
                        break;
                }
                bool held = all[3] ? inAlarm.Count > 0 : inAlarm.Contains(Door);
                if (modes[3] == OutputMode.Follow && pins[3].IsActive != (commanded || held))
                    return false;
            }
            foreach (FakeSwitch pin in pins)
                pin.Fails = false;
            Tell(outputs, null, [Door, Window], []);
            for (int i = 0; i < 4; i++)
            {
                if (modes[i] != OutputMode.Pulse)
                    _ = Set(outputs, i + 1, false);
            }
            Pass(outputs, 5000, time);                                      // the pulse, and the pause after a pin that failed
            return pins.All(pin => !pin.IsActive && !pin.MetRival);
        }, iter: 4000);
    }

    private (OutputController Outputs, FakeSwitch[] Pins) New(params Output[] outputs) =>
        (new OutputController(outputs, _log, _time), [.. outputs.Select(output => (FakeSwitch)output.Pin)]);

    private static Output Output(int number, FakeSwitch? pin = null) => new(Id(number), $"output {number}", pin ?? new FakeSwitch(), number, OnAlarm: false);

    private static string Id(int number) => $"3402000000135000000{number}";

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static AlarmRecord Alarm(string input) => new(input, 1, 2, null, DateTimeOffset.UnixEpoch, "");

    private static void Raise(OutputController outputs, string input) => Tell(outputs, Alarm(input), [], [input]);

    private static void Reset(OutputController outputs, string input) => Tell(outputs, null, [input], []);

    private static void Tell(OutputController outputs, AlarmRecord? raised, string[] reset, HashSet<string> inAlarm) =>
        Assert.True(outputs.OnNewsAsync(new AlarmNews(raised, reset, inAlarm), default).AsTask().IsCompletedSuccessfully);

    private static bool Set(OutputController outputs, int number, bool on) => outputs.SetAuxiliaryAsync(number, on, default).AsTask() is { IsCompletedSuccessfully: true, Result: true };

    private void Pass(OutputController outputs, int milliseconds) => Pass(outputs, milliseconds, _time);

    /// <summary>What the loop does: a round whenever one is due.</summary>
    private static void Pass(OutputController outputs, int milliseconds, FakeTimeProvider time)
    {
        DateTimeOffset end = time.GetUtcNow() + Ms(milliseconds);
        while (outputs.Turn() is { } due && time.GetUtcNow() + due <= end)
            time.Advance(due);
        time.Advance(end - time.GetUtcNow());
        outputs.Turn();
    }

    /// <summary>A pin that fails when told to, and sees when it goes on beside a rival.</summary>
    private sealed class FakeSwitch : IDigitalOutput
    {
        private readonly bool _safe;

        public FakeSwitch(bool safe = false) => _safe = IsActive = safe;

        public string Name { get; init; } = "pin";
        public bool IsActive { get; private set; }
        public bool Fails { get; set; }
        public bool MetRival { get; private set; }
        public int TimesOn { get; private set; }
        public FakeSwitch[] Rivals { get; set; } = [];
        public List<string>? Order { get; init; }

        public void Set(bool active)
        {
            if (Fails)
                throw new DriverException("stuck");
            MetRival |= active && Rivals.Any(rival => rival.IsActive);
            TimesOn += active && !IsActive ? 1 : 0;
            IsActive = active;
            Order?.Add($"{Name} {(active ? "on" : "off")}");
        }

        public ValueTask DisposeAsync()
        {
            Set(_safe);
            return ValueTask.CompletedTask;
        }
    }
}
