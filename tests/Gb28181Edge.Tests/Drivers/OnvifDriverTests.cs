using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;
using Gb28181Edge.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

public class OnvifDriverTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OnvifDriver Open(OnvifHead head, string? password = OnvifHead.Password, OnvifTravel? travel = null, string? profile = null) => new(
        new OnvifClient(head.DeviceService, new CameraAccount(OnvifHead.Username, password), profile, _time), travel ?? new OnvifTravel(MostZoom: 20), _time, NullLogger.Instance);

    private static async Task FirstContactAsync(OnvifDriver driver)
    {
        await driver.MoveAsync(default, Cancel);
        Assert.Null(await driver.ContinueAsync(Cancel));
    }

    [Theory]
    [InlineData((int)OnvifLogin.WsSecurity)]
    [InlineData((int)OnvifLogin.HttpDigest)]
    [InlineData((int)OnvifLogin.Anonymous)]
    public async Task A_head_moves_as_told_and_stops_under_either_login(int login)
    {
        await using var head = new OnvifHead((OnvifLogin)login, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        Assert.Equal(1, head.Stops);

        await driver.MoveAsync(new PtzVelocity(0.5f, -1, 0.25f), Cancel);
        _time.Advance(TimeSpan.FromSeconds(2));
        await driver.MoveAsync(default, Cancel);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((60, -60, 3.5), head.Motion.Position);
        Assert.Equal((1, 2), (head.Moves, head.Stops));
        Assert.Equal(PtzAbilities.Presets | PtzAbilities.ReadPosition | PtzAbilities.GoTo | PtzAbilities.Home, driver.Abilities);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(-31536000)]
    public async Task A_camera_whose_clock_is_wrong_is_asked_for_its_time_and_answered_in_it(int seconds)
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time) { ClockAhead = TimeSpan.FromSeconds(seconds) };
        await using OnvifDriver driver = Open(head);
        await driver.MoveAsync(default, Cancel);
        Assert.Equal((1, 0), (head.Stops, head.Refused));
    }

    [Fact]
    public async Task A_clock_that_is_set_later_costs_one_refusal_and_no_command()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        head.ClockAhead = TimeSpan.FromHours(-1);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.Equal((1, 1), (head.Moves, head.Refused));
    }

    [Theory]
    [InlineData((int)OnvifLogin.WsSecurity)]
    [InlineData((int)OnvifLogin.HttpDigest)]
    public async Task A_wrong_password_is_told_as_such_and_not_shown(int login)
    {
        await using var head = new OnvifHead((OnvifLogin)login, _time);
        await using OnvifDriver driver = Open(head, "geheim");
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(default, Cancel));
        Assert.Contains("user name or", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, head.Stops);
    }

    [Fact]
    public async Task A_move_ends_by_itself_when_the_agent_is_gone()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(head.Motion.IsMoving);
        Assert.Equal(TimeSpan.FromSeconds(4), head.LastTimeout);           // the camera's longest, below our five
        Assert.Equal(240, head.Motion.Position.Pan, 6);
    }

    [Fact]
    public async Task A_move_that_is_wanted_is_refreshed_before_it_ends()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        await driver.MoveAsync(new PtzVelocity(0.1f, 0, 0), Cancel);
        for (int i = 0; i < 15; i++)
        {
            TimeSpan? next = await driver.ContinueAsync(Cancel);
            Assert.InRange(next!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
            _time.Advance(next.Value);
        }
        Assert.True(head.Motion.IsMoving);
        Assert.Equal(30 * 6, head.Motion.Position.Pan, 3);
        await driver.MoveAsync(default, Cancel);
        Assert.Null(await driver.ContinueAsync(Cancel));
    }

    [Fact]
    public async Task Presets_are_found_by_name_whatever_their_tokens_also_after_a_restart()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        head.Presets["1"] = ("Gate", (10, 0, 1));
        head.Presets["x9"] = ("2", (20, 0, 1));
        head.Presets["3"] = ("gb-7", (70, 0, 1));
        await using (OnvifDriver driver = Open(head))
        {
            await FirstContactAsync(driver);
            head.Motion.GoTo(123, -4, 5);
            Assert.True(await driver.SetPresetAsync(200, Cancel));
        }
        await using OnvifDriver again = Open(head);
        await FirstContactAsync(again);
        head.Motion.GoTo(0, 0, 1);
        Assert.True(await again.CallPresetAsync(200, Cancel));
        Assert.Equal((123, -4, 5), head.Motion.Position);
        Assert.True(await again.CallPresetAsync(1, Cancel));               // by its token
        Assert.Equal(10, head.Motion.Position.Pan);
        Assert.True(await again.CallPresetAsync(2, Cancel));               // by its name
        Assert.Equal(20, head.Motion.Position.Pan);
        Assert.False(await again.CallPresetAsync(3, Cancel));              // the token is number 7's
        Assert.True(await again.DeletePresetAsync(7, Cancel));
        Assert.False(await again.CallPresetAsync(7, Cancel));
        Assert.True(await again.DeletePresetAsync(200, Cancel));
        Assert.Equal(["1", "x9"], head.Presets.Keys.Order());
    }

    [Fact]
    public async Task A_preset_set_twice_stays_one_and_a_full_camera_leaves_it_to_the_agent()
    {
        await using var head = new OnvifHead(OnvifLogin.Anonymous, _time) { MostPresets = 1 };
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        Assert.True(await driver.SetPresetAsync(5, Cancel));
        head.Motion.GoTo(90, 0, 1);
        Assert.True(await driver.SetPresetAsync(5, Cancel));
        Assert.Equal(90, Assert.Single(head.Presets).Value.At.Pan);
        Assert.False(await driver.SetPresetAsync(6, Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Positions_are_degrees_in_either_space(bool degrees)
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time) { OffersDegrees = degrees };
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        Assert.True(await driver.GoToAsync(new PtzPosition(270, -30, 10.5), 1, Cancel));
        Assert.Equal((270, -30, 10.5), Rounded(head.Motion.Position));
        PtzReading reading = (await driver.ReadPositionAsync(Cancel))!.Value;
        Assert.Null(reading.ErrorDegrees);
        Assert.Equal((270, -30, 10.5), Rounded((reading.Position.Pan!.Value, reading.Position.Tilt!.Value, reading.Position.Zoom!.Value)));

        Assert.True(await driver.GoToAsync(new PtzPosition(null, 45, null), 1, Cancel));
        Assert.Equal((270, 45, 10.5), Rounded(head.Motion.Position));
        Assert.True(await driver.GoToAsync(new PtzPosition(10, 200, null), 1, Cancel));
        Assert.Equal((10, 90, 10.5), Rounded(head.Motion.Position));       // beyond its travel means its limit
    }

    [Fact]
    public async Task A_travel_of_less_than_a_circle_is_mapped_as_configured()
    {
        await using var head = new OnvifHead(OnvifLogin.Anonymous, _time);
        await using OnvifDriver driver = Open(head, travel: new OnvifTravel(-170, 170, 90, 0));
        await FirstContactAsync(driver);
        Assert.True(await driver.GoToAsync(new PtzPosition(180, 0, 3), 1, Cancel));
        Assert.Equal((180, 90, 1), Rounded(head.Motion.Position));         // x = 1 (its end), y = 1, the zoom is not mapped
        PtzReading reading = (await driver.ReadPositionAsync(Cancel))!.Value;
        Assert.Equal(170, reading.Position.Pan!.Value, 6);
        Assert.Equal(0, reading.Position.Tilt!.Value, 6);
        Assert.Null(reading.Position.Zoom);
    }

    [Fact]
    public async Task Focus_goes_to_manual_moves_stops_and_returns_to_automatic_with_the_next_motion()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, -0.5f), Cancel);
        Assert.Equal(("MANUAL", -0.5), (head.AutoFocus, head.FocusSpeed));
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(("MANUAL", 0), (head.AutoFocus, head.FocusSpeed));
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel);
        Assert.Equal(("AUTO", 1), (head.AutoFocus, head.Moves));
    }

    [Fact]
    public async Task Home_and_the_auxiliary_that_the_camera_lists_are_its_own()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        head.Motion.GoTo(50, 5, 5);
        Assert.True(await driver.GoHomeAsync(Cancel));
        Assert.Equal((0, 0, 1), head.Motion.Position);
        Assert.True(await driver.SetAuxiliaryAsync(1, true, Cancel));
        Assert.True(await driver.SetAuxiliaryAsync(1, false, Cancel));
        Assert.False(await driver.SetAuxiliaryAsync(2, true, Cancel));
        Assert.Equal(["tt:Wiper|On", "tt:Wiper|Off"], head.Auxiliaries);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Services_are_found_the_new_way_where_the_old_one_lacks_them(bool onlyServices, bool onlyMedia2)
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time) { OnlyServices = onlyServices, OnlyMedia2 = onlyMedia2 };
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        Assert.Equal(1, head.Stops);
    }

    [Fact]
    public async Task Addresses_of_another_network_are_taken_at_the_host_that_was_configured()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time) { NamedHost = "192.168.250.250:8080" };
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        Assert.Equal(1, head.Stops);
    }

    [Fact]
    public async Task A_profile_that_is_not_there_is_named_with_those_that_are()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head, profile: "Main");
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(default, Cancel));
        Assert.Contains("no profile \"Main\"; it has audio-only, P 1/é", e.Message, StringComparison.Ordinal);
        await using OnvifDriver right = Open(head, profile: "mainstream");
        await FirstContactAsync(right);
        Assert.Equal(1, head.Stops);
    }

    [Fact]
    public async Task After_a_fault_the_camera_is_asked_anew_what_it_is()
    {
        await using var head = new OnvifHead(OnvifLogin.WsSecurity, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        head.NextFault = ("ContinuousMove", "NoProfile");
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel));
        Assert.Contains("no such profile", e.Message, StringComparison.Ordinal);
        int before = head.Server.Requests.Count(request => request.Text.Contains("GetProfiles", StringComparison.Ordinal));
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(before + 1, head.Server.Requests.Count(request => request.Text.Contains("GetProfiles", StringComparison.Ordinal)));
        Assert.Equal(2, head.Stops);
    }

    [Fact]
    public async Task A_stop_overtakes_a_slow_move_and_is_sent_again_for_the_move_may_come_late()
    {
        await using var head = new OnvifHead(OnvifLogin.HttpDigest, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        TaskCompletionSource slow = head.Server.Hold(request => request.Text.Contains("ContinuousMove", StringComparison.Ordinal));
        using var overtaken = new CancellationTokenSource();
        Task move = driver.MoveAsync(new PtzVelocity(1, 0, 0), overtaken.Token).AsTask();
        await Eventually.TrueAsync(() => head.Server.Held == 1, "the move is with the camera");
        await overtaken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move);
        await driver.MoveAsync(default, Cancel);                           // on a connection of its own
        Assert.Equal(2, head.Stops);
        slow.SetResult();                                                  // only now does the camera carry the move out
        await Eventually.TrueAsync(() => head.Moves == 1, "the late move");
        TimeSpan? again = await driver.ContinueAsync(Cancel);
        Assert.Equal(WebDriver.SecondStopAfter, again);
        _time.Advance(again!.Value);
        Assert.Null(await driver.ContinueAsync(Cancel));
        Assert.Equal(3, head.Stops);
        Assert.False(head.Motion.IsMoving);
    }

    [Theory]
    [InlineData((int)HttpTrouble.Cut, "broke off")]
    [InlineData((int)HttpTrouble.Giant, "more than 256 KiB")]
    [InlineData((int)HttpTrouble.NoHttp, "in HTTP")]
    public async Task A_spoilt_answer_is_told_and_the_next_command_goes_well(int trouble, string part)
    {
        await using var head = new OnvifHead(OnvifLogin.Anonymous, _time);
        await using OnvifDriver driver = Open(head);
        await FirstContactAsync(driver);
        head.Server.Spoil((HttpTrouble)trouble);
        DriverException e = await Assert.ThrowsAsync<DriverException>(async () => await driver.MoveAsync(new PtzVelocity(1, 0, 0), Cancel));
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
        await driver.MoveAsync(default, Cancel);
        Assert.Equal(2, head.Stops);
    }

    private static (double, double, double) Rounded((double Pan, double Tilt, double Zoom) p) => (Math.Round(p.Pan, 2), Math.Round(p.Tilt, 2), Math.Round(p.Zoom, 2));
}
