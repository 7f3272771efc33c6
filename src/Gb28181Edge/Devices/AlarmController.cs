using System.Threading.Channels;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>The loop that owns every alarm input's state: an edge becomes a row in the outbox before anything else happens.</summary>
/// <remarks>
/// The row and the state that the edge left are one transaction, so that a kill neither loses the edge nor has it told as another one.
/// Orders and edges come through one queue of 1024; who writes to a full one waits, so that none is dropped. Edges that wait together are
/// taken in the order of their times. An input that changed while the agent was away is dealt with at the start, as an edge of that
/// moment. What is done about an alarm, an output or a preset, has a loop of its own and holds up nothing here.
/// </remarks>
internal sealed class AlarmController : IAlarmController, IAsyncDisposable
{
    private const int Capacity = 1024;

    /// <summary>The method that the types of edges belong to.</summary>
    private const int DeviceAlarm = 2;

    /// <summary>How often a disk that refused is tried again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    /// <summary>A schedule changes within a week, so what a platform said over it holds no longer.</summary>
    private static readonly TimeSpan LongestOverride = TimeSpan.FromDays(7);

    private readonly IReadOnlyList<AlarmInput> _inputs;
    private readonly IAlarmOutbox _outbox;
    private readonly IGuardStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly Channel<Command> _inbox = Channel.CreateBounded<Command>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly AlarmMachine[] _machines;
    private readonly MinimumDuration[] _durations;
    private readonly AlarmEdge[] _lastEdges;
    private readonly int?[] _toldTypes;
    private readonly DateTimeOffset?[] _overrides;
    private readonly GuardRecord?[] _saved;
    private readonly IReadOnlyList<IAlarmAction> _actions;
    private readonly List<AlarmActionLoop> _actionLoops = [];
    private readonly List<AlarmRecord> _raised = [];
    private readonly HashSet<string> _reset = [];
    private readonly List<Task> _pumps = [];
    private readonly List<Command> _batch = [];
    private volatile (string InputId, DutyStatus Status)[] _status;
    private HashSet<string>? _inAlarm;
    private Task _loop = Task.CompletedTask;
    private bool _unsaved, _disposed;
    private TimeSpan _retryAt;

    /// <param name="inputs">In the configuration's order.</param>
    /// <param name="actions">What is done about alarms. Not owned.</param>
    /// <param name="outbox">Where alarms go. Not owned.</param>
    /// <param name="store">Where guard states are kept. Not owned.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where alarms and failures are told.</param>
    public AlarmController(
        IReadOnlyList<AlarmInput> inputs, IReadOnlyList<IAlarmAction> actions, IAlarmOutbox outbox, IGuardStore store, TimeProvider time, ILogger log)
    {
        (_inputs, _actions, _outbox, _store, _time, _log) = (inputs, actions, outbox, store, time, log);
        _origin = time.GetTimestamp();
        _wake = new Wake(time);
        _machines = new AlarmMachine[inputs.Count];
        _durations = [.. inputs.Select(input => new MinimumDuration(input.Minimum))];
        _lastEdges = new AlarmEdge[inputs.Count];
        _toldTypes = new int?[inputs.Count];
        _overrides = new DateTimeOffset?[inputs.Count];
        _saved = new GuardRecord?[inputs.Count];
        for (int i = 0; i < inputs.Count; i++)
        {
            AlarmInput input = inputs[i];
            _saved[i] = store.Load(input.Id);
            bool guarded = input.Schedule?.IsOn(time.GetUtcNow()) ?? input.Guarded;
            GuardRecord known = _saved[i] ?? new GuardRecord(guarded, Active: false, InAlarm: false);
            _overrides[i] = input.Schedule is null ? null : known.Until;
            _toldTypes[i] = known.Type;
            // what it was while nobody guarded it has changed since, maybe: the source tells
            _machines[i] = new AlarmMachine(known.Guarded, known.Active && known.Guarded, known.InAlarm, input.Rearm, TimeSpan.Zero, input.Latch);
        }
        _status = Snapshot();
    }

