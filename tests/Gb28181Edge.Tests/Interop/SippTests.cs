using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>SIPp as a platform: its scenarios say message by message what has to come, and anything else fails.</summary>
[Trait("Needs", "packages")]
public sealed class SippTests : AgentTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Agent_answers_the_challenge_and_keeps_alive(string transport)
    {
        await using Sipp registrar = Sipp.Serve("registrar", transport, Files.Path, "-m", "3");       // one registration, two keepalives
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = registrar.Port, Transport = transport, KeepaliveSeconds = 1 }, Files.Path);
        await agent.RegistersAsync();
        await registrar.SucceedsAsync(Limit);
        await agent.LogsAsync("keepalive answered 200, misses in a row 0");
        await agent.StopAsync();                                           // and that platform is not there any more
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Subscription_is_granted_notified_refreshed_and_runs_out(string transport)
    {
        await using Sipp platform = Sipp.Serve("subscribe", transport, Files.Path, "-m", "1");
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = platform.Port, Transport = transport, KeepaliveSeconds = 600 }, Files.Path);
        await agent.RegistersAsync();
        await platform.SucceedsAsync(Limit);
        Assert.Equal(3, platform.Received("NOTIFY "));
        await agent.LogsAsync("the subscription to Alarm");
        await agent.StopAsync();
    }

    [Theory]
    [InlineData("play", "udp", "live ended: Bye")]
    [InlineData("play", "tcp", "live ended: Bye")]
    [InlineData("retransmission", "udp", "live ended: Bye")]
    [InlineData("late-cancel", "udp", "live ended: Bye")]
    [InlineData("late-cancel", "tcp", "live ended: Bye")]
    [InlineData("unknown-channel", "udp", "INVITE refused with 404")]
    [InlineData("unknown-channel", "tcp", "INVITE refused with 404")]
    [InlineData("no-ps", "udp", "INVITE refused with 488")]
    [InlineData("no-ps", "tcp", "INVITE refused with 488")]
    public async Task Call_goes_as_the_scenario_says(string scenario, string transport, string logged)
    {
        await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port });
        await using Sipp caller = Sipp.Call(scenario, agent.Sip.Port, transport, Files.Path, "-m", "1");
        await caller.SucceedsAsync(Limit);
        await agent.LogsAsync(logged);
        Assert.InRange(agent.Log.CountOf("live over"), 0, 1);              // a repeated INVITE is no second call
        await agent.StopAsync();
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Sixteen_calls_on_one_camera_are_served_at_once(string transport)
    {
        const int Calls = 16;
        string fields = Files["ssrc.csv"];
        await File.WriteAllLinesAsync(fields, ["SEQUENTIAL", .. Enumerable.Range(1, Calls).Select(call => $"02000001{call:D2};")], Cancellation);
        await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port });
        await using Sipp callers = Sipp.Call("busy", agent.Sip.Port, transport, Files.Path, "-m", "16", "-l", "16", "-r", "16", "-inf", fields);
        await callers.SucceedsAsync(Limit);
        await Eventually.TrueAsync(() => agent.Log.CountOf("live ended: Bye") == Calls, "every call has ended with its BYE");
        string[] calls = [.. agent.Log.Lines.Where(line => line.Contains(": live ", StringComparison.Ordinal))];
        Assert.Equal(2 * Calls, calls.Length);
        Assert.All(calls.Take(Calls), line => Assert.Contains("live over", line, StringComparison.Ordinal));
        Assert.All(calls.Skip(Calls), line => Assert.DoesNotContain(" 0 packets", line, StringComparison.Ordinal));
        Assert.Equal(1, agent.Log.CountOf("opening the test pattern"));    // one camera, one source, however many takers
        await agent.StopAsync();
    }
}

/// <summary>The one that takes more than half a minute: nobody acknowledges.</summary>
[Trait("Needs", "packages")]
public sealed class SippLostAckTests : AgentTests
{
    private readonly TemporaryDirectory _other = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _other.Dispose();
    }

    [Fact]
    public async Task Lost_ACK_has_the_200_repeated_and_the_call_ended_with_BYE_over_udp_and_tcp()
    {
        await using AgentProcess udp = await AgentProcess.StartAsync(new AgentFile { PlatformPort = Platform.Port }, Files.Path);
        await using AgentProcess tcp = await AgentProcess.StartAsync(new AgentFile { PlatformPort = Platform.Port }, _other.Path);
        await udp.RegistersAsync();
        await tcp.RegistersAsync();
        await using Sipp overUdp = Sipp.Call("lost-ack", udp.Sip.Port, "udp", Files.Path, "-m", "1");
        await using Sipp overTcp = Sipp.Call("lost-ack", tcp.Sip.Port, "tcp", _other.Path, "-m", "1");
        await overUdp.SucceedsAsync(TimeSpan.FromSeconds(50));
        await overTcp.SucceedsAsync(TimeSpan.FromSeconds(10));
        foreach (Sipp caller in (Sipp[])[overUdp, overTcp])
        {
            Assert.InRange(caller.Received("SIP/2.0 200 OK"), 8, 12);      // at 0.5, 1.5, 3.5 s and every 4 s then
            Assert.Equal(1, caller.Received("BYE "));
        }
        await udp.LogsAsync("live ended: AckMissing; 0 packets");          // no media without an ACK
        await tcp.LogsAsync("live ended: AckMissing; 0 packets");
        await udp.StopAsync();
        await tcp.StopAsync();
    }
}
