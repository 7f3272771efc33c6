using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Configuration;

/// <summary>The resistor that holds an open input.</summary>
internal enum PinPull { Up, Down, None }

/// <summary>A contact that raises alarms.</summary>
internal sealed record AlarmInputOptions
{
    /// <summary>20 digits, type code 134.</summary>
    public required string Id { get; init; }

    /// <summary>For a person; defaults to <see cref="Id"/>.</summary>
    [AllowNull]
    public string Name { get => field ?? Id; init; }

    public required PinName Pin { get; init; }

    /// <summary>True: low is alarm.</summary>
    public bool ActiveLow { get; init; } = true;

    public PinPull Pull { get; init; }

    /// <summary>A level counts once it has been steady for this long, 0 … 10000 ms.</summary>
    public int DebounceMs { get; init; } = 50;

    /// <summary>AlarmPriority, 1 (the most severe) … 4. GB/T 28181-2016 A.2.5.</summary>
    public int Priority { get; init; } = 1;

    /// <summary>AlarmMethod, 1 … 7; 2 is a device alarm. GB/T 28181-2016 A.2.5.</summary>
    public int Method { get; init; } = 2;

    /// <summary>AlarmType, 1 … 99; null for a plain contact. Only with methods 2, 5 and 6. GB/T 28181-2016 A.2.5.</summary>
    public int? Type { get; init; }

    /// <summary>The state of guard until a platform says otherwise.</summary>
    public bool Guarded { get; init; } = true;

    /// <summary>After an alarm, ready for the next after this long, 0 … 86400 s; null only by ResetAlarm.</summary>
    public int? RearmSeconds { get; init; } = 10;

    /// <summary>The id of the camera that looks at it; null for none.</summary>
    public string? Camera { get; init; }
}

/// <summary>A switched output.</summary>
internal sealed record OutputOptions
{
    /// <summary>20 digits, type code 135 or 140.</summary>
    public required string Id { get; init; }

    /// <summary>For a person; defaults to <see cref="Id"/>.</summary>
    [AllowNull]
    public string Name { get => field ?? Id; init; }

    public required PinName Pin { get; init; }

    /// <summary>True: low switches it on.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>The auxiliary switch number that works it, 1 … 255; null for none.</summary>
    public int? Auxiliary { get; init; }

    /// <summary>True: held while a guarded input is in alarm, until the platform resets it.</summary>
    public bool OnAlarm { get; init; }
}
