namespace Gb28181Edge.Protocol.Media;

/// <summary>stream_type of a program stream map or a program map table. ISO/IEC 13818-1 table 2-34, GB/T 28181-2022 annex C.</summary>
internal static class StreamType
{
    public const byte Aac = 0x0F;
    public const byte H264 = 0x1B;
    public const byte H265 = 0x24;
    public const byte G711A = 0x90;
    public const byte G711U = 0x91;

    public static byte Of(Codec codec) => codec switch
    {
        Codec.H264 => H264,
        Codec.H265 => H265,
        Codec.G711A => G711A,
        Codec.G711U => G711U,
        Codec.Aac => Aac,
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, null),
    };

    /// <returns>False for a type that this program does not carry (SVAC, G.723.1, private data …).</returns>
    public static bool TryCodec(byte streamType, out Codec codec)
    {
        switch (streamType)
        {
            case H264: codec = Codec.H264; return true;
            case H265: codec = Codec.H265; return true;
            case G711A: codec = Codec.G711A; return true;
            case G711U: codec = Codec.G711U; return true;
            case Aac: codec = Codec.Aac; return true;
            default: codec = default; return false;
        }
    }
}
