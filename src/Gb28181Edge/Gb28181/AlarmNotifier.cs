using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Gb28181;

/// <summary>A subscription to alarms. GB/T 28181-2016 §9.11, A.2.4 d); GB/T 28181-2022 §9.11, A.2.4.6.</summary>
internal sealed class AlarmNotifier(Subscription subscription, CmdType cmdType, string target, DeviceContext context) : Notifier(subscription, cmdType, target)
{
    private readonly Queue<AlarmOrder> _waiting = [];
    private AlarmFilter? _filter;

    /// <summary>Whether the platform wants this alarm here: by its filter, and by what the DeviceID covers.</summary>
    public bool Wants(AlarmRecord alarm) => Covers(alarm.DeviceId) && _filter?.Matches(alarm.Priority, alarm.Method, alarm.Type, alarm.Time) != false;

    public override void OnSubscribed(ManscdpMessage? query, bool isFirst)
    {
        if (query is not null) _filter = AlarmFilter.Read(query);
    }

    public void Enqueue(AlarmOrder order) => _waiting.Enqueue(order);

    /// <summary>Takes back what was not sent.</summary>
    public IEnumerable<AlarmOrder> TakeBack()
    {
        while (_waiting.TryDequeue(out AlarmOrder? order)) yield return order;
    }

    public override Notice? Next(TimeSpan now)
    {
        if (Subscription.State == SubscriptionState.Active && _waiting.TryDequeue(out AlarmOrder? order)) return new Notice(order.Body, IsLast: true, order);
        return Subscription.IsStateDue ? new Notice(default, IsLast: true) : null;
    }

    // The device's id covers all, a camera's its own alarms and those of the inputs that it looks at, an input's its own.
    private bool Covers(string source) =>
        context.IsDevice(Target) || source == Target || context.AlarmInput(source)?.CameraId == Target;
}
