using Gb28181Edge.Devices;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Devices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Storage;

/// <summary>Lives of one agent, each ended by a power cut, and a model that says what has to be on the disk afterwards.</summary>
internal sealed class PowerCutRun : IDisposable
{
    private const string Platform = "city";

    private static readonly string[] Ids = ["34020000001340000001", "34020000001340000002", "34020000001340000003"];

    // the second does not latch, the third waits for ResetAlarm
    private static readonly bool[] Latch = [true, false, true];
    private static readonly TimeSpan?[] Rearm = [TimeSpan.Zero, TimeSpan.Zero, null];

    private readonly Random _random;
    private readonly string _seed;
    private readonly DirectoryInfo _directory;
    private readonly bool[] _levels = new bool[3];
    private readonly GuardRecord[] _model = [new(true, false, false), new(true, false, false), new(true, false, false)];

    // what the platform has to get or has got: a row's time names it
    private readonly List<(string Input, DateTimeOffset Time)> _pending = [];

    // at the cut: what the state of each input may be, the row that may be there, the one that may be gone, and alarms that must come
    private readonly HashSet<GuardRecord>?[] _doubtful = new HashSet<GuardRecord>?[3];
    private readonly List<(string Input, DateTimeOffset Time)> _doubtfulRows = [];
    private readonly Dictionary<int, DateTimeOffset> _owed = [], _owedNext = [];

