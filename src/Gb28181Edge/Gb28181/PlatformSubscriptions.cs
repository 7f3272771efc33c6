using System.Globalization;
using System.Threading.Channels;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Protocol.Wire;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Gb28181;

/// <summary>One platform's subscriptions and the loop that owns them. RFC 6665; GB/T 28181-2016 §9.11, GB/T 28181-2022 §9.11.</summary>
/// <remarks>
/// The kind is the CmdType of the body; Event is echoed and means nothing, for platforms write presence, Catalog or nothing for anything.
/// Each dialog has one NOTIFY under way at most; dialogs do not wait for each other. The inbox holds 64, and who writes to a full one
/// waits: the loop never does.
/// </remarks>
internal sealed partial class PlatformSubscriptions
{
    /// <summary>Of one platform at once.</summary>
    public const int Most = 32;

    private const int Waiting = 64;
    private const string RetryAfterSeconds = "60";

    /// <summary>The Event names that stand for what is served. RFC 6665 §8.2.2: a 489 has them.</summary>
    private const string Events = "presence, Alarm, PTZPosition";

    private readonly PlatformProfile _platform;
    private readonly ISipPeer _peer;
    private readonly DeviceContext _context;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _epoch;
    private readonly Channel<Item> _inbox = Channel.CreateBounded<Item>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly List<Notifier> _notifiers = [];                             // the oldest first
    private readonly Dictionary<string, Reading> _readings = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _running = [];
    private volatile int _count;
    private long _sn;

    /// <param name="platform">How it is spoken to.</param>
    /// <param name="peer">The way to it.</param>
    /// <param name="context">The device.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="log">The area's log.</param>
    public PlatformSubscriptions(PlatformProfile platform, ISipPeer peer, DeviceContext context, TimeProvider time, ILogger log)
    {
        (_platform, _peer, _context, _time, _log) = (platform, peer, context, time, log);
        _epoch = time.GetTimestamp();
    }

    /// <summary>Subscriptions in being, those that are ending too. Any thread.</summary>
    public int Count => _count;

    private TimeSpan Now => _time.GetElapsedTime(_epoch);

    private abstract record Item
    {
        internal sealed record Subscribed(SipIncoming Incoming) : Item;

        internal sealed record Told(AlarmOrder Order) : Item;

        internal sealed record Answered(Notifier Notifier, AlarmOrder? Order, SipOutcome Outcome) : Item;

        internal sealed record Position(string Camera, PtzPositionItem? Value) : Item;

        internal sealed record Forget : Item;
    }

    /// <summary>When a head was last asked, and whether it still is.</summary>
    private sealed class Reading
    {
        public TimeSpan? AskedAt { get; set; }

        public bool IsUnderWay { get; set; }
    }

    /// <summary>Hands a SUBSCRIBE over; it is answered by the loop.</summary>
    public ValueTask OnSubscribeAsync(SipIncoming subscribe, CancellationToken cancellationToken) =>
        _inbox.Writer.WriteAsync(new Item.Subscribed(subscribe), cancellationToken);

    /// <summary>The platform is lost: it begins anew, and so do its subscriptions.</summary>
    public ValueTask ForgetAsync(CancellationToken cancellationToken) => _inbox.Writer.WriteAsync(new Item.Forget(), cancellationToken);

