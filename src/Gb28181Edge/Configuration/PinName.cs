using System.Globalization;

namespace Gb28181Edge.Configuration;

/// <summary>A pin as the file names it: a line of the default board by number or by name, or one of another board or chip.</summary>
/// <remarks>
/// <c>17</c> and <c>"17"</c> are the same; <c>"GPIO17"</c> is a line's name; <c>"expander1:3"</c> and <c>"pinctrl-rp1:GPIO17"</c> name
/// the board or chip first. Whether a name and a number mean the same line is only known once the chip is open.
/// </remarks>
/// <param name="Text">As it is written, numbers in their shortest form; null is no pin.</param>
internal readonly record struct PinName(string Text)
{
    /// <summary>The highest line of a chip.</summary>
    public const int HighestLine = 1023;

    private const int MostCharacters = 128;

    public static implicit operator PinName(int line) => new(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is before the last colon: a board's name, a chip's label or device; null for the default board.</summary>
    public string? Chip => Text.LastIndexOf(':') is > 0 and int colon ? Text[..colon] : null;

    /// <summary>What is behind the last colon: the line's number or name.</summary>
    public string Line => Text[(Text.LastIndexOf(':') + 1)..];

    /// <summary>The line's number; null where it has a name.</summary>
    public int? Number => int.TryParse(Line, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>It is written as a number in the file.</summary>
    public bool IsPlainNumber => Chip is null && Number is not null;

    /// <summary>Reads a pin. False when there is nothing on one side of the colon, or its number is above 1023.</summary>
    public static bool TryParse(string text, out PinName pin)
    {
        pin = default;
        if (text.Length is 0 or > MostCharacters || text[0] == ':' || text[^1] == ':' || text.Any(char.IsControl)) return false;
        var read = new PinName(text);
        if (read.Line.All(char.IsAsciiDigit))
        {
            if (read.Number is not <= HighestLine) return false;
            read = new PinName(read.Chip is null ? $"{read.Number}" : $"{read.Chip}:{read.Number}");
        }
        pin = read;
        return true;
    }

    public override string ToString() => Text ?? "";
}

/// <summary>Something of the configuration that is wired to a pin.</summary>
/// <param name="Path">Its key, such as <c>AlarmInputs[0].Pin</c>.</param>
/// <param name="Pin">The pin.</param>
/// <param name="Use">What it is for, for a person.</param>
/// <param name="IsInput">It is read, not driven.</param>
/// <param name="ActiveLow">A low level is what counts as on, active or closed.</param>
internal readonly record struct PinUse(string Path, PinName Pin, string Use, bool IsInput = false, bool ActiveLow = false);
