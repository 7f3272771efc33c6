namespace Gb28181Edge.Storage;

/// <summary>Alarms on their way: each is kept until every platform has confirmed it, through outages and restarts.</summary>
internal interface IAlarmOutbox
{
    /// <summary>Stores the alarm for all platforms, and what came of its input in the same transaction: a power cut leaves both or neither.</summary>
    /// <remarks>On a full disk the alarm is kept in memory up to a bound, loudly, and its input's state with it. A state that cannot be saved keeps no alarm off the disk.</remarks>
    /// <param name="alarm">What to tell.</param>
    /// <param name="after">The state that the alarm has put its input into; null stores the alarm alone.</param>
    /// <returns>True when the state is on the disk too; false leaves it to the caller to save it, once the outbox no longer <see cref="Holds"/> the input.</returns>
    bool Append(AlarmRecord alarm, GuardRecord? after = null);

    /// <summary>An alarm of this input is in memory alone. A state saved now would say that the alarm was dealt with, and a kill would lose it.</summary>
    bool Holds(string inputId) => false;

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
