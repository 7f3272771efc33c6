using Gb28181Edge.Protocol.Web;
using Gb28181Edge.Web;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head that speaks Hikvision's ISAPI.</summary>
/// <remarks>
/// The camera goes on until it gets zeros: it has no timeout of its own, so the agent's is the only one. What it says it does not
/// have is not asked for again.
/// </remarks>
/// <param name="site">Scheme, host and port.</param>
/// <param name="http">Owned.</param>
/// <param name="channel">1 for a camera, more for a recorder's.</param>
/// <param name="isUpPositive">Its elevation grows upwards; most grow downwards.</param>
/// <param name="time">The clock.</param>
internal sealed class IsapiDriver(Uri site, CameraHttp http, int channel, bool isUpPositive, TimeProvider time) : WebDriver(time)
{
    private static readonly string[] AuxiliaryTypes = ["WIPER", "LIGHT", "HEATER", "FAN"];

    private readonly Isapi _isapi = new(channel);
    private PtzAbilities _abilities = PtzAbilities.Presets | PtzAbilities.ReadPosition | PtzAbilities.GoTo | PtzAbilities.Home;
    private PtzVelocity? _told;
    private (float? Focus, float? Iris) _lens;
    private bool _hasFocus = true, _hasIris = true;

    public override PtzAbilities Abilities => _abilities;

    public override ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task SteerAsync(PtzVelocity velocity, CancellationToken cancellationToken, bool again = false)
    {
        PtzVelocity? told = again ? null : _told;
        _told = null;                                                      // not known until it answered
        if (told is not { } t || (t.Pan, t.Tilt, t.Zoom) != (velocity.Pan, velocity.Tilt, velocity.Zoom))
        {
            byte[] motion = Isapi.Motion(Isapi.Speed(velocity.Pan), Isapi.Speed(velocity.Tilt), Isapi.Speed(velocity.Zoom));
            if (!await PutAsync(_isapi.Continuous, motion, cancellationToken))
                throw new CameraHttpException($"{CameraHttp.Place(site)} has no head on channel {channel}", isRefusal: true);
        }
        await SteerLensAsync(velocity.Focus, velocity.Iris, again, cancellationToken);
        _told = velocity;
    }

    protected override Task SteerLensAsync(float focus, float iris, CancellationToken cancellationToken) => SteerLensAsync(focus, iris, again: false, cancellationToken);

    private async Task SteerLensAsync(float focus, float iris, bool again, CancellationToken cancellationToken)
    {
        (float? toldFocus, float? toldIris) = again ? (null, null) : _lens;
        if (_hasFocus && toldFocus != focus)
        {
            _lens.Focus = null;                                            // not known until it answered
            _hasFocus = await MoveLensAsync(_isapi.Focus, Isapi.FocusMotion(Isapi.Speed(focus)), focus, toldFocus, cancellationToken);
            _lens.Focus = focus;
        }
        if (_hasIris && toldIris != iris)
        {
            _lens.Iris = null;
            _hasIris = await MoveLensAsync(_isapi.Iris, Isapi.IrisMotion(Isapi.Speed(iris)), iris, toldIris, cancellationToken);
            _lens.Iris = iris;
        }
    }

    /// <summary>A refusal to stop matters only where the lens is known to move: a head must come to its first stop, whatever its lens is.</summary>
    private async Task<bool> MoveLensAsync(string path, byte[] body, float wanted, float? told, CancellationToken cancellationToken)
    {
        try
        {
            return await PutAsync(path, body, cancellationToken);
        }
        catch (CameraHttpException e) when (e.IsRefusal && wanted == 0 && told is null or 0)
        {
            return true;
        }
    }

    protected override async Task<bool> SwitchAsync(int number, bool on, CancellationToken cancellationToken) =>
        number <= AuxiliaryTypes.Length
        && await PutAsync(_isapi.Auxiliary(1), Isapi.AuxiliaryBody(1, AuxiliaryTypes[number - 1], on), cancellationToken);

    protected override async Task<bool> StoreAsync(int number, CancellationToken cancellationToken) =>
        !Isapi.IsSpecialPreset(number) && await PutAsync(_isapi.Preset(number), Isapi.PresetBody(number), cancellationToken);

