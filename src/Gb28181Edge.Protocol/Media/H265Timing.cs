namespace Gb28181Edge.Protocol.Media;

/// <summary>Finds the frame duration behind everything else in an H.265 sequence parameter set. ITU-T H.265 §7.3.2.2, §7.3.4, §7.3.7, annex E.2.1.</summary>
internal static class H265Timing
{
    /// <param name="bits">Behind the conformance window.</param>
    /// <param name="subLayers">sps_max_sub_layers_minus1.</param>
    /// <returns>90 kHz ticks a frame; null when there is none or the set is cut off.</returns>
    public static long? Read(ref BitReader bits, uint subLayers)
    {
        if (!TrySkipUnsigned(ref bits, 2) || !bits.TryUnsigned(out uint pocBits) || pocBits > 12) return null;
        if (!bits.TryFlag(out bool allSubLayers) || !TrySkipUnsigned(ref bits, 3 * (allSubLayers ? (int)subLayers + 1 : 1))) return null;
        if (!TrySkipUnsigned(ref bits, 6) || !bits.TryFlag(out bool scaling)) return null;
        if (scaling && (!bits.TryFlag(out bool lists) || (lists && !TrySkipScalingLists(ref bits)))) return null;
        if (!bits.TrySkip(2) || !bits.TryFlag(out bool pcm)) return null;
        if (pcm && (!bits.TrySkip(8) || !TrySkipUnsigned(ref bits, 2) || !bits.TrySkip(1))) return null;
        if (!TrySkipReferenceSets(ref bits) || !bits.TryFlag(out bool longTerm)) return null;
        if (longTerm && (!bits.TryUnsigned(out uint count) || count > 32 || !bits.TrySkip((int)(count * (pocBits + 5))))) return null;
        return bits.TrySkip(2) && bits.TryFlag(out bool vui) && vui ? ReadVui(ref bits) : null;
    }

    private static long? ReadVui(ref BitReader bits)
    {
        if (!bits.TryFlag(out bool aspect)) return null;
        if (aspect && (!bits.TryBits(8, out uint aspectIdc) || (aspectIdc == 255 && !bits.TrySkip(32)))) return null;
        if (!bits.TryFlag(out bool overscan) || (overscan && !bits.TrySkip(1)) || !bits.TryFlag(out bool video)) return null;
        if (video && (!bits.TrySkip(4) || !bits.TryFlag(out bool colour) || (colour && !bits.TrySkip(24)))) return null;
        if (!bits.TryFlag(out bool chroma) || (chroma && !TrySkipUnsigned(ref bits, 2))) return null;
        if (!bits.TrySkip(3) || !bits.TryFlag(out bool window) || (window && !TrySkipUnsigned(ref bits, 4))) return null;
        if (!bits.TryFlag(out bool timing) || !timing) return null;
        if (!bits.TryBits(32, out uint unitsInTick) || !bits.TryBits(32, out uint timeScale)) return null;
        return FrameRate.Duration(unitsInTick, timeScale);
    }

    private static bool TrySkipUnsigned(ref BitReader bits, int count)
    {
        for (; count > 0; count--)
        {
            if (!bits.TryUnsigned(out _)) return false;
        }
        return true;
    }

    private static bool TrySkipScalingLists(ref BitReader bits)
    {
        for (int size = 0; size < 4; size++)
        {
            for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1)
            {
                if (!bits.TryFlag(out bool isExplicit)) return false;
                int codes = isExplicit ? Math.Min(64, 1 << 4 + 2 * size) + (size > 1 ? 1 : 0) : 1;
                if (!TrySkipUnsigned(ref bits, codes)) return false;         // ue(v) and se(v) are equally long
            }
        }
        return true;
    }

    private static bool TrySkipReferenceSets(ref BitReader bits)
    {
        if (!bits.TryUnsigned(out uint sets) || sets > 64) return false;
        uint pictures = 0;                                                   // in the set before
        for (uint i = 0; i < sets; i++)
        {
            bool predicted = false;
            if (i > 0 && !bits.TryFlag(out predicted)) return false;
            if (predicted ? !TrySkipPredicted(ref bits, ref pictures) : !TrySkipExplicit(ref bits, out pictures)) return false;
        }
        return true;
    }

    private static bool TrySkipPredicted(ref BitReader bits, ref uint pictures)
    {
        if (!bits.TrySkip(1) || !bits.TryUnsigned(out _)) return false;
        uint kept = 0;
        for (uint j = 0; j <= pictures; j++)
        {
            if (!bits.TryFlag(out bool used)) return false;
            bool delta = true;
            if (!used && !bits.TryFlag(out delta)) return false;
            if (delta) kept++;
        }
        pictures = kept;
        return kept <= 16;
    }

    private static bool TrySkipExplicit(ref BitReader bits, out uint pictures)
    {
        pictures = 0;
        if (!bits.TryUnsigned(out uint negative) || negative > 16 || !bits.TryUnsigned(out uint positive) || positive > 16) return false;
        pictures = negative + positive;
        for (uint i = 0; i < pictures; i++)
        {
            if (!bits.TryUnsigned(out _) || !bits.TrySkip(1)) return false;
        }
        return true;
    }
}
