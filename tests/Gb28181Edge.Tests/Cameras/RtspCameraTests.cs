using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Rtsp;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Cameras;

public sealed class RtspCameraTests
{
    private const string Idr = "65881122", P = "419A3344";
    private const string ParameterSets = "000000016742001EA680A03D90" + "0000000168CE3C80";

    private readonly CollectingSink _sink = new();
    private readonly ListLogger _log = new();

    [Fact]
    public async Task Camera_gives_pictures_and_sound_over_tcp_with_the_parameter_sets_of_the_description()
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.PlayAsync();
            for (uint i = 0; i < 50; i++)
            {
                await camera.SendRtpAsync(0, 96, 0xFFFF_0000 + 3600 * i, i % 25 == 0 ? Idr : P);
                await camera.SendRtpAsync(2, 8, 320 * i, "D5D5D5D5");
                await camera.SendRtpAsync(7, 96, 1, Idr);                // a channel that was not set up
            }
            await camera.RequestAsync();                                 // TEARDOWN
        });
        using var stop = new CancellationTokenSource();
        Task run = Run(server, stop.Token);
        await Eventually.TrueAsync(() => _sink is { Video: 50, Audio: 50 }, "50 pictures and 50 sounds");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await Eventually.TrueAsync(() => server.Requests[^1].StartsWith("TEARDOWN", StringComparison.Ordinal), "TEARDOWN");

        CollectingSink.Unit[] video = [.. _sink.Units.Where(unit => unit.Codec == Codec.H264)];
        CollectingSink.Unit[] audio = [.. _sink.Units.Where(unit => unit.Codec == Codec.G711A)];
        Assert.Equal(ParameterSets + "00000001" + Idr, Convert.ToHexString(video[0].Bytes));
        Assert.Equal("00000001" + P, Convert.ToHexString(video[1].Bytes));
        Assert.Equal([0, 25], Enumerable.Range(0, 50).Where(i => video[i].IsRandomAccess));
        Assert.All(video.Zip(video.Skip(1)), pair => Assert.Equal(3600, pair.Second.Pts - pair.First.Pts));       // over the 32-bit wrap
        Assert.All(audio.Zip(audio.Skip(1)), pair => Assert.Equal(3600, pair.Second.Pts - pair.First.Pts));       // 320 samples of 8 kHz
        Assert.InRange(audio[0].Pts - video[0].Pts, 0, 90_000);
        Assert.Contains(_log.Lines, line => line.Contains("plays H264/90000 and PCMA/8000 over TCP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Camera_gives_pictures_and_sound_over_udp_and_nobody_else_can_put_any_in()
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            int[] ports = await camera.PlayAsync();
            using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            stranger.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            for (ushort i = 0; i < 20; i++)
            {
                stranger.SendTo(FakeRtspServer.Connection.Rtp(i, 96, 3600u * i, "65FFFFFF"), new IPEndPoint(IPAddress.Loopback, ports[0]));
                ushort swapped = (ushort)(i is > 1 and < 18 ? i ^ 1 : i);         // each two overtake each other
                sender.SendTo(FakeRtspServer.Connection.Rtp(swapped, 96, 3600u * swapped, swapped == 0 ? Idr : P), new IPEndPoint(IPAddress.Loopback, ports[0]));
                sender.SendTo(FakeRtspServer.Connection.Rtp(i, 8, 320u * i, "D5D5"), new IPEndPoint(IPAddress.Loopback, ports[1]));
            }
            await camera.RequestAsync();
        });
        using var stop = new CancellationTokenSource();
        Task run = Run(server, stop.Token, RtspLowerTransport.Udp);
        await Eventually.TrueAsync(() => _sink is { Video: 20, Audio: 20 }, "20 pictures and 20 sounds");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        CollectingSink.Unit[] video = [.. _sink.Units.Where(unit => unit.Codec == Codec.H264)];
        Assert.All(video.Zip(video.Skip(1)), pair => Assert.Equal(3600, pair.Second.Pts - pair.First.Pts));
        Assert.DoesNotContain(video, unit => Convert.ToHexString(unit.Bytes).Contains("65FFFFFF", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Camera_that_closes_the_connection_is_an_error()
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.PlayAsync();
            await camera.SendRtpAsync(0, 96, 0, Idr);
        });
        CameraException e = await FailAsync(server);
        Assert.True(e.Message.Contains("the camera closed the connection", StringComparison.Ordinal) || e.Message.Contains("the connection broke", StringComparison.Ordinal), e.Message);
        Assert.Equal(1, _sink.Video);
    }

    [Fact]
    public async Task Camera_works_again_on_the_next_run()
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.PlayAsync();
            await camera.SendRtpAsync(0, 96, 0, Idr);
        });
        var source = new RtspCamera(Url($"rtsp://127.0.0.1:{server.Port}/s"), RtspLowerTransport.Tcp, TimeProvider.System, _log);
        for (int i = 1; i <= 3; i++)
        {
            await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(_sink, CancellationToken.None));
            Assert.Equal(i, _sink.Video);
        }
    }

    public static TheoryData<string, string> Garbage => new()
    {
        { "HTTP/1.1 400 Bad Request\r\n\r\n", "the camera sent something that is not RTSP" },
        { "\u0001\u0002\u0003\u0004", "the camera sent something that is not RTSP" },
        { "RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n", "the camera sent something that is not RTSP" },
    };

    [Theory, MemberData(nameof(Garbage))]
    public async Task Camera_that_sends_garbage_is_named(string garbage, string reason)
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.RequestAsync();
            await camera.SendAsync(garbage);
            await camera.RequestAsync();
        });
        Assert.EndsWith(reason, (await FailAsync(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_in_rtp_is_passed_over()
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.PlayAsync();
            await camera.SendAsync([(byte)'$', 0, 0, 3, 1, 2, 3, (byte)'$', 0, 0, 0, (byte)'$', 200, 0, 1, 9]);
            await camera.SendRtpAsync(0, 13, 0, Idr);                    // another payload type
            await camera.SendRtpAsync(0, 96, 0, Idr);
            await camera.RequestAsync();
        });
        using var stop = new CancellationTokenSource();
        Task run = Run(server, stop.Token);
        await Eventually.TrueAsync(() => _sink.Video == 1, "the picture");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData(401, "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n\"\r\n", "the camera refused user name or password")]
    [InlineData(403, "", "the camera refused user name or password (403 Reason to DESCRIBE)")]
    [InlineData(404, "", "the camera has no such stream (404 Reason to DESCRIBE)")]
    [InlineData(500, "", "the camera refused: 500 Reason to DESCRIBE")]
    public async Task Refusal_is_named_without_the_password(int status, string headers, string reason)
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.RequestAsync();
            await camera.AnswerAsync(200);
            while (true)
            {
                await camera.RequestAsync();
                await camera.AnswerAsync(status, headers);
            }
        });
        var source = new RtspCamera(Url($"rtsp://admin:secret@127.0.0.1:{server.Port}/s"), RtspLowerTransport.Tcp, TimeProvider.System, _log);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(_sink, CancellationToken.None));
        Assert.Equal($"rtsp://127.0.0.1:{server.Port}/s: {reason}", e.Message);
        Assert.Equal($"rtsp://127.0.0.1:{server.Port}/s", source.Description);
        Assert.DoesNotContain("secret", e.ToString());
        Assert.DoesNotContain(_log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v=0\r\nm=audio 0 RTP/AVP 8\r\n", "there is no video in the camera's description")]
    [InlineData("v=0\r\nm=video 0 RTP/AVP 26\r\n", "the camera's video is JPEG/90000: only H.264 and H.265 are supported")]
    public async Task Description_without_usable_video_is_named(string sdp, string reason)
    {
        await using var server = new FakeRtspServer(async camera => await camera.PlayAsync(sdp));
        Assert.EndsWith(reason, (await FailAsync(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transport_that_the_camera_does_not_have_is_named()
    {
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.RequestAsync();
            await camera.AnswerAsync(200);
            await camera.RequestAsync();
            await camera.AnswerAsync(200, "", FakeRtspServer.Sdp);
            await camera.RequestAsync();
            await camera.AnswerAsync(461);
            await camera.RequestAsync();
        });
        Assert.EndsWith("the camera does not send over UDP (461 Reason): set Transport to tcp",
            (await FailAsync(server, RtspLowerTransport.Udp)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_is_followed()
    {
        await using var target = new FakeRtspServer(async camera =>
        {
            await camera.PlayAsync();
            await camera.SendRtpAsync(0, 96, 0, Idr);
            await camera.RequestAsync();
        });
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.RequestAsync();
            await camera.AnswerAsync(302, $"Location: rtsp://127.0.0.1:{target.Port}/elsewhere\r\n");
            await camera.RequestAsync();
        });
        using var stop = new CancellationTokenSource();
        Task run = Run(server, stop.Token);
        await Eventually.TrueAsync(() => _sink.Video == 1, "the picture of the other server");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal($"DESCRIBE rtsp://127.0.0.1:{target.Port}/elsewhere RTSP/1.0", target.Requests[1]);
    }

    [Fact]
    public async Task Camera_that_sends_us_in_a_circle_is_named()
    {
        FakeRtspServer? server = null;
        await using var circle = server = new FakeRtspServer(async camera =>
        {
            await camera.RequestAsync();
            await camera.AnswerAsync(302, $"Location: rtsp://127.0.0.1:{server!.Port}/again\r\n");
            await camera.RequestAsync();
        });
        Assert.EndsWith("the camera sends us elsewhere more than 5 times", (await FailAsync(circle)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_named()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var source = new RtspCamera(Url($"rtsp://127.0.0.1:{port}/s"), RtspLowerTransport.Tcp, TimeProvider.System, _log);
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => source.RunAsync(_sink, CancellationToken.None));
        Assert.Equal($"rtsp://127.0.0.1:{port}/s: connection refused by 127.0.0.1:{port}", e.Message);
    }

    [Theory]
    [InlineData("answers nothing", "the camera did not answer OPTIONS within 10 s")]
    [InlineData("plays nothing", "the camera plays, but no video came within 8 s")]
    [InlineData("plays no key frame", "no key frame came within 30 s")]
    public async Task Silence_is_named(string silence, string reason)
    {
        var time = new FakeTimeProvider();
        bool isPlaying = false;
        await using var server = new FakeRtspServer(async camera =>
        {
            if (silence.StartsWith("plays", StringComparison.Ordinal)) await camera.PlayAsync();
            if (silence == "plays no key frame") await camera.SendRtpAsync(0, 96, 0, P);
            else if (silence == "answers nothing") await camera.RequestAsync();
            Volatile.Write(ref isPlaying, true);
            while (true)
            {
                await camera.RequestAsync();                             // keepalives
                await camera.AnswerAsync(200);
            }
        });
        var source = new RtspCamera(Url($"rtsp://127.0.0.1:{server.Port}/s"), RtspLowerTransport.Tcp, time, _log);
        Task run = source.RunAsync(_sink, CancellationToken.None);
        await Eventually.TrueAsync(() => Volatile.Read(ref isPlaying) && (silence == "answers nothing"
            || _log.Lines.Any(line => line.Contains("plays H264", StringComparison.Ordinal)))
            && (silence != "plays no key frame" || _sink.Video == 1), "the silence");
        await Eventually.TrueAsync(() =>
        {
            if (!run.IsCompleted) time.Advance(TimeSpan.FromSeconds(1));
            return run.IsCompleted;
        }, "the error");
        CameraException e = await Assert.ThrowsAsync<CameraException>(() => run);
        Assert.EndsWith(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_is_kept_with_requests_and_reports()
    {
        var time = new FakeTimeProvider();
        await using var server = new FakeRtspServer(async camera =>
        {
            await camera.PlayAsync(session: "Session: 7;timeout=10");
            await camera.SendRtpAsync(0, 96, 0, Idr);
            while (true)
            {
                await camera.RequestAsync();
                await camera.AnswerAsync(200);
                await camera.SendRtpAsync(0, 96, 3600, P);
            }
        });
        using var stop = new CancellationTokenSource();
        Task run = new RtspCamera(Url($"rtsp://127.0.0.1:{server.Port}/s"), RtspLowerTransport.Tcp, time, _log).RunAsync(_sink, stop.Token);
        await Eventually.TrueAsync(() => _sink.Video == 1, "the first picture");
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return server.Requests.Count(request => request.StartsWith("GET_PARAMETER", StringComparison.Ordinal)) >= 3;
        }, "three keepalives");
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private Task Run(FakeRtspServer server, CancellationToken stop, RtspLowerTransport transport = RtspLowerTransport.Tcp) =>
        new RtspCamera(Url($"rtsp://127.0.0.1:{server.Port}/s"), transport, TimeProvider.System, _log).RunAsync(_sink, stop);

    private Task<CameraException> FailAsync(FakeRtspServer server, RtspLowerTransport transport = RtspLowerTransport.Tcp) =>
        Assert.ThrowsAsync<CameraException>(() => Run(server, CancellationToken.None, transport));

    private static RtspUrl Url(string text)
    {
        Assert.True(RtspUrl.TryParse(text, out RtspUrl? url, out _));
        return url!;
    }
}
