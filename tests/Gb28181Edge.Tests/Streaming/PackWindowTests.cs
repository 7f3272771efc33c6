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

    public void Dispose()
    {
        _window.Dispose();
        _packs.Dispose();
    }

    private void Add(long dts, bool isVideo, bool isRandomAccess = false)
    {
        Pack pack = _packs.Rent(100);
        pack.SetLength(100);
        (pack.Dts, pack.IsVideo, pack.IsRandomAccess) = (dts, isVideo, isRandomAccess);
        _window.Add(pack);
        _window.Trim(long.MaxValue);
    }
}
