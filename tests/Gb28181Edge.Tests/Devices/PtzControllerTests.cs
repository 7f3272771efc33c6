using Gb28181Edge.Devices;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Tests.Drivers;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Devices;

public sealed class PtzControllerTests : IAsyncDisposable
{
    private const string Camera = "34020000001310000001";

    private readonly FakeTimeProvider _time = new();
    private readonly FakePtzDriver _head = new();
    private readonly RecordingLog _log = new();
    private readonly PtzController _controller;

    public PtzControllerTests() => _controller = new PtzController(Camera, _head, TimeSpan.FromSeconds(30), _time, _log);

    public async ValueTask DisposeAsync()
    {
        _head.Hold?.TrySetResult();
        _head.Hold = null;
        await _controller.DisposeAsync();
    }

    [Fact]
    public async Task The_first_thing_sent_is_a_stop()
    {
        Move(1, 0, 0);
        _controller.Start();
        await Told("stop", "1 0 0 0 0");
    }

    [Fact]
    public async Task Both_groups_are_one_state()
    {
        await Begin();
        Move(0.5f, -1, 0.25f);
        await Told("stop", "0.5 -1 0.25 0 0");
        Lens(1, -1);
        await Told("stop", "0.5 -1 0.25 0 0", "0.5 -1 0.25 1 -1");
        Move(0, 0, 0);
        await Told("stop", "0.5 -1 0.25 0 0", "0.5 -1 0.25 1 -1", "0 0 0 1 -1");
        Lens(0, 0);
        await Told("stop", "0.5 -1 0.25 0 0", "0.5 -1 0.25 1 -1", "0 0 0 1 -1", "stop");
    }

    [Fact]
    public async Task Of_moves_that_come_meanwhile_the_latest_is_sent()
    {
        await Begin();
        await Held(() => Move(0.1f, 0, 0));
        Move(0.2f, 0, 0);
        Move(0.3f, 0, 0);
        Release();
        await Told("stop", "0.1 0 0 0 0", "0.3 0 0 0 0");
    }

    [Fact]
    public async Task A_stop_withdraws_the_move_that_waits_for_the_line()
    {
        await Begin();
        await Held(() => Move(0.1f, 0, 0));
        Move(0, 0, 0);
        await Eventually.TrueAsync(() => _head.Tries == 3, "the stop is tried");
        Release();
        await Told("stop", "stop");
    }

    [Fact]
    public async Task A_stop_is_sent_even_when_a_move_follows_at_once()
    {
        await Begin();
        await Held(() => Move(0.1f, 0, 0));
        Move(0.2f, 0, 0);
        Move(0, 0, 0);
        Move(0.3f, 0, 0);
        Release();
        await Told("stop", "stop", "0.3 0 0 0 0");
    }

    [Fact]
    public async Task A_stop_overtakes_auxiliary_orders_which_are_not_lost()
    {
        await Begin();
        await Held(() => Auxiliary(1, true));
        Auxiliary(2, false);
        Move(0, 0, 0);
        await Eventually.TrueAsync(() => _head.Tries == 3, "the stop is tried");
        Release();
        await Told("stop", "stop", "aux 1 on", "aux 2 off");
    }

    [Fact]
    public async Task More_orders_than_may_wait_are_refused_and_logged()
    {
        await Begin();
        await Held(() => Auxiliary(1, true));
        for (int i = 0; i < PtzController.OrderCapacity; i++)
            Auxiliary(2, true);
        Assert.True(_log.Has(LogLevel.Warning, "auxiliary 2 refused, 128 orders wait"));
        Release();
        await Told(["stop", "aux 1 on", .. Enumerable.Repeat("aux 2 on", PtzController.OrderCapacity - 1)]);
    }

