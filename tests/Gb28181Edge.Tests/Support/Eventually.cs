using System.Diagnostics;

namespace Gb28181Edge.Tests.Support;

/// <summary>Waits for a condition that another thread or process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(20);

    /// <summary>Returns as soon as <paramref name="condition"/> holds; fails the test with <paramref name="what"/> when it does not in time.</summary>
    public static async Task TrueAsync(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        TimeSpan allowed = limit ?? DefaultLimit;
        long began = Stopwatch.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > allowed) Assert.Fail($"Not within {allowed.TotalSeconds} s: {what}");
            await beat.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The result of <paramref name="task"/>, or a failed test when it does not come in time.</summary>
    public static async Task<T> ResultAsync<T>(Task<T> task, string what, TimeSpan? limit = null)
    {
        await TrueAsync(() => task.IsCompleted, what, limit);
        return await task;
    }
}
