using System.Globalization;
using System.Text.Json;

namespace Gb28181Edge.Configuration;

/// <summary>One key of the file, described once: the reader, the schema, the printed configuration and the README's table come from here.</summary>
/// <param name="name">As it is written in the file.</param>
/// <param name="summary">What it means, one sentence.</param>
internal abstract class ConfigurationKey(string name, string summary)
{
    public string Name { get; } = name;
    public string Summary { get; } = summary;

    /// <summary>It has to be in the file.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Its value is never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Null is allowed, and means what the summary says.</summary>
    public bool IsNullable { get; init; }

    /// <summary>The default in words, where it is computed; null where the default is a value.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>What a value of it may be, for a person.</summary>
    public abstract string Allowed { get; }

    /// <summary>The rows of the keys inside it.</summary>
    public virtual IEnumerable<KeyRow> Rows(string path) => [];
}

/// <summary>A key on its owner <typeparamref name="T"/>, with the way to its value.</summary>
internal abstract class ConfigurationKey<T>(string name, string summary) : ConfigurationKey(name, summary)
{
    /// <summary>The owner with the node's value; unchanged, with faults added, when the value cannot be used.</summary>
    public abstract T Read(T target, JsonNode node, string path, ConfigurationFaults faults);

    /// <summary>Writes the value, secrets masked.</summary>
    public abstract void WriteValue(Utf8JsonWriter writer, T source);

    /// <summary>Writes the members of the value's JSON Schema, all but description and default.</summary>
    protected abstract void WriteConstraints(Utf8JsonWriter writer);

    /// <summary>Writes the value's JSON Schema, an object.</summary>
    public void WriteSchema(Utf8JsonWriter writer, T defaults)
    {
        writer.WriteStartObject();
        writer.WriteString("description", DefaultNote is null ? Summary : $"{Summary} Default: {DefaultNote}.");
        WriteConstraints(writer);
        if (!IsRequired && DefaultNote is null)
        {
            writer.WritePropertyName("default");
            WriteValue(writer, defaults);
        }
        writer.WriteEndObject();
    }

    protected void WriteType(Utf8JsonWriter writer, string type)
    {
        if (!IsNullable)
        {
            writer.WriteString("type", type);
            return;
        }
        writer.WriteStartArray("type");
        writer.WriteStringValue(type);
        writer.WriteStringValue("null");
        writer.WriteEndArray();
    }

    protected string OrNull(string allowed) => IsNullable ? $"{allowed}, or null" : allowed;

    /// <summary>Adds the fault of a value of the wrong JSON type.</summary>
    protected void WrongType(JsonNode node, string path, string expected, ConfigurationFaults faults) =>
        faults.Add(node.Position, path, $"is {node.KindName}, not {expected}", Allowed);

    /// <summary>A value as a fault shows it: shortened, and not at all where it may hold a secret.</summary>
    protected string Shown(string value)
    {
        if (IsSecret) return "the value";
        string shown = SecretMask.Mask(value);
        return shown.Length <= 60 ? $"\"{shown}\"" : $"\"{shown[..60]}…\"";
    }
}

/// <summary>What a text may be.</summary>
/// <param name="Allowed">For a person.</param>
/// <param name="Pattern">The same as a regular expression for the schema; null when there is none.</param>
/// <param name="IsValid">The test itself.</param>
internal sealed record TextFormat(string Allowed, string? Pattern, Func<string, bool> IsValid);

/// <summary>A key that holds text.</summary>
internal sealed class TextKey<T>(string name, TextFormat format, string summary, Func<T, string?> get, Func<T, string?, T> set)
    : ConfigurationKey<T>(name, summary)
{
    public override string Allowed => OrNull(format.Allowed);

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind == JsonKind.Null && IsNullable) return set(target, null);
        if (node.Kind != JsonKind.Text)
        {
            WrongType(node, path, "text", faults);
            return target;
        }
        if (!format.IsValid(node.Text)) faults.Add(node.Position, path, $"{Shown(node.Text)} is not allowed", Allowed);
        return set(target, node.Text);
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        string? value = get(source);
        if (value is null) writer.WriteNullValue();
        else writer.WriteStringValue(IsSecret ? SecretMask.Stars : SecretMask.Mask(value));
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        WriteType(writer, "string");
        if (format.Pattern is not null) writer.WriteString("pattern", format.Pattern);
    }
}

