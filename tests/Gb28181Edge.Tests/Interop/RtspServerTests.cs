// Debian packages: python3-gi gir1.2-gst-rtsp-server-1.0 gir1.2-gstreamer-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good
//                  gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly ffmpeg
using System.Diagnostics;
using System.Globalization;
using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Tests.Cameras;
using Gb28181Edge.Tests.Support;

namespace Gb28181Edge.Tests.Interop;

/// <summary>RtspCamera against a real server: GStreamer's, in <c>rtsp-server.py</c>.</summary>
[Trait("Needs", "packages")]
public sealed class RtspServerTests
{
    private const int Wanted = 50;

    private readonly CollectingSink _sink = new();
    private readonly ListLogger _log = new();

    [Theory]
    [InlineData("h264", "tcp", "none")]
    [InlineData("h264", "udp", "none")]
    [InlineData("h265", "tcp", "none")]
    [InlineData("h265", "udp", "none")]
    [InlineData("h264", "tcp", "basic")]
    [InlineData("h264", "tcp", "digest")]
    [InlineData("h264", "udp", "digest")]
    public async Task Real_server_delivers_pictures_that_decode_and_sound(string codec, string transport, string authentication)
    {
        await using var server = await GstServer.StartAsync(codec, authentication);
        using var stop = new CancellationTokenSource();
        Task run = Source(server, transport, authentication == "none" ? "" : "user:p%40ss@").RunAsync(_sink, stop.Token);
        await Eventually.TrueAsync(() => _sink is { Video: >= Wanted, Audio: >= 10 } || run.IsCompleted, "50 pictures and 10 sounds", TimeSpan.FromSeconds(40));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        CollectingSink.Unit[] video = [.. _sink.Units.Where(unit => unit.Codec.IsVideo())];
        Assert.All(video, unit => Assert.Equal(codec == "h264" ? Codec.H264 : Codec.H265, unit.Codec));
        Assert.All(video.Zip(video.Skip(1)), pair => Assert.InRange(pair.Second.Pts - pair.First.Pts, 1, 90_000));
        // sound and picture run together
        CollectingSink.Unit lastAudio = _sink.Units.Last(unit => unit.Codec == Codec.G711A);
        Assert.InRange(lastAudio.Pts - video[^1].Pts, -90_000, 90_000);
        await AssertDecodesAsync(codec, [.. video.SkipWhile(unit => !unit.IsRandomAccess)]);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("p@ss", StringComparison.Ordinal) || line.Contains("lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Real_server_refuses_a_wrong_password()
    {
        await using var server = await GstServer.StartAsync("h264", "digest");
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => Source(server, "tcp", "user:wrong@").RunAsync(_sink, CancellationToken.None));
        Assert.EndsWith("the camera refused user name or password", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task Source_works_again_after_the_server_was_killed_in_mid_stream(string transport)
    {
        GstServer server = await GstServer.StartAsync("h264", "none");
        RtspCamera source = Source(server, transport, "");
        try
        {
            Task run = source.RunAsync(_sink, CancellationToken.None);
            await Eventually.TrueAsync(() => _sink.Video >= 10 || run.IsCompleted, "pictures");
            await server.DisposeAsync();
            await Eventually.TrueAsync(() => run.IsCompleted, "the error");
            await Assert.ThrowsAsync<CameraException>(() => run);
            await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(_sink, CancellationToken.None));

            server = await GstServer.StartAsync("h264", "none", server.Port);
            _sink.Clear();
            using var stop = new CancellationTokenSource();
            run = source.RunAsync(_sink, stop.Token);
            await Eventually.TrueAsync(() => _sink.Video >= Wanted || run.IsCompleted, "pictures again", TimeSpan.FromSeconds(40));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private RtspCamera Source(GstServer server, string transport, string userInfo)
    {
        Assert.True(RtspUrl.TryParse($"rtsp://{userInfo}127.0.0.1:{server.Port}/s", out RtspUrl? url, out _));
        return new RtspCamera(url!, transport == "tcp" ? RtspLowerTransport.Tcp : RtspLowerTransport.Udp, TimeProvider.System, _log);
    }

    /// <summary>Every picture decodes, and ffmpeg says nothing about it.</summary>
    private static async Task AssertDecodesAsync(string codec, CollectingSink.Unit[] video)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, [.. video.SelectMany(unit => unit.Bytes)], TestContext.Current.CancellationToken);
            using Process ffprobe = Process.Start(new ProcessStartInfo("ffprobe",
                ["-v", "warning", "-f", codec == "h264" ? "h264" : "hevc", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> errors = ffprobe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string frames = await ffprobe.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await ffprobe.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal("", await errors);
            Assert.Equal(video.Length, int.Parse(frames, CultureInfo.InvariantCulture));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
