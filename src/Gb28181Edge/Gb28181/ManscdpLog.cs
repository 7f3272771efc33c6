using Gb28181Edge.Protocol.Manscdp;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>What the command families log; event ids 2300 … 2399. No body, no text of a peer beyond names and identifiers.</summary>
internal static partial class ManscdpLog
{
    [LoggerMessage(2300, LogLevel.Warning, "Platform {Platform}, call {CallId}: the MESSAGE's body is unusable: {Fault}")]
    public static partial void BodyUnusable(this ILogger log, string platform, string callId, ManscdpFault fault);

    [LoggerMessage(2301, LogLevel.Debug, "Platform {Platform}, call {CallId}: Response {CmdType} needs nothing done")]
    public static partial void ResponseIgnored(this ILogger log, string platform, string callId, string cmdType);

    [LoggerMessage(2302, LogLevel.Information, "Platform {Platform}, call {CallId}: {Root} {CmdType} for {DeviceId} is not served")]
    public static partial void NotServed(this ILogger log, string platform, string callId, ManscdpRoot root, string cmdType, string deviceId);

    [LoggerMessage(2303, LogLevel.Warning, "Platform {Platform}, call {CallId}: {Command} for {DeviceId}, which this device does not have")]
    public static partial void NoSuchId(this ILogger log, string platform, string callId, string command, string deviceId);

    [LoggerMessage(2304, LogLevel.Information, "Platform {Platform}, call {CallId}: {Command} for {DeviceId} is not supported")]
    public static partial void CommandNotSupported(this ILogger log, string platform, string callId, string command, string deviceId);

    [LoggerMessage(2305, LogLevel.Warning, "Platform {Platform}, call {CallId}: {Command} for {DeviceId} has a value that is not in the standard")]
    public static partial void CommandMalformed(this ILogger log, string platform, string callId, string command, string deviceId);

    [LoggerMessage(2310, LogLevel.Warning, "Platform {Platform}, call {CallId}, camera {Camera}: PTZCmd refused: {Fault}")]
    public static partial void PtzRefused(this ILogger log, string platform, string callId, string camera, PtzFault fault);

    [LoggerMessage(2311, LogLevel.Debug, "Platform {Platform}, call {CallId}, camera {Camera}: PTZCmd obeyed in spite of its fault: {Fault}")]
    public static partial void PtzFaultTolerated(this ILogger log, string platform, string callId, string camera, PtzFault fault);

    [LoggerMessage(2312, LogLevel.Warning, "Platform {Platform}, call {CallId}, camera {Camera}: {Command}, but the camera has no head")]
    public static partial void NoHead(this ILogger log, string platform, string callId, string camera, string command);

    [LoggerMessage(2313, LogLevel.Information, "Platform {Platform}, call {CallId}, camera {Camera}: PTZCmd with code {Code:X2}, which the standard does not define, is passed over")]
    public static partial void PtzUndefined(this ILogger log, string platform, string callId, string camera, byte code);

    [LoggerMessage(2314, LogLevel.Debug, "Platform {Platform}, call {CallId}, camera {Camera}: PTZCmd {Kind}")]
    public static partial void PtzObeyed(this ILogger log, string platform, string callId, string camera, PtzCommandKind kind);

    [LoggerMessage(2315, LogLevel.Warning, "Platform {Platform}, call {CallId}, camera {Camera}: auxiliary {Number} is neither an output nor a switch of a head")]
    public static partial void NoAuxiliary(this ILogger log, string platform, string callId, string camera, int number);

    [LoggerMessage(2316, LogLevel.Warning, "Platform {Platform}, call {CallId}, camera {Camera}: PTZCmd {Kind} with preset 0, which is reserved, is passed over")]
    public static partial void PresetReserved(this ILogger log, string platform, string callId, string camera, PtzCommandKind kind);

    [LoggerMessage(2320, LogLevel.Information, "Platform {Platform}, call {CallId}: {Command} for {DeviceId}: done {Done}")]
    public static partial void Commanded(this ILogger log, string platform, string callId, string command, string deviceId, bool done);

    [LoggerMessage(2321, LogLevel.Error, "Platform {Platform}, call {CallId}: {Command} for {DeviceId} failed: {Reason}")]
    public static partial void CommandFailed(this ILogger log, string platform, string callId, string command, string deviceId, string reason);

    [LoggerMessage(2322, LogLevel.Warning, "Platform {Platform}, call {CallId}: TeleBoot: the agent restarts")]
    public static partial void TeleBoot(this ILogger log, string platform, string callId);
}
