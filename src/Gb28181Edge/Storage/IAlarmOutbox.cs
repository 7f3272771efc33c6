namespace Gb28181Edge.Storage;

/// <summary>Alarms on their way: each is kept until every platform has confirmed it, through outages and restarts.</summary>
internal interface IAlarmOutbox
{
    /// <summary>Stores the alarm for all platforms; on the disk when it returns. On a full disk it is kept in memory up to a bound, loudly.</summary>
    void Append(AlarmRecord alarm);

    /// <summary>The oldest alarms that <paramref name="platform"/> has not confirmed, in order.</summary>
    /// <exception cref="IOException">They cannot be read, and none is in memory.</exception>
    IReadOnlyList<PendingAlarm> Pending(string platform, int most);

    /// <summary>The platform answered 200: the alarm is not told again.</summary>
    void Confirm(string platform, long id);

    /// <summary>The alarm was sent and nobody knows whether it arrived: from now on it is <see cref="PendingAlarm.InDoubt"/>, through restarts too.</summary>
    void MarkSent(string platform, long id) { }

    /// <summary>The platform refuses this alarm for good: it is not told again before the agent starts anew, and holds no later one back.</summary>
    void SetAside(string platform, long id) { }

    /// <summary>How often alarms were set aside since the start.</summary>
    long Aside => 0;

    /// <summary>Completes when alarms were appended since the last wait by this platform, or some are pending already.</summary>
    ValueTask WaitAsync(string platform, CancellationToken cancellationToken);

    /// <summary>Alarms given up since the start, by age, count or a full disk.</summary>
    long Dropped { get; }

    /// <summary>True while something that the disk refused lives in memory and can be written later.</summary>
    bool HasUnwritten => false;

    /// <summary>Tries again to write what could not be written.</summary>
    void Flush() { }
}
