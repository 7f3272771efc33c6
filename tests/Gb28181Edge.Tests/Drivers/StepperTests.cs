using System.Diagnostics;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Drivers;

public class StepperTests
{
    private static readonly StepperTravel Travel = new(10, 400, 2000, 180, 0, HomeAtPlus: false, HoldTorque: false);

    [Fact]
    public void A_run_ramps_up_by_the_acceleration_and_keeps_top_speed()
    {
        var motion = new StepperMotion(100, 500);
        motion.Run(1);
        List<StepperStep> steps = Make(motion, 40);
        Assert.Equal([31.62, 44.72, 54.77, 63.25, 70.71, 77.46, 83.67, 89.44, 94.87, 100, 100], steps.Take(11).Select(step => Math.Round(step.Speed, 2)));
        Assert.All(steps, step => Assert.Equal((1, 1 / step.Speed), (step.Direction, step.Delay)));
        Assert.Equal(40, motion.Position);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void A_run_that_is_slower_than_the_first_step_of_a_ramp_keeps_its_speed(double velocity)
    {
        var motion = new StepperMotion(100, 500);
        motion.Run(velocity);
        Assert.All(Make(motion, 20), step => Assert.Equal(100 * velocity, step.Speed, 6));
        motion.Run(1);
        Make(motion, 50);
        motion.Run(velocity);
        List<StepperStep> slowing = Make(motion, 30);
        Assert.Equal(100 * velocity, slowing[^1].Speed, 6);
        Assert.InRange(slowing[4].Speed, 60, 80);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(-300)]
    [InlineData(1000)]
    public void A_target_is_reached_exactly_with_a_ramp_down(long target)
    {
        var motion = new StepperMotion(100, 500);
        motion.GoTo(target, 1);
        List<StepperStep> steps = Make(motion, 5000);
        Assert.Equal((target, (int)Math.Abs(target), 0.0), (motion.Position, steps.Count, motion.Speed));
        Assert.All(steps, step => Assert.Equal(Math.Sign(target), step.Direction));
        Assert.InRange(Math.Abs(steps[^1].Speed), 1, 31.7);
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.InRange(Math.Abs(Square(pair.Second) - Square(pair.First)), 0, 1000.1));

        static double Square(StepperStep step) => step.Speed * step.Speed;
    }

    [Fact]
    public void A_reversal_slows_down_before_it_turns()
    {
        var motion = new StepperMotion(100, 500);
        motion.Run(1);
        Make(motion, 20);
        motion.Run(-1);
        List<StepperStep> steps = Make(motion, 40);
        int turn = steps.FindIndex(step => step.Direction < 0);
        Assert.Equal(9, turn);
        Assert.InRange(steps[turn - 1].Speed, 1, 32);
        Assert.InRange(steps[turn].Speed, -32, -1);
        Assert.All(steps.Take(turn), step => Assert.Equal(1, step.Direction));
    }

    [Fact]
    public void A_run_slows_down_and_stands_at_the_end_of_the_travel()
    {
        var motion = new StepperMotion(100, 500) { Min = 0, Max = 50 };
        motion.Run(1);
        List<StepperStep> steps = Make(motion, 500);
        Assert.Equal((50, 50), (steps.Count, motion.Position));
        Assert.InRange(steps[^1].Speed, 1, 32);
        motion.Run(-0.5);
        Assert.Equal(50, Make(motion, 500).Count);
        Assert.Equal(0, motion.Position);
    }

