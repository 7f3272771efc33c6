using System.Threading.Channels;
using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>Looks at every condition in its own time and turns each into the source of an alarm input.</summary>
/// <remarks>
/// One loop with one timer. A look may block, on a slow sensor or a disk that hangs, so each is a task of its own: it delays the next look
/// at the same condition and nothing else. A condition that cannot be read is logged once and keeps its state.
/// </remarks>
internal sealed class ConditionWatch : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Watched> _watched = [];
    private Task _loop = Task.CompletedTask;
    private bool _disposed;

    public ConditionWatch(TimeProvider time, ILogger log)
    {
        (_time, _log) = (time, log);
        _origin = time.GetTimestamp();
        _wake = new Wake(time);
    }

    /// <summary>Ends with the loop; faults when a condition met a bug.</summary>
    public Task Completion => _loop;

    /// <summary>How long ago the loop last went round; some seconds at most while it lives. For the watchdog; any thread.</summary>
    public TimeSpan SinceLastTurn => _wake.SinceLastTurn;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Adds a condition; before <see cref="Start"/>. Its state is not known until it has been looked at.</summary>
    public IAlarmSource Add(IAlarmCondition condition)
    {
        var watched = new Watched(condition);
        _watched.Add(watched);
        return watched;
    }

    /// <summary>Looks at everything at once, and then again in its time.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Ends the loop when the looks that are under way are over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        _wake.Set();
        await _loop;
        _wake.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan now = Now;
            TimeSpan? next = null;
            foreach (Watched watched in _watched)
            {
                if (watched.Look is { IsCompleted: true } look)
                {
                    watched.Look = null;
                    await look;                                            // over: a bug comes out here
                }
                if (watched.Look is null && now >= watched.DueAt)
                {
                    watched.DueAt = now + watched.Condition.Period;
                    watched.Look = Task.Run(() => LookAt(watched, now));
                }
                if (watched.Look is null && !(watched.DueAt >= next))
                    next = watched.DueAt;
            }
            await _wake.WaitAsync(next - now);
        }
        await Task.WhenAll(_watched.Select(watched => watched.Look ?? Task.CompletedTask));
    }

    private void LookAt(Watched watched, TimeSpan now)
    {
        try
        {
            ConditionReading reading = watched.Condition.Read(now);
            if (!watched.IsReadable)
                _log.SourceReadable(watched.Condition.Name, reading.Detail);
            watched.IsReadable = true;
            watched.Take(reading, _time.GetUtcNow());
        }
        catch (IOException e)
        {
            if (watched.IsReadable)
                _log.SourceUnreadable(watched.Condition.Name, e.Message);
            watched.IsReadable = false;
        }
        finally
        {
            _wake.Set();
        }
    }

    /// <summary>One condition. Edges: 64; while the reader is that far behind, the state does not change and the next look tells it.</summary>
    private sealed class Watched(IAlarmCondition condition) : IAlarmSource
    {
        private readonly Channel<AlarmEdge> _edges = Channel.CreateBounded<AlarmEdge>(new BoundedChannelOptions(64) { SingleReader = true });
        private readonly Lock _gate = new();
        private bool? _active;
        private int? _type;

        public IAlarmCondition Condition => condition;

        // the loop's
        public TimeSpan DueAt { get; set; }
        public Task? Look { get; set; }

        // the look's, one at a time
        public bool IsReadable { get; set; } = true;

        // the first edge tells even a state that is no change
        public bool? IsActive => null;

        public IAsyncEnumerable<AlarmEdge> EdgesAsync() => _edges.Reader.ReadAllAsync();

        public void Take(ConditionReading reading, DateTimeOffset time)
        {
            lock (_gate)
            {
                // from too hot to too cold is two alarms
                if (_active == true && reading.Active && reading.Type != _type && _edges.Writer.TryWrite(new AlarmEdge(false, time)))
                    _active = false;
                if (_active != reading.Active && _edges.Writer.TryWrite(new AlarmEdge(reading.Active, time, reading.Type, reading.Detail)))
                    (_active, _type) = (reading.Active, reading.Type);
            }
        }

        public ValueTask DisposeAsync()
        {
            _edges.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
