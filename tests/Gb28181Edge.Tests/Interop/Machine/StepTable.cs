using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gb28181Edge.Tests.Interop.Machine;

/// <summary>What a long test did, what it saw, and how long each step took: a table for a person.</summary>
internal sealed class StepTable
{
    private readonly List<(string Step, string Seen, TimeSpan Took)> _rows = [];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Adds a step that has just succeeded.</summary>
    public void Add(string step, string seen)
    {
        long now = Stopwatch.GetTimestamp();
        _rows.Add((step, seen, Stopwatch.GetElapsedTime(_last, now)));
        _last = now;
    }

    public override string ToString()
    {
        int width = _rows.Select(row => row.Step.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        foreach ((string step, string seen, TimeSpan took) in _rows)
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds,6:0.0} s  {step.PadRight(width)}  {seen}"));
        return text.ToString();
    }
}
