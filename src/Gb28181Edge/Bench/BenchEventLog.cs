namespace Gb28181Edge.Bench;

/// <summary>Everything a device did, in order, for those who wait for some of it. Safe from any thread.</summary>
/// <remarks>Keeps the latest 10 000 events: a demonstration that runs for days needs no more.</remarks>
internal sealed class BenchEventLog
{
    private const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<BenchEvent> _events = new();
    private TaskCompletionSource _changed = New();
    private long _dropped;

    /// <summary>Events so far: the place to wait from for those to come.</summary>
    public long Count
    {
        get { lock (_lock) return _dropped + _events.Count; }
    }

    public IReadOnlyList<BenchEvent> Snapshot()
    {
        lock (_lock) return [.. _events];
    }

    public void Add(BenchEvent happened)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_events.Count == Capacity)
            {
                _events.Dequeue();
                _dropped++;
            }
            _events.Enqueue(happened);
            changed = _changed;
            _changed = New();
        }
        changed.TrySetResult();
    }

    /// <summary>The first event of this kind that fits, whether it has happened already or is still to come.</summary>
    /// <param name="fits">Null takes any of the kind.</param>
    /// <param name="from">Earlier events are passed over; 0 is from the start.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> WaitAsync<T>(Func<T, bool>? fits, long from, CancellationToken cancellationToken) where T : BenchEvent
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                long index = _dropped;
                foreach (BenchEvent happened in _events)
                {
                    if (index++ >= from && happened is T event_ && (fits is null || fits(event_))) return event_;
                }
                from = Math.Max(from, index);
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
