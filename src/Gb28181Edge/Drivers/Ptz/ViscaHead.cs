using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head that speaks VISCA, over whatever carries it. Sony VISCA command lists (EVI, SRG, BRC) and compatible heads.</summary>
/// <remarks>
/// Pan and tilt, zoom, focus and iris are commands of their own, and only what changes is sent; a stop is sent always, even when the
/// start of the motion was never acknowledged. Focus and iris are taken out of automatic before use and given back when nobody
/// has used them for a while. The iris moves by steps, which <see cref="ContinueAsync"/> repeats until it is to stand.
/// </remarks>
internal sealed class ViscaHead : IPtzDriver
{
    /// <summary>Between two steps of the iris, at top speed and at the lowest.</summary>
    private static readonly TimeSpan FastestStep = TimeSpan.FromMilliseconds(100), SlowestStep = TimeSpan.FromMilliseconds(400);

    private readonly IViscaTransport _transport;
    private readonly ViscaSettings _settings;
    private readonly TimeProvider _time;
    private readonly ViscaLink _link;
    private readonly int _address;
    private bool _goes = true;

    // what the head was told last; null when it is not known
    private (int Pan, int Tilt)? _drive;
    private int? _zoom, _focus;

    /// <summary>It may be on a way that nobody here knows the socket of: since before the agent began, before the link was lost, or where nothing comes back.</summary>
    private bool _mayTravel;

    // focus and exposure: the mode to give back, null while the head is as it was found
    private byte? _focusBefore, _exposureBefore;
    private long _lensUsed;

    private int _iris;
    private TimeSpan _irisPeriod;
    private long? _irisStepped;
    private bool _irisTurned;

    /// <param name="transport">Owned.</param>
    /// <param name="settings">What differs from head to head.</param>
    /// <param name="time">The clock.</param>
    public ViscaHead(IViscaTransport transport, ViscaSettings settings, TimeProvider time)
    {
        (_transport, _settings, _time, _address) = (transport, settings, time, transport.Address);
        _link = new ViscaLink(transport, time);
    }

    public PtzAbilities Abilities =>
        PtzAbilities.Home
        | (_settings.Presets.Count > 0 ? PtzAbilities.Presets : 0)
        | (_transport.Answers ? PtzAbilities.ReadPosition : 0)
        | (_goes && _transport.Answers ? PtzAbilities.GoTo : 0);

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        bool stops = velocity.IsStop;
        await ConnectAsync(cancellationToken, urgent: stops);
        (int Pan, int Tilt) drive = (Visca.ToSpeed(velocity.Pan, Visca.TopPanSpeed), Visca.ToSpeed(velocity.Tilt, _settings.TopTiltSpeed));
        int zoom = Visca.ToLensStep(velocity.Zoom), focus = Visca.ToLensStep(velocity.Focus);
        DriverException? failure = null;

        // what comes to a stand goes first, and one stop that fails keeps no other back; an order by hand ends a way the head is on
        SetIris(velocity.Iris);
        if (drive == default && (stops || _drive != drive)) failure = await TryAsync(DriveAsync(drive, cancellationToken), failure);
        if (zoom == 0 && (stops || _zoom != 0)) failure = await TryAsync(ZoomAsync(0, cancellationToken), failure);
        if (focus == 0 && _focus != 0) failure = await TryAsync(FocusAsync(0, cancellationToken), failure);
        if (_link.Travels) failure = await TryAsync(_link.CancelAsync(travelsOnly: true, cancellationToken), failure);
        if (_mayTravel) failure = await TryAsync(EndUnknownWayAsync(cancellationToken), failure);
        if (failure is not null) throw failure;

