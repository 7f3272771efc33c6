using Gb28181Edge.Protocol.Ptz;

namespace Gb28181Edge.Drivers.Ptz;

/// <summary>What differs from one VISCA head to the next.</summary>
internal sealed record ViscaSettings
{
    /// <summary>The memories up to 127, without 95, which opens the menu on many heads.</summary>
    /// <param name="first">The memory of preset 1: 1, or 0.</param>
    /// <param name="count">How many are used at most.</param>
    public static PresetMap MemoriesFrom(int first, int count) => new(first, 127, count, PelcoSpecialPreset.Menu);

    public PresetMap Presets { get; init; } = MemoriesFrom(1, 127);

    /// <summary>14.4 on heads of the PTZOptics kind, 13.33 on the EVI-D70.</summary>
    public double PanStepsPerDegree { get; init; } = 14.4;

    /// <inheritdoc cref="PanStepsPerDegree"/>
    public double TiltStepsPerDegree { get; init; } = 14.4;

    /// <summary>How far the head turns to the left of its middle, degrees, 0 or less.</summary>
    public double PanLeft { get; init; } = -170;

    /// <summary>How far it turns to the right, degrees.</summary>
    public double PanRight { get; init; } = 170;

    public double TiltDown { get; init; } = -30;

    public double TiltUp { get; init; } = 90;

    /// <summary>Pan in five nibbles, as the SRG-X400 has it.</summary>
    public bool WidePosition { get; init; }

    /// <summary>The fastest tilt: 14h, or 17h.</summary>
    public int TopTiltSpeed { get; init; } = Visca.TopTiltSpeed;

    /// <summary>The zoom, between position 0 and the optical end.</summary>
    public ZoomScale Zoom { get; init; } = new(20, 0x4000);

    /// <summary>The exposure mode in which the iris can be moved: manual, or iris priority.</summary>
    public byte IrisMode { get; init; } = Visca.ExposureManual;

    /// <summary>After so long without a focus or iris command the head gets back the automatic modes that it had; null leaves it in manual.</summary>
    public TimeSpan? AutoAfter { get; init; } = TimeSpan.FromSeconds(60);
}
