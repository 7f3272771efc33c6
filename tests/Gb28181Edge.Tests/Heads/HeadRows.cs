using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Heads;

/// <summary>What a platform can order of a head, in the order in which the rows run.</summary>
internal enum HeadRow
{
    Position, Precise, DragZoom, Presets, Cruise, Scan, Home, Directions, Speeds, Reversal, Stop, Zoom, Focus, Iris, LensStop, Auxiliary, Timing,
}

/// <content>A row is a command of the table, GB/T 28181-2016 A.2.3, A.3 and GB/T 28181-2022 A.2.3.1.11.</content>
internal sealed partial class HeadRun
{
    private const ManscdpCharset Charset = ManscdpCharset.Gb2312;

    /// <summary>Of DeviceLog.</summary>
    private const int HeadFailed = 4101, OrderRefused = 4105, HeadMoved = 4108;

    public async Task DoAsync(HeadRow row)
    {
        await BeginAsync();
        await (row switch
        {
            HeadRow.Position => PositionAsync(),
            HeadRow.Precise => PreciseAsync(),
            HeadRow.DragZoom => DragZoomAsync(),
            HeadRow.Presets => PresetsAsync(),
            HeadRow.Cruise => CruiseAsync(),
            HeadRow.Scan => ScanAsync(),
            HeadRow.Home => HomeAsync(),
            HeadRow.Directions => DirectionsAsync(),
            HeadRow.Speeds => SpeedsAsync(),
            HeadRow.Reversal => ReversalAsync(),
            HeadRow.Stop => StopsAsync(),
            HeadRow.Zoom => ZoomAsync(),
            HeadRow.Focus => FocusAsync(),
            HeadRow.Iris => IrisAsync(),
            HeadRow.LensStop => LensStopAsync(),
            HeadRow.Auxiliary => AuxiliaryAsync(),
            _ => TimingAsync(),
        });
    }

    private async Task DirectionsAsync()
    {
        foreach ((int pan, int tilt) in ((int, int)[])[(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)])
        {
            HeadState from = _rig.State;
            await MoveAsync(pan, tilt);
            await Eventually.TrueAsync(
                () => _rig.State is var now && (pan == 0 || Way(from.Pan, now.Pan) * pan > 3) && (tilt == 0 || (now.Tilt - from.Tilt) * tilt > 2),
                $"the head goes {pan} {tilt} from {from}");
            await StopAsync();
            HeadState to = _rig.State;
            if (pan == 0) Assert.Equal(from.Pan, to.Pan, 6);
            if (tilt == 0) Assert.Equal(from.Tilt, to.Tilt, 6);
            Assert.Equal(from.Zoom, to.Zoom, 6);
        }
    }

    private async Task SpeedsAsync()
    {
        foreach ((byte pan, byte tilt) in ((byte, byte)[])[(255, 64), (128, 255), (32, 128)])
        {
            await MoveAsync(1, -1, panSpeed: pan, tiltSpeed: tilt);
            await Eventually.TrueAsync(() => _rig.Velocity is { Pan: > 0, Tilt: < 0 }, "both axes move");
            HeadState at = _rig.Velocity;
            if (_rig.HasSpeeds)
            {
                Assert.InRange(at.Pan, (pan / 255.0) - 0.1, (pan / 255.0) + 0.1);
                Assert.InRange(-at.Tilt, (tilt / 255.0) - 0.1, (tilt / 255.0) + 0.1);
            }
            else
            {
                Assert.Equal((1.0, -1.0), (Math.Round(at.Pan, 6), Math.Round(at.Tilt, 6)));
            }
            await StopAsync();
            await BeginAsync();
        }
    }

    private async Task ReversalAsync()
    {
        await MoveAsync(1, 0);
        await Eventually.TrueAsync(() => _rig.Velocity.Pan > 0.9, "it turns right");
        await MoveAsync(-1, 0);
        await Eventually.TrueAsync(() => _rig.Velocity.Pan < -0.9, "it turns left without a stop between");
        await StopAsync();
    }

