using System.Globalization;

namespace Gb28181Edge.Protocol.Web.Onvif;

/// <summary>Which of a camera's presets is number N: tokens are arbitrary text, and GB/T 28181 knows numbers only.</summary>
/// <remarks>The camera keeps the map itself, in the names, so it holds over restarts and is the same for every agent.</remarks>
internal static class OnvifPresetMap
{
    private const string Prefix = "gb-";

    /// <summary>The name of a preset that we set.</summary>
    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");

    /// <summary>The preset that the number means: one that we named, else one named with the number alone, else one whose token is the number.</summary>
    public static OnvifPreset? Find(IReadOnlyList<OnvifPreset> presets, int number)
    {
        string name = Name(number), digits = number.ToString(CultureInfo.InvariantCulture);
        return presets.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? presets.FirstOrDefault(preset => preset.Name == digits && !IsOurs(preset))
            ?? presets.FirstOrDefault(preset => preset.Token == digits && !IsOurs(preset));
    }

    /// <summary>A preset that we named is found by its name alone: its token may be the number of another.</summary>
    private static bool IsOurs(OnvifPreset preset) =>
        preset.Name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && int.TryParse(preset.Name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
