namespace Gb28181Edge.Protocol.Media;

/// <summary>The parts of H.264 that a carrier of pictures has to know. ITU-T H.264 §7.3, §7.4.1.2.</summary>
internal static class H264
{
    public const int Slice = 1;
    public const int PartitionA = 2;
    public const int PartitionC = 4;
    public const int Idr = 5;
    public const int Sei = 6;
    public const int Sps = 7;
    public const int Pps = 8;
    public const int AccessUnitDelimiter = 9;

    /// <summary>nal_unit_type. Table 7-1.</summary>
    /// <param name="nal">Not empty.</param>
    public static int NalType(ReadOnlySpan<byte> nal) => nal[0] & 0x1F;

    /// <summary>Coded slice data.</summary>
    public static bool IsVcl(int nalType) => nalType is >= Slice and <= Idr;

    /// <summary>This NAL unit after a picture's last slice begins the next access unit. §7.4.1.2.3.</summary>
    public static bool BeginsAccessUnit(int nalType) => nalType is >= Sei and <= AccessUnitDelimiter or >= 14 and <= 18;

    /// <summary>A slice that is the first of its picture: first_mb_in_slice is 0.</summary>
    public static bool IsFirstSlice(ReadOnlySpan<byte> nal) =>
        nal.Length > 1 && NalType(nal) is Slice or PartitionA or Idr && (nal[1] & 0x80) != 0;     // ue(v) 0 is the bit 1

    /// <param name="nal">An SPS, its NAL header included.</param>
    /// <param name="format">What it says.</param>
    /// <returns>False when it is cut off or says what cannot be.</returns>
    public static bool TryParseSps(ReadOnlySpan<byte> nal, out VideoFormat format)
    {
        format = default;
        if (nal.Length < 4 || NalType(nal) != Sps) return false;
        BitReader bits = new(nal[1..]);
        if (!bits.TryBits(8, out uint profile) || !bits.TrySkip(16) || !bits.TryUnsigned(out uint id) || id > 31) return false;
        uint chromaFormat = 1;
        if (HasChromaFormat(profile) && !TryHighProfile(ref bits, out chromaFormat)) return false;
        if (!bits.TryUnsigned(out uint frameNumberBits) || frameNumberBits > 12 || !TryPictureOrder(ref bits)) return false;
        if (!bits.TryUnsigned(out _) || !bits.TrySkip(1)) return false;                            // max_num_ref_frames, gaps allowed
        if (!bits.TryUnsigned(out uint widthInMbs) || !bits.TryUnsigned(out uint heightInUnits)) return false;
        if (widthInMbs >= 1024 || heightInUnits >= 1024) return false;                             // 16384 samples: no level has more
        if (!bits.TryFlag(out bool framesOnly) || (!framesOnly && !bits.TrySkip(1)) || !bits.TrySkip(1)) return false;
        int width = 16 * (int)(widthInMbs + 1);
        int height = 16 * (int)(heightInUnits + 1) * (framesOnly ? 1 : 2);
        if (!TryCropping(ref bits, chromaFormat, framesOnly, ref width, ref height)) return false;
        format = new VideoFormat(id, width, height, TryTiming(ref bits));
        return true;
    }

    /// <param name="nal">An SPS or PPS, its NAL header included.</param>
    /// <param name="id">Its seq_parameter_set_id or pic_parameter_set_id.</param>
    public static bool TryParameterSetId(ReadOnlySpan<byte> nal, out uint id)
    {
        id = 0;
        int type = NalType(nal);
        int skip = type switch { Sps => 4, Pps => 1, _ => int.MaxValue };
        return nal.Length > skip && new BitReader(nal[skip..]).TryUnsigned(out id) && id <= (type == Sps ? 31u : 255u);
    }

    private static bool HasChromaFormat(uint profile) =>
        profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135;

    private static bool TryHighProfile(ref BitReader bits, out uint chromaFormat)
    {
        if (!bits.TryUnsigned(out chromaFormat) || chromaFormat > 3) return false;
        if (chromaFormat == 3)
        {
            if (!bits.TryFlag(out bool separatePlanes)) return false;
            if (separatePlanes) chromaFormat = 0;
        }
        if (!bits.TryUnsigned(out _) || !bits.TryUnsigned(out _) || !bits.TrySkip(1) || !bits.TryFlag(out bool scaling)) return false;
        if (!scaling) return true;
        int lists = chromaFormat == 3 ? 12 : 8;
        for (int i = 0; i < lists; i++)
        {
            if (!bits.TryFlag(out bool present)) return false;
            if (present && !TryScalingList(ref bits, i < 6 ? 16 : 64)) return false;
        }
        return true;
    }

    // §7.3.2.1.1.1
    private static bool TryScalingList(ref BitReader bits, int size)
    {
        int last = 8, next = 8;
        for (int i = 0; i < size && next != 0; i++)
        {
            if (!bits.TrySigned(out int delta)) return false;
            next = last + delta & 0xFF;
            if (next != 0) last = next;
        }
        return true;
    }

    private static bool TryPictureOrder(ref BitReader bits)
    {
        if (!bits.TryUnsigned(out uint type) || type > 2) return false;
        if (type == 0) return bits.TryUnsigned(out uint lsbBits) && lsbBits <= 12;
        if (type == 2) return true;
        if (!bits.TrySkip(1) || !bits.TrySigned(out _) || !bits.TrySigned(out _) || !bits.TryUnsigned(out uint cycle) || cycle > 255) return false;
        for (uint i = 0; i < cycle; i++)
        {
            if (!bits.TrySigned(out _)) return false;
        }
        return true;
    }

    private static bool TryCropping(ref BitReader bits, uint chromaFormat, bool framesOnly, ref int width, ref int height)
    {
        if (!bits.TryFlag(out bool cropped)) return false;
        if (!cropped) return true;
        if (!bits.TryUnsigned(out uint left) || !bits.TryUnsigned(out uint right)
            || !bits.TryUnsigned(out uint top) || !bits.TryUnsigned(out uint bottom)) return false;
        int unitX = chromaFormat is 1 or 2 ? 2 : 1;
        int unitY = (chromaFormat == 1 ? 2 : 1) * (framesOnly ? 1 : 2);
        long cropX = unitX * ((long)left + right), cropY = unitY * ((long)top + bottom);
        if (cropX >= width || cropY >= height) return false;
        width -= (int)cropX;
        height -= (int)cropY;
        return true;
    }

    // annex E.1.1; a VUI that is cut off is one without timing
    private static long? TryTiming(ref BitReader bits)
    {
        if (!bits.TryFlag(out bool vui) || !vui) return null;
        if (!bits.TryFlag(out bool aspect)) return null;
        if (aspect && (!bits.TryBits(8, out uint aspectIdc) || (aspectIdc == 255 && !bits.TrySkip(32)))) return null;
        if (!bits.TryFlag(out bool overscan) || (overscan && !bits.TrySkip(1))) return null;
        if (!bits.TryFlag(out bool video)) return null;
        if (video && (!bits.TrySkip(4) || !bits.TryFlag(out bool colour) || (colour && !bits.TrySkip(24)))) return null;
        if (!bits.TryFlag(out bool chroma) || (chroma && (!bits.TryUnsigned(out _) || !bits.TryUnsigned(out _)))) return null;
        if (!bits.TryFlag(out bool timing) || !timing) return null;
        if (!bits.TryBits(32, out uint unitsInTick) || !bits.TryBits(32, out uint timeScale)) return null;
        return FrameRate.Duration(2 * (ulong)unitsInTick, timeScale);                              // a tick is a field
    }
}
