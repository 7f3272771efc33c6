using System.Text;
using System.Text.Json;

namespace Gb28181Edge.Configuration;

/// <summary>One row of the table of keys.</summary>
/// <param name="Path">Such as <c>Platforms[].Port</c>.</param>
/// <param name="Case">The Type or Driver that has this key; null where all have.</param>
/// <param name="Key">The key.</param>
/// <param name="Default">Its default as JSON or in words; null where it has to be given.</param>
internal sealed record KeyRow(string Path, string? Case, ConfigurationKey Key, string? Default)
{
    /// <summary>Whether another case has the same key with the same meaning, so that one row tells both.</summary>
    public bool TellsTheSame(KeyRow other) =>
        Path == other.Path && Default == other.Default && Key.Summary == other.Key.Summary && Key.Allowed == other.Key.Allowed;
}

/// <summary>What an object of the file may hold.</summary>
internal abstract class ConfigurationShape<T>
{
    /// <summary>The object's value; null, with faults added, when the node is no such object.</summary>
    public abstract T? Read(JsonNode node, string path, ConfigurationFaults faults);

    /// <summary>Writes the object with every key.</summary>
    public abstract void Write(Utf8JsonWriter writer, T value);

    /// <summary>Writes the members of the object's JSON Schema.</summary>
    public abstract void WriteConstraints(Utf8JsonWriter writer);

    /// <summary>The table of its keys and of all below.</summary>
    public abstract IEnumerable<KeyRow> Rows(string path);
}

/// <summary>An object with a fixed set of keys.</summary>
/// <param name="defaults">A value with nothing but defaults; its required keys hold anything.</param>
/// <param name="keys">Every key.</param>
internal sealed class RecordShape<T>(T defaults, params ConfigurationKey<T>[] keys) : ConfigurationShape<T>
{
    public override T? Read(JsonNode node, string path, ConfigurationFaults faults) => Read(node, path, faults, discriminator: null);

    /// <param name="node">The object.</param>
    /// <param name="path">Its path.</param>
    /// <param name="faults">Gathers what is wrong.</param>
    /// <param name="discriminator">A key that the caller has read already; null for none.</param>
    public T? Read(JsonNode node, string path, ConfigurationFaults faults, string? discriminator)
    {
        if (node.Kind != JsonKind.Object)
        {
            faults.Add(node.Position, path, $"is {node.KindName}, not an object", string.Join(", ", keys.Select(key => key.Name)));
            return defaults;      // not null: whatever follows in a list keeps its number
        }
        T value = defaults;
        var seen = new Dictionary<string, FilePosition>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, FilePosition position, JsonNode child) in node.Members)
        {
            ConfigurationKey<T>? key = Array.Find(keys, key => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            string childPath = Join(path, key?.Name ?? (name.Length <= 60 ? name : $"{name[..60]}…"));
            if (!seen.TryAdd(name, position))
            {
                faults.Add(position, childPath, $"is given twice, first in line {seen[name].Line}", "each key once");
            }
            else if (key is not null)
            {
                faults.Mark(childPath, child.Position);
                value = key.Read(value, child, childPath, faults);
            }
            else if (!name.Equals(discriminator, StringComparison.OrdinalIgnoreCase))
            {
                IEnumerable<string> known = keys.Select(key => key.Name);
                if (discriminator is not null) known = known.Prepend(discriminator);
                faults.Add(position, childPath, $"is an unknown key, the nearest is \"{NearestName.Of(name, known)}\"", string.Join(", ", known));
            }
        }
        foreach (ConfigurationKey<T> key in keys)
            if (key.IsRequired && !seen.ContainsKey(key.Name)) faults.Add(node.Position, Join(path, key.Name), "is missing", key.Allowed);
        return value;
    }

    public override void Write(Utf8JsonWriter writer, T value)
    {
        writer.WriteStartObject();
        WriteKeys(writer, value);
        writer.WriteEndObject();
    }

    public void WriteKeys(Utf8JsonWriter writer, T value)
    {
        foreach (ConfigurationKey<T> key in keys)
        {
            if (key is SchemaLinkKey<T>) continue;
            writer.WritePropertyName(key.Name);
            key.WriteValue(writer, value);
        }
    }

    public override void WriteConstraints(Utf8JsonWriter writer) => WriteConstraints(writer, null, "", "");

    public void WriteConstraints(Utf8JsonWriter writer, string? discriminator, string summary, string word)
    {
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartArray("required");
        if (discriminator is not null) writer.WriteStringValue(discriminator);
        foreach (ConfigurationKey<T> key in keys)
            if (key.IsRequired) writer.WriteStringValue(key.Name);
        writer.WriteEndArray();
        writer.WriteStartObject("properties");
        if (discriminator is not null)
        {
            writer.WriteStartObject(discriminator);
            writer.WriteString("description", summary);
            writer.WriteString("const", word);
            writer.WriteEndObject();
        }
        foreach (ConfigurationKey<T> key in keys)
        {
            writer.WritePropertyName(key.Name);
            key.WriteSchema(writer, defaults);
        }
        writer.WriteEndObject();
    }

    public override IEnumerable<KeyRow> Rows(string path) => Rows(path, null);

    public IEnumerable<KeyRow> Rows(string path, string? word)
    {
        foreach (ConfigurationKey<T> key in keys)
        {
            string keyPath = Join(path, key.Name);
            yield return new KeyRow(keyPath, word, key, key.IsRequired ? null : key.DefaultNote ?? Default(key));
            foreach (KeyRow row in key.Rows(keyPath)) yield return row with { Case = row.Case ?? word };
        }
    }

    private string Default(ConfigurationKey<T> key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, ConfigurationText.Compact)) key.WriteValue(writer, defaults);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

