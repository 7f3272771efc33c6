namespace Gb28181Edge.Drivers;

/// <summary>How a head and its lens move: the whole state at once, <c>default</c> stands still.</summary>
/// <param name="Pan">−1 … +1 of top speed, + turns the view right.</param>
/// <param name="Tilt">−1 … +1, + is up.</param>
/// <param name="Zoom">−1 … +1, + is tele (in).</param>
/// <param name="Focus">−1 … +1, + is far.</param>
/// <param name="Iris">−1 … +1, + opens.</param>
internal readonly record struct PtzVelocity(float Pan, float Tilt, float Zoom, float Focus = 0, float Iris = 0)
{
    /// <summary>Nothing moves.</summary>
    public bool IsStop => this == default;
}
