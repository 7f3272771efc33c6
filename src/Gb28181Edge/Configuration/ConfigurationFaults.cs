using System.Globalization;
using System.Text;

namespace Gb28181Edge.Configuration;

/// <summary>A place in the file, both counted from 1; the column counts characters.</summary>
internal readonly record struct FilePosition(int Line, int Column);

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Position">Where the key's value, or the unknown key, begins.</param>
/// <param name="Path">The path in the file, such as <c>Platforms[0].ExpiresSeconds</c>; empty for the file as a whole.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Allowed">What is allowed there; null where the problem says it.</param>
internal sealed record ConfigurationFault(FilePosition Position, string Path, string Problem, string? Allowed)
{
    /// <summary>One line: <c>file:line:column: path: problem; allowed: …</c>. Control characters are escaped.</summary>
    public string Describe(string file)
    {
        string place = Position.Line == 0 ? file : string.Create(CultureInfo.InvariantCulture, $"{file}:{Position.Line}:{Position.Column}");
        string path = Path.Length == 0 ? "" : $"{Path}: ";
        string allowed = Allowed is null ? "" : $"; allowed: {Allowed}";
        return Printable($"{place}: {path}{Problem}{allowed}");
    }

    private static string Printable(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var printable = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (char.IsControl(c)) printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else printable.Append(c);
        }
        return printable.ToString();
    }
}

/// <summary>Gathers every fault of one file, and knows where each path of it is.</summary>
internal sealed class ConfigurationFaults
{
    /// <summary>More than this helps nobody.</summary>
    private const int Most = 200;

    private readonly List<ConfigurationFault> _faults = [];
    private readonly Dictionary<string, FilePosition> _positions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All that was found, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationFault> InOrder =>
        [.. _faults.OrderBy(fault => fault.Position.Line).ThenBy(fault => fault.Position.Column)];

    public int Count => _faults.Count;

    /// <summary>Remembers where a path's value is.</summary>
    public void Mark(string path, FilePosition position) => _positions[path] = position;

    /// <summary>The value of this path is at fault already.</summary>
    public bool Has(string path) => _faults.Exists(fault => fault.Path.Equals(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>Something in the object of this path is at fault already.</summary>
    public bool HasWithin(string path) => _faults.Exists(fault => fault.Path.StartsWith($"{path}.", StringComparison.OrdinalIgnoreCase));

    public void Add(FilePosition position, string path, string problem, string? allowed = null)
    {
        if (_faults.Count < Most) _faults.Add(new ConfigurationFault(position, path, problem, allowed));
    }

    /// <summary>Adds a fault at a path, or at the nearest part of it that the file holds.</summary>
    public void Add(string path, string problem, string? allowed = null)
    {
        string known = path;
        FilePosition position;
        while (!_positions.TryGetValue(known, out position) && known.Length > 0)
        {
            int end = Math.Max(known.LastIndexOf('.'), known.LastIndexOf('['));
            known = end < 0 ? "" : known[..end];
        }
        Add(position, path, problem, allowed);
    }
}

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest insertions, deletions, replacements and swaps, without regard to case; null without candidates.</summary>
    public static string? Of(string written, IEnumerable<string> candidates)
    {
        // a name of a thousand characters is no misspelling: its beginning is enough
        string text = written.Length > 64 ? written[..64] : written;
        return candidates.MinBy(candidate => Distance(text.ToUpperInvariant(), candidate.ToUpperInvariant()));
    }

    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
