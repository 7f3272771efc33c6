namespace Gb28181Edge.Cameras;

/// <summary>A token that is cancelled at a deadline or at a stop, kept as long as the deadline stays: waiting allocates nothing.</summary>
internal sealed class WakeUp(TimeProvider time, CancellationToken stop) : IDisposable
{
    private CancellationTokenSource? _timer, _either;
    private TimeSpan? _deadline;

    /// <param name="deadline">Null: only the stop cancels it.</param>
    /// <param name="now">On the deadline's clock.</param>
    public CancellationToken At(TimeSpan? deadline, TimeSpan now)
    {
        if (_either is { IsCancellationRequested: false } && deadline == _deadline) return _either.Token;
        Dispose();
        _deadline = deadline;
        _timer = deadline is not { } due ? new CancellationTokenSource()
            : new CancellationTokenSource(due > now ? due - now : TimeSpan.Zero, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(stop, _timer.Token);
        return _either.Token;
    }

    public void Dispose()
    {
        _either?.Dispose();
        _timer?.Dispose();
        (_either, _timer) = (null, null);
    }
}
