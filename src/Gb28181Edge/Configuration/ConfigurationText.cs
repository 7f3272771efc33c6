using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gb28181Edge.Configuration;

/// <summary>What is printed about the configuration: its schema, and its effective values with secrets masked.</summary>
internal static class ConfigurationText
{
    /// <summary>One line, characters as they are.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonWriterOptions Indented { get; } = Compact with { Indented = true };

    /// <summary>The JSON Schema of the file, draft 2020-12.</summary>
    public static string Schema() => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        writer.WriteString("title", "The configuration of gb28181-edge");
        writer.WriteString("description", "Comments with // and trailing commas are allowed. The agent reads keys without regard to case.");
        ConfigurationKeys.File.WriteConstraints(writer);
        writer.WriteEndObject();
    });

    /// <summary>Every key with the value in force; passwords are stars.</summary>
    public static string Effective(EdgeConfiguration configuration) => Write(writer => ConfigurationKeys.File.Write(writer, configuration));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented)) write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
