using System.Globalization;
using Gb28181Edge.Configuration;
using Gb28181Edge.Devices;

namespace Gb28181Edge.Tests.Devices;

/// <summary>Weekly schedules, from their text to the minute. Beijing time is UTC + 8 hours. 2026-05-04 is a Monday.</summary>
public class GuardScheduleTests
{
    private const int Day = 24 * 60;

    public static TheoryData<string, (int, int)[]> Periods => new()
    {
        { "Mon 08:00-17:30", [(8 * 60, 570)] },
        { "Sun 00:00-24:00", [(6 * Day, Day)] },
        { "mon,WED 00:00-00:01", [(0, 1), (2 * Day, 1)] },
        { "Fri-Sun 18:00-07:00", [(4 * Day + 1080, 780), (5 * Day + 1080, 780), (6 * Day + 1080, 780)] },
        { "Sat-Mon 12:00-13:00", [(720, 60), (5 * Day + 720, 60), (6 * Day + 720, 60)] },
        { "Tue,Thu-Fri 23:59-24:00", [(Day + 1439, 1), (3 * Day + 1439, 1), (4 * Day + 1439, 1)] },
    };

    [Theory, MemberData(nameof(Periods))]
    public void A_line_is_its_minutes_of_the_week(string line, (int, int)[] expected)
    {
        Assert.True(GuardPeriods.TryParse(line, out IReadOnlyList<(int, int)> periods));
        Assert.Equal(expected, periods);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mon")]
    [InlineData("Mon 08:00")]
    [InlineData("Mon 8:00-09:00")]
    [InlineData("Mon 08:00-08:00")]
    [InlineData("Mon 24:00-07:00")]
    [InlineData("Mon 00:00-24:01")]
    [InlineData("Mon 23:60-24:00")]
    [InlineData("Mon 08:00-25:00")]
    [InlineData("Mon- 08:00-09:00")]
    [InlineData("Mon-Tue-Wed 08:00-09:00")]
    [InlineData("Mo 08:00-09:00")]
    [InlineData(",Mon 08:00-09:00")]
    [InlineData("Mon  08:00-09:00")]
    [InlineData("Mon 08:00-09:00 ")]
    [InlineData("Mon -8:00-09:00")]
    public void What_is_no_line_is_refused(string line) => Assert.False(GuardPeriods.TryParse(line, out _));

    [Theory]
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-04T18:00:00+08:00", true)]     // Monday evening, to the second
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-04T17:59:59.9999999+08:00", false)]
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-04T03:00:00+08:00", false)]    // Sunday's night is no weekday's
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-09T06:59:59+08:00", true)]     // Friday's night ends on Saturday
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-09T07:00:00+08:00", false)]
    [InlineData("Sun 22:00-02:00", "2026-05-04T01:59:00+08:00", true)]         // over the week's end
    [InlineData("Sun 22:00-02:00", "2026-05-04T02:00:00+08:00", false)]
    [InlineData("Mon 00:00-24:00", "2026-05-03T16:00:00Z", true)]              // midnight in Beijing is 16:00 in Greenwich
    [InlineData("Mon 00:00-24:00", "2026-05-03T15:59:59Z", false)]
    [InlineData("Mon 00:00-24:00", "2026-05-04T15:59:59Z", true)]
    [InlineData("Mon 00:00-24:00", "2026-05-04T16:00:00Z", false)]
    [InlineData("Mon 08:00-09:00", "1970-01-01T00:00:00Z", true)]              // the clock has not been set yet: guarded
    public void A_minute_is_on_or_off(string line, string at, bool on) => Assert.Equal(on, Schedule(line).IsOn(Time(at)));

    [Theory]
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-04T12:34:56+08:00", "2026-05-04T18:00:00+08:00")]
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-04T18:00:00+08:00", "2026-05-05T07:00:00+08:00")]
    [InlineData("Mon-Fri 18:00-07:00", "2026-05-09T07:00:00+08:00", "2026-05-11T18:00:00+08:00")]
    [InlineData("Sun 22:00-02:00", "2026-05-03T23:00:00+08:00", "2026-05-04T02:00:00+08:00")]
    public void It_knows_when_it_changes_the_next_time(string line, string at, string next) => Assert.Equal(Time(next), Schedule(line).NextChange(Time(at)));

    [Fact]
    public void One_that_is_always_on_never_changes()
    {
        Assert.Null(Schedule("Daily 00:00-24:00").NextChange(Time("2026-05-04T12:00:00+08:00")));
        Assert.Null(Schedule("Daily 12:00-11:59", "Daily 11:00-12:30").NextChange(Time("2026-05-04T12:00:00+08:00")));
    }

    [Fact]
    public void Walking_from_change_to_change_sees_what_every_minute_says()
    {
        GuardSchedule schedule = Schedule("Mon-Fri 18:00-07:00", "Sat,Sun 00:00-24:00", "Wed 12:00-13:00");
        DateTimeOffset at = Time("2026-05-04T00:00:00+08:00"), end = at.AddDays(14);
        DateTimeOffset change = schedule.NextChange(at)!.Value;
        for (DateTimeOffset minute = at.AddMinutes(1); minute < end; minute = minute.AddMinutes(1))
        {
            bool changes = schedule.IsOn(minute) != schedule.IsOn(minute.AddMinutes(-1));
            Assert.Equal(minute == change, changes);
            if (changes)
                change = schedule.NextChange(minute)!.Value;
        }
    }

    private static GuardSchedule Schedule(params string[] lines) => new(lines.SelectMany(line =>
    {
        Assert.True(GuardPeriods.TryParse(line, out IReadOnlyList<(int, int)> periods), line);
        return periods;
    }));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
