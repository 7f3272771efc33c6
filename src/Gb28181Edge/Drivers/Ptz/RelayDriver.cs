using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>How relays are treated.</summary>
/// <param name="DeadTime">Between one direction of a motor and the other both relays are open for so long.</param>
/// <param name="MaxRun">A motor that ran so long in one direction is switched off until something else is wanted; null: no limit.</param>
internal sealed record RelayTimes(TimeSpan DeadTime, TimeSpan? MaxRun = null)
{
    public static RelayTimes Default { get; } = new(TimeSpan.FromMilliseconds(200));
}

/// <summary>A head whose motors hang on relays: one for each direction, one speed, never two opposite ones at once.</summary>
/// <remarks>
/// Owns its outputs. A reversal opens one relay at once and closes the other by <see cref="ContinueAsync"/> when the dead time is over.
/// Motors are off after a stop, after a failure and after disposal; auxiliaries after a failure and after disposal.
/// </remarks>
internal sealed class RelayDriver : IPtzDriver, IAppliedVelocity
{
    private readonly RelayAxis _pan, _tilt, _zoom, _focus, _iris;
    private readonly RelayAxis[] _axes;
    private readonly IReadOnlyDictionary<int, IDigitalOutput> _auxiliaries;
    private readonly RelayTimes _times;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;

    public RelayDriver(RelayOutputs outputs, RelayTimes times, TimeProvider time, ILogger log)
    {
        (_times, _time, _log) = (times, time, log);
        _origin = time.GetTimestamp();
        _pan = new RelayAxis("pan", outputs.Left, outputs.Right);
        _tilt = new RelayAxis("tilt", outputs.Down, outputs.Up);
        _zoom = new RelayAxis("zoom", outputs.ZoomOut, outputs.ZoomIn);
        _focus = new RelayAxis("focus", outputs.FocusNear, outputs.FocusFar);
        _iris = new RelayAxis("iris", outputs.IrisClose, outputs.IrisOpen);
        _axes = [_pan, _tilt, _zoom, _focus, _iris];
        _auxiliaries = outputs.Auxiliaries;
    }

    public PtzVelocity Applied => new(_pan.Applied, _tilt.Applied, _zoom.Applied, _focus.Applied, _iris.Applied);

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        if (!velocity.IsStop) cancellationToken.ThrowIfCancellationRequested();
        _pan.Want(Math.Sign(velocity.Pan));
        _tilt.Want(Math.Sign(velocity.Tilt));
        _zoom.Want(Math.Sign(velocity.Zoom));
        _focus.Want(Math.Sign(velocity.Focus));
        _iris.Want(Math.Sign(velocity.Iris));
        Drive();
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken)
    {
        if (focus != 0 || iris != 0) cancellationToken.ThrowIfCancellationRequested();
        _focus.Want(Math.Sign(focus));
        _iris.Want(Math.Sign(iris));
        Drive();
        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken)
    {
        if (!_auxiliaries.TryGetValue(number, out IDigitalOutput? output)) return ValueTask.FromResult(false);
        output.Set(on);
        return ValueTask.FromResult(true);
    }

    public ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        Drive();
        TimeSpan now = Now;
        TimeSpan? due = null;
        foreach (RelayAxis axis in _axes)
            if (axis.Due(now, _times.DeadTime, _times.MaxRun) is { } next && (due is null || next < due)) due = next;
        return ValueTask.FromResult(due);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IDigitalOutput output in Outputs())
            await output.DisposeAsync();                                   // which leaves it at its safe value: off
    }

    private void Drive()
    {
        TimeSpan now = Now;
        try
        {
            foreach (RelayAxis axis in _axes)                              // everything that must open opens before anything closes
                if (axis.Open(now, _times.MaxRun)) _log.RelayRanTooLong(axis.Name, _times.MaxRun!.Value);
            foreach (RelayAxis axis in _axes)
                axis.Close(now, _times.DeadTime);
        }
        catch (DriverException)
        {
            AllOff(now);
            throw;
        }
    }

    /// <summary>Switches off what can still be switched off; the failure that led here is what the caller hears.</summary>
    private void AllOff(TimeSpan now)
    {
        foreach (IDigitalOutput output in Outputs())
        {
            try
            {
                output.Set(false);
            }
            catch (DriverException)
            {
                continue;                                                  // the others matter as much
            }
        }
        foreach (RelayAxis axis in _axes) axis.Forget(now);
    }

    private IEnumerable<IDigitalOutput> Outputs() => _axes.SelectMany(axis => axis.Outputs).Concat(_auxiliaries.Values);
}
