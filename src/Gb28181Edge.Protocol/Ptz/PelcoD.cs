namespace Gb28181Edge.Protocol.Ptz;

/// <summary>Why bytes are no Pelco-D or Pelco-P frame.</summary>
internal enum PelcoFault
{
    None,
    Length,
    /// <summary>The first byte, or the last but one of Pelco-P, is another.</summary>
    Sync,
    Checksum,
}

/// <summary>What a head does, all of it: Pelco-D has one motion frame for everything, so it latches as a whole.</summary>
/// <param name="Pan">−63 … +63, + is right; ±64 is turbo; 0 stands.</param>
/// <param name="Tilt">−63 … +63, + is up; 0 stands.</param>
/// <param name="Zoom">Its sign: + is tele, − wide.</param>
/// <param name="Focus">Its sign: + is far, − near.</param>
/// <param name="Iris">Its sign: + opens, − closes.</param>
internal readonly record struct PelcoDMotion(int Pan, int Tilt, int Zoom = 0, int Focus = 0, int Iris = 0)
{
    public bool IsStop => this == default;
}

/// <summary>The extended commands: cmd2 with bit 0 set. Pelco-D protocol manual.</summary>
internal enum PelcoDCommand : byte
{
    /// <summary>data2 is the preset.</summary>
    SetPreset = 0x03,
    ClearPreset = 0x05,
    GoToPreset = 0x07,
    /// <summary>data2 is the auxiliary, 1 … 8.</summary>
    SetAuxiliary = 0x09,
    ClearAuxiliary = 0x0B,
    RemoteReset = 0x0F,
    ZoneStart = 0x11,
    ZoneEnd = 0x13,
    /// <summary>data1 is the column, data2 the character.</summary>
    WriteCharacter = 0x15,
    ClearScreen = 0x17,
    AlarmAcknowledge = 0x19,
    ZoneScanOn = 0x1B,
    ZoneScanOff = 0x1D,
    PatternStart = 0x1F,
    PatternStop = 0x21,
    PatternRun = 0x23,
    /// <summary>data2 is 0 … 3.</summary>
    ZoomSpeed = 0x25,
    /// <summary>data2 is 0 … 3.</summary>
    FocusSpeed = 0x27,
    ResetCamera = 0x29,
    /// <summary>What the selector in data2 means differs from head to head.</summary>
    AutoFocus = 0x2B,
    AutoIris = 0x2D,
    Agc = 0x2F,
    BacklightCompensation = 0x31,
    AutoWhiteBalance = 0x33,
    PhaseDelayMode = 0x35,
    ShutterSpeed = 0x37,
    LineLockPhase = 0x39,
    WhiteBalanceRedBlue = 0x3B,
    WhiteBalanceMagentaGreen = 0x3D,
    Gain = 0x3F,
    AutoIrisLevel = 0x41,
    AutoIrisPeak = 0x43,
    SetZeroPosition = 0x49,
    /// <summary>Hundredths of a degree, big endian.</summary>
    SetPan = 0x4B,
    SetTilt = 0x4D,
    SetZoom = 0x4F,
    QueryPan = 0x51,
    QueryTilt = 0x53,
    QueryZoom = 0x55,
    PanReply = 0x59,
    TiltReply = 0x5B,
    ZoomReply = 0x5D,
}

/// <summary>Presets that are commands on most domes.</summary>
internal static class PelcoSpecialPreset
{
    /// <summary>Turns round by 180°.</summary>
    public const int Flip = 0x21;

    /// <summary>Goes to pan zero.</summary>
    public const int ZeroPan = 0x22;

    /// <summary>Opens the menu.</summary>
    public const int Menu = 0x5F;
}

/// <summary>The on and off commands of cmd1: bit 7 is the sense, bits 3 and 4 what it is about.</summary>
internal enum PelcoDSense : byte
{
    CameraOff = 0x08,
    CameraOn = 0x88,
    ManualScan = 0x10,
    AutoScan = 0x90,
}

