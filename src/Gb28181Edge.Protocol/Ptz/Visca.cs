namespace Gb28181Edge.Protocol.Ptz;

/// <summary>VISCA packets: <c>8x … FF</c>, 3 to 16 bytes, x the head's address. Sony VISCA command lists (EVI, SRG, BRC) and compatible heads.</summary>
/// <remarks>A zoom or focus is written as a signed step: 0 stops, ±1 … ±8 is speed 0 … 7 towards tele or far (+), wide or near (−).</remarks>
internal static class Visca
{
    public const int SmallestPacket = 3, LargestPacket = 16;

    /// <summary>The last byte of every packet, and of none else.</summary>
    public const byte Terminator = 0xFF;

    /// <summary>The address that all heads of a chain take for theirs.</summary>
    public const int Broadcast = 8;

    public const int HighestAddress = 7;

    /// <summary>Of pan, in every list; tilt ends at 14h or at 17h.</summary>
    public const int TopPanSpeed = 0x18;

    public const int TopTiltSpeed = 0x14;

    /// <summary>Of the variable zoom and focus commands.</summary>
    public const int TopLensSpeed = 7;

    public const byte FocusAuto = 0x02, FocusManual = 0x03;
    public const byte ExposureAuto = 0x00, ExposureManual = 0x03, ExposureIrisPriority = 0x0B;

    /// <summary>A share of top speed as a VISCA speed: 0 stays 0, anything else is at least 1, half is rounded up.</summary>
    /// <param name="velocity">−1 … +1; beyond is cut off.</param>
    /// <param name="top"><see cref="TopPanSpeed"/> or the top of tilt.</param>
    /// <returns>−top … +top.</returns>
    public static int ToSpeed(float velocity, int top)
    {
        if (velocity == 0 || float.IsNaN(velocity)) return 0;
        int speed = Math.Max(1, Scaled(velocity, top));
        return velocity < 0 ? -speed : speed;
    }

    /// <summary>A share of top speed as the signed step of zoom and focus: 0, or ±1 … ±8 for the speeds 0 … 7.</summary>
    public static int ToLensStep(float velocity)
    {
        if (velocity == 0 || float.IsNaN(velocity)) return 0;
        int step = Scaled(velocity, TopLensSpeed) + 1;
        return velocity < 0 ? -step : step;
    }

    // 8x 01 06 01 VV WW XX YY FF: XX 01 left 02 right 03 none, YY 01 up 02 down 03 none
    /// <summary>Pan and tilt until told otherwise; both 0 stop. The speed of an axis that stands is written as 1.</summary>
    /// <param name="address">1 … 7.</param>
    /// <param name="pan">+ is right.</param>
    /// <param name="tilt">+ is up.</param>
    public static byte[] Drive(int address, int pan, int tilt) => Packet(
        address, 0x01, 0x06, 0x01, Speed(pan), Speed(tilt), (byte)(pan < 0 ? 1 : pan > 0 ? 2 : 3), (byte)(tilt > 0 ? 1 : tilt < 0 ? 2 : 3));

    public static byte[] Home(int address) => Packet(address, 0x01, 0x06, 0x04);

    /// <summary>Lets the head find its end stops again.</summary>
    public static byte[] Reset(int address) => Packet(address, 0x01, 0x06, 0x05);

    /// <summary>Goes to a position in the head's own steps, signed.</summary>
    /// <param name="wide">Pan as five nibbles and 00 instead of the tilt speed, as the SRG-X400 lists it.</param>
    public static byte[] Absolute(int address, int panSpeed, int tiltSpeed, int pan, int tilt, bool wide = false) =>
        Position(address, 0x02, panSpeed, tiltSpeed, pan, tilt, wide);

    /// <summary>Goes by so many steps, signed.</summary>
    /// <inheritdoc cref="Absolute"/>
    public static byte[] Relative(int address, int panSpeed, int tiltSpeed, int pan, int tilt, bool wide = false) =>
        Position(address, 0x03, panSpeed, tiltSpeed, pan, tilt, wide);

    /// <summary>Bounds the head's travel.</summary>
    /// <param name="upRight">True for the limit up and right, false for down and left.</param>
    public static byte[] LimitSet(int address, bool upRight, int pan, int tilt)
    {
        byte[] packet = Packet(address, 0x01, 0x06, 0x07, 0x00, (byte)(upRight ? 1 : 0), 0, 0, 0, 0, 0, 0, 0, 0);
        Nibbles(packet.AsSpan(6, 4), pan);
        Nibbles(packet.AsSpan(10, 4), tilt);
        return packet;
    }

    public static byte[] LimitClear(int address, bool upRight) => Packet(
        address, 0x01, 0x06, 0x07, 0x01, (byte)(upRight ? 1 : 0), 0x07, 0x0F, 0x0F, 0x0F, 0x07, 0x0F, 0x0F, 0x0F);

    /// <summary>Zooms at a variable speed until told otherwise.</summary>
    /// <param name="step">0 stops; + is tele.</param>
    public static byte[] Zoom(int address, int step) => Packet(address, 0x01, 0x04, 0x07, Lens(step));

    /// <summary>Zooms at the head's standard speed.</summary>
    public static byte[] ZoomStandard(int address, bool tele) => Packet(address, 0x01, 0x04, 0x07, (byte)(tele ? 2 : 3));

    /// <param name="position">0 is wide; 4000h usually the optical end.</param>
    public static byte[] ZoomDirect(int address, int position)
    {
        byte[] packet = Packet(address, 0x01, 0x04, 0x47, 0, 0, 0, 0);
        Nibbles(packet.AsSpan(4, 4), position);
        return packet;
    }

