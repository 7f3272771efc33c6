using Gb28181Edge.Drivers;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>What has just happened to the alarms; the row of a raised alarm is in the outbox already.</summary>
/// <param name="Raised">An alarm that was raised; null when none was.</param>
/// <param name="Reset">Inputs that ResetAlarm or the end of their guard reached.</param>
/// <param name="InAlarm">All inputs that are in alarm now.</param>
internal sealed record AlarmNews(AlarmRecord? Raised, IReadOnlyCollection<string> Reset, IReadOnlySet<string> InAlarm);

/// <summary>Something that is done about alarms: outputs are switched, a head goes to a preset.</summary>
/// <remarks>Called by a loop of its own, one piece of news after the other, so it may take its time. An <see cref="IOException"/> is logged.</remarks>
internal interface IAlarmAction
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Takes a piece of news; the first one tells the state at the start.</summary>
    ValueTask OnNewsAsync(AlarmNews news, CancellationToken cancellationToken);
}

/// <summary>Calls a preset when an input raises an alarm.</summary>
/// <param name="links">The head and the preset of each input that has one.</param>
internal sealed class PresetOnAlarm(IReadOnlyDictionary<string, (IPtzController Head, int Preset)> links) : IAlarmAction
{
    public string Name => "preset";

    public ValueTask OnNewsAsync(AlarmNews news, CancellationToken cancellationToken)
    {
        if (news.Raised is { } alarm && links.TryGetValue(alarm.DeviceId, out (IPtzController Head, int Preset) link))
            link.Head.Post(new PtzOrder.PresetCall($"alarm {alarm.DeviceId}", link.Preset));
        return ValueTask.CompletedTask;
    }
}

/// <summary>The loop of one action: takes news without ever making the alarms wait.</summary>
/// <remarks>
/// Queue of 256. When it is full, which a hanging action brings about, the oldest news is dropped and logged; its resets go into the next
/// one, so that the action ends in the right state. What waits at the end is dropped: then outputs go to their safe value and heads stand.
/// </remarks>
internal sealed class AlarmActionLoop : IAsyncDisposable
{
    private const int Capacity = 256;

    private readonly IAlarmAction _action;
    private readonly ILogger _log;
    private readonly Wake _wake;
    private readonly Lock _gate = new();
    private readonly LinkedList<AlarmNews> _queue = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;

    public AlarmActionLoop(IAlarmAction action, TimeProvider time, ILogger log)
    {
        (_action, _log) = (action, log);
        _wake = new Wake(time);
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Ends with the loop; faults when the action met a bug.</summary>
    public Task Completion { get; }

    /// <summary>Never blocks.</summary>
    public void Post(AlarmNews news)
    {
        bool full;
        lock (_gate)
        {
            _queue.AddLast(news);
            full = _queue.Count > Capacity;
            if (full)
            {
                AlarmNews oldest = _queue.First!.Value;
                _queue.RemoveFirst();
                _queue.First!.Value = _queue.First.Value with { Reset = [.. oldest.Reset.Union(_queue.First.Value.Reset)] };
            }
        }
        if (full)
            _log.ActionBehind(_action.Name, Capacity);
        _wake.Set();
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        _wake.Set();
        await Completion;
        _wake.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (Next() is { } news)
                await DoAsync(news);
            else
                await _wake.WaitAsync(null);
        }
    }

    private AlarmNews? Next()
    {
        lock (_gate)
        {
            AlarmNews? news = _queue.First?.Value;
            if (news is not null)
                _queue.RemoveFirst();
            return news;
        }
    }

    private async Task DoAsync(AlarmNews news)
    {
        try
        {
            await _action.OnNewsAsync(news, _stop.Token);
        }
        catch (IOException e)
        {
            _log.ActionFailed(_action.Name, e.Message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }
}
