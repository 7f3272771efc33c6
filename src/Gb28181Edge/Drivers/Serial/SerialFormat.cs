namespace Gb28181Edge.Drivers.Serial;

/// <summary>Parity of a character on a serial line.</summary>
internal enum SerialParity { None, Even, Odd }

/// <summary>How a character looks on the line, written as in "8N1".</summary>
/// <param name="DataBits">5 … 8.</param>
/// <param name="Parity">The parity bit.</param>
/// <param name="StopBits">1 or 2.</param>
internal readonly record struct SerialFormat(int DataBits, SerialParity Parity, int StopBits)
{
    /// <summary>What Pelco-D heads speak.</summary>
    public static SerialFormat EightNoneOne => new(8, SerialParity.None, 1);

    /// <summary>Bits that one character takes on the line, start bit included.</summary>
    public int BitsPerCharacter => 1 + DataBits + (Parity == SerialParity.None ? 0 : 1) + StopBits;

    /// <summary>How long so many characters take.</summary>
    public TimeSpan DurationOf(int characters, int baud) =>
        TimeSpan.FromTicks(TimeSpan.TicksPerSecond * BitsPerCharacter * characters / baud);

    /// <summary>Reads "8N1", "7E1", "8n2" and the like. False when it is none of them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SerialFormat format)
    {
        format = default;
        if (text.Length != 3 || text[0] is < '5' or > '8' || text[2] is not ('1' or '2'))
            return false;
        SerialParity? parity = char.ToUpperInvariant(text[1]) switch
        {
            'N' => SerialParity.None,
            'E' => SerialParity.Even,
            'O' => SerialParity.Odd,
            _ => null,
        };
        if (parity is not { } known)
            return false;
        format = new SerialFormat(text[0] - '0', known, text[2] - '0');
        return true;
    }

    public override string ToString() => $"{DataBits}{Parity.ToString()[0]}{StopBits}";
}
