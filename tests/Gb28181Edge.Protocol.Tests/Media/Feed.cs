namespace Gb28181Edge.Protocol.Tests.Media;

/// <summary>Cuts bytes into pieces and breaks them, the same way at each run.</summary>
internal static class Feed
{
    /// <summary>Whole, byte by byte, in sevens, and just off the usual sizes.</summary>
    public static TheoryData<int> Steps => [int.MaxValue, 1, 7, 187, 1400, 4096];

    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] bytes, int step)
    {
        for (int at = 0; at < bytes.Length; at += Math.Min(step, bytes.Length - at))
            yield return bytes.AsMemory(at, Math.Min(step, bytes.Length - at));
    }

    /// <summary>A copy with a few bytes changed, cut out, doubled, or the end cut off.</summary>
    public static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> changed = [.. bytes];
        for (int changes = random.Next(1, 6); changes > 0 && changed.Count > 1; changes--)
        {
            int at = random.Next(changed.Count), count = Math.Min(random.Next(1, 20), changed.Count - at);
            switch (random.Next(5))
            {
                case 0: changed[at] = (byte)random.Next(256); break;
                case 1: changed[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: changed.RemoveRange(at, count); break;
                case 3: changed.InsertRange(at, changed.GetRange(at, count)); break;
                default: changed.RemoveRange(at, changed.Count - at); break;
            }
        }
        return [.. changed];
    }

    public static byte[] Vector(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "Media", name));

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
