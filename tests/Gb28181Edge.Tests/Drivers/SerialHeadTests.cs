using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;
using Gb28181Edge.Drivers.Serial;
using Gb28181Edge.Protocol.Ptz;
using Gb28181Edge.Tests.Support;
using Gb28181Edge.Tests.Support.Heads;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Drivers;

/// <summary>The drivers against emulated heads, over the real line and a pseudo-terminal.</summary>
public class SerialHeadTests
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>A busy machine may let the emulated head wait for its turn.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Pelco_D_moves_every_axis_and_stops()
    {
        var head = new EmulatedPelcoD(7);
        using var wire = new SerialWire(head);
        await using SerialLine line = Line(wire);
        await using var driver = new PelcoDDriver(line, 7);

        await driver.MoveAsync(new PtzVelocity(1, 0.5f, 1, 1, -1), default);
        await Eventually.TrueAsync(() => head.Motion.Position is { Pan: > 5 and < 180, Tilt: > 2, Zoom: > 0, Focus: > 0 }, "all axes move");
        Assert.Equal((1, -1), (head.Focus, head.Iris));
        await driver.MoveAsync(default, default);
        await Eventually.TrueAsync(() => head.Stops == PelcoHead.StopRepeats && !head.Motion.IsMoving, "three stops");
        await driver.MoveAsync(new PtzVelocity(-1, -1, -1, -1, 1), default);
        await Eventually.TrueAsync(() => head.Motion.Position is { Tilt: < -2, Zoom: 0, Focus: 0 } at && at.Pan > 180, "and back");
        Assert.Equal((-1, 1), (head.Focus, head.Iris));
        await driver.MoveAsync(default, default);
        await Eventually.TrueAsync(() => !head.Motion.IsMoving, "stands");
        Assert.Equal(0, head.Noise);
    }

    [Fact]
    public async Task Pelco_D_presets_auxiliaries_and_positions_work_in_the_head()
    {
        var head = new EmulatedPelcoD(1) { Answers = true, PanZero = 12_000, TiltZero = 34_000 };
        using var wire = new SerialWire(head);
        await using SerialLine line = Line(wire);
        var positions = new PelcoPositions { Turnaround = Patience, PanZeroCentidegrees = 12_000, TiltZeroCentidegrees = 34_000, Zoom = new ZoomScale(20, 65_535) };
        await using var driver = new PelcoDDriver(line, 1, new PelcoSettings { LensSpeeds = true }, positions, Clock);

        Assert.True(await driver.GoToAsync(new PtzPosition(300, -30, 20), 1, default));
        await Eventually.TrueAsync(() => head.Motion is { Travels: false, Position: { Tilt: < -29, Zoom: > 0.99 } }, "it arrives");
        PtzReading reading = await ReadAsync(driver);
        Assert.Equal((300.0, -30.0, 20.0), (reading.Position.Pan!.Value, reading.Position.Tilt!.Value, Math.Round(reading.Position.Zoom!.Value, 3)));

        Assert.True(await driver.SetPresetAsync(33, default));             // 33 and 34 turn the head round: the map goes past them
        await driver.GoToAsync(new PtzPosition(10, 45, null), 1, default);
        await Eventually.TrueAsync(() => !head.Motion.Travels && head.Motion.Position.Tilt > 44, "elsewhere");
        reading = await ReadAsync(driver);
        Assert.Equal((10.0, 45.0), (reading.Position.Pan!.Value, reading.Position.Tilt!.Value));
        Assert.True(await driver.CallPresetAsync(33, default));
        await Eventually.TrueAsync(() => !head.Motion.Travels && head.Motion.Position.Tilt < -29, "back at the preset");
        Assert.True(await driver.DeletePresetAsync(93, default));
        Assert.False(await driver.SetPresetAsync(94, default));
        Assert.True(await driver.SetAuxiliaryAsync(8, true, default));
        Assert.True(await driver.SetAuxiliaryAsync(8, false, default));
        await driver.MoveAsync(new PtzVelocity(0, 0, 0.5f, 0.9f), default);
        await Eventually.TrueAsync(() => head.Focus == 1, "the last frame");
        Assert.Equal(["set 35", "call 35", "clear 96", "aux 8 on", "aux 8 off", "zoom speed 2", "focus speed 3"], head.Told);
    }

    [Fact]
    public async Task Pelco_D_finds_the_reply_behind_noise_and_damage_and_does_without_it()
    {
        var head = new EmulatedPelcoD(1) { Answers = true };
        using var wire = new SerialWire(head);
        await using SerialLine line = Line(wire);
        await using var driver = new PelcoDDriver(line, 1, new PelcoSettings(), new PelcoPositions { Turnaround = Patience }, Clock);
        head.Motion.Position = (90, 10, 0, 0);

        wire.Noise = [0x00, 0xFF, 0xFF, 0x01, 0x59];
        Assert.Equal((90.0, 10.0), await Seen(driver));
        head.Damaged = 1;
        Assert.Null(await driver.ReadPositionAsync(default));
        Assert.Equal((90.0, 10.0), await Seen(driver));
        head.Answers = false;
        Assert.Null(await driver.ReadPositionAsync(default));
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        await Eventually.TrueAsync(() => head.Motion.IsMoving, "it moves all the same");
    }

    [Fact]
    public async Task What_the_adapter_hears_of_itself_is_no_reply()
    {
        var head = new EmulatedPelcoD(1) { Answers = true };
        using var wire = new SerialWire(head) { Echoes = true };
        await using SerialLine line = Line(wire);
        var kept = new KeepingListener();
        await using var driver = new PelcoDDriver(line, 1, new PelcoSettings(), new PelcoPositions { Turnaround = Patience }, Clock);
        head.Motion.Position = (12.34, 0, 0, 0);
        await driver.MoveAsync(default, default);                          // echoes that nobody reads
        Assert.Equal(12.34, (await Seen(driver)).Pan, 3);

        byte[] query = Convert.FromHexString("FF010051000052");
        Assert.Equal(SerialReply.Silence, await line.ExchangeAsync(query, false, kept, Patience, default));
        Assert.Equal("FF01005904D230", Convert.ToHexString([.. kept.Bytes]));   // the reply alone: 12.34° is 04D2h
        head.Answers = false;
        kept.Bytes.Clear();
        Assert.Equal(SerialReply.Silence, await line.ExchangeAsync(query, false, kept, Patience, default));
        Assert.Empty(kept.Bytes);
    }

    [Theory]
    [InlineData(PelcoPLayout.Classic, 0, 0)]
    [InlineData(PelcoPLayout.LikeD, 1, 1)]
    public async Task Pelco_P_of_both_families_moves_every_axis(object layout, int wireAddress, int likeD)
    {
        var head = new EmulatedPelcoP((byte)wireAddress, likeD == 1);
        using var wire = new SerialWire(head);
        await using SerialLine line = Line(wire);
        await using var driver = new PelcoPDriver(line, (byte)wireAddress, (PelcoPLayout)layout, new PelcoSettings(), Clock);
        await driver.MoveAsync(new PtzVelocity(1, 1, 1, 1, 1), default);
        await Eventually.TrueAsync(() => head.Motion.Position is { Pan: > 1 and < 180, Tilt: > 1, Zoom: > 0, Focus: > 0 }, "all axes move");
        Assert.Equal((1, 1), (head.Focus, head.Iris));
        await driver.MoveAsync(new PtzVelocity(-1, -1, -1, -1, -1), default);
        await Eventually.TrueAsync(() => head.Motion.Position is { Tilt: < -1, Zoom: 0, Focus: 0 } at && at.Pan > 180, "and back");
        Assert.Equal((-1, -1), (head.Focus, head.Iris));
        await driver.MoveAsync(default, default);
        await Eventually.TrueAsync(() => head.Stops == 3 && !head.Motion.IsMoving, "three stops");
        await driver.SetPresetAsync(1, default);
        await driver.CallPresetAsync(34, default);
        await driver.SetAuxiliaryAsync(2, true, default);
        await Eventually.TrueAsync(() => head.Told.Length == 3, "all told");
        Assert.Equal(["set 1", "call 36", "aux 2 on"], head.Told);
        Assert.Equal(PtzAbilities.Presets, driver.Abilities);
    }

    [Fact]
    public async Task Heads_of_both_Pelcos_share_a_bus_and_hear_only_their_own()
    {
        EmulatedPelcoD one = new(1), two = new(2);
        var three = new EmulatedPelcoP(0, likeD: false);
        using var wire = new SerialWire(one, two, three);
        await using SerialLine line = Line(wire);
        await using var first = new PelcoDDriver(line, 1);
        await using var second = new PelcoDDriver(line, 2);
        await using var third = new PelcoPDriver(line, 0, PelcoPLayout.Classic, new PelcoSettings(), Clock);
        await Task.WhenAll(
            first.MoveAsync(new PtzVelocity(1, 0, 0), default).AsTask(), second.MoveAsync(new PtzVelocity(0, 1, 0), default).AsTask(),
            third.MoveAsync(new PtzVelocity(0, 0, 1), default).AsTask());
        await Eventually.TrueAsync(
            () => one.Motion.Position is { Pan: > 1, Tilt: 0, Zoom: 0 } && two.Motion.Position is { Pan: 0, Tilt: > 1, Zoom: 0 } && three.Motion.Position is { Pan: 0, Tilt: 0, Zoom: > 0 },
            "each moves its own axis");
        await second.MoveAsync(default, default);
        await Eventually.TrueAsync(() => !two.Motion.IsMoving, "one stands");
        Assert.True(one.Motion.IsMoving && three.Motion.IsMoving);
        Assert.Equal((1, 4, 1), (one.Frames, two.Frames, three.Frames));
    }

    [Fact]
    public async Task A_stop_ends_the_window_of_another_head()
    {
        EmulatedPelcoD silent = new(1), moving = new(2);
        using var wire = new SerialWire(silent, moving);
        await using SerialLine line = Line(wire);
        await using var driver = new PelcoDDriver(line, 2);
        await driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        var kept = new KeepingListener();
        Task<SerialReply> waiting = line.ExchangeAsync(Convert.FromHexString("FF010051000052"), false, kept, TimeSpan.FromMinutes(10), default).AsTask();
        await Eventually.TrueAsync(() => silent.Frames == 1, "the question is out");
        await driver.MoveAsync(default, default);                          // would wait ten minutes otherwise
        await Eventually.TrueAsync(() => moving.Stops == 3, "stopped");
        Assert.Equal(SerialReply.Overtaken, await waiting);
    }

    [Fact]
    public async Task A_window_is_left_when_it_is_given_up_and_the_line_goes_on()
    {
        var head = new EmulatedPelcoD(1);
        using var wire = new SerialWire(head);
        await using SerialLine line = Line(wire);
        using var cancel = new CancellationTokenSource();
        Task<SerialReply> waiting = line.ExchangeAsync(
            Convert.FromHexString("FF010051000052"), false, new KeepingListener(), TimeSpan.FromMinutes(10), cancel.Token).AsTask();
        await Eventually.TrueAsync(() => head.Frames == 1, "the question is out");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await line.WriteAsync(Convert.FromHexString("FF010002200023"), false, default);
        await Eventually.TrueAsync(() => head.Motion.IsMoving, "the line goes on");
    }

    [Fact]
    public async Task Disposal_ends_a_window()
    {
        var head = new EmulatedPelcoD(1);
        using var wire = new SerialWire(head);
        SerialLine line = Line(wire);
        Task<SerialReply> waiting = line.ExchangeAsync(
            Convert.FromHexString("FF010051000052"), false, new KeepingListener(), TimeSpan.FromMinutes(10), default).AsTask();
        await Eventually.TrueAsync(() => head.Frames == 1, "the question is out");
        await line.DisposeAsync();
        Assert.Equal(SerialReply.Overtaken, await waiting);
    }

    [Fact]
    public async Task Frames_keep_the_gap_of_the_bus()
    {
        var head = new EmulatedPelcoD(1);
        using var wire = new SerialWire(head);
        await using SerialLine line = Line(wire, gapMilliseconds: 200);
        byte[] frame = Convert.FromHexString("FF010002200023");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => line.WriteAsync(frame, false, default).AsTask()));
        await Eventually.TrueAsync(() => head.Frames == 3, "three frames");
        Assert.InRange(wire.LeastBetweenFrames.TotalMilliseconds, 100, double.MaxValue);
    }

    [Fact]
    public async Task A_port_that_was_pulled_out_is_an_error_and_works_again_when_it_is_back()
    {
        using var directory = new TemporaryDirectory();
        string link = directory["ttyUSB0"];
        var first = new SerialWire(new EmulatedPelcoD(1) { Answers = true });
        var head = new EmulatedPelcoD(1) { Answers = true };
        using var second = new SerialWire(head);
        File.CreateSymbolicLink(link, first.Path);
        await using var line = new SerialLine(new Tty(link, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance), TimeSpan.FromMilliseconds(1), Clock);
        await using var driver = new PelcoDDriver(line, 1, new PelcoSettings(), new PelcoPositions { Turnaround = Patience }, Clock);
        Assert.NotNull(await driver.ReadPositionAsync(default));
        Task<SerialReply> waiting = line.ExchangeAsync(default, false, new KeepingListener(), TimeSpan.FromMinutes(10), default).AsTask();
        first.Dispose();
        File.Delete(link);
        DriverException lost = await Assert.ThrowsAsync<DriverException>(() => waiting);
        Assert.Contains("is lost", lost.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DriverException>(async () => await driver.ReadPositionAsync(default));
        File.CreateSymbolicLink(link, second.Path);
        head.Motion.Position = (45, 0, 0, 0);
        Assert.Equal(45, (await Seen(driver)).Pan);
    }

    [Fact]
    public async Task A_pseudo_terminal_has_no_RS485_of_the_kernel_and_says_so()
    {
        using var wire = new SerialWire();
        using var kernel = new Tty(wire.Path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance, Rs485Mode.Kernel);
        Assert.StartsWith($"the kernel cannot switch RS-485 on at {wire.Path}", Assert.Throws<DriverException>(kernel.Open).Message, StringComparison.Ordinal);
        using var off = new Tty(wire.Path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance, Rs485Mode.Off);
        off.Open();                                                        // there is nothing to switch off
    }

    [Fact]
    public unsafe void The_kernels_structure_has_its_size_and_the_transceiver_is_held_for_one_character()
    {
        Assert.Equal(32, sizeof(Rs485Settings));                           // linux/serial.h: struct serial_rs485
        Rs485Settings settings = Rs485Control.Enable(SerialFormat.EightNoneOne.DurationOf(1, 2400));
        Assert.Equal((3u, 0u, 5u), (settings.Flags, settings.DelayBeforeSendMilliseconds, settings.DelayAfterSendMilliseconds));
    }

    private static async Task<PtzReading> ReadAsync(PelcoDDriver driver)
    {
        PtzReading? reading = await driver.ReadPositionAsync(default);
        Assert.NotNull(reading);
        Assert.Null(reading.Value.ErrorDegrees);
        return reading.Value;
    }

    private static async Task<(double Pan, double Tilt)> Seen(PelcoDDriver driver)
    {
        PtzReading reading = await ReadAsync(driver);
        return (reading.Position.Pan!.Value, reading.Position.Tilt!.Value);
    }

    private static SerialLine Line(SerialWire wire, int gapMilliseconds = 1) => new(
        new Tty(wire.Path, 115200, SerialFormat.EightNoneOne, null, NullLogger.Instance), TimeSpan.FromMilliseconds(gapMilliseconds), Clock);

    /// <summary>Keeps all and never has enough.</summary>
    private sealed class KeepingListener : ISerialListener
    {
        public List<byte> Bytes { get; } = [];

        public bool OnEarlier(ReadOnlySpan<byte> bytes) => false;

        public bool OnReceived(ReadOnlySpan<byte> bytes)
        {
            Bytes.AddRange(bytes);
            return false;
        }
    }
}
