using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>The 20 digits that name a device, channel or platform: 8 civil, 2 industry, 3 type, 1 network, 6 serial. GB/T 28181-2016 D.1, GB/T 28181-2022 E.1.</summary>
/// <remarks>Only identifiers of our own configuration must be so; what a peer sends is text (<see cref="IsPlausible"/>).</remarks>
internal readonly record struct DeviceId
{
    public const int Length = 20;

    private DeviceId(string value) => Value = value;

    /// <summary>The 20 digits.</summary>
    public string Value { get; }

    /// <summary>Province, city, county, grass-roots unit: 2 digits each, 00 where a level is not used.</summary>
    public string CivilCode => Value[..8];

    /// <summary>Digits 9 and 10.</summary>
    public int Industry => Number(8, 2);

    /// <summary>Digits 11 … 13, see <see cref="TypeCodes"/>.</summary>
    public int TypeCode => Number(10, 3);

    /// <summary>Digit 14.</summary>
    public int Network => Number(13, 1);

    /// <summary>Digits 15 … 20.</summary>
    public int Serial => Number(14, 6);

    /// <summary>The first 10 digits: the SIP domain that an identifier belongs to. GB/T 28181-2016 §6.1.2.</summary>
    public string Domain => Value[..10];

    /// <returns>False when the text is not exactly 20 decimal digits.</returns>
    public static bool TryParse(string? text, out DeviceId id)
    {
        bool ok = text is { Length: Length } && IsDigits(text);
        id = ok ? new DeviceId(text!) : default;
        return ok;
    }

    /// <summary>True for what a peer may use as an identifier: 2 … 20 digits. Civil codes are shorter than 20, old nodes have 18.</summary>
    public static bool IsPlausible(string? text) => text is { Length: >= 2 and <= Length } && IsDigits(text);

    /// <summary>The type code of an identifier that may not be valid; null when it has none.</summary>
    public static int? TypeCodeOf(string? text) => TryParse(text, out DeviceId id) ? id.TypeCode : null;

    public override string ToString() => Value;

    private static bool IsDigits(string text)
    {
        foreach (char c in text)
            if (!char.IsAsciiDigit(c)) return false;
        return true;
    }

    private int Number(int start, int count) => int.Parse(Value.AsSpan(start, count), NumberStyles.None, CultureInfo.InvariantCulture);
}
