using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Configuration;

/// <summary>Where the pins are: one record a <c>Driver</c>.</summary>
internal abstract record BoardOptions;

/// <summary><c>gpiod</c>: a GPIO chip of the kernel.</summary>
internal sealed record GpiodBoardOptions : BoardOptions
{
    /// <summary>The chip's device.</summary>
    public string Chip { get; init; } = "/dev/gpiochip0";
}

/// <summary><c>simulated</c>: a directory with one file a pin, which holds 0 or 1.</summary>
internal sealed record SimulatedBoardOptions : BoardOptions
{
    /// <summary>An absolute path; made when it is missing.</summary>
    public string Directory { get; init; } = "/run/gb28181-edge/pins";
}

/// <summary>The parity bit of a serial port.</summary>
internal enum SerialParity { None, Even, Odd }

/// <summary>Data bits, parity and stop bits, as in <c>8N1</c>.</summary>
/// <param name="DataBits">5 … 8.</param>
/// <param name="Parity">N, E or O.</param>
/// <param name="StopBits">1 or 2.</param>
internal readonly record struct SerialFormat(int DataBits, SerialParity Parity, int StopBits)
{
    /// <summary>8 data bits, no parity, 1 stop bit.</summary>
    public static SerialFormat Default => new(8, SerialParity.None, 1);

    /// <summary>Reads <c>8N1</c>, in any case. False when it is anything else.</summary>
    public static bool TryParse(string text, out SerialFormat format)
    {
        format = default;
        if (text.Length != 3 || text[0] is < '5' or > '8' || text[2] is not ('1' or '2')) return false;
        int parity = "NEO".IndexOf(char.ToUpperInvariant(text[1]), StringComparison.Ordinal);
        if (parity < 0) return false;
        format = new SerialFormat(text[0] - '0', (SerialParity)parity, text[2] - '0');
        return true;
    }

    public override string ToString() => $"{DataBits}{"NEO"[(int)Parity]}{StopBits}";
}

/// <summary>A serial port that one or more heads share.</summary>
internal sealed record BusOptions
{
    /// <summary>What <see cref="PelcoDPtzOptions.Bus"/> refers to, unique.</summary>
    public string Name { get; init; } = "rs485";

    /// <summary>Any tty, a pty included.</summary>
    public string Port { get; init; } = "/dev/ttyAMA0";

    /// <summary>Bits a second, one of the usual rates.</summary>
    public int Baud { get; init; } = 2400;

    public SerialFormat Format { get; init; } = SerialFormat.Default;

    /// <summary>The board's pin that is high while the agent sends; null when the adapter turns round by itself.</summary>
    public int? DirectionPin { get; init; }
}

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

    /// <summary>The board's line, 0 … 1023.</summary>
    public required int Pin { get; init; }

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

    /// <summary>The board's line, 0 … 1023.</summary>
    public required int Pin { get; init; }

    /// <summary>True: low switches it on.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>The auxiliary switch number that works it, 1 … 255; null for none.</summary>
    public int? Auxiliary { get; init; }

    /// <summary>True: held while a guarded input is in alarm, until the platform resets it.</summary>
    public bool OnAlarm { get; init; }
}
