namespace Gb28181Edge.Configuration;

/// <summary>Where the pins are: one record a <c>Driver</c>.</summary>
internal abstract record BoardOptions
{
    /// <summary>What pins name it by; empty for the default board.</summary>
    public string Name { get; init; } = "";
}

/// <summary><c>gpiod</c>: a GPIO chip of the kernel.</summary>
internal sealed record GpiodBoardOptions : BoardOptions
{
    /// <summary>The chip's device, or its label.</summary>
    public string Chip { get; init; } = "/dev/gpiochip0";
}

/// <summary><c>simulated</c>: a directory with one file a pin, which holds 0 or 1.</summary>
internal sealed record SimulatedBoardOptions : BoardOptions
{
    /// <summary>An absolute path; made when it is missing.</summary>
    public string Directory { get; init; } = "/run/gb28181-edge/pins";
}

/// <summary>A port expander on I2C.</summary>
internal abstract record ExpanderBoardOptions : BoardOptions
{
    /// <summary>The N of /dev/i2c-N.</summary>
    public int Bus { get; init; } = 1;

    /// <summary>7 bits, as the jumpers set it.</summary>
    public int Address { get; init; } = 32;

    /// <summary>The pin of another board that its interrupt output is wired to; null when it is polled.</summary>
    public PinName? InterruptPin { get; init; }

    /// <summary>How often it is read where no interrupt tells, 1 … 1000 ms.</summary>
    public int PollMs { get; init; } = 20;

    /// <summary>How many lines it has.</summary>
    public abstract int LineCount { get; }
}

/// <summary><c>mcp23017</c>: 16 lines, GPA0 … GPB7.</summary>
internal sealed record Mcp23017BoardOptions : ExpanderBoardOptions
{
    public override int LineCount => 16;
}

/// <summary><c>pcf8574</c>: 8 lines, P0 … P7.</summary>
internal sealed record Pcf8574BoardOptions : ExpanderBoardOptions
{
    public override int LineCount => 8;
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

/// <summary>What is done about the kernel's own control of an RS-485 transceiver.</summary>
internal enum BusRs485 { AsFound, Kernel, Off }

/// <summary>A serial port that one or more heads share.</summary>
internal sealed record BusOptions
{
    /// <summary>What <see cref="IBusHead.Bus"/> refers to, unique.</summary>
    public string Name { get; init; } = "rs485";

    /// <summary>Any tty, a pty included.</summary>
    public string Port { get; init; } = "/dev/ttyAMA0";

    /// <summary>Bits a second, one of the usual rates.</summary>
    public int Baud { get; init; } = 2400;

    public SerialFormat Format { get; init; } = SerialFormat.Default;

    /// <summary>The board's pin that is high while the agent sends; null when the adapter turns round by itself.</summary>
    public PinName? DirectionPin { get; init; }

    public BusRs485 Rs485 { get; init; }

    /// <summary>Silence between two frames, 1 … 1000 ms; a stop needs only the pause that ends a frame.</summary>
    public int GapMs { get; init; } = 30;
}
