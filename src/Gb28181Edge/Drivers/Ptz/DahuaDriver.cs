using Gb28181Edge.Protocol.Web;
using Gb28181Edge.Web;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head that speaks Dahua's HTTP API (ptz.cgi).</summary>
/// <remarks>
/// Each movement has a code and goes on until it is stopped under the same code; the camera has no timeout of its own. What may be
/// running is remembered until the camera confirmed its stop: at first, and after a lost answer, that is everything.
/// </remarks>
/// <param name="site">Scheme, host and port.</param>
/// <param name="http">Owned.</param>
/// <param name="channel">0 or 1 is the first, depending on the firmware.</param>
/// <param name="isUpPositive">Its vertical angle grows upwards; most grow downwards.</param>
/// <param name="time">The clock.</param>
internal sealed class DahuaDriver(Uri site, CameraHttp http, int channel, bool isUpPositive, TimeProvider time) : WebDriver(time)
{
    private const int Wiper = 1, MostAuxiliaries = 8;

    private readonly DahuaCgi _cgi = new(channel);

    /// <summary>What runs, or may run (then null), by code.</summary>
    private readonly Dictionary<string, DahuaMove?> _running = DahuaCgi.Codes.ToDictionary(code => code, _ => (DahuaMove?)null);

    private PtzAbilities _abilities = PtzAbilities.Presets | PtzAbilities.ReadPosition | PtzAbilities.GoTo;

    public override PtzAbilities Abilities => _abilities;

    public override ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task SteerAsync(PtzVelocity velocity, CancellationToken cancellationToken, bool again = false)
    {
        if (again)
            foreach (string code in DahuaCgi.Codes) _running.TryAdd(code, null);
        await RunAsync([.. DahuaCgi.Moves(velocity.Pan, velocity.Tilt, velocity.Zoom, velocity.Focus, velocity.Iris)], static _ => true, cancellationToken);
    }

    protected override Task SteerLensAsync(float focus, float iris, CancellationToken cancellationToken) =>
        RunAsync([.. DahuaCgi.Moves(0, 0, 0, focus, iris)], DahuaCgi.IsOfLens, cancellationToken);

    /// <summary>Starts what is wanted, after what runs and is not wanted was stopped.</summary>
    /// <param name="wanted">The movements.</param>
    /// <param name="concerns">The codes that this is about.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    private async Task RunAsync(DahuaMove[] wanted, Func<string, bool> concerns, CancellationToken cancellationToken)
    {
        // a camera may say Error to the stop of what does not run, or fail at a code that it does not know; what is known to run has to stop
        CameraHttpException? owed = null, failure = null;
        bool isAnswered = false;
        foreach ((string code, DahuaMove? move) in _running.ToArray())
        {
            if (!concerns(code) || Array.Exists(wanted, one => one.Code == code)) continue;
            CameraReply reply;
            try
            {
                reply = await AskAsync(_cgi.Stop(code), cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or CameraHttpException)
            {
                _running[code] = null;                                     // the camera may have heard it, and says Error to the next
                throw;
            }
            if (IsFailure(reply)) failure ??= Failed(reply);
            else isAnswered = true;
            if (IsDone(reply) || move is null && !IsFailure(reply)) _running.Remove(code);
            else if (move is not null) owed ??= IsFailure(reply) ? Failed(reply) : Refused($"the stop of {code}");
        }
        if ((owed ?? (isAnswered ? null : failure)) is { } reason) throw reason;
        foreach ((string code, DahuaMove? move) in _running.ToArray())
            if (failure is not null && move is null && concerns(code)) _running.Remove(code);
        foreach (DahuaMove move in wanted)
        {
            if (_running.TryGetValue(move.Code, out DahuaMove? now) && now == move) continue;
            _running[move.Code] = null;
            if (!await DoneAsync(_cgi.Start(move), cancellationToken)) throw Refused(move.Code);
            _running[move.Code] = move;
        }
    }

    protected override Task<bool> SwitchAsync(int number, bool on, CancellationToken cancellationToken) => number switch
    {
        Wiper => DoneAsync(_cgi.Wiper(on), cancellationToken),
        <= MostAuxiliaries => DoneAsync(_cgi.Auxiliary(number, on), cancellationToken),
        _ => Task.FromResult(false),
    };

    protected override Task<bool> StoreAsync(int number, CancellationToken cancellationToken) => DoneAsync(_cgi.SetPreset(number), cancellationToken);

    protected override Task<bool> RecallAsync(int number, CancellationToken cancellationToken)
    {
        Unsure();
        return DoneAsync(_cgi.GotoPreset(number), cancellationToken);
    }

    protected override Task<bool> RemoveAsync(int number, CancellationToken cancellationToken) => DoneAsync(_cgi.ClearPreset(number), cancellationToken);

    protected override async Task<bool> ApproachAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        // all axes go in one command: those that stay are told where they are
        if (!_abilities.HasFlag(PtzAbilities.GoTo) || await PositionAsync(cancellationToken) is not { } now) return false;
        double tilt = target.Tilt is { } wanted ? isUpPositive ? wanted : -wanted : now.Tilt;
        Unsure();
        if (await DoneAsync(_cgi.Absolute(target.Pan ?? now.Pan, tilt, target.Zoom ?? now.Zoom ?? 0), cancellationToken)) return true;
        _abilities &= ~PtzAbilities.GoTo;
        return false;
    }