/// <summary>One frame's fields.</summary>
internal readonly record struct PelcoDFrame(byte Address, byte Command1, byte Command2, byte Data1, byte Data2)
{
    /// <summary>An extended command; false is a motion frame.</summary>
    public bool IsExtended => (Command2 & 0x01) != 0;

    /// <summary>Of an extended command; may be a value that has no name.</summary>
    public PelcoDCommand Command => (PelcoDCommand)Command2;

    /// <summary>data1 and data2 as one number: hundredths of a degree in the position commands and replies.</summary>
    public int Value => (Data1 << 8) | Data2;

    /// <summary>What a motion frame makes the head do; a direction with speed 0 counts as speed 1.</summary>
    public PelcoDMotion Motion => IsExtended ? default : new(
        Direction(Command2, 1, 2) * Math.Clamp((int)Data1, 1, PelcoD.TurboSpeed),
        Direction(Command2, 3, 4) * Math.Clamp((int)Data2, 1, PelcoD.TopSpeed),
        Direction(Command2, 5, 6),
        ((Command2 >> 7) & 1) - (Command1 & 1),
        Direction(Command1, 1, 2));

    private static int Direction(byte bits, int plus, int minus) => ((bits >> plus) & 1) - ((bits >> minus) & 1);
}

/// <summary>Pelco-D: <c>FF addr cmd1 cmd2 data1 data2 sum</c>, 8N1, usually 2400 baud. Pelco D protocol manual (DRD14).</summary>
internal static class PelcoD
{
    public const int FrameSize = 7;

    /// <summary>Older receivers answer a motion with <c>FF addr alarms sum</c>.</summary>
    public const int GeneralReplySize = 4;

    public const int TopSpeed = 0x3F;

    /// <summary>Pan only.</summary>
    public const int TurboSpeed = 0x40;

    private const byte Sync = 0xFF;

    /// <summary>A share of top speed as a Pelco speed: 0 stays 0, anything else is at least 1, half is rounded up.</summary>
    /// <param name="velocity">−1 … +1; beyond is cut off.</param>
    /// <returns>−63 … +63.</returns>
    public static int ToSpeed(float velocity)
    {
        if (velocity == 0 || float.IsNaN(velocity)) return 0;
        int speed = Math.Max(1, (int)MathF.Floor((Math.Min(1f, MathF.Abs(velocity)) * TopSpeed) + 0.5f));
        return velocity < 0 ? -speed : speed;
    }

    /// <summary>A share of top speed as a lens speed, for <see cref="PelcoDCommand.ZoomSpeed"/> and <see cref="PelcoDCommand.FocusSpeed"/>: 0 … 3, half is rounded up.</summary>
    public static byte ToLensSpeed(float velocity) =>
        float.IsNaN(velocity) ? (byte)0 : (byte)MathF.Floor((Math.Min(1f, MathF.Abs(velocity)) * 3) + 0.5f);

    // cmd1: 7 sense | 4 scan | 3 camera | 2 iris close | 1 iris open | 0 focus near
    // cmd2: 7 focus far | 6 wide | 5 tele | 4 down | 3 up | 2 left | 1 right | 0 = motion frame
    /// <summary>Writes the whole state as one frame; <c>default</c> stops everything.</summary>
    /// <param name="frame">At least 7 bytes.</param>
    /// <param name="address">1 … 255.</param>
    /// <param name="motion">Speeds beyond the top are cut off.</param>
    public static void WriteMotion(Span<byte> frame, byte address, PelcoDMotion motion)
    {
        int command1 = Bits(motion.Iris, 1, 2) | (motion.Focus < 0 ? 0x01 : 0);
        int command2 = Bits(motion.Pan, 1, 2) | Bits(motion.Tilt, 3, 4) | Bits(motion.Zoom, 5, 6) | (motion.Focus > 0 ? 0x80 : 0);
        int pan = (int)Math.Min(Math.Abs((long)motion.Pan), TurboSpeed), tilt = (int)Math.Min(Math.Abs((long)motion.Tilt), TopSpeed);
        Write(frame, address, (byte)command1, (byte)command2, (byte)pan, (byte)tilt);
    }

