namespace Gb28181Edge.Protocol.Media;

/// <summary>CRC-32/MPEG-2 of tables and maps: polynomial 04C11DB7, all ones to start, not reflected, not inverted. ISO/IEC 13818-1 annex A.</summary>
/// <remarks>Over a section that ends with its own CRC the result is 0.</remarks>
internal static class Crc32Mpeg2
{
    private static readonly uint[] Table = MakeTable();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = crc << 8 ^ Table[crc >> 24 ^ b];
        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i << 24;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000_0000) != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1;
            table[i] = crc;
        }
        return table;
    }
}
