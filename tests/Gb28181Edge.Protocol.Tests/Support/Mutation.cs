namespace Gb28181Edge.Protocol.Tests.Support;

/// <summary>Seeded damage to valid input, in place of a fuzzer: the same seed gives the same bytes.</summary>
internal static class Mutation
{
    public const int Runs = 10_000;

    /// <summary>Feeds damaged copies of the seeds to a parser, which must not throw.</summary>
    public static void Loop(int seed, IReadOnlyList<byte[]> inputs, Action<byte[]> parse)
    {
        var random = new Random(seed);
        for (int run = 0; run < Runs; run++)
        {
            byte[] damaged = Damage(random, inputs[random.Next(inputs.Count)], inputs[random.Next(inputs.Count)]);
            try { parse(damaged); }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, run {run}, input {Convert.ToHexString(damaged)}: {e}");
            }
        }
    }

    private static byte[] Damage(Random random, byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (int times = random.Next(1, 5); times > 0; times--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                case 1 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(8), bytes.Count - at)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default:
                    int start = random.Next(other.Length + 1);
                    bytes.InsertRange(at, other[start..Math.Min(other.Length, start + random.Next(40))]);
                    break;
            }
        }
        return [.. bytes];
    }
}
