using Gb28181Edge.Protocol.Web;
using Gb28181Edge.Protocol.Web.Onvif;
using Gb28181Edge.Web;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What the ends of the generic coordinate space mean, for cameras that offer no degrees.</summary>
/// <param name="PanMin">Degrees at x = −1.</param>
/// <param name="PanMax">Degrees at x = +1.</param>
/// <param name="TiltMin">Degrees at y = −1, + is up.</param>
/// <param name="TiltMax">Degrees at y = +1.</param>
/// <param name="MostZoom">The magnification at zoom 1; null: the zoom is not mapped.</param>
internal sealed record OnvifTravel(double PanMin = -180, double PanMax = 180, double TiltMin = -90, double TiltMax = 90, double? MostZoom = null);

/// <summary>A head that speaks ONVIF. ONVIF PTZ Service Specification, ONVIF Imaging Service Specification.</summary>
/// <remarks>
/// A move bears a timeout, so that the head stops by itself when the agent is gone, and is sent anew before that runs out. What the
/// camera is, it is asked at the first contact, and again after it refused something.
/// </remarks>
/// <param name="camera">Owned.</param>
/// <param name="travel">For the generic space.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what the camera is, once.</param>
internal sealed class OnvifDriver(OnvifClient camera, OnvifTravel travel, TimeProvider time, ILogger log) : WebDriver(time)
{
    /// <summary>How long the head moves without hearing from us, where the camera allows it.</summary>
    public static readonly TimeSpan DeadManTime = TimeSpan.FromSeconds(5);

    private const double LeastSpeed = 0.02;

    private static readonly string[] AuxiliaryNames = ["Wiper", "IRLamp", "Washer", "WashingProcedure"];

    private Head? _head;
    private PtzVelocity? _told;
    private TimeSpan _refreshAt;
    private bool _returnsToAuto;

    public override PtzAbilities Abilities => _head?.Abilities ?? PtzAbilities.None;

