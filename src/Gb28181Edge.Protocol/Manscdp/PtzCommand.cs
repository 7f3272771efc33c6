using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>What is wrong with a PTZCmd.</summary>
internal enum PtzFault
{
    None,
    /// <summary>Not 16 hexadecimal digits.</summary>
    Length,
    /// <summary>Byte 1 is not A5.</summary>
    Head,
    /// <summary>Byte 2 is not 0F: the version or its combination code.</summary>
    CombinationCode,
    /// <summary>Byte 8 is not the sum of the others.</summary>
    Checksum,
}

/// <summary>What byte 4 says. GB/T 28181-2016 A.3.2 … A.3.7, GB/T 28181-2022 A.3.2 … A.3.7.</summary>
internal enum PtzCommandKind
{
    /// <summary>A code that the standard does not define: ignored.</summary>
    Undefined,
    Move,
    Lens,
    PresetSet,
    PresetCall,
    PresetDelete,
    CruiseAdd,
    /// <summary>Preset 0 deletes the whole group.</summary>
    CruiseDelete,
    CruiseSpeed,
    CruiseDwell,
    CruiseStart,
    ScanStart,
    ScanLeftLimit,
    ScanRightLimit,
    ScanSpeed,
    AuxiliaryOn,
    AuxiliaryOff,
}

