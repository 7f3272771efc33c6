using System.Globalization;
using Gb28181Edge.Protocol.Sip.Dialogs;

namespace Gb28181Edge.Protocol.Sip.UserAgent;

/// <summary>Where a subscription stands.</summary>
internal enum SubscriptionState
{
    /// <summary>It is notified of what happens.</summary>
    Active,
    /// <summary>It ran out, was cancelled or ended by us; the NOTIFY that says so is not answered yet.</summary>
    Ending,
    Ended,
}

/// <summary>The notifier's side of one subscription: its dialog, its time, one NOTIFY at a time. RFC 6665 §4.2; GB/T 28181-2016 §9.11, GB/T 28181-2022 §9.11.</summary>
/// <remarks>
/// Pure: requests, outcomes and time in, messages out. What is subscribed to and what a NOTIFY's body says is its owner's. Lenient where
/// platforms are: without Event or Contact, with another id in each Event, a refresh without a To tag. Driven by one loop.
/// </remarks>
internal sealed class Subscription
{
    /// <summary>Granted at least, in seconds. RFC 6665 §4.2.1.1.</summary>
    public const int LeastSeconds = 10;

    /// <summary>Granted when the platform names no time. RFC 6665 §3.1.1 leaves it to the package.</summary>
    public const int UsualSeconds = 3600;

    /// <summary>Granted at most.</summary>
    public const int MostSeconds = 86_400;

    /// <summary>What a NOTIFY says where the SUBSCRIBE had no Event: the one of the samples in GB/T 28181-2016 J.18.</summary>
    private const string UsualEvent = "presence";

    private readonly string _contact;
    private readonly Dialog _dialog;
    private string? _event;
    private string _reason = "timeout";
    private TimeSpan _expiresAt;
    private bool _underWay, _isFinalSent;

    /// <param name="subscribe">The SUBSCRIBE that begins it, not answered yet.</param>
    /// <param name="localTag">The To tag of our answers.</param>
    /// <param name="contact">Our own Contact, without brackets.</param>
    /// <param name="fallbackTarget">Where NOTIFYs go when the SUBSCRIBE has no Contact.</param>
    public Subscription(SipRequest subscribe, string localTag, string contact, string fallbackTarget)
    {
        _contact = contact;
        _dialog = Dialog.OfCallee(subscribe, localTag, fallbackTarget);
    }

    public SubscriptionState State { get; private set; } = SubscriptionState.Active;

    /// <summary>A NOTIFY is due that tells the state, whether anything happened or not: after each SUBSCRIBE, and at the end. RFC 6665 §4.2.1.2.</summary>
    public bool IsStateDue { get; private set; }

    /// <summary>The one before has been answered, and there may be one more.</summary>
    public bool CanNotify => !_underWay && State != SubscriptionState.Ended;

    /// <summary>When it runs out; null when it no longer does.</summary>
    public TimeSpan? NextDeadline => State == SubscriptionState.Active ? _expiresAt : null;

    public string CallId => _dialog.Id.CallId;

    /// <summary>Whether a SUBSCRIBE can be granted as it is.</summary>
    /// <param name="subscribe">The first, or a refresh.</param>
    /// <param name="seconds">What to grant; 0 ends.</param>
    /// <returns>200; 400 for an Expires that is no number; 423 for one that is too short.</returns>
    public static int Judge(SipRequest subscribe, out int seconds)
    {
        bool isNamed = subscribe.Text(HeaderName.Expires) is not null;
        seconds = Math.Min(subscribe.Expires ?? UsualSeconds, MostSeconds);
        if (isNamed && subscribe.Expires is null) return SipStatus.BadRequest;
        return seconds is > 0 and < LeastSeconds ? SipStatus.IntervalTooBrief : SipStatus.Ok;
    }

    /// <summary>Whether a SUBSCRIBE belongs to this dialog. One that is over takes no more.</summary>
    public bool Matches(SipRequest subscribe) => State == SubscriptionState.Active && _dialog.Matches(subscribe);

