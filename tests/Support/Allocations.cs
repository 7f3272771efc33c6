namespace Gb28181Edge.Tests.Support;

/// <summary>Counts what a piece of code allocates.</summary>
/// <remarks>
/// A collection that another thread starts takes this thread's allocation window away, and what was left of it is charged to the
/// thread: one run may show bytes that nobody asked for. What the code itself allocates shows in every run.
/// </remarks>
internal static class Allocations
{
    private const int Runs = 5;

    /// <summary>Bytes that every run of <paramref name="code"/> allocates on this thread, after one that warms up.</summary>
    public static long Of(Action code)
    {
        code();
        long least = long.MaxValue;
        for (int run = 0; run < Runs && least != 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