    public IReadOnlyList<(string InputId, DutyStatus Status)> Status => _status;

    /// <summary>Ends with the loop or with that of an action; faults when one of them met a bug.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>How long ago the loop last went round; some seconds at most while it lives. For the watchdog; any thread.</summary>
    public TimeSpan SinceLastTurn => _wake.SinceLastTurn;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Deals with what changed while the agent was away, and begins the loops.</summary>
    public void Start()
    {
        _actionLoops.AddRange(_actions.Select(action => new AlarmActionLoop(action, _time, _log)));
        FollowSchedules();
        for (int i = 0; i < _inputs.Count; i++)
        {
            int index = i;
            if (_inputs[i].Source.IsActive is { } active)
                TakeEdge(i, new AlarmEdge(active, _time.GetUtcNow()), Now);
            _pumps.Add(Task.Run(() => PumpAsync(index)));
        }
        Settle();
        _loop = Task.Run(RunAsync);
        Completion = Task.WhenAny([_loop, .. _actionLoops.Select(action => action.Completion)]).Unwrap();
    }

    public ValueTask<bool> SetGuardAsync(string? inputId, bool guarded, CancellationToken cancellationToken) =>
        AskAsync(inputId, index => GuardByPlatform(index, guarded), mustBeStored: true, cancellationToken);

    public ValueTask<bool> ResetAsync(string? inputId, IReadOnlyCollection<int>? methods, int? type, CancellationToken cancellationToken) =>
        AskAsync(inputId, index => Reset(index, methods, type), mustBeStored: false, cancellationToken);

