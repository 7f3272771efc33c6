namespace Gb28181Edge.Devices;

/// <summary>Lets a state through once it has been active for long enough; what ends before was never there.</summary>
/// <remarks>Pure: time is an argument. What is still being waited for is not remembered beyond a restart: then it begins anew.</remarks>
/// <param name="minimum">Zero lets everything through at once.</param>
internal sealed class MinimumDuration(TimeSpan minimum)
{
    private AlarmEdge _held;
    private bool _passed;

    /// <summary>When <see cref="OnTimer"/> is due; null while nothing is waited for.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <returns>The edge that counts; null when there is something to wait for.</returns>
    public AlarmEdge? OnEdge(AlarmEdge edge, TimeSpan now)
    {
        if (minimum <= TimeSpan.Zero)
            return edge;
        if (!edge.Active)
        {
            (NextDeadline, _passed) = (null, false);
            return edge;
        }
        if (_passed || NextDeadline is not null)
            return null;
        (NextDeadline, _held) = (now + minimum, edge);
        return null;
    }

    /// <returns>The edge that has become old enough, with its own time; null when it is not time yet.</returns>
    public AlarmEdge? OnTimer(TimeSpan now)
    {
        if (NextDeadline is not { } due || now < due)
            return null;
        (NextDeadline, _passed) = (null, true);
        return _held;
    }
}
