using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>A blind head with 3 % of speed error, 1.5° of play and up to 80 ms of lag, driven in stepped time.</summary>
public class DeadReckoningTests
{
    private const double PanRange = 350, PanSeconds = 35, TiltRange = 90, TiltSeconds = 18;

    private static readonly HeadTravel Travel = new(
        new AxisTravel(PanRange, PanSeconds, 0.04, 2, TimeSpan.FromMilliseconds(100), 0.3),
        new AxisTravel(TiltRange, TiltSeconds, 0.04, 2, TimeSpan.FromMilliseconds(100), 0.3),
        new AxisTravel(1, 5, 0.04, 0, TimeSpan.FromMilliseconds(100), 0.01), speed => speed)
    {
        PanAtLeft = 5,
        MaxZoom = 10,
    };

    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(7);

    [Fact]
    public async Task The_position_is_unknown_until_it_was_at_home_and_exact_then()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        head.Pan.Put(200);
        head.Tilt.Put(40);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await RunAsync(driver, head, 2);
        Assert.Null(await driver.ReadPositionAsync(default));
        Assert.True(await driver.GoHomeAsync(default));
        await RunToRestAsync(driver, head);
        PtzReading reading = (await driver.ReadPositionAsync(default))!.Value;
        Assert.Equal(new PtzPosition(5, -90, 1), reading.Position);
        Assert.Equal((0, 0, 0), (head.Pan.View, head.Tilt.View, head.Zoom.View));
        Assert.InRange(reading.ErrorDegrees!.Value, 0, 1.5);
        Assert.True(head.Told[^1].IsStop);
    }

    [Fact]
    public async Task Error_grows_with_the_way_and_homing_takes_it_away()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        await driver.GoHomeAsync(default);
        await RunToRestAsync(driver, head);
        double before = await ErrorAsync(driver, head);
        for (int i = 0; i < 10; i++)                                                 // in the middle, where no stop corrects it; the speeds differ by 6 %
        {
            await driver.GoToAsync(new PtzPosition(260, null, null), 1, default);
            await RunToRestAsync(driver, head);
            await driver.GoToAsync(new PtzPosition(100, null, null), 1, default);
            await RunToRestAsync(driver, head);
        }
        double told = (await driver.ReadPositionAsync(default))!.Value.ErrorDegrees!.Value, drifted = await ErrorAsync(driver, head);
        await driver.GoHomeAsync(default);
        await RunToRestAsync(driver, head);
        await driver.GoToAsync(new PtzPosition(100, null, null), 1, default);
        await RunToRestAsync(driver, head);
        double after = await ErrorAsync(driver, head);
        Assert.InRange(before, 0, 0.5);
        Assert.InRange(drifted, 20, told);
        Assert.InRange(after, 0, 6);                                                 // 3 % of 95° out and in, the lag, the play
        Assert.True((await driver.ReadPositionAsync(default))!.Value.ErrorDegrees < told / 5);
    }

    [Fact]
    public async Task Presets_that_are_visited_50_times_stay_where_they_were_when_home_is_found_again()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel with { RehomeAbove = 10 });
        double[] presets = [20, 60, 110, 140];
        var first = new Dictionary<double, double>();
        double worst = 0, spread = 0;
        for (int visit = 0; visit < 50; visit++)
        {
            double preset = presets[_random.Next(presets.Length)];
            Assert.True(await driver.GoToAsync(new PtzPosition(preset, -45, 3), 1, default));
            await RunToRestAsync(driver, head);
            double view = head.Pan.View + 5;
            worst = Math.Max(worst, Math.Abs(view - preset));
            first.TryAdd(preset, view);
            spread = Math.Max(spread, Math.Abs(view - first[preset]));
        }
        Assert.InRange(worst, 0, 15);                                                // 10° and one way of 135° with its drift
        Assert.InRange(spread, 0, 15);
        Assert.InRange(Math.Abs(head.Tilt.View - 45), 0, 5);
        Assert.InRange(Math.Pow(10, head.Zoom.View), 2.5, 3.6);
    }

    [Fact]
    public async Task A_target_is_always_reached_towards_home_so_that_the_play_does_not_count()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel, drift: 0, lag: 0);
        foreach (double target in (double[])[100, 200, 150, 151, 340, 5, 6])
        {
            await driver.GoToAsync(new PtzPosition(target, null, null), 1, default);
            await RunToRestAsync(driver, head);
            Assert.InRange(await ErrorAsync(driver, head), 0, 0.35);
            Assert.InRange(head.Pan.View + 5, target - 0.4, target + 0.4);
            if (target > 5) Assert.True(head.Told.Last(told => !told.IsStop).Pan < 0, $"to {target} from the right");
        }
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_homing_ends_it()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        head.Pan.Put(300);
        await driver.GoHomeAsync(default);
        await RunAsync(driver, head, 3);
        Assert.Equal(-1, head.Told[^1].Pan);
        await driver.MoveAsync(default, default);
        Assert.Null(await driver.ContinueAsync(default));
        await RunAsync(driver, head, 60);
        Assert.True(head.Told[^1].IsStop);
        Assert.InRange(head.Pan.View, 250, 280);
        Assert.Null(await driver.ReadPositionAsync(default));
    }

    [Fact]
    public async Task A_manual_motion_ends_the_way_to_a_target_and_is_counted()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        await driver.GoToAsync(new PtzPosition(300, -90, null), 1, default);
        await RunAsync(driver, head, 60);                                            // homed, and on its way
        await driver.MoveAsync(new PtzVelocity(0, 0.5f, 0), default);
        await RunAsync(driver, head, 10);
        await driver.MoveAsync(default, default);
        await RunAsync(driver, head, 1);
        PtzReading reading = (await driver.ReadPositionAsync(default))!.Value;
        Assert.InRange(reading.Position.Tilt!.Value, -66, -63);                      // 25° up
        Assert.InRange(await ErrorAsync(driver, head), 0, reading.ErrorDegrees!.Value);
        Assert.Null(await driver.ContinueAsync(default));
    }

    [Fact]
    public async Task Focus_and_iris_move_beside_a_way_and_stay_when_one_begins()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, 1), default);
        await driver.GoToAsync(new PtzPosition(100, null, null), 1, default);        // home first, then away, then back
        Assert.All(head.Told, velocity => Assert.Equal(1, velocity.Focus));
        await RunAsync(driver, head, 5);
        Assert.True(await driver.MoveLensAsync(0, -1, default));
        Assert.Equal(new PtzVelocity(-1, 0, 0, 0, -1), head.Told[^1]);
        await RunToRestAsync(driver, head);
        Assert.Equal(new PtzVelocity(0, 0, 0, 0, -1), head.Told[^1]);
        Assert.InRange(await ErrorAsync(driver, head), 0, (await driver.ReadPositionAsync(default))!.Value.ErrorDegrees!.Value);
        await driver.MoveAsync(default, default);
        Assert.True(head.Told[^1].IsStop);
    }

    [Fact]
    public async Task A_target_before_the_first_homing_homes_by_itself_and_only_then()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        await driver.MoveAsync(default, default);
        Assert.Null(await driver.ContinueAsync(default));
        head.Pan.Put(123);
        await driver.GoToAsync(new PtzPosition(50, null, null), 1, default);
        await RunToRestAsync(driver, head);
        Assert.InRange(head.Pan.View + 5, 46, 54);
        Assert.All(head.Told, told => Assert.Equal((0, 0), (told.Tilt, told.Zoom)));
        Assert.Null((await driver.ReadPositionAsync(default))!.Value.Position.Tilt);
    }

    [Fact]
    public async Task Home_at_start_follows_the_first_stop()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel with { HomeAtStart = true });
        head.Tilt.Put(70);
        await driver.MoveAsync(default, default);
        await RunToRestAsync(driver, head);
        Assert.Equal(-90, (await driver.ReadPositionAsync(default))!.Value.Position.Tilt);
        Assert.Equal(0, head.Tilt.View);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(0.5)]
    public async Task A_limit_switch_ends_homing_also_when_it_begins_on_it(double from)
    {
        FakeBlindHead? head = null;
        var limit = new FakeLimit(() => head!.Pan.View <= 1);
        (DeadReckoningDriver driver, head) = New(Travel with { Tilt = null, Zoom = null }, limit: limit);
        head.Pan.Put(from);
        await driver.GoHomeAsync(default);
        double ran = await RunToRestAsync(driver, head);
        Assert.InRange(ran, 0.5, 25);                                                // it does not run on for the time of the whole travel
        PtzReading reading = (await driver.ReadPositionAsync(default))!.Value;
        Assert.InRange(Math.Abs(head.Pan.View - 1), 0, reading.ErrorDegrees!.Value); // home is where the switch closes
        Assert.InRange(reading.ErrorDegrees.Value, 0.3, 3);
        await driver.DisposeAsync();
        Assert.True(limit.IsDisposed);
    }

    [Fact]
    public async Task A_limit_switch_that_never_closes_is_a_failure_and_leaves_the_position_unknown()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel with { Tilt = null, Zoom = null }, limit: new FakeLimit(() => false));
        await driver.GoHomeAsync(default);
        DriverException failure = await Assert.ThrowsAsync<DriverException>(async () => await RunToRestAsync(driver, head));
        Assert.Contains("pan limit switch limit did not close", failure.Message, StringComparison.Ordinal);
        await driver.MoveAsync(default, default);                                    // as the controller does
        Assert.Null(await driver.ContinueAsync(default));
        Assert.True(head.Told[^1].IsStop);
        Assert.Null(await driver.ReadPositionAsync(default));
    }

    [Fact]
    public async Task A_command_that_failed_leaves_the_position_unknown()
    {
        (DeadReckoningDriver driver, FakeBlindHead head) = New(Travel);
        await driver.GoHomeAsync(default);
        await RunToRestAsync(driver, head);
        head.Fails = true;
        await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(new PtzVelocity(1, 0, 0), default));
        Assert.Null(await driver.ReadPositionAsync(default));
    }

    [Fact]
    public async Task Abilities_are_the_heads_and_its_own()
    {
        (DeadReckoningDriver driver, _) = New(Travel);
        Assert.Equal(PtzAbilities.ReadPosition | PtzAbilities.GoTo | PtzAbilities.Home, driver.Abilities);
        Assert.True(await driver.SetAuxiliaryAsync(3, true, default));
        Assert.False(await driver.CallPresetAsync(1, default));
        (DeadReckoningDriver tiltOnly, _) = New(Travel with { Pan = null, Zoom = null });
        Assert.False(await tiltOnly.GoToAsync(new PtzPosition(10, null, 2), 1, default));
    }

    [Fact]
    public async Task The_error_that_is_told_is_never_less_than_the_true_one()
    {
        const int Runs = 300;
        int compared = 0;
        double tightest = double.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            var random = new Random(run);
            HeadTravel travel = Travel with { RehomeAbove = random.Next(2) == 0 ? 8 : null, PanHomeRight = random.Next(2) == 0, TiltHomeUp = random.Next(2) == 0 };
            (DeadReckoningDriver driver, FakeBlindHead head) = New(travel, random);
            await driver.GoHomeAsync(default);
            await RunToRestAsync(driver, head);
            for (int step = 0; step < 40; step++)
            {
                try
                {
                    await DoSomethingAsync(driver, head, random);
                }
                catch (OperationCanceledException)
                {
                    await RunAsync(driver, head, random.NextDouble() * 0.2);         // until the stop that overtook it
                    await driver.MoveAsync(default, default);
                }
                for (int look = random.Next(1, 6); look > 0; look--)
                {
                    await RunAsync(driver, head, random.NextDouble() * 4);
                    if (await driver.ReadPositionAsync(default) is not { Position: { Pan: { } pan, Tilt: { } tilt, Zoom: { } zoom } } reading) continue;
                    double panError = Math.Abs(pan - 5 - head.Pan.View), tiltError = Math.Abs(tilt + 90 - head.Tilt.View);
                    Assert.True(Math.Max(panError, tiltError) <= reading.ErrorDegrees + 1e-6, $"run {run}, step {step}: {panError}, {tiltError} off, {reading.ErrorDegrees} told");
                    Assert.InRange(zoom, 1, 10);
                    tightest = Math.Min(tightest, reading.ErrorDegrees!.Value - Math.Max(panError, tiltError));
                    compared++;
                }
            }
        }
        Assert.True(compared > 10_000, $"{compared} compared");
        Assert.InRange(tightest, 0, 0.3);                                            // the bound is no wild overestimate either: it is nearly met
    }

    [Fact]
    public async Task The_dead_time_of_relays_is_not_counted_as_motion()
    {
        TimeSpan Lag() => TimeSpan.FromMilliseconds(50);
        var pan = new FakeAxis(PanRange, 10.2, 9.9, 1, Lag);
        var head = new FakeBlindHead(_time, pan, new FakeAxis(TiltRange, 5, 5, 0, Lag), new FakeAxis(1, 0.2, 0.2, 0, Lag));
        FakeOutput left = new("left"), right = new("right");
        left.Changed = (_, on) => pan.Tell(on ? -1 : 0, head.Now);
        right.Changed = (_, on) => pan.Tell(on ? 1 : 0, head.Now);
        var relays = new RelayDriver(new RelayOutputs(left, right), new RelayTimes(TimeSpan.FromSeconds(1)), _time, NullLogger.Instance);
        var driver = new DeadReckoningDriver(relays, Travel with { Tilt = null, Zoom = null, Law = _ => 1 }, null, null, _time, NullLogger.Instance);
        pan.Put(100);
        await driver.GoToAsync(new PtzPosition(155, null, null), 1, default);
        await RunToRestAsync(driver, head);
        for (int reversal = 0; reversal < 6; reversal++)                             // by hand, each way for 3 s, of which 1 s is dead
        {
            await driver.MoveAsync(new PtzVelocity(reversal % 2 == 0 ? 0.4f : -0.4f, 0, 0), default);
            await RunAsync(driver, head, 3);
        }
        await driver.MoveAsync(default, default);
        await RunAsync(driver, head, 0.2);
        PtzReading reading = (await driver.ReadPositionAsync(default))!.Value;
        double error = await ErrorAsync(driver, head);
        Assert.True(error <= reading.ErrorDegrees, $"{error} off, {reading.ErrorDegrees} told");
        Assert.InRange(error, 0, 6);                                                 // with the dead times counted it would be 10 degrees each
        Assert.InRange(reading.ErrorDegrees!.Value, 0, 30);
    }

    private static async Task DoSomethingAsync(DeadReckoningDriver driver, FakeBlindHead head, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                await driver.GoHomeAsync(default);
                break;
            case <= 4:
                await driver.GoToAsync(new PtzPosition(random.Next(360), random.Next(-90, 1), 1 + random.Next(9)), 0.3f + (float)random.NextDouble() * 0.7f, default);
                break;
            case 5:
                await driver.MoveAsync(default, default);
                break;
            case 6:
                head.Withdraws = random.Next(2) == 0;
                await driver.MoveAsync(new PtzVelocity(Velocity(), Velocity(), 0), default);
                break;
            default:
                await driver.MoveAsync(new PtzVelocity(Velocity(), Velocity(), Velocity()), default);
                break;
        }

        float Velocity() => random.Next(3) == 0 ? 0 : (float)(random.NextDouble() * 2 - 1);
    }

    private (DeadReckoningDriver Driver, FakeBlindHead Head) New(HeadTravel travel, Random random)
    {
        double Off() => 1 + (random.NextDouble() * 2 - 1) * 0.04;
        TimeSpan Lag() => TimeSpan.FromMilliseconds(random.NextDouble() * 100);
        double play = random.NextDouble() * 2;
        var head = new FakeBlindHead(
            _time,
            new FakeAxis(PanRange, PanRange / PanSeconds * Off(), PanRange / PanSeconds * Off(), play, Lag),
            new FakeAxis(TiltRange, TiltRange / TiltSeconds * Off(), TiltRange / TiltSeconds * Off(), play, Lag),
            new FakeAxis(1, 0.2 * Off(), 0.2 * Off(), 0, Lag));
        head.Pan.Put(random.NextDouble() * PanRange);
        head.Tilt.Put(random.NextDouble() * TiltRange);
        return (new DeadReckoningDriver(head, travel, null, null, _time, NullLogger.Instance), head);
    }

    private (DeadReckoningDriver Driver, FakeBlindHead Head) New(HeadTravel travel, double drift = 0.03, double lag = 80, IDigitalInput? limit = null)
    {
        TimeSpan Lag() => TimeSpan.FromMilliseconds(lag * (0.6 + 0.4 * _random.NextDouble()));
        FakeAxis Axis(double range, double seconds, double play) => new(range, range / seconds * (1 + drift), range / seconds * (1 - drift), play, Lag);
        var head = new FakeBlindHead(_time, Axis(PanRange, PanSeconds, 1.5), Axis(TiltRange, TiltSeconds, 1.5), Axis(1, 5, 0));
        return (new DeadReckoningDriver(head, travel, limit, null, _time, NullLogger.Instance), head);
    }

    private static async Task<double> ErrorAsync(DeadReckoningDriver driver, FakeBlindHead head) =>
        Math.Abs((await driver.ReadPositionAsync(default))!.Value.Position.Pan!.Value - 5 - head.Pan.View);

    /// <summary>Lets time pass as the controller would, a little late at each call.</summary>
    private async Task RunAsync(DeadReckoningDriver driver, FakeBlindHead head, double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(seconds);
        while (left > TimeSpan.Zero)
        {
            TimeSpan? due = await driver.ContinueAsync(default);
            TimeSpan step = due is { } next && next < left ? next + TimeSpan.FromMilliseconds(_random.NextDouble() * 3) : left;
            _time.Advance(step);
            head.Run();
            left -= step;
        }
    }

    /// <summary>Until it does nothing by itself any more. Returns the seconds that it took.</summary>
    private async Task<double> RunToRestAsync(DeadReckoningDriver driver, FakeBlindHead head)
    {
        double seconds = 0;
        while (await driver.ContinueAsync(default) is { } due)
        {
            Assert.InRange(seconds, 0, 400);
            TimeSpan step = due + TimeSpan.FromMilliseconds(_random.NextDouble() * 3);
            _time.Advance(step);
            head.Run();
            seconds += step.TotalSeconds;
        }
        _time.Advance(TimeSpan.FromSeconds(0.5));
        head.Run();
        return seconds;
    }
}
