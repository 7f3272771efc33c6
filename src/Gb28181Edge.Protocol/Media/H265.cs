namespace Gb28181Edge.Protocol.Media;

/// <summary>The parts of H.265 that a carrier of pictures has to know. ITU-T H.265 §7.3, §7.4.2.4.</summary>
internal static class H265
{
    public const int FirstIrap = 16;
    public const int IdrWithRadl = 19;
    public const int Cra = 21;
    public const int LastIrap = 23;
    public const int Vps = 32;
    public const int Sps = 33;
    public const int Pps = 34;
    public const int AccessUnitDelimiter = 35;
    public const int PrefixSei = 39;

    /// <summary>nal_unit_type. Table 7-1.</summary>
    /// <param name="nal">Not empty.</param>
    public static int NalType(ReadOnlySpan<byte> nal) => nal[0] >> 1 & 0x3F;

    /// <summary>Coded slice segment.</summary>
    public static bool IsVcl(int nalType) => nalType < 32;

    /// <summary>BLA, IDR or CRA: a decoder can start here.</summary>
    public static bool IsIrap(int nalType) => nalType is >= FirstIrap and <= LastIrap;

    /// <summary>This NAL unit after a picture's last slice begins the next access unit. §7.4.2.4.4.</summary>
    public static bool BeginsAccessUnit(int nalType) =>
        nalType is >= Vps and <= AccessUnitDelimiter or PrefixSei or >= 41 and <= 44 or >= 48 and <= 55;

    /// <summary>A slice segment that is the first of its picture: first_slice_segment_in_pic_flag.</summary>
    public static bool IsFirstSlice(ReadOnlySpan<byte> nal) => nal.Length > 2 && IsVcl(NalType(nal)) && (nal[2] & 0x80) != 0;

    /// <param name="nal">An SPS, its NAL header included.</param>
    /// <param name="format">What it says.</param>
    /// <returns>False when it is cut off or says what cannot be.</returns>
    public static bool TryParseSps(ReadOnlySpan<byte> nal, out VideoFormat format)
    {
        format = default;
        if (nal.Length < 3 || NalType(nal) != Sps) return false;
        BitReader bits = new(nal[2..]);
        if (!TrySpsId(ref bits, out uint subLayers, out uint id)) return false;
        if (!bits.TryUnsigned(out uint chromaFormat) || chromaFormat > 3) return false;
        if (chromaFormat == 3)
        {
            if (!bits.TryFlag(out bool separatePlanes)) return false;
            if (separatePlanes) chromaFormat = 0;
        }
        if (!bits.TryUnsigned(out uint width) || !bits.TryUnsigned(out uint height)) return false;
        if (width is 0 or > 16384 || height is 0 or > 16384) return false;
        if (!bits.TryFlag(out bool cropped)) return false;
        if (cropped)
        {
            if (!bits.TryUnsigned(out uint left) || !bits.TryUnsigned(out uint right)
                || !bits.TryUnsigned(out uint top) || !bits.TryUnsigned(out uint bottom)) return false;
            long cropX = (chromaFormat is 1 or 2 ? 2 : 1) * ((long)left + right);
            long cropY = (chromaFormat == 1 ? 2 : 1) * ((long)top + bottom);
            if (cropX >= width || cropY >= height) return false;
            width -= (uint)cropX;
            height -= (uint)cropY;
        }
        format = new VideoFormat(id, (int)width, (int)height, H265Timing.Read(ref bits, subLayers));
        return true;
    }

    /// <summary>Ticks a frame by the VPS's timing information, annex E; null when there is none.</summary>
    /// <param name="nal">A VPS, its NAL header included.</param>
    public static long? VpsFrameDuration(ReadOnlySpan<byte> nal)
    {
        if (nal.Length < 3 || NalType(nal) != Vps) return null;
        BitReader bits = new(nal[2..]);
        if (!bits.TrySkip(12) || !bits.TryBits(3, out uint subLayers) || !bits.TrySkip(17)) return null;
        if (!TryProfileTierLevel(ref bits, subLayers) || !bits.TryFlag(out bool allSubLayers)) return null;
        for (uint i = allSubLayers ? 0 : subLayers; i <= subLayers; i++)
        {
            if (!bits.TryUnsigned(out _) || !bits.TryUnsigned(out _) || !bits.TryUnsigned(out _)) return null;
        }
        if (!bits.TryBits(6, out uint maxLayerId) || !bits.TryUnsigned(out uint layerSets) || layerSets > 1023) return null;
        if (!bits.TrySkip((int)(layerSets * (maxLayerId + 1))) || !bits.TryFlag(out bool timing) || !timing) return null;
        if (!bits.TryBits(32, out uint unitsInTick) || !bits.TryBits(32, out uint timeScale)) return null;
        return FrameRate.Duration(unitsInTick, timeScale);
    }

    /// <param name="nal">A VPS, SPS or PPS, its NAL header included.</param>
    /// <param name="id">Its id.</param>
    public static bool TryParameterSetId(ReadOnlySpan<byte> nal, out uint id)
    {
        id = 0;
        if (nal.Length < 3) return false;
        BitReader bits = new(nal[2..]);
        return NalType(nal) switch
        {
            Vps => bits.TryBits(4, out id),
            Sps => TrySpsId(ref bits, out _, out id),
            Pps => bits.TryUnsigned(out id) && id <= 63,
            _ => false,
        };
    }

    private static bool TrySpsId(ref BitReader bits, out uint subLayers, out uint id)
    {
        (subLayers, id) = (0, 0);
        return bits.TrySkip(4) && bits.TryBits(3, out subLayers) && bits.TrySkip(1)
            && TryProfileTierLevel(ref bits, subLayers) && bits.TryUnsigned(out id) && id <= 15;
    }

    // §7.3.3: 88 bits of general profile, 8 of level, then for each sub-layer two flags and what they announce
    private static bool TryProfileTierLevel(ref BitReader bits, uint subLayers)
    {
        if (subLayers > 6 || !bits.TrySkip(96)) return false;
        if (subLayers == 0) return true;
        if (!bits.TryBits(16, out uint flags)) return false;                 // 8 pairs; those beyond the sub-layers are reserved zeros
        for (int i = 0; i < subLayers; i++)
        {
            bool profile = (flags >> 15 - 2 * i & 1) != 0, level = (flags >> 14 - 2 * i & 1) != 0;
            if (!bits.TrySkip((profile ? 88 : 0) + (level ? 8 : 0))) return false;
        }
        return true;
    }
}
