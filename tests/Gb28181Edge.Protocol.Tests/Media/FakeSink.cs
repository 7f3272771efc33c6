using Gb28181Edge.Protocol.Media;

namespace Gb28181Edge.Protocol.Tests.Media;

/// <summary>One access unit as it arrived.</summary>
internal sealed record SeenUnit(Codec Codec, long Pts, long Dts, bool IsRandomAccess, byte[] Bytes);

/// <summary>Keeps copies of what it is given.</summary>
internal sealed class FakeSink : IAccessUnitSink
{
    public AccessUnitPool Pool { get; } = new();

    public List<SeenUnit> Units { get; } = [];

    public IEnumerable<SeenUnit> Video => Units.Where(unit => unit.Codec.IsVideo());

    public IEnumerable<SeenUnit> Audio => Units.Where(unit => !unit.Codec.IsVideo());

    public void Write(AccessUnit unit)
    {
        Units.Add(new SeenUnit(unit.Codec, unit.Pts.Ticks, unit.Dts.Ticks, unit.IsRandomAccess, unit.Bytes.ToArray()));
        unit.Dispose();
    }
}
