using System.Text;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>Names that a platform gives to presets and cruise tracks, cleaned and bounded. GB/T 28181-2022 A.2.3.1.2 PTZCmdParams.</summary>
internal static class PtzNames
{
    /// <summary>The standard gives none; what the catalogue's names have.</summary>
    public const int MaxPresetChars = 255;

    /// <summary>In GB18030. GB/T 28181-2022 A.2.3.1.2, A.2.6.13.</summary>
    public const int MaxTrackBytes = 32;

    /// <summary>Without control characters and blanks around it, cut to its length; null when nothing is left.</summary>
    public static string? Preset(string? name) => Clean(name, rune => rune.Utf16SequenceLength, MaxPresetChars);

    /// <inheritdoc cref="Preset"/>
    public static string? Track(string? name) => Clean(name, Gb18030Length, MaxTrackBytes);

    private static string? Clean(string? name, Func<Rune, int> lengthOf, int most)
    {
        var kept = new StringBuilder();
        int length = 0;
        foreach (Rune rune in (name ?? "").Trim().EnumerateRunes())
        {
            if (Rune.IsControl(rune)) continue;
            length += lengthOf(rune);
            if (length > most) break;
            kept.Append(rune.ToString());
        }
        string text = kept.ToString().Trim();
        return text.Length == 0 ? null : text;
    }

    private static int Gb18030Length(Rune rune)
    {
        Span<char> units = stackalloc char[2];
        return ManscdpText.Gb18030.GetByteCount(units[..rune.EncodeToUtf16(units)]);
    }
}