    protected override async Task<PtzReading?> LookAsync(CancellationToken cancellationToken)
    {
        if (await PositionAsync(cancellationToken) is not { } now) return null;
        return new PtzReading(new PtzPosition(AngleScale.Circle(now.Pan), isUpPositive ? now.Tilt : -now.Tilt, now.Zoom is >= 1 ? now.Zoom : null));
    }

    /// <summary>It has no home but its presets.</summary>
    protected override Task<bool> ReturnAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>A stop under any code ends what the head does by itself: one for the head and one for the lens will be owed.</summary>
    private void Unsure()
    {
        _running.TryAdd("Up", null);
        _running.TryAdd("ZoomTele", null);
    }

    private async Task<DahuaPosition?> PositionAsync(CancellationToken cancellationToken)
    {
        if (!_abilities.HasFlag(PtzAbilities.ReadPosition)) return null;
        CameraReply reply = await AskAsync(_cgi.Status, cancellationToken);
        if (reply.Status == 200 && DahuaCgi.TryPosition(reply.Body, out DahuaPosition position)) return position;
        _abilities &= ~(PtzAbilities.ReadPosition | PtzAbilities.GoTo);
        return null;
    }

    /// <summary>False when the camera answers with anything but OK: it says Error, whatever the reason.</summary>
    private async Task<bool> DoneAsync(string path, CancellationToken cancellationToken)
    {
        CameraReply reply = await AskAsync(path, cancellationToken);
        return IsFailure(reply) ? throw Failed(reply) : IsDone(reply);
    }

    private async Task<CameraReply> AskAsync(string path, CancellationToken cancellationToken)
    {
        CameraReply reply = await http.SendAsync(new CameraRequest(HttpMethod.Get, new Uri(site, path)), authorize: true, cancellationToken);
        return reply.Status is 403 ? throw new CameraHttpException($"{CameraHttp.Place(site)}: the user may not steer", isRefusal: true) : reply;
    }

    private static bool IsDone(CameraReply reply) => reply.Status is >= 200 and < 300 && DahuaCgi.IsDone(reply.Body);

    private static bool IsFailure(CameraReply reply) => reply.Status >= 500 && reply.Status != 501;

    private CameraHttpException Failed(CameraReply reply) => new($"{CameraHttp.Place(site)} answers with HTTP {reply.Status}", isRefusal: true);

    private CameraHttpException Refused(string what) => new($"{CameraHttp.Place(site)} refuses {what}; is the channel {channel} right?", isRefusal: true);
}
