namespace Gb28181Edge.Drivers.Ptz;

/// <summary>The numbers that a head keeps presets under: all of a range but those that mean something else to it.</summary>
/// <remarks>
/// Preset 1 is the first usable number, preset 2 the next one, and so on: the map has no holes, and never reaches a number that turns the
/// head round or opens its menu.
/// </remarks>
internal sealed class PresetMap
{
    private readonly byte[] _numbers;

    /// <param name="first">The head's first preset.</param>
    /// <param name="last">Its last one.</param>
    /// <param name="count">How many are used at most; 0 leaves presets to the agent.</param>
    /// <param name="special">Numbers between them that are no presets.</param>
    public PresetMap(int first, int last, int count, params IEnumerable<int> special) => _numbers =
        [.. Enumerable.Range(first, last - first + 1).Except(special).Take(count).Select(number => (byte)number)];

    /// <summary>A head that keeps none.</summary>
    public static PresetMap None { get; } = new(0, 0, 0);

    /// <summary>How many presets there are.</summary>
    public int Count => _numbers.Length;

    /// <summary>The head's number of a preset. False when it has no place for it.</summary>
    /// <param name="preset">From 1 on.</param>
    public bool TryMap(int preset, out byte number)
    {
        bool isKnown = preset >= 1 && preset <= _numbers.Length;
        number = isKnown ? _numbers[preset - 1] : (byte)0;
        return isKnown;
    }
}