    protected override async Task<bool> RecallAsync(int number, CancellationToken cancellationToken)
    {
        _told = null;
        return !Isapi.IsSpecialPreset(number) && await PutAsync(_isapi.GotoPreset(number), null, cancellationToken);
    }

    protected override async Task<bool> RemoveAsync(int number, CancellationToken cancellationToken) =>
        !Isapi.IsSpecialPreset(number) && await DoneAsync(HttpMethod.Delete, _isapi.Preset(number), null, cancellationToken);

    protected override async Task<bool> ApproachAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        // all axes go in one body: those that stay are told where they are
        if (!_abilities.HasFlag(PtzAbilities.GoTo) || await PositionAsync(cancellationToken) is not { } now) return false;
        int azimuth = target.Pan is { } pan ? (int)Math.Round(pan * 10) % 3600 : now.Azimuth;
        int elevation = target.Tilt is { } tilt ? (int)Math.Round(Math.Clamp(isUpPositive ? tilt : -tilt, -90, 90) * 10) : now.Elevation;
        int? zoom = target.Zoom is { } z ? (int)Math.Round(Math.Max(z, 1) * 10) : now.Zoom;
        _told = null;
        try
        {
            if (await PutAsync(_isapi.Absolute, Isapi.PositionBody(azimuth, elevation, zoom), cancellationToken)) return true;
        }
        catch (CameraHttpException e) when (e.IsRefusal)
        {
            return false;                                                  // beyond what it can: the next position may do
        }
        _abilities &= ~PtzAbilities.GoTo;
        return false;
    }

    protected override async Task<PtzReading?> LookAsync(CancellationToken cancellationToken)
    {
        if (await PositionAsync(cancellationToken) is not { } now) return null;
        return new PtzReading(new PtzPosition(AngleScale.Circle(now.Azimuth / 10.0), (isUpPositive ? now.Elevation : -now.Elevation) / 10.0, now.Zoom / 10.0));
    }

    protected override async Task<bool> ReturnAsync(CancellationToken cancellationToken)
    {
        if (!_abilities.HasFlag(PtzAbilities.Home)) return false;
        _told = null;
        if (await PutAsync(_isapi.Home, null, cancellationToken)) return true;
        _abilities &= ~PtzAbilities.Home;
        return false;
    }

    private async Task<IsapiPosition?> PositionAsync(CancellationToken cancellationToken)
    {
        if (!_abilities.HasFlag(PtzAbilities.ReadPosition)) return null;
        CameraReply reply = await http.SendAsync(new CameraRequest(HttpMethod.Get, new Uri(site, _isapi.Status)), authorize: true, cancellationToken);
        if (Isapi.TryPosition(reply.Body, out IsapiPosition position)) return position;
        if (Judge(reply, _isapi.Status)) throw new CameraHttpException($"{CameraHttp.Place(site)} answers {_isapi.Status} with no position");
        _abilities &= ~(PtzAbilities.ReadPosition | PtzAbilities.GoTo);
        return null;
    }

    private Task<bool> PutAsync(string path, byte[]? body, CancellationToken cancellationToken) => DoneAsync(HttpMethod.Put, path, body ?? [], cancellationToken);

    /// <summary>False when the camera has no such thing.</summary>
    private async Task<bool> DoneAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        var request = new CameraRequest(method, new Uri(site, path), body, body is null ? null : Isapi.ContentType);
        return Judge(await http.SendAsync(request, authorize: true, cancellationToken), path);
    }

    private bool Judge(CameraReply reply, string path)
    {
        if (IsapiStatus.TryRead(reply.Body, out IsapiStatus? status))
        {
            if (status.IsDone && reply.Status is >= 200 and < 300) return true;
            if (status.IsNotSupported) return false;
            throw new CameraHttpException($"{CameraHttp.Place(site)} refuses {path}: {status}", isRefusal: true);
        }
        return reply.Status switch
        {
            >= 200 and < 300 => true,
            404 or 405 or 501 => false,
            _ => throw new CameraHttpException($"{CameraHttp.Place(site)} answers {path} with HTTP {reply.Status}", isRefusal: true),
        };
    }
}
