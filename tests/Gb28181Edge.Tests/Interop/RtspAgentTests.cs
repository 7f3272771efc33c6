using System.Text.Json.Nodes;
using Gb28181Edge.Bench;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>A real RTSP server as the camera of the whole agent, killed and restarted while a platform watches.</summary>
[Trait("Needs", "packages")]
public sealed class RtspAgentTests : AgentTests
{
    private const int Wanted = 50;

    [Theory]
    [InlineData("h264", "tcp")]
    [InlineData("h264", "udp")]
    [InlineData("h265", "tcp")]
    [InlineData("h265", "udp")]
    public async Task Call_goes_on_when_the_camera_dies_and_comes_back(string codec, string transport)
    {
        GstServer camera = await GstServer.StartAsync(codec);
        try
        {
            var source = new JsonObject { ["Type"] = "rtsp", ["Url"] = $"rtsp://127.0.0.1:{camera.Port}/s", ["Transport"] = transport };
            await using AgentProcess agent = await StartAsync(new AgentFile { PlatformPort = Platform.Port, Source = source });
            using var bytes = new MemoryStream();
            LiveView view = await Platform.PlayAsync(AgentFile.Camera, BenchTransport.Udp, Cancellation, programStream: bytes);
            await Eventually.TrueAsync(() => view.Statistics is { Frames: >= Wanted, AudioUnits: > 0 }, "pictures and sound");

            int before = agent.Log.Count;
            await camera.DisposeAsync();
            await agent.LogsAsync("next try in", before);
            long seen = view.Statistics.Frames, keys = view.Statistics.KeyFrames;
            camera = await GstServer.StartAsync(codec, port: camera.Port);
            await Eventually.TrueAsync(() => view.Statistics.Frames >= seen + Wanted, "pictures again", TimeSpan.FromSeconds(40));
            Assert.False(view.Ended.IsCompleted);
            Assert.True(view.Statistics.KeyFrames > keys);
            Assert.True(view.Statistics is { Lost: 0, Unusable: 0, Foreign: 0, MarkersMissing: 0, TimesBack: 0, Resynchronizations: 0 }, view.Statistics.ToString());
            await view.StopAsync(Cancellation);
            await view.DisposeAsync();

            var recording = new Recording(bytes.ToArray(), Files["camera.ps"]);
            await recording.DecodesInFfmpegAsync(codec == "h264" ? "h264" : "hevc", step: null);
            Assert.Equal(1, agent.Log.CountOf("live over"));
            await agent.StopAsync();
        }
        finally
        {
            await camera.DisposeAsync();
        }
    }
}
