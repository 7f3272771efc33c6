namespace Gb28181Edge.Drivers.Boards;

/// <summary>A line that somebody wants: by number or by name, on the default board or on another.</summary>
/// <param name="Chip">A further board's name, a chip's label or its device; null for the default board.</param>
/// <param name="Number">The line on its chip; null where it has a name.</param>
/// <param name="Name">The line's name; null where it has a number.</param>
internal readonly record struct PinAddress(string? Chip, int? Number, string? Name)
{
    /// <summary>A line of the default board.</summary>
    public static implicit operator PinAddress(int line) => new(null, line, null);

    public override string ToString() => Chip is null ? $"{Name ?? $"{Number}"}" : $"{Chip}:{Name ?? $"{Number}"}";
}

/// <summary>What is known of one line of a board.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Name">As the board's maker calls it; empty where it has no name.</param>
/// <param name="Consumer">Who uses it, as the kernel says; empty for nobody.</param>
/// <param name="IsUsed">Somebody uses it.</param>
/// <param name="IsOutput">It is driven.</param>
internal readonly record struct LineInfo(int Line, string Name, string Consumer = "", bool IsUsed = false, bool IsOutput = false);
