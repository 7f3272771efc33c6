using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Gb28181Edge.Devices.PtzOrder;

namespace Gb28181Edge.Tests.Devices;

/// <summary>Presets, positions and what is kept of them.</summary>
public class PtzControllerOrderTests
{
    private const PtzAbilities Own = PtzAbilities.Presets, Measured = PtzAbilities.ReadPosition | PtzAbilities.GoTo;

    private static readonly Move StopOrder = new("city", 0, 0, 0), Right = new("city", 1, 0, 0);

    [Fact]
    public async Task A_head_that_keeps_presets_keeps_them_and_its_position_is_kept_too_where_it_is_told()
    {
        var store = new FakePtzStore();
        await using HeadRun run = await new HeadRun(Own | Measured, store: store).BeginAsync();
        await run.PostAsync(new PresetSet("city", 7, " Gate "), new PresetCall("city", 7), new PresetSet("city", 7, null), new PresetDelete("city", 7));
        Assert.Equal(["set 7", "call 7", "set 7", "delete 7"], run.Head.Commands);
        await run.PostAsync(new PresetSet("city", 8, ""));
        Assert.Equal([new Preset(8, "Preset 8")], run.Controller.Presets);
        await run.Controller.DisposeAsync();
        Assert.Equal(new PresetRecord("Preset 8", InHead: true, 100, 0, 1), Assert.Single(store.Record.Presets).Value);
    }

    [Fact]
    public async Task A_name_stays_when_the_preset_is_set_anew_without_one()
    {
        await using HeadRun run = await new HeadRun(Own).BeginAsync();
        await run.PostAsync(new PresetSet("city", 7, "Gate"), new PresetSet("city", 7, null));
        Assert.Equal([new Preset(7, "Gate")], run.Controller.Presets);
        await run.PostAsync(new PresetSet("city", 7, "Yard"));
        Assert.Equal([new Preset(7, "Yard")], run.Controller.Presets);
    }

