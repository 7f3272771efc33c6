using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Protocol.Tests.Media;

public sealed class AccessUnitPoolTests
{
    private readonly AccessUnitPool _pool = new();

    [Fact]
    public void Idle_buffers_are_bounded_in_bytes_after_a_burst_of_key_frames()
    {
        AccessUnit[] burst = [.. Enumerable.Range(0, 64).Select(i => Rent(100_000, (byte)i))];
        foreach (AccessUnit unit in burst) unit.Dispose();
        Assert.InRange(_pool.IdleBytes, 100_000, AccessUnitPool.IdleLimit);

        AccessUnit[] again = [.. Enumerable.Range(0, 64).Select(i => Rent(50_000, (byte)i))];
        Assert.Equal(0, _pool.IdleBytes);
        Assert.All(again, (unit, i) => Assert.Equal(Enumerable.Repeat((byte)i, 50_000), unit.Bytes.ToArray()));
        Assert.Equal(64, again.Distinct().Count());
    }

    [Fact]
    public void A_unit_comes_back_to_the_pool_with_its_last_reference_only()
    {
        AccessUnit unit = Rent(1000, 7);
        unit.AddReference();
        unit.Dispose();
        Assert.Equal(0, _pool.IdleBytes);
        unit.Dispose();
        Assert.NotEqual(0, _pool.IdleBytes);
        Assert.Throws<ObjectDisposedException>(unit.Dispose);
        Assert.Throws<ObjectDisposedException>(unit.AddReference);
    }

    private AccessUnit Rent(int size, byte content)
    {
        byte[] bytes = new byte[size];
        Array.Fill(bytes, content);
        return _pool.Rent(bytes, Codec.H264, default, default, isRandomAccess: false);
    }
}
