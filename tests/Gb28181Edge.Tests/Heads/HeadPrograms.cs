using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Heads;

/// <content>The rows of what is remembered: presets, cruise, scan, home, and the queries for them.</content>
internal sealed partial class HeadRun
{
    private const byte SetPreset = 0x81, CallPreset = 0x82, DeletePreset = 0x83, AddPoint = 0x84, RemovePoint = 0x85, CruiseDwell = 0x87, StartCruise = 0x88, Scan = 0x89, ScanSpeed = 0x8A;

    private async Task PresetsAsync()
    {
        await SendAsync(sn => PtzRequests.PtzCmd(Charset, sn, Camera, new PtzCommand(SetPreset, 0, 3, 0).ToHex(), "Tor 3"));
        await EventuallyAsync(async () => await AskPresetsAsync() is [(3, "Tor 3")], "the preset is listed");
        HeadState at = await KeptAsync(3);
        await TurnAsync(25);
        await SendAsync(CallPreset, 0, 3);
        await ArrivesAsync(at, "at the preset");
        await SendAsync(DeletePreset, 0, 3);
        await EventuallyAsync(async () => await AskPresetsAsync() is [], "no preset is listed");
        if (_rig.Keeps(3) is not null) await Eventually.TrueAsync(() => _rig.Keeps(3) == false, "the head has forgotten it");
        await TurnAsync(-10);
        double away = _rig.State.Pan;
        await SendAsync(CallPreset, 0, 3);
        await DealtWithAsync();                                            // and that is the only way it went
        Assert.InRange(Way(away, _rig.State.Pan), 1, 60);
    }

    private async Task CruiseAsync()
    {
        HeadState one = await KeepAsync(1);
        await TurnAsync(20);
        HeadState two = await KeepAsync(2);
        await TurnAsync(10);
        await SendAsync(sn => PtzRequests.PtzCmd(Charset, sn, Camera, new PtzCommand(AddPoint, 4, 1, 0).ToHex(), null, "Hof"));
        await SendAsync(AddPoint, 4, 2);
        await SendAsync(CruiseDwell, 4, 1);
        await EventuallyAsync(async () => await AskTracksAsync() is [(4, "Hof")], "the cruise is listed");
        ManscdpMessage track = await _platform.AskAsync(sn => PtzRequests.CruiseTrackQuery(Charset, sn, Camera, 4), _cancellation);
        Assert.Equal([(1, 1), (2, 1)], PtzAnswers.CruiseTrackQuery(track)!.Value.Points.Select(point => (point.Preset, point.StaySeconds)));

        await SendAsync(StartCruise, 4);
        await EventuallyAsync(() => IsThereAsync(one), $"it visits the first point {one}");
        await EventuallyAsync(() => IsThereAsync(two), $"it visits the second point {two}");
        Assert.Equal(new ProgramRecord(ProgramKind.Cruise, 4), Head.Running);
        await SendAsync(PtzCommand.Stop);
        await Eventually.TrueAsync(() => Head.Running is null && !_rig.IsMoving, "the cruise ends with a stop");
        await SendAsync(RemovePoint, 4, 0);
        await EventuallyAsync(async () => await AskTracksAsync() is [], "no cruise is listed");
        await ForgetAsync(1, 2);
    }

    private async Task ScanAsync()
    {
        bool byLimits = _rig.Can(HeadRow.Position);
        double left = _rig.State.Pan;
        await SendAsync(Scan, 2, 1);
        if (!byLimits) await IsRefusedAsync("a limit of a scan is not possible: the head does not tell where it looks");
        await TurnAsync(20);
        double right = _rig.State.Pan;
        await SendAsync(Scan, 2, 2);
        await DealtWithAsync();
        int speed = (int)(15 / _rig.TopPan * 4095);
        await SendAsync(ScanSpeed, 2, speed & 0xFF, speed >> 8);
        await SendAsync(Scan, 2, 0);
        // a head is asked for its position twice a second; one with one speed goes past a limit by more
        double over = (_rig.HasSpeeds ? 15 : _rig.TopPan) * 1.5;
        foreach (int direction in (int[])[-1, 1, -1])
        {
            await Eventually.TrueAsync(() => Math.Sign(_rig.Velocity.Pan) == direction, $"it scans {(direction < 0 ? "left" : "right")}");
            if (!byLimits) continue;
            double at = _rig.State.Pan;
            Assert.True(Way(left, at) > -over && Way(right, at) < over, $"it turns round at {at:0.0}, the limits are {left:0.0} and {right:0.0}");
        }
        Assert.Equal(new ProgramRecord(ProgramKind.Scan, 2), Head.Running);
        await SendAsync(PtzCommand.Stop);
        await Eventually.TrueAsync(() => Head.Running is null && !_rig.IsMoving, "the scan ends with a stop");
    }

    private async Task HomeAsync()
    {
        HeadState at = await KeepAsync(7);
        await TurnAsync(20);
        await SetHomeAsync(new HomePositionItem(true, 1, 7));
        ManscdpMessage told = await _platform.QueryAsync(CmdType.HomePositionQuery, Camera, _cancellation);
        Assert.Equal(new HomePositionItem(true, 1, 7), PtzAnswers.HomePositionQuery(told));
        await ArrivesAsync(at, "at its home position");
        await SetHomeAsync(new HomePositionItem(false, 1, 7));
        await ForgetAsync(7);
    }

    private async Task SetHomeAsync(HomePositionItem home) => Assert.True((await _platform.AskAsync(sn => PtzRequests.HomePosition(Charset, sn, Camera, home), _cancellation)).Result);

    /// <summary>Sets a preset and returns where it is.</summary>
    private async Task<HeadState> KeepAsync(int number)
    {
        await SendAsync(SetPreset, 0, number);
        await EventuallyAsync(async () => (await AskPresetsAsync()).Any(preset => preset.Number == number), $"preset {number} is listed");
        return await KeptAsync(number);
    }

    /// <summary>Where a preset is: what the disk says for a head that cannot know it, else where the head looks.</summary>
    private async Task<HeadState> KeptAsync(int number)
    {
        if (_rig.Ptz.Travel is null) return _rig.State;
        var store = new PtzStore(_agent.Parts.Database, _log);
        PresetRecord? kept = null;
        await Eventually.TrueAsync(() => store.Load(Camera)!.Presets.TryGetValue(number, out kept), $"preset {number} is on the disk");
        return new HeadState(kept!.Pan!.Value, kept.Tilt!.Value, 0);
    }

    private async Task ForgetAsync(params int[] numbers)
    {
        foreach (int number in numbers) await SendAsync(DeletePreset, 0, number);
        await EventuallyAsync(async () => await AskPresetsAsync() is [], "no preset is listed");
    }

    private async Task<IReadOnlyList<(int Number, string Name)>> AskPresetsAsync() =>
        [.. PtzAnswers.PresetQuery(await _platform.QueryAsync(CmdType.PresetQuery, Camera, _cancellation))!.Select(preset => (preset.Number, preset.Name))];

    private async Task<IReadOnlyList<(int Number, string Name)>> AskTracksAsync() =>
        [.. PtzAnswers.CruiseTrackListQuery(await _platform.QueryAsync(CmdType.CruiseTrackListQuery, Camera, _cancellation))!.Select(track => (track.Number, track.Name))];
}