    [Fact]
    public async Task The_head_stops_when_no_command_came_in_time()
    {
        await Begin();
        Move(1, 0, 0);
        await Told("stop", "1 0 0 0 0");
        _time.Advance(TimeSpan.FromSeconds(20));
        Move(1, 1, 0);                                                     // starts the time anew
        await Told("stop", "1 0 0 0 0", "1 1 0 0 0");
        _time.Advance(TimeSpan.FromSeconds(29));
        Auxiliary(1, true);                                                // passes through the loop: nothing was due
        await Told("stop", "1 0 0 0 0", "1 1 0 0 0", "aux 1 on");
        _time.Advance(TimeSpan.FromSeconds(1));
        await Told("stop", "1 0 0 0 0", "1 1 0 0 0", "aux 1 on", "stop");
        Assert.True(_log.Has(LogLevel.Warning, "no command for"));
    }

    [Fact]
    public async Task Each_group_has_its_own_time()
    {
        await Begin();
        Move(1, 0, 0);
        await Told("stop", "1 0 0 0 0");
        _time.Advance(TimeSpan.FromSeconds(20));
        Lens(1, 0);
        await Told("stop", "1 0 0 0 0", "1 0 0 1 0");
        _time.Advance(TimeSpan.FromSeconds(10));
        await Told("stop", "1 0 0 0 0", "1 0 0 1 0", "0 0 0 1 0");
        _time.Advance(TimeSpan.FromSeconds(20));
        await Told("stop", "1 0 0 0 0", "1 0 0 1 0", "0 0 0 1 0", "stop");
    }

    [Fact]
    public async Task What_a_lost_platform_moved_stops_and_nothing_else()
    {
        await Begin();
        Move(1, 0, 0, "city");
        Lens(1, 0, "district");
        await Eventually.TrueAsync(() => _head.Told.LastOrDefault() == "1 0 0 1 0", "both move");
        _controller.PlatformLost("city");
        await Eventually.TrueAsync(() => _head.Told.Last() == "0 0 0 1 0", "the city's motion stops");
        int told = _head.Told.Count;
        _controller.PlatformLost("city");
        Auxiliary(1, true);
        await Eventually.TrueAsync(() => _head.Told.Last() == "aux 1 on", "the loop went on");
        Assert.Equal(told + 1, _head.Told.Count);
    }

    [Fact]
    public async Task The_last_platform_to_steer_is_the_mover()
    {
        await Begin();
        Move(1, 0, 0, "city");
        Move(-1, 0, 0, "district");
        await Eventually.TrueAsync(() => _head.Told.Last() == "-1 0 0 0 0", "the district steers");
        _controller.PlatformLost("city");
        Auxiliary(1, true);
        await Eventually.TrueAsync(() => _head.Told.Last() == "aux 1 on", "the loop went on");
        Assert.Equal(["stop", "-1 0 0 0 0", "aux 1 on"], _head.Told.Where(told => told != "1 0 0 0 0"));
        _controller.PlatformLost("district");
        await Eventually.TrueAsync(() => _head.Told.Last() == "stop", "the district's motion stops");
    }

    [Fact]
    public async Task The_end_stops_a_head_that_moves()
    {
        await Begin();
        Move(1, 0, 0);
        await Told("stop", "1 0 0 0 0");
        await _controller.DisposeAsync();
        await Told("stop", "1 0 0 0 0", "stop");
        Assert.True(_head.IsDisposed);
    }

