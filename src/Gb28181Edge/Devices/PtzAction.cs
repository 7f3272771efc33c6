namespace Gb28181Edge.Devices;

/// <summary>What a program wants of the head.</summary>
internal enum PtzActionKind
{
    None,

    /// <summary>Go to a preset.</summary>
    Call,

    /// <summary>Return to the home position.</summary>
    Home,

    /// <summary>Turn, or turn otherwise.</summary>
    Pan,

    /// <summary>Stand: the program is over.</summary>
    End,
}

/// <summary>What a program wants of the head now.</summary>
/// <param name="Preset">For a call and for home, where 0 is the head's own.</param>
/// <param name="Speed">For a call, above 0 up to 1; for a pan −1 … +1, + turns right.</param>
/// <param name="Reason">Why it is over, for a person.</param>
internal readonly record struct PtzAction(PtzActionKind Kind, int Preset = 0, float Speed = 0, string? Reason = null);