    private async Task StopsAsync()
    {
        HeadState from = _rig.State;
        await MoveAsync(1, 1, zoom: 1);
        await Eventually.TrueAsync(() => _rig.State is var now && now.Zoom > from.Zoom && Way(from.Pan, now.Pan) > 1 && now.Tilt > from.Tilt, "all move");
        int? before = _rig.Stops;
        await StopAsync();
        if (before is { } stops) await Eventually.TrueAsync(() => _rig.Stops == stops + _rig.StopRepeats, $"told to stop {_rig.StopRepeats} times, not {_rig.Stops - stops}");
        HeadState at = _rig.State;
        await _platform.QueryAsync(CmdType.DeviceStatus, Device, _cancellation);
        Assert.Equal(at, _rig.State);
        Assert.Equal(default, _rig.Velocity);
    }

    private async Task ZoomAsync()
    {
        double from = _rig.State.Zoom;
        await RunAsync(0, 0, 1, () => _rig.State.Zoom > from + 0.1);
        double near = _rig.State.Zoom;
        await RunAsync(0, 0, -1, () => _rig.State.Zoom < near - 0.05);
        Assert.Equal(0, _rig.Velocity.Zoom);
    }

    private async Task FocusAsync()
    {
        foreach (int direction in (int[])[1, -1])
        {
            await LensAsync(direction, 0);
            await Eventually.TrueAsync(() => _rig.Focus == direction, $"the focus moves {direction}");
            await LensAsync(0, 0);
            await Eventually.TrueAsync(() => _rig.Focus == 0, "the focus stands");
        }
    }

    private async Task IrisAsync()
    {
        if (!_rig.Can(HeadRow.Iris))
        {
            await LensAsync(0, 1);
            await DealtWithAsync();
            Assert.Equal((0, 0), (_rig.Focus, _rig.Iris));
            return;
        }
        foreach (int direction in (int[])[1, -1])
        {
            int steps = _rig.IrisSteps;
            await LensAsync(0, direction);
            await Eventually.TrueAsync(() => _rig.Iris == direction || (_rig.IrisSteps - steps) * direction >= 2, $"the iris moves {direction}");
            await LensAsync(0, 0);
            await Eventually.TrueAsync(() => _rig.Iris is 0 or null, "the iris stands");
            await DealtWithAsync();
            steps = _rig.IrisSteps;
            await TurnAsync(-20);                                          // longer than the time between two steps
            Assert.Equal(steps, _rig.IrisSteps);
        }
    }

    /// <summary>40 leaves pan, tilt and zoom, and 00 leaves focus and iris.</summary>
    private async Task LensStopAsync()
    {
        await MoveAsync(1, 0, panSpeed: 100);
        await LensAsync(1, 0);
        await Eventually.TrueAsync(() => _rig.Focus == 1 && _rig.Velocity.Pan > 0, "both move");
        await LensAsync(0, 0);
        await Eventually.TrueAsync(() => _rig.Focus == 0, "the focus stands");
        Assert.InRange(_rig.Velocity.Pan, 0.01, 1);
        await LensAsync(-1, 0);
        await Eventually.TrueAsync(() => _rig.Focus == -1, "the focus moves");
        await StopMotionAsync();
        Assert.Equal(-1, _rig.Focus);
        await LensAsync(0, 0);
        await Eventually.TrueAsync(() => _rig.Focus == 0, "the focus stands");

        async Task StopMotionAsync()
        {
            await SendAsync(PtzCommand.Stop);
            await Eventually.TrueAsync(() => _rig.Velocity is { Pan: 0, Tilt: 0, Zoom: 0 }, "pan stands");
        }
    }

    private async Task AuxiliaryAsync()
    {
        if (!_rig.Can(HeadRow.Auxiliary))
        {
            await SendAsync(PtzCommand.FromAuxiliary(1, on: true));
            await IsRefusedAsync($"Head of {Camera} has no auxiliary 1");
            return;
        }
        foreach (bool on in (bool[])[true, false, true, false])
        {
            int before = _rig.Switched.Count;
            await SendAsync(PtzCommand.FromAuxiliary(1, on));
            await Eventually.TrueAsync(() => _rig.Switched is [.., var last] all && last == (on ? _rig.Wiper.On : _rig.Wiper.Off) && (before == 1 || all.Count > before), $"the wiper is {(on ? "on" : "off")}");
        }
        await SendAsync(PtzCommand.FromAuxiliary(200, on: true));
        await IsRefusedAsync($"Head of {Camera} has no auxiliary 200");
    }

