using System.Globalization;
using System.Text.RegularExpressions;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>What other programs say about the scripts and the unit.</summary>
[Trait("Needs", "packages")]
public sealed partial class ToolingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-tooling-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_unit_has_no_fault_that_systemd_knows()
    {
        (int exitCode, string output, string error) = await Repository.RunAsync("systemd-analyze", "verify", Unit());
        Assert.Equal((0, "", ""), (exitCode, output, error));
    }

    [Fact]
    public async Task The_unit_is_as_closed_as_it_says()
    {
        (int exitCode, string output, string error) = await Repository.RunAsync("systemd-analyze", "security", "--offline=true", "--no-pager", Unit());
        Assert.True(exitCode == 0, error);
        Match level = Exposure().Match(output);
        Assert.True(level.Success, output);
        Assert.InRange(double.Parse(level.Groups[1].Value, CultureInfo.InvariantCulture), 0.1, 1.9);
    }

    [Theory]
    [InlineData("sysusers.conf", "systemd-sysusers")]
    [InlineData("tmpfiles.conf", "systemd-tmpfiles")]
    public async Task The_lists_for_systemd_are_understood(string file, string program)
    {
        _folder.CreateSubdirectory("etc");
        string[] arguments = program == "systemd-sysusers" ? ["--root", _folder.FullName] : ["--create", "--root", _folder.FullName];
        (int exitCode, _, string error) = await Repository.RunAsync(program, [.. arguments, Repository.PathOf("systemd", file)]);
        Assert.True(exitCode == 0 && !error.Contains("ignoring", StringComparison.OrdinalIgnoreCase), error);
    }

    [Theory]
    [InlineData("tests/run")]
    [InlineData(".ci/run")]
    public async Task The_scripts_are_executable_and_parse(string script)
    {
        string path = Repository.PathOf(script);
        (int exitCode, _, string error) = await Repository.RunAsync("bash", "-n", path);
        Assert.Equal((0, ""), (exitCode, error));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
    }

    /// <summary>The unit with a program that is there, which is all that verify would miss.</summary>
    private string Unit()
    {
        string text = Repository.Read("systemd", "gb28181-edge.service");
        Assert.Contains("ExecStart=/usr/bin/gb28181-edge ", text, StringComparison.Ordinal);
        string file = Path.Combine(_folder.FullName, "gb28181-edge.service");
        File.WriteAllText(file, text.Replace("=/usr/bin/gb28181-edge ", "=/bin/true ", StringComparison.Ordinal));
        return file;
    }

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Exposure();
}