    [Fact]
    public async Task A_head_without_presets_goes_to_the_position_that_was_kept()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        await run.PostAsync(new PresetSet("city", 255, null));
        run.Head.Position = new PtzPosition(300, 20, 5);
        await run.PostAsync(new PresetCall("city", 255));
        Assert.Equal(["0 go 100 0 1 at 1"], run.Head.Told);
        await run.PassAsync(20);
        Assert.Equal(new PtzPosition(100, 0, 1), run.Head.Position);
    }

    [Fact]
    public async Task A_head_that_forgot_its_preset_goes_to_the_position()
    {
        await using HeadRun run = await new HeadRun(Own | Measured).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null));
        await run.Head.DeletePresetAsync(1, CancellationToken.None);
        run.Head.Forget();
        await run.PostAsync(new PresetCall("city", 1));
        Assert.Equal(["call 1", "go 100 0 1 at 1"], run.Head.Commands);
    }

    [Fact]
    public async Task A_preset_of_a_head_that_can_neither_is_refused()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.ReadPosition).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null), new PresetCall("city", 1));
        Assert.Empty(run.Controller.Presets);
        Assert.True(run.Log.Has(LogLevel.Warning, "setting preset 1 is not possible: the head neither keeps presets nor goes to a position"));
        Assert.True(run.Log.Has(LogLevel.Warning, "preset 1 is not possible: it is not set"));
        Assert.Empty(run.Head.Commands);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_preset_without_a_number_of_its_kind_is_refused(int number)
    {
        await using HeadRun run = await new HeadRun(Own).BeginAsync();
        await run.PostAsync(new PresetSet("city", number, null), new PresetCall("city", number), new CruiseAdd("city", 1, number, null));
        Assert.Empty(run.Head.Commands);
        Assert.Empty(run.Controller.Cruises);
    }

    [Fact]
    public async Task A_preset_that_is_set_before_a_move_is_where_the_head_looked_then()
    {
        await using HeadRun run = await new HeadRun(Own).BeginAsync();
        run.Head.Hold = new TaskCompletionSource();
        run.Controller.Post(new Auxiliary("city", 1, true));
        await Eventually.TrueAsync(() => run.Head.Waits, "the auxiliary is on the line");
        run.Controller.Post(new PresetSet("city", 1, null));
        run.Controller.Post(Right);
        Release(run);
        await Eventually.TrueAsync(() => run.Head.Commands.Length == 3, "all three");
        Assert.Equal(["aux 1 on", "set 1", "move 1 0 0 0 0"], run.Head.Commands);
    }

    [Fact]
    public async Task A_move_or_a_stop_withdraws_the_travel_that_waits_and_the_later_travel_wins()
    {
        await using HeadRun run = await new HeadRun(Own | Measured).BeginAsync();
        run.Head.Hold = new TaskCompletionSource();
        run.Controller.Post(new Auxiliary("city", 1, true));
        await Eventually.TrueAsync(() => run.Head.Waits, "the auxiliary is on the line");
        run.Controller.Post(new PresetCall("city", 1));
        run.Controller.Post(new GoTo("city", new PtzPosition(10, 0, 1)));
        run.Controller.Post(Right);
        run.Controller.Post(new GoTo("city", new PtzPosition(20, 0, 1)));
        run.Controller.Post(new GoTo("city", new PtzPosition(30, 0, 1)));
        Release(run);
        await Eventually.TrueAsync(() => run.Head.Commands.Length == 4, "all four");
        Assert.Equal(["aux 1 on", "move 1 0 0 0 0", "stop", "go 30 0 1 at 1"], run.Head.Commands);
    }

    [Fact]
    public async Task A_stop_during_a_travel_is_sent_and_the_travel_is_not_begun_again()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        run.Head.Hold = new TaskCompletionSource();
        run.Controller.Post(new GoTo("city", new PtzPosition(10, 0, 1)));
        await Eventually.TrueAsync(() => run.Head.Waits, "it is on the line");
        run.Controller.Post(StopOrder);
        await Eventually.TrueAsync(() => run.Head.Commands.Length == 1, "the stop");
        Release(run);
        await run.PostAsync(new Auxiliary("city", 1, true));
        Assert.Equal(["stop", "aux 1 on"], run.Head.Commands);
    }

    [Fact]
    public async Task A_lens_ends_no_way_to_a_place_unless_the_head_cannot_do_both_and_a_stop_always_does()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.GoTo | PtzAbilities.ReadPosition).BeginAsync();
        run.Head.HasLensOfItsOwn = true;
        var far = new PtzPosition(200, 0, 1);
        await run.PostAsync(new GoTo("city", far), new Lens("city", 1, 0));
        Assert.Equal(["go 200 0 1 at 1", "lens 1 0"], run.Head.Commands);
        await run.PassAsync(30);                                           // the lease of the lens
        Assert.Equal("30 lens 0 0", run.Head.Told[^1]);
        Assert.Equal(far, run.Head.Position);
        run.Head.Forget();
        await run.PostAsync(new GoTo("city", far with { Pan = 0 }), new Lens("city", 1, 0), new Move("city", 0, 0, 0));
        Assert.Equal(["go 0 0 1 at 1", "lens 1 0", "move 0 0 0 1 0"], run.Head.Commands);
        await run.PostAsync(new Lens("city", 0, 0));                       // no way any more: all stops
        Assert.Equal("stop", run.Head.Commands[^1]);
        run.Head.HasLensOfItsOwn = false;
        run.Head.Forget();
        await run.PostAsync(new GoTo("city", far), new Lens("city", 0, 1));
        Assert.Equal(["go 200 0 1 at 1", "move 0 0 0 0 1"], run.Head.Commands);
    }

    [Fact]
    public async Task A_travel_sets_off_from_a_head_that_stands_and_ends_the_lease()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        await run.PostAsync(Right, new GoTo("city", new PtzPosition(300, null, 2)));
        await run.PassAsync(60);
        Assert.Equal(["move 1 0 0 0 0", "stop", "go 300  2 at 1"], run.Head.Commands);
    }

    [Fact]
    public async Task A_travel_to_nowhere_is_refused_and_the_move_goes_on()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None).BeginAsync();
        await run.PostAsync(Right, new GoTo("city", new PtzPosition(300, null, 2)), new DragZoom("city", true, 0, 0, 0.5, 0.5), new PresetCall("city", 3));
        Assert.Equal(["move 1 0 0 0 0"], run.Head.Commands);
        Assert.Equal(3, run.Log.Entries.Count(entry => entry.Text.Contains("is not possible", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Drag_zoom_turns_the_middle_to_the_box_and_fills_the_picture_with_it()
    {
        await using HeadRun run = await new HeadRun(Measured, new PtzSettings { FieldDegrees = 90 }).BeginAsync();
        await run.PostAsync(new DragZoom("city", true, 1, 0, 0.5, 0.25));
        Assert.Equal(["go 145 0 2 at 1"], run.Head.Commands);              // the right edge of 90°
        await run.PassAsync(10);
        await run.PostAsync(new DragZoom("city", false, 0, 0, 0.5, 0.5));
        Assert.Equal("go 145 0 1 at 1", run.Head.Commands[^1]);
    }

    [Fact]
    public async Task Drag_zoom_without_an_angle_of_view_is_refused()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        await run.PostAsync(new DragZoom("city", true, 1, 0, 0.5, 0.25));
        Assert.True(run.Log.Has(LogLevel.Warning, "drag zoom is not possible: its angle of view (FieldDegrees) is not configured"));
        Assert.Empty(run.Head.Commands);
    }

    [Fact]
    public async Task However_many_ask_the_head_is_asked_for_its_position_twice_a_second()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        for (int i = 0; i < 20; i++)
        {
            Task<PtzReading?>[] asked = [.. Enumerable.Range(0, 5).Select(_ => run.Controller.ReadPositionAsync(CancellationToken.None).AsTask())];
            Assert.All(await Task.WhenAll(asked), reading => Assert.Equal(new PtzPosition(100, 0, 1), reading!.Value.Position));
            run.Time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.InRange(run.Head.Reads, 4, 5);
    }

    [Fact]
    public async Task A_stop_overtakes_a_reading_which_is_then_made()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        run.Head.Hold = new TaskCompletionSource();
        Task<PtzReading?> asked = run.Controller.ReadPositionAsync(CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => run.Head.Waits, "the question is on the line");
        run.Controller.Post(StopOrder);
        await Eventually.TrueAsync(() => run.Head.Commands.Length == 1, "the stop");
        Assert.False(asked.IsCompleted);
        Release(run);
        Assert.NotNull(await asked);
    }

    [Fact]
    public async Task A_move_overtakes_a_reading()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        run.Head.Hold = new TaskCompletionSource();
        Task<PtzReading?> asked = run.Controller.ReadPositionAsync(CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => run.Head.Waits, "the question is on the line");
        run.Head.Hold = null;                                              // the question still waits, the move need not
        run.Controller.Post(Right);
        Assert.NotNull(await asked);
        Assert.Equal(["move 1 0 0 0 0"], run.Head.Commands);
    }

    [Fact]
    public async Task A_head_that_is_gone_tells_no_position_and_nobody_waits()
    {
        await using HeadRun run = await new HeadRun(Measured).BeginAsync();
        run.Head.Gone = true;
        Assert.Null(await run.Controller.ReadPositionAsync(CancellationToken.None));
        Assert.Null(await run.Controller.ReadPositionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_the_driver_has_under_way_goes_on_when_it_wants()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None).BeginAsync();
        List<TimeSpan> asked = [];
        run.Head.Continuing = () =>
        {
            asked.Add(run.Now);
            return asked.Count < 4 ? TimeSpan.FromMilliseconds(20) : null;
        };
        await run.PostAsync(Right);
        await run.PassAsync(10);
        Assert.Equal([0, 20, 40, 60], asked.Select(at => at.TotalMilliseconds));
    }

    [Fact]
    public async Task What_fails_while_it_goes_on_is_stopped()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None).BeginAsync();
        int asked = 0;
        run.Head.Continuing = () => ++asked switch { 1 => TimeSpan.FromMilliseconds(20), 2 => throw new DriverException("a relay sticks"), _ => null };
        await run.PostAsync(Right);
        await run.PassAsync(1);
        Assert.Equal(["move 1 0 0 0 0", "stop"], run.Head.Commands);
        Assert.True(run.Log.Has(LogLevel.Warning, "a relay sticks"));
    }

    [Fact]
    public async Task A_move_that_a_head_refuses_while_it_takes_stops_is_tried_twice_and_dropped()
    {
        await using HeadRun run = await new HeadRun(PtzAbilities.None).BeginAsync();
        run.Head.OnlyStops = true;
        await run.PostAsync(Right);
        await run.PassAsync(40);
        Assert.Equal(["stop", "stop"], run.Head.Commands);
        await run.PostAsync(new Auxiliary("city", 1, true));
        await run.PassAsync(40);
        Assert.Equal(["stop", "stop", "stop", "stop"], run.Head.Commands);
    }

    [Fact]
    public async Task What_needs_no_head_is_done_while_the_head_is_gone()
    {
        await using HeadRun run = await new HeadRun(Own).BeginAsync();
        run.Head.Gone = true;
        await run.PostAsync(new PresetSet("city", 1, null), new CruiseAdd("city", 1, 1, "Night"), Right, new CruiseSpeed("city", 1, 7));
        Assert.Equal((1, "Night", 7), (Assert.Single(run.Controller.Cruises).Group, run.Controller.Cruises[0].Name, run.Controller.Cruises[0].Speed));
    }

    [Fact]
    public async Task A_disk_that_never_answers_delays_no_stop_and_no_end()
    {
        var store = new FakePtzStore { Hold = new ManualResetEventSlim() };
        await using HeadRun run = await new HeadRun(Own, store: store).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null));
        await Eventually.TrueAsync(() => store.Saves == 1, "the disk is asked");
        await run.PostAsync(Right, StopOrder, new PresetSet("city", 2, null), new PresetCall("city", 1), StopOrder);
        Assert.Equal(["set 1", "move 1 0 0 0 0", "stop", "set 2", "call 1", "stop"], run.Head.Commands);
        Assert.Equal(2, run.Controller.Presets.Count);
        Task<bool> home = run.Controller.SetHomeAsync(new HomePosition(true, 60, 1), CancellationToken.None).AsTask();
        Task end = run.Controller.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => { run.Time.Advance(TimeSpan.FromSeconds(1)); return end.IsCompleted; }, "the end");
        Assert.False(await home);                                          // it never was on the disk
        Assert.True(run.Log.Has(LogLevel.Error, "the disk did not take the last change"));
        store.Hold.Set();
    }

    [Fact]
    public async Task What_a_disk_refused_is_written_when_it_takes_it_again()
    {
        var store = new FakePtzStore { Full = true };
        await using HeadRun run = await new HeadRun(Own, store: store).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null));
        await Eventually.TrueAsync(() => store.Saves == 1, "the disk refused");
        Assert.Equal([new Preset(1, "Preset 1")], run.Controller.Presets);
        store.Full = false;
        await Eventually.TrueAsync(() => { run.Time.Advance(TimeSpan.FromSeconds(1)); return store.Record.Presets.Count == 1; }, "it is written");
        Assert.Equal(2, store.Saves);
    }

    [Fact]
    public async Task A_home_that_the_disk_refuses_or_whose_preset_is_not_there_changes_nothing()
    {
        var store = new FakePtzStore();
        await using HeadRun run = await new HeadRun(Own, store: store).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null));
        Assert.False(await run.Controller.SetHomeAsync(new HomePosition(true, 60, 2), CancellationToken.None));
        Assert.False(await run.Controller.SetHomeAsync(new HomePosition(true, 60, 0), CancellationToken.None));
        store.Full = true;
        Assert.False(await run.Controller.SetHomeAsync(new HomePosition(true, 60, 1), CancellationToken.None));
        Assert.Null(run.Controller.Home);
        store.Full = false;
        Assert.True(await run.Controller.SetHomeAsync(new HomePosition(true, 60, 1), CancellationToken.None));
        Assert.Equal((new HomePosition(true, 60, 1), new HomeRecord(true, 60, 1)), (run.Controller.Home, store.Home));
    }

    [Fact]
    public async Task What_could_not_be_read_is_not_written_over()
    {
        var store = new FakePtzStore { Unreadable = true };
        await using (HeadRun run = await new HeadRun(Own, store: store).BeginAsync())
        {
            Assert.True(run.Log.Has(LogLevel.Critical, "do NOT survive a restart"));
            await run.PostAsync(new PresetSet("city", 1, null));
            Assert.Single(run.Controller.Presets);
        }
        Assert.Equal(0, store.Saves);
    }

    [Fact]
    public async Task What_was_confirmed_is_in_the_database_at_once_and_the_rest_at_the_end()
    {
        using var directory = new TemporaryDirectory();
        using (EdgeDatabase database = EdgeDatabase.Open(directory["edge.db"], TimeProvider.System, NullLogger.Instance))
        {
            await using HeadRun run = await new HeadRun(Own, store: new PtzStore(database, NullLogger.Instance)).BeginAsync();
            await run.PostAsync(new PresetSet("city", 1, "门"), new CruiseAdd("city", 3, 1, null), new CruiseStart("city", 3));
            Assert.True(await run.Controller.SetHomeAsync(new HomePosition(true, 60, 1), CancellationToken.None));
            using EdgeDatabase beside = EdgeDatabase.Open(directory["edge.db"], TimeProvider.System, NullLogger.Instance);
            Assert.Equal(new HomeRecord(true, 60, 1), new PtzStore(beside, NullLogger.Instance).LoadHome(HeadRun.Camera));
        }
        using EdgeDatabase again = EdgeDatabase.Open(directory["edge.db"], TimeProvider.System, NullLogger.Instance);
        PtzRecord record = new PtzStore(again, NullLogger.Instance).Load(HeadRun.Camera)!;
        Assert.Equal("门", record.Presets[1].Name);
        Assert.Equal(new ProgramRecord(ProgramKind.Cruise, 3), record.Running);
    }

    [Fact]
    public async Task A_home_that_was_set_is_not_undone_by_a_preset_that_is_written_after_it()
    {
        var store = new FakePtzStore();
        await using HeadRun run = await new HeadRun(Own, store: store).BeginAsync();
        await run.PostAsync(new PresetSet("city", 1, null));
        Assert.True(await run.Controller.SetHomeAsync(new HomePosition(true, 60, 1), CancellationToken.None));
        await run.PostAsync(new PresetSet("city", 2, null));
        await Eventually.TrueAsync(() => store.Record.Presets.Count == 2, "it is written");
        Assert.Equal(new HomeRecord(true, 60, 1), store.Home);
    }

    private static void Release(HeadRun run)
    {
        TaskCompletionSource hold = run.Head.Hold!;
        run.Head.Hold = null;
        hold.SetResult();
    }
}
