using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Devices;

/// <summary>What the devices say. Events 4100 … 4199.</summary>
internal static partial class DeviceLog
{
    [LoggerMessage(4101, LogLevel.Warning, "Head of {Camera}: {Reason}; the motion is dropped and a stop is tried again in {Delay} (failure {Count})")]
    public static partial void HeadFailed(this ILogger log, string camera, string reason, TimeSpan delay, int count);

    [LoggerMessage(4102, LogLevel.Information, "Head of {Camera} takes commands again after {Count} failures; a stop was sent first")]
    public static partial void HeadBack(this ILogger log, string camera, int count);

    [LoggerMessage(4103, LogLevel.Warning, "Head of {Camera} stopped: no command for {Timeout}")]
    public static partial void MoveTimedOut(this ILogger log, string camera, TimeSpan timeout);

    [LoggerMessage(4104, LogLevel.Warning, "Head of {Camera} stopped: platform {Platform}, which moved it, is lost")]
    public static partial void MoverLost(this ILogger log, string camera, string platform);

    [LoggerMessage(4105, LogLevel.Warning, "Head of {Camera}: {Order} refused, {Count} orders wait already")]
    public static partial void OrderRefused(this ILogger log, string camera, string order, int count);

    [LoggerMessage(4106, LogLevel.Information, "Head of {Camera} has no auxiliary {Number}")]
    public static partial void NoAuxiliary(this ILogger log, string camera, int number);

    [LoggerMessage(4107, LogLevel.Error, "Head of {Camera} may still move: the last stop did not go out: {Reason}")]
    public static partial void LastStopFailed(this ILogger log, string camera, string reason);

    [LoggerMessage(4108, LogLevel.Debug, "Head of {Camera}: {Velocity} sent")]
    public static partial void HeadMoved(this ILogger log, string camera, Drivers.PtzVelocity velocity);

    [LoggerMessage(4110, LogLevel.Warning, "Alarm: {Input} ({Name}) at {Time:O}")]
    public static partial void AlarmRaised(this ILogger log, string input, string name, DateTimeOffset time);

    [LoggerMessage(4111, LogLevel.Information, "{Input} is {Status}")]
    public static partial void DutyChanged(this ILogger log, string input, DutyStatus status);

    [LoggerMessage(4112, LogLevel.Critical, "Input {Input} is lost: {Reason}")]
    public static partial void AlarmInputLost(this ILogger log, string input, string reason);

    [LoggerMessage(4120, LogLevel.Error, "Output {Output} cannot be switched: {Reason}")]
    public static partial void OutputFailed(this ILogger log, string output, string reason);

    [LoggerMessage(4121, LogLevel.Information, "Output {Output} is {State}")]
    public static partial void OutputSwitched(this ILogger log, string output, string state);

    [LoggerMessage(4140, LogLevel.Warning, "Head of {Camera}: {Order} is not possible: {Reason}")]
    public static partial void OrderImpossible(this ILogger log, string camera, string order, string reason);

    [LoggerMessage(4141, LogLevel.Information, "Head of {Camera}: preset {Number} is set, {Where}")]
    public static partial void PresetKept(this ILogger log, string camera, int number, string where);

    [LoggerMessage(4142, LogLevel.Information, "Head of {Camera}: {Kind} {Group} begins")]
    public static partial void ProgramBegun(this ILogger log, string camera, Storage.ProgramKind kind, int group);

    [LoggerMessage(4143, LogLevel.Information, "Head of {Camera}: {Kind} {Group} ends: {Reason}")]
    public static partial void ProgramEnded(this ILogger log, string camera, Storage.ProgramKind kind, int group, string reason);

    [LoggerMessage(4144, LogLevel.Information, "Head of {Camera}: home position {Enabled}, after {Seconds} s, preset {Preset}")]
    public static partial void HomeSet(this ILogger log, string camera, bool enabled, int seconds, int preset);

    [LoggerMessage(4145, LogLevel.Critical, "Presets and cruises of {Camera} cannot be read: those set from now on do NOT survive a restart")]
    public static partial void PtzNotKept(this ILogger log, string camera);

    [LoggerMessage(4146, LogLevel.Error, "Presets and cruises of {Camera}: the disk did not take the last change within {Limit}")]
    public static partial void LastWriteFailed(this ILogger log, string camera, TimeSpan limit);
}
