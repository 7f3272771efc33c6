using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;
using Gb28181Edge.Web;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class IsapiDriverTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IsapiDriver Open(IsapiHead head, string password = IsapiHead.Password, int channel = 1) =>
        new(head.Server.Url, new CameraHttp(new CameraAccount(IsapiHead.Username, password), _time), channel, isUpPositive: false, _time);

    [Theory]
    [InlineData("MD5")]
    [InlineData("SHA-256")]
    [InlineData("Basic")]
    public async Task A_head_moves_as_told_and_stops_by_zeros(string scheme)
    {
        await using var head = new IsapiHead(_time, scheme);
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        await driver.MoveAsync(new PtzVelocity(-0.5f, 0.2f, 0.1f), Cancel);
        _time.Advance(TimeSpan.FromSeconds(2));
        await driver.MoveAsync(default, Cancel);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((300, 12, 2), head.Motion.Position);
        Assert.Equal((1, 2), (head.Moves, head.Stops));
        Assert.Equal(1, head.Server.Challenges);                           // the nonce is used on
    }

    [Fact]
    public async Task The_slowest_speed_still_moves_and_only_what_changed_is_sent()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        await driver.MoveAsync(new PtzVelocity(0.001f, 0, 0), Cancel);
        Assert.True(head.Motion.IsMoving);
        await driver.MoveAsync(new PtzVelocity(0.001f, 0, 0, 0.6f, -1), Cancel);
        Assert.Equal((60, -100, 1), (head.FocusSpeed, head.IrisSpeed, head.Moves));
        await driver.MoveAsync(default, Cancel);
        Assert.Equal((0, 0, false), (head.FocusSpeed, head.IrisSpeed, head.Motion.IsMoving));
    }

    [Fact]
    public async Task Presets_positions_home_and_wiper_are_the_cameras_own()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        head.Motion.GoTo(350.5, -20.3, 4.2);
        Assert.True(await driver.SetPresetAsync(255, Cancel));
        PtzReading reading = (await driver.ReadPositionAsync(Cancel))!.Value;
        Assert.Equal(new PtzPosition(350.5, -20.3, 4.2), reading.Position);
        Assert.True(await driver.GoToAsync(new PtzPosition(0, null, 7), 1, Cancel));
        Assert.Equal((0, -20.3, 7), head.Motion.Position);
        Assert.True(await driver.CallPresetAsync(255, Cancel));
        Assert.Equal((350.5, -20.3, 4.2), head.Motion.Position);
        Assert.True(await driver.GoHomeAsync(Cancel));
        Assert.Equal((0, 0, 1), head.Motion.Position);
        Assert.True(await driver.DeletePresetAsync(255, Cancel));
        Assert.False(await driver.CallPresetAsync(255, Cancel));
        Assert.True(await driver.SetAuxiliaryAsync(1, true, Cancel));
        Assert.Equal(["WIPER on"], head.Auxiliaries);
        Assert.False(await driver.SetAuxiliaryAsync(5, true, Cancel));
    }

    [Fact]
    public async Task A_preset_that_would_reboot_the_camera_is_never_its_own()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        Assert.False(await driver.SetPresetAsync(94, Cancel));
        Assert.False(await driver.CallPresetAsync(94, Cancel));
        Assert.False(await driver.DeletePresetAsync(33, Cancel));
        Assert.Empty(head.Server.Requests);
    }

    [Fact]
    public async Task What_the_camera_has_not_is_found_out_once()
    {
        await using var head = new IsapiHead(_time) { IsPlain = true };
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        Assert.Null(await driver.ReadPositionAsync(Cancel));
        Assert.False(await driver.GoToAsync(new PtzPosition(1, 1, 1), 1, Cancel));
        Assert.False(await driver.GoHomeAsync(Cancel));
        Assert.Equal(PtzAbilities.Presets, driver.Abilities);
        int asked = head.Server.Requests.Count;
        Assert.Null(await driver.ReadPositionAsync(Cancel));
        Assert.False(await driver.GoHomeAsync(Cancel));
        Assert.Equal(asked, head.Server.Requests.Count);
    }

    [Fact]
    public async Task A_channel_without_a_head_and_a_wrong_password_are_told()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver other = Open(head, channel: 2);
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await other.MoveAsync(default, Cancel));
        Assert.Contains("no head on channel 2", e.Message, StringComparison.Ordinal);
        await using IsapiDriver stranger = Open(head, "geheim");
        e = await Assert.ThrowsAsync<DriverException>(async () => await stranger.MoveAsync(default, Cancel));
        Assert.Contains("refuses the user name or the password", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lens_that_refuses_to_stop_keeps_no_head_from_its_first_stop_unless_it_is_known_to_move()
    {
        await using var head = new IsapiHead(_time) { RefusesLens = (500, "deviceError") };
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        await driver.MoveAsync(default, Cancel);
        Assert.Equal((1, 2), (head.Moves, head.Stops));
        head.RefusesLens = null;
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, 1), Cancel);
        head.RefusesLens = (500, "deviceError");
        await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(default, Cancel));
    }

    [Fact]
    public async Task A_position_beyond_the_head_goes_to_its_limit_and_one_that_it_refuses_is_no_failure()
    {
        await using var head = new IsapiHead(_time) { MostZoom = 20 };
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        Assert.True(await driver.GoToAsync(new PtzPosition(10, -120, 0.5), 1, Cancel));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((10, -90, 1), head.Motion.Position);
        Assert.False(await driver.GoToAsync(new PtzPosition(20, null, 30), 1, Cancel));
        Assert.True(driver.Abilities.HasFlag(PtzAbilities.GoTo));
        Assert.True(await driver.GoToAsync(new PtzPosition(20, null, 20), 1, Cancel));
    }

    [Fact]
    public async Task Focus_and_iris_move_beside_the_way_to_a_preset()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        head.Presets[3] = (100, 0, 1);
        Assert.True(await driver.CallPresetAsync(3, Cancel));
        Assert.True(await driver.MoveLensAsync(0.5f, -1, Cancel));
        Assert.Equal((1, 50, -100), (head.Stops, head.FocusSpeed, head.IrisSpeed));
        Assert.True(await driver.MoveLensAsync(0, 0, Cancel));
        Assert.Equal((1, 0, 0), (head.Stops, head.FocusSpeed, head.IrisSpeed));
    }

    [Fact]
    public async Task A_position_that_does_not_come_is_null_and_ends_no_motion()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(new PtzVelocity(0.1f, 0, 0), Cancel);
        head.Server.Spoil(HttpTrouble.Cut);
        Assert.Null(await driver.ReadPositionAsync(Cancel));
        TaskCompletionSource slow = head.Server.Hold(request => request.Method == "GET");
        Task<PtzReading?> read = driver.ReadPositionAsync(Cancel).AsTask();
        await Eventually.TrueAsync(() => head.Server.Held == 1, "the question is with the camera");
        _time.Advance(CameraHttp.ConnectTime + CameraHttp.ReplyTime);
        Assert.Null(await read);
        slow.SetResult();
        Assert.NotNull(await driver.ReadPositionAsync(Cancel));
        Assert.Equal((1, 0), (head.Moves, head.Stops));
    }

    [Fact]
    public async Task A_stale_nonce_costs_one_exchange_more_and_no_command()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        head.Server.MakeNonceStale();
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.Equal((1, 2), (head.Moves, head.Server.Challenges));
    }

    [Fact]
    public async Task A_camera_that_does_not_answer_is_given_up_in_time_and_stopped_twice_later()
    {
        await using var head = new IsapiHead(_time);
        await using IsapiDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        TaskCompletionSource slow = head.Server.Hold(request => request.Text.Contains("<pan>100", StringComparison.Ordinal));
        Task move = driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel).AsTask();
        await Eventually.TrueAsync(() => head.Server.Held == 1, "the move is with the camera");
        _time.Advance(CameraHttp.ConnectTime + CameraHttp.ReplyTime);
        DriverException e = await Assert.ThrowsAsync<DriverException>(() => move);
        Assert.Contains("does not answer in time", e.Message, StringComparison.Ordinal);
        await driver.MoveAsync(default, Cancel);
        slow.SetResult();
        await Eventually.TrueAsync(() => head.Moves == 1, "the late move");
        _time.Advance((await driver.ContinueAsync(Cancel))!.Value);
        await driver.ContinueAsync(Cancel);
        Assert.False(head.Motion.IsMoving);
    }
}
