using System.Net.Sockets;
using Gb28181Edge.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Hosting;

public class EdgeHostTests
{
    private static readonly RunOptions Quiet = new(LogLevel.None);

    [Fact]
    public async Task Run_stops_the_agent_in_order_and_returns_0_when_cancelled()
    {
        var agent = new FakeAgent();
        using var stop = new CancellationTokenSource();
        Task<int> run = EdgeHost.RunAsync(_ => agent, Quiet, stop.Token);
        await agent.Started.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Assert.Equal(0, await run);
        Assert.Equal(["start", "stop", "dispose"], agent.Calls);
    }

    public static TheoryData<Exception> StartFaults =>
        [new IOException("gone"), new SocketException((int)SocketError.AddressAlreadyInUse), new UnauthorizedAccessException("no")];

    [Theory, MemberData(nameof(StartFaults))]
    public async Task Run_returns_3_when_the_agent_cannot_start(Exception fault)
    {
        var agent = new FakeAgent { StartFault = fault };
        Assert.Equal(3, await EdgeHost.RunAsync(_ => agent, Quiet, TestContext.Current.CancellationToken));
        Assert.Equal("dispose", agent.Calls[^1]);
    }

    [Fact]
    public async Task Run_lets_a_bug_in_the_start_pass() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            EdgeHost.RunAsync(_ => new FakeAgent { StartFault = new InvalidOperationException("bug") }, Quiet, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Run_returns_75_when_a_platform_asked_for_a_restart()
    {
        var agent = new FakeAgent();
        Task<int> run = EdgeHost.RunAsync(_ => agent, Quiet, TestContext.Current.CancellationToken);
        await agent.Started;
        agent.End(AgentEnd.RestartRequested);
        Assert.Equal(75, await run);
        Assert.Contains("stop", agent.Calls);
    }

    [Fact]
    public async Task Run_returns_70_and_still_stops_the_rest_when_a_loop_met_a_bug()
    {
        var agent = new FakeAgent();
        Task<int> run = EdgeHost.RunAsync(_ => agent, Quiet, TestContext.Current.CancellationToken);
        await agent.Started;
        agent.Fail(new InvalidOperationException("bug"));
        Assert.Equal(70, await run);
        Assert.Equal(["start", "stop", "dispose"], agent.Calls);
    }

    [Fact]
    public async Task Stop_leaves_an_agent_behind_that_does_not_come_to_an_end()
    {
        var agent = new FakeAgent { StopHangs = true };
        using var application = new FakeApplication();
        await using var service = new EdgeService(agent, application, new FakeNotifier(), TimeProvider.System, null, NullLogger.Instance);
        await service.StartAsync(TestContext.Current.CancellationToken);
        using var deadline = new CancellationTokenSource();
        Task stop = service.StopAsync(deadline.Token);
        Assert.False(stop.IsCompleted);
        await deadline.CancelAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void StopLimit_leaves_room_within_the_5_seconds_of_the_contract() =>
        Assert.InRange(EdgeHost.StopLimit, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4.9));

    [Fact]
    public async Task Lifetime_tells_systemd_when_it_is_ready_and_when_it_stops()
    {
        using var application = new FakeApplication();
        var notifier = new FakeNotifier();
        using var lifetime = new EdgeLifetime(application, notifier);
        await lifetime.WaitForStartAsync(TestContext.Current.CancellationToken);
        Assert.Empty(notifier.Told);
        application.Start();
        Assert.Equal(["READY=1"], notifier.Told);
        application.StopApplication();
        Assert.Equal(["READY=1", "STOPPING=1"], notifier.Told);
    }

    [Fact]
    public async Task Watchdog_is_fed_four_times_within_the_patience_and_only_while_every_loop_goes_round()
    {
        var time = new FakeTimeProvider();
        var notifier = new FakeNotifier();
        bool[] answers = [true, true, false, false, true];
        int asked = 0;
        using var stop = new CancellationTokenSource();
        Task run = new SystemdWatchdog(notifier, time, NullLogger.Instance).RunAsync(
            TimeSpan.FromSeconds(20), () => answers[Interlocked.Increment(ref asked) - 1], stop.Token);
        Assert.Equal((1, 1), (asked, notifier.Told.Count));
        for (int question = 2; question <= answers.Length; question++)
        {
            time.Advance(TimeSpan.FromSeconds(4.9));
            Assert.Equal(question - 1, Volatile.Read(ref asked));
            time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref asked) == question, TimeSpan.FromSeconds(20)), $"question {question} was never asked");
        }
        await stop.CancelAsync();
        await run;
        Assert.Equal(["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"], notifier.Told);
    }

    [Theory]
    [InlineData("20000000", null, 20.0)]
    [InlineData("20000000", "1", null)]
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("x", null, null)]
    public void Watchdog_patience_is_what_the_manager_says_to_this_process(string? microseconds, string? process, double? seconds) =>
        Assert.Equal(seconds, SystemdWatchdog.Patience(microseconds, process)?.TotalSeconds);
}
