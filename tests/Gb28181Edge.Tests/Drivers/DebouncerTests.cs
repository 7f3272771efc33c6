using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Boards;

namespace Gb28181Edge.Tests.Drivers;

public class DebouncerTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 5, 1, 0, 0, 0, TimeSpan.FromHours(8));

    private readonly Debouncer _debouncer = new(initial: false, period: Ms(50));

    [Fact]
    public void A_level_counts_when_it_has_stood_for_the_period_and_is_dated_with_its_edge()
    {
        Assert.Null(Level(true, 10));
        Assert.Equal(Ms(60), _debouncer.NextDeadline);
        Assert.Null(_debouncer.OnTimer(Ms(59)));
        Assert.False(_debouncer.Stable);
        Assert.Equal(new DigitalEdge(true, Midnight + Ms(10)), _debouncer.OnTimer(Ms(60)));
        Assert.True(_debouncer.Stable);
        Assert.Null(_debouncer.NextDeadline);
    }

    [Fact]
    public void A_glitch_is_nothing()
    {
        Level(true, 0);
        Level(false, 5);
        Assert.Null(_debouncer.OnTimer(Ms(55)));
        Assert.Null(_debouncer.NextDeadline);
    }

    [Fact]
    public void Bouncing_is_one_change_dated_with_its_first_edge()
    {
        Level(true, 0);
        Level(false, 3);
        Level(true, 6);
        Level(false, 30);
        Level(true, 49);
        Assert.Null(_debouncer.OnTimer(Ms(98)));
        Assert.Equal(new DigitalEdge(true, Midnight), _debouncer.OnTimer(Ms(99)));
    }

    [Fact]
    public void The_next_burst_has_its_own_date()
    {
        Level(true, 0);
        Level(false, 5);
        _debouncer.OnTimer(Ms(55));
        Level(true, 1000);
        Assert.Equal(new DigitalEdge(true, Midnight + Ms(1000)), _debouncer.OnTimer(Ms(1050)));
    }

    [Fact]
    public void A_level_that_is_told_twice_does_not_prolong_the_wait()
    {
        Level(true, 0);
        Level(true, 40);
        Assert.NotNull(_debouncer.OnTimer(Ms(50)));
    }

    [Fact]
    public void Without_a_period_every_edge_counts_at_once()
    {
        var direct = new Debouncer(initial: true, period: TimeSpan.Zero);
        Assert.Equal(new DigitalEdge(false, Midnight), direct.OnLevel(false, Ms(0), Midnight));
        Assert.Null(direct.OnLevel(false, Ms(0), Midnight));
        Assert.Equal(new DigitalEdge(true, Midnight), direct.OnLevel(true, Ms(0), Midnight));
        Assert.Null(direct.NextDeadline);
    }

    private DigitalEdge? Level(bool level, int at) => _debouncer.OnLevel(level, Ms(at), Midnight + Ms(at));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
