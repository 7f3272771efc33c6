namespace Gb28181Edge.Drivers;

/// <summary>Where a head looks, or where it is to look. An axis that is null is not known, or stays as it is.</summary>
/// <param name="Pan">Degrees, 0 up to 360, clockwise seen from above; grows as the view turns right.</param>
/// <param name="Tilt">Degrees, 0 is level, + is up. GB/T 28181-2022 counts downwards: its handlers turn the sign.</param>
/// <param name="Zoom">Magnification, 1 is the widest.</param>
internal readonly record struct PtzPosition(double? Pan, double? Tilt, double? Zoom);

/// <summary>A position with its exactness.</summary>
/// <param name="Position">Where the head looks.</param>
/// <param name="ErrorDegrees">The most that pan or tilt may be off, in degrees, as far as can be told; null when the head measured it itself.</param>
internal readonly record struct PtzReading(PtzPosition Position, double? ErrorDegrees = null);

/// <summary>What a head can do by itself; what it cannot, the agent does for it.</summary>
[Flags]
internal enum PtzAbilities
{
    None = 0,

    /// <summary>Stores and finds presets itself.</summary>
    Presets = 1,

    /// <summary>Tells where it looks.</summary>
    ReadPosition = 2,

    /// <summary>Goes to a given position.</summary>
    GoTo = 4,

    /// <summary>Has a home of its own to go to.</summary>
    Home = 8,
}
