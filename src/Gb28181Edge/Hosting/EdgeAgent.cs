namespace Gb28181Edge.Hosting;

/// <summary>One agent: opens its parts, runs their loops, watches them, and stops them in the reverse order.</summary>
/// <param name="open">Opens the parts; given what a platform's TeleBoot calls.</param>
/// <param name="time">The clock.</param>
internal sealed class EdgeAgent(Func<Action, AgentParts> open, TimeProvider time) : IEdgeAgent
{
    /// <summary>A loop that has not gone round for so long stands still.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(10);

    /// <summary>What taking leave of the platforms may take; the rest of the stop needs its time too.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource<AgentEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopLinks = new(), _stopStreams = new(), _stopEndpoint = new();
    private AgentParts? _parts;
    private Task _links = Task.CompletedTask, _streams = Task.CompletedTask, _endpoint = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;
    private long _endpointTick;
    private long _endpointTicked;
    private bool _stopped;

    /// <summary>The parts, once started: for whoever shows or tests them.</summary>
    /// <exception cref="InvalidOperationException">Not started yet.</exception>
    public AgentParts Parts => _parts ?? throw new InvalidOperationException("the agent has not been started");

    public Task<AgentEnd> Completion => _end.Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        AgentParts parts = _parts = open(() => _end.TrySetResult(AgentEnd.RestartRequested));
        _endpointTicked = time.GetTimestamp();
        foreach (Devices.PtzController head in parts.Heads.Values) head.Start();
        parts.Outputs.Start();
        parts.Alarms.Start();
        parts.Conditions?.Start();
        _endpoint = parts.Endpoint.RunAsync(_stopEndpoint.Token);
        Task[] streams = [.. parts.Streams.Values.Select(stream => stream.RunAsync(_stopStreams.Token))];
        _streams = Task.WhenAll(streams);
        Task[] links = [.. parts.Links.Select(link => link.RunAsync(_stopLinks.Token))];
        _links = Task.WhenAll(links);
        _watch = WatchAsync(parts, streams, links);
        return Task.CompletedTask;
    }

    public bool AllLoopsTicked()
    {
        AgentParts parts = Parts;
        long tick = parts.Endpoint.LoopTick;
        if (Interlocked.Exchange(ref _endpointTick, tick) != tick) Interlocked.Exchange(ref _endpointTicked, time.GetTimestamp());
        return time.GetElapsedTime(Interlocked.Read(ref _endpointTicked)) < TurnLimit
            && parts.Links.TrueForAll(link => link.IsTurning)
            && parts.Streams.Values.All(stream => stream.SinceLastTurn < TurnLimit)
            && parts.Heads.Values.All(head => head.SinceLastTurn < TurnLimit)
            && parts.Alarms.SinceLastTurn < TurnLimit
            && parts.Outputs.SinceLastTurn < TurnLimit
            && (parts.Conditions?.SinceLastTurn ?? TimeSpan.Zero) < TurnLimit;
    }

    public async Task StopAsync(CancellationToken deadline)
    {
        if (_stopped || _parts is not { } parts) return;
        _stopped = true;
        // heads first: what moves must not wait for a platform that does not answer
        Task heads = Task.WhenAll(parts.Heads.Values.Select(head => head.DisposeAsync().AsTask()));
        await _stopLinks.CancelAsync();
        await WithinAsync(_links, LeaveLimit, deadline);
        await _stopStreams.CancelAsync();
        await _stopEndpoint.CancelAsync();
        await WithinAsync(Task.WhenAll(_streams, _endpoint, heads), Timeout.InfiniteTimeSpan, deadline);
        await WithinAsync(parts.DisposeAsync().AsTask(), Timeout.InfiniteTimeSpan, deadline);
        _end.TrySetResult(AgentEnd.Stopped);
        await _watch;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopLinks.Dispose();
        _stopStreams.Dispose();
        _stopEndpoint.Dispose();
    }

    // A loop that failed is reported by the watch; here only its end is waited for.
    private async Task WithinAsync(Task task, TimeSpan limit, CancellationToken deadline)
    {
        Task expiry = Task.Delay(limit, time, deadline);
        await Task.WhenAny(task, expiry);
    }

    /// <summary>Loops end only when they are told to: one that ends before is a bug, and ends the agent.</summary>
    private async Task WatchAsync(AgentParts parts, Task[] streams, Task[] links)
    {
        (string Name, Task Loop)[] loops =
        [
            ("SIP endpoint", _endpoint), ("alarms", parts.Alarms.Completion), ("outputs", parts.Outputs.Completion),
            .. parts.Streams.Keys.Zip(streams, (camera, loop) => ($"stream of {camera}", loop)),
            .. parts.Links.Zip(links, (link, loop) => ($"link of {link.Name}", loop)),
            .. parts.Heads.Select(head => ($"head of {head.Key}", head.Value.Completion)),
            .. parts.Conditions is null ? (ReadOnlySpan<(string, Task)>)[] : [("alarm conditions", parts.Conditions.Completion)],
        ];
        Task first = await Task.WhenAny([.. loops.Select(loop => loop.Loop), _end.Task]);
        if (_stopped || first == _end.Task) return;
        (string name, Task ended) = loops.First(loop => loop.Loop == first);
        _end.TrySetException(ended.Exception?.GetBaseException() ?? new InvalidOperationException($"the loop of the {name} ended by itself"));
    }
}
