using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>One head's loop: sends the latest wanted motion, every stop, and a stop of its own when nobody steers any more.</summary>
/// <remarks>
/// Any platform may steer; the last one wins. Of the moves that come while one is being sent the latest is kept; a stop is kept apart,
/// sent before any later move, and takes what still waits for the line out of its way. At most <see cref="AuxiliaryCapacity"/>
/// auxiliary orders wait; more are refused and logged. The first thing sent is a stop: the head may still move since a crash.
/// After a failure nothing but a stop is tried, with a growing pause, until it went out.
/// </remarks>
internal sealed class PtzController : IPtzController, IAsyncDisposable
{
    public const int AuxiliaryCapacity = 16;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastStopDeadline = TimeSpan.FromSeconds(2);

    private readonly string _camera;
    private readonly IPtzDriver _driver;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly Lock _gate = new();

    // under the gate: what is wanted
    private readonly Group _move = new(), _lens = new();
    private readonly Queue<PtzOrder.Auxiliary> _auxiliaries = new();
    private PtzVelocity _wanted;
    private PtzVelocity? _stop, _latest;
    private CancellationTokenSource? _sending;
    private bool _ending;

    // of the loop alone: what the head was told
    private bool _stopOwed = true;
    private bool _stands;
    private TimeSpan _retryAt;
    private int _failures;
    private Task _loop = Task.CompletedTask;

    /// <param name="camera">The camera's id, for messages.</param>
    /// <param name="driver">Owned.</param>
    /// <param name="moveTimeout">The head stops when no command came for so long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where failures are told.</param>
    public PtzController(string camera, IPtzDriver driver, TimeSpan moveTimeout, TimeProvider time, ILogger log)
    {
        (_camera, _driver, _timeout, _time, _log) = (camera, driver, moveTimeout, time, log);
        _origin = time.GetTimestamp();
        _wake = new Wake(time);
    }

    /// <summary>Ends with the loop; faults when the loop met a bug.</summary>
    public Task Completion => _loop;

    /// <summary>How long ago the loop last went round; some seconds at most while it lives. For the watchdog; any thread.</summary>
    public TimeSpan SinceLastTurn => _wake.SinceLastTurn;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Begins the loop. Orders that were posted before are not lost.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    public void Post(PtzOrder order)
    {
        CancellationTokenSource? overtaken = null;
        lock (_gate)
        {
            switch (order)
            {
                case PtzOrder.Move move:
                    _move.Take(move.Platform, moves: move is not { Pan: 0, Tilt: 0, Zoom: 0 }, Now + _timeout);
                    overtaken = Want(_wanted with { Pan = move.Pan, Tilt = move.Tilt, Zoom = move.Zoom }, stops: _move.Mover is null);
                    break;
                case PtzOrder.Lens lens:
                    _lens.Take(lens.Platform, moves: lens is not { Focus: 0, Iris: 0 }, Now + _timeout);
                    overtaken = Want(_wanted with { Focus = lens.Focus, Iris = lens.Iris }, stops: _lens.Mover is null);
                    break;
                case PtzOrder.Auxiliary auxiliary when _auxiliaries.Count >= AuxiliaryCapacity:
                    _log.AuxiliaryRefused(_camera, auxiliary.Number, _auxiliaries.Count);
                    break;
                case PtzOrder.Auxiliary auxiliary:
                    _auxiliaries.Enqueue(auxiliary);
                    break;
            }
        }
        overtaken?.Cancel();
        _wake.Set();
    }

    public void PlatformLost(string platform)
    {
        CancellationTokenSource? overtaken;
        lock (_gate)
        {
            if (_move.Mover != platform && _lens.Mover != platform)
                return;
            overtaken = Stop(_move.Mover == platform, _lens.Mover == platform);
        }
        _log.MoverLost(_camera, platform);
        overtaken?.Cancel();
        _wake.Set();
    }

    /// <summary>Stops the head if it may be moving, within two seconds, and disposes the driver.</summary>
    public async ValueTask DisposeAsync()
    {
        CancellationTokenSource? overtaken;
        lock (_gate)
        {
            if (_ending)
                return;
            _ending = true;
            overtaken = _sending;
        }
        overtaken?.Cancel();
        _wake.Set();
        await _loop;
        if (!_stands)
            await SendLastStopAsync();
        await _driver.DisposeAsync();
        _wake.Dispose();
    }

