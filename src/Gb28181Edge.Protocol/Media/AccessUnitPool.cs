using System.Collections.Concurrent;

namespace Gb28181Edge.Protocol.Media;

/// <summary>Lends access units so that a steady stream allocates nothing. One per camera; safe from several threads.</summary>
internal sealed class AccessUnitPool
{
    /// <summary>Idle units kept; more are left to the collector.</summary>
    private const int Capacity = 256;

    private readonly ConcurrentQueue<AccessUnit> _idle = new();

    /// <summary>A unit with a copy of <paramref name="bytes"/> and one reference, which belongs to the caller.</summary>
    /// <param name="bytes">At least one byte.</param>
    /// <param name="codec">What the bytes are coded in.</param>
    /// <param name="pts">Presentation time.</param>
    /// <param name="dts">Decoding time, not after <paramref name="pts"/>.</param>
    /// <param name="isRandomAccess">A decoder can start here.</param>
    public AccessUnit Rent(ReadOnlySpan<byte> bytes, Codec codec, MediaTime pts, MediaTime dts, bool isRandomAccess)
    {
        if (!_idle.TryDequeue(out AccessUnit? unit)) unit = new AccessUnit(this);
        unit.Fill(bytes, codec, pts, dts, isRandomAccess);
        return unit;
    }

    internal void Return(AccessUnit unit)
    {
        if (_idle.Count < Capacity) _idle.Enqueue(unit);
    }
}
