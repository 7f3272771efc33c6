namespace Gb28181Edge.Protocol.Media.ProgramStream;

/// <summary>stream_id and the other start codes of a program stream. ISO/IEC 13818-1 table 2-22, GB/T 28181-2016 annex C.</summary>
internal static class StreamId
{
    public const byte ProgramEnd = 0xB9;
    public const byte Pack = 0xBA;
    public const byte SystemHeader = 0xBB;
    public const byte ProgramStreamMap = 0xBC;
    public const byte PrivateStream1 = 0xBD;
    public const byte Padding = 0xBE;
    public const byte PrivateStream2 = 0xBF;
    public const byte Audio = 0xC0;
    public const byte Video = 0xE0;
    public const byte ProgramStreamDirectory = 0xFF;

    public static bool IsAudio(byte streamId) => streamId is >= 0xC0 and <= 0xDF;

    public static bool IsVideo(byte streamId) => streamId is >= 0xE0 and <= 0xEF;
}
