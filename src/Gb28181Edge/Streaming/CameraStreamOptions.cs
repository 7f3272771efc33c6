namespace Gb28181Edge.Streaming;

/// <summary>How one camera is streamed.</summary>
/// <param name="Name">For logs.</param>
internal sealed record CameraStreamOptions(string Name)
{
    /// <summary>The source stays open without a taker.</summary>
    public bool AlwaysOn { get; init; }

    /// <summary>How long the source stays open after the last taker left.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A source without a frame for so long is restarted.</summary>
    public TimeSpan FrameDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most bytes kept for new and slow takers. A longer group of pictures makes new takers wait for the next one.</summary>
    public long KeptBytes { get; init; } = 8 << 20;

    /// <summary>Most media time kept for slow takers; the running group of pictures, which new takers begin with, is kept however long it is.</summary>
    public TimeSpan KeptTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far a taker may fall behind before it loses pictures.</summary>
    public TimeSpan MaxLag { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>UDP leaves by UDP_SEGMENT where the kernel has it; false: packet by packet.</summary>
    public bool Segmentation { get; init; } = true;
}