    [Fact]
    public async Task The_end_of_a_head_that_hangs_comes_all_the_same()
    {
        await Begin();
        await Held(() => Move(1, 0, 0));
        Task end = _controller.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromSeconds(1)); return end.IsCompleted; }, "the end");
        Assert.True(_log.Has(LogLevel.Error, "last stop did not go out"));
    }

    [Fact]
    public async Task A_move_that_cannot_be_sent_is_dropped_and_the_first_thing_sent_later_is_a_stop()
    {
        await Begin();
        _head.Gone = true;
        Move(1, 0, 0);
        await Eventually.TrueAsync(() => _log.Has(LogLevel.Warning, "the motion is dropped"), "the failure is logged");
        _head.Gone = false;
        _time.Advance(TimeSpan.FromSeconds(5));
        await Told("stop", "stop");
        Assert.True(_log.Has(LogLevel.Information, "takes commands again"));
        Auxiliary(1, true);
        await Told("stop", "stop", "aux 1 on");
    }

    [Fact]
    public async Task A_stop_that_failed_is_tried_until_it_went_out()
    {
        await Begin();
        Move(1, 0, 0);
        await Told("stop", "1 0 0 0 0");
        _head.Gone = true;
        Move(0, 0, 0);
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromMilliseconds(500)); return _head.Tries > 8; }, "it is tried again and again");
        _head.Gone = false;
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromMilliseconds(500)); return _head.Told.Count > 2; }, "it goes out");
        Assert.Equal(["stop", "1 0 0 0 0", "stop"], _head.Told);
    }

    [Fact]
    public async Task A_move_after_a_failure_is_sent_at_once_when_the_head_is_back_behind_a_stop()
    {
        await Begin();
        Move(1, 0, 0);
        await Told("stop", "1 0 0 0 0");
        _head.Gone = true;
        Move(0, 0, 0);
        await Eventually.TrueAsync(() => _head.Tries == 3, "the stop failed");
        await Eventually.TrueAsync(() => _log.Has(LogLevel.Warning, "failure 1)"), "the failure is logged");
        _head.Gone = false;
        Move(-1, 0, 0);
        await Told("stop", "1 0 0 0 0", "stop", "-1 0 0 0 0");
    }

    [Fact]
    public async Task An_auxiliary_that_the_head_has_not_is_logged()
    {
        await Begin();
        Auxiliary(9, true);
        await Eventually.TrueAsync(() => _log.Has(LogLevel.Information, "no auxiliary 9"), "it is logged");
    }

    [Fact]
    public async Task A_head_on_a_real_terminal_is_steered_and_stopped_at_the_end()
    {
        using var pty = new Pty();
        var tty = new Tty(pty.Path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance);
        await using var line = new SerialLine(tty, TimeSpan.FromMilliseconds(1), TimeProvider.System);
        await using (var controller = new PtzController(Camera, new PelcoDDriver(line, 1), TimeSpan.FromSeconds(30), TimeProvider.System, _log))
        {
            controller.Start();
            await Eventually.TrueAsync(() => pty.Pump() == 21, "the first stop");
            controller.Post(new PtzOrder.Move("city", -0.5f, 0, 0));
            await Eventually.TrueAsync(() => pty.Pump() == 28, "the move");
        }
        await Eventually.TrueAsync(() => pty.Pump() == 49, "the last stop");
        string[] stops = [.. Enumerable.Repeat("FF010000000001", 3)];
        Assert.Equal([.. stops, "FF010004200025", .. stops], pty.Frames);
    }

    [Fact]
    public async Task On_a_shared_line_a_stop_overtakes_the_moves_of_other_heads()
    {
        var line = new FakeSerialLine();
        await using var controller = new PtzController(Camera, new PelcoDDriver(line, 1), TimeSpan.FromSeconds(30), _time, _log);
        controller.Start();
        controller.Post(new PtzOrder.Move("city", 0.5f, 0, 0));
        await Eventually.TrueAsync(() => line.Frames.Count == 4, "the move");
        controller.Post(new PtzOrder.Move("city", 0, 0, 0));
        await Eventually.TrueAsync(() => line.Frames.Count == 7, "the stop");
        Assert.Equal([true, true, true, false, true, true, true], line.Frames.Select(frame => frame.Urgent));
    }

    private async Task Begin()
    {
        _controller.Start();
        await Told("stop");
    }

    private async Task Held(Action post)
    {
        _head.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        post();
        await Eventually.TrueAsync(() => _head.Waits, "the order is on the line");
    }

    private void Release()
    {
        TaskCompletionSource hold = _head.Hold!;
        _head.Hold = null;
        hold.SetResult();
    }

    private async Task Told(params string[] expected)
    {
        await Eventually.TrueAsync(() => _head.Told.Count >= expected.Length, string.Join(", ", expected));
        Assert.Equal(expected, _head.Told);
    }

    private void Move(float pan, float tilt, float zoom, string platform = "city") => _controller.Post(new PtzOrder.Move(platform, pan, tilt, zoom));

    private void Lens(float focus, float iris, string platform = "city") => _controller.Post(new PtzOrder.Lens(platform, focus, iris));

    private void Auxiliary(int number, bool on) => _controller.Post(new PtzOrder.Auxiliary("city", number, on));
}
