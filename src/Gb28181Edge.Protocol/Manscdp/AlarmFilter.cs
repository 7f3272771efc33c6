using System.Globalization;

namespace Gb28181Edge.Protocol.Manscdp;

/// <summary>Which alarms a platform subscribes to. GB/T 28181-2016 A.2.4 d), §9.11; GB/T 28181-2022 A.2.4.6, §9.11.</summary>
/// <remarks>A field that is absent, 0 or not readable filters nothing: an alarm too many is better than one too few.</remarks>
/// <param name="LeastPriority">1 … 4 or 0; with <paramref name="MostPriority"/> a range, its ends included.</param>
/// <param name="MostPriority">1 … 4 or 0.</param>
/// <param name="Methods">AlarmMethod; empty is all.</param>
/// <param name="Types">AlarmType; empty is all.</param>
/// <param name="From">Alarms from then on; null is any.</param>
/// <param name="To">Alarms until then; null is any.</param>
internal sealed record AlarmFilter(
    int LeastPriority, int MostPriority, IReadOnlyList<int> Methods, IReadOnlyList<int> Types, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>Reads the filter of a Query Alarm. Never fails.</summary>
    public static AlarmFilter Read(ManscdpMessage query)
    {
        (int start, int end) = (Number(query.Value("StartAlarmPriority")), Number(query.Value("EndAlarmPriority")));
        if (start > end && end > 0) (start, end) = (end, start);
        return new AlarmFilter(
            start, end, ReadMethods(query.Value("AlarmMethod")), ReadTypes(query.Value("AlarmType")),
            // the schema's names, and those of the sample in GB/T 28181-2016 J.18
            Time(query.Value("StartAlarmTime") ?? query.Value("StartTime")), Time(query.Value("EndAlarmTime") ?? query.Value("EndTime")));
    }

    /// <param name="priority">1 … 4.</param>
    /// <param name="method">AlarmMethod.</param>
    /// <param name="type">AlarmType; null for an alarm without one, which no filter by type wants.</param>
    /// <param name="time">When it happened.</param>
    public bool Matches(int priority, int method, int? type, DateTimeOffset time) =>
        priority >= LeastPriority && (MostPriority == 0 || priority <= MostPriority)
        && (Methods.Count == 0 || Methods.Contains(method))
        && (Types.Count == 0 || (type is { } known && Types.Contains(known)))
        && !(time < From) && !(time > To);

    /// <summary><c>1/2</c> in 2022, <c>12</c> in 2016; 0 is all.</summary>
    internal static List<int> ReadMethods(string? text)
    {
        var methods = new List<int>();
        foreach (char c in text ?? "")
        {
            if (c == '0') return [];
            if (char.IsAsciiDigit(c) && !methods.Contains(c - '0')) methods.Add(c - '0');
        }
        return methods;
    }

    private static List<int> ReadTypes(string? text)
    {
        var types = new List<int>();
        foreach (string part in (text ?? "").Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int type)) continue;
            if (type == 0) return [];
            types.Add(type);
        }
        return types;
    }

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static DateTimeOffset? Time(string? text) => BeijingTime.TryParse(text, out DateTimeOffset time) ? time : null;
}
