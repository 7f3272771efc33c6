using System.Diagnostics;
using System.Net;
using Gb28181Edge.Bench;
using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;
using Gb28181Edge.Drivers;
using Gb28181Edge.Hosting;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Heads;

/// <summary>A platform, a whole agent and one emulated head: orders go in as SIP messages, the head's own position says what came of them.</summary>
internal sealed partial class HeadRun : IAsyncDisposable
{
    private const string Device = "34020000001110000001", PlatformId = "34020000002000000001", Camera = "34020000001310000001", Password = "12345678";

    /// <summary>A blind head is stopped by a timer, which a busy machine serves late; it counts the way that it went meanwhile.</summary>
    private const double ReckonedExactness = 4;

    private readonly HeadRig _rig;
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLog _log = new();
    private readonly BenchPlatform _platform;
    private readonly EdgeAgent _agent;
    private readonly CancellationToken _cancellation;

    private HeadRun(HeadRig rig, CancellationToken cancellation)
    {
        (_rig, _cancellation) = (rig, cancellation);
        _platform = BenchPlatform.Start(new BenchOptions { Id = PlatformId, Password = Password }, TimeProvider.System, _log);
        var configuration = new EdgeConfiguration
        {
            Device = new DeviceOptions { Id = Device, SipAddress = IPAddress.Loopback, SipPort = 0, StateDirectory = _directory["."] },
            Platforms = [new PlatformOptions { Name = "city", Id = PlatformId, Host = "127.0.0.1", Port = _platform.Port, Password = Password, Version = StandardEdition.Edition2022 }],
            Cameras = [new CameraOptions { Id = Camera, Name = "Gate", Source = new TestSourceOptions(), Ptz = rig.Ptz }],
            Board = rig.Board,
            Buses = rig.Buses,
        };
        _agent = Composition.Create(configuration, new RunOptions(), new Loggers(_log));
    }

    private PtzController Head => _agent.Parts.Heads[Camera];

    /// <summary>Returns when the agent is registered, and a head that is blind has found its position.</summary>
    /// <param name="rig">The head.</param>
    /// <param name="gate">One agent starts at a time: a dozen that start at once leave no time for the emulated heads to answer in.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<HeadRun> StartAsync(HeadRig rig, SemaphoreSlim gate, CancellationToken cancellation)
    {
        HeadRun run;
        await gate.WaitAsync(cancellation);
        try
        {
            run = await RegisteredAsync(rig, cancellation);
        }
        finally
        {
            gate.Release();
        }
        if (rig.Ptz.Travel is not null)
            await EventuallyAsync(async () => await run.Head.ReadPositionAsync(cancellation) is { Position: { Pan: not null, Tilt: not null, Zoom: not null } } && !rig.IsMoving, "the blind head has been home");
        return run;
    }