    /// <summary>Grants a SUBSCRIBE: the first one, a refresh, or with 0 seconds the end. A NOTIFY is due then.</summary>
    /// <returns>The 200.</returns>
    public SipResponse Accept(SipRequest subscribe, int seconds, TimeSpan now)
    {
        SipResponse response = SipResponse.For(subscribe, SipStatus.Ok, _dialog.LocalTag);
        response.Add(HeaderName.Contact, $"<{_contact}>");
        response.Add(HeaderName.Expires, seconds.ToString(CultureInfo.InvariantCulture));
        if (subscribe.Text(HeaderName.Event) is { Length: > 0 } named)
        {
            _event = named;
            response.Add(HeaderName.Event, named);
        }
        _dialog.RefreshTarget(subscribe);
        _expiresAt = now + TimeSpan.FromSeconds(seconds);
        IsStateDue = true;
        if (seconds == 0) State = SubscriptionState.Ending;
        return response;
    }

    /// <summary>Time went by: it may have run out.</summary>
    public void OnTimer(TimeSpan now)
    {
        if (State == SubscriptionState.Active && _expiresAt <= now) End("timeout");
    }

    /// <summary>Ends it from our side; a last NOTIFY says why.</summary>
    /// <param name="reason">Of RFC 6665 §4.1.3: deactivated, rejected, noresource, timeout …</param>
    public void End(string reason)
    {
        if (State != SubscriptionState.Active) return;
        (State, _reason, IsStateDue) = (SubscriptionState.Ending, reason, true);
    }

    /// <summary>The device goes: the last NOTIFY, without waiting any longer for the answer to one that is under way. RFC 6665 §4.2.2.</summary>
    /// <returns>Null when the last NOTIFY has gone out already.</returns>
    public SipRequest? Leave(TimeSpan now)
    {
        End("deactivated");
        return State == SubscriptionState.Ended || _isFinalSent ? null : Notify(null, default, isLast: true, now);
    }

    /// <summary>The next NOTIFY, which is under way from now on. Only when <see cref="CanNotify"/>.</summary>
    /// <param name="contentType">Null without a body.</param>
    /// <param name="body">May be empty: the state alone.</param>
    /// <param name="isLast">Nothing more is to be told: while it is ending this one says so.</param>
    /// <param name="now">Monotonic.</param>
    public SipRequest Notify(string? contentType, ReadOnlyMemory<byte> body, bool isLast, TimeSpan now)
    {
        _underWay = true;
        _isFinalSent = isLast && State == SubscriptionState.Ending;
        IsStateDue = State == SubscriptionState.Ending && !_isFinalSent;
        double left = Math.Max(0, Math.Ceiling((_expiresAt - now).TotalSeconds));
        SipRequest notify = _dialog.NewRequest(SipMethod.Notify);
        notify.Add(HeaderName.Contact, $"<{_contact}>");
        notify.Add(HeaderName.Event, _event ?? UsualEvent);
        notify.Add(HeaderName.SubscriptionState, _isFinalSent
            ? $"terminated;reason={_reason}"
            : string.Create(CultureInfo.InvariantCulture, $"active;expires={left}"));
        if (contentType is not null) notify.Add(HeaderName.ContentType, contentType);
        notify.Body = body;
        return notify;
    }

    /// <summary>The end of the NOTIFY that was under way.</summary>
    /// <param name="statusCode">Of the final response; 0 when none came.</param>
    public void OnNotifyOutcome(int statusCode)
    {
        _underWay = false;
        if (_isFinalSent || EndsUsage(statusCode)) State = SubscriptionState.Ended;
    }

    // RFC 6665 §4.2.2, RFC 5057 §5.1: silence, and the answers that say that there is nobody to notify. Any other refusal is about that
    // one NOTIFY: platforms refuse bodies that they cannot read, and empty ones.
    private static bool EndsUsage(int statusCode) => statusCode is 0 or SipStatus.NotFound or SipStatus.MethodNotAllowed or SipStatus.RequestTimeout
        or SipStatus.Gone or 416 or SipStatus.TemporarilyUnavailable or SipStatus.CallOrTransactionDoesNotExist or SipStatus.LoopDetected
        or SipStatus.TooManyHops or 484 or 485 or SipStatus.BadEvent or SipStatus.NotImplemented or 502 or 604;
}
