using System.Globalization;
using Gb28181Edge.Cameras;
using Gb28181Edge.Streaming;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Streaming;

public class SourceSupervisionTests
{
    private static readonly CameraStreamOptions AlwaysOn = new("test") { AlwaysOn = true };

    [Fact]
    public async Task A_camera_is_opened_when_it_is_first_wanted_and_closed_10_seconds_after_the_last_taker_left()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        using var receiver = new RtpReceiver();
        Assert.False(run.Stream.Status.IsOpen);
        IMediaSession session = run.Prepare(MediaTransport.Udp, receiver.EndPoint);
        await run.OpenedAsync();
        run.Source.Key(0);
        Assert.Equal(new CameraStreamStatus(true, true, null, 1), run.Stream.Status);

        await session.DisposeAsync();
        await Eventually.TrueAsync(() => run.Stream.Status.Takers == 0, "the taker is gone");
        run.Source.Key(1);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.True(run.Source.IsOpen);
        run.Source.Key(2);
        await AdvanceUntilAsync(clock, () => !run.Source.IsOpen, "the source is closed");

        Assert.Equal(1, run.Source.Opened);
        Assert.False(run.Stream.Status.IsOpen);
        await using IMediaSession next = run.Prepare(MediaTransport.Udp, receiver.EndPoint);
        await run.OpenedAsync(2);
    }

    [Fact]
    public async Task A_camera_that_is_always_on_needs_no_taker()
    {
        await using var run = new StreamRun(AlwaysOn);
        await run.OpenedAsync();
        Assert.True(run.Stream.Status.IsOpen);
    }

    [Fact]
    public async Task A_source_without_a_frame_for_10_seconds_is_opened_again_and_the_takers_go_on_with_a_key_frame()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        using var receiver = new RtpReceiver();
        await using IMediaSession session = run.StartUdp(receiver);
        await run.OpenedAsync();
        run.Source.Key(1000);
        run.Source.Delta(1001);
        await receiver.PacksAsync(2);

        await AdvanceUntilAsync(clock, () => !run.Source.IsOpen, "the silent source is closed");
        Assert.Contains("no frame for 10 s", run.Stream.Status.Fault, StringComparison.Ordinal);
        Assert.False(run.Stream.Status.IsDelivering);
        await AdvanceUntilAsync(clock, () => run.Source.Opened == 2 && run.Source.IsOpen, "the source is opened again", 0.05);
        run.Source.Delta(3);
        run.Source.Key(4);
        List<ReceivedPacket> packets = await receiver.PacksAsync(3);

        Assert.Equal([(1000, true), (1001, false), (4, true)], receiver.Frames.Video);
        uint[] times = [.. packets.Select(p => p.RtpTimestamp).Distinct()];
        Assert.Equal(times.Order(), times);
        Assert.Equal(new CameraStreamStatus(true, true, null, 1), run.Stream.Status);
    }

    [Fact]
    public async Task A_failing_source_is_tried_ever_more_rarely_and_its_reason_is_told()
    {
        var clock = new FakeTimeProvider();
        var source = new FakeCameraSource { FailsWith = new CameraException("192.0.2.20 refuses the password") };
        List<DateTimeOffset> opened = [];
        source.OnOpen = () => opened.Add(clock.GetUtcNow());
        var log = new RecordingLog();
        await using var run = new StreamRun(AlwaysOn, clock, source: source, log: log);

        for (int i = 1; i <= 12; i++)
        {
            int times = i;
            await AdvanceUntilAsync(clock, () => source.Opened >= times, $"try {times}", 0.25 * Math.Min(60, Math.Pow(2, i - 1)));
        }

        // what the log promised, and what was kept: the clock of this test moves in steps, so only the shortest pause can be seen
        double[] promised = [.. log.Messages.Where(m => m.Contains("next try in", StringComparison.Ordinal))
            .Select(m => double.Parse(m.Split(' ')[^2], CultureInfo.InvariantCulture))];
        TimeSpan[] kept = [.. opened.Zip(opened.Skip(1)).Select(p => p.Second - p.First)];
        for (int i = 0; i < kept.Length; i++)
        {
            double longest = Math.Min(60, Math.Pow(2, i));
            Assert.InRange(promised[i], longest / 2 - 0.05, longest + 0.05);
            Assert.True(kept[i].TotalSeconds >= promised[i] - 0.05);
        }
        Assert.Equal("192.0.2.20 refuses the password", run.Stream.Status.Fault);
        source.FailsWith = null;
        await AdvanceUntilAsync(clock, () => source.IsOpen, "the source is well", 5);
        source.Key(0);
        Assert.Null(run.Stream.Status.Fault);
    }

    [Fact]
    public async Task A_source_that_has_ended_is_opened_again_for_the_next_taker_only()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(time: clock);
        using var receiver = new RtpReceiver();
        await using IMediaSession first = run.StartUdp(receiver);
        await run.OpenedAsync();
        run.Source.Key(0);
        run.Source.Current.End.SetResult();
        await Eventually.TrueAsync(() => !run.Source.IsOpen, "the source has ended");
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, run.Source.Opened);
        Assert.Null(run.Stream.Status.Fault);

        await using IMediaSession second = run.StartUdp(receiver, 2);

        await run.OpenedAsync(2);
    }

    [Fact]
    public async Task Pictures_of_before_an_outage_are_not_shown_to_a_new_taker()
    {
        var clock = new FakeTimeProvider();
        await using var run = new StreamRun(AlwaysOn, clock);
        using RtpReceiver earlier = new(), receiver = new();
        await using IMediaSession before = run.StartUdp(earlier);
        await run.OpenedAsync();
        run.Source.Key(0);
        await earlier.PacksAsync(1);
        run.Source.Current.End.SetException(new CameraException("connection reset"));
        await AdvanceUntilAsync(clock, () => run.Source.Opened == 2 && run.Source.IsOpen, "the source is opened again", 0.05);
        await using IMediaSession session = run.StartUdp(receiver);
        // the send loop takes commands in order: when these two are closed it has had its turn with the session
        for (int i = 0; i < 2; i++) await run.Prepare(MediaTransport.Udp, receiver.EndPoint).DisposeAsync();
        run.Source.Key(50);

        await receiver.PacksAsync(1);
        Assert.Equal([(50, true)], receiver.Frames.Video);
    }

    [Fact]
    public async Task A_fault_of_the_program_is_not_taken_for_one_of_the_camera()
    {
        var source = new FakeCameraSource { FailsWith = new InvalidOperationException("a bug") };
        var run = new StreamRun(AlwaysOn, source: source);
        await Assert.ThrowsAsync<InvalidOperationException>(run.StopAsync);
    }

    [Fact]
    public async Task Sound_alone_is_served_when_no_pictures_come()
    {
        await using var run = new StreamRun(AlwaysOn);
        using var receiver = new RtpReceiver();
        await run.OpenedAsync();
        await using IMediaSession session = run.StartUdp(receiver);
        // 3 s at 25 units a second without a picture
        for (int i = 0; i < 75; i++) run.Source.Audio(i);
        Assert.Equal(0, session.Statistics.Packets);

        for (int i = 75; i < 95; i++)
        {
            run.Source.Audio(i);
            await receiver.PacksAsync(i - 74);
        }

        Assert.Equal([0, 0, 1, 0xBB], receiver.Packets[0].Payload[14..18]);
        Assert.Equal(20, receiver.Frames.AudioUnits);
    }

    [Fact] // a camera whose pictures are later than its sound by more than 3 s
    public async Task When_pictures_follow_sound_alone_a_taker_gets_none_before_a_key_frame()
    {
        await using var run = new StreamRun(AlwaysOn);
        using RtpReceiver early = new(), late = new();
        await run.OpenedAsync();
        await using IMediaSession first = run.StartUdp(early);
        for (int i = 0; i < 76; i++) run.Source.Audio(i);
        await early.PacksAsync(1);
        run.Source.Delta(76);
        run.Source.Delta(77);
        run.Source.Audio(77);
        await using IMediaSession second = run.StartUdp(late);
        run.Source.Key(78);
        run.Source.Delta(79);

        await late.PacksAsync(2);
        await Eventually.TrueAsync(() => { early.Drain(); return early.Frames.Video.Count == 2; }, "both pictures at the first taker");

        Assert.Equal([(78, true), (79, false)], late.Frames.Video);
        Assert.Equal([(78, true), (79, false)], early.Frames.Video);
        Assert.Equal([0, 0, 1, 0xBB], late.Packets[0].Payload[14..18]);
    }

    /// <summary>Moves the clock on, a step at a time, until <paramref name="condition"/> holds.</summary>
    private static Task AdvanceUntilAsync(FakeTimeProvider clock, Func<bool> condition, string what, double step = 0.5) =>
        Eventually.TrueAsync(
            () =>
            {
                if (condition()) return true;
                clock.Advance(TimeSpan.FromSeconds(step));
                return false;
            },
            what);
}
