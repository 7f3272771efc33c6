using Gb28181Edge.Protocol.Manscdp;

namespace Gb28181Edge.Protocol.Tests.Manscdp;

public class AlarmFilterTests
{
    private static readonly DateTimeOffset Eight = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory] // GB/T 28181-2016 A.2.4 d): 0 is all
    [InlineData("", "1234")]
    [InlineData("<StartAlarmPriority>0</StartAlarmPriority><EndAlarmPriority>0</EndAlarmPriority>", "1234")]
    [InlineData("<StartAlarmPriority>1</StartAlarmPriority><EndAlarmPriority>4</EndAlarmPriority>", "1234")]
    [InlineData("<StartAlarmPriority>2</StartAlarmPriority><EndAlarmPriority>3</EndAlarmPriority>", "23")]
    [InlineData("<StartAlarmPriority>3</StartAlarmPriority>", "34")]
    [InlineData("<EndAlarmPriority>2</EndAlarmPriority>", "12")]
    [InlineData("<StartAlarmPriority>4</StartAlarmPriority><EndAlarmPriority>3</EndAlarmPriority>", "34")]
    [InlineData("<StartAlarmPriority>x</StartAlarmPriority>", "1234")]
    public void Priorities_are_a_range(string inner, string wanted) =>
        Assert.Equal(wanted, string.Concat(Enumerable.Range(1, 4).Where(priority => Read(inner).Matches(priority, 2, null, Eight))));

    [Theory]
    [InlineData("0", "1234567")]
    [InlineData("1/2", "12")]
    [InlineData("12", "12")]
    [InlineData("5", "5")]
    [InlineData("", "1234567")]
    [InlineData("none", "1234567")]
    public void Methods_are_written_in_two_ways(string methods, string wanted) =>
        Assert.Equal(wanted, string.Concat(Enumerable.Range(1, 7).Where(method => Read($"<AlarmMethod>{methods}</AlarmMethod>").Matches(1, method, null, Eight))));

    [Theory]
    [InlineData("0", true, true, true)]
    [InlineData("1", true, false, false)]
    [InlineData("1/12", true, true, false)]
    [InlineData("12", false, true, false)]
    public void Types_are_numbers_between_slashes(string types, bool one, bool twelve, bool none)
    {
        AlarmFilter filter = Read($"<AlarmType>{types}</AlarmType>");
        Assert.Equal((one, twelve, none), (filter.Matches(1, 2, 1, Eight), filter.Matches(1, 2, 12, Eight), filter.Matches(1, 2, null, Eight)));
    }

    [Theory]
    [InlineData("<StartAlarmTime>2026-05-01T08:00:00</StartAlarmTime><EndAlarmTime>2026-05-01T09:00:00</EndAlarmTime>")]
    [InlineData("<StartTime>2026-05-01T08:00:00</StartTime><EndTime>2026-05-01T09:00:00</EndTime>")]
    public void Times_have_the_names_of_the_schema_or_of_the_sample(string inner)
    {
        AlarmFilter filter = Read(inner);
        bool[] matched = [.. new[] { -1, 0, 3600, 3601 }.Select(seconds => filter.Matches(1, 2, null, Eight.AddSeconds(seconds)))];
        Assert.Equal([false, true, true, false], matched);
    }

    [Fact]
    public void A_request_reads_back_as_it_was_meant()
    {
        byte[] body = Requests.Alarm(ManscdpCharset.Gb2312, "4", "34020000001110000001", 1, 3, "2/5", "1/2", Eight, Eight.AddHours(1));
        Assert.True(ManscdpMessage.TryParse(body, out ManscdpMessage? query, out _));
        Assert.Equal(
            ["CmdType", "SN", "DeviceID", "StartAlarmPriority", "EndAlarmPriority", "AlarmMethod", "AlarmType", "StartAlarmTime", "EndAlarmTime"],
            query!.Body.Children.Select(child => child.Name));
        AlarmFilter filter = AlarmFilter.Read(query);
        Assert.Equal((1, 3, "2,5", "1,2", Eight, Eight.AddHours(1)), (filter.LeastPriority, filter.MostPriority, string.Join(',', filter.Methods), string.Join(',', filter.Types), filter.From, filter.To));
    }

    private static AlarmFilter Read(string inner) => AlarmFilter.Read(ManscdpMessageTests.Parse(
        $"<Query><CmdType>Alarm</CmdType><SN>1</SN><DeviceID>34020000001110000001</DeviceID>{inner}</Query>"));
}
