using Gb28181Edge.Streaming;

namespace Gb28181Edge.Tests.Streaming;

public sealed class PackWindowTests : IDisposable
{
    private const long Second = 90_000, Frame = 3600;

    private readonly PackPool _packs = new();
    private readonly PackWindow _window = new(8 << 20, TimeSpan.FromSeconds(10));

    [Theory] // a camera whose picture clock is set and whose sound clock is not
    [InlineData(9 * Second)]
    [InlineData(-9 * Second)]
    public void Sound_seconds_beside_the_pictures_makes_no_taker_late_and_keeps_the_whole_group(long skew)
    {
        var cursor = new PackCursor(_window, 2 * Second);
        for (int frame = 0; frame < 75; frame++)
        {
            Add(frame * Frame, isVideo: true, isRandomAccess: frame == 0);
            Add(frame * Frame + skew, isVideo: false);
            Assert.Equal(2 * frame + 2, _window.End);
            Assert.NotNull(cursor.Next());
            Assert.NotNull(cursor.Next());
            Assert.Null(cursor.Next());
        }
        Assert.Equal(0, cursor.Dropped);
        Assert.Equal(0, _window.LatestRandomAccess);
        Assert.Equal(74 * Frame, _window.DurationTicks);
    }

    [Fact]
    public void A_taker_more_than_the_limit_behind_goes_on_at_the_next_random_access_point()
    {
        var cursor = new PackCursor(_window, 2 * Second);
        Add(0, isVideo: true, isRandomAccess: true);
        Assert.NotNull(cursor.Next());
        Assert.Null(cursor.Next());
        for (int frame = 1; frame <= 52; frame++) Add(frame * Frame, isVideo: true);
        Assert.Null(cursor.Next());
        Add(53 * Frame, isVideo: true, isRandomAccess: true);
        Assert.Equal(53 * Frame, cursor.Next()!.Dts);
        Assert.Equal(52, cursor.Dropped);
    }

    [Fact] // cameras with "smart" coding send a key frame every 20 to 40 s while nothing moves
    public void A_group_of_pictures_of_40_seconds_is_kept_whole_and_a_taker_that_comes_late_gets_all_of_it_in_order()
    {
        Add(0, isVideo: true, isRandomAccess: true);
        for (int frame = 1; frame < 750; frame++) Add(frame * Frame, isVideo: true);
        var cursor = new PackCursor(_window, 2 * Second);
        Assert.Equal(0, _window.LatestRandomAccess);

        // four pictures leave in the time of one
        int sent = 0;
        for (int frame = 750; frame < 1000; frame++)
        {
            Add(frame * Frame, isVideo: true, needed: cursor.Needed);
            for (int step = 0; step < 4 && cursor.Next() is { } pack; step++) Assert.Equal(sent++ * Frame, pack.Dts);
        }

        Assert.Equal(1000, sent);
        Assert.Equal((0, 0), (cursor.Dropped, cursor.Behind));
    }

    [Fact]
    public void A_taker_that_still_catches_up_when_the_next_random_access_point_comes_goes_on_there_and_is_live()
    {
        Add(0, isVideo: true, isRandomAccess: true);
        for (int frame = 1; frame < 750; frame++) Add(frame * Frame, isVideo: true);
        var cursor = new PackCursor(_window, 2 * Second);
        for (int frame = 0; frame < 10; frame++) Assert.Equal(frame * Frame, cursor.Next()!.Dts);

        Add(750 * Frame, isVideo: true, isRandomAccess: true, needed: cursor.Needed);

        Assert.Equal(750 * Frame, cursor.Next()!.Dts);
        Assert.Null(cursor.Next());
        Assert.Equal(740, cursor.Dropped);
        Add(751 * Frame, isVideo: true, needed: cursor.Needed);
        Assert.Equal(750, _window.First);
    }

    [Fact]
    public void A_group_of_pictures_over_the_bytes_leaves_and_new_takers_wait()
    {
        Add(0, isVideo: true, isRandomAccess: true);
        for (int frame = 1; frame <= 90; frame++) Add(frame * Frame, isVideo: true, size: 100_000);
        Assert.Null(_window.LatestRandomAccess);
        Assert.InRange(_window.Bytes, 0, 8 << 20);
        Assert.Null(new PackCursor(_window, 2 * Second).Next());
    }

    [Fact]
    public void What_a_taker_wants_of_before_the_running_group_is_kept_for_ten_seconds()
    {
        Add(0, isVideo: true, isRandomAccess: true, needed: 0);
        for (int frame = 1; frame <= 250; frame++) Add(frame * Frame, isVideo: true, isRandomAccess: frame == 200, needed: 0);
        Assert.Equal(0, _window.First);
        for (int frame = 251; frame <= 500; frame++) Add(frame * Frame, isVideo: true, needed: 0);
        Assert.Equal((200, 200), (_window.First, _window.LatestRandomAccess));
    }

    public void Dispose()
    {
        _window.Dispose();
        _packs.Dispose();
    }

    private void Add(long dts, bool isVideo, bool isRandomAccess = false, int size = 100, long needed = long.MaxValue)
    {
        Pack pack = _packs.Rent(size);
        pack.SetLength(size);
        (pack.Dts, pack.IsVideo, pack.IsRandomAccess) = (dts, isVideo, isRandomAccess);
        _window.Add(pack);
        _window.Trim(needed);
    }
}
