using System.Globalization;
using Gb28181Edge.Protocol.Sip;

namespace Gb28181Edge.Protocol.Tests.Sip;

public class PlatformDateTests
{
    [Theory] // GB/T 28181-2016 §9.10.3; the others as platforms send them
    [InlineData("2024-05-17T14:07:33.263", "2024-05-17T06:07:33.2630000Z")]
    [InlineData("2024-05-17T14:07:33", "2024-05-17T06:07:33.0000000Z")]
    [InlineData(" 2024-05-17 14:07:33 ", "2024-05-17T06:07:33.0000000Z")]
    [InlineData("2024-05-17T14:07:33.5", "2024-05-17T06:07:33.5000000Z")]
    [InlineData("2024-05-17T06:07:33Z", "2024-05-17T06:07:33.0000000Z")]
    [InlineData("2024-05-17T06:07:33.263Z", "2024-05-17T06:07:33.2630000Z")]
    [InlineData("2024-05-17T14:07:33.263+08:00", "2024-05-17T06:07:33.2630000Z")]
    [InlineData("2024-05-17T00:07:33-06:00", "2024-05-17T06:07:33.0000000Z")]
    [InlineData("Fri, 17 May 2024 06:07:33 GMT", "2024-05-17T06:07:33.0000000Z")]
    [InlineData("Sat, 4 May 2024 06:07:33 GMT", "2024-05-04T06:07:33.0000000Z")]
    public void A_date_is_read_in_the_zone_it_means(string text, string utc) =>
        Assert.Equal(utc, PlatformDate.Parse(text)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2024-13-17T14:07:33")]
    [InlineData("2019-12-31T23:59:59")]
    [InlineData("2100-01-01T00:00:00")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("1970-01-01T08:00:00.000")]
    [InlineData("“2024-05-17T14:07:33.SSS”")]
    [InlineData("2024-05-17T14:07:33.SSS")]
    [InlineData("2024-05-17")]
    [InlineData("Fri, 17 May 2024 06:07:33 CST")]
    public void What_is_no_date_or_a_clock_never_set_is_passed_over(string? text) => Assert.Null(PlatformDate.Parse(text));
}
