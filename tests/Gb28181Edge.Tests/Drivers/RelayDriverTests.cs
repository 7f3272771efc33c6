using Gb28181Edge.Drivers;
using Gb28181Edge.Drivers.Ptz;

namespace Gb28181Edge.Tests.Drivers;

public class RelayDriverTests
{
    private readonly List<string> _events = [];
    private readonly FakeOutput _left, _right, _up, _down, _in, _out;
    private readonly RelayDriver _driver;

    public RelayDriverTests()
    {
        (_left, _right, _up, _down, _in, _out) = (New("left"), New("right"), New("up"), New("down"), New("in"), New("out"));
        _driver = new RelayDriver(new RelayOutputs(_left, _right, _up, _down, _in, _out));
        FakeOutput New(string name) => new(name, _events);
    }

    private string On => string.Join(' ', new[] { _left, _right, _up, _down, _in, _out }.Where(output => output.IsActive).Select(output => output.Name));

    [Theory]
    [InlineData(-0.1f, 0, 0, "left")]
    [InlineData(1, 0, 0, "right")]
    [InlineData(0, 1, 0, "up")]
    [InlineData(0, -1, 0, "down")]
    [InlineData(0, 0, 1, "in")]
    [InlineData(0, 0, -1, "out")]
    [InlineData(-1, 1, -1, "left up out")]
    [InlineData(0, 0, 0, "")]
    public async Task A_direction_is_its_relay(float pan, float tilt, float zoom, string on)
    {
        await _driver.MoveAsync(new PtzVelocity(pan, tilt, zoom), default);
        Assert.Equal(on, On);
    }

    [Fact]
    public async Task The_opposite_relay_opens_before_one_closes()
    {
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        _events.Clear();
        await _driver.MoveAsync(new PtzVelocity(1, 0, 0), default);
        Assert.True(_events.IndexOf("left off") >= 0 && _events.IndexOf("left off") < _events.IndexOf("right on"), string.Join(", ", _events));
        Assert.Equal("right", On);
    }

    [Fact]
    public async Task A_relay_that_fails_takes_all_others_off()
    {
        await _driver.MoveAsync(new PtzVelocity(-1, 0, 0), default);
        _up.Fails = true;
        await Assert.ThrowsAsync<DriverException>(async () => await _driver.MoveAsync(new PtzVelocity(-1, 1, 1), default));
        Assert.Equal("", On);
    }

    [Fact]
    public async Task Disposal_takes_all_off()
    {
        await _driver.MoveAsync(new PtzVelocity(1, 1, 1), default);
        await _driver.DisposeAsync();
        Assert.Equal("", On);
        Assert.All([_left, _right, _up, _down, _in, _out], output => Assert.True(output.IsDisposed));
    }

    [Fact]
    public async Task Directions_without_a_relay_do_nothing()
    {
        var driver = new RelayDriver(new RelayOutputs(_left, _right, null, null, null, null));
        await driver.MoveAsync(new PtzVelocity(1, 1, 1), default);
        Assert.Equal("right", On);
        Assert.False(await driver.SetAuxiliaryAsync(1, true, default));
    }
}
