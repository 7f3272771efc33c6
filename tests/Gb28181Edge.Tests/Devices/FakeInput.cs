using System.Threading.Channels;
using Gb28181Edge.Drivers;

namespace Gb28181Edge.Tests.Devices;

/// <summary>A contact that the test opens and closes.</summary>
internal sealed class FakeInput(bool active = false) : IDigitalInput
{
    private readonly Channel<DigitalEdge> _edges = Channel.CreateUnbounded<DigitalEdge>();

    public string Name => "fake";
    public bool IsActive { get; private set; } = active;
    public ChannelReader<DigitalEdge> Edges => _edges.Reader;

    public void Set(bool active, DateTimeOffset time)
    {
        IsActive = active;
        _edges.Writer.TryWrite(new DigitalEdge(active, time));
    }

    public ValueTask DisposeAsync()
    {
        _edges.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
