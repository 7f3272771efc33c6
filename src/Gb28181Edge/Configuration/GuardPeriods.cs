using System.Globalization;

namespace Gb28181Edge.Configuration;

/// <summary>Reads one line of a weekly schedule: days, then from and to, such as <c>Mon-Fri 18:00-07:00</c>.</summary>
/// <remarks>
/// Days: <c>Mon</c> … <c>Sun</c>, ranges and lists of them, or <c>Daily</c>. Times: 00:00 … 24:00. A time to that is not after the time
/// from is on the next day; the days are those on which the period begins.
/// </remarks>
internal static class GuardPeriods
{
    private const int Day = 24 * 60;

    private static readonly string[] Names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static TextFormat Format { get; } = new(
        "DAYS HH:MM-HH:MM, days such as Mon-Fri or Sat,Sun or Daily, times 00:00 … 24:00", "^[A-Za-z,-]+ [0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$",
        text => TryParse(text, out _));

    /// <param name="text">One line.</param>
    /// <param name="periods">The first minute of the week, which begins on Monday at 00:00, and how many minutes.</param>
    public static bool TryParse(string text, out IReadOnlyList<(int First, int Minutes)> periods)
    {
        periods = [];
        string[] parts = text.Split(' ');
        if (parts.Length != 2 || !TryDays(parts[0], out bool[] days))
            return false;
        string[] times = parts[1].Split('-');
        if (times.Length != 2 || !TryTime(times[0], out int from) || !TryTime(times[1], out int to) || from == Day || from == to)
            return false;
        int minutes = to > from ? to - from : to + Day - from;
        if (minutes == 0)
            return false;
        periods = [.. Enumerable.Range(0, days.Length).Where(day => days[day]).Select(day => (day * Day + from, minutes))];
        return true;
    }

    private static bool TryDays(string text, out bool[] days)
    {
        days = new bool[Names.Length];
        if (text.Equals("Daily", StringComparison.OrdinalIgnoreCase))
        {
            Array.Fill(days, true);
            return true;
        }
        foreach (string item in text.Split(','))
        {
            string[] ends = item.Split('-');
            int first = DayOf(ends[0]), last = DayOf(ends[^1]);
            if (ends.Length > 2 || first < 0 || last < 0)
                return false;
            for (int day = first; ; day = (day + 1) % Names.Length)        // Sat-Mon goes over the week's end
            {
                days[day] = true;
                if (day == last)
                    break;
            }
        }
        return true;
    }

    private static int DayOf(string name) => Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool TryTime(string text, out int minute)
    {
        minute = 0;
        if (text.Length != 5 || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes))
            return false;
        minute = hours * 60 + minutes;
        return minutes < 60 && minute <= Day;
    }
}
