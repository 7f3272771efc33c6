using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>Which codec is behind which stream_id. ISO/IEC 13818-1 §2.5.4.1.</summary>
internal static class ProgramStreamMap
{
    public static int Size(Codec? video, Codec? audio) => 16 + (video is null ? 0 : 4) + (audio is null ? 0 : 4);

    /// <param name="writer">Takes <see cref="Size"/> bytes.</param>
    /// <param name="version">program_stream_map_version, low 5 bits used; another one tells receivers that the map has changed.</param>
    /// <param name="video">The codec of stream E0; null when there is none.</param>
    /// <param name="audio">The codec of stream C0; null when there is none.</param>
    public static void Write(ref WireWriter writer, int version, Codec? video, Codec? audio)
    {
        // start code 32 | map_length 16 | current_next 1 | reserved 2 | version 5 | reserved 7 | marker 1
        // program_stream_info_length 16 | elementary_stream_map_length 16
        // a stream: stream_type 8 | stream_id 8 | info_length 16 ; CRC_32 over all of it
        int start = writer.Position;
        int streams = (video is null ? 0 : 4) + (audio is null ? 0 : 4);
        writer.UInt32(0x0000_01BC);
        writer.UInt16((ushort)(10 + streams));
        writer.Byte((byte)(0b1110_0000 | version & 0x1F));
        writer.Byte(0xFF);
        writer.UInt16(0);
        writer.UInt16((ushort)streams);
        if (video is { } videoCodec) WriteStream(ref writer, StreamType.Of(videoCodec), StreamId.Video);
        if (audio is { } audioCodec) WriteStream(ref writer, StreamType.Of(audioCodec), StreamId.Audio);
        writer.UInt32(Crc32Mpeg2.Compute(writer.Written[start..]));
    }

    private static void WriteStream(ref WireWriter writer, byte streamType, byte streamId)
    {
        writer.Byte(streamType);
        writer.Byte(streamId);
        writer.UInt16(0);
    }
}