/// <summary>The 8 bytes of a PTZCmd. GB/T 28181-2016 A.3.1, GB/T 28181-2022 A.3.1.</summary>
/// <remarks>The address is carried but means nothing: the DeviceID of the message names the camera.</remarks>
/// <param name="Code">Byte 4.</param>
/// <param name="Data1">Byte 5.</param>
/// <param name="Data2">Byte 6.</param>
/// <param name="Data3">High nibble of byte 7, 0 … 15.</param>
/// <param name="Address">12 bits: byte 3 and the low nibble of byte 7.</param>
internal readonly record struct PtzCommand(byte Code, byte Data1, byte Data2, byte Data3, int Address = PtzCommand.UsualAddress)
{
    public const int Size = 8;

    /// <summary>What platforms write where nothing matters.</summary>
    public const int UsualAddress = 1;

    public const int MaxZoomSpeed = 15;

    private const byte Head = 0xA5;
    private const byte CombinationCode = 0x0F;          // version 0; (A + 5 + 0) mod 16

    public PtzCommandKind Kind => Code switch
    {
        < 0x40 => PtzCommandKind.Move,
        < 0x50 => PtzCommandKind.Lens,
        0x81 => PtzCommandKind.PresetSet,
        0x82 => PtzCommandKind.PresetCall,
        0x83 => PtzCommandKind.PresetDelete,
        0x84 => PtzCommandKind.CruiseAdd,
        0x85 => PtzCommandKind.CruiseDelete,
        0x86 => PtzCommandKind.CruiseSpeed,
        0x87 => PtzCommandKind.CruiseDwell,
        0x88 => PtzCommandKind.CruiseStart,
        0x89 => Data2 switch
        {
            0 => PtzCommandKind.ScanStart,
            1 => PtzCommandKind.ScanLeftLimit,
            2 => PtzCommandKind.ScanRightLimit,
            _ => PtzCommandKind.Undefined,
        },
        0x8A => PtzCommandKind.ScanSpeed,
        0x8C => PtzCommandKind.AuxiliaryOn,
        0x8D => PtzCommandKind.AuxiliaryOff,
        _ => PtzCommandKind.Undefined,
    };

    // bit 5 zoom out | 4 zoom in | 3 up | 2 down | 1 left | 0 right; opposite bits stop their axis
    /// <summary>The motion of a Move frame.</summary>
    public PtzMove Move => new(Axis(0, 1), Data1, Axis(3, 2), Data2, Axis(4, 5), Data3);

    // bit 3 iris close | 2 iris open | 1 focus near | 0 focus far
    /// <summary>The motion of a Lens frame.</summary>
    public PtzLens Lens => new(Axis(0, 1), Data1, Axis(2, 3), Data2);

    /// <summary>Preset of 81 … 85, 1 … 255; 0 is reserved.</summary>
    public int Preset => Data2;

    /// <summary>Cruise or scan group of 84 … 8A, 0 … 255.</summary>
    public int Group => Data1;

    /// <summary>Switch of 8C and 8D, 0 … 255; 1 is the wiper.</summary>
    public int Auxiliary => Data1;

    /// <summary>The 12-bit value of 86, 87 (seconds) and 8A.</summary>
    public int Value => (Data3 << 8) | Data2;

    /// <summary>Reads 16 hexadecimal digits in any case, with blanks around them. Never throws on input.</summary>
    /// <param name="lenient">A wrong checksum or combination code is accepted, because platforms send them; <paramref name="fault"/> tells.</param>
    /// <param name="text">The element's text.</param>
    /// <param name="command">The command.</param>
    /// <param name="fault">What is wrong, also when it was accepted.</param>
    /// <returns>False when the command must not be obeyed.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, bool lenient, out PtzCommand command, out PtzFault fault)
    {
        Span<byte> bytes = stackalloc byte[Size];
        ReadOnlySpan<char> hex = text.Trim();
        bool isHex = hex.Length == 2 * Size;
        for (int i = 0; isHex && i < Size; i++)
            isHex = byte.TryParse(hex.Slice(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]);
        if (isHex) return TryParse(bytes, lenient, out command, out fault);
        (command, fault) = (default, PtzFault.Length);
        return false;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, bool, out PtzCommand, out PtzFault)"/>
    public static bool TryParse(ReadOnlySpan<byte> bytes, bool lenient, out PtzCommand command, out PtzFault fault)
    {
        command = default;
        if (bytes.Length != Size) { fault = PtzFault.Length; return false; }
        if (bytes[0] != Head) { fault = PtzFault.Head; return false; }
        command = new PtzCommand(bytes[3], bytes[4], bytes[5], (byte)(bytes[6] >> 4), bytes[2] | ((bytes[6] & 0x0F) << 8));
        fault = bytes[1] != CombinationCode ? PtzFault.CombinationCode : Sum(bytes[..7]) != bytes[7] ? PtzFault.Checksum : PtzFault.None;
        return lenient || fault == PtzFault.None;
    }

    public static PtzCommand FromMove(PtzMove move) => new(
        (byte)(Bits(move.Pan, 0, 1) | Bits(move.Tilt, 3, 2) | Bits(move.Zoom, 4, 5)), move.PanSpeed, move.TiltSpeed, (byte)(move.ZoomSpeed & 0x0F));

    public static PtzCommand FromLens(PtzLens lens) => new(
        (byte)(0x40 | Bits(lens.Focus, 0, 1) | Bits(lens.Iris, 2, 3)), lens.FocusSpeed, lens.IrisSpeed, 0);

    /// <param name="number">0 … 255.</param>
    /// <param name="on">True closes the switch.</param>
    public static PtzCommand FromAuxiliary(byte number, bool on) => new(on ? (byte)0x8C : (byte)0x8D, number, 0, 0);

    /// <summary>Stops pan, tilt and zoom.</summary>
    public static PtzCommand Stop => default(PtzCommand) with { Address = UsualAddress };

    /// <summary>A5 0F, address low, code, data 1, data 2, data 3 and address high, sum.</summary>
    /// <param name="bytes">At least 8.</param>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Head;
        bytes[1] = CombinationCode;
        bytes[2] = (byte)Address;
        bytes[3] = Code;
        bytes[4] = Data1;
        bytes[5] = Data2;
        bytes[6] = (byte)((Data3 << 4) | ((Address >> 8) & 0x0F));
        bytes[7] = Sum(bytes[..7]);
    }

    /// <summary>16 upper-case hexadecimal digits.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Convert.ToHexString(bytes);
    }

    /// <summary>A direction and a speed byte as −1 … +1: speed 0 counts as 1, because it is the slowest motion and not a stop.</summary>
    internal static float Velocity(int direction, int speed, int top) => direction * Math.Max(1, speed) / (float)top;

    private int Axis(int plus, int minus) => ((Code >> plus) & 1) - ((Code >> minus) & 1);

    private static int Bits(int direction, int plus, int minus) => direction > 0 ? 1 << plus : direction < 0 ? 1 << minus : 0;

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte b in bytes) sum += b;
        return (byte)sum;
    }
}
