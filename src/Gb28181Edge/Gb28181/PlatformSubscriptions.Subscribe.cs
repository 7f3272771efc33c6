using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Sip.UserAgent;
using Gb28181Edge.Sip;

namespace Gb28181Edge.Gb28181;

// A SUBSCRIBE is granted or refused. RFC 6665 §4.2.1, §4.4.1.
internal sealed partial class PlatformSubscriptions
{
    private void OnSubscribe(SipIncoming incoming)
    {
        SipRequest request = incoming.Request;
        int status = Subscription.Judge(request, out int seconds);
        ManscdpMessage? query = null;
        bool isReadable = request.Body.IsEmpty || (ManscdpMessage.TryParse(request.Body.Span, out query, out _) && query!.Root == ManscdpRoot.Query);
        Notifier[] dialogs = [.. _notifiers.Where(notifier => notifier.Subscription.Matches(request))];
        Notifier? known = query is null ? dialogs.FirstOrDefault() : Array.Find(dialogs, notifier => IsSameKind(notifier, query.CmdType));

        if (request.To.Tag is not null && dialogs.Length == 0) Refuse(incoming, query, SipStatus.CallOrTransactionDoesNotExist);
        else if (status == SipStatus.BadRequest || !isReadable) Refuse(incoming, query, SipStatus.BadRequest);
        else if (known is not null) Refresh(incoming, known, query, status, seconds);
        else if (request.To.Tag is not null) Refuse(incoming, query, SipStatus.BadRequest);          // another kind in the dialog of one
        else if (query is null || !IsServed(query.CmdType)) Refuse(incoming, query, SipStatus.BadEvent);
        else Begin(incoming, query, status, seconds);
    }

    private void Refresh(SipIncoming incoming, Notifier known, ManscdpMessage? query, int status, int seconds)
    {
        if (status == SipStatus.IntervalTooBrief)
        {
            Refuse(incoming, query, status);
            return;
        }
        incoming.Respond(known.Subscription.Accept(incoming.Request, seconds, Now));
        known.OnSubscribed(query, isFirst: false);
        _log.Subscribed(_platform.Name, incoming.Request.CallId, known.CmdType.Name, known.Target, seconds, isRefresh: true);
    }

    private void Begin(SipIncoming incoming, ManscdpMessage query, int status, int seconds)
    {
        SipRequest request = incoming.Request;
        string target = _context.IsDevice(query.DeviceId) ? _context.Device.Id : query.DeviceId;
        string[] cameras = [.. _context.Heads.Keys.Where(camera => target == _context.Device.Id || camera == target)];
        bool isAlarm = query.CmdType == CmdType.Alarm;
        bool isThere = isAlarm ? target == _context.Device.Id || _context.Camera(target) is not null || _context.AlarmInput(target) is not null : cameras.Length > 0;
        if (!isThere) status = SipStatus.NotFound;
        else if (status == SipStatus.Ok && !MakeRoom(query.CmdType, target)) status = SipStatus.ServiceUnavailable;
        if (status != SipStatus.Ok)
        {
            Refuse(incoming, query, status);
            return;
        }
        var subscription = new Subscription(
            request, SipTokens.Shared.NewToken(), _peer.ContactUri, $"sip:{request.From.Uri.User ?? _platform.Id}@{incoming.Source}");
        CmdType cmdType = query.CmdType;
        Notifier notifier = isAlarm
            ? new AlarmNotifier(subscription, cmdType, target, _context)
            : new PositionNotifier(subscription, cmdType, target, cameras, (camera, position) => Write(cmdType, camera, position));
        _notifiers.Add(notifier);
        incoming.Respond(subscription.Accept(request, seconds, Now));
        notifier.OnSubscribed(query, isFirst: true);
        _log.Subscribed(_platform.Name, request.CallId, cmdType.Name, target, seconds, isRefresh: false);
    }

    /// <summary>A platform that comes again for the same thing has lost the one before: the oldest such one makes room.</summary>
    private bool MakeRoom(CmdType cmdType, string target)
    {
        if (_notifiers.Count(notifier => notifier.Subscription.State == SubscriptionState.Active) < Most) return true;
        Notifier? oldest = _notifiers.Find(notifier =>
            notifier.Subscription.State == SubscriptionState.Active && notifier.Target == target && IsSameKind(notifier, cmdType));
        oldest?.Subscription.End("rejected");
        // those that are ending wait 32 s at most for an answer; too many of them are dropped without it
        if (_notifiers.Count >= 2 * Most)
        {
            Notifier[] ending = [.. _notifiers.Where(notifier => notifier != oldest && notifier.Subscription.State != SubscriptionState.Active)];
            foreach (Notifier notifier in ending) _notifiers.Remove(notifier);
            RouteAnew(ending);
        }
        return oldest is not null;
    }

    private void Refuse(SipIncoming incoming, ManscdpMessage? query, int status)
    {
        SipRequest request = incoming.Request;
        SipResponse response = SipResponse.For(request, status);
        if (status == SipStatus.BadEvent) response.Add(HeaderName.AllowEvents, Events);
        if (status == SipStatus.IntervalTooBrief) response.Add(HeaderName.MinExpires, $"{Subscription.LeastSeconds}");
        if (status == SipStatus.ServiceUnavailable) response.Add(HeaderName.RetryAfter, RetryAfterSeconds);
        _log.SubscribeRefused(_platform.Name, request.CallId, query?.CmdType.Name, request.Text(HeaderName.Event), status);
        incoming.Respond(response);
    }

    private static bool IsServed(CmdType cmdType) => cmdType == CmdType.Alarm || IsPosition(cmdType);

    private static bool IsPosition(CmdType cmdType) => cmdType == CmdType.PtzPosition || cmdType == CmdType.PtzPreciseStatusQuery;

    private static bool IsSameKind(Notifier notifier, CmdType cmdType) =>
        notifier.CmdType == cmdType || (IsPosition(notifier.CmdType) && IsPosition(cmdType));
}
