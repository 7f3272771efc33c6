namespace Gb28181Edge.Protocol.Media;

/// <summary>What the ADTS header of an AAC frame says.</summary>
/// <param name="FrameSize">Bytes of the frame, its header included.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Channels">channel_configuration; 0 when it is inside the frame.</param>
internal readonly record struct AdtsHeader(int FrameSize, int SampleRate, int Channels)
{
    /// <summary>90 kHz ticks of its 1024 samples.</summary>
    public long Duration => 1024L * MediaTime.ClockRate / SampleRate;
}

/// <summary>AAC as this program carries it: frames with ADTS headers. ISO/IEC 13818-7 §6.2, ISO/IEC 14496-3 §1.A.2.2.</summary>
internal static class Aac
{
    public const int HeaderSize = 7;

    private static readonly int[] SampleRates =
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    public static bool TryParseHeader(ReadOnlySpan<byte> frame, out AdtsHeader header)
    {
        // syncword 12 | ID 1 | layer 2 | protection_absent 1 | profile 2 | sampling_frequency_index 4 | private 1
        // channel_configuration 3 | original 1 | home 1 | copyright 2 | frame_length 13 | fullness 11 | blocks 2
        header = default;
        if (frame.Length < HeaderSize || frame[0] != 0xFF || (frame[1] & 0xF6) != 0xF0) return false;
        int rate = frame[2] >> 2 & 0xF;
        int size = (frame[3] & 0x3) << 11 | frame[4] << 3 | frame[5] >> 5;
        if (rate >= SampleRates.Length || size < HeaderSize) return false;
        header = new AdtsHeader(size, SampleRates[rate], (frame[2] & 1) << 2 | frame[3] >> 6);
        return true;
    }

    /// <summary>Writes an ADTS header for a raw frame of AAC-LC and the like.</summary>
    /// <param name="destination">7 bytes or more.</param>
    /// <param name="objectType">audio object type, 1 … 4.</param>
    /// <param name="sampleRate">One of the 13 of the standard.</param>
    /// <param name="channels">1 … 7.</param>
    /// <param name="rawSize">Bytes of the raw frame that follows, at most 8184.</param>
    /// <returns>False when ADTS cannot say one of these.</returns>
    public static bool TryWriteHeader(Span<byte> destination, int objectType, int sampleRate, int channels, int rawSize)
    {
        int rate = Array.IndexOf(SampleRates, sampleRate);
        int size = rawSize + HeaderSize;
        if (rate < 0 || objectType is < 1 or > 4 || channels is < 1 or > 7 || rawSize < 0 || size > 0x1FFF) return false;
        destination[0] = 0xFF;
        destination[1] = 0xF1;
        destination[2] = (byte)((objectType - 1) << 6 | rate << 2 | channels >> 2);
        destination[3] = (byte)((channels & 3) << 6 | size >> 11);
        destination[4] = (byte)(size >> 3);
        destination[5] = (byte)((size & 7) << 5 | 0x1F);
        destination[6] = 0xFC;
        return true;
    }
}
