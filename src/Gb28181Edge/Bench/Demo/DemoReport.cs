using System.Globalization;

namespace Gb28181Edge.Bench.Demo;

/// <summary>What became of one step of the demonstration.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Works">It was seen to work.</param>
/// <param name="Figures">In one line, with what was measured; or why it does not work.</param>
internal readonly record struct DemoOutcome(string Name, bool Works, string Figures);

/// <summary>Writes the demonstration's account for a person: plain text, with colours only where they are wanted.</summary>
/// <remarks>Lines are at most 100 characters, but for what comes from outside.</remarks>
internal sealed class DemoReport(TextWriter output, bool hasColours)
{
    private const string Bold = "\e[1m", Green = "\e[32m", Red = "\e[31m", Dim = "\e[2m", Plain = "\e[0m";

    private int _steps;

    /// <summary>A terminal that can, and nobody said no. https://no-color.org</summary>
    public static bool WantsColours() =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal && terminal != "dumb";

    public void Title(string text)
    {
        output.WriteLine(Paint(Bold, text));
        output.WriteLine();
    }

    /// <summary>A step begins.</summary>
    public void Step(string name, string what)
    {
        _steps++;
        output.WriteLine($"{_steps,2}  {Paint(Bold, name.PadRight(15))} {what}");
    }

    /// <summary>A fact within a step.</summary>
    public void Fact(string name, string value) => output.WriteLine($"    {Paint(Dim, name.PadRight(15))} {value}");

    /// <summary>A line as it stands, within a step.</summary>
    public void Line(string text) => output.WriteLine($"    {text}");

    public void Gap() => output.WriteLine();

    /// <summary>The step is over.</summary>
    public void End(DemoOutcome outcome)
    {
        if (outcome.Works) output.WriteLine($"    {Paint(Green, "works")}");
        else output.WriteLine($"    {Paint(Red, "does not work")}: {outcome.Figures}");
        output.WriteLine();
    }

    public void Summary(IReadOnlyList<DemoOutcome> outcomes)
    {
        output.WriteLine(Paint(Bold, "Summary"));
        foreach (DemoOutcome outcome in outcomes)
            output.WriteLine($"    {outcome.Name.PadRight(15)} {(outcome.Works ? Paint(Green, "works  ") : Paint(Red, "FAILED "))} {outcome.Figures}");
        output.WriteLine();
        int failed = outcomes.Count(outcome => !outcome.Works);
        output.WriteLine(failed == 0
            ? Paint(Green, "Everything was seen to work.")
            : Paint(Red, string.Create(CultureInfo.InvariantCulture, $"{failed} of {outcomes.Count} were not seen to work.")));
    }

    private string Paint(string colour, string text) => hasColours ? $"{colour}{text}{Plain}" : text;
}
