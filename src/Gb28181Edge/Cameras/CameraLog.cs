using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Cameras;

/// <summary>What camera sources log: event ids 3000–3099.</summary>
internal static partial class CameraLog
{
    [LoggerMessage(3001, LogLevel.Information, "{Source}: {Line}")]
    public static partial void ProcessSays(this ILogger log, string source, string line);

    [LoggerMessage(3002, LogLevel.Information, "{Source}: writes too much to its standard error, the rest of these {Seconds} s is left out")]
    public static partial void ProcessSaysTooMuch(this ILogger log, string source, int seconds);

    [LoggerMessage(3003, LogLevel.Information, "{Source}: plays {Video} and {Audio} over {Transport}")]
    public static partial void RtspPlays(this ILogger log, string source, string video, string audio, string transport);

    [LoggerMessage(3004, LogLevel.Warning, "{Source}: {Lost} packets lost, {Dropped} pictures or sounds dropped, {Malformed} packets malformed since it was opened")]
    public static partial void RtspLoss(this ILogger log, string source, long lost, long dropped, long malformed);

    [LoggerMessage(3005, LogLevel.Information, "{Source}: redirected to {Target}")]
    public static partial void RtspRedirected(this ILogger log, string source, string target);

    [LoggerMessage(3040, LogLevel.Information, "{Source}: its stream is at {Url}")]
    public static partial void OnvifStream(this ILogger log, string source, string url);
}
