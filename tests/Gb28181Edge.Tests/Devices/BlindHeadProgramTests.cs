using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Gb28181Edge.Devices.PtzOrder;

namespace Gb28181Edge.Tests.Devices;

/// <summary>The whole command set on a head that can only be told to move: its position is reckoned.</summary>
public class BlindHeadProgramTests
{
    private static readonly HeadTravel Travel = new(
        new AxisTravel(350, 17.5, 0.02, 0.5, TimeSpan.FromMilliseconds(20), 0.1), new AxisTravel(90, 4.5, 0.02, 0.5, TimeSpan.FromMilliseconds(20), 0.1), null, speed => speed)
    { PanAtLeft = 5 };

    [Fact]
    public async Task A_cruise_homes_first_and_then_goes_from_place_to_place()
    {
        await using var run = new BlindRun();
        await run.BeginAsync();
        await run.PostAsync(new GoTo("city", new PtzPosition(100, -45, null)));
        await run.PassAsync(60);                                           // home, and from there
        AssertNear(100, run.Head.Position.Pan!.Value);
        await run.PostAsync(new PresetSet("city", 1, null));
        await run.PostAsync(new GoTo("city", new PtzPosition(200, -45, null)));
        await run.PassAsync(20);
        await run.PostAsync(new PresetSet("city", 2, null));
        Assert.Equal(2, run.Controller.Presets.Count);
        await run.PostAsync(new CruiseAdd("city", 1, 1, null), new CruiseAdd("city", 1, 2, null), new CruiseDwell("city", 1, 20), new CruiseStart("city", 1));
        await run.PassAsync(15);
        AssertNear(100, run.Head.Position.Pan!.Value);
        await run.PassAsync(25);
        AssertNear(200, run.Head.Position.Pan!.Value);
        await run.PassAsync(25);
        AssertNear(100, run.Head.Position.Pan!.Value);
        await run.PassAsync(11);                                           // on the way
        await run.PostAsync(new Move("city", 0, 0, 0));
        Assert.True(run.Head.Stands);
        await run.PassAsync(60);
        Assert.True(run.Head.Stands);
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_travel_stops_the_head_at_once_and_for_good()
    {
        await using var run = new BlindRun();
        await run.BeginAsync();
        await run.PostAsync(new GoTo("city", new PtzPosition(100, -45, null)));
        await run.PassAsync(3);
        Assert.False(run.Head.Stands);
        await run.PostAsync(new Move("city", 0, 0, 0));
        Assert.True(run.Head.Stands);
        int told = run.Head.Commands.Length;
        await run.PassAsync(60);
        Assert.Equal(told, run.Head.Commands.Length);
    }

    [Fact]
    public async Task A_scan_goes_between_its_limits()
    {
        await using var run = new BlindRun();
        await run.BeginAsync();
        foreach ((double pan, bool left) in ((double, bool)[])[(100, true), (160, false)])
        {
            await run.PostAsync(new GoTo("city", new PtzPosition(pan, -45, null)));
            await run.PassAsync(60);
            await run.PostAsync(new ScanLimit("city", 0, left));
        }
        await run.PostAsync(new ScanStart("city", 0));
        run.Head.Forget();
        await run.PassAsync(60);
        Assert.InRange(run.Head.Commands.Length, 4, 6);                    // 60° at 5°/s are 12 s
        Assert.InRange(run.Head.Position.Pan!.Value, 94, 166);
    }

    private static void AssertNear(double expected, double actual) => Assert.InRange(actual, expected - 3, expected + 3);

    private sealed class BlindRun : IAsyncDisposable
    {
        private readonly SteppedTime _time = new(DateTimeOffset.UnixEpoch);

        public BlindRun()
        {
            Head = new FakeHead(_time) { LeftStop = 5 };
            var driver = new DeadReckoningDriver(Head, Travel, null, null, _time, NullLogger.Instance);
            Controller = new PtzController(HeadRun.Camera, driver, TimeSpan.FromSeconds(30), _time, new RecordingLog());
        }

        public FakeHead Head { get; }
        public PtzController Controller { get; }

        public Task BeginAsync() => DoAsync(Controller.Start);

        public async Task PostAsync(params PtzOrder[] orders)
        {
            foreach (PtzOrder order in orders)
                await DoAsync(() => Controller.Post(order));
        }

        public async Task PassAsync(double seconds)
        {
            DateTimeOffset end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
            while (_time.NextDue <= end)
                await DoAsync(() => _time.StepToNext());
            _time.Advance(end - _time.GetUtcNow());
        }

        public ValueTask DisposeAsync() => Controller.DisposeAsync();

        private async Task DoAsync(Action action)
        {
            long before = _time.Set;
            action();
            for (int i = 0; i < 1000 && _time.Set == before; i++)
                await Task.Yield();
            await Eventually.TrueAsync(() => _time.Set > before, "the loop sleeps");
        }
    }
}
