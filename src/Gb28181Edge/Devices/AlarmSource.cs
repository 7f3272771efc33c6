using Gb28181Edge.Drivers;

namespace Gb28181Edge.Devices;

/// <summary>A change of what an alarm input looks at.</summary>
/// <param name="Active">True when it became what alarms.</param>
/// <param name="Time">Wall clock when it changed.</param>
/// <param name="Type">AlarmType, where the source has several; null leaves it to the input.</param>
/// <param name="Detail">What was measured, for a person; null when there is nothing to say.</param>
internal readonly record struct AlarmEdge(bool Active, DateTimeOffset Time, int? Type = null, string? Detail = null);

/// <summary>What an alarm input looks at: a contact, or a condition that is sampled. Whoever opened it disposes it, which ends its edges.</summary>
internal interface IAlarmSource : IAsyncDisposable
{
    /// <summary>The state now; null while it is not known yet, which the first edge then tells.</summary>
    bool? IsActive { get; }

    /// <summary>Every change, in order; one reader.</summary>
    /// <exception cref="DriverException">The source is lost.</exception>
    IAsyncEnumerable<AlarmEdge> EdgesAsync();
}

/// <summary>A contact as the source of an alarm input.</summary>
/// <param name="pin">Owned.</param>
internal sealed class Contact(IDigitalInput pin) : IAlarmSource
{
    public bool? IsActive => pin.IsActive;

    public async IAsyncEnumerable<AlarmEdge> EdgesAsync()
    {
        await foreach (DigitalEdge edge in pin.Edges.ReadAllAsync())
            yield return new AlarmEdge(edge.Active, edge.Time);
    }

    public ValueTask DisposeAsync() => pin.DisposeAsync();
}