        if (drive != default && _drive != drive) await DriveAsync(drive, cancellationToken);
        if (zoom != 0 && _zoom != zoom) await ZoomAsync(zoom, cancellationToken);
        if (focus != 0 && _focus != focus) await FocusAsync(focus, cancellationToken);
        if (_iris != 0) await StepIrisIfDueAsync(cancellationToken);
    }

    public async ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken)
    {
        int step = Visca.ToLensStep(focus);
        await ConnectAsync(cancellationToken, urgent: step == 0 && iris == 0);
        // where pan and tilt have one socket and zoom the other, only a stop is taken beside them
        if ((step != 0 || iris != 0) && !_link.HasRoom) return false;
        SetIris(iris);
        if (step != _focus) await FocusAsync(step, cancellationToken);
        if (_iris != 0) await StepIrisIfDueAsync(cancellationToken);
        return true;
    }

    /// <summary>VISCA has none.</summary>
    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken) =>
        MemoryAsync(number, Visca.MemorySet, travels: false, cancellationToken);

    public ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken) =>
        MemoryAsync(number, Visca.MemoryRecall, travels: true, cancellationToken);

    public ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken) =>
        MemoryAsync(number, Visca.MemoryReset, travels: false, cancellationToken);

    public async ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        return await TravelAsync(Visca.Home(_address), cancellationToken) == ViscaOutcome.Taken;
    }

    public async ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        if (!_goes) return false;
        await ConnectAsync(cancellationToken);
        if (target.Pan is not null || target.Tilt is not null)
        {
            PtzPosition here = default;
            if (target.Pan is null || target.Tilt is null)
            {
                here = await ReadPanTiltAsync(cancellationToken);          // the command has both axes
                if (here.Pan is null) return false;
            }
            byte[] packet = Visca.Absolute(
                _address, Visca.ToSpeed(Math.Max(speed, float.Epsilon), Visca.TopPanSpeed), Visca.ToSpeed(Math.Max(speed, float.Epsilon), _settings.TopTiltSpeed),
                ToPanSteps(target.Pan ?? here.Pan!.Value), ToTiltSteps(target.Tilt ?? here.Tilt!.Value), _settings.WidePosition);
            ViscaOutcome outcome = await TravelAsync(packet, cancellationToken);
            if (outcome == ViscaOutcome.Refused) _goes = false;
            if (outcome != ViscaOutcome.Taken) return false;
        }
        if (target.Zoom is not { } zoom) return true;
        _zoom = null;
        _mayTravel |= !_transport.Answers;
        bool zooms = await _link.CommandAsync(
            Visca.ZoomDirect(_address, _settings.Zoom.ToPosition(zoom)), urgent: false, travels: true, cancellationToken) == ViscaOutcome.Taken;
        return zooms;
    }

    public async ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        if (!_transport.Answers) return null;
        await ConnectAsync(cancellationToken);
        PtzPosition position = await ReadPanTiltAsync(cancellationToken);
        if (position.Pan is null) return null;
        ReadOnlyMemory<byte>? zoom = await _link.InquireAsync(Visca.ZoomPositionInquiry(_address), cancellationToken);
        if (zoom is { } data && Visca.TryReadZoom(data.Span, out int steps)) position = position with { Zoom = _settings.Zoom.ToTimes(steps) };
        return new PtzReading(position);
    }

    public async ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        if (_iris != 0 || (_focusBefore ?? _exposureBefore) is not null)
            await ConnectAsync(cancellationToken);                         // a question without an answer may have ended the link meanwhile
        if (_iris != 0) return await StepIrisIfDueAsync(cancellationToken);
        if (_settings.AutoAfter is not { } idle || (_focusBefore ?? _exposureBefore) is null || _focus is not (null or 0)) return null;
        TimeSpan rest = idle - _time.GetElapsedTime(_lensUsed);
        if (rest > TimeSpan.Zero) return rest;
        _lensUsed = _time.GetTimestamp();                                  // when it fails, the next try is as long away
        if (_focusBefore is { } focus and not Visca.FocusManual)
            await _link.CommandAsync(Visca.FocusMode(_address, focus), urgent: false, travels: false, cancellationToken);
        _focusBefore = null;
        if (_exposureBefore is { } exposure && exposure != _settings.IrisMode)
            await _link.CommandAsync(Visca.ExposureMode(_address, exposure), urgent: false, travels: false, cancellationToken);
        _exposureBefore = null;
        return null;
    }

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private async ValueTask ConnectAsync(CancellationToken cancellationToken, bool urgent = false)
    {
        if (!await _link.ConnectAsync(urgent, cancellationToken)) return;
        (_drive, _zoom, _focus) = (null, null, null);
        _mayTravel = true;
    }

    private async ValueTask EndUnknownWayAsync(CancellationToken cancellationToken)
    {
        await _link.ClearAsync(cancellationToken);
        _mayTravel = false;
    }

    private static async ValueTask<DriverException?> TryAsync(ValueTask stop, DriverException? earlier)
    {
        try
        {
            await stop;
            return earlier;
        }
        catch (DriverException e)
        {
            return earlier ?? e;
        }
    }

    private async ValueTask DriveAsync((int Pan, int Tilt) drive, CancellationToken cancellationToken)
    {
        _drive = null;                                                     // until the head has said that it knows
        await _link.CommandAsync(Visca.Drive(_address, drive.Pan, drive.Tilt), urgent: drive == default, travels: false, cancellationToken);
        _drive = drive;
    }

    private async ValueTask ZoomAsync(int step, CancellationToken cancellationToken)
    {
        _zoom = null;
        await _link.CommandAsync(Visca.Zoom(_address, step), urgent: step == 0, travels: false, cancellationToken);
        _zoom = step;
    }

    private async ValueTask FocusAsync(int step, CancellationToken cancellationToken)
    {
        _focus = null;
        byte[] packet = Visca.Focus(_address, step);
        if (step != 0) await TakeFocusAsync(cancellationToken);
        ViscaOutcome outcome = await _link.CommandAsync(packet, urgent: step == 0, travels: false, cancellationToken);
        if (outcome == ViscaOutcome.NotExecutable && step != 0)
        {
            _focusBefore = null;                                           // somebody else gave it back to the head
            await TakeFocusAsync(cancellationToken);
            await _link.CommandAsync(packet, urgent: false, travels: false, cancellationToken);
        }
        _focus = step;
        _lensUsed = _time.GetTimestamp();
    }

    private async ValueTask TakeFocusAsync(CancellationToken cancellationToken)
    {
        if (_focusBefore is not null) return;
        byte before = await ModeAsync(Visca.FocusModeInquiry(_address), Visca.FocusAuto, cancellationToken);
        if (before != Visca.FocusManual)
            await _link.CommandAsync(Visca.FocusMode(_address, Visca.FocusManual), urgent: false, travels: false, cancellationToken);
        _focusBefore = before;
    }

    private async ValueTask TakeIrisAsync(CancellationToken cancellationToken)
    {
        if (_exposureBefore is not null) return;
        byte before = await ModeAsync(Visca.ExposureModeInquiry(_address), Visca.ExposureAuto, cancellationToken);
        if (before != _settings.IrisMode)
            await _link.CommandAsync(Visca.ExposureMode(_address, _settings.IrisMode), urgent: false, travels: false, cancellationToken);
        _exposureBefore = before;
    }

    private async ValueTask<byte> ModeAsync(byte[] inquiry, byte otherwise, CancellationToken cancellationToken) =>
        await _link.InquireAsync(inquiry, cancellationToken) is { Length: 1 } mode ? mode.Span[0] : otherwise;

    private void SetIris(float velocity)
    {
        if (_iris != 0) _lensUsed = _time.GetTimestamp();
        int iris = velocity > 0 ? 1 : velocity < 0 ? -1 : 0;
        _irisTurned |= iris != _iris;
        _iris = iris;
        float speed = Math.Min(1, Math.Abs(velocity));
        _irisPeriod = SlowestStep - ((SlowestStep - FastestStep) * speed);
    }

    /// <summary>After how long the next step is due.</summary>
    private async ValueTask<TimeSpan> StepIrisIfDueAsync(CancellationToken cancellationToken)
    {
        // a short press makes one step at least, however slow
        TimeSpan period = _irisTurned ? FastestStep : _irisPeriod;
        TimeSpan rest = _irisStepped is { } stepped ? period - _time.GetElapsedTime(stepped) : TimeSpan.Zero;
        if (rest > TimeSpan.Zero) return rest;
        await TakeIrisAsync(cancellationToken);
        _irisTurned = false;
        _lensUsed = _time.GetTimestamp();
        _irisStepped = _lensUsed;
        byte[] packet = Visca.Iris(_address, _iris);
        if (await _link.CommandAsync(packet, urgent: false, travels: false, cancellationToken) != ViscaOutcome.NotExecutable) return _irisPeriod;
        _exposureBefore = null;                                            // somebody else gave it back to the head
        await TakeIrisAsync(cancellationToken);
        await _link.CommandAsync(packet, urgent: false, travels: false, cancellationToken);
        return _irisPeriod;
    }

    private async ValueTask<bool> MemoryAsync(int number, Func<int, byte, byte[]> packet, bool travels, CancellationToken cancellationToken)
    {
        if (!_settings.Presets.TryMap(number, out byte memory)) return false;
        await ConnectAsync(cancellationToken);
        byte[] command = packet(_address, memory);
        ViscaOutcome outcome = travels
            ? await TravelAsync(command, cancellationToken)
            : await _link.CommandAsync(command, urgent: false, travels: false, cancellationToken);
        return outcome == ViscaOutcome.Taken;
    }

    /// <summary>Sends the head somewhere: what it was told about pan, tilt, zoom and focus holds no more.</summary>
    private ValueTask<ViscaOutcome> TravelAsync(byte[] packet, CancellationToken cancellationToken)
    {
        (_drive, _zoom, _focus) = (null, null, null);
        _mayTravel |= !_transport.Answers;
        return _link.CommandAsync(packet, urgent: false, travels: true, cancellationToken);
    }

    private async ValueTask<PtzPosition> ReadPanTiltAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? answer = await _link.InquireAsync(Visca.PanTiltPositionInquiry(_address), cancellationToken);
        if (answer is not { } data || !Visca.TryReadPanTilt(data.Span, out int pan, out int tilt)) return default;
        double degrees = pan / _settings.PanStepsPerDegree % 360;
        return new PtzPosition(degrees < 0 ? degrees + 360 : degrees, tilt / _settings.TiltStepsPerDegree, null);
    }

    private int ToPanSteps(double degrees)
    {
        double turned = degrees % 360;                                     // −180 … +180, right of the middle is +
        if (turned > 180) turned -= 360;
        if (turned < -180) turned += 360;
        return (int)Math.Round(Math.Clamp(turned, _settings.PanLeft, _settings.PanRight) * _settings.PanStepsPerDegree);
    }

    private int ToTiltSteps(double degrees) =>
        (int)Math.Round(Math.Clamp(degrees, _settings.TiltDown, _settings.TiltUp) * _settings.TiltStepsPerDegree);
}