    /// <summary>Tells an alarm to the latest subscription that wants it, and waits for the answer.</summary>
    /// <param name="alarm">For the filters.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<AlarmTold> TellAlarmAsync(AlarmRecord alarm, byte[] body, CancellationToken cancellationToken)
    {
        var order = new AlarmOrder(alarm, body);
        await _inbox.Writer.WriteAsync(new Item.Told(order), cancellationToken);
        return await order.Told.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs until <paramref name="stop"/>. Faults on a bug only.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            while (true)
            {
                ending.Token.ThrowIfCancellationRequested();
                foreach (Notifier notifier in _notifiers) notifier.Subscription.OnTimer(Now);
                while (_inbox.Reader.TryRead(out Item? item)) Handle(item);
                foreach (Task done in _running.Where(task => task.IsCompleted).ToArray())
                {
                    _running.Remove(done);
                    await done;                                                  // a bug there is a bug here
                }
                Advance(ending.Token);
                _count = _notifiers.Count;
                await RestAsync(ending.Token);
            }
        }
        finally
        {
            await ending.CancelAsync();
            try
            {
                await Task.WhenAll(_running);
            }
            catch (OperationCanceledException)
            {
                // what was under way when the end came
            }
        }
    }

    /// <summary>Tells each subscriber that its subscription is over, all at once, and waits for the answers. After <see cref="RunAsync"/>.</summary>
    /// <param name="limit">Ends the wait.</param>
    public async Task LeaveAsync(CancellationToken limit)
    {
        TimeSpan now = Now;
        SipRequest[] last = [.. _notifiers.Select(notifier => notifier.Subscription.Leave(now)).OfType<SipRequest>()];
        _notifiers.Clear();
        _count = 0;
        await Task.WhenAll(last.Select(notify => _peer.SendAsync(notify, limit)));
    }

    private IEnumerable<AlarmNotifier> AlarmNotifiers() =>
        _notifiers.OfType<AlarmNotifier>().Where(notifier => notifier.Subscription.State == SubscriptionState.Active);

    private void Handle(Item item)
    {
        switch (item)
        {
            case Item.Subscribed subscribed: OnSubscribe(subscribed.Incoming); break;
            case Item.Told told: Route(told.Order); break;
            case Item.Answered answered: OnAnswered(answered.Notifier, answered.Order, answered.Outcome); break;
            case Item.Position position: OnPosition(position.Camera, position.Value); break;
            case Item.Forget: Forget(); break;
        }
    }

    // The latest that wants it: a platform that subscribes twice has lost the first.
    private void Route(AlarmOrder order)
    {
        if (!AlarmNotifiers().Any()) order.Told.TrySetResult(new AlarmTold(AlarmRoute.None));
        else if (AlarmNotifiers().LastOrDefault(notifier => notifier.Wants(order.Alarm)) is { } latest) latest.Enqueue(order);
        else order.Told.TrySetResult(new AlarmTold(AlarmRoute.Unwanted));
    }

    private void OnAnswered(Notifier notifier, AlarmOrder? alarm, SipOutcome outcome)
    {
        Subscription subscription = notifier.Subscription;
        bool wasEnding = subscription.State == SubscriptionState.Ending;
        subscription.OnNotifyOutcome(outcome.StatusCode);
        bool isOver = subscription.State == SubscriptionState.Ended;
        alarm?.Told.TrySetResult(new AlarmTold(AlarmRoute.Notified, outcome, isOver));
        if (!outcome.IsSuccess && !(isOver && wasEnding)) _log.NotifyFailed(_platform.Name, subscription.CallId, notifier.CmdType.Name, PlatformLink.Reason(outcome));
        if (!isOver || !_notifiers.Remove(notifier)) return;
        _log.SubscriptionOver(_platform.Name, subscription.CallId, notifier.CmdType.Name, notifier.Target);
        RouteAnew(notifier);
    }

    // What waited for a subscription that is none any more goes another way.
    private void RouteAnew(params IEnumerable<Notifier> over)
    {
        foreach (AlarmOrder order in over.OfType<AlarmNotifier>().SelectMany(notifier => notifier.TakeBack()).ToArray()) Route(order);
    }

    private void OnPosition(string camera, PtzPositionItem? position)
    {
        if (_readings.TryGetValue(camera, out Reading? reading)) reading.IsUnderWay = false;
        foreach (PositionNotifier notifier in _notifiers.OfType<PositionNotifier>()) notifier.OnReading(camera, position);
    }

    private void Forget()
    {
        if (_notifiers.Count > 0) _log.SubscriptionsForgotten(_platform.Name, _notifiers.Count);
        Notifier[] gone = [.. _notifiers];
        _notifiers.Clear();
        RouteAnew(gone);
    }

    // Starts whatever is due: NOTIFYs, one a dialog, and questions to heads.
    private void Advance(CancellationToken stop)
    {
        TimeSpan now = Now;
        RouteAnew(_notifiers.Where(notifier => notifier.Subscription.State != SubscriptionState.Active));
        foreach (Notifier notifier in _notifiers)
        {
            if (!notifier.Subscription.CanNotify || notifier.Next(now) is not { } notice) continue;
            SipRequest notify = notifier.Subscription.Notify(notice.Body.IsEmpty ? null : PlatformLink.Manscdp, notice.Body, notice.IsLast, now);
            _running.Add(SendAsync(notifier, notify, notice.Alarm, stop));
        }
        string[] watched = [.. _notifiers.OfType<PositionNotifier>().SelectMany(notifier => notifier.Cameras).Distinct()];
        foreach (string camera in watched)
        {
            if (!_readings.TryGetValue(camera, out Reading? reading)) _readings[camera] = reading = new Reading();
            if (reading.IsUnderWay || (AskAt(camera, reading) > now)) continue;
            (reading.AskedAt, reading.IsUnderWay) = (now, true);
            _running.Add(AskAsync(camera, stop));
        }
        foreach (string camera in _readings.Keys.Except(watched).ToArray()) _readings.Remove(camera);
    }

    private TimeSpan AskAt(string camera, Reading reading)
    {
        bool isAwaited = _notifiers.OfType<PositionNotifier>().Any(notifier => notifier.Awaits(camera));
        return reading.AskedAt is { } at && !isAwaited ? at + PositionNotifier.LeastPause : TimeSpan.Zero;
    }

    private async Task SendAsync(Notifier notifier, SipRequest notify, AlarmOrder? alarm, CancellationToken stop)
    {
        SipOutcome outcome = await _peer.SendAsync(notify, stop);
        await _inbox.Writer.WriteAsync(new Item.Answered(notifier, alarm, outcome), stop);
    }

    private async Task AskAsync(string camera, CancellationToken stop)
    {
        PtzPositionItem? position = await _context.Heads[camera].ReadAsync(stop);
        await _inbox.Writer.WriteAsync(new Item.Position(camera, position), stop);
    }

    // Until something comes in, or the next deadline.
    private async Task RestAsync(CancellationToken stop)
    {
        TimeSpan? next = null;
        foreach (Notifier notifier in _notifiers)
        {
            next = Deadline.Earliest(next, notifier.Subscription.NextDeadline);
            if (notifier.Subscription.CanNotify) next = Deadline.Earliest(next, notifier.NextDeadline);
        }
        foreach ((string camera, Reading reading) in _readings)
            if (!reading.IsUnderWay) next = Deadline.Earliest(next, AskAt(camera, reading));
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task read = _inbox.Reader.WaitToReadAsync(awake.Token).AsTask();
        if (next is { } at) await Task.WhenAny(read, Task.Delay(Pause(at - Now), _time, awake.Token));
        else await Task.WhenAny(read);
        await awake.CancelAsync();
    }

    // Whole milliseconds, rounded up: a timer that fires early would find nothing due.
    private static TimeSpan Pause(TimeSpan left) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, left.TotalMilliseconds)));

    private byte[] Write(CmdType cmdType, string camera, PtzPositionItem position) => Notifies.PtzPosition(
        _platform.Charset, cmdType, (++_sn).ToString(CultureInfo.InvariantCulture), camera, position);
}
