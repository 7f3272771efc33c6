using System.Text.Json;
using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support;
using static Gb28181Edge.Tests.Configuration.ConfigurationSamples;

namespace Gb28181Edge.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-configuration-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_relative_password_file_is_a_credential_or_lies_beside_the_configuration(bool credentials)
    {
        string place = credentials ? _folder.CreateSubdirectory("credentials").FullName : _folder.FullName;
        File.WriteAllText(Path.Combine(place, "city"), "秘密 hunter2\n");
        ConfigurationResult result = Load(", \"PasswordFile\": \"city\"", credentials ? place : null);
        Assert.Empty(result.Faults);
        Assert.Equal("秘密 hunter2", result.Configuration!.Platforms[0].Password);
    }

    [Fact]
    public void An_absolute_password_file_is_taken_as_it_is()
    {
        string file = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(file, "x");
        Assert.Equal("x", Load($", \"PasswordFile\": \"{file}\"", "/nowhere").Configuration!.Platforms[0].Password);
    }

    [Theory]
    [InlineData(null, "cannot be read: Could not find file")]
    [InlineData("", "holds no password; allowed: 1 … 255 characters, no control characters, one line")]
    [InlineData("two\nlines\n", "holds no password; allowed: 1 … 255 characters, no control characters, one line")]
    public void An_unusable_password_file_is_a_fault_at_its_key(string? content, string problem)
    {
        if (content is not null) File.WriteAllText(Path.Combine(_folder.FullName, "city"), content);
        ConfigurationFault fault = Assert.Single(Load(", \"PasswordFile\": \"city\"", null).Faults);
        Assert.Equal(("Platforms[0].PasswordFile", new FilePosition(3, 86)), (fault.Path, fault.Position));
        Assert.Contains(problem, fault.Describe("f"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_that_is_no_text_is_a_fault()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "city"), [0xFF, 0xFE]);
        Assert.Contains("is not UTF-8 text", Assert.Single(Load(", \"PasswordFile\": \"city\"", null).Faults).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_a_fault()
    {
        ConfigurationResult result = ConfigurationFile.Load(_folder.FullName, null);
        Assert.StartsWith("cannot be read: ", Assert.Single(result.Faults).Problem, StringComparison.Ordinal);
        Assert.Null(result.Configuration);
    }

    [Fact]
    public void What_is_printed_masks_every_secret_and_reads_back_as_the_same()
    {
        EdgeConfiguration configuration = Good(With(
            platform: ", \"Password\": \"hunter2\"",
            source: "\"Type\": \"process\", \"Command\": [\"ffmpeg\", \"-i\", \"rtsp://admin:hunter2@cam/1\"]",
            rest: ", \"Buses\": [ { } ]"));
        string printed = ConfigurationText.Effective(configuration);
        Assert.DoesNotContain("hunter2", printed, StringComparison.Ordinal);
        Assert.Contains("\"Password\": \"***\"", printed, StringComparison.Ordinal);
        Assert.Contains("rtsp://admin:***@cam/1", printed, StringComparison.Ordinal);
        Assert.Equal(printed, ConfigurationText.Effective(Good(printed)));
    }

    [Theory]
    [InlineData("rtsp://u:p@h/x", "rtsp://u:***@h/x")]
    [InlineData("rtsp://u:p@ss@h:554/x", "rtsp://u:***@h:554/x")]
    [InlineData("rtsp://u:p/a?s#s@h/x", "rtsp://u:***@h/x")]
    [InlineData("rtsp://h:554/x@y", "rtsp://h:554/x@y")]
    [InlineData("rtsp://user@h/x", "rtsp://user@h/x")]
    [InlineData("a rtsp://u:p@h/ b http://v:q@i/", "a rtsp://u:***@h/ b http://v:***@i/")]
    [InlineData("nothing", "nothing")]
    public void Mask_hides_the_password_of_an_address(string text, string masked) => Assert.Equal(masked, SecretMask.Mask(text));

    [Fact]
    public void Options_never_print_their_secret()
    {
        EdgeConfiguration configuration = Good(With(platform: ", \"Password\": \"hunter2\"", source: "\"Type\": \"rtsp\", \"Url\": \"rtsp://a:hunter2@h/\""));
        Assert.DoesNotContain("hunter2", $"{configuration.Platforms[0]} {configuration.Cameras[0]} {configuration}", StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_lists_every_key_with_its_description()
    {
        using JsonDocument schema = JsonDocument.Parse(ConfigurationText.Schema());
        foreach (KeyRow row in ConfigurationKeys.Rows)
        {
            JsonElement[] found = [.. Find(schema.RootElement, row.Path.Replace("[]", "", StringComparison.Ordinal).Split('.'))];
            Assert.True(found.Length > 0, $"{row.Path} is not in the schema");
            Assert.True(
                found.Any(element => element.GetProperty("description").GetString()!.StartsWith(row.Key.Summary, StringComparison.Ordinal)),
                $"{row.Path} is in the schema without its description");
        }
    }

    [Fact]
    public void Schema_and_reader_agree_on_ranges_defaults_and_what_is_required()
    {
        using JsonDocument schema = JsonDocument.Parse(ConfigurationText.Schema());
        JsonElement platform = schema.RootElement.GetProperty("properties").GetProperty("Platforms").GetProperty("items");
        Assert.Equal(["Id", "Host"], platform.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.False(platform.GetProperty("additionalProperties").GetBoolean());
        JsonElement expires = platform.GetProperty("properties").GetProperty("ExpiresSeconds");
        Assert.Equal((60, 86_400, 3600), (expires.GetProperty("minimum").GetInt32(), expires.GetProperty("maximum").GetInt32(), expires.GetProperty("default").GetInt32()));
        Assert.Equal(1, schema.RootElement.GetProperty("properties").GetProperty("Platforms").GetProperty("minItems").GetInt32());
    }

    [Fact]
    public void Shipped_example_is_valid_and_names_every_key()
    {
        string text = Repository.Read("systemd", "edge.example.json");
        EdgeConfiguration configuration = Good(text);
        Assert.Equal("city", configuration.Platforms[0].Name);
        Assert.All(ConfigurationKeys.Rows, row => Assert.Contains($"\"{row.Path.Split('.')[^1]}\"", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Shipped_example_is_valid_with_its_comments_taken_in()
    {
        string text = Repository.Read("systemd", "edge.example.json");
        int lists = text.IndexOf("\"Buses\"", StringComparison.Ordinal);
        string uncommented = string.Join('\n', text[lists..].Split('\n').Select(line => line.StartsWith("    // ", StringComparison.Ordinal) ? line[7..] : line));
        EdgeConfiguration configuration = Good(text[..lists] + uncommented);
        Assert.Equal((1, 1, 1), (configuration.Buses.Count, configuration.AlarmInputs.Count, configuration.Outputs.Count));
    }

    private ConfigurationResult Load(string platform, string? credentials)
    {
        string file = Path.Combine(_folder.FullName, "edge.json");
        File.WriteAllText(file, With(platform: platform));
        return ConfigurationFile.Load(file, credentials);
    }

    private static IEnumerable<JsonElement> Find(JsonElement schema, string[] path)
    {
        foreach (JsonElement element in Alternatives(schema))
        {
            if (path.Length == 0)
            {
                yield return schema;
                yield break;
            }
            if (element.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(path[0], out JsonElement next))
                foreach (JsonElement found in Find(next, path[1..])) yield return found;
        }
    }

    /// <summary>The schema itself, its items, and each of its oneOf and anyOf.</summary>
    private static IEnumerable<JsonElement> Alternatives(JsonElement schema)
    {
        yield return schema;
        if (schema.TryGetProperty("items", out JsonElement items))
            foreach (JsonElement element in Alternatives(items)) yield return element;
        foreach (string word in (string[])["oneOf", "anyOf"])
        {
            if (!schema.TryGetProperty(word, out JsonElement list)) continue;
            foreach (JsonElement one in list.EnumerateArray())
                foreach (JsonElement element in Alternatives(one)) yield return element;
        }
    }
}
