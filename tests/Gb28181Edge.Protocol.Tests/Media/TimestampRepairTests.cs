using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Protocol.Tests.Media;

public sealed class TimestampRepairTests
{
    private readonly TimestampRepair _repair = new();

    [Fact]
    public void Good_times_stay_as_they_are()
    {
        Assert.Equal([90_000, 93_600, 97_200], Video(90_000, 93_600, 97_200));
        Assert.Equal(0, _repair.Jumps);
    }

    [Fact]
    public void Stream_that_starts_near_zero_starts_at_one_second() => Assert.Equal([90_000, 93_600], Video(-50, 3_550));

    [Fact]
    public void Jump_back_continues_one_frame_later()
    {
        Assert.Equal([1_000_000, 1_003_600, 1_007_200, 1_010_800], Video(1_000_000, 1_003_600, 200_000, 203_600));
        Assert.Equal(1, _repair.Jumps);
    }

    [Fact]
    public void Jump_on_by_more_than_ten_seconds_continues_one_frame_later()
    {
        Assert.Equal([90_000, 93_600, 97_200, 100_800], Video(90_000, 93_600, 93_600 + 900_001, 93_600 + 903_601));
        Assert.Equal(1, _repair.Jumps);
    }

    [Fact]
    public void Pause_of_ten_seconds_is_a_pause() => Assert.Equal([90_000, 990_000], Video(90_000, 990_000));

    [Fact]
    public void Wrap_of_a_source_that_does_not_unwrap_is_healed()
    {
        long wrap = 1L << 33;
        Assert.Equal([wrap - 7200, wrap - 3600, wrap, wrap + 3600], Video(wrap - 7200, wrap - 3600, 0, 3600));
    }

    [Fact]
    public void Sound_finds_the_offset_of_the_picture_that_jumped_first()
    {
        Video(1_000_000, 1_003_600);
        Assert.Equal([1_001_800], Audio(1_001_800));
        Assert.Equal([1_007_200], Video(50_000));
        Assert.Equal([1_005_400], Audio(1_005_400));                         // still from before the jump
        Assert.Equal([1_007_300], Audio(50_100));                            // and now beside the picture
        Assert.Equal(1, _repair.Jumps);
    }

    [Fact]
    public void Sound_stays_beside_the_picture_however_often_the_source_begins_anew()
    {
        // in every run the sound is 300 ms ahead when the connection breaks
        for (int run = 0; run < 20; run++)
        {
            _repair.Restart();
            long began = Video(1_000_000 + run)[0];
            Assert.Equal([began + 900], Audio(1_000_900 + run));
            Assert.Equal([began + 3_600], Video(1_003_600 + run));
            Assert.Equal([began + 30_600], Audio(1_030_600 + run));
        }
        Assert.Equal(0, _repair.Jumps);
    }

    [Fact]
    public void A_source_that_begins_anew_goes_on_after_the_later_of_picture_and_sound()
    {
        Video(1_000_000, 1_003_600);
        Audio(1_020_000);
        _repair.Restart();
        Assert.Equal([1_023_600, 1_027_200], Video(5_000, 8_600));
        Assert.Equal([1_020_001], Audio(0));                                 // of before the first picture, and yet not back in time
        Assert.Equal([1_024_500], Audio(5_900));
    }

    [Fact]
    public void Sound_with_another_clock_is_put_beside_the_picture()
    {
        Video(90_000);
        Assert.Equal([90_000, 91_800], Audio(500_000_000, 500_001_800));
    }

    [Fact]
    public void Repeated_times_rise_by_a_tick_and_then_by_frames()
    {
        long[] seen = Audio([.. Enumerable.Repeat(200_000L, 12)]);
        Assert.Equal([200_000, 200_001, 200_002], seen[..3]);
        Assert.Equal(seen.Order().Distinct(), seen);
        Assert.True(seen[11] >= 200_000 + 1800, "a source that stands still must not stop time");
    }

    [Fact]
    public void Presentation_keeps_its_distance_to_decoding()
    {
        Assert.Equal((97_200, 90_000), Both(97_200, 90_000));
        Assert.Equal((104_400, 93_600), Both(104_400, 93_600));
        Assert.Equal((97_200, 97_200), Both(97_200, 97_200));
        Assert.Equal((100_800, 100_800), Both(50, 100_800));                 // before its own decoding: impossible
    }

    [Fact]
    public void Decoding_times_are_found_for_reordered_pictures_without_them()
    {
        // I0 P3 B1 B2 P6 B4 B5 P9 B7 B8, 25 frames a second, as RTP brings them
        long[] order = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8];
        List<(long Pts, long Dts)> seen = [];
        foreach (long frame in order) seen.Add(Both(900_000 + 3600 * frame, 900_000 + 3600 * frame));
        for (int i = 1; i < seen.Count; i++) Assert.True(seen[i].Dts > seen[i - 1].Dts, $"DTS goes back at {i}");
        Assert.All(seen, unit => Assert.True(unit.Pts >= unit.Dts));
        // once the order is known, presentation is exact
        for (int i = 4; i < seen.Count; i++) Assert.Equal(900_000 + 3600 * order[i], seen[i].Pts);
        Assert.Equal(900_000 + 3600 * 8, seen[9].Dts);
    }

    [Fact]
    public void Any_source_gives_rising_decoding_times_and_no_earlier_presentation()
    {
        Random random = new(7);
        long last = long.MinValue, time = 0;
        for (int i = 0; i < 20_000; i++)
        {
            time += random.Next(20) switch { 0 => random.NextInt64(-1L << 34, 1L << 34), 1 => random.Next(-100_000, 1), _ => random.Next(0, 7200) };
            (MediaTime pts, MediaTime dts) = _repair.Repair(Codec.H264, new MediaTime(time + random.Next(-5000, 20_000)), new MediaTime(time));
            Assert.True(dts.Ticks > last && pts >= dts);
            Assert.True(last == long.MinValue || dts.Ticks - last <= 10 * MediaTime.ClockRate);
            last = dts.Ticks;
        }
    }

    private (long, long) Both(long pts, long dts)
    {
        (MediaTime repairedPts, MediaTime repairedDts) = _repair.Repair(Codec.H264, new MediaTime(pts), new MediaTime(dts));
        return (repairedPts.Ticks, repairedDts.Ticks);
    }

    private long[] Video(params long[] times) => Run(Codec.H264, times);

    private long[] Audio(params long[] times) => Run(Codec.G711A, times);

    private long[] Run(Codec codec, long[] times) =>
        [.. times.Select(time => _repair.Repair(codec, new MediaTime(time), new MediaTime(time)).Dts.Ticks)];
}
