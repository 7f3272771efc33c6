using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Drivers;

/// <summary>What drivers say. Events 4000 … 4099.</summary>
internal static partial class DriverLog
{
    [LoggerMessage(4001, LogLevel.Warning, "Serial port {Port} lost: {Reason}")]
    public static partial void SerialPortLost(this ILogger log, string port, string reason);

    [LoggerMessage(4002, LogLevel.Information, "Serial port {Port} open, {Settings}")]
    public static partial void SerialPortOpen(this ILogger log, string port, string settings);

    [LoggerMessage(4010, LogLevel.Information, "Board {Chip} open: {Label}, {Lines} lines")]
    public static partial void ChipOpen(this ILogger log, string chip, string label, int lines);

    [LoggerMessage(4011, LogLevel.Critical, "Input {Pin} sees nothing any more: {Reason}")]
    public static partial void InputLost(this ILogger log, string pin, string reason);

    [LoggerMessage(4012, LogLevel.Warning, "Board {Chip}: the kernel refuses {Feature} for pin {Pin}; the agent does without")]
    public static partial void FeatureRefused(this ILogger log, string chip, string feature, int pin);

    [LoggerMessage(4013, LogLevel.Warning, "Simulated pin {File} holds '{Content}', which is neither 0 nor 1: its level stays")]
    public static partial void PinFileUnclear(this ILogger log, string file, string content);

    [LoggerMessage(4014, LogLevel.Error, "Output {Pin} could not be left at its safe value: {Reason}")]
    public static partial void SafeValueFailed(this ILogger log, string pin, string reason);

    [LoggerMessage(4020, LogLevel.Information, "Board {Board} open: {Kind}, {How}")]
    public static partial void ExpanderOpen(this ILogger log, string board, string kind, string how);

    [LoggerMessage(4021, LogLevel.Error, "Board {Board} does not answer: {Reason}; its inputs see nothing until it does")]
    public static partial void ExpanderLost(this ILogger log, string board, string reason);

    [LoggerMessage(4022, LogLevel.Warning, "Board {Board} answers again; its outputs have their levels")]
    public static partial void ExpanderBack(this ILogger log, string board);

    [LoggerMessage(4023, LogLevel.Warning, "Board {Board} is not as it was set up, as after a loss of its power; it is set up again")]
    public static partial void ExpanderReset(this ILogger log, string board);

    [LoggerMessage(4015, LogLevel.Warning, "Input {Pin} could not be read after an edge: {Reason}")]
    public static partial void InputUnreadable(this ILogger log, string pin, string reason);

    [LoggerMessage(4020, LogLevel.Warning, "Relays of {Axis} ran for {Longest} in one direction: off until something else is wanted")]
    public static partial void RelayRanTooLong(this ILogger log, string axis, TimeSpan longest);

    [LoggerMessage(4021, LogLevel.Information, "Head at home: {Axes}")]
    public static partial void HeadHomed(this ILogger log, string axes);

    [LoggerMessage(4060, LogLevel.Information, "ONVIF head at {Place}: profile {Profile}, {Space}, stops by itself after {Seconds} s, can {Abilities}")]
    public static partial void OnvifHeadFound(this ILogger log, string place, string profile, string space, double seconds, PtzAbilities abilities);
}
