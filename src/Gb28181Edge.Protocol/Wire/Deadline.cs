namespace Gb28181Edge.Protocol.Wire;

/// <summary>Arithmetic on absolute monotonic deadlines; null is a timer that does not run.</summary>
internal static class Deadline
{
    /// <summary>The earlier of two deadlines; null when neither runs.</summary>
    public static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) =>
        a is null ? b : b is null || a <= b ? a : b;

    /// <summary>The earliest of three deadlines; null when none runs.</summary>
    public static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b, TimeSpan? c) => Earliest(Earliest(a, b), c);

    /// <summary>The shorter of two spans.</summary>
    public static TimeSpan Min(TimeSpan a, TimeSpan b) => a <= b ? a : b;

    /// <summary>Takes a deadline that has passed: true once, and the timer no longer runs.</summary>
    public static bool Take(ref TimeSpan? deadline, TimeSpan now)
    {
        if (deadline is not { } due || due > now) return false;
        deadline = null;
        return true;
    }
}
