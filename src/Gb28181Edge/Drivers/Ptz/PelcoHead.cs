using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What Pelco-D and Pelco-P heads have in common: one frame carries the whole motion, and nobody hears whether it arrived.</summary>
/// <remarks>
/// Frames may be lost but never add up. A group that comes to a stand (pan, tilt and zoom, or focus and iris) is told so three times.
/// The line is shared: its opener disposes it.
/// </remarks>
internal abstract class PelcoHead : IPtzDriver
{
    /// <summary>How often a stop is sent.</summary>
    public const int StopRepeats = 3;

    private const int Auxiliaries = 8;

    private readonly PelcoSettings _settings;
    private readonly TimeProvider _time;
    private readonly byte[] _frame;                                        // one order at a time: the controller's loop is the only caller
    private PtzVelocity _last;
    private byte? _zoomSpeed, _focusSpeed;
    private bool _hasFocus;
    private long _focusUsed;

    /// <param name="line">The line that the head hangs on.</param>
    /// <param name="frameSize">Bytes of a frame.</param>
    /// <param name="settings">What differs from head to head.</param>
    /// <param name="time">The clock.</param>
    protected PelcoHead(ISerialLine line, int frameSize, PelcoSettings settings, TimeProvider time)
    {
        (Line, _settings, _time) = (line, settings, time);
        _frame = new byte[frameSize];
    }

    public virtual PtzAbilities Abilities => _settings.Presets.Count > 0 ? PtzAbilities.Presets : PtzAbilities.None;

    protected ISerialLine Line { get; }

    public async ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        bool stops = velocity.IsStop || ComesToStand(_last, velocity);
        if (_settings.LensSpeeds)
        {
            _zoomSpeed = await SendLensSpeedAsync(PelcoDCommand.ZoomSpeed, velocity.Zoom, _zoomSpeed, cancellationToken);
            _focusSpeed = await SendLensSpeedAsync(PelcoDCommand.FocusSpeed, velocity.Focus, _focusSpeed, cancellationToken);
        }
        if (velocity.Focus != 0) await TakeFocusAsync(cancellationToken);
        WriteMotion(_frame, ToMotion(velocity));
        for (int sent = 0; sent < (stops ? StopRepeats : 1); sent++)
        {
            await Line.WriteAsync(_frame, urgent: stops, cancellationToken);
            _last = velocity;
        }
        if (_hasFocus) _focusUsed = _time.GetTimestamp();
    }

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => number is < 1 or > Auxiliaries
        ? ValueTask.FromResult(false)
        : SendAsync(on ? PelcoDCommand.SetAuxiliary : PelcoDCommand.ClearAuxiliary, (byte)number, cancellationToken);

    public ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken) => PresetAsync(PelcoDCommand.SetPreset, number, cancellationToken);

    public ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken) => PresetAsync(PelcoDCommand.GoToPreset, number, cancellationToken);

    public ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken) => PresetAsync(PelcoDCommand.ClearPreset, number, cancellationToken);

    public virtual ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public virtual ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken) => ValueTask.FromResult<PtzReading?>(null);

    /// <summary>Makes the focus automatic again when its time has come.</summary>
    public async ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        if (!_hasFocus || _last.Focus != 0 || _settings.AutoAfter is not { } idle) return null;
        TimeSpan rest = idle - _time.GetElapsedTime(_focusUsed);
        if (rest > TimeSpan.Zero) return rest;
        _hasFocus = false;
        await SendAsync(PelcoDCommand.AutoFocus, _settings.FocusSelectors!.Value.Auto, cancellationToken);
        return null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract void WriteMotion(Span<byte> frame, PelcoDMotion motion);

    protected abstract void WriteCommand(Span<byte> frame, PelcoDCommand command, byte high, byte low);

    protected async ValueTask<bool> SendAsync(PelcoDCommand command, int value, CancellationToken cancellationToken)
    {
        WriteCommand(_frame, command, (byte)(value >> 8), (byte)value);
        await Line.WriteAsync(_frame, urgent: false, cancellationToken);
        return true;
    }

    /// <summary>Sends a command and keeps the line for the reply.</summary>
    protected ValueTask<SerialReply> AskAsync(PelcoDCommand command, ISerialListener listener, TimeSpan window, CancellationToken cancellationToken)
    {
        WriteCommand(_frame, command, 0, 0);
        return Line.ExchangeAsync(_frame, urgent: false, listener, window, cancellationToken);
    }

    private ValueTask<bool> PresetAsync(PelcoDCommand command, int number, CancellationToken cancellationToken) =>
        _settings.Presets.TryMap(number, out byte preset) ? SendAsync(command, preset, cancellationToken) : ValueTask.FromResult(false);

    private async ValueTask<byte?> SendLensSpeedAsync(PelcoDCommand command, float velocity, byte? told, CancellationToken cancellationToken)
    {
        byte speed = PelcoD.ToLensSpeed(velocity);
        if (velocity == 0 || speed == told) return told;
        await SendAsync(command, speed, cancellationToken);
        return speed;
    }

    private async ValueTask TakeFocusAsync(CancellationToken cancellationToken)
    {
        if (_hasFocus || _settings.FocusSelectors is not { } selectors) return;
        await SendAsync(PelcoDCommand.AutoFocus, selectors.Manual, cancellationToken);
        _hasFocus = true;
    }

    private PelcoDMotion ToMotion(PtzVelocity velocity) => new(
        _settings.Turbo && Math.Abs(velocity.Pan) >= 1 ? Math.Sign(velocity.Pan) * PelcoD.TurboSpeed : PelcoD.ToSpeed(velocity.Pan),
        PelcoD.ToSpeed(velocity.Tilt), Math.Sign(velocity.Zoom), Math.Sign(velocity.Focus), Math.Sign(velocity.Iris));

    private static bool ComesToStand(PtzVelocity from, PtzVelocity to) =>
        to is { Pan: 0, Tilt: 0, Zoom: 0 } && from is not { Pan: 0, Tilt: 0, Zoom: 0 }
        || to is { Focus: 0, Iris: 0 } && from is not { Focus: 0, Iris: 0 };
}