    public override ValueTask DisposeAsync()
    {
        camera.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task SteerAsync(PtzVelocity velocity, CancellationToken cancellationToken, bool again = false)
    {
        PtzVelocity? told = again ? null : _told;
        _told = null;                                                      // not known until it answered
        if (velocity.IsStop && _head is null)
        {
            await Known(() => StopUnknownAsync(cancellationToken));
            _told = velocity;
            return;
        }
        Head head = await HeadAsync(cancellationToken);
        await Known(async () =>
        {
            if (told is not { } t || (t.Pan, t.Tilt, t.Zoom) != (velocity.Pan, velocity.Tilt, velocity.Zoom))
                await SendMotionAsync(head, velocity, cancellationToken);
            return true;
        });
        await FocusAsync(head, told?.Focus, velocity.Focus, cancellationToken);
        _told = velocity;
        if (_returnsToAuto && velocity is not { Pan: 0, Tilt: 0, Zoom: 0 } && velocity.Focus == 0)
        {
            // the picture is another now: the focus that was set by hand is not right for it
            _returnsToAuto = false;
            await SetAutoFocusAsync(head, auto: true, cancellationToken);
        }
    }

    protected override async Task SteerLensAsync(float focus, float iris, CancellationToken cancellationToken) =>
        await FocusAsync(await HeadAsync(cancellationToken), null, focus, cancellationToken);

    protected override async Task<TimeSpan?> RefreshAsync(CancellationToken cancellationToken)
    {
        if (_told is not { } told) return null;
        Head head = await HeadAsync(cancellationToken);                    // after the first stop: what it can do is told from now on
        if (told is { Pan: 0, Tilt: 0, Zoom: 0 }) return null;
        if (Now >= _refreshAt)
            await Known(async () =>
            {
                await SendMotionAsync(head, told, cancellationToken);
                return true;
            });
        return _refreshAt - Now;
    }

    protected override async Task<bool> SwitchAsync(int number, bool on, CancellationToken cancellationToken)
    {
        if (number > AuxiliaryNames.Length) return false;
        Head head = await HeadAsync(cancellationToken);
        string command = $"{AuxiliaryNames[number - 1]}|{(on ? "On" : "Off")}";
        // a camera that lists its commands writes them as it wants them
        string? listed = head.Node.Auxiliaries.FirstOrDefault(one => one[(one.LastIndexOf(':') + 1)..].Equals(command, StringComparison.OrdinalIgnoreCase));
        if (listed is null && head.Node.Auxiliaries.Count > 0) return false;
        return await Known(async () =>
        {
            await AskAsync(head, OnvifRequests.SendAuxiliaryCommand(head.Profile.Token, listed ?? $"tt:{command}"), cancellationToken);
            return true;
        }, notWith: "ActionNotSupported");
    }

    protected override async Task<bool> StoreAsync(int number, CancellationToken cancellationToken)
    {
        Head head = await HeadAsync(cancellationToken);
        return await Known(async () =>
        {
            string? token = (await PresetAsync(head, number, cancellationToken))?.Token;
            await AskAsync(head, OnvifRequests.SetPreset(head.Profile.Token, OnvifPresetMap.Name(number), token), cancellationToken);
            return true;
        }, notWith: "TooManyPresets");
    }

    protected override async Task<bool> RecallAsync(int number, CancellationToken cancellationToken)
    {
        Head head = await HeadAsync(cancellationToken);
        return await Known(async () =>
        {
            if (await PresetAsync(head, number, cancellationToken) is not { } preset) return false;
            _told = null;
            await AskAsync(head, OnvifRequests.GotoPreset(head.Profile.Token, preset.Token), cancellationToken);
            return true;
        }, notWith: "NoToken");
    }

    protected override async Task<bool> RemoveAsync(int number, CancellationToken cancellationToken)
    {
        Head head = await HeadAsync(cancellationToken);
        return await Known(async () =>
        {
            if (await PresetAsync(head, number, cancellationToken) is not { } preset) return false;
            await AskAsync(head, OnvifRequests.RemovePreset(head.Profile.Token, preset.Token), cancellationToken);
            return true;
        }, notWith: "NoToken");
    }

    protected override async Task<bool> ApproachAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        Head head = await HeadAsync(cancellationToken);
        bool pans = target.Pan is not null || target.Tilt is not null, zooms = target.Zoom is not null && head.Zoom is not null;
        if ((pans && head.Space is null) || (target.Zoom is not null && !pans && !zooms)) return false;
        return await Known(async () =>
        {
            (double X, double Y)? panTilt = null;
            if (pans)
            {
                // both or none: the axis that stays is told where it is
                OnvifPosition now = target is { Pan: not null, Tilt: not null } ? default
                    : OnvifAnswer.Position(await AskAsync(head, OnvifRequests.GetStatus(head.Profile.Token), cancellationToken));
                (double X, double Y)? here = now.PanTilt is { } h && (now.Space is null || now.Space == head.Space) ? h : null;
                if (here is null && (target.Pan is null || target.Tilt is null)) return false;
                panTilt = (target.Pan is { } pan ? head.Pan.PanToUnits(pan) : here!.Value.X, target.Tilt is { } tilt ? head.Tilt.ToUnits(tilt) : here!.Value.Y);
            }
            var position = new OnvifPosition(panTilt, head.Space, zooms ? head.Zoom!.Value.ToUnits(target.Zoom!.Value) : null);
            _told = null;
            await AskAsync(head, OnvifRequests.AbsoluteMove(head.Profile.Token, position, head.Node.HasSpeed ? speed : null), cancellationToken);
            return true;
        });
    }

    protected override async Task<PtzReading?> LookAsync(CancellationToken cancellationToken)
    {
        Head head = await HeadAsync(cancellationToken);
        if (!head.TellsPosition) return null;
        OnvifPosition position = await Known(async () =>
            OnvifAnswer.Position(await AskAsync(head, OnvifRequests.GetStatus(head.Profile.Token), cancellationToken)));
        return Reading(head, position);
    }

    protected override async Task<bool> ReturnAsync(CancellationToken cancellationToken)
    {
        Head head = await HeadAsync(cancellationToken);
        if (!head.Node.HasHome) return false;
        return await Known(async () =>
        {
            _told = null;
            await AskAsync(head, OnvifRequests.GotoHomePosition(head.Profile.Token), cancellationToken);
            return true;
        }, notWith: "NoHomePosition");
    }

    private static PtzReading? Reading(Head head, OnvifPosition position)
    {
        double? pan = null, tilt = null;
        if (position.PanTilt is { } at)
        {
            bool degrees = position.Space == OnvifNames.DegreesPanTilt;
            if (degrees || position.Space is null || position.Space == head.Space)
            {
                bool asTheyAre = degrees && head.Space != OnvifNames.DegreesPanTilt;
                pan = asTheyAre ? AngleScale.Circle(at.X) : head.Pan.UnitsToPan(at.X);
                tilt = asTheyAre ? at.Y : head.Tilt.ToDegrees(at.Y);
            }
            else if (position.Space == OnvifNames.GenericPanTilt)
            {
                pan = head.GenericPan.UnitsToPan(at.X);
                tilt = head.GenericTilt.ToDegrees(at.Y);
            }
        }
        double? zoom = position.Zoom is { } z ? head.Zoom?.ToDegrees(z) : null;
        return pan is null && zoom is null ? null : new PtzReading(new PtzPosition(pan, tilt, zoom));
    }

