using System.Globalization;
using System.Text.Json;

namespace Gb28181Edge.Configuration;

/// <summary>A thermometer as the file names it: the processor's, one on 1-wire, or one on I2C.</summary>
/// <param name="OneWire">Its 1-wire id; null for another kind.</param>
/// <param name="I2c">Its I2C bus and address; null for another kind. Neither is the processor's.</param>
internal readonly record struct SensorName(string? OneWire, (int Bus, int Address)? I2c)
{
    private const string Processor = "cpu", OneWireFamily = "28-", Lm75 = "lm75:";

    public static TextFormat Format { get; } = new(
        "\"cpu\", a DS18B20 by its 1-wire id such as \"28-0123456789ab\", or \"lm75:BUS:ADDRESS\", the address 8 … 119 or 0x08 … 0x77", "^(cpu|28-[0-9A-Fa-f]{12}|lm75:[0-9]+:(0x[0-9A-Fa-f]+|[0-9]+))$",
        text => TryParse(text, out _));

    public static bool TryParse(string text, out SensorName name)
    {
        name = default;
        if (text.Equals(Processor, StringComparison.OrdinalIgnoreCase))
            return true;
        if (text.StartsWith(OneWireFamily, StringComparison.Ordinal) && text.Length == OneWireFamily.Length + 12 && text.AsSpan(OneWireFamily.Length).ToString().All(char.IsAsciiHexDigit))
        {
            name = new SensorName(text.ToLowerInvariant(), null);
            return true;
        }
        string[] parts = text.Split(':');
        if (parts.Length != 3 || !text.StartsWith(Lm75, StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int bus) || !TryNumber(parts[2], out int address) || address is < 0x08 or > 0x77)
            return false;
        name = new SensorName(null, (bus, address));
        return true;
    }

    private static bool TryNumber(string text, out int number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>A key that holds a list of texts of one format; it may be empty.</summary>
internal sealed class TextsKey<T>(string name, TextFormat format, string summary, Func<T, IReadOnlyList<string>> get, Func<T, IReadOnlyList<string>, T> set)
    : ConfigurationKey<T>(name, summary)
{
    public override string Allowed => $"a list; each {format.Allowed}";

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind != JsonKind.Array)
        {
            WrongType(node, path, "a list", faults);
            return target;
        }
        var texts = new List<string>();
        for (int i = 0; i < node.Items.Count; i++)
        {
            JsonNode item = node.Items[i];
            faults.Mark($"{path}[{i}]", item.Position);
            if (item.Kind != JsonKind.Text)
                faults.Add(item.Position, $"{path}[{i}]", $"is {item.KindName}, not text", format.Allowed);
            else if (!format.IsValid(item.Text))
                faults.Add(item.Position, $"{path}[{i}]", $"{Shown(item.Text)} is not allowed", format.Allowed);
            texts.Add(item.Kind == JsonKind.Text ? item.Text : "");
        }
        return set(target, texts);
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        writer.WriteStartArray();
        foreach (string text in get(source)) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        writer.WriteString("type", "string");
        if (format.Pattern is not null) writer.WriteString("pattern", format.Pattern);
        writer.WriteEndObject();
    }
}