    // of each alarm in doubt, the state that it leaves: the row is there if and only if this is
    private readonly Dictionary<int, (DateTimeOffset Time, GuardRecord After)> _raising = [];
    private DateTimeOffset _now = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);
    private string _file;
    private int _life;

    public PowerCutRun(int seed)
    {
        (_random, _seed) = (new Random(seed), $"seed {seed}");
        // a write waits for the disk, so where there is memory it is faster; what is on the disk is the same
        _directory = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/gb28181-edge-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory();
        _file = Path.Combine(_directory.FullName, "0.db");
    }

    public int Cuts { get; private set; }
    public int Alarms { get; private set; }
    public int TornWrites { get; private set; }

    /// <summary>Edges that the cut took from the disk, and that the next life told.</summary>
    public int RaisedAnew { get; private set; }

    /// <summary>Alarms that the cut left on the disk though their step was not over, and that the next life did not tell anew.</summary>
    public int FoundAgain { get; private set; }

    private string Place => $"{_seed}, life {_life}";

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>From the start to the next power cut.</summary>
    public async Task LiveAsync()
    {
        _life++;
        var time = new FakeTimeProvider(_now);
        string next = Path.Combine(_directory.FullName, $"{_life}.db");
        using (EdgeDatabase database = EdgeDatabase.Open(_file, time, NullLogger.Instance))
        {
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            var outbox = new AlarmOutbox(database, [Platform], time, NullLogger.Instance);
            var store = new GuardStore(database, NullLogger.Instance);
            CheckDisk(outbox, store);
            ConfirmAllBut(5, outbox);
            var supply = new PowerSupply(_file, next, _random, _random.Next(1, 12));
            await LiveAsync(new CutOutbox(outbox, supply), new CutStore(store, supply), time, supply);
            TornWrites += supply.IsTorn ? 1 : 0;
        }
        foreach (string suffix in (string[])["", "-wal", "-shm"])
            File.Delete(_file + suffix);
        _file = next;
        Cuts++;
        _now = time.GetUtcNow().AddMinutes(1);
    }

    private async Task LiveAsync(CutOutbox outbox, CutStore store, FakeTimeProvider time, PowerSupply supply)
    {
        for (int i = 0; i < 3; i++)
        {
            if (!_owed.ContainsKey(i) && _random.Next(3) == 0)
                _levels[i] = !_levels[i];
        }
        FakeSource[] sources = [.. _levels.Select(level => new FakeSource(level))];
        var alarms = new AlarmController(
            [.. Ids.Select((id, i) => new AlarmInput(id, "input", sources[i], 1, 2, null, Guarded: true, Rearm[i]) { Latch = Latch[i] })],
            [], outbox, store, time, NullLogger.Instance);
        try
        {
            var expected = new List<(string, DateTimeOffset)>();
            for (int i = 0; i < 3; i++)
                Expect(i, Levelled(i, _levels[i]), time.GetUtcNow(), expected);
            Do(outbox, expected, alarms.Start);
            foreach ((int input, DateTimeOffset told) in _owed)
            {
                bool anew = expected.Contains((Ids[input], time.GetUtcNow())), found = _pending.Contains((Ids[input], told));
                Assert.True(anew || found, $"{Place}: the alarm of {told:O} is lost");
                Assert.False(anew && found, $"{Place}: the alarm of {told:O} is two rows");
                RaisedAnew += anew ? 1 : 0;
                FoundAgain += found ? 1 : 0;
            }
            _owed.Clear();
            while (true)
                await StepAsync(alarms, sources, outbox, time);
        }
        catch (PowerCutException)
        {
            Assert.True(supply.IsCut, Place);
        }
        await Assert.ThrowsAnyAsync<PowerCutException>(async () =>
        {
            await alarms.DisposeAsync();
            throw new PowerCutException();                                 // it was cut before the loop began
        });
    }

    private async Task StepAsync(AlarmController alarms, FakeSource[] sources, CutOutbox outbox, FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        DateTimeOffset now = time.GetUtcNow();
        int input = _random.Next(3), kind = _random.Next(10);
        var expected = new List<(string, DateTimeOffset)>();
        if (kind < 6)
        {
            _levels[input] = !_levels[input];
            Expect(input, Levelled(input, _levels[input]), now, expected);
            await DoAsync(outbox, expected, async () =>
            {
                await sources[input].SetAsync(new AlarmEdge(_levels[input], now));
                await OrCutAsync(alarms, alarms.ResetAsync(Ids[input], [9], null, default).AsTask());
            });
        }
        else if (kind < 8)
        {
            bool guarded = kind == 6 || _random.Next(2) == 0;
            Expect(input, Guarded(input, guarded), now, expected, owed: false);   // a command without its answer is given again
            await DoAsync(outbox, expected, () => OrCutAsync(alarms, alarms.SetGuardAsync(Ids[input], guarded, default).AsTask()));
        }
        else if (kind == 8)
        {
            Expect(input, (_model[input] with { InAlarm = false }, false), now, expected);
            await DoAsync(outbox, expected, () => OrCutAsync(alarms, alarms.ResetAsync(Ids[input], null, null, default).AsTask()));
        }
        else if (_pending.Count > 0)
        {
            _doubtfulRows.Add(_pending[0]);
            _pending.RemoveAt(0);
            await DoAsync(outbox, expected, () =>
            {
                outbox.Confirm(Platform, outbox.Pending(Platform, 1)[0].Id);
                return Task.CompletedTask;
            });
        }
    }

    // The rules, in the words of GB/T 28181-2016 A.2.5 and the configuration: what the machine has to come to by itself.
    private (GuardRecord After, bool Raised) Levelled(int input, bool level)
    {
        GuardRecord before = _model[input];
        bool raised = level && !before.Active && before.Guarded && (Rearm[input] is not null || !before.InAlarm);
        bool inAlarm = raised || before.InAlarm && (Latch[input] || level);
        return (before with { Active = level, InAlarm = inAlarm }, raised);
    }

    private (GuardRecord After, bool Raised) Guarded(int input, bool guarded)
    {
        GuardRecord before = _model[input];
        bool raised = guarded && !before.Guarded && before.Active;
        return (before with { Guarded = guarded, InAlarm = guarded && (raised || before.InAlarm) }, raised);
    }

    /// <summary>Notes what a step should bring about, and that until it is over all of it is in doubt.</summary>
    private void Expect(int input, (GuardRecord After, bool Raised) change, DateTimeOffset now, List<(string, DateTimeOffset)> expected, bool owed = true)
    {
        _doubtful[input] = [_model[input], change.After];
        _model[input] = change.After;
        if (!change.Raised)
            return;
        expected.Add((Ids[input], now));
        _doubtfulRows.Add((Ids[input], now));
        _raising[input] = (now, change.After);
        if (owed)
            _owedNext[input] = now;
    }

    private void Do(CutOutbox outbox, List<(string, DateTimeOffset)> expected, Action step)
    {
        int before = outbox.Appended.Count;
        try
        {
            step();
        }
        catch (PowerCutException)
        {
            NoteCut();
            throw;
        }
        NoteDone(outbox, before, expected);
    }

    private async Task DoAsync(CutOutbox outbox, List<(string, DateTimeOffset)> expected, Func<Task> step)
    {
        int before = outbox.Appended.Count;
        try
        {
            await step();
        }
        catch (PowerCutException)
        {
            NoteCut();
            throw;
        }
        NoteDone(outbox, before, expected);
    }

    private void NoteCut()
    {
        foreach ((int input, DateTimeOffset time) in _owedNext)
            _owed[input] = time;
        _owedNext.Clear();
    }

    /// <summary>The step is over, so the alarms are those of the rules, and nothing is in doubt any more.</summary>
    private void NoteDone(CutOutbox outbox, int before, List<(string Input, DateTimeOffset Time)> expected)
    {
        Assert.Equal(expected, outbox.Appended[before..]);
        Alarms += expected.Count;
        _pending.AddRange(expected);
        _doubtfulRows.Clear();
        _raising.Clear();
        _owedNext.Clear();
        Array.Clear(_doubtful);
    }

    /// <summary>After a cut: every state and every row that was certain is there, once; what was in doubt may be.</summary>
    private void CheckDisk(AlarmOutbox outbox, GuardStore store)
    {
        for (int i = 0; i < 3; i++)
        {
            GuardRecord known = store.Load(Ids[i]) ?? new GuardRecord(true, false, false);
            Assert.True(_doubtful[i]?.Contains(known) ?? known == _model[i], $"{Place}: input {i} is {known}, not {_model[i]}");
            _model[i] = known;
        }
        var rows = outbox.Pending(Platform, int.MaxValue).Select(row => (row.Alarm.DeviceId, row.Alarm.Time)).ToList();
        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.Equal(_pending, rows.Where(row => !_doubtfulRows.Contains(row)));
        Assert.All(rows, row => Assert.True(_pending.Contains(row) || _doubtfulRows.Contains(row), Place));
        foreach ((int input, (DateTimeOffset told, GuardRecord after)) in _raising)
            Assert.True(rows.Contains((Ids[input], told)) == (_model[input] == after), $"{Place}: the row of {told:O} and the state {_model[input]} are not of one moment");
        _pending.Clear();
        _pending.AddRange(rows);
        _doubtfulRows.Clear();
        _raising.Clear();
        Array.Clear(_doubtful);
    }

    /// <summary>Lest the rows become so many that a life takes long.</summary>
    private void ConfirmAllBut(int kept, AlarmOutbox outbox)
    {
        int surplus = Math.Max(0, _pending.Count - kept);
        foreach (PendingAlarm row in outbox.Pending(Platform, surplus))
        {
            // one that is owed still has to be found
            if (_owed.ContainsValue(row.Alarm.Time))
                continue;
            outbox.Confirm(Platform, row.Id);
            _pending.Remove((row.Alarm.DeviceId, row.Alarm.Time));
        }
    }

    private static async Task OrCutAsync(AlarmController alarms, Task task)
    {
        await await Task.WhenAny(alarms.Completion, task);
        await task;
    }

    private sealed class PowerCutException : Exception;

    /// <summary>Counts writes, and at the chosen one copies what the disk holds then.</summary>
    private sealed class PowerSupply(string from, string to, Random random, int writes)
    {
        private int _left = writes;

        public bool IsCut { get; private set; }

        /// <summary>The last write was not whole on the disk.</summary>
        public bool IsTorn { get; private set; }

        public T Write<T>(Func<T> write)
        {
            if (IsCut)
                throw new PowerCutException();
            if (--_left > 0)
                return write();
            long before = Length();
            _ = write();
            long after = Length();
            IsCut = true;
            // as often whole as torn
            long kept = random.Next(2) == 0 ? after : random.NextInt64(before, after + 1);
            IsTorn = kept < after;
            File.Copy(from, to);
            byte[] log = new byte[kept];
            using (var wal = new FileStream(from + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
                wal.ReadExactly(log);
            File.WriteAllBytes(to + "-wal", log);
            throw new PowerCutException();
        }

        private long Length() => new FileInfo(from + "-wal") is { Exists: true } wal ? wal.Length : 0;
    }

    private sealed class CutOutbox(AlarmOutbox outbox, PowerSupply supply) : IAlarmOutbox
    {
        /// <summary>What was written while the power was on.</summary>
        public List<(string Input, DateTimeOffset Time)> Appended { get; } = [];

        public long Dropped => outbox.Dropped;

        public bool Append(AlarmRecord alarm, GuardRecord? after = null)
        {
            bool isSaved = supply.Write(() => outbox.Append(alarm, after));
            Appended.Add((alarm.DeviceId, alarm.Time));
            return isSaved;
        }

        public IReadOnlyList<PendingAlarm> Pending(string platform, int most) => outbox.Pending(platform, most);

        public void Confirm(string platform, long id) => supply.Write(() =>
        {
            outbox.Confirm(platform, id);
            return true;
        });

        public ValueTask WaitAsync(string platform, CancellationToken cancellationToken) => outbox.WaitAsync(platform, cancellationToken);
    }

    private sealed class CutStore(GuardStore store, PowerSupply supply) : IGuardStore
    {
        public GuardRecord? Load(string inputId) => store.Load(inputId);

        public bool Save(string inputId, GuardRecord record) => supply.Write(() => store.Save(inputId, record));
    }
}
