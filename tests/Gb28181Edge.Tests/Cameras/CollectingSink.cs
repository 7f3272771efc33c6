using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Tests.Cameras;

/// <summary>Keeps what a camera source gives. Fails the run when two threads write at once.</summary>
internal sealed class CollectingSink(TimeProvider? time = null) : IAccessUnitSink
{
    private readonly List<Unit> _units = [];
    private int _writers;

    internal sealed record Unit(Codec Codec, MediaTime Pts, MediaTime Dts, bool IsRandomAccess, byte[] Bytes, long At);

    public AccessUnitPool Pool { get; } = new();

    /// <summary>A copy of the list so far.</summary>
    public Unit[] Units
    {
        get
        {
            lock (_units) return [.. _units];
        }
    }

    public int Video => Units.Count(unit => unit.Codec.IsVideo());

    public int Audio => Units.Count(unit => !unit.Codec.IsVideo());

    public void Write(AccessUnit unit)
    {
        if (Interlocked.Increment(ref _writers) != 1) throw new InvalidOperationException("two writers at once");
        lock (_units) _units.Add(new Unit(unit.Codec, unit.Pts, unit.Dts, unit.IsRandomAccess, unit.Bytes.ToArray(), time?.GetTimestamp() ?? 0));
        unit.Dispose();
        Interlocked.Decrement(ref _writers);
    }

    public void Clear()
    {
        lock (_units) _units.Clear();
    }
}
