using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>The agent registers with Kamailio, whose digest, registrar and transports are none of ours.</summary>
[Trait("Needs", "packages")]
public sealed class KamailioTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("udp", "MD5", true)]
    [InlineData("udp", "MD5", false)]
    [InlineData("udp", "SHA-256", true)]
    [InlineData("udp", "SHA-256", false)]
    [InlineData("tcp", "MD5", true)]
    [InlineData("tcp", "MD5", false)]
    [InlineData("tcp", "SHA-256", true)]
    [InlineData("tcp", "SHA-256", false)]
    public async Task Agent_registers_keeps_alive_and_leaves(string transport, string algorithm, bool qop)
    {
        await using Kamailio platform = await Kamailio.StartAsync(_directory.Path, algorithm, qop);
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = platform.Port, Transport = transport, KeepaliveSeconds = 1 }, _directory.Path);

        await agent.RegistersAsync();
        string registered = await platform.Log.LineAsync("PEER registered");
        Assert.Contains($"PEER registered {AgentFile.Device} expires 3600 contact <sip:{AgentFile.Device}@127.0.0.1:{agent.Sip.Port}", registered, StringComparison.Ordinal);
        Assert.EndsWith($"via {transport}", registered.TrimEnd().ToLowerInvariant(), StringComparison.Ordinal);
        Assert.Equal(1, platform.Log.CountOf("PEER challenged"));

        await platform.Log.LineAsync("<CmdType>Keepalive</CmdType>");
        await agent.LogsAsync("keepalive answered 200, misses in a row 0");

        int from = platform.Log.Count;
        await agent.StopAsync();
        Assert.Contains("expires 0 ", await platform.Log.LineAsync("PEER registered", from), StringComparison.Ordinal);
        await agent.LogsAsync("Platform city: left, confirmed True");
    }

    [Theory]
    [InlineData("udp", "MD5")]
    [InlineData("tcp", "SHA-256")]
    public async Task Agent_with_a_wrong_password_says_so_stays_up_does_not_hammer_and_gets_in_once_it_is_right(string transport, string algorithm)
    {
        await using Kamailio strict = await Kamailio.StartAsync(_directory.Path, algorithm, password: "another one");
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = strict.Port, Transport = transport, RetrySeconds = 5 }, _directory.Path);

        string failure = await agent.LogsAsync("registering failed: wrong user name or password");
        Assert.Matches("next try in 00:00:0(4[.][789]|5)", failure);
        Assert.InRange(strict.Log.CountOf("PEER challenged"), 2, 3);        // the first, and one or two answers; then a pause
        Assert.Equal(0, strict.Log.CountOf("PEER registered"));
        Assert.DoesNotContain(agent.Log.Lines, line => line.Contains("12345678", StringComparison.Ordinal));

        strict.Kill();
        await using Kamailio lenient = await Kamailio.StartAsync(_directory.Path, algorithm, port: strict.Port);
        await agent.RegistersAsync();
        await agent.StopAsync();
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Agent_registers_again_after_the_platform_was_killed_and_restarted(string transport)
    {
        await using Kamailio first = await Kamailio.StartAsync(_directory.Path);
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = first.Port, Transport = transport, KeepaliveSeconds = 1, KeepaliveMisses = 2 }, _directory.Path);
        await first.Log.LineAsync("PEER message");

        int before = agent.Log.Count;
        first.Kill();
        await agent.LogsAsync("Platform city is lost", before);
        await using Kamailio second = await Kamailio.StartAsync(_directory.Path, port: first.Port);
        await second.Log.LineAsync($"PEER registered {AgentFile.Device}", limit: TimeSpan.FromSeconds(40));
        await agent.RegistersAsync(before);
        await second.Log.LineAsync("PEER message");
        await agent.StopAsync();
        Assert.Contains(second.Log.Lines, line => line.Contains("expires 0 ", StringComparison.Ordinal));
    }
}

/// <summary>The one that takes most of a minute: a granted minute is refreshed before it is over.</summary>
[Trait("Needs", "packages")]
public sealed class KamailioRefreshTests : IDisposable
{
    private const string OtherDevice = "34020000001110000002";

    private readonly TemporaryDirectory _directory = new(), _other = new();

    public void Dispose()
    {
        _directory.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Registration_is_refreshed_before_it_runs_out_over_udp_and_tcp()
    {
        await using Kamailio platform = await Kamailio.StartAsync(_directory.Path);
        await using AgentProcess udp = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = platform.Port, ExpiresSeconds = 60 }, _directory.Path);
        await using AgentProcess tcp = await AgentProcess.StartAsync(
            new AgentFile { PlatformPort = platform.Port, ExpiresSeconds = 60, Transport = "tcp", DeviceId = OtherDevice }, _other.Path);
        await udp.RegistersAsync();
        await tcp.RegistersAsync();

        await udp.LogsAsync("registration refreshed for 00:01:00", limit: TimeSpan.FromSeconds(50));
        await tcp.LogsAsync("registration refreshed for 00:01:00", limit: TimeSpan.FromSeconds(20));
        foreach (string device in (string[])[AgentFile.Device, OtherDevice])
            Assert.Equal(2, platform.Log.CountOf($"PEER registered {device} expires 60"));
        Assert.DoesNotContain(udp.Log.Lines.Concat(tcp.Log.Lines), line => line.Contains("lost", StringComparison.Ordinal));
        await udp.StopAsync();
        await tcp.StopAsync();
    }
}
