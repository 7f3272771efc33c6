using System.Threading.Channels;
using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>One alarm input.</summary>
/// <param name="Id">20 digits.</param>
/// <param name="Name">For a person; the description of its alarms.</param>
/// <param name="Pin">Owned by the controller.</param>
/// <param name="Priority">1 … 4.</param>
/// <param name="Method">AlarmMethod.</param>
/// <param name="Type">AlarmType, or null.</param>
/// <param name="Guarded">Until a platform says otherwise.</param>
/// <param name="Rearm">How long after an alarm the next may come: zero at once, null only after ResetAlarm.</param>
internal sealed record AlarmInput(string Id, string Name, IDigitalInput Pin, int Priority, int Method, int? Type, bool Guarded, TimeSpan? Rearm);

/// <summary>The loop that owns every alarm input's state: an edge becomes a row in the outbox before anything else happens.</summary>
/// <remarks>
/// Orders and edges come through one queue of 1024; who writes to a full one waits, so that none is dropped. An input that changed
/// while the agent was away is dealt with at the start, as an edge of that moment.
/// </remarks>
internal sealed class AlarmController : IAlarmController, IAsyncDisposable
{
    private const int Capacity = 1024;

    /// <summary>How often a disk or a pin that refused is tried again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<AlarmInput> _inputs;
    private readonly OutputController _outputs;
    private readonly IAlarmOutbox _outbox;
    private readonly IGuardStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly Channel<Command> _inbox = Channel.CreateBounded<Command>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly AlarmMachine[] _machines;
    private readonly GuardRecord?[] _saved;
    private readonly List<Task> _pumps = [];
    private volatile (string InputId, DutyStatus Status)[] _status;
    private Task _loop = Task.CompletedTask;
    private bool _unsaved, _outputsBehind, _disposed;
    private bool? _held;
    private TimeSpan _retryAt;

    /// <param name="inputs">In the configuration's order.</param>
    /// <param name="outputs">Told when an alarm begins and when the last one ends. Not owned.</param>
    /// <param name="outbox">Where alarms go. Not owned.</param>
    /// <param name="store">Where guard states are kept. Not owned.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where alarms and failures are told.</param>
    public AlarmController(IReadOnlyList<AlarmInput> inputs, OutputController outputs, IAlarmOutbox outbox, IGuardStore store, TimeProvider time, ILogger log)
    {
        (_inputs, _outputs, _outbox, _store, _time, _log) = (inputs, outputs, outbox, store, time, log);
        _origin = time.GetTimestamp();
        _wake = new Wake(time);
        _machines = new AlarmMachine[inputs.Count];
        _saved = new GuardRecord?[inputs.Count];
        for (int i = 0; i < inputs.Count; i++)
        {
            _saved[i] = store.Load(inputs[i].Id);
            GuardRecord known = _saved[i] ?? new GuardRecord(inputs[i].Guarded, Active: false, InAlarm: false);
            _machines[i] = new AlarmMachine(known.Guarded, known.Active, known.InAlarm, inputs[i].Rearm, TimeSpan.Zero);
        }
        _status = Snapshot();
    }

    public IReadOnlyList<(string InputId, DutyStatus Status)> Status => _status;

    /// <summary>Ends with the loop; faults when the loop met a bug.</summary>
    public Task Completion => _loop;

    /// <summary>How long ago the loop last went round; some seconds at most while it lives. For the watchdog; any thread.</summary>
    public TimeSpan SinceLastTurn => _wake.SinceLastTurn;

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Deals with what changed while the agent was away, and begins the loop.</summary>
    public void Start()
    {
        for (int i = 0; i < _inputs.Count; i++)
        {
            int index = i;
            TakeLevel(i, new DigitalEdge(_inputs[i].Pin.IsActive, _time.GetUtcNow()));
            _pumps.Add(Task.Run(() => PumpAsync(index)));
        }
        Settle();
        _loop = Task.Run(RunAsync);
    }

    public ValueTask<bool> SetGuardAsync(string? inputId, bool guarded, CancellationToken cancellationToken) =>
        AskAsync(inputId, index => Guard(index, guarded), mustBeStored: true, cancellationToken);

