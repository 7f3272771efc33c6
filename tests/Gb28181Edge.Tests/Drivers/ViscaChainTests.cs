using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>VISCA heads on a serial line: emulated, behind a pseudo-terminal.</summary>
public sealed class ViscaChainTests : IAsyncDisposable
{
    private readonly EmulatedVisca _first = new(), _second = new();
    private readonly EmulatedViscaChain _heads;
    private readonly SerialWire _wire;
    private readonly SerialLine _line;
    private readonly ViscaChain _chain;

    public ViscaChainTests()
    {
        _heads = new EmulatedViscaChain(_first, _second);
        _wire = new SerialWire(_heads);
        _line = new SerialLine(new Tty(_wire.Path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance), TimeSpan.FromMilliseconds(1), TimeProvider.System);
        _chain = new ViscaChain(_line, assignsAddresses: true, answers: true, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        _wire.Dispose();
    }

    [Fact]
    public async Task Heads_of_a_chain_get_their_addresses_and_move_each_by_itself()
    {
        await using ViscaHead one = Head(1), two = Head(2);
        await one.MoveAsync(default, default);
        await two.MoveAsync(default, default);
        Assert.Equal((1, 2, 1), (_first.Address, _second.Address, _heads.Counted));
        await Task.WhenAll(
            one.MoveAsync(new PtzVelocity(1, 0, 0), default).AsTask(), two.MoveAsync(new PtzVelocity(0, -1, 1), default).AsTask());
        await Eventually.TrueAsync(() => _first.Motion.Position is { Pan: > 1, Tilt: 0 } && _second.Motion.Position is { Pan: 0, Tilt: < -1, Zoom: > 0 }, "each its own way");
        await Task.WhenAll(one.MoveAsync(default, default).AsTask(), two.MoveAsync(default, default).AsTask());
        Assert.False(_first.Motion.IsMoving || _second.Motion.IsMoving);
        Assert.Equal([], _first.Faults.Concat(_second.Faults));
    }

    [Fact]
    public async Task Every_command_reaches_the_head_and_its_position_comes_back()
    {
        await using ViscaHead driver = Head(2);
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, 1), default);
        Assert.True(_second.IsFocusManual);
        await Eventually.TrueAsync(() => _second.Motion.Position.Focus > 0, "far");
        await driver.MoveAsync(new PtzVelocity(0, 0, 0, 0, 1), default);
        Assert.Equal((3, 1), (_second.Exposure, _second.Iris));
        await Eventually.TrueAsync(() => driver.ContinueAsync(default).AsTask().Wait(TimeSpan.FromSeconds(5)) && _second.Iris >= 3, "the iris steps");
        await driver.MoveAsync(default, default);

        Assert.True(await driver.GoToAsync(new PtzPosition(350, 20, 20), 1, default));
        await Eventually.TrueAsync(() => !_second.Motion.Travels, "it arrives");
        PtzPosition there = (await driver.ReadPositionAsync(default))!.Value.Position;
        Assert.Equal((350.0, 20.0, 20.0), (Math.Round(there.Pan!.Value, 3), Math.Round(there.Tilt!.Value, 3), Math.Round(there.Zoom!.Value, 3)));

