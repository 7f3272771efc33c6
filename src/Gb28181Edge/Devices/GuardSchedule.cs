namespace Gb28181Edge.Devices;

/// <summary>When an input is guarded, week by week, in Beijing time, which the times of GB/T 28181 are in.</summary>
/// <remarks>
/// Pure: time is an argument. A clock that is before 2024 has not been set yet; until then the input is guarded, for an alarm too many
/// is better than none.
/// </remarks>
internal sealed class GuardSchedule
{
    /// <summary>Minutes of a week, which begins on Monday at 00:00.</summary>
    public const int Week = 7 * Day;

    private const int Day = 24 * 60;

    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);
    private static readonly DateTimeOffset EarliestSaneTime = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly bool[] _on = new bool[Week];

    /// <param name="periods">The first minute of the week and how many minutes; they may overlap, and reach over the week's end.</param>
    public GuardSchedule(IEnumerable<(int First, int Minutes)> periods)
    {
        foreach ((int first, int minutes) in periods)
        {
            for (int i = 0; i < minutes; i++)
                _on[(first + i) % Week] = true;
        }
    }

    /// <summary>The clock has been set: it is not what a box without a battery begins with.</summary>
    public static bool IsSet(DateTimeOffset wallClock) => wallClock >= EarliestSaneTime;

    public bool IsOn(DateTimeOffset wallClock) => !IsSet(wallClock) || _on[MinuteOf(wallClock)];

    /// <summary>When it changes the next time after <paramref name="wallClock"/>; null when it never does.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset wallClock)
    {
        int now = MinuteOf(wallClock);
        for (int i = 1; i < Week; i++)
        {
            if (_on[(now + i) % Week] != _on[now])
                return new DateTimeOffset(wallClock.UtcTicks - wallClock.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(i);
        }
        return null;
    }

    private static int MinuteOf(DateTimeOffset wallClock)
    {
        DateTimeOffset local = wallClock.ToOffset(Beijing);
        int day = ((int)local.DayOfWeek + 6) % 7;
        return day * Day + local.Hour * 60 + local.Minute;
    }
}
