namespace Gb28181Edge.Devices;

/// <summary>How one head behaves by itself.</summary>
internal sealed record PtzSettings
{
    /// <summary>How long a cruise stands at a point whose group has no dwell of its own (PTZCmd 87), seconds. 1 … 4095.</summary>
    public int DwellSeconds { get; init; } = 15;

    /// <summary>How long a scan turns each way when its limits or the head's position are not known, seconds. 1 … 600.</summary>
    public int ScanSeconds { get; init; } = 30;

    /// <summary>The horizontal angle of view at zoom 1, degrees; null when it is not known.</summary>
    public int? FieldDegrees { get; init; }
}
