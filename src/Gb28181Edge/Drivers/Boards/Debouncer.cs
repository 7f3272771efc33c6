namespace Gb28181Edge.Drivers.Boards;

/// <summary>Tells the changes of a contact from its bouncing: a level counts when it has stood for the whole period.</summary>
/// <remarks>Pure: time is an argument. A change is dated with the first edge of the burst that ended in it.</remarks>
internal sealed class Debouncer(bool initial, TimeSpan period)
{
    private bool _level = initial;
    private DateTimeOffset? _burstStart;

    /// <summary>The level that counts.</summary>
    public bool Stable { get; private set; } = initial;

    /// <summary>When <see cref="OnTimer"/> is due; null while nothing bounces.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Takes an edge as it came from the pin.</summary>
    /// <param name="level">The level after the edge.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="wallClock">When the edge was, by the wall clock.</param>
    /// <returns>The change, when there is nothing to wait for.</returns>
    public DigitalEdge? OnLevel(bool level, TimeSpan now, DateTimeOffset wallClock)
    {
        if (level == _level)
            return null;
        _level = level;
        if (period <= TimeSpan.Zero)
        {
            Stable = level;
            return new DigitalEdge(level, wallClock);
        }
        _burstStart ??= wallClock;
        NextDeadline = now + period;
        return null;
    }

    /// <summary>Ends a burst that has been quiet for the period.</summary>
    /// <returns>The change; null when it is not time yet or the contact fell back to where it was.</returns>
    public DigitalEdge? OnTimer(TimeSpan now)
    {
        if (NextDeadline is not { } due || now < due)
            return null;
        DateTimeOffset start = _burstStart!.Value;
        (NextDeadline, _burstStart) = (null, null);
        if (_level == Stable)
            return null;
        Stable = _level;
        return new DigitalEdge(Stable, start);
    }
}
