using System.Threading.Channels;

namespace Gb28181Edge.Drivers;

/// <summary>A debounced change of a digital input.</summary>
/// <param name="Active">True when the input became active, whatever its voltage.</param>
/// <param name="Time">Wall clock when the level first changed, before the time of debouncing.</param>
internal readonly record struct DigitalEdge(bool Active, DateTimeOffset Time);

/// <summary>A contact, seen through its active level and its debouncing. Whoever opened it disposes it.</summary>
internal interface IDigitalInput : IAsyncDisposable
{
    /// <summary>Board and pin, for messages.</summary>
    string Name { get; }

    /// <summary>The debounced state now.</summary>
    bool IsActive { get; }

    /// <summary>Every change, in order; one reader. None is dropped: a reader that falls behind makes the input wait and then see the newest level.</summary>
    ChannelReader<DigitalEdge> Edges { get; }
}
