using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>Gives a head that cannot tell where it is a position: counts what it was told, finds home by the end of its travel, goes by time.</summary>
/// <remarks>
/// The position is unknown after the start, and after a command that failed, until the head was at home: by <see cref="GoHomeAsync"/>, by
/// <see cref="GoToAsync"/> (which homes first), or at the start where that is configured. Any <see cref="MoveAsync"/> ends what it does by
/// itself, a stop in the middle of homing included. A preset of the head's own takes it to a place that is not known here.
/// Owns the head and the limit switches. Called by the controller's loop only.
/// </remarks>
internal sealed class DeadReckoningDriver : IPtzDriver
{
    private readonly IPtzDriver _head;
    private readonly HeadTravel _travel;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly AxisRun? _pan, _tilt, _zoom;
    private readonly AxisRun[] _runs;
    private PtzVelocity _told;
    private bool _homeAtStart, _isDriving;

    /// <param name="head">The blind head.</param>
    /// <param name="travel">How it moves.</param>
    /// <param name="panLimit">The switch at the pan home; null: it runs to the stop.</param>
    /// <param name="tiltLimit">The same for tilt.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it says that it came home.</param>
    public DeadReckoningDriver(
        IPtzDriver head, HeadTravel travel, IDigitalInput? panLimit, IDigitalInput? tiltLimit, TimeProvider time, ILogger log)
    {
        (_head, _travel, _time, _log) = (head, travel, time, log);
        _origin = time.GetTimestamp();
        if (travel.Pan is { } pan) _pan = new AxisRun("pan", new ReckonedAxis(pan), travel.PanHomeRight ? 1 : -1, travel.Law, panLimit);
        if (travel.Tilt is { } tilt) _tilt = new AxisRun("tilt", new ReckonedAxis(tilt), travel.TiltHomeUp ? 1 : -1, travel.Law, tiltLimit);
        if (travel.Zoom is { } zoom) _zoom = new AxisRun("zoom", new ReckonedAxis(zoom), -1, static _ => 1, limit: null);
        _runs = [.. new[] { _pan, _tilt, _zoom }.OfType<AxisRun>()];
        _homeAtStart = travel.HomeAtStart;
    }

    public PtzAbilities Abilities => _head.Abilities | PtzAbilities.ReadPosition | PtzAbilities.GoTo | PtzAbilities.Home;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    private PtzVelocity Applied => (_head as IAppliedVelocity)?.Applied ?? _told;

