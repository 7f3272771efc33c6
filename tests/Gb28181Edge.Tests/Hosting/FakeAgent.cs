using Gb28181Edge.Hosting;

namespace Gb28181Edge.Tests.Hosting;

/// <summary>An agent that does what the test says and remembers what it was asked.</summary>
internal sealed class FakeAgent : IEdgeAgent
{
    private readonly TaskCompletionSource<AgentEnd> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exception? StartFault { get; init; }

    /// <summary>True: StopAsync waits for its deadline.</summary>
    public bool StopHangs { get; init; }

    public List<string> Calls { get; } = [];

    public Task Started => _started.Task;

    public Task<AgentEnd> Completion => _completion.Task;

    public void End(AgentEnd end) => _completion.SetResult(end);

    public void Fail(Exception bug) => _completion.SetException(bug);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Calls.Add("start");
        if (StartFault is not null) throw StartFault;
        _started.SetResult();
        return Task.CompletedTask;
    }

    public bool AllLoopsTicked() => true;

    public async Task StopAsync(CancellationToken deadline)
    {
        Calls.Add("stop");
        if (StopHangs) await Task.Delay(Timeout.Infinite, deadline);
        _completion.TrySetResult(AgentEnd.Stopped);
    }

    public ValueTask DisposeAsync()
    {
        Calls.Add("dispose");
        return ValueTask.CompletedTask;
    }
}
