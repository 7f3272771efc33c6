using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Storage;

/// <summary>How much the outbox keeps.</summary>
/// <param name="Alarms">Alarms on the disk; beyond, the oldest are dropped.</param>
/// <param name="Age">Older alarms are dropped.</param>
/// <param name="InMemory">Alarms in memory while the disk takes nothing, or none could be opened; beyond, the oldest are dropped.</param>
internal sealed record AlarmOutboxLimits(int Alarms, TimeSpan Age, int InMemory)
{
    public static AlarmOutboxLimits Default { get; } = new(100_000, TimeSpan.FromDays(7), 1000);
}

/// <summary>The outbox in the database: a row an alarm, and a row for each platform that has not confirmed it.</summary>
/// <remarks>
/// Thread-safe. Whatever the disk refuses is kept in memory and written later: alarms, and confirmations too, so that no platform is
/// told twice for a full disk. What is dropped is counted and logged. An agent that ends may have been sending: what each platform was to
/// be told next is in doubt after the start. What a platform refuses for good is set aside: it stays on the disk as long as any alarm, and
/// is tried again at the next start.
/// </remarks>
internal sealed class AlarmOutbox : IAlarmOutbox
{
    /// <summary>How long a disk that refused is left alone, and how often ages are looked at.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5), AgePause = TimeSpan.FromMinutes(1);

    /// <summary>The wall clock was set, when it moved by this much more or less than time passed.</summary>
    private static readonly TimeSpan JumpLimit = TimeSpan.FromMinutes(1);

    /// <summary>A board without a clock of its own starts in the past: times before this one tell no age.</summary>
    private static readonly DateTimeOffset EarliestSaneTime = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EdgeDatabase _database;
    private readonly AlarmOutboxLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly AlarmTable _table;
    private readonly Dictionary<string, Platform> _platforms = new(StringComparer.Ordinal);
    private readonly List<(PendingAlarm Alarm, GuardRecord? After, HashSet<string> Waiting)> _memory = [];

    /// <summary>What the disk does not know yet: true confirmed, false set aside.</summary>
    private readonly Dictionary<(string Platform, long Id), bool> _unwritten = [];
    private long _nextId, _dropped, _aside;
    private long _onDisk;
    private long? _refusedAt, _agesSeenAt;
    private (DateTimeOffset Wall, long Timestamp) _clockSeen;

    // Alarms from before the wall clock was set, and how far it was set forward: their age is what the old clock would say.
    private long _jumpedBelow;
    private TimeSpan _jump;

