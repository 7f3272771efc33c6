namespace Gb28181Edge.Protocol.Media;

/// <summary>G.711 at 8 kHz mono: one byte a sample. ITU-T G.711, RFC 3551 §4.5.14.</summary>
internal static class G711
{
    public const int SampleRate = 8000;

    /// <summary>90 kHz ticks a sample does not divide into: 11¼. This is exact for any whole number of 4 samples.</summary>
    public static long Duration(int samples) => (long)samples * MediaTime.ClockRate / SampleRate;

    /// <summary>The byte for silence.</summary>
    public static byte Silence(Codec codec) => codec == Codec.G711A ? (byte)0xD5 : (byte)0xFF;
}
