using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Hosting;

public class LineFormatterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 34, 56, 789, TimeSpan.Zero);

    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    [InlineData(LogLevel.Trace, "<7>")]
    public void Journal_lines_begin_with_their_severity_and_have_no_time(LogLevel level, string severity) =>
        Assert.Equal($"{severity}Sip.Endpoint: hello\n", Line(journal: true, level, "hello"));

    [Fact]
    public void Terminal_lines_begin_with_the_time_and_the_level() =>
        Assert.Equal("12:34:56.789 info Sip.Endpoint: hello\n", Line(journal: false, LogLevel.Information, "hello"));

    [Fact]
    public void What_came_from_outside_cannot_make_a_line_of_its_own() =>
        Assert.Equal("<6>Sip.Endpoint: a <0>panic  [31m\n", Line(journal: true, LogLevel.Information, "a\n<0>panic\r\u001b[31m"));

    [Fact]
    public void An_exception_stands_on_the_same_line()
    {
        string line = Line(journal: true, LogLevel.Error, "failed", new IOException("first\nsecond"));
        Assert.Equal("<3>Sip.Endpoint: failed | System.IO.IOException: first second\n", line);
    }

    private static string Line(bool journal, LogLevel level, string text, Exception? exception = null)
    {
        var time = new FakeTimeProvider(Noon);
        time.SetLocalTimeZone(TimeZoneInfo.Utc);
        using var writer = new StringWriter();
        new LineFormatter(journal, time).Write(
            new LogEntry<string>(level, "Gb28181Edge.Sip.Endpoint", default, text, exception, (state, _) => state), null, writer);
        return writer.ToString();
    }
}