    private async Task SendLastStopAsync()
    {
        using var deadline = new CancellationTokenSource(LastStopDeadline, _time);
        try
        {
            await _driver.MoveAsync(default, deadline.Token).AsTask().WaitAsync(deadline.Token);
            _log.HeadMoved(_camera, default);
        }
        catch (DriverException e)
        {
            _log.LastStopFailed(_camera, e.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _log.LastStopFailed(_camera, $"not within {LastStopDeadline.TotalSeconds} s");
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Step step = Next();
            if (step.Kind == StepKind.End)
                return;
            if (step.Kind == StepKind.Wait)
            {
                await _wake.WaitAsync(step.Until - Now);
                continue;
            }
            try
            {
                await SendAsync(step);
            }
            catch (DriverException e)
            {
                OnFailure(step, e);
            }
            catch (OperationCanceledException) when (step.Cancellation!.IsCancellationRequested)
            {
                continue;                                                  // a stop overtook it, or the agent ends
            }
        }
    }

    private async ValueTask SendAsync(Step step)
    {
        if (step.Kind == StepKind.Auxiliary)
        {
            if (!await _driver.SetAuxiliaryAsync(step.Auxiliary!.Number, step.Auxiliary.On, step.Cancellation!.Token))
                _log.NoAuxiliary(_camera, step.Auxiliary.Number);
            lock (_gate)
                _auxiliaries.Dequeue();                                    // only now: an overtaken order stays in its place
            return;
        }
        _stands = false;
        await _driver.MoveAsync(step.Velocity, step.Cancellation!.Token);
        _stands = step.Velocity.IsStop;
        _log.HeadMoved(_camera, step.Velocity);
        if (!step.Velocity.IsStop)
            return;
        _stopOwed = false;
        if (_failures > 0)
            _log.HeadBack(_camera, _failures);
        _failures = 0;
    }

    /// <summary>What to do now: a stop, then the stop that is owed, then the latest move, then an auxiliary order.</summary>
    private Step Next()
    {
        lock (_gate)
        {
            if (_ending)
                return new Step(StepKind.End);
            TimeSpan now = Now;
            if (_move.Due <= now || _lens.Due <= now)
            {
                _log.MoveTimedOut(_camera, _timeout);
                Stop(_move.Due <= now, _lens.Due <= now);
            }
            bool wanted = _stop is not null || _latest is not null || _auxiliaries.Count > 0;
            if (_stopOwed && (wanted || now >= _retryAt))
            {
                if (_stop is { IsStop: true })
                    _stop = null;                                          // it is the same stop
                return Begin(new Step(StepKind.Move));
            }
            if (_stop is { } stop)
            {
                _stop = null;
                return Begin(new Step(StepKind.Move, stop));
            }
            if (_latest is { } latest)
            {
                _latest = null;
                return Begin(new Step(StepKind.Move, latest));
            }
            if (_auxiliaries.TryPeek(out PtzOrder.Auxiliary? auxiliary))
                return Begin(new Step(StepKind.Auxiliary, Auxiliary: auxiliary));
            TimeSpan? until = Earlier(Earlier(_move.Due, _lens.Due), _stopOwed ? _retryAt : null);
            return new Step(StepKind.Wait, Until: until);
        }
    }

    private Step Begin(Step step)
    {
        _sending = new CancellationTokenSource();                          // without a timer: there is nothing to dispose
        return step with { Cancellation = _sending };
    }

    private void OnFailure(Step step, DriverException failure)
    {
        _failures++;
        _stopOwed = true;
        _stands = false;
        lock (_gate)
        {
            if (step.Kind == StepKind.Move && !step.Velocity.IsStop && _failures == 1)
            {
                // a port that came back under another descriptor takes the stop at once, and then this move is not late either
                _latest ??= _stop is null ? step.Velocity : null;
                _retryAt = Now;
                return;
            }
            _wanted = default;
            (_stop, _latest) = (null, null);                               // the stop that is owed stands for both
            _move.Clear();
            _lens.Clear();
            if (step.Kind == StepKind.Auxiliary)
                _auxiliaries.Dequeue();
            else
                _auxiliaries.Clear();
        }
        TimeSpan delay = FirstRetry * Math.Pow(2, Math.Min(_failures, 10) - 1);
        if (delay > LongestRetry)
            delay = LongestRetry;
        _retryAt = Now + delay;
        if ((_failures & (_failures - 1)) == 0)                            // 1, 2, 4, 8 …: a port may be away for days
            _log.HeadFailed(_camera, failure.Message, delay, _failures);
    }

    /// <summary>Under the gate. Returns what is being sent and is to be overtaken.</summary>
    private CancellationTokenSource? Want(PtzVelocity velocity, bool stops)
    {
        _wanted = velocity;
        if (!stops)
        {
            _latest = velocity;
            return null;
        }
        (_stop, _latest) = (velocity, null);
        return _sending;
    }

    private CancellationTokenSource? Stop(bool move, bool lens)
    {
        if (move)
            _move.Clear();
        if (lens)
            _lens.Clear();
        PtzVelocity next = _wanted;
        if (move)
            next = next with { Pan = 0, Tilt = 0, Zoom = 0 };
        if (lens)
            next = next with { Focus = 0, Iris = 0 };
        return Want(next, stops: true);
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private enum StepKind { Wait, Move, Auxiliary, End }

    private readonly record struct Step(
        StepKind Kind, PtzVelocity Velocity = default, PtzOrder.Auxiliary? Auxiliary = null, TimeSpan? Until = null,
        CancellationTokenSource? Cancellation = null);

    /// <summary>Pan, tilt and zoom, or focus and iris: who moves them and until when. GB/T 28181-2016 A.3.2, A.3.3.</summary>
    private sealed class Group
    {
        /// <summary>Null while the group stands.</summary>
        public string? Mover { get; private set; }
        public TimeSpan? Due { get; private set; }

        public void Take(string platform, bool moves, TimeSpan due)
        {
            Mover = moves ? platform : null;
            Due = moves ? due : null;
        }

        public void Clear() => (Mover, Due) = (null, null);
    }
}