    /// <summary>Frames kept their distances, acknowledgements were waited for, relays had their dead times; all the rows before are judged.</summary>
    private Task TimingAsync()
    {
        Assert.Empty(_rig.Faults);
        string[] failures = [.. _log.Entries.Where(entry => entry.Id is HeadFailed or OrderRefused).Select(entry => entry.Text)];
        Assert.True(failures.Length == 0, string.Join('\n', failures));
        return Task.CompletedTask;
    }

    private async Task PositionAsync()
    {
        if (!_rig.Can(HeadRow.Position))
        {
            Assert.Null(await AskPositionAsync());
            return;
        }
        await TurnAsync(10);
        await RunAsync(0, 1, 1, () => _rig.State.Zoom > 0.1);
        await EventuallyAsync(async () =>
        {
            if (await AskPositionAsync() is not { Pan: { } pan, Tilt: { } tilt, Zoom: > 1 }) return false;
            // down is positive in GB/T 28181-2022
            return IsAt(new HeadState(pan, -tilt, 0), _rig.Exactness + ((await ReadBlindAsync())?.ErrorDegrees ?? 0));
        }, $"the agent tells where the head looks, {_rig.State}");
    }

    private async Task PreciseAsync()
    {
        (double pan, double tilt) = _rig.Middle;
        (double X, double Y) to = (pan + 20, tilt + 8);
        if (!_rig.Can(HeadRow.Precise))
        {
            HeadState at = _rig.State;
            await SendAsync(sn => PtzRequests.PtzPreciseCtrl(Charset, sn, Camera, new PtzPositionItem(to.X, -to.Y, null)));
            await IsRefusedAsync("a position is not possible: the head does not go to a position");
            Assert.Equal(at, _rig.State);
            return;
        }
        await SendAsync(sn => PtzRequests.PtzPreciseCtrl(Charset, sn, Camera, new PtzPositionItem(to.X, -to.Y, 20)));
        await Eventually.TrueAsync(() => _rig.State.Zoom > 0.9, "it zooms to the end");
        await ArrivesAsync(new HeadState(to.X, to.Y, 1), "at the position");
        await SendAsync(sn => PtzRequests.PtzPreciseCtrl(Charset, sn, Camera, new PtzPositionItem(pan, null, 1)));
        await Eventually.TrueAsync(() => _rig.State.Zoom < 0.1, "it zooms out");
        await ArrivesAsync(new HeadState(pan, to.Y, 0), "at the other pan, with the tilt as it was");
    }

    private async Task DragZoomAsync()
    {
        Task DragAsync(bool isIn) => SendAsync(sn => PtzRequests.DragZoom(Charset, sn, Camera, isIn, (1000, 500), (750, 125), (250, 125)));
        if (!_rig.Can(HeadRow.DragZoom))
        {
            HeadState at = _rig.State;
            await DragAsync(isIn: true);
            await IsRefusedAsync("drag zoom is not possible: the head does not go to a position");
            Assert.Equal(at, _rig.State);
            return;
        }
        // a blind head presses against the end until it knows that it is there
        await MoveAsync(0, 0, zoom: -1);
        await EventuallyAsync(async () => _rig.State.Zoom == 0 && (await ReadBlindAsync())?.Position.Zoom is null or < 1.01, "it zooms out to the end");
        await StopAsync();
        HeadState from = _rig.State;
        // the box is right and above of the middle, a quarter of the view: 16° and 9° with a view of 60°, less the higher it looks
        await DragAsync(isIn: true);
        await EventuallyAsync(async () => Went(from, 1) && await AskPositionAsync() is { Zoom: > 3.4 and < 4.7 } && Went(from, 1), $"it turns right and up from {from} and zooms in to 4");
        HeadState near = _rig.State;
        await DragAsync(isIn: false);
        await EventuallyAsync(async () => Went(near, -1) && await AskPositionAsync() is { Zoom: < 1.2 } && Went(near, -1), $"it turns left and down from {near} and zooms out to 1");

        // a blind head stands for a moment beyond its target
        bool Went(HeadState since, int direction)
        {
            double slack = _rig.Ptz.Travel is null ? 0 : 8, tiltSlack = slack / 2.5;
            HeadState now = _rig.State;
            double pan = Way(since.Pan, now.Pan) * direction, tilt = (now.Tilt - since.Tilt) * direction;
            return !_rig.IsMoving && pan > 10 - slack && pan < 24 + slack && tilt > 4 - tiltSlack && tilt < 14 + tiltSlack;
        }
    }
}
