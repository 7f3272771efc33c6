using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Streaming;

/// <summary>What Streaming logs, event ids 3100–3199. Frames and packets are counted, not logged.</summary>
internal static partial class StreamingLog
{
    [LoggerMessage(3100, LogLevel.Information, "Camera {Camera}: opening {Source}")]
    public static partial void SourceOpening(this ILogger log, string camera, string source);

    [LoggerMessage(3101, LogLevel.Information, "Camera {Camera}: closed, nobody wants it")]
    public static partial void SourceClosed(this ILogger log, string camera);

    [LoggerMessage(3102, LogLevel.Warning, "Camera {Camera}: {Reason}; next try in {Seconds} s")]
    public static partial void SourceFailed(this ILogger log, string camera, string reason, double seconds);

    [LoggerMessage(3103, LogLevel.Information, "Camera {Camera}: {Source} has come to its end")]
    public static partial void SourceEnded(this ILogger log, string camera, string source);

    [LoggerMessage(3104, LogLevel.Information, "Camera {Camera}: delivering")]
    public static partial void SourceDelivers(this ILogger log, string camera);

    [LoggerMessage(3105, LogLevel.Information, "Camera {Camera}: port {Port} sends packet by packet, the network device does not segment (errno {Errno})")]
    public static partial void Unsegmented(this ILogger log, string camera, int port, int errno);

    [LoggerMessage(3106, LogLevel.Warning, "Camera {Camera}: {Count} frames dropped, the agent is too busy to send them")]
    public static partial void FramesDropped(this ILogger log, string camera, long count);

    [LoggerMessage(3107, LogLevel.Debug, "Camera {Camera}: session on port {Port} is over: {End}; {Packets} packets, {Dropped} frames dropped")]
    public static partial void SessionOver(this ILogger log, string camera, int port, MediaEnd end, long packets, long dropped);
}
