using System.Net;
using Gb28181Edge.Protocol.Sdp;
using Gb28181Edge.Streaming;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>What live sessions log; event ids 2400 … 2499.</summary>
internal static partial class LiveLog
{
    [LoggerMessage(2400, LogLevel.Information, "Platform {Platform}, camera {Camera}, call {CallId}: live over {Transport} to {Remote}, SSRC {Ssrc}")]
    public static partial void LiveAccepted(this ILogger log, string platform, string camera, string callId, MediaTransport transport, IPEndPoint remote, SdpSsrc ssrc);

    [LoggerMessage(2401, LogLevel.Information, "Platform {Platform}, camera {Camera}, call {CallId}: live ended: {End}; {Packets} packets, {Bytes} bytes, {Dropped} frames dropped")]
    public static partial void LiveEnded(this ILogger log, string platform, string camera, string callId, LiveEnd end, long packets, long bytes, long dropped);

    [LoggerMessage(2402, LogLevel.Warning, "Platform {Platform}, call {CallId}: INVITE refused with {StatusCode}: {Why}")]
    public static partial void LiveRefused(this ILogger log, string platform, string callId, int statusCode, string why);

    [LoggerMessage(2403, LogLevel.Information, "Platform {Platform}, camera {Camera}, call {CallId}: its signalling connection is gone; media goes on")]
    public static partial void LiveSignallingLost(this ILogger log, string platform, string camera, string callId);
}
