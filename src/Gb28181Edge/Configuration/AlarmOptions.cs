using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Configuration;

/// <summary>The resistor that holds an open input.</summary>
internal enum PinPull { Up, Down, None }

/// <summary>Something that raises alarms: a contact, or exactly one of the other sources.</summary>
internal sealed record AlarmInputOptions
{
    /// <summary>20 digits, type code 134.</summary>
    public required string Id { get; init; }

    /// <summary>For a person; defaults to <see cref="Id"/>.</summary>
    [AllowNull]
    public string Name { get => field ?? Id; init; }

    /// <summary>AlarmDescription; defaults to <see cref="Name"/>.</summary>
    [AllowNull]
    public string Description { get => field ?? Name; init; }

    /// <summary>A contact; null where another source is given.</summary>
    public PinName? Pin { get; init; }

    /// <summary>True: low is active.</summary>
    public bool ActiveLow { get; init; } = true;

    /// <summary>True: the contact is active at rest, and its end is the alarm.</summary>
    public bool NormallyClosed { get; init; }

    public PinPull Pull { get; init; }

    /// <summary>A level counts once it has been steady for this long, 0 … 10000 ms.</summary>
    public int DebounceMs { get; init; } = 50;

    /// <summary>A temperature instead of a contact; null for none.</summary>
    public TemperatureOptions? Temperature { get; init; }

    /// <summary>A file system instead of a contact; null for none.</summary>
    public StorageOptions? Storage { get; init; }

    /// <summary>The id of a camera whose loss is the alarm, instead of a contact; null for none.</summary>
    public string? CameraLost { get; init; }

    /// <summary>It alarms once it has been active for this long, 0 … 3600000 ms.</summary>
    public int MinimumMs { get; init; }

    /// <summary>AlarmPriority, 1 (the most severe) … 4. GB/T 28181-2016 A.2.5.</summary>
    public int Priority { get; init; } = 1;

    /// <summary>AlarmMethod, 1 … 7; defaults to what the source is, 2 for a device alarm, 6 for a fault. GB/T 28181-2016 A.2.5.</summary>
    [DisallowNull]
    public int? Method { get => field ?? MethodOfSource; init; }

    /// <summary>AlarmType, 1 … 99; defaults to what the source is where <see cref="Method"/> is too, else null. GB/T 28181-2016 A.2.5.</summary>
    public int? Type { get => field ?? TypeOfSource; init; }

    /// <summary>The state of guard until a platform says otherwise; not looked at with a <see cref="Schedule"/>.</summary>
    public bool Guarded { get; init; } = true;

    /// <summary>When it is guarded, weekly, Beijing time; empty for no schedule. Each as <see cref="GuardPeriods"/> reads it.</summary>
    public IReadOnlyList<string> Schedule { get; init; } = [];

    /// <summary>True: in alarm until a platform resets it; false: until the source goes back.</summary>
    public bool Latch { get; init; } = true;

    /// <summary>After an alarm, ready for the next after this long, 0 … 86400 s; null only by ResetAlarm.</summary>
    public int? RearmSeconds { get; init; } = 10;

    /// <summary>The id of the camera that looks at it; null for none.</summary>
    public string? Camera { get; init; }

    /// <summary>The preset that an alarm calls; null for none.</summary>
    public PresetLinkOptions? OnAlarmPreset { get; init; }

    private int MethodOfSource => Storage?.Watch == StorageWatch.Fault ? 6 : 2;

    // types mean something else with another method; video loss 1, disk full 3, over-temperature 4, under-temperature 5 of method 2; disk fault 1 of method 6
    private int? TypeOfSource => this switch
    {
        _ when Method != MethodOfSource => null,
        { CameraLost: not null } => 1,
        { Storage.Watch: StorageWatch.Full } => 3,
        { Storage.Watch: StorageWatch.Fault } => 1,
        { Temperature: { AboveCelsius: not null, BelowCelsius: null } } => 4,
        { Temperature: { AboveCelsius: null, BelowCelsius: not null } } => 5,
        _ => null,
    };
}

/// <summary>A temperature that alarms.</summary>
internal sealed record TemperatureOptions
{
    /// <summary><c>cpu</c>, a 1-wire id such as <c>28-0123456789ab</c>, or <c>lm75:BUS:ADDRESS</c>.</summary>
    public string Sensor { get; init; } = "cpu";

    /// <summary>−55 … 150 °C; null for no upper limit.</summary>
    public int? AboveCelsius { get; init; }

    /// <summary>−55 … 150 °C; null for no lower limit.</summary>
    public int? BelowCelsius { get; init; }

    /// <summary>How far it has to go back, 0 … 50 °C.</summary>
    public int HysteresisCelsius { get; init; } = 3;
}

/// <summary>What of a file system alarms.</summary>
internal enum StorageWatch { Full, Fault }

/// <summary>A file system that alarms.</summary>
internal sealed record StorageOptions
{
    public StorageWatch Watch { get; init; }

    /// <summary>A directory in it; null is the state directory.</summary>
    public string? Path { get; init; }

    /// <summary>Full below this much free space, 1 … 90 %.</summary>
    public int FreePercent { get; init; } = 5;
}

/// <summary>A preset that an alarm calls.</summary>
internal sealed record PresetLinkOptions
{
    /// <summary>The id of a camera with a head.</summary>
    public required string Camera { get; init; }

    /// <summary>1 … 255.</summary>
    public required int Preset { get; init; }
}

/// <summary>What an output does when it is asked for.</summary>
internal enum OutputAction { Follow, Pulse, Latch, Flash }

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

    /// <summary>True: bound to every alarm input.</summary>
    public bool OnAlarm { get; init; }

    /// <summary>The ids of the alarm inputs that it is bound to, where it is not all.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    public OutputAction Mode { get; init; }

    /// <summary>How long a pulse takes, 50 … 3600000 ms.</summary>
    public int PulseMs { get; init; } = 1000;

    /// <summary>How long a flash is on, and then off, 100 … 60000 ms.</summary>
    public int FlashMs { get; init; } = 500;

    /// <summary>The ids of outputs that are never on together with it.</summary>
    public IReadOnlyList<string> NotWith { get; init; } = [];

    /// <summary>True: on at the start until the agent has the outputs in hand, and at its end.</summary>
    public bool SafeOn { get; init; }
}