    /// <summary>Stops a camera of which nothing is known yet with the fewest requests, for a head that may have been left moving.</summary>
    private async Task<bool> StopUnknownAsync(CancellationToken cancellationToken)
    {
        OnvifServices services = await camera.ServicesAsync(cancellationToken);
        OnvifProfile profile = await camera.ProfileAsync(steers: true, cancellationToken);
        OnvifFaultException? failure = null;
        try
        {
            await camera.AskAsync(services.Ptz ?? throw NoPtz(), OnvifRequests.Stop(profile.Token), cancellationToken);
        }
        catch (OnvifFaultException e) when (!e.Fault.IsNotAuthorized)
        {
            failure = e;                                                   // the lens stops all the same
        }
        if (services.Imaging is not null && profile.VideoSource is not null)
            await TryAskAsync(services.Imaging, OnvifRequests.StopFocus(profile.VideoSource), cancellationToken);
        return failure is null ? true : throw failure;
    }

    private CameraHttpException NoPtz() => new($"{camera.Place} names no ONVIF PTZ service", isRefusal: true);

    private async Task SendMotionAsync(Head head, PtzVelocity velocity, CancellationToken cancellationToken)
    {
        bool stops = velocity is { Pan: 0, Tilt: 0, Zoom: 0 };
        OnvifRequest request = stops
            ? OnvifRequests.Stop(head.Profile.Token)
            : OnvifRequests.ContinuousMove(
                head.Profile.Token, head.Node.HasPanTiltVelocity ? (Speed(velocity.Pan), Speed(velocity.Tilt)) : null,
                head.Node.HasZoomVelocity ? Speed(velocity.Zoom) : null, head.Timeout);
        _refreshAt = Now + head.Timeout / 2;                               // from before it was sent: the camera counts from when it came
        await AskAsync(head, request, cancellationToken);
    }

    private static double Speed(float velocity) => velocity == 0 ? 0 : Math.Sign(velocity) * Math.Max(LeastSpeed, Math.Abs(velocity));

    private async Task FocusAsync(Head head, float? told, float wanted, CancellationToken cancellationToken)
    {
        if (!head.HasFocus || told == wanted) return;
        OnvifServices services = await camera.ServicesAsync(cancellationToken);
        string source = head.Profile.VideoSource!;
        if (wanted == 0)
        {
            // a refusal matters only where the lens is known to move: a head must come to its first stop
            if (told is null or 0) await TryAskAsync(services.Imaging!, OnvifRequests.StopFocus(source), cancellationToken);
            else await camera.AskAsync(services.Imaging!, OnvifRequests.StopFocus(source), cancellationToken);
            return;
        }
        if (told is null or 0)
        {
            XmlNode? settings = await TryAskAsync(services.Imaging!, OnvifRequests.GetImagingSettings(source), cancellationToken);
            if (settings is not null && OnvifAnswer.IsAutoFocus(settings))
            {
                await SetAutoFocusAsync(head, auto: false, cancellationToken);
                _returnsToAuto = true;
            }
        }
        await camera.AskAsync(services.Imaging!, OnvifRequests.MoveFocus(source, wanted), cancellationToken);
    }

    private async Task SetAutoFocusAsync(Head head, bool auto, CancellationToken cancellationToken)
    {
        OnvifServices services = await camera.ServicesAsync(cancellationToken);
        // one that does not know the mode moves its focus all the same, or refuses that
        await TryAskAsync(services.Imaging!, OnvifRequests.SetAutoFocus(head.Profile.VideoSource!, auto), cancellationToken);
    }

    private async Task<OnvifPreset?> PresetAsync(Head head, int number, CancellationToken cancellationToken) =>
        OnvifPresetMap.Find(OnvifAnswer.Presets(await AskAsync(head, OnvifRequests.GetPresets(head.Profile.Token), cancellationToken)), number);

    private Task<XmlNode> AskAsync(Head head, OnvifRequest request, CancellationToken cancellationToken) => camera.AskAsync(head.Ptz, request, cancellationToken);

    /// <summary>Does what may be refused because the camera is another than it was; a fault <paramref name="notWith"/> means that it cannot, and false.</summary>
    private async Task<T> Known<T>(Func<Task<T>> action, string? notWith = null)
    {
        try
        {
            return await action();
        }
        catch (OnvifFaultException e) when (notWith is not null && e.Fault.Is(notWith))
        {
            return default!;
        }
        catch (OnvifFaultException)
        {
            Forget();
            throw;
        }
        catch (CameraHttpException e) when (e.IsRefusal)
        {
            Forget();
            throw;
        }
    }