    /// <summary>Writes an extended command.</summary>
    /// <param name="frame">At least 7 bytes.</param>
    public static void WriteCommand(Span<byte> frame, byte address, PelcoDCommand command, byte data1, byte data2) =>
        Write(frame, address, 0, (byte)command, data1, data2);

    /// <summary>Writes an extended command with one 16-bit value.</summary>
    /// <param name="frame">At least 7 bytes.</param>
    public static void WriteCommand(Span<byte> frame, byte address, PelcoDCommand command, ushort value) =>
        Write(frame, address, 0, (byte)command, (byte)(value >> 8), (byte)value);

    /// <summary>Switches the camera or its scan.</summary>
    /// <param name="frame">At least 7 bytes.</param>
    public static void WriteSense(Span<byte> frame, byte address, PelcoDSense sense) => Write(frame, address, (byte)sense, 0, 0, 0);

    /// <summary>Reads one frame, a command or a 7-byte reply. Never throws on input.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out PelcoDFrame frame, out PelcoFault fault)
    {
        frame = default;
        fault = bytes.Length != FrameSize ? PelcoFault.Length
            : bytes[0] != Sync ? PelcoFault.Sync
            : Sum(bytes[1..6]) != bytes[6] ? PelcoFault.Checksum : PelcoFault.None;
        if (fault != PelcoFault.None) return false;
        frame = new PelcoDFrame(bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
        return true;
    }

    /// <summary>Finds the next frame in a stream of bytes: by length and checksum, because a payload may hold FF.</summary>
    /// <param name="bytes">What has come and was not consumed.</param>
    /// <param name="consumed">Bytes to drop: noise before a frame, and the frame when there is one.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False when more bytes are needed.</returns>
    public static bool TryFind(ReadOnlySpan<byte> bytes, out int consumed, out PelcoDFrame frame)
    {
        for (consumed = 0; consumed < bytes.Length; consumed++)
        {
            if (bytes[consumed] != Sync) continue;
            if (bytes.Length - consumed < FrameSize) break;
            if (!TryParse(bytes.Slice(consumed, FrameSize), out frame, out _)) continue;
            consumed += FrameSize;
            return true;
        }
        frame = default;
        return false;
    }

    /// <summary>Reads the 4-byte general reply. Never throws on input.</summary>
    /// <param name="address">Who answers.</param>
    /// <param name="alarms">A bit for each alarm input of the receiver.</param>
    public static bool TryParseGeneralReply(ReadOnlySpan<byte> bytes, out byte address, out byte alarms, out PelcoFault fault)
    {
        (address, alarms) = (0, 0);
        fault = bytes.Length != GeneralReplySize ? PelcoFault.Length
            : bytes[0] != Sync ? PelcoFault.Sync
            : Sum(bytes[1..3]) != bytes[3] ? PelcoFault.Checksum : PelcoFault.None;
        if (fault != PelcoFault.None) return false;
        (address, alarms) = (bytes[1], bytes[2]);
        return true;
    }

    private static void Write(Span<byte> frame, byte address, byte command1, byte command2, byte data1, byte data2)
    {
        frame[0] = Sync;
        frame[1] = address;
        frame[2] = command1;
        frame[3] = command2;
        frame[4] = data1;
        frame[5] = data2;
        frame[6] = Sum(frame[1..6]);
    }

    private static int Bits(int direction, int plus, int minus) => direction > 0 ? 1 << plus : direction < 0 ? 1 << minus : 0;

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte b in bytes) sum += b;
        return (byte)sum;
    }
}
