using System.Net;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>What a platform's link logs; event ids 2200 … 2299. No body and no secret.</summary>
internal static partial class PlatformLog
{
    [LoggerMessage(2200, LogLevel.Information, "Platform {Platform}: registered for {Granted}, it sees us as {SeenAs}, X-GB-Ver {PeerVersion}")]
    public static partial void Registered(this ILogger log, string platform, TimeSpan granted, string seenAs, string peerVersion);

    [LoggerMessage(2201, LogLevel.Debug, "Platform {Platform}: registration refreshed for {Granted}")]
    public static partial void Refreshed(this ILogger log, string platform, TimeSpan granted);

    [LoggerMessage(2202, LogLevel.Warning, "Platform {Platform}: registering failed: {Reason}; next try in {Pause}")]
    public static partial void RegistrationFailed(this ILogger log, string platform, string? reason, TimeSpan pause);

    [LoggerMessage(2203, LogLevel.Warning, "Platform {Platform} is lost: {Reason}; next try to register in {Pause}")]
    public static partial void Lost(this ILogger log, string platform, string? reason, TimeSpan pause);

    [LoggerMessage(2204, LogLevel.Information, "Platform {Platform}: sees us as {SeenAs} now; registering again")]
    public static partial void AddressChanged(this ILogger log, string platform, IPEndPoint? seenAs);

    [LoggerMessage(2205, LogLevel.Debug, "Platform {Platform}: keepalive answered {Status}, misses in a row {Misses}")]
    public static partial void KeepaliveDone(this ILogger log, string platform, int status, int misses);

    [LoggerMessage(2206, LogLevel.Information, "Platform {Platform}: its clock is {Offset} ahead of ours")]
    public static partial void ClockOffset(this ILogger log, string platform, TimeSpan offset);

    [LoggerMessage(2207, LogLevel.Information, "Platform {Platform}: left, confirmed {Confirmed}")]
    public static partial void Left(this ILogger log, string platform, bool confirmed);

    [LoggerMessage(2210, LogLevel.Debug, "Platform {Platform}, call {CallId}: MESSAGE answered {Status}, {Bodies} bodies follow")]
    public static partial void Served(this ILogger log, string platform, string callId, int status, int bodies);

    [LoggerMessage(2211, LogLevel.Warning, "Platform {Platform}, call {CallId}: too many answers wait to be sent; MESSAGE refused")]
    public static partial void AnswersFull(this ILogger log, string platform, string callId);

    [LoggerMessage(2212, LogLevel.Warning, "Platform {Platform}, call {CallId}: answer {Number} of {Count} failed: {Reason}; the rest is dropped")]
    public static partial void AnswerFailed(this ILogger log, string platform, string callId, int number, int count, string reason);

    [LoggerMessage(2213, LogLevel.Information, "Platform {Platform}, call {CallId}: SUBSCRIBE to {CmdType} with Event {Event} answered {Status}")]
    public static partial void SubscribeRefused(this ILogger log, string platform, string callId, string? cmdType, string? @event, int status);

    [LoggerMessage(2214, LogLevel.Warning, "Platform {Platform}, call {CallId}: {Method} outside of a dialog answered 405")]
    public static partial void MethodRefused(this ILogger log, string platform, string callId, string method);

    [LoggerMessage(2220, LogLevel.Information, "Platform {Platform}: alarm {AlarmId} of {DeviceId} confirmed")]
    public static partial void AlarmConfirmed(this ILogger log, string platform, long alarmId, string deviceId);

    [LoggerMessage(2221, LogLevel.Warning, "Platform {Platform}: alarm {AlarmId} of {DeviceId} not confirmed: {Reason}; next try in {Pause}")]
    public static partial void AlarmNotConfirmed(this ILogger log, string platform, long alarmId, string deviceId, string reason, TimeSpan pause);

    [LoggerMessage(2222, LogLevel.Error, "Platform {Platform}: the alarm outbox failed: {Reason}; next try in {Pause}")]
    public static partial void OutboxFailed(this ILogger log, string platform, string reason, TimeSpan pause);

    [LoggerMessage(2223, LogLevel.Information, "Platform {Platform}: alarm {AlarmId} of {DeviceId} is none that it subscribes to: it is not told")]
    public static partial void AlarmUnwanted(this ILogger log, string platform, long alarmId, string deviceId);

    [LoggerMessage(2224, LogLevel.Error, "Platform {Platform}: alarm {AlarmId} of {DeviceId} set aside: refused {Count} times, last {Reason}. It is tried again when the agent starts anew; {Total} set aside since the start")]
    public static partial void AlarmSetAside(this ILogger log, string platform, long alarmId, string deviceId, int count, string reason, long total);

    [LoggerMessage(2225, LogLevel.Warning, "Platform {Platform}: alarm {AlarmId} of {DeviceId}: its NOTIFY had no good answer ({Reason}) and its subscription ended; told again another way")]
    public static partial void AlarmRerouted(this ILogger log, string platform, long alarmId, string deviceId, string reason);

    [LoggerMessage(2230, LogLevel.Information, "Platform {Platform}, call {CallId}: subscribed to {CmdType} of {DeviceId} for {Seconds} s, refresh {IsRefresh}")]
    public static partial void Subscribed(this ILogger log, string platform, string callId, string cmdType, string deviceId, int seconds, bool isRefresh);

    [LoggerMessage(2231, LogLevel.Information, "Platform {Platform}, call {CallId}: the subscription to {CmdType} of {DeviceId} is over")]
    public static partial void SubscriptionOver(this ILogger log, string platform, string callId, string cmdType, string deviceId);

    [LoggerMessage(2232, LogLevel.Warning, "Platform {Platform}, call {CallId}: NOTIFY of {CmdType} failed: {Reason}")]
    public static partial void NotifyFailed(this ILogger log, string platform, string callId, string cmdType, string reason);

    [LoggerMessage(2233, LogLevel.Information, "Platform {Platform}: {Count} subscriptions forgotten with its registration")]
    public static partial void SubscriptionsForgotten(this ILogger log, string platform, int count);
}