    private static async Task<HeadRun> RegisteredAsync(HeadRig rig, CancellationToken cancellation)
    {
        var run = new HeadRun(rig, cancellation);
        await run._agent.StartAsync(cancellation);
        await Eventually.ResultAsync(run._platform.WaitForRegistrationAsync(cancellation), "the agent registers");
        await Eventually.TrueAsync(() => run._log.Entries.Any(entry => entry.Id == HeadMoved), "the head was told its first stop");
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _platform.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>As Eventually, for what is to be asked for: ten times a second, because an agent answers 503 to a platform that floods it.</summary>
    private static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        Task<bool> answer = condition();
        long asked = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() =>
        {
            if (!answer.IsCompleted) return false;
            if (answer.GetAwaiter().GetResult()) return true;
            if (Stopwatch.GetElapsedTime(asked) < TimeSpan.FromMilliseconds(100)) return false;
            asked = Stopwatch.GetTimestamp();
            answer = condition();
            return false;
        }, what);
    }

    private Task StandsAsync() => Eventually.TrueAsync(() => !_rig.IsMoving, "the head stands");

    private async Task SendAsync(byte[] body) => Assert.Equal(200, (await _platform.SendAsync(body, _cancellation)).StatusCode);

    private async Task SendAsync(PtzCommand command) => Assert.Equal(200, (await _platform.PtzAsync(Camera, command, _cancellation)).StatusCode);

    /// <summary>81 … 8D: code, data 1, data 2, and the high nibble of a 12-bit value.</summary>
    private Task SendAsync(byte code, int data1, int data2 = 0, int high = 0) => SendAsync(new PtzCommand(code, (byte)data1, (byte)data2, (byte)high));

    private Task SendAsync(Func<string, byte[]> makeBody) => SendAsync(makeBody(_platform.NextSn()));

    private Task MoveAsync(int pan, int tilt, int zoom = 0, byte panSpeed = 255, byte tiltSpeed = 255) =>
        SendAsync(PtzCommand.FromMove(new PtzMove(pan, panSpeed, tilt, tiltSpeed, zoom, PtzCommand.MaxZoomSpeed)));

    private Task LensAsync(int focus, int iris) => SendAsync(PtzCommand.FromLens(new PtzLens(focus, 255, iris, 255)));

    private async Task StopAsync()
    {
        await SendAsync(PtzCommand.Stop);
        await StandsAsync();
    }

    /// <summary>Right at + degrees, left at −, until it has turned so far; then a stop.</summary>
    private async Task TurnAsync(double degrees, byte speed = 255)
    {
        double from = _rig.State.Pan;
        await MoveAsync(Math.Sign(degrees), 0, panSpeed: speed);
        await Eventually.TrueAsync(() => Way(from, _rig.State.Pan) * Math.Sign(degrees) >= Math.Abs(degrees), $"it turns by {degrees}° from {from}");
        await StopAsync();
    }

    /// <summary>Nothing moves or runs, and there is room on all sides.</summary>
    private async Task BeginAsync()
    {
        await LensAsync(0, 0);
        await StopAsync();
        Assert.Null(Head.Running);
        (double pan, double tilt) = _rig.Middle;
        if (Way(_rig.State.Pan, pan) is var way && Math.Abs(way) > 15) await TurnAsync(way);
        if (Math.Abs(_rig.State.Tilt - tilt) > 12) await RunAsync(0, Math.Sign(tilt - _rig.State.Tilt), 0, () => Math.Abs(_rig.State.Tilt - tilt) < 5);
        if (_rig.State.Zoom > 0.4) await RunAsync(0, 0, -1, () => _rig.State.Zoom < 0.2);
    }

    private async Task RunAsync(int pan, int tilt, int zoom, Func<bool> until)
    {
        await MoveAsync(pan, tilt, zoom);
        await Eventually.TrueAsync(until, $"the head runs {pan} {tilt} {zoom}; it looks at {_rig.State}");
        await StopAsync();
    }

    /// <summary>What was ordered before has been dealt with: a later order to the head has taken effect.</summary>
    private async Task DealtWithAsync()
    {
        double from = _rig.State.Pan;
        await MoveAsync(1, 0, panSpeed: 128);
        await Eventually.TrueAsync(() => Way(from, _rig.State.Pan) > 1, $"it turns on from {from}");
        await StopAsync();
    }

    /// <summary>What the agent tells; null for an ERROR.</summary>
    private async Task<PtzPositionItem?> AskPositionAsync()
    {
        ManscdpMessage answer = await _platform.QueryAsync(CmdType.PtzPosition, Camera, _cancellation);
        return answer.Result == false ? null : PtzAnswers.PtzPosition(answer);
    }

    /// <summary>It stands where it should: a head that tells its position by its own exactness, a blind one within the error that it states.</summary>
    private async Task ArrivesAsync(HeadState place, string where)
    {
        await EventuallyAsync(async () => !_rig.IsMoving && await IsThereAsync(place) && !_rig.IsMoving, $"the head arrives {where}: {place}");
        if (await ReadBlindAsync() is { } told) Assert.InRange(told.ErrorDegrees!.Value, 0, 120);
    }

    /// <summary>It looks there; a blind head reckons so, and is off by no more than it states.</summary>
    private async Task<bool> IsThereAsync(HeadState place)
    {
        if (_rig.Ptz.Travel is null) return IsAt(place, _rig.Exactness);
        HeadState before = _rig.State;
        if (await ReadBlindAsync() is not { } told || told.Position is not { Pan: { } pan, Tilt: { } tilt }) return false;
        var reckoned = new HeadState(pan, tilt, 0);
        if (Math.Abs(Way(pan, place.Pan)) > ReckonedExactness || Math.Abs(tilt - place.Tilt) > ReckonedExactness || before != _rig.State) return false;
        Assert.True(IsAt(reckoned, told.ErrorDegrees!.Value + _rig.Exactness), $"it says {told.Position} and at most {told.ErrorDegrees:0.0}° off, but looks at {_rig.State}");
        return true;
    }

    /// <summary>Null for a head that tells its position itself, and for one that does not know it.</summary>
    private async Task<PtzReading?> ReadBlindAsync() => _rig.Ptz.Travel is null ? null : await Head.ReadPositionAsync(_cancellation);

    private bool IsAt(HeadState place, double tolerance) =>
        _rig.State is var at && Math.Abs(Way(at.Pan, place.Pan)) <= tolerance && Math.Abs(at.Tilt - place.Tilt) <= tolerance;

    /// <summary>The agent said that an order cannot be done.</summary>
    private Task IsRefusedAsync(string part) =>
        Eventually.TrueAsync(() => _log.Entries.Any(entry => entry.Text.Contains(part, StringComparison.Ordinal)), $"the log says: {part}");

    /// <summary>From one pan to another the short way, + is right.</summary>
    private static double Way(double from, double to) => Math.IEEERemainder(to - from, 360);

    private sealed class Loggers(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
