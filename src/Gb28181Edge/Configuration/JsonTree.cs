using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gb28181Edge.Configuration;

/// <summary>What a JSON value is.</summary>
internal enum JsonKind { Object, Array, Text, Number, True, False, Null }

/// <summary>One JSON value and where it stands.</summary>
internal sealed class JsonNode(JsonKind kind, FilePosition position, string text)
{
    public JsonKind Kind { get; } = kind;

    public FilePosition Position { get; } = position;

    /// <summary>The unescaped text, or the number as it is written; empty for everything else.</summary>
    public string Text { get; } = text;

    /// <summary>An object's members in the file's order, duplicates included.</summary>
    public List<(string Name, FilePosition Position, JsonNode Value)> Members { get; } = [];

    /// <summary>An array's items.</summary>
    public List<JsonNode> Items { get; } = [];

    /// <summary>What a person calls this value.</summary>
    public string KindName => Kind switch
    {
        JsonKind.Object => "an object",
        JsonKind.Array => "a list",
        JsonKind.Text => "text",
        JsonKind.Number => "a number",
        JsonKind.True or JsonKind.False => "true or false",
        _ => "null",
    };
}

/// <summary>Reads JSON with comments and trailing commas into nodes that know their place. RFC 8259.</summary>
internal static class JsonTree
{
    /// <summary>Deeper than any configuration.</summary>
    private const int MostDepth = 16;

    /// <returns>Null with a fault added when the bytes are no JSON. Never throws on any bytes.</returns>
    public static JsonNode? TryParse(ReadOnlySpan<byte> bytes, ConfigurationFaults faults)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[3..];
        var lines = new LineIndex(bytes);
        if (!Utf8.IsValid(bytes))
        {
            faults.Add(lines.At(bytes, FirstInvalid(bytes)), "", "this is not UTF-8 text", "UTF-8, with or without a byte order mark");
            return null;
        }
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = MostDepth,
        });
        try
        {
            reader.Read();
            JsonNode root = Value(ref reader, bytes, lines);
            while (reader.Read()) { }              // what follows the value: comments only, or it throws
            return root;
        }
        catch (JsonException e)
        {
            long offset = lines.Start((int)(e.LineNumber ?? 0)) + (e.BytePositionInLine ?? 0);
            string message = e.Message;
            int tail = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            faults.Add(lines.At(bytes, (int)Math.Min(offset, bytes.Length)), "", tail < 0 ? message : message[..tail].TrimEnd('.', ' '),
                "JSON, with // comments and trailing commas");
        }
        catch (InvalidOperationException)           // an escape such as \ud800 that makes no character
        {
            faults.Add(lines.At(bytes, (int)reader.TokenStartIndex), "", "an escape in this text is half a surrogate pair", "whole characters");
        }
        return null;
    }

    private static JsonNode Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, LineIndex lines)
    {
        FilePosition position = lines.At(bytes, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new JsonNode(JsonKind.Object, position, "");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    FilePosition at = lines.At(bytes, (int)reader.TokenStartIndex);
                    string name = reader.GetString()!;
                    reader.Read();
                    map.Members.Add((name, at, Value(ref reader, bytes, lines)));
                }
                return map;
            case JsonTokenType.StartArray:
                var list = new JsonNode(JsonKind.Array, position, "");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Items.Add(Value(ref reader, bytes, lines));
                return list;
            case JsonTokenType.String: return new JsonNode(JsonKind.Text, position, reader.GetString()!);
            case JsonTokenType.Number: return new JsonNode(JsonKind.Number, position, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True: return new JsonNode(JsonKind.True, position, "");
            case JsonTokenType.False: return new JsonNode(JsonKind.False, position, "");
            default: return new JsonNode(JsonKind.Null, position, "");
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out int length) == System.Buffers.OperationStatus.Done) offset += length;
        return offset;
    }

    /// <summary>Turns byte offsets into lines and columns.</summary>
    private sealed class LineIndex
    {
        private readonly List<int> _starts = [0];

        public LineIndex(ReadOnlySpan<byte> bytes)
        {
            for (int i = 0; i < bytes.Length; i++)
                if (bytes[i] == (byte)'\n') _starts.Add(i + 1);
        }

        public int Start(int line) => _starts[Math.Clamp(line, 0, _starts.Count - 1)];

        public FilePosition At(ReadOnlySpan<byte> bytes, int offset)
        {
            int line = _starts.BinarySearch(offset);
            if (line < 0) line = ~line - 1;
            int column = 1;
            for (int i = _starts[line]; i < offset && i < bytes.Length; i++)
                if ((bytes[i] & 0xC0) != 0x80) column++;        // continuation bytes are no characters
            return new FilePosition(line + 1, column);
        }
    }
}
