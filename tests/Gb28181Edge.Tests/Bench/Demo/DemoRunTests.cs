using Gb28181Edge.Bench.Demo;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Bench.Demo;

/// <summary>The whole product on loopback: the agent as it is composed for `run`, against the bench platform.</summary>
public sealed class DemoRunTests
{
    [Fact]
    public async Task Everything_is_seen_to_work_and_nothing_is_left_behind()
    {
        using StringWriter output = new();
        string? directory = null;
        DemoRun run = new(
            TimeSpan.FromSeconds(60),
            configuration =>
            {
                directory = Path.GetDirectoryName(configuration.Device.StateDirectory);
                return Composition.Create(configuration, new RunOptions(), NullLoggerFactory.Instance);
            },
            new DemoReport(output, hasColours: false), NullLoggerFactory.Instance, TimeProvider.System, watching: TimeSpan.FromMilliseconds(200));
        int status = await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.True(status == ExitStatus.Done, output.ToString());
        Assert.Contains("A50F0100000000B5  stop                       FF 01 00 00 00 00 01", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Everything was seen to work.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("REGISTER with Expires 0 was answered", output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));
    }
}
