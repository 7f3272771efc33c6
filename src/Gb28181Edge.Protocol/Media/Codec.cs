namespace Gb28181Edge.Protocol.Media;

/// <summary>What an access unit is coded in.</summary>
internal enum Codec
{
    /// <summary>H.264, Annex B byte stream. PS stream_type 0x1B.</summary>
    H264,
    /// <summary>H.265, Annex B byte stream. PS stream_type 0x24.</summary>
    H265,
    /// <summary>G.711 A-law, 8 kHz mono. PS stream_type 0x90.</summary>
    G711A,
    /// <summary>G.711 µ-law, 8 kHz mono. PS stream_type 0x91 (GB/T 28181-2022).</summary>
    G711U,
    /// <summary>AAC with ADTS headers. PS stream_type 0x0F.</summary>
    Aac,
}

internal static class CodecFacts
{
    public static bool IsVideo(this Codec codec) => codec is Codec.H264 or Codec.H265;
}
