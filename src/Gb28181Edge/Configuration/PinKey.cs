using System.Text.Json;

namespace Gb28181Edge.Configuration;

/// <summary>A key that holds a pin: a number, or text.</summary>
internal sealed class PinKey<T>(string name, string summary, Func<T, PinName?> get, Func<T, PinName?, T> set) : ConfigurationKey<T>(name, summary)
{
    public override string Allowed => OrNull($"0 … {PinName.HighestLine}, a line's name, or \"CHIP:LINE\" with a board's name or a chip's label");

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind == JsonKind.Null && IsNullable) return set(target, null);
        if (node.Kind is not (JsonKind.Number or JsonKind.Text))
        {
            WrongType(node, path, "a number or text", faults);
            return target;
        }
        bool isNumber = node.Kind == JsonKind.Number;
        if (PinName.TryParse(node.Text, out PinName pin) && (!isNumber || pin.IsPlainNumber)) return set(target, pin);
        faults.Add(node.Position, path, isNumber ? $"{Shortened(node.Text)} is no pin's number" : $"{Shown(node.Text)} is no pin", Allowed);
        return target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        if (get(source) is not { } pin) writer.WriteNullValue();
        else if (pin.IsPlainNumber) writer.WriteNumberValue(pin.Number!.Value);
        else writer.WriteStringValue(pin.Text);
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("type");
        writer.WriteStringValue("integer");
        writer.WriteStringValue("string");
        if (IsNullable) writer.WriteStringValue("null");
        writer.WriteEndArray();
        writer.WriteNumber("minimum", 0);
        writer.WriteNumber("maximum", PinName.HighestLine);
        writer.WriteString("pattern", "^[^:](.*[^:])?$");
    }

    private static string Shortened(string number) => number.Length <= 24 ? number : $"{number[..24]}…";
}