/// <summary>One kind of an object that comes in several: a word and the keys that belong to it.</summary>
internal abstract class ShapeCase<TBase>(string word)
{
    public string Word { get; } = word;
    public abstract bool Fits(TBase value);
    public abstract TBase? Read(JsonNode node, string path, ConfigurationFaults faults, string discriminator);
    public abstract void WriteKeys(Utf8JsonWriter writer, TBase value);
    public abstract void WriteConstraints(Utf8JsonWriter writer, string discriminator, string summary);
    public abstract IEnumerable<KeyRow> Rows(string path);
}

internal sealed class ShapeCase<TBase, T>(string word, RecordShape<T> shape) : ShapeCase<TBase>(word)
    where TBase : class
    where T : class, TBase
{
    public override bool Fits(TBase value) => value is T;
    public override TBase? Read(JsonNode node, string path, ConfigurationFaults faults, string discriminator) =>
        shape.Read(node, path, faults, discriminator);
    public override void WriteKeys(Utf8JsonWriter writer, TBase value) => shape.WriteKeys(writer, (T)value);
    public override void WriteConstraints(Utf8JsonWriter writer, string discriminator, string summary) =>
        shape.WriteConstraints(writer, discriminator, summary, Word);
    public override IEnumerable<KeyRow> Rows(string path) => shape.Rows(path, Word);
}

/// <summary>An object whose keys depend on one of them, its <c>Type</c> or <c>Driver</c>.</summary>
/// <param name="discriminator">The name of that key.</param>
/// <param name="summary">What that key means.</param>
/// <param name="assumed">The word that is meant when the key is left out; null when it has to be given.</param>
/// <param name="cases">Every word.</param>
internal sealed class UnionShape<TBase>(string discriminator, string summary, string? assumed, params ShapeCase<TBase>[] cases) : ConfigurationShape<TBase>
    where TBase : class
{
    private readonly string _allowed = string.Join(", ", cases.Select(one => $"\"{one.Word}\""));

    public override TBase? Read(JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind != JsonKind.Object)
        {
            faults.Add(node.Position, path, $"is {node.KindName}, not an object", $"an object with {discriminator} {_allowed}");
            return null;
        }
        JsonNode? word = node.Members.Find(member => member.Name.Equals(discriminator, StringComparison.OrdinalIgnoreCase)).Value;
        string wordPath = $"{path}.{discriminator}";
        if (word is { Kind: not JsonKind.Text })
        {
            faults.Add(word.Position, wordPath, $"is {word.KindName}, not text", _allowed);
            return null;
        }
        string? wanted = word?.Text ?? assumed;
        if (wanted is null)
        {
            faults.Add(node.Position, wordPath, "is missing", _allowed);
            return null;
        }
        ShapeCase<TBase>? found = Array.Find(cases, one => one.Word.Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (found is not null) return found.Read(node, path, faults, discriminator);
        string shown = wanted.Length <= 60 ? wanted : $"{wanted[..60]}…";
        faults.Add(word!.Position, wordPath, $"\"{shown}\" is unknown, the nearest is \"{NearestName.Of(wanted, cases.Select(one => one.Word))}\"", _allowed);
        return null;
    }

    public override void Write(Utf8JsonWriter writer, TBase value)
    {
        ShapeCase<TBase> one = Array.Find(cases, one => one.Fits(value))!;
        writer.WriteStartObject();
        writer.WriteString(discriminator, one.Word);
        one.WriteKeys(writer, value);
        writer.WriteEndObject();
    }

    public override void WriteConstraints(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("oneOf");
        foreach (ShapeCase<TBase> one in cases)
        {
            writer.WriteStartObject();
            one.WriteConstraints(writer, discriminator, summary);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public override IEnumerable<KeyRow> Rows(string path)
    {
        yield return new KeyRow($"{path}.{discriminator}", null, new WordKey(discriminator, summary, _allowed, assumed is null), assumed is null ? null : $"\"{assumed}\"");
        List<KeyRow>[] rows = [.. cases.Select(one => one.Rows(path).ToList())];
        bool InAll(KeyRow row) => rows.Length > 1 && rows.All(of => of.Exists(row.TellsTheSame));
        foreach (KeyRow row in rows[0].Where(InAll)) yield return row with { Case = null };
        foreach (KeyRow row in rows.SelectMany(of => of).Where(row => !InAll(row))) yield return row;
    }

    /// <summary>The discriminator in the table of keys.</summary>
    private sealed class WordKey : ConfigurationKey
    {
        public WordKey(string name, string summary, string allowed, bool required) : base(name, summary)
        {
            Allowed = allowed;
            IsRequired = required;
        }

        public override string Allowed { get; }
    }
}
