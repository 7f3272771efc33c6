using Gb28181Edge.Protocol.Wire;

namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>PS system header for at most one video and one audio stream. ISO/IEC 13818-1 §2.5.3.5.</summary>
internal static class SystemHeader
{
    public static int Size(bool video, bool audio) => 12 + (video ? 3 : 0) + (audio ? 3 : 0);

    /// <param name="writer">Takes <see cref="Size"/> bytes.</param>
    /// <param name="rateBound">Not less than any program_mux_rate, units of 50 bytes/s, 1 … 0x3FFFFF.</param>
    /// <param name="video">There is a video stream, E0.</param>
    /// <param name="audio">There is an audio stream, C0.</param>
    public static void Write(ref WireWriter writer, uint rateBound, bool video, bool audio)
    {
        // start code 32 | header_length 16 | 1 | rate_bound 22 | 1
        // audio_bound 6 | fixed 0 | CSPS 0 | audio_lock 0 | video_lock 0 | 1 | video_bound 5 | packet_rate_restriction 0 | reserved 7
        // a stream: stream_id 8 | '11' | buffer_bound_scale 1 | buffer_size_bound 13
        writer.UInt32(0x0000_01BB);
        writer.UInt16((ushort)(Size(video, audio) - 6));
        writer.UInt24(1u << 23 | rateBound << 1 | 1);
        writer.Byte((byte)(audio ? 1 << 2 : 0));
        writer.Byte((byte)(0b0010_0000 | (video ? 1 : 0)));
        writer.Byte(0x7F);
        if (video)
        {
            writer.Byte(StreamId.Video);
            writer.UInt16(0b111 << 13 | 400);                                   // 400 × 1024 bytes
        }
        if (audio)
        {
            writer.Byte(StreamId.Audio);
            writer.UInt16(0b110 << 13 | 32);                                    // 32 × 128 bytes
        }
    }
}
