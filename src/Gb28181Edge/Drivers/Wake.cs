namespace Gb28181Edge.Drivers;

/// <summary>Puts one loop to sleep until somebody calls or a deadline comes: the one timer of that loop.</summary>
/// <remarks>
/// A wake-up may be spurious: the loop looks at its own state and at the clock again. It sleeps for 4 s at most, so that the
/// watchdog sees it go round. One waiter; any number of callers.
/// </remarks>
internal sealed class Wake : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    private readonly TimeProvider _time;
    private readonly TimeSpan _longest;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiter;
    private bool _set;
    private long _lastTurn;

    /// <param name="time">The clock.</param>
    /// <param name="watched">False for a loop that no watchdog looks at, which then sleeps for as long as it may.</param>
    public Wake(TimeProvider time, bool watched = true)
    {
        (_time, _longest) = (time, watched ? Longest : Timeout.InfiniteTimeSpan);
        _lastTurn = time.GetTimestamp();
        _timer = time.CreateTimer(static wake => ((Wake)wake!).Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long ago the loop last came to sleep. Any thread.</summary>
    public TimeSpan SinceLastTurn => _time.GetElapsedTime(Interlocked.Read(ref _lastTurn));

    /// <summary>Wakes the loop, or keeps it from falling asleep the next time.</summary>
    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            _set = waiter is null;
        }
        waiter?.SetResult();
    }

    /// <summary>Waits for <see cref="Set"/> or for <paramref name="delay"/>; null waits for the call alone.</summary>
    public Task WaitAsync(TimeSpan? delay)
    {
        Interlocked.Exchange(ref _lastTurn, _time.GetTimestamp());
        if (delay <= TimeSpan.Zero)
            return Task.CompletedTask;
        Task task;
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                return Task.CompletedTask;
            }
            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            task = _waiter.Task;
        }
        // whole milliseconds, upwards: a timer that is early by a fraction would make the loop spin
        TimeSpan due = delay is { } wanted && (_longest < TimeSpan.Zero || wanted < _longest) ? wanted : _longest;
        _timer.Change(due < TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        return task;
    }

    public void Dispose() => _timer.Dispose();
}