    [Fact]
    public void No_order_of_commands_leaves_the_travel_or_the_top_speed_or_the_ramp()
    {
        for (int run = 0; run < 300; run++)
        {
            var random = new Random(run);
            var motion = new StepperMotion(200, 800) { Min = 0, Max = 400 };
            double last = 0;
            for (int command = 0; command < 20; command++)
            {
                if (random.Next(2) == 0) motion.Run(random.NextDouble() * 2 - 1);
                else motion.GoTo(random.Next(-50, 500), random.NextDouble());
                foreach (StepperStep step in Make(motion, random.Next(300)))
                {
                    Assert.InRange(Math.Abs(step.Speed), 0, 200.001);
                    Assert.True(Math.Abs(step.Speed * step.Speed - last * last) <= 1602 || last == 0 || Math.Sign(last) != step.Direction, $"run {run}: {last} to {step.Speed}");
                    Assert.True(Math.Sign(last) is 0 || Math.Sign(last) == step.Direction || last * last <= 1602, $"run {run}: turned at {last}");
                    last = step.Speed;
                }
                if (!motion.IsMoving) last = 0;
                Assert.InRange(motion.Position, 0, 400);
            }
        }
    }

    [Theory]
    [InlineData(true, "0001 0011 0010 0110 0100 1100 1000 1001 0001")]
    [InlineData(false, "0011 0110 1100 1001 0011")]
    public void Coils_follow_each_other_both_ways(bool half, string states)
    {
        FakeOutput[] coils = [new("1"), new("2"), new("3"), new("4")];
        var output = new StepperCoils(coils, half);
        string[] expected = states.Split(' ');
        for (int i = 1; i < expected.Length; i++)
        {
            output.Step(1);
            Assert.Equal(expected[i], State(coils));
        }
        for (int i = expected.Length - 2; i >= 0; i--)
        {
            output.Step(-1);
            Assert.Equal(expected[i], State(coils));
        }
        output.Release();
        Assert.Equal("0000", State(coils));

        static string State(FakeOutput[] coils) => string.Concat(coils.Reverse().Select(coil => coil.IsActive ? '1' : '0'));
    }

    [Fact]
    public void Step_and_direction_set_the_direction_before_the_pulse()
    {
        var events = new List<string>();
        var output = new StepDirection(new FakeOutput("step", events), new FakeOutput("direction", events));
        output.Step(1);
        output.Step(-1);
        Assert.Equal(["direction on", "step on", "step off", "direction off", "step on", "step off"], events);
    }

    [Theory]
    [InlineData(900, 0)]
    [InlineData(3, 0)]
    [InlineData(900, 45)]
    public void Homing_runs_to_the_switch_and_then_to_the_target(int from, int target)
    {
        var motor = new FakeMotor(from);
        var axis = new StepperAxis("pan", motor, new FakeLimit(() => motor.Steps <= 5), Travel);
        axis.GoTo(target == 0 ? null : target, 1, homeFirst: false);
        Run(axis, seconds: 60);
        Assert.True(axis.IsHomed);
        Assert.Equal((target, 5 + target * 10), ((int)axis.Degrees, motor.Steps));
        Assert.False(axis.IsGoing);
        Assert.False(motor.HasCurrent);                                              // released when it stood for a while
        axis.Run(1);
        Run(axis, seconds: 60);
        Assert.Equal(1805, motor.Steps);                                             // 180 degrees from home and no farther
    }