    /// <summary>Ends the loops and the inputs. Outputs stay as they are until their controller is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (AlarmInput input in _inputs)
            await input.Source.DisposeAsync();                             // completes its edges, and so its pump
        await Task.WhenAll(_pumps);
        await _stop.CancelAsync();
        _wake.Set();
        await _loop;
        _inbox.Writer.TryComplete();
        TakeBatch();                                                       // an edge that was seen is not lost
        Settle();
        foreach (AlarmActionLoop action in _actionLoops)
            await action.DisposeAsync();
        _wake.Dispose();
        _stop.Dispose();
    }

    private async ValueTask<bool> AskAsync(string? inputId, Action<int> change, bool mustBeStored, CancellationToken cancellationToken)
    {
        int[] chosen = [.. Enumerable.Range(0, _inputs.Count).Where(index => inputId is null || _inputs[index].Id == inputId)];
        if (chosen.Length == 0)
            return inputId is null;
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _inbox.Writer.WriteAsync(new Command(chosen, change, done, null, Now), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return false;                                                  // the agent ends
        }
        _wake.Set();
        return await done.Task.WaitAsync(cancellationToken) || !mustBeStored;
    }

    private async Task PumpAsync(int index)
    {
        AlarmInput input = _inputs[index];
        try
        {
            await foreach (AlarmEdge edge in input.Source.EdgesAsync())
            {
                await _inbox.Writer.WriteAsync(new Command([index], null, null, edge, Now));
                _wake.Set();
            }
        }
        catch (DriverException e)
        {
            _log.AlarmInputLost(input.Id, e.Message);
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            FollowSchedules();                                             // first: a short contact just after a guard began alarms
            TakeBatch();
            EndWaiting(Now);
            if (HasNews || Behind && Now >= _retryAt)
                Settle();
            await _wake.WaitAsync(NextDeadline() - Now);
        }
    }

    private bool Behind => _unsaved || _outbox.HasUnwritten;

    private bool HasNews => _raised.Count + _reset.Count > 0;

    private TimeSpan? NextDeadline()
    {
        TimeSpan? next = Behind ? _retryAt : null;
        foreach (MinimumDuration duration in _durations)
        {
            if (duration.NextDeadline is { } due && !(due >= next))
                next = due;
        }
        return next;
    }

    /// <summary>Everything that waits; edges between two orders in the order of their times, for two inputs' ways here are not equally long.</summary>
    private void TakeBatch()
    {
        _batch.Clear();
        while (_inbox.Reader.TryRead(out Command? command))
            _batch.Add(command);
        for (int first = 0, end; first < _batch.Count; first = end)
        {
            for (end = first + 1; end < _batch.Count && _batch[first].Edge is not null && _batch[end].Edge is not null;)
                end++;
            if (end - first > 1)
                OrderByTime(first, end - first);
            for (int i = first; i < end; i++)
                Apply(_batch[i]);
        }
    }

    /// <summary>The edges of one input keep their order, whatever the wall clock did between them.</summary>
    private void OrderByTime(int first, int count)
    {
        var latest = new Dictionary<int, DateTimeOffset>();
        var keyed = new List<(DateTimeOffset Key, Command Command)>(count);
        foreach (Command command in _batch.GetRange(first, count))
        {
            int input = command.Inputs[0];
            DateTimeOffset key = command.Edge!.Value.Time;
            if (latest.TryGetValue(input, out DateTimeOffset before) && before > key)
                key = before;
            latest[input] = key;
            keyed.Add((key, command));
        }
        int at = first;
        foreach ((_, Command command) in keyed.OrderBy(entry => entry.Key))
            _batch[at++] = command;
    }

    private void Apply(Command command)
    {
        if (command.Edge is { } edge)
        {
            EndWaiting(command.At);                                        // what was long enough before this edge came
            TakeEdge(command.Inputs[0], edge, command.At);
        }
        else
        {
            foreach (int index in command.Inputs)
                command.Change!(index);
        }
        Settle();
        command.Done?.TrySetResult(Array.TrueForAll(command.Inputs, index => _saved[index] == Record(index)));
    }

    private GuardRecord Record(int index) =>
        new(_machines[index].IsGuarded, _machines[index].IsActive, _machines[index].InAlarm, _overrides[index], _toldTypes[index]);

    private void TakeEdge(int index, AlarmEdge edge, TimeSpan now)
    {
        if (_durations[index].OnEdge(edge, now) is { } counts)
            TakeLevel(index, counts, now);
    }

    private void EndWaiting(TimeSpan now)
    {
        for (int i = 0; i < _durations.Length; i++)
        {
            if (_durations[i].OnTimer(now) is not { } counts)
                continue;
            TakeLevel(i, counts, now);
            Settle();
        }
    }

    /// <summary>The row first: what comes after may fail or be cut off.</summary>
    private void TakeLevel(int index, AlarmEdge edge, TimeSpan now)
    {
        // while the agent was away, too hot has become too cold: two alarms
        if (edge is { Active: true, Type: { } type } && _inputs[index].Type is null && _machines[index].IsActive && _toldTypes[index] is { } raised && raised != type)
            _machines[index].OnLevel(false, now);
        _lastEdges[index] = edge;
        if (_machines[index].OnLevel(edge.Active, now))
            Tell(index, edge.Time);
    }

    /// <summary>What a platform says holds until the schedule changes the next time.</summary>
    private void GuardByPlatform(int index, bool guarded)
    {
        if (_inputs[index].Schedule is { } schedule)
            _overrides[index] = EndOfWord(schedule, _time.GetUtcNow());
        Guard(index, guarded);
    }

    /// <summary>When the schedule takes a platform's word back; as long as the clock has not been set, nobody can say.</summary>
    private static DateTimeOffset EndOfWord(GuardSchedule schedule, DateTimeOffset wallClock) =>
        GuardSchedule.IsSet(wallClock) && schedule.NextChange(wallClock) is { } end ? end : DateTimeOffset.MaxValue;

    private void FollowSchedules()
    {
        DateTimeOffset wallClock = _time.GetUtcNow();
        for (int i = 0; i < _inputs.Count; i++)
        {
            if (_inputs[i].Schedule is not { } schedule)
                continue;
            if (_overrides[i] - wallClock > LongestOverride && EndOfWord(schedule, wallClock) is var end && end < _overrides[i])
            {
                _overrides[i] = end;                                       // the clock was set, or set back
                Settle();
            }
            if (wallClock < _overrides[i])
                continue;
            bool on = schedule.IsOn(wallClock);
            if (_overrides[i] is null && on == _machines[i].IsGuarded)
                continue;
            _overrides[i] = null;
            if (on != _machines[i].IsGuarded)
                _log.ScheduleChanged(_inputs[i].Id, on ? "guarded" : "not guarded");
            Guard(i, on);
            Settle();
        }
    }

    private void Guard(int index, bool guarded)
    {
        if (!guarded)
        {
            _machines[index].OnResetGuard();
            _reset.Add(_inputs[index].Id);
        }
        else if (_machines[index].OnSetGuard(Now))
        {
            Tell(index, _time.GetUtcNow());
        }
    }

    private void Reset(int index, IReadOnlyCollection<int>? methods, int? type)
    {
        AlarmInput input = _inputs[index];
        if (methods is { Count: > 0 } && !methods.Contains(input.Method) || type is not null && type != (input.Type ?? _toldTypes[index]))
            return;
        _machines[index].OnResetAlarm();
        _reset.Add(input.Id);
    }

    private void Tell(int index, DateTimeOffset time)
    {
        AlarmInput input = _inputs[index];
        AlarmEdge edge = _lastEdges[index];
        _toldTypes[index] = input.Type is null && input.Method == DeviceAlarm ? edge.Type : null;
        string description = edge.Detail is null ? input.Description : $"{input.Description}: {edge.Detail}";
        var alarm = new AlarmRecord(input.Id, input.Priority, input.Method, input.Type ?? _toldTypes[index], time, description);
        _saved[index] = _outbox.Append(alarm, Record(index)) ? Record(index) : null;
        _raised.Add(alarm);
        _log.AlarmRaised(input.Id, input.Name, time);
    }

    /// <summary>Brings the actions, the disk and the published states in line with the machines; tries again what failed before.</summary>
    private void Settle()
    {
        TellActions();
        if (_outbox.HasUnwritten && Now >= _retryAt)
            _outbox.Flush();
        _unsaved = false;
        for (int i = 0; i < _machines.Length; i++)
        {
            GuardRecord record = Record(i);
            if (record == _saved[i])
                continue;
            if (!_outbox.Holds(_inputs[i].Id) && _store.Save(_inputs[i].Id, record))
                _saved[i] = record;
            else
                _unsaved = true;
        }
        if (Behind && Now >= _retryAt)
            _retryAt = Now + RetryPause;
        Publish();
    }

    private void TellActions()
    {
        HashSet<string> inAlarm = [.. _inputs.Where((_, index) => _machines[index].InAlarm).Select(input => input.Id)];
        if (!HasNews && _inAlarm?.SetEquals(inAlarm) == true)
            return;
        if (_raised.Count == 0 || _reset.Count > 0 || _inAlarm is null)
            Post(new AlarmNews(null, [.. _reset], inAlarm));
        foreach (AlarmRecord alarm in _raised)
            Post(new AlarmNews(alarm, [], inAlarm));
        _inAlarm = inAlarm;
        _raised.Clear();
        _reset.Clear();
    }

    private void Post(AlarmNews news)
    {
        foreach (AlarmActionLoop action in _actionLoops)
            action.Post(news);
    }

    private void Publish()
    {
        (string InputId, DutyStatus Status)[] before = _status;
        _status = Snapshot();
        for (int i = 0; i < _inputs.Count; i++)
        {
            if (before[i].Status != _status[i].Status)
                _log.DutyChanged(_inputs[i].Id, _status[i].Status);
        }
    }

    private (string InputId, DutyStatus Status)[] Snapshot() =>
        [.. _inputs.Select((input, index) => (input.Id, _machines[index].Status))];

    /// <summary>An edge of one input, or an order to several.</summary>
    /// <param name="Inputs">Whom it is about.</param>
    /// <param name="Change">What an order does to each.</param>
    /// <param name="Done">Completes afterwards: whether the store has what came of it.</param>
    /// <param name="Edge">Null for an order.</param>
    /// <param name="At">Monotonic: when it came.</param>
    private sealed record Command(int[] Inputs, Action<int>? Change, TaskCompletionSource<bool>? Done, AlarmEdge? Edge, TimeSpan At);
}
