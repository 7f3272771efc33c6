using System.Text.Json;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Commands;

/// <summary>The built program as a script sees it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-commands-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Version_prints_the_version_and_exits_0()
    {
        (int exitCode, string output, _) = await Repository.RunAsync(Repository.Program, "--version");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }

    [Fact]
    public async Task Help_names_every_command_and_exits_0()
    {
        (int exitCode, string output, _) = await Repository.RunAsync(Repository.Program, "--help");
        Assert.Equal(0, exitCode);
        Assert.All((string[])["run", "stop", "check", "schema"], command => Assert.Matches($@"\n  {command} ", output));
    }

    [Theory]
    [InlineData("--speed takes 1 … 100 percent.", "ptz", "Gate", "left", "--speed", "fast")]
    [InlineData("--for takes more than 0 and up to 86400 seconds.", "ptz", "Gate", "left", "--for", "long")]
    [InlineData("--for takes more than 0 and up to 86400 seconds.", "io", "set", "17", "on", "--for", "NaN")]
    [InlineData("--for takes 0 … 86400 seconds.", "demo", "--for", "1.5")]
    [InlineData("'5000' is no pin: 0 … 1023, a line's name, or CHIP:LINE.", "io", "read", "5000")]
    public async Task A_word_that_is_no_value_is_bad_usage_and_says_what_is_one(string fault, params string[] arguments)
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(Repository.Program, arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_prints_the_schema_and_nothing_else()
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(Repository.Program, "schema");
        Assert.Equal((0, ""), (exitCode, error));
        using JsonDocument schema = JsonDocument.Parse(output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
    }

    [Fact]
    public async Task Check_of_the_shipped_example_prints_what_is_in_force_with_the_password_masked()
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(Repository.Program, "check", "--config", Repository.PathOf("systemd", "edge.example.json"));
        Assert.Equal((0, ""), (exitCode, error));
        using JsonDocument effective = JsonDocument.Parse(output);
        Assert.Equal("***", effective.RootElement.GetProperty("Platforms")[0].GetProperty("Password").GetString());
    }

    [Fact]
    public async Task Check_says_every_fault_on_standard_output_and_exits_1()
    {
        string file = Write("{ \"Device\": { \"Id\": 1 },\n\"Platforms\": [],\n\"Kameras\": [] }");
        (int exitCode, string output, string error) = await Repository.RunAsync(Repository.Program, "check", "--config", file);
        Assert.Equal((1, ""), (exitCode, error));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.StartsWith($"{file}:1:1: Cameras: is missing", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{file}:1:21: Device.Id: is a number", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"{file}:2:14: Platforms: is empty", lines[2], StringComparison.Ordinal);
        Assert.StartsWith($"{file}:3:1: Kameras: is an unknown key, the nearest is \"Cameras\"", lines[3], StringComparison.Ordinal);
        Assert.Equal("4 faults", lines[4]);
    }

    [Fact]
    public async Task Check_of_a_file_that_is_not_there_exits_1_and_names_it()
    {
        string file = Path.Combine(_folder.FullName, "none.json");
        (int exitCode, string output, _) = await Repository.RunAsync(Repository.Program, "check", "--config", file);
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{file}: cannot be read: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_with_a_wrong_configuration_says_why_on_standard_error_and_exits_1()
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(Repository.Program, "run", "--config", Write("{}"));
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("Device: is missing", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("walk")]
    [InlineData("run", "--log-level", "loud")]
    [InlineData("run", "--config")]
    [InlineData("check", "--sip-trace", "x")]
    [InlineData("schema", "more")]
    public async Task Bad_usage_says_so_on_standard_error_and_exits_2(params string[] arguments)
    {
        (int exitCode, string output, string error) = await Repository.RunAsync(Repository.Program, arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("gb28181-edge --help", error, StringComparison.Ordinal);
    }

    private string Write(string text)
    {
        string file = Path.Combine(_folder.FullName, "edge.json");
        File.WriteAllText(file, text);
        return file;
    }
}
