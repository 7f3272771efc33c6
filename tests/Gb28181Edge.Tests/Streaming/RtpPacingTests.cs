using Gb28181Edge.Protocol.Media;
using Gb28181Edge.Protocol.Media.Rtp;
using Gb28181Edge.Streaming;

namespace Gb28181Edge.Tests.Streaming;

public sealed class RtpPacingTests : IDisposable
{
    private const int FrameTicks = 3600;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);

    private readonly PackPool _packs = new();
    private readonly PackWindow _window = new(8 << 20, TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(72, 5)]
    public void Pacing_spreads_a_frame_over_part_of_its_interval(int packets, int groups)
    {
        RtpPacing live = RtpPacing.Live(packets, Interval);
        Assert.Equal(groups, (packets + live.GroupSize - 1) / live.GroupSize);
        Assert.True(live.Gap * (groups - 1) < Interval * 0.6);
    }

    [Theory] // an uplink that just carries the stream loses what comes at many times its rate
    [InlineData(0, 125_000)]                // not known yet
    [InlineData(12_500, 125_000)]           // 0.1 Mbit/s
    [InlineData(62_500, 250_000)]           // 0.5 Mbit/s
    [InlineData(500_000, 2_000_000)]        // 4 Mbit/s
    public void Catching_up_is_at_four_times_the_streams_rate_and_at_least_a_megabit(long stream, long expected)
    {
        foreach (int bytes in (int[])[100, 1400, 40_000])
        {
            RtpPacing behind = RtpPacing.CatchUp(bytes, stream);
            int packets = RtpPacketizer.CountPackets(bytes), groups = (packets + behind.GroupSize - 1) / behind.GroupSize;
            Assert.True(behind.GapAfterLast);
            Assert.InRange(bytes / (behind.Gap * groups).TotalSeconds, expected * 0.99, expected * 1.01);
        }
    }

    [Fact]
    public void A_taker_that_comes_30_seconds_into_a_group_of_pictures_is_live_after_10()
    {
        Add(4000, isRandomAccess: true);
        for (int frame = 1; frame < 750; frame++) Add(4000);
        var cursor = new PackCursor(_window, 2 * MediaTime.ClockRate);

        (TimeSpan caughtUp, int sent) = PlayUntil(cursor, 4000, () => cursor.Behind == 0);

        Assert.InRange(caughtUp.TotalSeconds, 9, 11);
        Assert.Equal(_window.End, sent);
        Assert.Equal(0, cursor.Dropped);
    }

    [Theory] // the mean over the window says little of a scene in which all begins to move
    [InlineData(400, 20_000)]
    [InlineData(100, 60_000)]
    public void A_scene_that_begins_to_move_is_followed(int still, int moving)
    {
        Add(still, isRandomAccess: true);
        for (int frame = 1; frame < 750; frame++) Add(still);
        var cursor = new PackCursor(_window, 2 * MediaTime.ClockRate);
        while (cursor.Next() is not null) { }
        long furthest = 0, end = _window.End + 100;

        PlayUntil(cursor, moving, () =>
        {
            furthest = Math.Max(furthest, cursor.Behind);
            return _window.End >= end;
        });

        Assert.Equal(0, cursor.Dropped);
        Assert.InRange(furthest, 0, 10);
    }

    public void Dispose()
    {
        _window.Dispose();
        _packs.Dispose();
    }

    /// <summary>A camera that adds a frame every 40 ms, and a taker that sends each as its pacing says.</summary>
    private (TimeSpan Time, int Sent) PlayUntil(PackCursor cursor, int size, Func<bool> isDone)
    {
        (TimeSpan now, TimeSpan nextFrame, int sent) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        do
        {
            for (; nextFrame <= now; nextFrame += Interval) Add(size, needed: cursor.Needed);
            if (cursor.Next() is not { } pack)
            {
                now = nextFrame;
                continue;
            }
            sent++;
            RtpPacing pacing = cursor.Behind >= RtpUdpSender.CatchUpFrom
                ? RtpPacing.CatchUp(pack.Length, cursor.BytesPerSecond)
                : RtpPacing.Live(pack.PacketCount, Interval);
            int groups = (pack.PacketCount + pacing.GroupSize - 1) / pacing.GroupSize;
            now += pacing.Gap * (pacing.GapAfterLast ? groups : groups - 1);
        }
        while (!isDone());
        return (now, sent);
    }

    private void Add(int size, bool isRandomAccess = false, long needed = 0)
    {
        Pack pack = _packs.Rent(size);
        pack.SetLength(size);
        (pack.Dts, pack.IsVideo, pack.IsRandomAccess) = (_window.End * FrameTicks, true, isRandomAccess);
        _window.Add(pack);
        _window.Trim(needed);
    }
}