        Assert.False(await driver.CallPresetAsync(3, default));
        Assert.True(await driver.SetPresetAsync(3, default));
        Assert.True(await driver.GoHomeAsync(default));
        await Eventually.TrueAsync(() => _second.Motion is { Travels: false, Position: { Pan: 0, Tilt: 0 } }, "home");
        Assert.True(await driver.CallPresetAsync(3, default));
        await Eventually.TrueAsync(() => !_second.Motion.Travels && _second.Motion.Position.Tilt > 19, "the preset");
        Assert.True(await driver.DeletePresetAsync(3, default));
        Assert.False(await driver.CallPresetAsync(3, default));
        Assert.Equal([], _second.Faults);
        Assert.Empty(_first.Told);
    }

    [Fact]
    public async Task A_stop_ends_the_way_to_a_preset()
    {
        await using ViscaHead driver = Head(1);
        await driver.MoveAsync(default, default);
        await driver.GoToAsync(new PtzPosition(170, 80, null), 1, default);
        await driver.MoveAsync(default, default);
        Assert.False(_first.Motion.IsMoving);
        Assert.True(_first.Motion.Position.Tilt < 80);
    }

    [Fact]
    public async Task A_busy_head_is_asked_again_and_a_slow_one_waited_for()
    {
        await using ViscaHead driver = Head(1);
        await driver.MoveAsync(default, default);
        _first.BusyTimes = 1;
        Assert.True(await driver.GoHomeAsync(default));
        _first.AcknowledgesAfter = TimeSpan.FromMilliseconds(50);
        await driver.MoveAsync(new PtzVelocity(0.5f, 0, 0.5f, 0.5f), default);
        await driver.MoveAsync(default, default);
        Assert.Equal([], _first.Faults);
    }

    [Fact]
    public async Task A_silent_head_is_an_error_and_keeps_no_other_from_moving()
    {
        await using ViscaHead one = Head(1), two = Head(2);
        await one.MoveAsync(default, default);
        await two.MoveAsync(default, default);
        _first.IsMute = true;
        DriverException silent = await Assert.ThrowsAsync<DriverException>(async () => await one.MoveAsync(new PtzVelocity(1, 0, 0), default));
        Assert.Equal($"VISCA head 1 on {_wire.Path} does not answer", silent.Message);
        await Assert.ThrowsAsync<DriverException>(async () => await one.MoveAsync(default, default));
        Assert.False(_first.Motion.IsMoving);                              // the stop was sent all the same
        Assert.Null(await one.ReadPositionAsync(default));
        await two.MoveAsync(new PtzVelocity(0, 1, 0), default);
        await Eventually.TrueAsync(() => _second.Motion.Position.Tilt > 1, "the other moves");
        Assert.Equal(1, _heads.Counted);                                   // not for every silence
        _first.IsMute = false;
        await one.MoveAsync(default, default);
    }

    [Fact]
    public async Task A_silent_head_ends_no_way_of_another_and_its_count_delays_no_stop_of_another()
    {
        var time = new FakeTimeProvider();
        var line = new FakeSerialLine();
        var chain = new ViscaChain(line, assignsAddresses: true, answers: true, time);
        var one = new ViscaHead(chain.Open(1), new ViscaSettings(), time);
        var two = new ViscaHead(chain.Open(2), new ViscaSettings(), time);
        line.Reply = hex => hex switch
        {
            "883001FF" => "883003FF",
            "82010001FF" => "A050FF",
            _ => hex.StartsWith("82", StringComparison.Ordinal) ? "A041FFA051FF" : hex.StartsWith("81", StringComparison.Ordinal) ? "" : hex,
        };
        await two.MoveAsync(default, default);
        await Assert.ThrowsAsync<DriverException>(async () => await one.MoveAsync(default, default));
        time.Advance(TimeSpan.FromSeconds(11));
        line.Frames.Clear();
        await two.MoveAsync(default, default);
        Assert.All(line.Hex, frame => Assert.StartsWith("82", frame, StringComparison.Ordinal));
        await Assert.ThrowsAsync<DriverException>(async () => await one.MoveAsync(default, default));
        Assert.Contains("883001FF", line.Hex);
        Assert.DoesNotContain("88010001FF", line.Hex);
    }

    [Fact]
    public async Task Noise_and_the_echo_of_an_adapter_change_nothing()
    {
        _wire.Echoes = true;
        await using ViscaHead driver = Head(1);
        await driver.MoveAsync(default, default);
        _wire.Noise = [0x00, 0x90, 0x41, 0x12, 0xFF, 0xFF];
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await Eventually.TrueAsync(() => _first.Motion.Position.Pan > 1, "it moves");
        _first.Motion.Drive(0, 0, 0);
        _first.Motion.Position = (10, -10, 0, 0);
        PtzPosition there = (await driver.ReadPositionAsync(default))!.Value.Position;
        Assert.Equal((10.0, -10.0, 1.0), (there.Pan!.Value, there.Tilt!.Value, there.Zoom!.Value));
    }

    [Fact]
    public async Task A_head_that_was_switched_on_gets_its_address_again_but_not_at_every_word()
    {
        await using ViscaHead driver = Head(1);
        await driver.MoveAsync(default, default);
        _wire.Say([0x90, 0x38, 0xFF]);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await driver.MoveAsync(default, default);
        Assert.Equal(1, _heads.Counted);                                   // within ten seconds of the first counting
    }

    [Fact]
    public async Task Heads_with_addresses_of_their_own_are_not_counted()
    {
        var five = new EmulatedVisca(5);
        using var wire = new SerialWire(new EmulatedViscaChain(five));
        await using var line = new SerialLine(new Tty(wire.Path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance), TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var chain = new ViscaChain(line, assignsAddresses: false, answers: true, TimeProvider.System);
        await using var driver = new ViscaHead(chain.Open(5), new ViscaSettings(), TimeProvider.System);
        await driver.MoveAsync(new PtzVelocity(0, 0, 1), default);
        await Eventually.TrueAsync(() => five.Motion.Position.Zoom > 0, "it zooms");
        Assert.DoesNotContain(wire.Hex, hex => hex.Contains("883001FF", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_wire_back_heads_move_and_nothing_is_waited_for()
    {
        _first.IsMute = true;
        _second.IsMute = true;
        var chain = new ViscaChain(_line, assignsAddresses: true, answers: false, TimeProvider.System);
        await using var driver = new ViscaHead(chain.Open(2), new ViscaSettings(), TimeProvider.System);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await Eventually.TrueAsync(() => _second.Motion.Position.Pan > 1, "it turns");
        await driver.MoveAsync(default, default);
        await Eventually.TrueAsync(() => !_second.Motion.IsMoving && _second.Stops == 3, "three stops");
    }

    private ViscaHead Head(int address) => new(_chain.Open(address), new ViscaSettings(), TimeProvider.System);
}
