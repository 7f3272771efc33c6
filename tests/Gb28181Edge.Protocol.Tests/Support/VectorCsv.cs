using System.Text;

namespace Gb28181Edge.Protocol.Tests.Support;

/// <summary>Rows of a CSV file under Vectors: a first line of names, quotes around fields that hold a comma.</summary>
internal static class VectorCsv
{
    public static IReadOnlyList<string[]> Read(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Vectors", file));
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(Split)];
    }

    private static string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) { fields.Add(field.ToString()); field.Clear(); }
            else field.Append(c);
        }
        fields.Add(field.ToString());
        return [.. fields];
    }
}
