using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>The loop that writes what is kept of one head, so that no stop waits for a disk.</summary>
/// <remarks>
/// Of records that come while one is being written the latest is kept. What the disk refused is tried again, with a growing pause, until it
/// is there or a later one took its place. At most <see cref="HomeCapacity"/> home positions wait; more are refused.
/// </remarks>
internal sealed class PtzWriter : IAsyncDisposable
{
    public const int HomeCapacity = 16;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5), LongestRetry = TimeSpan.FromMinutes(5);

    /// <summary>What a disk may take at the end; the agent must not wait for one that hangs.</summary>
    private static readonly TimeSpan LastWriteLimit = TimeSpan.FromSeconds(2);

    private readonly string _camera;
    private readonly IPtzStore _store;
    private readonly Action<HomeRecord> _homeSaved;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly Lock _gate = new();
    private readonly Queue<(HomeRecord Home, TaskCompletionSource<bool> Saved)> _homes = new();
    private PtzRecord? _pending;
    private bool _ending;
    private TimeSpan _retryAt;
    private int _failures;

    /// <param name="camera">The camera's id.</param>
    /// <param name="store">Where to. Not owned.</param>
    /// <param name="homeSaved">Called on this loop, in the order of the disk, when a home position is there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where a disk that hangs is told.</param>
    public PtzWriter(string camera, IPtzStore store, Action<HomeRecord> homeSaved, TimeProvider time, ILogger log)
    {
        (_camera, _store, _homeSaved, _time, _log) = (camera, store, homeSaved, time, log);
        _origin = time.GetTimestamp();
        _wake = new Wake(time, watched: false);                            // a disk may take long
    }

    /// <summary>Ends with the loop; faults when the loop met a bug.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    public void Start() => Completion = Task.Run(RunAsync);

    /// <summary>Has it written, soon; never blocks.</summary>
    public void Post(PtzRecord record)
    {
        lock (_gate)
            _pending = record;
        _wake.Set();
    }

    /// <summary>True when it is on the disk.</summary>
    public Task<bool> SaveHomeAsync(HomeRecord home)
    {
        var saved = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_ending || _homes.Count >= HomeCapacity)
                return Task.FromResult(false);
            _homes.Enqueue((home, saved));
        }
        _wake.Set();
        return saved.Task;
    }

    /// <summary>Writes what is left, within two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _ending = true;
        _wake.Set();
        try
        {
            await Completion.WaitAsync(LastWriteLimit, _time);
        }
        catch (TimeoutException)
        {
            _log.LastWriteFailed(_camera, LastWriteLimit);
        }
        lock (_gate)
        {
            while (_homes.TryDequeue(out (HomeRecord Home, TaskCompletionSource<bool> Saved) left))
                left.Saved.TrySetResult(false);
        }
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            (HomeRecord, TaskCompletionSource<bool>)? home = null;
            PtzRecord? record = null;
            bool ending;
            TimeSpan? until = null;
            lock (_gate)
            {
                ending = _ending;
                if (_homes.TryDequeue(out (HomeRecord, TaskCompletionSource<bool>) next))
                    home = next;
                else if (_pending is not null && (ending || Now >= _retryAt))
                    (record, _pending) = (_pending, null);
                else if (_pending is not null)
                    until = _retryAt;
            }
            if (home is { } wanted)
                SaveHome(wanted);
            else if (record is not null)
                Save(record, ending);
            else if (ending)
                return;
            else
                await _wake.WaitAsync(until - Now);
        }
    }

    private void SaveHome((HomeRecord Home, TaskCompletionSource<bool> Saved) wanted)
    {
        bool saved = _store.SaveHome(_camera, wanted.Home);
        if (saved)
            _homeSaved(wanted.Home);
        wanted.Saved.TrySetResult(saved);
    }

    private void Save(PtzRecord record, bool last)
    {
        if (_store.Save(_camera, record))
        {
            (_failures, _retryAt) = (0, TimeSpan.Zero);
            return;
        }
        if (last)
            return;                                                        // the store said it, and there is no later
        TimeSpan pause = FirstRetry * Math.Pow(2, Math.Min(_failures++, 10));
        _retryAt = Now + (pause < LongestRetry ? pause : LongestRetry);
        lock (_gate)
            _pending ??= record;
    }
}
