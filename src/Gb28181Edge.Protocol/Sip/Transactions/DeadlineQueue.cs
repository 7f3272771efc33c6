namespace Gb28181Edge.Protocol.Sip.Transactions;

/// <summary>Something with timers of its own.</summary>
internal interface ITimed
{
    /// <summary>Absolute, monotonic; null when no timer runs.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>The deadline that the queue has noted last; kept by the queue.</summary>
    TimeSpan? Scheduled { get; set; }
}

/// <summary>The earliest deadline of many. A deadline that was moved or taken back stays queued and is passed over when its time comes.</summary>
internal sealed class DeadlineQueue<T> where T : class, ITimed
{
    private readonly PriorityQueue<T, TimeSpan> _queue = new();

    /// <summary>When to look next; null when there is nothing. May be early, for a deadline that no longer holds.</summary>
    public TimeSpan? Next => _queue.TryPeek(out _, out TimeSpan deadline) ? deadline : null;

    /// <summary>Notes an item's deadline; again after each change.</summary>
    public void Schedule(T item)
    {
        if (item.NextDeadline is not { } deadline || deadline == item.Scheduled) return;
        item.Scheduled = deadline;
        _queue.Enqueue(item, deadline);
    }

    /// <summary>Takes an item whose deadline has passed. The caller lets its timers act and schedules it again.</summary>
    public bool TryTake(TimeSpan now, out T? item)
    {
        while (_queue.TryPeek(out item, out TimeSpan queued) && queued <= now)
        {
            _queue.Dequeue();
            if (item.Scheduled == queued) item.Scheduled = null;
            if (item.NextDeadline == queued) return true;
        }
        item = null;
        return false;
    }
}
