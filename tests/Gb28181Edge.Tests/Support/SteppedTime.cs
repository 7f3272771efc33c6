using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Support;

/// <summary>A clock that a test moves from timer to timer, so that it never runs ahead of the loops that wait on it.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Waiting, DateTimeOffset> _waiting = [];
    private long _set;

    /// <summary>Timers set since the beginning.</summary>
    public long Set => Interlocked.Read(ref _set);

    /// <summary>When the next timer is due; null when none waits.</summary>
    public DateTimeOffset? NextDue
    {
        get { lock (_lock) return _waiting.Count == 0 ? null : _waiting.Values.Min(); }
    }

    /// <summary>Moves to the next timer and fires it. False when none waits.</summary>
    public bool StepToNext()
    {
        if (NextDue is not { } due) return false;
        TimeSpan step = due - GetUtcNow();
        Advance(step < TimeSpan.Zero ? TimeSpan.Zero : step);
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var waiting = new Waiting(this);
        // a timer that is due at once fires within the constructor: it must be known before
        Note(waiting, dueTime);
        waiting.Inner = base.CreateTimer(
            argument =>
            {
                Note(waiting, Timeout.InfiniteTimeSpan);
                callback(argument);
            }, state, dueTime, period);
        Count(dueTime);
        return waiting;
    }

    private void Note(Waiting waiting, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _waiting.Remove(waiting);
            if (dueTime < TimeSpan.Zero) return;
            _waiting[waiting] = GetUtcNow() + dueTime;
        }
    }

    /// <summary>Counts a timer that is set, not before it is: whoever sees the count may let time pass.</summary>
    private void Count(TimeSpan dueTime)
    {
        if (dueTime >= TimeSpan.Zero) Interlocked.Increment(ref _set);
    }

    private sealed class Waiting(SteppedTime time) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Note(this, dueTime);
            bool changed = Inner.Change(dueTime, period);
            time.Count(dueTime);
            return changed;
        }

        public void Dispose()
        {
            time.Note(this, Timeout.InfiniteTimeSpan);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
