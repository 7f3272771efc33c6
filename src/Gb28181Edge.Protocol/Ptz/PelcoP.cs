namespace Gb28181Edge.Protocol.Ptz;

/// <summary>Where the bits of focus and iris lie: <c>d1 = 01</c> is far in one family and near in the other.</summary>
internal enum PelcoPLayout
{
    /// <summary>The original: d1 bit 0 far, 1 near, 2 iris open, 3 iris close.</summary>
    Classic,

    /// <summary>Heads that took over the bits of Pelco-D: d2 bit 7 far, d1 bit 0 near, 1 iris open, 2 iris close.</summary>
    LikeD,
}

/// <summary>The switches of d1 in the classic layout.</summary>
[Flags]
internal enum PelcoPSwitch : byte
{
    None = 0,
    CameraOnOff = 0x10,
    AutoScan = 0x20,
    CameraOn = 0x40,
}

/// <summary>One frame's fields.</summary>
/// <param name="WireAddress">The address byte: the camera's number less the base.</param>
internal readonly record struct PelcoPFrame(byte WireAddress, byte Data1, byte Data2, byte Data3, byte Data4)
{
    /// <summary>An extended command; false is a motion frame.</summary>
    public bool IsExtended => (Data2 & 0x01) != 0;

    /// <summary>Of an extended command; the codes are those of Pelco-D.</summary>
    public PelcoDCommand Command => (PelcoDCommand)Data2;

    /// <summary>What a motion frame makes the head do; a direction with speed 0 counts as speed 1.</summary>
    public PelcoDMotion Motion(PelcoPLayout layout)
    {
        if (IsExtended) return default;
        (int focus, int iris) = layout == PelcoPLayout.Classic
            ? (Direction(Data1, 0, 1), Direction(Data1, 2, 3))
            : (((Data2 >> 7) & 1) - (Data1 & 1), Direction(Data1, 1, 2));
        return new(
            Direction(Data2, 1, 2) * Math.Clamp((int)Data3, 1, PelcoD.TurboSpeed),
            Direction(Data2, 3, 4) * Math.Clamp((int)Data4, 1, PelcoD.TopSpeed),
            Direction(Data2, 5, 6), focus, iris);
    }

    private static int Direction(byte bits, int plus, int minus) => ((bits >> plus) & 1) - ((bits >> minus) & 1);
}

/// <summary>Pelco-P: <c>A0 addr d1 d2 d3 d4 AF xor</c>, 8N1, usually 4800 baud. Manuals of Pelco-P heads (Dante DLM1971, Avonic CM41, BenQ DVY23).</summary>
internal static class PelcoP
{
    public const int FrameSize = 8;

    private const byte Start = 0xA0, End = 0xAF;

    // d2: 6 wide | 5 tele | 4 down | 3 up | 2 left | 1 right | 0 = motion frame; d3 pan speed, d4 tilt speed
    /// <summary>Writes the whole state as one frame; <c>default</c> stops everything.</summary>
    /// <param name="frame">At least 8 bytes.</param>
    /// <param name="wireAddress">Camera 1 is 0 in the original, 1 on some heads.</param>
    /// <param name="motion">Speeds beyond the top are cut off.</param>
    public static void WriteMotion(Span<byte> frame, byte wireAddress, PelcoDMotion motion, PelcoPLayout layout)
    {
        int data2 = Bits(motion.Pan, 1, 2) | Bits(motion.Tilt, 3, 4) | Bits(motion.Zoom, 5, 6);
        int data1;
        if (layout == PelcoPLayout.Classic)
        {
            data1 = Bits(motion.Focus, 0, 1) | Bits(motion.Iris, 2, 3);
        }
        else
        {
            data1 = Bits(motion.Iris, 1, 2) | (motion.Focus < 0 ? 0x01 : 0);
            data2 |= motion.Focus > 0 ? 0x80 : 0;
        }
        int pan = (int)Math.Min(Math.Abs((long)motion.Pan), PelcoD.TurboSpeed), tilt = (int)Math.Min(Math.Abs((long)motion.Tilt), PelcoD.TopSpeed);
        Write(frame, wireAddress, (byte)data1, (byte)data2, (byte)pan, (byte)tilt);
    }

    /// <summary>Writes an extended command: the codes 03 … 27 of Pelco-D. 09 and 0B are automatic scan in the classic list.</summary>
    /// <param name="frame">At least 8 bytes.</param>
    public static void WriteCommand(Span<byte> frame, byte wireAddress, PelcoDCommand command, byte data3, byte data4) =>
        Write(frame, wireAddress, 0, (byte)command, data3, data4);

    /// <summary>Switches the camera or its scan, in the classic layout.</summary>
    /// <param name="frame">At least 8 bytes.</param>
    public static void WriteSwitch(Span<byte> frame, byte wireAddress, PelcoPSwitch switches) => Write(frame, wireAddress, (byte)switches, 0, 0, 0);

    /// <summary>Reads one frame. Never throws on input.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out PelcoPFrame frame, out PelcoFault fault)
    {
        frame = default;
        fault = bytes.Length != FrameSize ? PelcoFault.Length
            : bytes[0] != Start || bytes[6] != End ? PelcoFault.Sync
            : Xor(bytes[..7]) != bytes[7] ? PelcoFault.Checksum : PelcoFault.None;
        if (fault != PelcoFault.None) return false;
        frame = new PelcoPFrame(bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
        return true;
    }

    private static void Write(Span<byte> frame, byte wireAddress, byte data1, byte data2, byte data3, byte data4)
    {
        frame[0] = Start;
        frame[1] = wireAddress;
        frame[2] = data1;
        frame[3] = data2;
        frame[4] = data3;
        frame[5] = data4;
        frame[6] = End;
        frame[7] = Xor(frame[..7]);
    }

    private static int Bits(int direction, int plus, int minus) => direction > 0 ? 1 << plus : direction < 0 ? 1 << minus : 0;

    private static byte Xor(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (byte b in bytes) sum ^= b;
        return sum;
    }
}
