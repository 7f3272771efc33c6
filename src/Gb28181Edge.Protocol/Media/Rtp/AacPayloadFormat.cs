using System.Diagnostics.CodeAnalysis;

namespace Gb28181Edge.Protocol.Media.Rtp;

/// <summary>How a description says that AAC is packed, and what it decodes to. RFC 3640 §4.1, ISO/IEC 14496-3 §1.6.2.1.</summary>
/// <param name="SizeLength">Bits of an AU's size.</param>
/// <param name="IndexLength">Bits of the first AU's index.</param>
/// <param name="IndexDeltaLength">Bits of the others' index.</param>
/// <param name="ObjectType">Audio object type, 1 … 4: what ADTS can say.</param>
/// <param name="SampleRate">Of the core, samples a second: one of the 13 of the standard.</param>
/// <param name="Channels">Channel configuration, 1 … 7.</param>
/// <param name="SamplesPerUnit">1024, or 960.</param>
internal sealed record AacPayloadFormat(
    int SizeLength, int IndexLength, int IndexDeltaLength, int ObjectType, int SampleRate, int Channels, int SamplesPerUnit)
{
    private static ReadOnlySpan<int> Frequencies =>
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    /// <param name="config">AudioSpecificConfig in hexadecimal.</param>
    /// <returns>False when the configuration cannot be read, or ADTS cannot carry it.</returns>
    public static bool TryCreate(string config, int sizeLength, int indexLength, int indexDeltaLength,
        [NotNullWhen(true)] out AacPayloadFormat? format)
    {
        format = null;
        if (sizeLength is < 1 or > 16 || indexLength is < 0 or > 16 || indexDeltaLength is < 0 or > 16) return false;
        byte[] bytes = new byte[64];
        if (config.Length % 2 != 0 || config.Length > 2 * bytes.Length) return false;
        if (Convert.FromHexString(config, bytes, out _, out int length) != System.Buffers.OperationStatus.Done) return false;
        var bits = new FieldReader(bytes.AsSpan(0, length));
        if (!TryObjectType(ref bits, out int objectType) || !TryFrequency(ref bits, out int frequency) || !bits.TryBits(4, out int channels)) return false;
        const int Sbr = 5, ParametricStereo = 29;
        if (objectType is Sbr or ParametricStereo)
        {
            // spectral band replication on top: the frequency that follows is the output's, ADTS names the core's
            if (!TryFrequency(ref bits, out _) || !TryObjectType(ref bits, out objectType)) return false;
        }
        if (objectType is < 1 or > 4 || channels is < 1 or > 7) return false;
        if (!bits.TryBits(1, out int isShort)) return false;
        format = new AacPayloadFormat(sizeLength, indexLength, indexDeltaLength, objectType, frequency, channels, isShort == 1 ? 960 : 1024);
        return true;
    }

    private static bool TryObjectType(ref FieldReader bits, out int type)
    {
        if (!bits.TryBits(5, out type)) return false;
        if (type != 31) return true;
        if (!bits.TryBits(6, out int more)) return false;
        type = 32 + more;
        return true;
    }

    private static bool TryFrequency(ref FieldReader bits, out int frequency)
    {
        frequency = 0;
        if (!bits.TryBits(4, out int index)) return false;
        if (index < Frequencies.Length)
        {
            frequency = Frequencies[index];
            return true;
        }
        return index == 15 && bits.TryBits(24, out frequency) && Frequencies.Contains(frequency);
    }
}

/// <summary>Reads bit fields that have no emulation prevention: AAC's configuration and AU headers.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bits read so far.</summary>
    public int Position { get; private set; }

    /// <param name="count">0 … 24.</param>
    /// <param name="value">The bits, the first one on top.</param>
    public bool TryBits(int count, out int value)
    {
        value = 0;
        if (count > 8 * _bytes.Length - Position) return false;
        for (int i = 0; i < count; i++, Position++) value = value << 1 | _bytes[Position >> 3] >> (7 - (Position & 7)) & 1;
        return true;
    }
}
