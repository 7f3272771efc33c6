using CsCheck;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;
using static Gb28181Edge.Devices.PtzOrder;

namespace Gb28181Edge.Tests.Devices;

public class PtzProgramTests
{
    private const PtzAbilities Own = PtzAbilities.Presets, Measured = PtzAbilities.ReadPosition | PtzAbilities.GoTo;

    private static readonly PtzAbilities[] Heads = [Own, Measured, PtzAbilities.None, Own | Measured | PtzAbilities.Home];

    private static readonly Move StopOrder = new("city", 0, 0, 0), Right = new("city", 1, 0, 0);

    [Fact]
    public async Task A_cruise_calls_its_points_round_and_round_and_stands_at_each_for_its_dwell()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2, 3], dwell: 10);
        await run.PassAsync(35);
        Assert.Equal(["0 call 1", "10 call 2", "20 call 3", "30 call 1"], run.Head.Told);
    }

    [Theory]
    [InlineData(null, 15)]
    [InlineData(0, 15)]
    [InlineData(4095, 4095)]
    public async Task The_dwell_is_the_groups_or_the_cameras(int? dwell, int seconds)
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell);
        await run.PassAsync(seconds - 0.001);
        Assert.Equal(["0 call 1"], run.Head.Told);
        await run.PassAsync(0.001);
        Assert.Equal(["0 call 1", $"{seconds} call 2"], run.Head.Told);
        Assert.Equal(seconds, Assert.Single(run.Controller.Cruises).DwellSeconds);
    }

    [Fact]
    public async Task Where_the_head_tells_its_position_the_dwell_begins_when_it_stands()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null));               // at 100°
        run.Head.Position = new PtzPosition(160, 0, 1);
        await run.PostAsync(new PresetSet("city", 2, null), new CruiseAdd("city", 1, 1, null), new CruiseAdd("city", 1, 2, null));
        await run.PostAsync(new CruiseDwell("city", 1, 10), new CruiseStart("city", 1));
        await run.PassAsync(40);                                           // 60° at 20°/s are 3 s; seen at 3 s, and again half a second later
        Assert.Equal(["0 go 100 0 1 at 1", "13 go 160 0 1 at 1", "26 go 100 0 1 at 1", "39 go 160 0 1 at 1"], run.Head.Told);
    }

    [Fact]
    public async Task A_head_that_stays_silent_on_its_way_is_waited_for_but_not_for_ever()
    {
        await using HeadRun run = await CruiseAsync(Measured, [1, 2], dwell: 10);
        run.Head.Silent = true;
        await run.PassAsync(189.5);
        Assert.Single(run.Head.Told);
        await run.PassAsync(0.5);
        Assert.Equal("190 go 80 0 1 at 1", run.Head.Told[^1]);
    }

    [Fact]
    public async Task The_speed_of_a_cruise_is_the_speed_of_its_travel()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null), new CruiseAdd("city", 1, 1, null), new CruiseSpeed("city", 1, 3), new CruiseStart("city", 1));
        Assert.Equal(["0 go 100 0 1 at 0.2"], run.Head.Told);
        Assert.Equal(3, Assert.Single(run.Controller.Cruises).Speed);
        await run.PostAsync(new CruiseSpeed("city", 1, 4095));
        Assert.Equal(15, Assert.Single(run.Controller.Cruises).Speed);
    }

    [Fact]
    public async Task An_empty_cruise_is_refused_and_what_runs_goes_on()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        await run.PostAsync(new CruiseStart("city", 9));
        Assert.True(run.Log.Has(LogLevel.Warning, "cruise 9 is not possible: its group has no points"));
        await run.PassAsync(10);
        Assert.Equal(["0 call 1", "10 call 2"], run.Head.Told);
    }

    [Fact]
    public async Task A_move_ends_a_cruise_and_is_all_that_is_sent()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        await run.PostAsync(Right);
        await run.PassAsync(25);
        Assert.Equal(["0 call 1", "0 move 1 0 0 0 0"], run.Head.Told);
        await run.PassAsync(40);                                           // the lease
        Assert.Equal("30 stop", run.Head.Told[^1]);
        Assert.Equal(3, run.Head.Told.Length);
    }

    [Fact]
    public async Task A_stop_ends_a_cruise_and_the_travel_to_its_point()
    {
        await using HeadRun run = await CruiseAsync(Measured, [1, 2], dwell: 10);
        await run.PassAsync(1);
        Assert.False(run.Head.Stands);
        await run.PostAsync(StopOrder);
        Assert.True(run.Head.Stands);
        await run.PassAsync(100);
        Assert.Equal("1 stop", run.Head.Told[^1]);
    }

    [Fact]
    public async Task Lens_and_auxiliary_do_not_end_a_cruise_and_its_point_is_called_again_when_the_lens_rests()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        await run.PassAsync(2);
        await run.PostAsync(new Lens("city", 1, 0), new Auxiliary("city", 1, true), new Lens("city", 0, 0));
        await run.PassAsync(8);
        Assert.Equal(["0 call 1", "2 move 0 0 0 1 0", "2 aux 1 on", "2 stop", "2 call 1", "10 call 2"], run.Head.Told);
    }

    [Fact]
    public async Task A_lens_that_moves_beside_the_head_leaves_a_cruise_as_it_is()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        run.Head.HasLensOfItsOwn = true;
        await run.PassAsync(2);
        await run.PostAsync(new Lens("city", 1, 0), new Lens("city", 0, 0));
        await run.PassAsync(8);
        Assert.Equal(["0 call 1", "2 lens 1 0", "2 lens 0 0", "10 call 2"], run.Head.Told);
    }

    [Fact]
    public async Task A_lost_platform_ends_its_move_but_not_its_cruise()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        run.Controller.PlatformLost("city");
        await run.PassAsync(10);
        Assert.Equal(["0 call 1", "10 call 2"], run.Head.Told);
    }

    [Fact]
    public async Task A_preset_that_is_deleted_leaves_the_cruise_that_runs()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2, 3], dwell: 10);
        await run.PassAsync(12);                                           // at 2
        await run.PostAsync(new PresetDelete("city", 2), new PresetDelete("city", 1));
        Assert.Equal([3], Assert.Single(run.Controller.Cruises).Presets);
        await run.PassAsync(20);
        Assert.Equal(["0 call 1", "10 call 2", "12 delete 2", "12 delete 1", "20 call 3", "30 call 3"], run.Head.Told);
        await run.PostAsync(new PresetDelete("city", 3));
        Assert.Empty(run.Controller.Cruises);
        Assert.True(run.Log.Has(LogLevel.Information, "Cruise 1 ends: its group has no points"));
        await run.PassAsync(30);
        Assert.Equal("stop", run.Head.Commands[^1]);
    }

    [Fact]
    public async Task A_point_that_is_added_comes_in_its_turn()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        await run.PassAsync(12);
        await run.PostAsync(new CruiseAdd("city", 1, 1, null), new CruiseAdd("city", 1, 2, null));
        await run.PassAsync(20);
        Assert.Equal(["call 1", "call 2", "call 1", "call 2"], run.Head.Commands);
    }

    [Fact]
    public async Task A_point_that_the_head_cannot_go_to_is_passed_over_and_a_cruise_of_such_points_ends()
    {
        await using HeadRun run = await new HeadRun(Own).BeginAsync();
        await run.PostAsync(new PresetSet("city", 2, null), new CruiseAdd("city", 1, 1, null), new CruiseAdd("city", 1, 2, null), new CruiseStart("city", 1));
        Assert.Equal(["set 2", "call 1", "call 2"], run.Head.Commands);
        await run.PostAsync(new CruiseDelete("city", 1, 2), StopOrder, new CruiseStart("city", 1));
        Assert.True(run.Log.Has(LogLevel.Information, "the head can go to none of its points"));
        await run.PassAsync(60);
        Assert.Equal(["set 2", "call 1", "call 2", "stop", "call 1", "stop"], run.Head.Commands);
    }

    [Fact]
    public async Task A_head_that_fails_during_a_cruise_is_stopped_first_and_then_goes_on_where_it_was()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2, 3], dwell: 10);
        run.Head.Gone = true;
        await run.PassAsync(20);
        run.Head.Gone = false;
        await run.PassAsync(20);
        Assert.Equal(["call 1", "stop", "call 2", "call 3"], run.Head.Commands.Take(4));
        Assert.True(run.Log.Has(LogLevel.Information, "takes commands again"));
    }

    [Fact]
    public async Task A_head_that_takes_only_stops_is_not_tried_without_a_pause()
    {
        await using HeadRun run = await CruiseAsync(Own, [1, 2], dwell: 10);
        run.Head.OnlyStops = true;
        await run.PassAsync(60);
        Assert.InRange(run.Head.Commands.Count(told => told == "stop"), 2, 15);
    }

    [Fact]
    public async Task A_scan_without_a_position_turns_left_first_and_each_way_takes_its_time()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None, new PtzSettings { ScanSeconds = 20 }).BeginAsync();
        await run.PostAsync(new ScanSpeed("city", 1, 2048), new ScanStart("city", 1));
        await run.PassAsync(45);
        Assert.Equal(["0 move -0.5 0 0 0 0", "20 move 0.5 0 0 0 0", "40 move -0.5 0 0 0 0"], run.Head.Told);
        await run.PostAsync(new ScanSpeed("city", 1, 4095));
        Assert.Equal("45 move -1 0 0 0 0", run.Head.Told[^1]);
        await run.PostAsync(StopOrder);
        await run.PassAsync(60);
        Assert.Equal("45 stop", run.Head.Told[^1]);
    }

    [Fact]
    public async Task A_scan_turns_round_at_its_limits()
    {
        await using HeadRun run = await ScanAsync(left: 80, right: 140, at: 100);
        await run.PassAsync(120);
        // 5°/s: seen at the left limit 4 s after it set off, at the right one 12 s later
        Assert.Equal(["0 move -0.25 0 0 0 0", "4 move 0.25 0 0 0 0", "16 move -0.25 0 0 0 0", "28 move 0.25 0 0 0 0"], run.Head.Told.Take(4));
        Assert.InRange(run.Head.Position.Pan!.Value, 77, 143);
    }

    [Theory]
    [InlineData(350, 20, 0)]                                               // over north
    [InlineData(20, 350, 180)]                                             // the long way
    [InlineData(10, 8, 300)]                                               // all but 2°: the gap passes between two readings
    [InlineData(80, 140, 150)]                                             // from outside, to the right limit first
    [InlineData(80, 140, 70)]                                              // from outside, to the left one
    public async Task Wherever_a_scan_begins_it_ends_up_between_its_limits(double left, double right, double at)
    {
        await using HeadRun run = await ScanAsync(left, right, at);
        double arc = ((right - left) % 360 + 360) % 360;
        await run.PassAsync(15);
        int turns = 0;
        for (int i = 0; i < 60; i++)
        {
            await run.PassAsync(3.3);
            double inside = ((run.Head.Position.Pan!.Value - left + 3) % 360 + 360) % 360;
            Assert.True(inside <= arc + 6 || arc > 350, $"{run.Head.Position.Pan} is not between {left} and {right}");
            turns = run.Head.Commands.Length;
        }
        Assert.True(turns >= (arc > 180 ? 2 : 8), string.Join(", ", run.Head.Told));
        Assert.False(run.Head.Stands);
    }

    [Fact]
    public async Task A_scan_that_meets_the_end_of_its_travel_before_its_limit_ends_and_the_head_is_stopped()
    {
        await using HeadRun run = await ScanAsync(left: 80, right: 140, at: 100, leftStop: 90);
        await run.PassAsync(60);
        Assert.True(run.Log.Has(LogLevel.Information, "Scan 1 ends: the head does not move"));
        Assert.Equal("stop", run.Head.Commands[^1]);
        Assert.True(run.Head.Stands);
    }

    [Fact]
    public async Task A_scan_whose_head_falls_silent_ends()
    {
        await using HeadRun run = await ScanAsync(left: 80, right: 140, at: 100);
        await run.PassAsync(2);
        run.Head.Silent = true;
        await run.PassAsync(6);
        Assert.True(run.Log.Has(LogLevel.Information, "the head does not tell where it looks"));
        Assert.True(run.Head.Stands);
    }

    [Fact]
    public async Task A_lens_that_moves_during_a_scan_leaves_the_scan_as_it_is()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None).BeginAsync();
        await run.PostAsync(new ScanStart("city", 1), new Lens("city", 1, 0), new Lens("city", 0, 0));
        Assert.Equal(["move -0.25 0 0 0 0", "move -0.25 0 0 1 0", "move -0.25 0 0 0 0"], run.Head.Commands);
    }

    [Fact]
    public async Task A_scan_that_begins_while_the_head_is_steered_begins_with_a_stop()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None).BeginAsync();
        await run.PostAsync(new Move("city", 0, 1, 0), new ScanStart("city", 1));
        Assert.Equal(["move 0 1 0 0 0", "stop", "move -0.25 0 0 0 0"], run.Head.Commands);
        run.Controller.PlatformLost("city");
        await run.PassAsync(29);
        Assert.Equal(3, run.Head.Commands.Length);                         // nobody steers any more: no lease, no mover
    }

    [Fact]
    public async Task The_head_returns_home_when_nobody_steered_for_long_enough_once_after_each_time()
    {
        var store = new FakePtzStore();
        await using HeadRun run = await HomeAsync(store, new HomePosition(true, 60, 1));
        await run.PassAsync(200);
        Assert.Equal(["call 1"], run.Head.Commands);
        run.Head.Forget();
        TimeSpan from = run.Now;
        await run.PostAsync(Right);
        await run.PassAsync(10);
        await run.PostAsync(StopOrder);
        await run.PassAsync(59.9);
        Assert.Equal(["move 1 0 0 0 0", "stop"], run.Head.Commands);
        await run.PassAsync(0.1);
        Assert.Equal(["move 1 0 0 0 0", "stop", "call 1"], run.Head.Commands);
        Assert.Equal(TimeSpan.FromSeconds(70), run.Now - from);
        await run.PassAsync(500);
        Assert.Equal(3, run.Head.Commands.Length);
    }

    [Fact]
    public async Task The_heads_own_home_is_preset_0()
    {
        await using HeadRun run = await HomeAsync(new FakePtzStore(), new HomePosition(true, 60, 0));
        await run.PassAsync(61);
        Assert.Equal(["home"], run.Head.Commands);
    }

    [Fact]
    public async Task A_cruise_counts_as_steering_and_after_it_the_head_returns_home()
    {
        await using HeadRun run = await HomeAsync(new FakePtzStore(), new HomePosition(true, 60, 1));
        await run.PostAsync(new CruiseAdd("city", 1, 2, null), new CruiseDwell("city", 1, 1000), new CruiseStart("city", 1));
        await run.PassAsync(500);
        Assert.Equal(["call 2"], run.Head.Commands);
        await run.PostAsync(StopOrder);
        await run.PassAsync(61);
        Assert.Equal(["call 2", "stop", "call 1"], run.Head.Commands);
    }

    [Fact]
    public async Task A_head_that_is_gone_when_it_should_return_is_tried_again_later()
    {
        await using HeadRun run = await HomeAsync(new FakePtzStore(), new HomePosition(true, 60, 1));
        run.Head.OnlyStops = true;
        await run.PassAsync(65);
        run.Head.OnlyStops = false;
        await run.PassAsync(65);
        Assert.Equal(["stop", "call 1"], run.Head.Commands);
    }

    [Fact]
    public async Task A_home_that_is_switched_off_calls_nobody()
    {
        await using HeadRun run = await HomeAsync(new FakePtzStore(), new HomePosition(true, 60, 1));
        await run.DoAsync(async () => Assert.True(await run.Controller.SetHomeAsync(new HomePosition(false, 0, 0), CancellationToken.None)));
        await run.PassAsync(200);
        Assert.Empty(run.Head.Commands);
    }

    [Fact]
    public async Task A_cruise_and_the_home_go_on_after_a_restart_behind_a_stop()
    {
        var store = new FakePtzStore();
        await using (HeadRun run = await HomeAsync(store, new HomePosition(true, 60, 1)))
        {
            await run.PostAsync(new CruiseAdd("city", 1, 1, "Night"), new CruiseAdd("city", 1, 2, null), new CruiseDwell("city", 1, 10), new CruiseStart("city", 1));
        }
        await using HeadRun again = new(Own, store: store);
        again.Head.Abilities = Own;
        await again.DoAsync(again.Controller.Start);
        await again.PassAsync(10);
        Assert.Equal(["0 stop", "0 call 1"], again.Head.Told.Take(2));
        Assert.Equal(new HomePosition(true, 60, 1), again.Controller.Home);
        Assert.Equal("Night", Assert.Single(again.Controller.Cruises).Name);
        await again.PostAsync(StopOrder);
        await again.Controller.DisposeAsync();
        Assert.Null(store.Record.Running);
    }

    /// <summary>The promise of the whole part: whatever came before, after a stop the head stands, and nothing but a program moves it for longer than it may.</summary>
    [Fact]
    public async Task After_any_orders_a_stop_leaves_a_head_that_stands_and_no_move_outlives_its_lease() =>
        await Gen.Select(Gen.Int[0, 14], Gen.Int[1, 3], Gen.Double[0, 60]).Array[1, 25].Select(Gen.Int[0, 3].Select(i => Heads[i]))
            .SampleAsync(async (steps, abilities) =>
            {
                await using HeadRun run = await new HeadRun(abilities, new PtzSettings { FieldDegrees = 60, ScanSeconds = 5 }).BeginAsync();
                foreach ((int kind, int number, double seconds) in steps)
                {
                    await run.PostAsync(OrderOf(kind, number));
                    await run.PassAsync(run.Controller.Running is null ? seconds : seconds / 6);
                    TimeSpan lease = run.Controller.Running is null ? TimeSpan.FromSeconds(30) : TimeSpan.FromMinutes(1);
                    Assert.False(run.Head.MovesSince < run.Now - lease, $"moves since {run.Head.MovesSince}, now {run.Now}: {string.Join(", ", run.Head.Told)}");
                }
                await run.PostAsync(new Lens("city", 0, 0), StopOrder);
                Assert.True(run.Head.Stands);
                Assert.Null(run.Controller.Running);
                int told = run.Head.Commands.Length;
                await run.PassAsync(100);
                Assert.True(run.Head.Stands);
                Assert.Equal(told, run.Head.Commands.Length);
            }, iter: 60, threads: 2);

    private static PtzOrder OrderOf(int kind, int number) => kind switch
    {
        0 => StopOrder,
        1 => new Move("city", 1, 0, 0),
        2 => new Move("district", -0.5f, 0.5f, 0.5f),
        3 => new Lens("city", 1, 0),
        4 => new Lens("city", 0, 0),
        5 => new Auxiliary("city", number, true),
        6 => new PresetSet("city", number, null),
        7 => new PresetCall("city", number),
        8 => new PresetDelete("city", number),
        9 => new CruiseAdd("city", 1, number, null),
        10 => new CruiseStart("city", 1),
        11 => new ScanStart("city", 1),
        12 => new ScanLimit("city", 1, number == 1),
        13 => new GoTo("city", new PtzPosition(number * 90, -10, 2)),
        _ => new DragZoom("city", number == 1, 0.5, 0.5, 0.5, 0.5),
    };

    private static async Task<HeadRun> CruiseAsync(PtzAbilities abilities, int[] presets, int? dwell)
    {
        HeadRun run = await new HeadRun(abilities).BeginAsync();
        foreach (int preset in presets)
        {
            run.Head.Position = new PtzPosition(preset * 40, 0, 1);
            await run.PostAsync(new PresetSet("city", preset, null), new CruiseAdd("city", 1, preset, null));
        }
        if (dwell is { } seconds)
            await run.PostAsync(new CruiseDwell("city", 1, seconds));
        run.Head.Forget();
        await run.PostAsync(new CruiseStart("city", 1));
        return run;
    }

    private static async Task<HeadRun> ScanAsync(double left, double right, double at, double? leftStop = null)
    {
        HeadRun run = await new HeadRun(Measured, leftStop: leftStop).BeginAsync();
        run.Head.Position = new PtzPosition(left, 0, 1);
        await run.PostAsync(new ScanLimit("city", 1, Left: true));
        run.Head.Position = new PtzPosition(right, 0, 1);
        await run.PostAsync(new ScanLimit("city", 1, Left: false));
        run.Head.Position = new PtzPosition(at, 0, 1);
        await run.PostAsync(new ScanStart("city", 1));
        return run;
    }

    private static async Task<HeadRun> HomeAsync(FakePtzStore store, HomePosition home)
    {
        HeadRun run = await new HeadRun(Own | PtzAbilities.Home, store: store).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null), new PresetSet("city", 2, null));
        run.Head.Forget();
        await run.DoAsync(async () => Assert.True(await run.Controller.SetHomeAsync(home, CancellationToken.None)));
        Assert.Equal(home, run.Controller.Home);
        return run;
    }
}
