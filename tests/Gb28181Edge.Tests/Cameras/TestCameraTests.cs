using Gb28181Edge.Cameras;
using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Cameras;

public sealed class TestCameraTests
{
    [Fact]
    public async Task Test_camera_plays_its_clip_over_and_over_with_continuous_times()
    {
        var time = new FakeTimeProvider();
        var sink = new CollectingSink();
        using var stop = new CancellationTokenSource();
        Task run = Task.Run(() => new TestCamera(time).RunAsync(sink, stop.Token), TestContext.Current.CancellationToken);
        const int Wanted = 2 * TestCamera.Frames + 10;
        await Eventually.TrueAsync(() =>
        {
            if (sink.Video < Wanted) time.Advance(TimeSpan.FromMilliseconds(40));
            return sink.Video >= Wanted;
        }, "two rounds of the clip");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        CollectingSink.Unit[] video = [.. sink.Units.Where(unit => unit.Codec == Codec.H264).Take(Wanted)];
        Assert.Equal(Enumerable.Range(0, Wanted).Select(i => (long)i * TestCamera.FrameTicks), video.Select(unit => unit.Pts.Ticks));
        Assert.Equal(Enumerable.Range(0, Wanted).Where(i => i % 50 == 0), Enumerable.Range(0, Wanted).Where(i => video[i].IsRandomAccess));
        Assert.Equal(video[3].Bytes, video[3 + TestCamera.Frames].Bytes);
        Assert.NotEqual(video[3].Bytes, video[4].Bytes);
        Assert.All(video, unit => Assert.True(unit.Bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1])));
        Assert.Equal(7, video[0].Bytes[4] & 0x1F);           // an SPS comes first

        CollectingSink.Unit[] audio = [.. sink.Units.Where(unit => unit.Codec == Codec.G711A).Take(Wanted - 1)];
        Assert.Equal(video.Take(Wanted - 1).Select(unit => unit.Pts), audio.Select(unit => unit.Pts));
        Assert.All(audio, unit => Assert.Equal(TestCamera.AudioBytes, unit.Bytes.Length));
    }

    [Fact]
    public async Task Test_camera_gives_no_frame_before_its_time()
    {
        var time = new FakeTimeProvider();
        var sink = new CollectingSink();
        using var stop = new CancellationTokenSource();
        Task run = Task.Run(() => new TestCamera(time).RunAsync(sink, stop.Token), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => sink.Audio == 1, "the first frame");
        time.Advance(TimeSpan.FromMilliseconds(39));
        Assert.Equal(1, sink.Video);
        await Eventually.TrueAsync(() =>
        {
            if (sink.Video == 1) time.Advance(TimeSpan.FromMilliseconds(1));
            return sink.Video >= 2;
        }, "the second frame");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void Clip_in_the_program_is_at_most_a_megabyte()
    {
        using Stream video = typeof(TestCamera).Assembly.GetManifestResourceStream("test-pattern.h264")!;
        using Stream audio = typeof(TestCamera).Assembly.GetManifestResourceStream("test-pattern.g711a")!;
        Assert.InRange(video.Length + audio.Length, 1, 1024 * 1024);
        Assert.Equal(TestCamera.Frames * TestCamera.AudioBytes, audio.Length);
    }
}
