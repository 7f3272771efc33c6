namespace Gb28181Edge.Cameras;

/// <summary>Waits for points in time on one timer, without allocating for each. Driven by one loop.</summary>
internal sealed class FramePacer(TimeProvider time) : IDisposable
{
    /// <summary>The shortest time that is waited for: what is due sooner goes now.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly PeriodicTimer _timer = new(Timeout.InfiniteTimeSpan, time);
    private readonly long _began = time.GetTimestamp();

    /// <summary>Since the pacer was made.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>Returns when <see cref="Elapsed"/> has reached <paramref name="due"/>; at once when it has already.</summary>
    public async ValueTask UntilAsync(TimeSpan due, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        // again when a tick of the wait before was still on its way
        for (TimeSpan wait = due - Elapsed; wait >= Shortest; wait = due - Elapsed)
        {
            _timer.Period = wait;
            await _timer.WaitForNextTickAsync(stop);
            _timer.Period = Timeout.InfiniteTimeSpan;
        }
    }

    public void Dispose() => _timer.Dispose();
}
