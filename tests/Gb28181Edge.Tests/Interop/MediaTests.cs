using System.Text.Json.Nodes;
using Gb28181Edge.Bench;
using Gb28181Edge.Cameras;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>What a platform receives from the agent, in the eyes of ffmpeg and GStreamer.</summary>
[Trait("Needs", "packages")]
public sealed class MediaTests : AgentTests
{
    private const int Wanted = 75;

    private static readonly BenchTransport[] Transports = [BenchTransport.Udp, BenchTransport.TcpPassive, BenchTransport.TcpActive];

    [Fact]
    public async Task H264_and_G711_decode_whether_they_came_by_udp_or_by_tcp_either_way()
    {
        byte[] sound = await File.ReadAllBytesAsync(Repository.PathOf("src", "Gb28181Edge", "Cameras", "TestPattern", "test-pattern.g711a"), Cancellation);
        await using AgentProcess agent = await StartAsync(new JsonObject { ["Type"] = "test" });
        foreach (Recording recording in await RecordAsync(agent))
        {
            await recording.DecodesInFfmpegAsync("h264", step: 3600);
            await recording.DecodesInGStreamerAsync("h264");
            // the sound is a piece of the looped clip, to the byte
            Assert.True(((byte[])[.. sound, .. sound]).AsSpan().IndexOf(recording.Sound) >= 0);
            Assert.Equal(recording.Pictures * TestCamera.AudioBytes, recording.Sound.Length);
        }
        await agent.StopAsync();
    }

    [Fact]
    public async Task H265_with_B_pictures_decodes_whether_it_came_by_udp_or_by_tcp_either_way()
    {
        string clip = Files["clip.ts"];
        (int exitCode, _, string error) = await Repository.RunAsync("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-t", "15",
            "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=25:min-keyint=25:open-gop=0:bframes=2:log-level=error", "-pix_fmt", "yuv420p", clip);
        Assert.True(exitCode == 0, error);
        await using AgentProcess agent = await StartAsync(new JsonObject { ["Type"] = "file", ["Path"] = clip, ["Loop"] = false });
        foreach (Recording recording in await RecordAsync(agent))
        {
            await recording.DecodesInFfmpegAsync("hevc", step: 3600);
            await recording.DecodesInGStreamerAsync("h265");
        }
        await agent.StopAsync();
    }

    private Task<AgentProcess> StartAsync(JsonObject source) => StartAsync(new AgentFile { PlatformPort = Platform.Port, Source = source });

    /// <summary>Views the camera in the three ways at once, each until enough pictures came.</summary>
    private async Task<List<Recording>> RecordAsync(AgentProcess agent)
    {
        var views = new List<(LiveView View, MemoryStream Bytes)>();
        foreach (BenchTransport transport in Transports)
        {
            var bytes = new MemoryStream();
            views.Add((await Platform.PlayAsync(AgentFile.Camera, transport, Cancellation, programStream: bytes), bytes));
        }
        var recordings = new List<Recording>();
        foreach ((LiveView view, MemoryStream bytes) in views)
        {
            await Eventually.TrueAsync(() => view.Statistics.Frames >= Wanted, $"{Wanted} pictures over {view.Transport}");
            await view.StopAsync(Cancellation);
            await view.DisposeAsync();
            Assert.True(view.Statistics is { Lost: 0, Duplicates: 0, Unusable: 0, Foreign: 0, Oversized: 0, MarkersMissing: 0, TimesBack: 0, Resynchronizations: 0, BeganWithKeyFrame: true },
                $"{view.Transport}: {view.Statistics}");
            recordings.Add(new Recording(bytes.ToArray(), Files[$"{view.Transport}.ps"]));
        }
        await Eventually.TrueAsync(() => agent.Log.CountOf("live ended: ") == Transports.Length, "the agent ended every call");
        return recordings;
    }
}