    /// <summary>Focuses at a variable speed until told otherwise.</summary>
    /// <param name="step">0 stops; + is far.</param>
    public static byte[] Focus(int address, int step) => Packet(address, 0x01, 0x04, 0x08, Lens(step));

    /// <param name="mode"><see cref="FocusAuto"/>, <see cref="FocusManual"/> or 10h to toggle.</param>
    public static byte[] FocusMode(int address, byte mode) => Packet(address, 0x01, 0x04, 0x38, mode);

    public static byte[] FocusOnce(int address) => Packet(address, 0x01, 0x04, 0x18, 0x01);

    /// <summary>One step of the iris.</summary>
    /// <param name="direction">+ opens, − closes, 0 takes the initial value.</param>
    public static byte[] Iris(int address, int direction) => Packet(address, 0x01, 0x04, 0x0B, (byte)(direction > 0 ? 2 : direction < 0 ? 3 : 0));

    /// <param name="mode"><see cref="ExposureAuto"/>, <see cref="ExposureManual"/>, <see cref="ExposureIrisPriority"/> or another of the head's.</param>
    public static byte[] ExposureMode(int address, byte mode) => Packet(address, 0x01, 0x04, 0x39, mode);

    public static byte[] MemoryReset(int address, byte memory) => Packet(address, 0x01, 0x04, 0x3F, 0x00, memory);

    public static byte[] MemorySet(int address, byte memory) => Packet(address, 0x01, 0x04, 0x3F, 0x01, memory);

    public static byte[] MemoryRecall(int address, byte memory) => Packet(address, 0x01, 0x04, 0x3F, 0x02, memory);

    public static byte[] Power(int address, bool on) => Packet(address, 0x01, 0x04, 0x00, (byte)(on ? 2 : 3));

    /// <summary>Gives up the command that a socket works on.</summary>
    /// <param name="socket">1 or 2.</param>
    public static byte[] Cancel(int address, int socket) => Packet(address, (byte)(0x20 | (socket & 0x0F)));

    /// <summary>Empties the head's command buffers.</summary>
    /// <param name="address">1 … 7, or <see cref="Broadcast"/>.</param>
    public static byte[] InterfaceClear(int address) => Packet(address, 0x01, 0x00, 0x01);

    /// <summary>Gives the heads of a chain their addresses, from 1 up in the order of the wiring.</summary>
    public static byte[] AddressSet() => Packet(Broadcast, 0x30, 0x01);

    public static byte[] PanTiltPositionInquiry(int address) => Packet(address, 0x09, 0x06, 0x12);

    public static byte[] ZoomPositionInquiry(int address) => Packet(address, 0x09, 0x04, 0x47);

    public static byte[] FocusModeInquiry(int address) => Packet(address, 0x09, 0x04, 0x38);

    public static byte[] ExposureModeInquiry(int address) => Packet(address, 0x09, 0x04, 0x39);

    public static byte[] PowerInquiry(int address) => Packet(address, 0x09, 0x04, 0x00);

    /// <summary>Reads the data of a pan-tilt position: 4 + 4 nibbles, or 5 + 4.</summary>
    /// <param name="data"><see cref="ViscaReply.Data"/>.</param>
    /// <param name="pan">Steps, signed.</param>
    /// <param name="tilt">Steps, signed.</param>
    public static bool TryReadPanTilt(ReadOnlySpan<byte> data, out int pan, out int tilt)
    {
        (pan, tilt) = (0, 0);
        if (data.Length is not (8 or 9)) return false;
        int panNibbles = data.Length - 4;
        return TryReadNibbles(data[..panNibbles], signed: true, out pan) && TryReadNibbles(data[panNibbles..], signed: true, out tilt);
    }

    /// <summary>Reads the data of a zoom position: 4 nibbles, unsigned.</summary>
    public static bool TryReadZoom(ReadOnlySpan<byte> data, out int zoom)
    {
        zoom = 0;
        return data.Length == 4 && TryReadNibbles(data, signed: false, out zoom);
    }

    private static bool TryReadNibbles(ReadOnlySpan<byte> nibbles, bool signed, out int value)
    {
        value = 0;
        foreach (byte nibble in nibbles)
        {
            if (nibble > 0x0F) return false;
            value = (value << 4) | nibble;
        }
        int bits = 4 * nibbles.Length;
        if (signed && (value >> (bits - 1)) != 0) value -= 1 << bits;
        return true;
    }

    private static byte[] Position(int address, byte command, int panSpeed, int tiltSpeed, int pan, int tilt, bool wide)
    {
        byte[] packet = wide
            ? Packet(address, 0x01, 0x06, command, Speed(panSpeed), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            : Packet(address, 0x01, 0x06, command, Speed(panSpeed), Speed(tiltSpeed), 0, 0, 0, 0, 0, 0, 0, 0);
        int panNibbles = wide ? 5 : 4;
        Nibbles(packet.AsSpan(6, panNibbles), pan);
        Nibbles(packet.AsSpan(6 + panNibbles, 4), tilt);
        return packet;
    }

    private static void Nibbles(Span<byte> target, int value)
    {
        for (int i = target.Length - 1; i >= 0; i--, value >>= 4) target[i] = (byte)(value & 0x0F);
    }

    private static byte Lens(int step) =>
        step == 0 ? (byte)0 : (byte)((step > 0 ? 0x20 : 0x30) + Math.Min(Math.Abs((long)step) - 1, TopLensSpeed));

    private static byte Speed(int speed) => (byte)Math.Clamp(Math.Abs((long)speed), 1, TopPanSpeed);

    private static int Scaled(float velocity, int top) => (int)MathF.Floor((Math.Min(1f, MathF.Abs(velocity)) * top) + 0.5f);

    private static byte[] Packet(int address, params ReadOnlySpan<byte> body) => [(byte)(0x80 | address), .. body, Terminator];
}