    public ValueTask<bool> ResetAsync(string? inputId, IReadOnlyCollection<int>? methods, int? type, CancellationToken cancellationToken) =>
        AskAsync(inputId, index => Reset(index, methods, type), mustBeStored: false, cancellationToken);

    /// <summary>Ends the loop and the inputs. Outputs stay as they are until their controller is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (AlarmInput input in _inputs)
            await input.Pin.DisposeAsync();                                // completes its edges, and so its pump
        await Task.WhenAll(_pumps);
        await _stop.CancelAsync();
        _wake.Set();
        await _loop;
        _inbox.Writer.TryComplete();
        while (_inbox.Reader.TryRead(out Command? command))
            Apply(command);                                                // an edge that was seen is not lost
        Settle();
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
            await _inbox.Writer.WriteAsync(new Command(chosen, change, done), cancellationToken);
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
            await foreach (DigitalEdge edge in input.Pin.Edges.ReadAllAsync())
            {
                await _inbox.Writer.WriteAsync(new Command([index], chosen => TakeLevel(chosen, edge), Done: null));
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
            while (_inbox.Reader.TryRead(out Command? command))
                Apply(command);
            if (Behind && Now >= _retryAt)
                Settle();
            await _wake.WaitAsync(Behind ? _retryAt - Now : null);
        }
    }

    private bool Behind => _unsaved || _outputsBehind || _outbox.HasUnwritten;

    private void Apply(Command command)
    {
        foreach (int index in command.Inputs)
            command.Change(index);
        Settle();
        command.Done?.TrySetResult(Array.TrueForAll(command.Inputs, index => _saved[index] == Record(index)));
    }

    private GuardRecord Record(int index) => new(_machines[index].IsGuarded, _machines[index].IsActive, _machines[index].InAlarm);

    /// <summary>The row first: what comes after may fail or be cut off.</summary>
    private void TakeLevel(int index, DigitalEdge edge)
    {
        if (_machines[index].OnLevel(edge.Active, Now))
            Tell(index, edge.Time);
    }

    private void Guard(int index, bool guarded)
    {
        if (!guarded)
            _machines[index].OnResetGuard();
        else if (_machines[index].OnSetGuard(Now))
            Tell(index, _time.GetUtcNow());
    }

    private void Reset(int index, IReadOnlyCollection<int>? methods, int? type)
    {
        AlarmInput input = _inputs[index];
        if ((methods is null || methods.Count == 0 || methods.Contains(input.Method)) && (type is null || type == input.Type))
            _machines[index].OnResetAlarm();
    }

    private void Tell(int index, DateTimeOffset time)
    {
        AlarmInput input = _inputs[index];
        _outbox.Append(new AlarmRecord(input.Id, input.Priority, input.Method, input.Type, time, input.Name));
        _log.AlarmRaised(input.Id, input.Name, time);
    }

    /// <summary>Brings the outputs, the disk and the published states in line with the machines; tries again what failed before.</summary>
    private void Settle()
    {
        bool held = _machines.Any(machine => machine.InAlarm);
        if (held != _held || _outputsBehind)
            _outputsBehind = !_outputs.HoldByAlarm(held);
        _held = held;
        _unsaved = false;
        for (int i = 0; i < _machines.Length; i++)
        {
            GuardRecord record = Record(i);
            if (record == _saved[i])
                continue;
            if (_store.Save(_inputs[i].Id, record))
                _saved[i] = record;
            else
                _unsaved = true;
        }
        if (_outbox.HasUnwritten && Now >= _retryAt)
            _outbox.Flush();
        if (Behind && Now >= _retryAt)
            _retryAt = Now + RetryPause;
        Publish();
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

    /// <param name="Inputs">Whom it is about.</param>
    /// <param name="Change">What it does to each.</param>
    /// <param name="Done">Completes afterwards: whether the store has what came of it.</param>
    private sealed record Command(int[] Inputs, Action<int> Change, TaskCompletionSource<bool>? Done);
}
