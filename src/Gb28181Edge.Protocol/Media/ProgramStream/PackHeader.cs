using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>PS pack header, 14 bytes, no stuffing. ISO/IEC 13818-1 §2.5.3.3.</summary>
internal static class PackHeader
{
    public const int Size = 14;

    /// <param name="writer">Takes <see cref="Size"/> bytes.</param>
    /// <param name="scrBase">System clock reference base, 90 kHz, low 33 bits used.</param>
    /// <param name="muxRate">program_mux_rate, units of 50 bytes/s, 1 … 0x3FFFFF.</param>
    public static void Write(ref WireWriter writer, MediaTime scrBase, uint muxRate)
    {
        // start code 32 | '01' | SCR[32..30] 3 | 1 | SCR[29..15] 15 | 1 | SCR[14..0] 15 | 1 | SCR_ext 9 | 1
        // mux_rate 22 | 1 1 | reserved 5 | stuffing_length 3
        ulong s = scrBase.Wrapped33;
        writer.UInt32(0x0000_01BA);
        writer.UInt48(1UL << 46 | (s >> 30 & 0x7) << 43 | 1UL << 42 | (s >> 15 & 0x7FFF) << 27
                    | 1UL << 26 | (s & 0x7FFF) << 11 | 1UL << 10 | 1UL);       // SCR_ext is 0
        writer.UInt24(muxRate << 2 | 0b11);
        writer.Byte(0b1111_1000);
    }
}
