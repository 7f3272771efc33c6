using Gb28181Edge.Bench.Demo;
using Gb28181Edge.Configuration;
using Gb28181Edge.Hosting;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Ptz;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gb28181Edge.Tests.Bench.Demo;

public sealed class DemoTests
{
    [Fact]
    public async Task Head_reads_what_is_written_to_the_simulated_serial_port()
    {
        using DemoHead head = new();
        await using FileStream port = new(head.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        byte[] frame = new byte[PelcoD.FrameSize];
        PelcoD.WriteMotion(frame, 1, new PelcoDMotion(0x20, 0));
        await port.WriteAsync(frame.AsMemory(0, 3), TestContext.Current.CancellationToken);
        await port.WriteAsync(frame.AsMemory(3), TestContext.Current.CancellationToken);
        (byte[] bytes, PelcoDMotion motion) = await head.WaitAsync(m => !m.IsStop, TestContext.Current.CancellationToken);
        Assert.Equal("FF 01 00 02 20 00 23", DemoWords.Hex(bytes));
        Assert.Equal("right 32 of 63", DemoWords.Of(motion));
    }

    [Fact]
    public async Task Agent_that_cannot_start_is_told_and_nothing_is_left_behind()
    {
        using StringWriter output = new();
        string? directory = null;
        DemoRun run = new(TimeSpan.FromSeconds(1), Compose, new DemoReport(output, hasColours: false), NullLoggerFactory.Instance, TimeProvider.System);
        Assert.Equal(ExitStatus.CannotStart, await run.RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("could not start: the port is taken", output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));

        IEdgeAgent Compose(EdgeConfiguration configuration)
        {
            directory = Path.GetDirectoryName(configuration.Device.StateDirectory);
            Assert.True(Directory.Exists(directory));
            return new FakeAgent(new IOException("the port is taken"));
        }
    }

    [Fact]
    public async Task Agent_that_does_nothing_is_not_seen_to_work()
    {
        using StringWriter output = new();
        FakeAgent agent = new(null);
        DemoRun run = new(TimeSpan.FromMilliseconds(50), _ => agent, new DemoReport(output, hasColours: false), NullLoggerFactory.Instance, TimeProvider.System);
        Assert.Equal(ExitStatus.NotSeenToWork, await run.RunAsync(TestContext.Current.CancellationToken));
        string[] lines = output.ToString().Split('\n');
        Assert.Equal(7, lines.Count(line => line.Contains("FAILED", StringComparison.Ordinal)));
        Assert.Contains("7 of 7 were not seen to work.", lines);
        Assert.True(agent.IsStopped);
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public void Report_has_colours_only_where_they_are_wanted()
    {
        using StringWriter plain = new(), coloured = new();
        DemoOutcome[] outcomes = [new("PTZ", true, "3 commands"), new("Alarm", false, "not seen")];
        new DemoReport(plain, hasColours: false).Summary(outcomes);
        new DemoReport(coloured, hasColours: true).Summary(outcomes);
        Assert.Contains("    PTZ             works   3 commands", plain.ToString(), StringComparison.Ordinal);
        Assert.Contains("    Alarm           FAILED  not seen", plain.ToString(), StringComparison.Ordinal);
        Assert.Contains("\e[31mFAILED \e[0m", coloured.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, "stop")]
    [InlineData(1, 0, 0, "right at 50 %")]
    [InlineData(-1, 1, 0, "left at 50 %, up at 25 %")]
    [InlineData(0, -1, -1, "down at 25 %, zoom out at 53 %")]
    public void Moves_are_said_in_words(int pan, int tilt, int zoom, string expected) =>
        Assert.Equal(expected, DemoWords.Of(new PtzMove(pan, 0x80, tilt, 0x40, zoom, 8)));

    private sealed class FakeAgent(IOException? startFault) : IEdgeAgent
    {
        private readonly TaskCompletionSource<AgentEnd> _completion = new();

        public bool IsStopped { get; private set; }

        public Task<AgentEnd> Completion => _completion.Task;

        public Task StartAsync(CancellationToken cancellationToken) => startFault is null ? Task.CompletedTask : Task.FromException(startFault);

        public bool AllLoopsTicked() => true;

        public Task StopAsync(CancellationToken deadline)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