    private void Forget()
    {
        _head = null;
        _told = null;
        camera.Forget();
    }

    private async Task<Head> HeadAsync(CancellationToken cancellationToken)
    {
        if (_head is not null) return _head;
        _head = await Known(() => FindAsync(cancellationToken));
        log.OnvifHeadFound(camera.Place, _head.Profile.Token, _head.Space ?? "no positions", _head.Timeout.TotalSeconds, _head.Abilities);
        return _head;
    }

    private async Task<Head> FindAsync(CancellationToken cancellationToken)
    {
        OnvifServices services = await camera.ServicesAsync(cancellationToken);
        Uri ptz = services.Ptz ?? throw NoPtz();
        OnvifProfile profile = await camera.ProfileAsync(steers: true, cancellationToken);
        // what a camera does not tell is taken for granted where a wrong guess costs a refusal, and not used where it costs a position
        OnvifNode node = new(null, null, null, true, true, false, 1, true, []);
        if (profile.NodeToken is not null && await TryAskAsync(ptz, OnvifRequests.GetNode(profile.NodeToken), cancellationToken) is { } answer
            && OnvifAnswer.TryNode(answer, out OnvifNode? told)) node = told;
        TimeSpan timeout = DeadManTime;
        if (await TryAskAsync(ptz, OnvifRequests.GetConfigurationOptions(profile.PtzToken!), cancellationToken) is { } options
            && OnvifAnswer.Timeouts(options) is { } range && range.Max > TimeSpan.Zero)
            timeout = DeadManTime < range.Min ? range.Min : DeadManTime > range.Max ? range.Max : DeadManTime;
        OnvifPosition position = await TryAskAsync(ptz, OnvifRequests.GetStatus(profile.Token), cancellationToken) is { } status ? OnvifAnswer.Position(status) : default;
        bool focus = profile.VideoSource is not null && services.Imaging is not null
            && await TryAskAsync(services.Imaging, OnvifRequests.GetMoveOptions(profile.VideoSource), cancellationToken) is { } moves && OnvifAnswer.HasContinuousFocus(moves);
        return new Head(profile, ptz, node, travel, timeout, position != default, focus);
    }

    /// <summary>Null when the camera refuses: it then does without.</summary>
    private async Task<XmlNode?> TryAskAsync(Uri service, OnvifRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await camera.AskAsync(service, request, cancellationToken);
        }
        catch (OnvifFaultException e) when (!e.Fault.IsNotAuthorized)
        {
            return null;
        }
    }

    /// <summary>What was found out about the camera.</summary>
    private sealed class Head
    {
        public Head(OnvifProfile profile, Uri ptz, OnvifNode node, OnvifTravel travel, TimeSpan timeout, bool tellsPosition, bool hasFocus)
        {
            (Profile, Ptz, Node, Timeout, TellsPosition, HasFocus) = (profile, ptz, node, timeout, tellsPosition, hasFocus);
            OnvifRange x = node.Generic?.X ?? new OnvifRange(-1, 1), y = node.Generic?.Y ?? new OnvifRange(-1, 1);
            GenericPan = new AngleScale(x.Min, x.Max, travel.PanMin, travel.PanMax);
            GenericTilt = new AngleScale(y.Min, y.Max, travel.TiltMin, travel.TiltMax);
            Space = (node.Degrees ?? node.Generic)?.Name;
            Pan = node.Degrees is { } d ? new AngleScale(d.X.Min, d.X.Max, d.X.Min, d.X.Max) : GenericPan;
            Tilt = node.Degrees is { } e ? new AngleScale(e.Y.Min, e.Y.Max, e.Y.Min, e.Y.Max) : GenericTilt;
            Zoom = node.Zoom is { } zoom && travel.MostZoom is { } most and > 1 ? new AngleScale(zoom.Min, zoom.Max, 1, most) : null;
            Abilities = (node.MostPresets > 0 ? PtzAbilities.Presets : 0) | (tellsPosition ? PtzAbilities.ReadPosition : 0)
                | (Space is not null ? PtzAbilities.GoTo : 0) | (node.HasHome ? PtzAbilities.Home : 0);
        }

        public OnvifProfile Profile { get; }
        public Uri Ptz { get; }
        public OnvifNode Node { get; }
        public TimeSpan Timeout { get; }
        public bool TellsPosition { get; }
        public bool HasFocus { get; }
        public PtzAbilities Abilities { get; }

        /// <summary>The space that positions are sent in; null when there is none that we know.</summary>
        public string? Space { get; }

        public AngleScale Pan { get; }
        public AngleScale Tilt { get; }
        public AngleScale GenericPan { get; }
        public AngleScale GenericTilt { get; }
        public AngleScale? Zoom { get; }
    }
}
