using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class RelayDriverTests
{
    private static readonly TimeSpan DeadTime = TimeSpan.FromMilliseconds(200), MaxRun = TimeSpan.FromSeconds(60);

    private readonly List<string> _events = [];
    private readonly FakeTimeProvider _time = new();
    private readonly FakeOutput[] _outputs;
    private readonly RelayDriver _driver;

    public RelayDriverTests()
    {
        _outputs = [.. "left right up down in out near far open close wiper".Split(' ').Select(name => new FakeOutput(name, _events))];
        _driver = New(MaxRun);
    }

    private string On => string.Join(' ', _outputs.Where(output => output.IsActive).Select(output => output.Name));

    [Theory]
    [InlineData(-0.1f, 0, 0, 0, 0, "left")]
    [InlineData(1, 0, 0, 0, 0, "right")]
    [InlineData(0, 1, 0, 0, 0, "up")]
    [InlineData(0, -1, 0, 0, 0, "down")]
    [InlineData(0, 0, 1, 0, 0, "in")]
    [InlineData(0, 0, -1, 0, 0, "out")]
    [InlineData(0, 0, 0, -1, 0, "near")]
    [InlineData(0, 0, 0, 1, 0, "far")]
    [InlineData(0, 0, 0, 0, 1, "open")]
    [InlineData(0, 0, 0, 0, -1, "close")]
    [InlineData(-1, 1, -1, 1, -1, "left up out far close")]
    [InlineData(0, 0, 0, 0, 0, "")]
    public async Task A_direction_is_its_relay(float pan, float tilt, float zoom, float focus, float iris, string on)
    {
        await _driver.MoveAsync(new PtzVelocity(pan, tilt, zoom, focus, iris), default);
        Assert.Equal(on, On);
        await _driver.MoveAsync(default, default);
        Assert.Equal("", On);
    }

    [Fact]
    public async Task A_reversal_opens_at_once_and_closes_after_the_dead_time()
    {
        await _driver.MoveAsync(new PtzVelocity(-1, 1, 0), default);
        await _driver.MoveAsync(new PtzVelocity(1, 1, 0), default);
        Assert.Equal("up", On);
        Assert.Equal(new PtzVelocity(0, 1, 0), _driver.Applied);
        Assert.Equal(DeadTime, await _driver.ContinueAsync(default));
        _time.Advance(DeadTime - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await _driver.ContinueAsync(default));
        Assert.Equal("up", On);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(MaxRun - DeadTime, await _driver.ContinueAsync(default));                    // what is due next is the end of up's longest run
        Assert.Equal("right up", On);
    }

    [Fact]
    public async Task The_same_direction_again_and_a_direction_after_a_rest_need_no_dead_time()
    {
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        await _driver.MoveAsync(default, default);
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        Assert.Equal("left", On);
        await _driver.MoveAsync(default, default);
        _time.Advance(DeadTime);
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.Equal("right", On);
    }

    [Fact]
    public async Task A_stop_during_the_dead_time_leaves_all_off()
    {
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await _driver.MoveAsync(default, default);
        _time.Advance(DeadTime);
        Assert.Null(await _driver.ContinueAsync(default));
        Assert.Equal("", On);
    }

    [Fact]
    public async Task A_motor_that_ran_too_long_stays_off_until_something_else_is_wanted()
    {
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        _time.Advance(TimeSpan.FromSeconds(59));
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);                  // a platform that repeats its move does not lengthen the run
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _driver.ContinueAsync(default));
        Assert.Equal("", On);
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.Equal("", On);
        await _driver.MoveAsync(default, default);
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.Equal("right", On);
    }

    [Fact]
    public async Task Auxiliaries_are_their_outputs_and_outlast_a_stop()
    {
        Assert.True(await _driver.SetAuxiliaryAsync(1, true, default));
        await _driver.MoveAsync(default, default);
        Assert.Equal("wiper", On);
        Assert.True(await _driver.SetAuxiliaryAsync(1, false, default));
        Assert.Equal("", On);
        Assert.False(await _driver.SetAuxiliaryAsync(2, true, default));
    }

    [Fact]
    public async Task A_relay_that_fails_takes_all_others_off()
    {
        await _driver.SetAuxiliaryAsync(1, true, default);
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        _outputs[2].Fails = true;
        await Assert.ThrowsAsync<DriverException>(async () => await _driver.MoveAsync(new PtzVelocity(-1, 1, 1), default));
        Assert.Equal(("", default), (On, _driver.Applied));
        _outputs[2].Fails = false;
        await _driver.MoveAsync(new PtzVelocity(1, 1, 0), default);
        Assert.Equal("up", On);                                                      // left ran until now: its dead time counts after a failure too
    }

    [Fact]
    public async Task A_relay_that_will_not_open_keeps_its_opposite_open()
    {
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        _outputs[0].Fails = true;
        await Assert.ThrowsAsync<DriverException>(async () => await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default));
        Assert.DoesNotContain("right on", _events);
        _outputs[0].Fails = false;
        await _driver.MoveAsync(default, default);
        Assert.Equal("", On);
    }

    [Fact]
    public async Task Disposal_takes_all_off()
    {
        await _driver.MoveAsync(new PtzVelocity(1, 1, 1, 1, 1), default);
        await _driver.SetAuxiliaryAsync(1, true, default);
        await _driver.DisposeAsync();
        Assert.Equal("", On);
        Assert.All(_outputs, output => Assert.True(output.IsDisposed));
    }

    [Fact]
    public async Task Directions_without_a_relay_do_nothing()
    {
        var driver = new RelayDriver(new RelayOutputs(_outputs[0], _outputs[1]), RelayTimes.Default, _time, NullLogger.Instance);
        await driver.MoveAsync(new PtzVelocity(1, 1, 1, 1, 1), default);
        Assert.Equal("right", On);
        Assert.Null(await driver.ContinueAsync(default));
        Assert.False(await driver.SetAuxiliaryAsync(1, true, default));
    }

    [Fact]
    public async Task No_order_of_commands_times_and_failures_closes_two_opposite_relays_or_shortens_a_dead_time()
    {
        const int Seed = 28_181;
        var random = new Random(Seed);
        var judge = new RelayJudge(_time, DeadTime, MaxRun);
        foreach (FakeOutput output in _outputs) output.Changed = judge.See;
        int failures = 0;
        for (int step = 0; step < 20_000; step++)
        {
            bool fails = random.Next(50) == 0;
            if (fails) _outputs[random.Next(_outputs.Length)].Fails = true;
            try
            {
                if (random.Next(3) == 0) await _driver.ContinueAsync(default);
                else await _driver.MoveAsync(new PtzVelocity(Sign(), Sign(), Sign(), Sign(), Sign()), default);
            }
            catch (DriverException) when (fails)
            {
                failures++;
            }
            foreach (FakeOutput output in _outputs) output.Fails = false;
            if (await _driver.ContinueAsync(default) is { } due && random.Next(2) == 0) _time.Advance(due);
            else _time.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
            await _driver.ContinueAsync(default);
        }
        Assert.True(judge.Closings > 10_000 && failures > 10, $"{judge.Closings} closings, {failures} failures");
        Assert.True(judge.Faults.Count == 0, $"seed {Seed}: " + string.Join("\n", judge.Faults.Take(5)));

        float Sign() => random.Next(-1, 2);
    }

    private RelayDriver New(TimeSpan? maxRun) => new(
        new RelayOutputs(
            _outputs[0], _outputs[1], _outputs[2], _outputs[3], _outputs[4], _outputs[5], _outputs[6], _outputs[7], _outputs[8], _outputs[9])
        {
            Auxiliaries = new Dictionary<int, IDigitalOutput> { [1] = _outputs[10] },
        },
        new RelayTimes(DeadTime, maxRun), _time, NullLogger.Instance);

    /// <summary>Watches every change of every pin.</summary>
    private sealed class RelayJudge(FakeTimeProvider time, TimeSpan deadTime, TimeSpan maxRun)
    {
        private static readonly string[][] Pairs = [["left", "right"], ["up", "down"], ["in", "out"], ["near", "far"], ["open", "close"]];
        private readonly Dictionary<string, (bool On, DateTimeOffset At)> _states = [];

        public List<string> Faults { get; } = [];
        public int Closings { get; private set; }

        public void See(string name, bool on)
        {
            DateTimeOffset now = time.GetUtcNow();
            bool was = _states.TryGetValue(name, out (bool On, DateTimeOffset At) last) && last.On;
            if (was == on) return;
            if (was && now - last.At > maxRun + TimeSpan.FromMilliseconds(300)) Faults.Add($"{name} was on for {now - last.At}");
            _states[name] = (on, now);
            if (!on || Array.Find(Pairs, pair => pair.Contains(name)) is not { } pair) return;
            Closings++;
            string opposite = pair[0] == name ? pair[1] : pair[0];
            if (!_states.TryGetValue(opposite, out (bool On, DateTimeOffset At) other)) return;
            if (other.On) Faults.Add($"{name} closed on {opposite}");
            else if (now - other.At < deadTime) Faults.Add($"{name} closed {now - other.At} after {opposite}");
        }
    }
}