/// <summary>A key that holds a whole number.</summary>
internal sealed class NumberKey<T>(string name, int min, int max, string summary, Func<T, int?> get, Func<T, int?, T> set)
    : ConfigurationKey<T>(name, summary)
{
    /// <summary>The only values there are; null when the range is all.</summary>
    public IReadOnlyList<int>? Values { get; init; }

    public override string Allowed => OrNull(Values is null ? $"{min} … {max}" : string.Join(", ", Values));

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind == JsonKind.Null && IsNullable) return set(target, null);
        if (node.Kind != JsonKind.Number)
        {
            WrongType(node, path, "a number", faults);
            return target;
        }
        bool whole = int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
        if (!whole && node.Text.AsSpan().IndexOfAny(".eE") >= 0)
            faults.Add(node.Position, path, $"{Shortened(node.Text)} is not a whole number", Allowed);
        else if (!whole || value < min || value > max || Values?.Contains(value) == false)
            faults.Add(node.Position, path, Values is null ? $"{Shortened(node.Text)} is out of range" : $"{Shortened(node.Text)} is not one of the values", Allowed);
        else return set(target, value);
        return target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        int? value = get(source);
        if (value is null) writer.WriteNullValue();
        else writer.WriteNumberValue(value.Value);
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        WriteType(writer, "integer");
        if (Values is null)
        {
            writer.WriteNumber("minimum", min);
            writer.WriteNumber("maximum", max);
            return;
        }
        writer.WriteStartArray("enum");
        foreach (int value in Values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static string Shortened(string number) => number.Length <= 24 ? number : $"{number[..24]}…";
}

/// <summary>A key that holds a number, whole or with decimals.</summary>
internal sealed class DecimalKey<T>(string name, double min, double max, string summary, Func<T, double?> get, Func<T, double?, T> set)
    : ConfigurationKey<T>(name, summary)
{
    private const int LongestNumber = 24;

    public override string Allowed => OrNull(string.Create(CultureInfo.InvariantCulture, $"{min} … {max}, decimals allowed"));

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind == JsonKind.Null && IsNullable) return set(target, null);
        if (node.Kind != JsonKind.Number)
        {
            WrongType(node, path, "a number", faults);
            return target;
        }
        if (double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max)
            return set(target, value);
        string shown = node.Text.Length <= LongestNumber ? node.Text : $"{node.Text[..LongestNumber]}…";
        faults.Add(node.Position, path, $"{shown} is out of range", Allowed);
        return target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        double? value = get(source);
        if (value is null) writer.WriteNullValue();
        else writer.WriteNumberValue(value.Value);
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        WriteType(writer, "number");
        writer.WriteNumber("minimum", min);
        writer.WriteNumber("maximum", max);
    }
}

/// <summary>A key that is true or false.</summary>
internal sealed class FlagKey<T>(string name, string summary, Func<T, bool> get, Func<T, bool, T> set) : ConfigurationKey<T>(name, summary)
{
    public override string Allowed => "true, false";

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind is JsonKind.True or JsonKind.False) return set(target, node.Kind == JsonKind.True);
        WrongType(node, path, "true or false", faults);
        return target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source) => writer.WriteBooleanValue(get(source));

    protected override void WriteConstraints(Utf8JsonWriter writer) => WriteType(writer, "boolean");
}

/// <summary>A key that is one of a few words, read without regard to case.</summary>
/// <param name="name">As it is written in the file.</param>
/// <param name="words">Each word and what it means.</param>
/// <param name="summary">What it means, one sentence.</param>
/// <param name="get">The owner's value.</param>
/// <param name="set">The owner with another value.</param>
internal sealed class ChoiceKey<T, TValue>(
    string name, (string Word, TValue Value)[] words, string summary, Func<T, TValue> get, Func<T, TValue, T> set)
    : ConfigurationKey<T>(name, summary)
    where TValue : struct, Enum
{
    public override string Allowed => string.Join(", ", words.Select(word => $"\"{word.Word}\""));

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind != JsonKind.Text)
        {
            WrongType(node, path, "text", faults);
            return target;
        }
        foreach ((string word, TValue value) in words)
            if (word.Equals(node.Text, StringComparison.OrdinalIgnoreCase)) return set(target, value);
        string? nearest = NearestName.Of(node.Text, words.Select(word => word.Word));
        faults.Add(node.Position, path, $"{Shown(node.Text)} is unknown, the nearest is \"{nearest}\"", Allowed);
        return target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        TValue value = get(source);
        writer.WriteStringValue(words.First(word => EqualityComparer<TValue>.Default.Equals(word.Value, value)).Word);
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("enum");
        foreach ((string word, _) in words) writer.WriteStringValue(word);
        writer.WriteEndArray();
    }
}

/// <summary>A key that holds a list of at least one text.</summary>
internal sealed class TextListKey<T>(string name, string summary, Func<T, IReadOnlyList<string>> get, Func<T, IReadOnlyList<string>, T> set)
    : ConfigurationKey<T>(name, summary)
{
    public override string Allowed => "a list of texts, the first not empty";

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind != JsonKind.Array)
        {
            WrongType(node, path, "a list", faults);
            return target;
        }
        for (int i = 0; i < node.Items.Count; i++)
            if (node.Items[i].Kind != JsonKind.Text) WrongType(node.Items[i], $"{path}[{i}]", "text", faults);
        if (node.Items.Count == 0 || node.Items[0] is { Kind: JsonKind.Text, Text: "" })
            faults.Add(node.Position, path, "names no program", Allowed);
        return set(target, [.. node.Items.Select(item => item.Text)]);
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        writer.WriteStartArray();
        foreach (string text in get(source)) writer.WriteStringValue(SecretMask.Mask(text));
        writer.WriteEndArray();
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "array");
        writer.WriteNumber("minItems", 1);
        writer.WriteStartObject("items");
        writer.WriteString("type", "string");
        writer.WriteEndObject();
    }
}
