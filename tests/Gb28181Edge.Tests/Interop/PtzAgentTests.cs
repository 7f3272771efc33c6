using System.Text.Json.Nodes;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>PTZCmd from a platform through the whole agent: the bytes that reach a serial port.</summary>
[Trait("Needs", "packages")]
public sealed class PtzAgentTests : AgentTests
{
    private const string Stop = "FF010000000001", Right = "FF0100023F0042", LeftUp = "FF01000C3F3F8B", RightFar = "FF0100823F00C2", ZoomIn = "FF010020000021";

    private readonly Pty _pty = new();
    private readonly List<string> _expected = [];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _pty.Dispose();
    }

    [Fact]
    public async Task Commands_reach_the_serial_port_as_pelco_d_and_every_stop_three_times()
    {
        await using AgentProcess agent = await StartAsync(moveTimeout: 30);
        await SendAsync(PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Right);
        await SendAsync(PtzCommand.FromMove(new PtzMove(-1, 255, 1, 255, 0, 0)), LeftUp);
        await SendAsync(PtzCommand.Stop, Stop, Stop, Stop);
        await SendAsync(PtzCommand.FromMove(new PtzMove(0, 0, 0, 0, 1, 15)), ZoomIn);
        await SendAsync(PtzCommand.Stop, Stop, Stop, Stop);
        await SendAsync(PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Right);
        await SendAsync(PtzCommand.FromLens(new PtzLens(1, 255, 0, 0)), RightFar);      // one frame holds both groups
        await SendAsync(PtzCommand.FromLens(default), Right, Right, Right);             // the lens stands, the head goes on
        await SendAsync(PtzCommand.FromAuxiliary(1, on: true), "FF01000900010B");
        await SendAsync(PtzCommand.FromAuxiliary(1, on: false), "FF01000B00010D");
        await SendAsync(PtzCommand.Stop, Stop, Stop, Stop);
        await agent.StopAsync();
        await ReachesAsync();                                                           // it stands already: nothing more is sent
    }

    [Fact]
    public async Task Head_stops_by_itself_when_no_command_came_for_the_move_timeout()
    {
        await using AgentProcess agent = await StartAsync(moveTimeout: 1);
        await SendAsync(PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Right);
        await ReachesAsync(Stop, Stop, Stop);
        await agent.LogsAsync($"Head of {AgentFile.Camera} stopped: no command for 00:00:01");
        await agent.StopAsync();
    }

    [Fact]
    public async Task Head_stops_when_the_agent_is_told_to_end()
    {
        await using AgentProcess agent = await StartAsync(moveTimeout: 30);
        await SendAsync(PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Right);
        await agent.StopAsync();
        await ReachesAsync(Stop, Stop, Stop);
    }

    [Fact]
    public async Task Head_stops_when_thePlatform_that_moved_it_is_lost_and_obeys_again_once_it_is_back()
    {
        await using AgentProcess agent = await StartAsync(moveTimeout: 60);
        await SendAsync(PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Right);
        int port = Platform.Port, before = agent.Log.Count;
        await Platform.DisposeAsync();
        await agent.LogsAsync("Platform city is lost", before);
        await ReachesAsync(Stop, Stop, Stop);
        Platform = NewPlatform(port);
        await agent.RegistersAsync(before);
        await SendAsync(PtzCommand.FromMove(new PtzMove(1, 255, 0, 0, 0, 0)), Right);
        await SendAsync(PtzCommand.Stop, Stop, Stop, Stop);
        await agent.StopAsync();
    }

    private async Task<AgentProcess> StartAsync(int moveTimeout)
    {
        AgentProcess agent = await StartAsync(new AgentFile
        {
            PlatformPort = Platform.Port,
            KeepaliveSeconds = 1,
            KeepaliveMisses = 1,
            Ptz = new JsonObject { ["Driver"] = "pelco-d", ["Bus"] = "rs485", ["Address"] = 1, ["MoveTimeoutSeconds"] = moveTimeout },
            More = new JsonObject { ["Buses"] = new JsonArray(new JsonObject { ["Name"] = "rs485", ["Port"] = _pty.Path, ["Baud"] = 9600 }) },
        });
        await ReachesAsync(Stop, Stop, Stop);                              // the head may still move since a crash
        return agent;
    }

    private async Task SendAsync(PtzCommand command, params string[] frames)
    {
        Assert.True((await Platform.PtzAsync(AgentFile.Camera, command, Cancellation)).IsSuccess);
        await ReachesAsync(frames);
    }

    /// <summary>These frames come next, and nothing was between.</summary>
    private async Task ReachesAsync(params string[] frames)
    {
        _expected.AddRange(frames);
        await Eventually.TrueAsync(() => _pty.Pump() >= _expected.Count * 7, $"{string.Join(' ', frames)} on the serial port");
        Assert.Equal(_expected, _pty.Frames);
    }
}
