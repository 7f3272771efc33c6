using System.Text.Json;

namespace Gb28181Edge.Configuration;

/// <summary>A key that holds an object.</summary>
internal sealed class ObjectKey<T, TChild>(
    string name, ConfigurationShape<TChild> shape, string summary, Func<T, TChild?> get, Func<T, TChild?, T> set)
    : ConfigurationKey<T>(name, summary)
    where TChild : class
{
    public override string Allowed => OrNull("an object");

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind == JsonKind.Null && IsNullable) return set(target, null);
        return shape.Read(node, path, faults) is { } child ? set(target, child) : target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        TChild? child = get(source);
        if (child is null) writer.WriteNullValue();
        else shape.Write(writer, child);
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        if (!IsNullable)
        {
            shape.WriteConstraints(writer);
            return;
        }
        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        writer.WriteString("type", "null");
        writer.WriteEndObject();
        writer.WriteStartObject();
        shape.WriteConstraints(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public override IEnumerable<KeyRow> Rows(string path) => shape.Rows(path);
}

/// <summary>A key that holds a list of objects.</summary>
internal sealed class ObjectListKey<T, TChild>(
    string name, ConfigurationShape<TChild> shape, string summary, Func<T, IReadOnlyList<TChild>> get, Func<T, IReadOnlyList<TChild>, T> set)
    : ConfigurationKey<T>(name, summary)
    where TChild : class
{
    public override string Allowed => IsRequired ? "a list of one or more objects" : "a list of objects";

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind != JsonKind.Array)
        {
            WrongType(node, path, "a list", faults);
            return target;
        }
        if (IsRequired && node.Items.Count == 0) faults.Add(node.Position, path, "is empty", Allowed);
        var children = new List<TChild>(node.Items.Count);
        for (int i = 0; i < node.Items.Count; i++)
        {
            string childPath = $"{path}[{i}]";
            faults.Mark(childPath, node.Items[i].Position);
            if (shape.Read(node.Items[i], childPath, faults) is { } child) children.Add(child);
        }
        return set(target, children);
    }

    public override void WriteValue(Utf8JsonWriter writer, T source)
    {
        writer.WriteStartArray();
        foreach (TChild child in get(source)) shape.Write(writer, child);
        writer.WriteEndArray();
    }

    protected override void WriteConstraints(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "array");
        if (IsRequired) writer.WriteNumber("minItems", 1);
        writer.WriteStartObject("items");
        shape.WriteConstraints(writer);
        writer.WriteEndObject();
    }

    public override IEnumerable<KeyRow> Rows(string path) => shape.Rows($"{path}[]");
}

/// <summary>The key <c>$schema</c>, which is for editors and means nothing to the agent.</summary>
internal sealed class SchemaLinkKey<T>(string summary) : ConfigurationKey<T>("$schema", summary)
{
    public override string Allowed => "text";

    public override T Read(T target, JsonNode node, string path, ConfigurationFaults faults)
    {
        if (node.Kind != JsonKind.Text) WrongType(node, path, "text", faults);
        return target;
    }

    public override void WriteValue(Utf8JsonWriter writer, T source) => writer.WriteNullValue();

    protected override void WriteConstraints(Utf8JsonWriter writer) => WriteType(writer, "string");
}
