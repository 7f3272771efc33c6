using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>Header of one PES packet in a program stream. ISO/IEC 13818-1 §2.4.3.6.</summary>
/// <remarks>A length of 0 is for transport streams only, so a long access unit becomes several packets, of which the first carries the time.</remarks>
internal static class PesHeader
{
    /// <summary>Most payload bytes that this program puts into one packet: the 16 bits of the length less the header, with room to spare.</summary>
    public const int MaximumPayload = 65_000;

    public const int ContinuationSize = 9;

    public static int Size(bool hasDts) => hasDts ? 19 : 14;

    /// <summary>The first packet of an access unit.</summary>
    /// <param name="writer">Takes <see cref="Size"/> bytes.</param>
    /// <param name="streamId">E0 or C0.</param>
    /// <param name="payload">Bytes of payload that follow, 1 … <see cref="MaximumPayload"/>.</param>
    /// <param name="isAligned">data_alignment_indicator: the payload begins a random access point.</param>
    /// <param name="pts">Presentation time.</param>
    /// <param name="dts">Decoding time; written only when it differs.</param>
    public static void Write(ref WireWriter writer, byte streamId, int payload, bool isAligned, MediaTime pts, MediaTime dts)
    {
        // start code 24 | stream_id 8 | PES_packet_length 16 | '10' scrambling 2 priority 1 alignment 1 copyright 1 original 1
        // PTS_DTS_flags 2 | ESCR … extension 6 | PES_header_data_length 8 | PTS 40 | DTS 40
        bool hasDts = pts != dts;
        int data = hasDts ? 10 : 5;
        WriteStart(ref writer, streamId, 3 + data + payload);
        writer.Byte((byte)(isAligned ? 0x84 : 0x80));
        writer.Byte((byte)(hasDts ? 0xC0 : 0x80));
        writer.Byte((byte)data);
        WriteTime(ref writer, hasDts ? 0b0011u : 0b0010u, pts);
        if (hasDts) WriteTime(ref writer, 0b0001, dts);
    }

    /// <summary>A further packet of the same access unit: no time, never aligned.</summary>
    public static void WriteContinuation(ref WireWriter writer, byte streamId, int payload)
    {
        WriteStart(ref writer, streamId, 3 + payload);
        writer.Byte(0x80);
        writer.Byte(0);
        writer.Byte(0);
    }

    /// <summary>Reads the 5 bytes of a PTS or DTS. Marker bits are not looked at: some encoders leave them 0.</summary>
    public static ulong ReadTime(ReadOnlySpan<byte> field)
    {
        uint top = (uint)field[0] >> 1 & 0x7;
        uint middle = (uint)field[1] << 7 | (uint)field[2] >> 1;
        uint low = (uint)field[3] << 7 | (uint)field[4] >> 1;
        return (ulong)top << 30 | middle << 15 | low;
    }

    /// <summary>Reads what is behind PES_packet_length.</summary>
    /// <param name="packet">From the byte with <c>'10'</c> on.</param>
    /// <param name="size">Bytes up to the payload.</param>
    /// <param name="pts">Low 33 bits; null when there is none.</param>
    /// <param name="dts">Low 33 bits; null when there is none.</param>
    /// <returns>False when it is no MPEG-2 PES header or its parts do not fit into it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out int size, out ulong? pts, out ulong? dts)
    {
        (size, pts, dts) = (0, null, null);
        if (packet.Length < 3 || packet[0] >> 6 != 0b10) return false;
        size = 3 + packet[2];
        if (packet.Length < size) return false;
        int flags = packet[1] >> 6;
        if (flags >= 0b10)
        {
            if (packet[2] < 5) return false;
            pts = ReadTime(packet[3..]);
        }
        if (flags == 0b11)
        {
            if (packet[2] < 10) return false;
            dts = ReadTime(packet[8..]);
        }
        return true;
    }

    private static void WriteStart(ref WireWriter writer, byte streamId, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue);
        writer.UInt24(1);
        writer.Byte(streamId);
        writer.UInt16((ushort)length);
    }

    // prefix 4 | time[32..30] 3 | 1 | time[29..15] 15 | 1 | time[14..0] 15 | 1
    private static void WriteTime(ref WireWriter writer, uint prefix, MediaTime time)
    {
        ulong t = time.Wrapped33;
        writer.Byte((byte)(prefix << 4 | (uint)(t >> 30) << 1 | 1));
        writer.UInt16((ushort)((t >> 15 & 0x7FFF) << 1 | 1));
        writer.UInt16((ushort)((t & 0x7FFF) << 1 | 1));
    }
}