    [Fact]
    public void A_home_switch_that_never_closes_is_a_failure()
    {
        var axis = new StepperAxis("tilt", new FakeMotor(0), new FakeLimit(() => false), Travel);
        axis.GoTo(10, 1, homeFirst: false);
        Assert.Contains("tilt home switch limit did not close", Assert.Throws<DriverException>(() => Run(axis, 120)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_that_comes_late_makes_up_for_a_fifth_of_a_step_at_most()
    {
        var motor = new FakeMotor(0);
        var axis = new StepperAxis("pan", motor, null, Travel);
        axis.Run(1);
        Run(axis, 1);
        int before = motor.Steps;
        TimeSpan late = TimeSpan.FromSeconds(5);
        axis.Turn(late);
        TimeSpan? next = axis.Turn(late);
        Assert.Equal((before + 1, late + TimeSpan.FromMilliseconds(2)), (motor.Steps, next));
    }

    [Fact]
    public async Task The_thread_steps_and_a_stop_leaves_no_step_behind_it()
    {
        var motor = new FakeMotor(0);
        var driver = new StepperDriver(new StepperAxis("pan", motor, null, Travel), null);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await Eventually.TrueAsync(() => motor.Steps > 30, "30 steps");
        await driver.MoveAsync(default, default);
        int stopped = motor.Steps;
        await Eventually.TrueAsync(() => !motor.HasCurrent, "released coils");                         // the thread went on turning: it released the coils
        Assert.Equal(stopped, motor.Steps);
        await driver.DisposeAsync();
        Assert.True(motor.IsDisposed);
    }

    [Fact]
    public async Task A_pin_that_fails_comes_out_of_the_next_call_and_stops_all()
    {
        var motor = new FakeMotor(0);
        await using var driver = new StepperDriver(new StepperAxis("pan", motor, null, Travel), null);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await Eventually.TrueAsync(() => motor.Steps > 5, "5 steps");
        motor.Fails = true;
        DriverException? failure = null;
        await Eventually.TrueAsync(() =>
        {
            failure ??= Record.Exception(() => _ = driver.ContinueAsync(default).AsTask().GetAwaiter().GetResult()) as DriverException;
            return failure is not null;
        }, "the failure");
        Assert.Equal("motor fails", failure!.Message);
        motor.Fails = false;
        await driver.MoveAsync(default, default);
    }

    [Fact]
    public async Task Disposal_ends_the_thread_also_in_the_middle_of_a_run()
    {
        var motor = new FakeMotor(0);
        var driver = new StepperDriver(new StepperAxis("pan", motor, null, Travel with { TopSpeed = 2, Acceleration = 2 }), null);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await Eventually.TrueAsync(() => motor.Steps > 0, "a step");
        var clock = Stopwatch.StartNew();
        await driver.DisposeAsync();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), "it waited for the thread longer than a step");
        int steps = motor.Steps;
        Assert.True(motor.IsDisposed);
        Assert.Equal(steps, motor.Steps);
    }

    [Fact]
    public async Task Positions_need_a_home_switch()
    {
        await using var blind = new StepperDriver(new StepperAxis("pan", new FakeMotor(0), null, Travel), null);
        Assert.Equal(PtzAbilities.None, blind.Abilities);
        Assert.False(await blind.GoToAsync(new PtzPosition(10, 0, null), 1, default));
        Assert.False(await blind.GoHomeAsync(default));
        var motor = new FakeMotor(20);
        await using var driver = new StepperDriver(new StepperAxis("pan", motor, new FakeLimit(() => motor.Steps <= 0), Travel with { AtHome = 350 }), null);
        Assert.Null(await driver.ReadPositionAsync(default));
        Assert.True(await driver.GoToAsync(new PtzPosition(5, 0, null), 1, default));
        await Eventually.TrueAsync(() => driver.ContinueAsync(default).AsTask().GetAwaiter().GetResult() is null, "the target");
        PtzReading reading = (await driver.ReadPositionAsync(default))!.Value;
        Assert.Equal((5, 0.2), (reading.Position.Pan!.Value, reading.ErrorDegrees!.Value));
        Assert.Equal(150, motor.Steps);
    }

    private static List<StepperStep> Make(StepperMotion motion, int most)
    {
        var steps = new List<StepperStep>();
        while (steps.Count < most && motion.Next() is { } step)
        {
            motion.Made(step);
            steps.Add(step);
        }
        return steps;
    }

    private static void Run(StepperAxis axis, double seconds)
    {
        TimeSpan now = TimeSpan.Zero, end = TimeSpan.FromSeconds(seconds);
        while (now <= end && axis.Turn(now) is { } due) now = due > now ? due : now;
    }

    private sealed class FakeMotor(int steps) : IStepperOutput
    {
        private volatile int _steps = steps;

        public int Steps => _steps;
        public volatile bool HasCurrent, Fails, IsDisposed;

        public void Step(int direction)
        {
            if (Fails) throw new DriverException("motor fails");
            _steps += direction;
            HasCurrent = true;
        }

        public void Release() => HasCurrent = false;

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
