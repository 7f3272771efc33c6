using System.Text;
using System.Text.RegularExpressions;
using Gb28181Edge.Configuration;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Rules;

/// <summary>What holds for every file, and for what the README promises.</summary>
public partial class RepositoryRulesTests
{
    private const int MostLines = 500;

    [Fact]
    public void No_source_file_has_more_than_500_lines()
    {
        IEnumerable<string> files = Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs"));
        string[] tooLong = [.. files.Where(file => File.ReadLines(file).Count() > MostLines).Select(file => Path.GetRelativePath(Repository.Root, file))];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_text_file_names_a_place_that_only_its_author_has()
    {
        var found = new List<string>();
        foreach (string file in TextFiles())
        {
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                if (ForeignPlace().IsMatch(line)) found.Add($"{Path.GetRelativePath(Repository.Root, file)}:{number}: {line.Trim()}");
            }
        }
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_type_is_called_by_a_word_that_says_nothing(string folder)
    {
        IEnumerable<string> names = Repository.Files(folder, "*.cs").SelectMany(file => Declared().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value);
        Assert.DoesNotContain(names, name => name.EndsWith("Manager", StringComparison.Ordinal) || name.EndsWith("Helper", StringComparison.Ordinal)
            || name.EndsWith("Helpers", StringComparison.Ordinal) || name.EndsWith("Util", StringComparison.Ordinal) || name.EndsWith("Utils", StringComparison.Ordinal));
    }

    [Fact]
    public void No_source_catches_everything_without_saying_when()
    {
        IEnumerable<string> files = Repository.Files("src", "*.cs")
            .Where(file => CatchAll().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file));
        Assert.Equal(["src/Gb28181Edge/Program.cs"], files);
    }

    [Fact]
    public void README_has_the_row_of_every_key()
    {
        string[] lines = File.ReadAllLines(Repository.PathOf("src", "Gb28181Edge", "Configuration", "README.md"));
        var missing = ConfigurationKeys.Rows.Select(Row).Where(row => !lines.Contains(row)).ToList();
        Assert.True(missing.Count == 0, "src/Gb28181Edge/Configuration/README.md lacks these rows of its table of keys:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void README_has_no_row_of_a_key_that_is_gone()
    {
        HashSet<string> known = [.. ConfigurationKeys.Rows.Select(Row)];
        IEnumerable<string> rows = File.ReadLines(Repository.PathOf("src", "Gb28181Edge", "Configuration", "README.md")).Where(line => KeyRowLine().IsMatch(line));
        Assert.All(rows, row => Assert.Contains(row, known));
    }

    /// <summary>A key as a line of the README's table.</summary>
    private static string Row(KeyRow row)
    {
        var text = new StringBuilder($"| `{row.Path}`");
        if (row.Case is not null) text.Append($" ({row.Case})");
        text.Append($" | {row.Key.Summary} | {row.Key.Allowed.Replace("|", "\\|", StringComparison.Ordinal)} | ");
        return text.Append(row.Default is null ? "**required** |" : row.Key.DefaultNote is null ? $"`{row.Default}` |" : $"{row.Default} |").ToString();
    }

    private static IEnumerable<string> TextFiles()
    {
        string[] endings = [".cs", ".md", ".csproj", ".props", ".targets", ".sh", ".ps1", ".json", ".service", ".conf", ".txt", ".rules", ".xml"];
        IEnumerable<string> files = ((string[])["src", "tests", "systemd"]).SelectMany(folder => Repository.Files(folder, "*"));
        return files.Concat(Directory.EnumerateFiles(Repository.Root))
            .Where(file => endings.Contains(Path.GetExtension(file)) && Path.GetFileName(file) != "RepositoryRulesTests.cs");
    }

    [GeneratedRegex(@"(?<![\w.])/(?:work|root|home/\w+|Users)/|(?<!\w)[A-Z]:\\|\.\./shared|signalling\.md|manscdp\.md")]
    private static partial Regex ForeignPlace();

    [GeneratedRegex(@"(?:class|struct|record|interface|enum) (?<name>[A-Z]\w*)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"catch \(Exception( \w+)?\)(?!\s*when)|catch\s*\{(?![^{}]*throw;)")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"^\| `(?:Device|Platforms|Cameras|Board|Buses|AlarmInputs|Outputs|\$schema)")]
    private static partial Regex KeyRowLine();
}