    public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        End();
        return TellAsync(velocity, cancellationToken);
    }

    public async ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken)
    {
        if (!_isDriving) return await _head.MoveLensAsync(focus, iris, cancellationToken);
        await TellAsync(_told with { Focus = focus, Iris = iris }, cancellationToken);
        return true;
    }

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) =>
        _head.SetAuxiliaryAsync(number, on, cancellationToken);

    public ValueTask<bool> SetPresetAsync(int number, CancellationToken cancellationToken) => _head.SetPresetAsync(number, cancellationToken);

    public async ValueTask<bool> CallPresetAsync(int number, CancellationToken cancellationToken)
    {
        if (!_head.Abilities.HasFlag(PtzAbilities.Presets)) return false;
        End();
        Lose();
        return await _head.CallPresetAsync(number, cancellationToken);
    }

    public ValueTask<bool> DeletePresetAsync(int number, CancellationToken cancellationToken) => _head.DeletePresetAsync(number, cancellationToken);

    public async ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        if ((_pan is null || target.Pan is null) && (_tilt is null || target.Tilt is null) && (_zoom is null || target.Zoom is null)) return false;
        await StandAsync(cancellationToken);
        Count();
        TimeSpan now = Now;
        if (_pan is not null && target.Pan is { } pan) Begin(_pan, _travel.FromPan(pan), speed, now, _travel.RehomeAbove);
        if (_tilt is not null && target.Tilt is { } tilt) Begin(_tilt, _travel.FromTilt(tilt), speed, now, _travel.RehomeAbove);
        if (_zoom is not null && target.Zoom is { } zoom) Begin(_zoom, _travel.FromZoom(zoom), 1, now, null);
        await DriveAsync(cancellationToken);
        return true;
    }

    public async ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken)
    {
        await StandAsync(cancellationToken);
        TimeSpan now = Now;
        foreach (AxisRun run in _runs) run.BeginHome(null, 1, now);
        _isDriving = true;
        await DriveAsync(cancellationToken);
        return true;
    }

    public ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        Count();
        if (!Array.Exists(_runs, run => run.Axis.IsKnown)) return ValueTask.FromResult<PtzReading?>(null);
        double? error = null;
        foreach (AxisRun? run in (ReadOnlySpan<AxisRun?>)[_pan, _tilt])
            if (run is { Axis.IsKnown: true }) error = Math.Max(error ?? 0, run.Axis.Error);
        return ValueTask.FromResult<PtzReading?>(new PtzReading(
            new PtzPosition(Where(_pan) is { } pan ? _travel.ToPan(pan) : null, Where(_tilt) is { } tilt ? _travel.ToTilt(tilt) : null, Where(_zoom) is { } zoom ? _travel.ToZoom(zoom) : null),
            error ?? 0));

        static double? Where(AxisRun? run) => run is { Axis.IsKnown: true } ? run.Axis.Position : null;
    }

    public async ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        Count();
        TimeSpan? due;
        try
        {
            due = await _head.ContinueAsync(cancellationToken);
        }
        catch (DriverException)
        {
            OnFailure();
            throw;
        }
        Told(Now, Now, isCommand: false);                                                    // a relay that closed, or opened by itself, in this moment
        if (_homeAtStart && _told.IsStop && !_isDriving)
        {
            _homeAtStart = false;
            await GoHomeAsync(cancellationToken);
        }
        if (!_isDriving) return due;
        await DriveAsync(cancellationToken);
        TimeSpan now = Now;
        foreach (AxisRun run in _runs)
            if (run.Due(now) is { } next && (due is null || next < due)) due = next;
        // the head may have something of its own to go on with after the last command
        if (_head is IAppliedVelocity && await _head.ContinueAsync(cancellationToken) is { } own && (due is null || own < due)) due = own;
        return due;
    }

    public async ValueTask DisposeAsync()
    {
        await _head.DisposeAsync();
        foreach (AxisRun run in _runs)
            if (run.Limit is not null) await run.Limit.DisposeAsync();
    }

    private void Begin(AxisRun run, double target, float speed, TimeSpan now, double? rehomeAbove)
    {
        if (run.Axis.IsKnown && run.Axis.Error > rehomeAbove) run.BeginHome(target, speed, now);
        else run.BeginTarget(target, speed, now);
        _isDriving = true;
    }

    /// <summary>Ends what is under way before something else begins by itself.</summary>
    private ValueTask StandAsync(CancellationToken cancellationToken)
    {
        _homeAtStart = false;
        End();
        return _told is { Pan: 0, Tilt: 0, Zoom: 0 } ? ValueTask.CompletedTask : TellAsync(_told with { Pan = 0, Tilt = 0, Zoom = 0 }, cancellationToken);
    }

    private void End()
    {
        foreach (AxisRun run in _runs) run.End();
        _isDriving = false;
    }

    /// <summary>Ends the legs that are over and tells the head what the next ones need.</summary>
    private async ValueTask DriveAsync(CancellationToken cancellationToken)
    {
        TimeSpan now = Now;
        try
        {
            foreach (AxisRun run in _runs) run.Step(now);
        }
        catch (DriverException)
        {
            OnFailure();
            throw;
        }
        string homed = string.Join(", ", _runs.Where(run => run.TakeHomed()).Select(run => run.Name));
        if (homed.Length > 0) _log.HeadHomed(homed);
        _isDriving = Array.Exists(_runs, run => run.IsRunning);
        var wanted = new PtzVelocity(_pan?.Velocity ?? 0, _tilt?.Velocity ?? 0, _zoom?.Velocity ?? 0, _told.Focus, _told.Iris);
        if (wanted != _told) await TellAsync(wanted, cancellationToken);
    }

    private async ValueTask TellAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        Count();
        TimeSpan sent = Now;
        try
        {
            await _head.MoveAsync(velocity, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            TimeSpan now = Now;
            _pan?.Axis.Doubt(_pan.ToSpeed(velocity.Pan), now);
            _tilt?.Axis.Doubt(_tilt.ToSpeed(velocity.Tilt), now);
            _zoom?.Axis.Doubt(_zoom.ToSpeed(velocity.Zoom), now);
            End();
            throw;
        }
        catch (DriverException)
        {
            OnFailure();
            throw;
        }
        _told = velocity;
        Told(sent, Now, isCommand: true);
    }

    private void Told(TimeSpan sent, TimeSpan arrived, bool isCommand)
    {
        PtzVelocity applied = Applied;
        Tell(_pan, applied.Pan);
        Tell(_tilt, applied.Tilt);
        Tell(_zoom, applied.Zoom);

        void Tell(AxisRun? run, float velocity)
        {
            if (run is null) return;
            double speed = run.ToSpeed(velocity);
            if (isCommand || speed != run.Axis.Speed) run.Axis.Tell(speed, sent, arrived);
        }
    }

    private void Count()
    {
        TimeSpan now = Now;
        foreach (AxisRun run in _runs) run.Axis.Advance(now);
    }

    private void OnFailure()
    {
        End();
        Lose();
    }

    private void Lose()
    {
        foreach (AxisRun run in _runs) run.Axis.Lose();
    }
}
