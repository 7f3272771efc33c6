using Gb28181Edge.Drivers;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>One switched output.</summary>
/// <param name="Id">20 digits.</param>
/// <param name="Name">For a person.</param>
/// <param name="Pin">Owned by the controller.</param>
/// <param name="Auxiliary">The auxiliary switch number that works it, or null.</param>
/// <param name="OnAlarm">Bound to every input.</param>
internal sealed record Output(string Id, string Name, IDigitalOutput Pin, int? Auxiliary, bool OnAlarm)
{
    public OutputMode Mode { get; init; }

    /// <summary>How long a pulse takes.</summary>
    public TimeSpan Pulse { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a flash is on, and then off.</summary>
    public TimeSpan Flash { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The ids of the inputs that it is bound to.</summary>
    public IReadOnlyCollection<string> Inputs { get; init; } = [];

    /// <summary>The ids of outputs that are never on together with it; it need be said at one of the two only.</summary>
    public IReadOnlyCollection<string> NotWith { get; init; } = [];

    /// <summary>The pin's safe value is on: it goes on when the controller ends.</summary>
    public bool SafeOn { get; init; }

    public bool IsBoundTo(string inputId) => OnAlarm || Inputs.Contains(inputId);
}

/// <summary>The switched outputs: commands and alarms ask for them, their modes and interlocks decide, one loop keeps their times.</summary>
/// <remarks>
/// Thread-safe; a pin is switched under the lock, which takes microseconds. A pin that refused is tried again. Disposing leaves all at
/// their safe values.
/// </remarks>
internal sealed class OutputController : IOutputController, IAlarmAction, IAsyncDisposable
{
    /// <summary>How often a pin that refused is tried again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<Output> _outputs;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Wake _wake;
    private readonly Lock _gate = new();
    private readonly OutputMachine[] _machines;
    private readonly int[][] _rivals;
    private readonly bool[] _waits, _fails;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private TimeSpan? _retryAt;
    private bool _newsSeen, _disposed;

    /// <param name="outputs">In the configuration's order.</param>
    /// <param name="log">Where switching and failures are told.</param>
    /// <param name="time">The clock; null is the system's.</param>
    public OutputController(IReadOnlyList<Output> outputs, ILogger log, TimeProvider? time = null)
    {
        (_outputs, _log, _time) = (outputs, log, time ?? TimeProvider.System);
        _origin = _time.GetTimestamp();
        _wake = new Wake(_time);
        _machines = [.. outputs.Select(output => new OutputMachine(output.Mode, output.Pulse, output.Flash))];
        _rivals = [.. outputs.Select(output => Rivals(output, outputs))];
        (_waits, _fails) = (new bool[outputs.Count], new bool[outputs.Count]);
    }

    public string Name => "outputs";

    /// <summary>Ends with the loop; faults when the loop met a bug.</summary>
    public Task Completion => _loop;

    /// <summary>How long ago the loop last went round; some seconds at most while it lives. For the watchdog; any thread.</summary>
    public TimeSpan SinceLastTurn => _wake.SinceLastTurn;

    /// <summary>What each output is now, in the configuration's order.</summary>
    public IReadOnlyList<(string OutputId, bool On)> Status
    {
        get
        {
            lock (_gate)
                return [.. _outputs.Select(output => (output.Id, output.Pin.IsActive))];
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Brings every pin in line, off where nobody asks for it, and begins the loop.</summary>
    public void Start()
    {
        lock (_gate)
            Evaluate();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Switches every output with the number. False when there is none, it is interlocked, or a pin failed, which is logged.</summary>
    public ValueTask<bool> SetAuxiliaryAsync(int number, bool on, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Set(output => output.Auxiliary == number, on));

    /// <summary>Switches one output. False when there is none, it is interlocked, or its pin failed, which is logged.</summary>
    public ValueTask<bool> SetAsync(string outputId, bool on, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Set(output => output.Id == outputId, on));

    public ValueTask OnNewsAsync(AlarmNews news, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            TimeSpan now = Now;
            for (int i = 0; i < _outputs.Count; i++)
            {
                bool held = news.InAlarm.Any(_outputs[i].IsBoundTo);
                _machines[i].OnHeld(held);
                // what was in alarm before the start is as good as raised now, but for a pulse, which was given then
                if (news.Raised is { } alarm && _outputs[i].IsBoundTo(alarm.DeviceId) || !_newsSeen && held && _outputs[i].Mode == OutputMode.Latch)
                    _machines[i].OnAlarm(now);
                if (news.Reset.Any(_outputs[i].IsBoundTo))
                    _machines[i].OnReset();
            }
            _newsSeen = true;
            Evaluate();
        }
        _wake.Set();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        await _stop.CancelAsync();
        _wake.Set();
        await _loop;
        // what goes off first, so that interlocked ones are not on together on the way to their safe values
        foreach (Output output in _outputs.OrderBy(output => output.SafeOn))
            await output.Pin.DisposeAsync();
        _wake.Dispose();
        _stop.Dispose();
    }

    private static int[] Rivals(Output output, IReadOnlyList<Output> outputs) =>
    [
        .. Enumerable.Range(0, outputs.Count).Where(other =>
            outputs[other].Id != output.Id && (output.NotWith.Contains(outputs[other].Id) || outputs[other].NotWith.Contains(output.Id))),
    ];

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
            await _wake.WaitAsync(Turn());
    }

    /// <summary>One round of the loop.</summary>
    /// <returns>When the next one is due; null when nothing will change by itself.</returns>
    internal TimeSpan? Turn()
    {
        lock (_gate)
        {
            Evaluate();
            return NextDeadline() - Now;
        }
    }

    private TimeSpan? NextDeadline()
    {
        TimeSpan now = Now;
        TimeSpan? next = _retryAt;
        foreach (OutputMachine machine in _machines)
        {
            if (machine.NextDeadline(now) is { } due && !(due >= next))
                next = due;
        }
        return next;
    }

    private bool Set(Func<Output, bool> chosen, bool on)
    {
        bool found = false, all = true;
        lock (_gate)
        {
            for (int i = 0; i < _outputs.Count && !_disposed; i++)
            {
                if (!chosen(_outputs[i]))
                    continue;
                found = true;
                _machines[i].OnCommand(on, Now);
                _waits[i] = false;                                         // a refusal is said to everyone who asks
                all &= Evaluate(i) && (!on || _machines[i].IsEngaged);
                if (on && !_machines[i].IsEngaged)
                    _machines[i].Refuse();
            }
        }
        _wake.Set();
        return found && all;
    }

    /// <summary>Brings every pin in line with what its machine says: first what goes off, then what goes on.</summary>
    /// <param name="asked">Whose success is wanted.</param>
    /// <returns>False when that pin failed.</returns>
    private bool Evaluate(int asked = -1)
    {
        if (_disposed)
            return false;
        TimeSpan now = Now;
        bool well = true, wellAsked = true;
        for (int i = 0; i < _machines.Length; i++)
        {
            if (!_machines[i].IsAsked(now))
                LetGo(i);
            if (!_machines[i].Level(now) && !Switch(i, false))
                (well, wellAsked) = (false, wellAsked && i != asked);
        }
        for (int i = 0; i < _machines.Length; i++)
        {
            if (_machines[i].IsAsked(now) && !_machines[i].IsEngaged)
                TryEngage(i, now);
            if (_machines[i].Level(now) && !Switch(i, true))
                (well, wellAsked) = (false, wellAsked && i != asked);
        }
        _retryAt = well ? null : now + RetryPause;
        return wellAsked;
    }

    private void LetGo(int index)
    {
        _waits[index] = false;
        if (!_machines[index].IsEngaged)
            return;
        _machines[index].Disengage();
        if (_outputs[index].Mode == OutputMode.Flash)
            _log.OutputSwitched(_outputs[index].Id, "off");
    }

    private void TryEngage(int index, TimeSpan now)
    {
        foreach (int rival in _rivals[index])
        {
            if (!_machines[rival].IsEngaged && !_outputs[rival].Pin.IsActive)
                continue;
            if (!_waits[index])
                _log.OutputInterlocked(_outputs[index].Id, _outputs[rival].Id);
            _waits[index] = true;
            if (_outputs[index].Mode == OutputMode.Pulse)
                _machines[index].Refuse();
            return;
        }
        _waits[index] = false;
        _machines[index].Engage(now);
        if (_outputs[index].Mode == OutputMode.Flash)
            _log.OutputSwitched(_outputs[index].Id, "flashing");
    }

    private bool Switch(int index, bool on)
    {
        Output output = _outputs[index];
        if (output.Pin.IsActive == on)
            return true;
        try
        {
            output.Pin.Set(on);
        }
        catch (DriverException e)
        {
            if (!_fails[index])
                _log.OutputFailed(output.Id, e.Message);
            _fails[index] = true;
            return false;
        }
        _fails[index] = false;
        if (output.Mode != OutputMode.Flash)
            _log.OutputSwitched(output.Id, on ? "on" : "off");
        return true;
    }
}
