using System.Diagnostics;
using System.Text.Json.Nodes;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>An agent that is killed while its heads move: what the unit runs then stops them.</summary>
[Trait("Needs", "packages")]
public sealed class CrashTests : AgentTests
{
    private const string Stop = "FF010000000001", Right = "FF0100023F0042";
    private const string RelayCamera = "34020000001310000002";

    /// <summary>What the README promises, from the death of the process on.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly Pty _pty = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _pty.Dispose();
    }

    [Fact]
    public async Task Heads_stand_within_2_s_of_kill_9_by_what_the_unit_runs_after_it()
    {
        JsonNode relayHead = new JsonObject
        {
            ["Id"] = RelayCamera,
            ["Source"] = new JsonObject { ["Type"] = "test" },
            ["Ptz"] = new JsonObject { ["Driver"] = "relay", ["Left"] = 5, ["Right"] = 6 },
        };
        var file = new AgentFile
        {
            PlatformPort = Platform.Port,
            Ptz = new JsonObject { ["Driver"] = "pelco-d", ["Bus"] = "rs485", ["Address"] = 1 },
            MoreCameras = [relayHead],
            More = new JsonObject
            {
                ["Board"] = new JsonObject { ["Driver"] = "simulated", ["Directory"] = Files["pins"] },
                ["Buses"] = new JsonArray(new JsonObject { ["Name"] = "rs485", ["Port"] = _pty.Path, ["Baud"] = 9600 }),
            },
        };
        await using AgentProcess agent = await StartAsync(file);
        await MoveRightAsync(AgentFile.Camera);
        await MoveRightAsync(RelayCamera);
        await Eventually.TrueAsync(() => _pty.Pump() > 0 && _pty.Frames[^1] == Right, "the serial head moves");
        await Eventually.TrueAsync(() => Pin(6) == "0", "the relay head moves");
        agent.Kill();
        long death = Stopwatch.GetTimestamp();
        Assert.Equal(Right, _pty.Frames[^1]);
        Assert.Equal("0", Pin(6));

        (string program, string[] arguments) = StopPost(Path.Combine(Files.Path, "edge.json"));
        Task<(int ExitCode, string Output, string Error)> stopping = Repository.RunAsync(program, arguments);
        await Eventually.TrueAsync(() => _pty.Pump() > 0 && _pty.Frames[^1] == Stop && Pin(6) == "1", "both heads are told to stop", Bound - Stopwatch.GetElapsedTime(death));
        Assert.Equal(0, (await stopping).ExitCode);
        _pty.Pump();
        Assert.Equal([Stop, Stop, Stop], _pty.Frames[^3..]);
    }

    /// <summary>The unit's ExecStopPost, with this test's program and configuration.</summary>
    private static (string Program, string[] Arguments) StopPost(string configuration)
    {
        const string Key = "ExecStopPost=";
        string line = Assert.Single(Repository.Read("systemd", "gb28181-edge.service").Split('\n'), line => line.StartsWith(Key, StringComparison.Ordinal));
        string[] words = line[Key.Length..].Split(' ');
        Assert.Equal("/usr/bin/gb28181-edge", words[0]);
        Assert.Equal("/etc/gb28181-edge/edge.json", words[^1]);
        return (AgentProcess.Binary, [.. words[1..^1], configuration]);
    }

    private async Task MoveRightAsync(string camera) =>
        Assert.True((await Platform.PtzAsync(camera, PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Cancellation)).IsSuccess);

    private string Pin(int number) => File.ReadAllText(Path.Combine(Files["pins"], $"{number}")).TrimEnd();
}
