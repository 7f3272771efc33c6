using System.Threading.Channels;
using Gb28181Edge.Devices;

namespace Gb28181Edge.Tests.Devices;

/// <summary>A source that the test works, and which tells when an edge has been taken over.</summary>
internal sealed class FakeSource(bool? active = false) : IAlarmSource
{
    private readonly Channel<(AlarmEdge Edge, TaskCompletionSource Taken)> _edges = Channel.CreateUnbounded<(AlarmEdge, TaskCompletionSource)>();

    public bool? IsActive { get; private set; } = active;

    /// <summary>Completes when the edge waits in the controller's own queue, or has been dealt with.</summary>
    public Task SetAsync(AlarmEdge edge)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IsActive = edge.Active;
        _edges.Writer.TryWrite((edge, taken));
        return taken.Task;
    }

    public async IAsyncEnumerable<AlarmEdge> EdgesAsync()
    {
        await foreach ((AlarmEdge edge, TaskCompletionSource taken) in _edges.Reader.ReadAllAsync())
        {
            yield return edge;
            taken.TrySetResult();
        }
    }

    public ValueTask DisposeAsync()
    {
        _edges.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