    /// <param name="database">Not owned.</param>
    /// <param name="platforms">Every platform that is to be told. Alarms that only others waited for are forgotten.</param>
    /// <param name="time">Ages are wall-clock; pauses are not.</param>
    /// <param name="log">Where losses are told.</param>
    /// <param name="limits">Null is <see cref="AlarmOutboxLimits.Default"/>.</param>
    /// <exception cref="IOException">The database cannot be read.</exception>
    public AlarmOutbox(EdgeDatabase database, IReadOnlyCollection<string> platforms, TimeProvider time, ILogger log, AlarmOutboxLimits? limits = null)
    {
        (_database, _time, _log, _limits) = (database, time, log, limits ?? AlarmOutboxLimits.Default);
        if (database.IsInMemory)
            _limits = _limits with { Alarms = Math.Min(_limits.Alarms, _limits.InMemory) };
        _clockSeen = (time.GetUtcNow(), time.GetTimestamp());
        _table = new AlarmTable(database);
        foreach (string platform in platforms)
            _platforms.Add(platform, new Platform());
        lock (database.Gate)
        {
            try
            {
                Forget(platforms);
                (_nextId, _onDisk) = _table.Begin();
                foreach ((string name, Platform platform) in _platforms)
                {
                    platform.Pending = _table.CountPending(name);
                    platform.InDoubt = _table.First(name);
                    if (platform.Pending > 0)
                        _log.AlarmsWaiting(platform.Pending, name);
                }
            }
            catch (SqliteException e)
            {
                throw new IOException($"the outbox cannot be read: {e.Message}", e);
            }
            Prune();
        }
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    public long Aside => Interlocked.Read(ref _aside);

    /// <summary>Alarms that are in memory alone.</summary>
    public int InMemory
    {
        get
        {
            lock (_database.Gate)
                return _memory.Count + (_database.IsInMemory ? (int)_onDisk : 0);
        }
    }

    public bool HasUnwritten
    {
        get
        {
            lock (_database.Gate)
                return _memory.Count > 0 || _unwritten.Count > 0;
        }
    }

    public bool Holds(string inputId)
    {
        lock (_database.Gate)
            return _memory.Exists(entry => entry.Alarm.Alarm.DeviceId == inputId);
    }

    public bool Append(AlarmRecord alarm, GuardRecord? after = null)
    {
        if (_platforms.Count == 0)
            return false;
        bool isSaved = false;
        lock (_database.Gate)
        {
            TryWriteMemory(force: false);
            NoteJump();
            var pending = new PendingAlarm(_nextId++, alarm);
            if (_memory.Count > 0)
            {
                Remember(pending, after, "alarms before it wait for the disk");
            }
            else
            {
                try
                {
                    isSaved = Insert(pending, after, _platforms.Keys) && !_database.IsInMemory;
                    if (_database.IsInMemory)
                        _log.AlarmInMemory(alarm.DeviceId, "the database is in memory", (int)Math.Min(_onDisk, _limits.Alarms), _limits.Alarms);
                }
                catch (SqliteException e)
                {
                    _refusedAt = _time.GetTimestamp();
                    Remember(pending, after, e.Message);
                }
            }
            foreach (Platform platform in _platforms.Values)
            {
                platform.Pending++;
                platform.Waiter?.TrySetResult();
                platform.Waiter = null;
            }
            Prune();
        }
        return isSaved;
    }

    /// <returns>Whether its input's state was written with it.</returns>
    private bool Insert(PendingAlarm pending, GuardRecord? after, IEnumerable<string> platforms)
    {
        SqliteException? unsaved = _table.Insert(pending, platforms, after);
        _onDisk++;
        if (unsaved is not null)
            _log.GuardNotSaved(pending.Alarm.DeviceId, unsaved.Message);
        return unsaved is null && after is not null;
    }

    public IReadOnlyList<PendingAlarm> Pending(string platform, int most)
    {
        lock (_database.Gate)
        {
            TryWriteMemory(force: false);
            Prune();
            var pending = new List<PendingAlarm>();
            if (!_platforms.TryGetValue(platform, out Platform? state))
                return pending;
            SqliteException? unreadable = null;
            try
            {
                // as many more as there are rows that this platform is done with and the disk does not know it yet
                foreach (PendingAlarm alarm in _table.Read(platform, most + _unwritten.Keys.Count(done => done.Platform == platform)))
                {
                    if (pending.Count < most && !_unwritten.ContainsKey((platform, alarm.Id)))
                        pending.Add(alarm with { InDoubt = alarm.InDoubt || alarm.Id == state.InDoubt });
                }
            }
            catch (SqliteException e)
            {
                _log.DatabaseFailed("reading alarms", e.Message);
                unreadable = e;
            }
            foreach ((PendingAlarm alarm, _, HashSet<string> waiting) in _memory)
            {
                if (pending.Count < most && waiting.Contains(platform))
                    pending.Add(alarm with { InDoubt = alarm.Id == state.InDoubt });
            }
            if (unreadable is not null && pending.Count == 0)
                throw new IOException($"alarms cannot be read: {unreadable.Message}", unreadable);
            return pending;
        }
    }

    public void Confirm(string platform, long id) => Finish(platform, id, confirmed: true);

    public void SetAside(string platform, long id)
    {
        Interlocked.Increment(ref _aside);
        Finish(platform, id, confirmed: false);
    }

    public void MarkSent(string platform, long id)
    {
        lock (_database.Gate)
        {
            if (!_platforms.TryGetValue(platform, out Platform? state))
                return;
            state.InDoubt = id;                                            // alarms go out one by one: there is one at most
            try
            {
                _table.MarkSent(platform, id);
            }
            catch (SqliteException e)
            {
                _log.DatabaseFailed("marking an alarm as sent", e.Message);
            }
        }
    }

    private void Finish(string platform, long id, bool confirmed)
    {
        lock (_database.Gate)
        {
            if (!_platforms.TryGetValue(platform, out Platform? state) || _unwritten.ContainsKey((platform, id)))
                return;
            int held = _memory.FindIndex(entry => entry.Alarm.Id == id);
            if (held >= 0)
            {
                if (_memory[held].Waiting.Remove(platform))
                    state.Pending--;
                if (_memory[held].Waiting.Count == 0)
                    _memory.RemoveAt(held);
                return;
            }
            try
            {
                state.Pending -= Write(platform, id, confirmed) ? 1 : 0;
            }
            catch (SqliteException e)
            {
                _refusedAt = _time.GetTimestamp();
                _log.DatabaseFailed(confirmed ? "confirming an alarm" : "setting an alarm aside", e.Message);
                _unwritten.Add((platform, id), confirmed);
                state.Pending--;
            }
        }
    }

    /// <returns>Whether the platform still waited for it.</returns>
    private bool Write(string platform, long id, bool confirmed)
    {
        if (!confirmed)
            return _table.SetAside(platform, id);
        (bool waited, bool done) = _table.Confirm(platform, id);
        _onDisk -= done ? 1 : 0;
        return waited;
    }

    public async ValueTask WaitAsync(string platform, CancellationToken cancellationToken)
    {
        Task task;
        lock (_database.Gate)
        {
            Platform state = _platforms[platform];
            if (state.Pending > 0)
                return;
            state.Waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            task = state.Waiter.Task;
        }
        await task.WaitAsync(cancellationToken);
    }

    public void Flush()
    {
        lock (_database.Gate)
            TryWriteMemory(force: true);
    }

    /// <summary>On a disk that takes nothing these rows stay until the next start: nobody asks for them, and what waits for others can be read.</summary>
    private void Forget(IReadOnlyCollection<string> platforms)
    {
        try
        {
            _table.ForgetAllBut(platforms);
            _table.TakeBack();
        }
        catch (SqliteException e)
        {
            _log.DatabaseFailed("forgetting platforms that are no more", e.Message);
        }
    }

    private void Remember(PendingAlarm alarm, GuardRecord? after, string reason)
    {
        _memory.Add((alarm, after, new HashSet<string>(_platforms.Keys, StringComparer.Ordinal)));
        if (_memory.Count > _limits.InMemory)
        {
            foreach (string platform in _memory[0].Waiting)
                _platforms[platform].Pending--;
            _memory.RemoveAt(0);
            CountDropped(1, "the disk takes nothing and memory is full");
        }
        _log.AlarmInMemory(alarm.Alarm.DeviceId, reason, _memory.Count, _limits.InMemory);
    }

    /// <summary>Writes what the disk refused before, oldest first, until it refuses again.</summary>
    private void TryWriteMemory(bool force)
    {
        if (_memory.Count == 0 && _unwritten.Count == 0)
            return;
        if (!force && _refusedAt is { } at && _time.GetElapsedTime(at) < RetryPause)
            return;
        int written = 0;
        try
        {
            foreach (((string platform, long id), bool confirmed) in _unwritten.ToArray())
            {
                Write(platform, id, confirmed);
                _unwritten.Remove((platform, id));
            }
            while (_memory.Count > 0)
            {
                (PendingAlarm alarm, GuardRecord? after, HashSet<string> waiting) = _memory[0];
                Insert(alarm, after, waiting);
                _memory.RemoveAt(0);
                written++;
            }
            _refusedAt = null;
        }
        catch (SqliteException e)
        {
            _refusedAt = _time.GetTimestamp();
            _log.DatabaseFailed("writing alarms held in memory", e.Message);
        }
        if (written > 0)
            _log.AlarmsWritten(written);
    }

    private void Prune()
    {
        try
        {
            if (_onDisk > _limits.Alarms)
                Drop(_table.Oldest((int)Math.Min(_onDisk - _limits.Alarms, int.MaxValue)), "more than the outbox holds");
            if (_agesSeenAt is { } at && _time.GetElapsedTime(at) < AgePause)
                return;
            _agesSeenAt = _time.GetTimestamp();
            NoteJump();
            DateTimeOffset oldest = _time.GetUtcNow() - _limits.Age;
            Drop(_table.Between(EarliestSaneTime, oldest - _jump, 0, _jumpedBelow), "too old");
            Drop(_table.Between(EarliestSaneTime, oldest, _jumpedBelow, long.MaxValue), "too old");
        }
        catch (SqliteException e)
        {
            _log.DatabaseFailed("dropping old alarms", e.Message);         // the next call tries again
        }
    }

    /// <summary>A board without a clock of its own is set right when the network is there; by that no alarm grows old.</summary>
    /// <remarks>After several jumps an alarm from between them may be taken for younger than it is, never for older.</remarks>
    private void NoteJump()
    {
        (DateTimeOffset Wall, long Timestamp) now = (_time.GetUtcNow(), _time.GetTimestamp());
        TimeSpan jump = now.Wall - _clockSeen.Wall - _time.GetElapsedTime(_clockSeen.Timestamp, now.Timestamp);
        _clockSeen = now;
        if (jump.Duration() < JumpLimit)
            return;
        (_jumpedBelow, _jump) = (_nextId, _jump + jump > TimeSpan.Zero ? _jump + jump : TimeSpan.Zero);
        _log.ClockJumped(jump);
    }

    private void Drop(List<long> ids, string why)
    {
        if (ids.Count == 0)
            return;
        foreach ((string platform, long id) in _table.Delete(ids))
        {
            if (!_unwritten.Remove((platform, id)) && _platforms.TryGetValue(platform, out Platform? state))
                state.Pending--;
        }
        _onDisk -= ids.Count;
        CountDropped(ids.Count, why);
    }

    private void CountDropped(int count, string why) =>
        _log.AlarmsDropped(count, why, Interlocked.Add(ref _dropped, count));

    private sealed class Platform
    {
        public long Pending { get; set; }

        /// <summary>The alarm that may have reached the platform before; null when there is none.</summary>
        public long? InDoubt { get; set; }

        public TaskCompletionSource? Waiter { get; set; }
    }
}
