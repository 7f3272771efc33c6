using System.Collections.Concurrent;

namespace Gb28181Edge.Protocol.Media;

/// <summary>Lends access units so that a steady stream allocates nothing. One per camera; safe from several threads.</summary>
internal sealed class AccessUnitPool
{
    /// <summary>Idle units kept; more are left to the collector.</summary>
    private const int Capacity = 256;

    /// <summary>Most bytes of idle units kept: a burst lets many buffers grow to the size of key frames, and they are not held for ever.</summary>
    public const long IdleLimit = 2 << 20;

    private readonly ConcurrentQueue<AccessUnit> _idle = new();
    private long _idleBytes;

    /// <summary>Bytes of the idle units' buffers.</summary>
    public long IdleBytes => Interlocked.Read(ref _idleBytes);

    /// <summary>A unit with a copy of <paramref name="bytes"/> and one reference, which belongs to the caller.</summary>
    /// <param name="bytes">At least one byte.</param>
    /// <param name="codec">What the bytes are coded in.</param>
    /// <param name="pts">Presentation time.</param>
    /// <param name="dts">Decoding time, not after <paramref name="pts"/>.</param>
    /// <param name="isRandomAccess">A decoder can start here.</param>
    public AccessUnit Rent(ReadOnlySpan<byte> bytes, Codec codec, MediaTime pts, MediaTime dts, bool isRandomAccess)
    {
        if (_idle.TryDequeue(out AccessUnit? unit)) Interlocked.Add(ref _idleBytes, -unit.Capacity);
        else unit = new AccessUnit(this);
        unit.Fill(bytes, codec, pts, dts, isRandomAccess);
        return unit;
    }

    internal void Return(AccessUnit unit)
    {
        if (Interlocked.Add(ref _idleBytes, unit.Capacity) <= IdleLimit && _idle.Count < Capacity)
        {
            _idle.Enqueue(unit);
            return;
        }
        Interlocked.Add(ref _idleBytes, -unit.Capacity);
        unit.Free();
    }
}
