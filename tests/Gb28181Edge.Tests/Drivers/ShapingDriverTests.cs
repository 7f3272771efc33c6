using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class ShapingDriverTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(-0.5f, 0.5f, -0.25f, 0.25f)]
    [InlineData(0.1f, 0, 0.01f, 0)]
    public async Task The_fine_curve_squares_and_keeps_sign_and_top_speed(float pan, float tilt, float toldPan, float toldTilt)
    {
        var head = new FakePositionHead(_time);
        var driver = new ShapingDriver(head, new PtzShaping { IsFine = true }, _time);
        await driver.MoveAsync(new PtzVelocity(pan, tilt, 0.5f, 0.5f, 0.5f), default);
        Assert.Equal((toldPan, toldTilt), (head.Velocity.Pan, head.Velocity.Tilt), RoughlyEqual);
        Assert.Equal((0.5f, 0.5f, 0.5f), (head.Velocity.Zoom, head.Velocity.Focus, head.Velocity.Iris));
    }

    [Fact]
    public async Task Top_speed_bounds_motions_and_targets()
    {
        var head = new FakePositionHead(_time);
        var driver = new ShapingDriver(head, new PtzShaping { MaxSpeed = 0.4f }, _time);
        await driver.MoveAsync(new PtzVelocity(-1, 0.5f, 1), default);
        Assert.Equal(new PtzVelocity(-0.4f, 0.2f, 1), head.Velocity);
        await driver.GoToAsync(new PtzPosition(1, null, null), 1, default);
        Assert.Equal(0.4f, head.TargetSpeed);
        await driver.GoToAsync(new PtzPosition(1, null, null), 0.1f, default);
        Assert.Equal(0.1f, head.TargetSpeed);
    }

    [Fact]
    public async Task Inversion_turns_motion_targets_and_readings()
    {
        var head = new FakePositionHead(_time) { Pan = 350, Tilt = 20 };
        var driver = new ShapingDriver(head, new PtzShaping { InvertPan = true, InvertTilt = true }, _time);
        Assert.Equal(new PtzPosition(10, -20, 1), (await driver.ReadPositionAsync(default))!.Value.Position);
        await driver.MoveAsync(new PtzVelocity(0.5f, -1, 0.3f), default);
        Assert.Equal(new PtzVelocity(-0.5f, 1, 0.3f), head.Velocity);
        await driver.GoToAsync(new PtzPosition(30, 5, 2), 1, default);
        Assert.Equal(new PtzPosition(330, -5, 2), head.Target);
        await driver.GoToAsync(new PtzPosition(0, null, null), 1, default);
        Assert.Equal(new PtzPosition(0, null, null), head.Target);
    }

    [Theory]
    [InlineData(350, 90, 10, 10)]
    [InlineData(350, 90, 120, 90)]
    [InlineData(350, 90, 340, 350)]
    [InlineData(10, 40, 200, 40)]
    [InlineData(10, 40, 350, 10)]
    public async Task A_target_outside_is_moved_to_the_nearer_limit_also_through_0(double min, double max, double target, double told)
    {
        var head = new FakePositionHead(_time);
        var driver = new ShapingDriver(head, new PtzShaping { Pan = (min, max), TiltMin = -30, TiltMax = 10 }, _time);
        await driver.GoToAsync(new PtzPosition(target, 90, null), 1, default);
        Assert.Equal(new PtzPosition(told, 10, null), head.Target);
        await driver.GoToAsync(new PtzPosition(null, -90, null), 1, default);
        Assert.Equal(new PtzPosition(null, -30, null), head.Target);
    }

    [Theory]
    [InlineData(1, 90)]
    [InlineData(-1, 350)]
    public async Task A_motion_ends_at_the_limit_and_the_other_axis_goes_on(int sign, double limit)
    {
        var head = new FakePositionHead(_time) { Pan = 20, Tilt = 0 };
        var driver = new ShapingDriver(head, new PtzShaping { Pan = (350, 90) }, _time);
        await driver.MoveAsync(new PtzVelocity(sign, 0.01f, 0), default);
        await RunAsync(driver, 20);
        Assert.InRange(Math.Abs(Math.IEEERemainder(head.Pan - limit, 360)), 0, 1);
        Assert.Equal((0, 0.01f), (head.Velocity.Pan, head.Velocity.Tilt));
        await driver.MoveAsync(new PtzVelocity(sign, 0, 0), default);
        Assert.Equal(0, head.Velocity.Pan);                                          // it does not even twitch
        await driver.MoveAsync(new PtzVelocity(-sign, 0, 0), default);
        Assert.Equal(-sign, head.Velocity.Pan);
    }

    [Fact]
    public async Task A_tilt_ends_at_its_limits_of_either_side_with_inversion()
    {
        var head = new FakePositionHead(_time) { Tilt = 0 };
        var driver = new ShapingDriver(head, new PtzShaping { TiltMin = -20, TiltMax = 30, InvertTilt = true }, _time);
        await driver.MoveAsync(new PtzVelocity(0, 1, 0), default);
        await RunAsync(driver, 20);
        Assert.InRange(head.Tilt, -30.5, -29.5);
        await driver.MoveAsync(new PtzVelocity(0, -1, 0), default);
        await RunAsync(driver, 20);
        Assert.InRange(head.Tilt, 19.5, 20.5);
    }

    [Fact]
    public async Task From_outside_of_the_limits_only_the_way_back_is_free()
    {
        var head = new FakePositionHead(_time) { Pan = 100 };
        var driver = new ShapingDriver(head, new PtzShaping { Pan = (350, 90) }, _time);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.Equal(0, head.Velocity.Pan);
        await driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        await RunAsync(driver, 3);
        Assert.InRange(head.Pan, 35, 45);
    }

    [Fact]
    public async Task While_the_position_is_unknown_a_motion_is_let_through()
    {
        var head = new FakePositionHead(_time) { Pan = 90, IsMute = true };
        var driver = new ShapingDriver(head, new PtzShaping { Pan = (350, 90) }, _time);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await RunAsync(driver, 2);
        Assert.Equal(1, head.Velocity.Pan);
        head.IsMute = false;                                                         // and bounded again as soon as it answers
        await RunAsync(driver, 1);
        Assert.Equal(0, head.Velocity.Pan);
    }

    [Fact]
    public async Task An_axis_that_comes_to_a_stand_does_not_wait_for_the_question_about_the_other()
    {
        var head = new FakePositionHead(_time) { Pan = 20 };
        var driver = new ShapingDriver(head, new PtzShaping { Pan = (350, 90) }, _time);
        await driver.MoveAsync(new PtzVelocity(0.5f, 1, 1), default);
        PtzVelocity asked = default;
        head.Asked = () => asked = head.Velocity;
        await driver.MoveAsync(new PtzVelocity(0.4f, 0, -1), default);
        Assert.Equal(new PtzVelocity(0.5f, 0, 0), asked);
        Assert.Equal(new PtzVelocity(0.4f, 0, -1), head.Velocity);
        await driver.MoveAsync(new PtzVelocity(-0.4f, 0, -1), default);
        Assert.Equal(new PtzVelocity(0, 0, -1), asked);
    }

    [Fact]
    public async Task A_stop_asks_nothing_and_leaves_nothing_to_do()
    {
        var head = new FakePositionHead(_time);
        var driver = new ShapingDriver(head, new PtzShaping { Pan = (350, 90) }, _time);
        await driver.MoveAsync(default, default);
        Assert.Equal(0, head.Questions);
        Assert.Null(await driver.ContinueAsync(default));
    }

    [Fact]
    public async Task A_reckoned_head_stops_at_its_limit_within_half_a_degree()
    {
        var travel = new HeadTravel(new AxisTravel(350, 35, 0.01, 0, TimeSpan.Zero, 0.3), null, null, speed => speed);
        TimeSpan Lag() => TimeSpan.Zero;
        var head = new FakeBlindHead(_time, new FakeAxis(350, 10, 10, 0, Lag), new FakeAxis(90, 5, 5, 0, Lag), new FakeAxis(1, 1, 1, 0, Lag));
        var driver = new ShapingDriver(
            new DeadReckoningDriver(head, travel, null, null, _time, NullLogger.Instance), new PtzShaping { Pan = (0, 120) }, _time);
        await driver.GoHomeAsync(default);
        await RunAsync(driver, 60);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await RunAsync(driver, 60);
        head.Run();
        Assert.InRange(head.Pan.View, 119.5, 120.5);
    }

    [Fact]
    public void Nothing_shaped_is_plain()
    {
        Assert.True(new PtzShaping().IsPlain);
        Assert.False(new PtzShaping { TiltMin = 0 }.IsPlain);
    }

    private static bool RoughlyEqual((float, float) a, (float, float) b) => MathF.Abs(a.Item1 - b.Item1) < 1e-6f && MathF.Abs(a.Item2 - b.Item2) < 1e-6f;

    private async Task RunAsync(ShapingDriver driver, double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(seconds);
        while (left > TimeSpan.Zero)
        {
            TimeSpan? due = await driver.ContinueAsync(default);
            TimeSpan step = due is { } next && next < left ? next + TimeSpan.FromMilliseconds(1) : left;
            _time.Advance(step);
            left -= step;
        }
    }

    /// <summary>A head that measures where it is: 20° each second at top speed.</summary>
    private sealed class FakePositionHead(TimeProvider time) : IPtzDriver
    {
        private long _at = time.GetTimestamp();
        private double _pan, _tilt;

        public double Pan { get { Run(); return (_pan % 360 + 360) % 360; } set => _pan = value; }
        public double Tilt { get { Run(); return _tilt; } set => _tilt = value; }
        public bool IsMute { get; set; }
        public int Questions { get; private set; }
        public Action? Asked { get; set; }
        public PtzVelocity Velocity { get; private set; }
        public PtzPosition Target { get; private set; }
        public float TargetSpeed { get; private set; }

        public PtzAbilities Abilities => PtzAbilities.ReadPosition | PtzAbilities.GoTo;

        public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
        {
            Run();
            Velocity = velocity;
            return ValueTask.CompletedTask;
        }

        public ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
        {
            Questions++;
            Asked?.Invoke();
            return ValueTask.FromResult<PtzReading?>(IsMute ? null : new PtzReading(new PtzPosition(Pan, Tilt, 1)));
        }

        public ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
        {
            (Target, TargetSpeed) = (target, speed);
            return ValueTask.FromResult(true);
        }

        public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => ValueTask.FromResult(false);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Run()
        {
            double seconds = time.GetElapsedTime(_at).TotalSeconds;
            _at = time.GetTimestamp();
            _pan += Velocity.Pan * 20 * seconds;
            _tilt += Velocity.Tilt * 20 * seconds;
        }
    }
}
