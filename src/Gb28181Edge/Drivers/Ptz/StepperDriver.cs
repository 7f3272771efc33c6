using System.Diagnostics;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>A head of stepper motors, which have to be told each step in its time: by a thread of its own.</summary>
/// <remarks>
/// The thread waits while nothing moves, begins with the first motion and ends with <see cref="DisposeAsync"/>. What it shares with the
/// controller's loop stands under one lock, which is held for one step at most: a stop is in force when the call returns, and no step
/// follows it. A pin that fails stops all; the failure comes out of the next call. Owns its axes.
/// </remarks>
internal sealed class StepperDriver : IPtzDriver
{
    /// <summary>How often a run by itself is looked at for its failure.</summary>
    private static readonly TimeSpan Looking = TimeSpan.FromMilliseconds(100);

    /// <summary>What a wait of the kernel may be late; the rest of the time to a step is spun away, but never more than this.</summary>
    private static readonly TimeSpan Spin = TimeSpan.FromMilliseconds(0.3);

    private readonly StepperAxis? _pan, _tilt, _zoom;
    private readonly StepperAxis[] _axes;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _changed = new(initialState: false, spinCount: 0);
    private readonly long _origin = Stopwatch.GetTimestamp();
    private Thread? _thread;
    private DriverException? _failure;
    private bool _ends;

    /// <param name="pan">Null: it has none.</param>
    /// <param name="tilt">Null: it has none.</param>
    /// <param name="zoom">Null: it has none.</param>
    public StepperDriver(StepperAxis? pan, StepperAxis? tilt, StepperAxis? zoom = null)
    {
        (_pan, _tilt, _zoom) = (pan, tilt, zoom);
        _axes = [.. new[] { pan, tilt, zoom }.OfType<StepperAxis>()];
    }

    public PtzAbilities Abilities => _pan is { HasHome: true } || _tilt is { HasHome: true }
        ? PtzAbilities.ReadPosition | PtzAbilities.GoTo | PtzAbilities.Home
        : PtzAbilities.None;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_origin);

    public ValueTask MoveAsync(PtzVelocity velocity, CancellationToken cancellationToken)
    {
        Command(() =>
        {
            _pan?.Run(velocity.Pan);
            _tilt?.Run(velocity.Tilt);
            _zoom?.Run(velocity.Zoom);
        });
        return ValueTask.CompletedTask;
    }

    /// <summary>There is no lens whose motion could end a way.</summary>
    public ValueTask<bool> MoveLensAsync(float focus, float iris, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public ValueTask<bool> GoToAsync(PtzPosition target, float speed, CancellationToken cancellationToken)
    {
        bool pans = _pan is { HasHome: true } && target.Pan is not null, tilts = _tilt is { HasHome: true } && target.Tilt is not null;
        if (!pans && !tilts) return ValueTask.FromResult(false);
        Command(() =>
        {
            if (pans) _pan!.GoTo(FromPan(target.Pan!.Value, _pan.Travel), speed, homeFirst: false);
            if (tilts) _tilt!.GoTo(target.Tilt!.Value - _tilt.Travel.AtHome, speed, homeFirst: false);
        });
        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> GoHomeAsync(CancellationToken cancellationToken)
    {
        if (Abilities == PtzAbilities.None) return ValueTask.FromResult(false);
        Command(() =>
        {
            if (_pan is { HasHome: true }) _pan.GoTo(null, 1, homeFirst: true);
            if (_tilt is { HasHome: true }) _tilt.GoTo(null, 1, homeFirst: true);
        });
        return ValueTask.FromResult(true);
    }

    public ValueTask<PtzReading?> ReadPositionAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            double? pan = _pan is { IsHomed: true } ? ((_pan.Travel.AtHome + _pan.Degrees) % 360 + 360) % 360 : null;
            double? tilt = _tilt is { IsHomed: true } ? _tilt.Travel.AtHome + _tilt.Degrees : null;
            // a step each way: where the switch closes, and where it is between two steps
            double error = _axes.Where(axis => axis.IsHomed).Select(axis => 2 / axis.Travel.StepsADegree).DefaultIfEmpty().Max();
            return ValueTask.FromResult(pan is null && tilt is null ? (PtzReading?)null : new PtzReading(new PtzPosition(pan, tilt, null), error));
        }
    }

    public ValueTask<TimeSpan?> ContinueAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowFailure();
            return ValueTask.FromResult<TimeSpan?>(Array.Exists(_axes, axis => axis.IsGoing) ? Looking : null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _ends = true;
            foreach (StepperAxis axis in _axes) axis.Run(0);
        }
        _changed.Set();
        _thread?.Join();                                                   // it waits for nothing longer than a step
        foreach (StepperAxis axis in _axes) await axis.DisposeAsync();
        _changed.Dispose();
    }

    private void Command(Action command)
    {
        lock (_gate)
        {
            ThrowFailure();
            command();
            if (_thread is null && Array.Exists(_axes, axis => axis.IsMoving))
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "stepper", Priority = ThreadPriority.Highest };
                _thread.Start();
            }
        }
        _changed.Set();
    }

    private void ThrowFailure()
    {
        if (_failure is not { } failure) return;
        _failure = null;
        throw failure;
    }

    private void Run()
    {
        while (true)
        {
            _changed.Reset();
            TimeSpan? due = null;
            lock (_gate)
            {
                if (_ends) return;
                try
                {
                    foreach (StepperAxis axis in _axes)
                        if (axis.Turn(Now) is { } next && (due is null || next < due)) due = next;
                }
                catch (DriverException e)
                {
                    due = null;
                    _failure = e;
                    foreach (StepperAxis axis in _axes) Abandon(axis);
                }
            }
            Wait(due);
        }
    }

    private static void Abandon(StepperAxis axis)
    {
        axis.Fail();
        try
        {
            axis.Release();
        }
        catch (DriverException)
        {
            return;                                                        // the first failure is what is told
        }
    }

    private void Wait(TimeSpan? due)
    {
        if (due is not { } at)
        {
            _changed.Wait();
            return;
        }
        TimeSpan left = at - Now;
        // long waits can be woken by a command; what is left then is slept by the kernel and spun at the very end
        if (left > TimeSpan.FromMilliseconds(4) && _changed.Wait(left - TimeSpan.FromMilliseconds(2))) return;
        if ((left = at - Now - Spin) > TimeSpan.Zero) Libc.Sleep(left);
        while (Now < at && !_changed.IsSet) Thread.SpinWait(20);
    }

    private static double FromPan(double target, StepperTravel travel)
    {
        double plus = ((target - travel.AtHome) % 360 + 360) % 360, minus = plus - 360;
        double wanted = travel.HomeAtPlus ? minus : plus, end = travel.HomeAtPlus ? -travel.Range : travel.Range;
        if (Math.Abs(wanted) <= travel.Range || plus == 0) return plus == 0 ? 0 : wanted;
        return Math.Abs(wanted) - travel.Range <= 360 - Math.Abs(wanted) ? end : 0;
    }
}
