using Gb28181Edge.Devices;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Gb28181;

/// <summary>What the command families work on: the device and the owners of its parts.</summary>
internal sealed record DeviceContext
{
    public required DeviceModel Device { get; init; }

    /// <summary>By camera id; a camera without a head is not in it.</summary>
    public required IReadOnlyDictionary<string, IPtzController> Heads { get; init; }

    /// <summary>By camera id.</summary>
    public required IReadOnlyDictionary<string, ICameraStream> Streams { get; init; }

    public required IAlarmController Alarms { get; init; }

    public required IOutputController Outputs { get; init; }

    /// <summary>The wall clock, for DeviceTime.</summary>
    public required TimeProvider Time { get; init; }
}
