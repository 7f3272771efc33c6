using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Protocol.Web;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;
using Gb28181Edge.Web;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class DahuaDriverTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DahuaDriver Open(DahuaHead head, int channel = 1) =>
        new(head.Server.Url, new CameraHttp(new CameraAccount(DahuaHead.Username, DahuaHead.Password), _time), channel, isUpPositive: false, _time);

    [Fact]
    public async Task At_first_everything_is_stopped_for_nobody_knows_what_runs()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(DahuaCgi.Codes.Order(), head.Stops.Order());
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(DahuaCgi.Codes.Count, head.Stops.Count);
    }

    [Fact]
    public async Task A_code_that_the_camera_fails_at_keeps_no_other_from_its_stop_unless_it_is_known_to_run()
    {
        await using var head = new DahuaHead(_time) { FailsAt = "RightUp" };
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(DahuaCgi.Codes.Order(), head.Stops.Order());
        await driver.MoveAsync(new PtzVelocity(1, 1, 0), Cancel);
        await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(default, Cancel));
        head.FailsAt = "";
        await using DahuaDriver fresh = Open(head);
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await fresh.MoveAsync(default, Cancel));
        Assert.Contains("HTTP 500", e.Message, StringComparison.Ordinal);
        head.FailsAt = null;
        await fresh.MoveAsync(default, Cancel);
        Assert.Empty(head.Running);
    }

    [Fact]
    public async Task A_stop_that_was_obeyed_and_whose_answer_nobody_heard_is_not_owed_for_ever()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, -1), Cancel);
        Assert.Equal(["FocusNear"], head.Running);
        TaskCompletionSource gate = head.Server.Hold(request => request.Query("action") == "stop");
        using var overtaken = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task stop = driver.MoveAsync(default, overtaken.Token).AsTask();
        await Eventually.TrueAsync(() => head.Server.Held > 0, "the stop is at the camera");
        await overtaken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        gate.SetResult();
        await Eventually.TrueAsync(() => head.Running.Count == 0, "the camera obeys it");
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(["FocusNear", "FocusNear"], head.Stops[^2..]);
    }

    [Fact]
    public async Task Each_movement_is_stopped_under_its_own_code()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        head.Stops.Clear();

        await driver.MoveAsync(new PtzVelocity(-0.5f, 0.25f, 0), Cancel);
        Assert.Equal(["LeftUp"], head.Running);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((300, 15, 1), head.Motion.Position);
        await driver.MoveAsync(new PtzVelocity(1, 0, 1), Cancel);          // another code: the old one is stopped first
        Assert.Equal(["LeftUp"], head.Stops);
        Assert.Equal(["Right", "ZoomTele"], head.Running.Order());
        _time.Advance(TimeSpan.FromSeconds(1));
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 1), Cancel);       // the same code: only its speed
        Assert.Equal(["LeftUp"], head.Stops);
        _time.Advance(TimeSpan.FromSeconds(1));
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(["LeftUp", "Right", "ZoomTele"], head.Stops.Order());
        Assert.Empty(head.Running);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((30, 15, 11), head.Motion.Position);
    }

    [Fact]
    public async Task Focus_and_iris_run_beside_the_head()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(new PtzVelocity(0, -1, 0, 1, -1), Cancel);
        Assert.Equal(["Down", "FocusFar", "IrisSmall"], head.Running.Order());
        await driver.MoveAsync(new PtzVelocity(0, -1, 0), Cancel);
        Assert.Equal(["Down"], head.Running);
    }

    [Fact]
    public async Task Focus_and_iris_move_beside_the_way_to_a_preset()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        head.Presets[3] = (100, 0, 1);
        Assert.True(await driver.CallPresetAsync(3, Cancel));
        head.Stops.Clear();
        Assert.True(await driver.MoveLensAsync(1, 0, Cancel));
        Assert.Equal(["FocusFar"], head.Running);
        Assert.True(await driver.MoveLensAsync(0, 0, Cancel));
        Assert.Equal(["FocusFar"], head.Stops);
        await driver.MoveAsync(default, Cancel);                           // the way is ended all the same
        Assert.Contains("Up", head.Stops);
    }

    [Fact]
    public async Task Presets_positions_and_wiper_are_the_cameras_own()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        head.Motion.GoTo(91.6, 2.6, 3);
        Assert.Equal(new PtzPosition(91.6, 2.6, 3), (await driver.ReadPositionAsync(Cancel))!.Value.Position);
        Assert.True(await driver.SetPresetAsync(12, Cancel));
        Assert.True(await driver.GoToAsync(new PtzPosition(10, -45, null), 1, Cancel));
        Assert.Equal((10, -45, 3), head.Motion.Position);
        Assert.True(await driver.CallPresetAsync(12, Cancel));
        Assert.Equal((91.6, 2.6, 3), head.Motion.Position);
        Assert.True(await driver.DeletePresetAsync(12, Cancel));
        Assert.False(await driver.CallPresetAsync(12, Cancel));
        Assert.True(await driver.SetAuxiliaryAsync(1, true, Cancel));
        Assert.True(await driver.SetAuxiliaryAsync(1, false, Cancel));
        Assert.Equal(["moveContinuously", "stopMove"], head.Auxiliaries);
        Assert.False(await driver.GoHomeAsync(Cancel));
        Assert.Equal(PtzAbilities.Presets | PtzAbilities.ReadPosition | PtzAbilities.GoTo, driver.Abilities);
    }

    [Fact]
    public async Task The_channel_counts_from_what_is_configured_and_a_wrong_one_is_told()
    {
        await using var head = new DahuaHead(_time) { Channel = 0 };
        await using DahuaDriver right = Open(head, channel: 0);
        await right.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.Equal(["Right"], head.Running);
        await using DahuaDriver wrong = Open(head, channel: 1);
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await wrong.MoveAsync(new PtzVelocity(1, 0, 0), Cancel));
        Assert.Contains("is the channel 1 right?", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_without_an_answer_is_stopped_all_the_same_and_again()
    {
        await using var head = new DahuaHead(_time);
        await using DahuaDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        head.Stops.Clear();
        TaskCompletionSource slow = head.Server.Hold(request => request.Query("action") == "start");
        using var overtaken = new CancellationTokenSource();
        Task move = driver.MoveAsync(new PtzVelocity(1, 0, 0), overtaken.Token).AsTask();
        await Eventually.TrueAsync(() => head.Server.Held == 1, "the start is with the camera");
        await overtaken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move);
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(["Right"], head.Stops);
        slow.SetResult();
        await Eventually.TrueAsync(() => head.Running.Count == 1, "the late start");
        _time.Advance((await driver.ContinueAsync(Cancel))!.Value);
        await driver.ContinueAsync(Cancel);
        Assert.Empty(head.Running);
    }
}
