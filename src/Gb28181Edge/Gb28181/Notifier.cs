using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Gb28181;

/// <summary>What a subscription wants told next.</summary>
/// <param name="Body">Empty tells the state alone.</param>
/// <param name="IsLast">Nothing waits behind it.</param>
/// <param name="Alarm">Whose outcome is waited for; null when nobody waits.</param>
internal readonly record struct Notice(ReadOnlyMemory<byte> Body, bool IsLast, AlarmOrder? Alarm = null);

/// <summary>How an alarm went to a platform's subscriptions.</summary>
internal enum AlarmRoute
{
    /// <summary>The platform subscribes to no alarms: it is told by MESSAGE.</summary>
    None,
    /// <summary>It subscribes to alarms, and to none like this one.</summary>
    Unwanted,
    /// <summary>It went out by NOTIFY.</summary>
    Notified,
}

/// <param name="Route">How it went.</param>
/// <param name="Outcome">Of the NOTIFY; null without one.</param>
/// <param name="IsEnded">The subscription ended with that NOTIFY: there may be another way at once.</param>
internal readonly record struct AlarmTold(AlarmRoute Route, SipOutcome? Outcome = null, bool IsEnded = false);

/// <summary>An alarm on its way to a subscriber, and whoever waits for its outcome.</summary>
/// <param name="Alarm">For the filters.</param>
/// <param name="Body">As MESSAGE and NOTIFY carry it.</param>
internal sealed record AlarmOrder(AlarmRecord Alarm, byte[] Body)
{
    public TaskCompletionSource<AlarmTold> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One subscription of a platform: what it is to, and what waits to be told. Driven by its platform's subscriptions only.</summary>
/// <param name="subscription">Its dialog and time.</param>
/// <param name="cmdType">As it was subscribed to.</param>
/// <param name="target">The DeviceID subscribed to; the device's own stands for everything.</param>
internal abstract class Notifier(Subscription subscription, CmdType cmdType, string target)
{
    public Subscription Subscription => subscription;

    public CmdType CmdType => cmdType;

    public string Target => target;

    /// <summary>When something that waits may be told; null when nothing waits for time alone.</summary>
    public virtual TimeSpan? NextDeadline => null;

    /// <summary>A SUBSCRIBE was granted.</summary>
    /// <param name="query">Its body; null when a refresh had none.</param>
    /// <param name="isFirst">It begins the subscription; with no time granted it asks for the state once.</param>
    public abstract void OnSubscribed(ManscdpMessage? query, bool isFirst);

    /// <summary>What to tell now; null when there is nothing, or not yet. Only when a NOTIFY may go out.</summary>
    public abstract Notice? Next(TimeSpan now);
}
