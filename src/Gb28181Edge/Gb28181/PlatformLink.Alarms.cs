using System.Data.Common;
using System.Globalization;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Protocol.Sip;
using Gb28181Edge.Protocol.Wire;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Gb28181;

// Alarms, in order, each until the platform's 200: at least once. GB/T 28181-2016 §9.4, GB/T 28181-2022 §9.4.
internal sealed partial class PlatformLink
{
    /// <summary>Alarms fetched at a time.</summary>
    private const int AlarmsAtATime = 16;

    private static readonly TimeSpan FirstAlarmPause = TimeSpan.FromSeconds(1), LongestAlarmPause = TimeSpan.FromSeconds(60);

    /// <summary>Refusals of one alarm until it is set aside; between two lies a pause.</summary>
    private const int MostRefusals = 3;

    /// <summary>Behind the AlarmDescription of an alarm that may have arrived before: for a person, where the SN is for the platform.</summary>
    private const string RepeatMark = "(possibly repeated)";

    private TimeSpan _alarmPause = FirstAlarmPause;
    private long _refused;
    private int _refusals;

    private async Task TellAlarmsAsync(CancellationToken stop)
    {
        while (true)
        {
            await _gate.Opened.WaitAsync(stop);
            try
            {
                await _outbox.WaitAsync(Name, stop);
                await TellPendingAsync(stop);
            }
            catch (Exception e) when (e is DbException or IOException)
            {
                TimeSpan pause = NextAlarmPause();
                _log.OutboxFailed(Name, e.Message, pause);
                await Task.Delay(pause, _time, stop);
            }
        }
    }

    // Returns when nothing is pending, or when the platform is lost.
    private async Task TellPendingAsync(CancellationToken stop)
    {
        while (_gate.Opened.IsCompleted)
        {
            IReadOnlyList<PendingAlarm> pending = _outbox.Pending(Name, AlarmsAtATime);
            if (pending.Count == 0) return;
            foreach (PendingAlarm alarm in pending)
                if (!await TellAsync(alarm, stop)) break;
        }
    }

    // By NOTIFY to whoever subscribes, else by MESSAGE, never by both; a subscription that dies meanwhile makes way for the next way.
    // False when it is to be tried again later, or the platform is lost.
    private async Task<bool> TellAsync(PendingAlarm alarm, CancellationToken stop)
    {
        bool inDoubt = alarm.InDoubt;
        while (_gate.Opened.IsCompleted)
        {
            byte[] body = BodyOf(alarm, inDoubt);
            AlarmTold told = await _subscriptions.TellAlarmAsync(alarm.Alarm, body, stop);
            if (told.Route == AlarmRoute.Unwanted)
            {
                _outbox.Confirm(Name, alarm.Id);
                _log.AlarmUnwanted(Name, alarm.Id, alarm.Alarm.DeviceId);
                return true;
            }
            SipOutcome outcome = told.Outcome ?? await _peer.SendAsync(NewMessage(body), stop);
            if (outcome.IsSuccess)
            {
                Confirm(alarm);
                return true;
            }
            if (outcome.Response is null)
            {
                inDoubt = true;
                _outbox.MarkSent(Name, alarm.Id);
            }
            if (told.IsEnded)
            {
                _log.AlarmRerouted(Name, alarm.Id, alarm.Alarm.DeviceId, Reason(outcome));
                continue;
            }
            if (IsRefusedForGood(alarm, outcome)) return true;
            await PauseAfterAsync(alarm, outcome, stop);
            return false;
        }
        return false;
    }

    private void Confirm(PendingAlarm alarm)
    {
        _outbox.Confirm(Name, alarm.Id);
        _alarmPause = FirstAlarmPause;
        _log.AlarmConfirmed(Name, alarm.Id, alarm.Alarm.DeviceId);
        _observer?.Observe(new PlatformEvent.AlarmConfirmed(Name, alarm.Id, alarm.Alarm.DeviceId));
    }

    // An alarm that is refused as it is, again and again, must not hold back the later ones for ever.
    private bool IsRefusedForGood(PendingAlarm alarm, SipOutcome outcome)
    {
        if (!IsDefinite(outcome.StatusCode)) return false;
        _refusals = _refused == alarm.Id ? _refusals + 1 : 1;
        _refused = alarm.Id;
        if (_refusals < MostRefusals) return false;
        _outbox.SetAside(Name, alarm.Id);
        _alarmPause = FirstAlarmPause;
        _log.AlarmSetAside(Name, alarm.Id, alarm.Alarm.DeviceId, _refusals, Reason(outcome), _outbox.Aside);
        return true;
    }

    // A refusal of this request as it is: not of who sends it, not for now, and no trouble of the platform's own. RFC 3261 §21.4, §21.6.
    private static bool IsDefinite(int statusCode) => statusCode is (>= 400 and < 500) or >= 600
        && statusCode is not (SipStatus.Unauthorized or SipStatus.Forbidden or SipStatus.NotFound or SipStatus.ProxyAuthenticationRequired
            or SipStatus.RequestTimeout or SipStatus.IntervalTooBrief or 429 or SipStatus.TemporarilyUnavailable
            or SipStatus.CallOrTransactionDoesNotExist or SipStatus.BusyHere or SipStatus.RequestTerminated or SipStatus.RequestPending);

    // A platform that is lost in the meantime ends the pause: once it is back, the alarm goes out at once.
    private async Task PauseAfterAsync(PendingAlarm alarm, SipOutcome outcome, CancellationToken stop)
    {
        TimeSpan pause = NextAlarmPause();
        _log.AlarmNotConfirmed(Name, alarm.Id, alarm.Alarm.DeviceId, Reason(outcome), pause);
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task closed = _gate.Closed;
        if (await Task.WhenAny(Task.Delay(pause, _time, awake.Token), closed) == closed) _alarmPause = FirstAlarmPause;
        await awake.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    private TimeSpan NextAlarmPause()
    {
        TimeSpan pause = _alarmPause * (0.75 + 0.25 * _random.NextDouble());
        _alarmPause = Deadline.Min(_alarmPause * 2, LongestAlarmPause);
        return pause;
    }

    // The SN is the alarm's own, however often and by whatever way it is told: with the AlarmTime it shows that two are the same one.
    private byte[] BodyOf(PendingAlarm pending, bool inDoubt)
    {
        AlarmRecord alarm = pending.Alarm;
        string description = !inDoubt ? alarm.Description : alarm.Description.Length == 0 ? RepeatMark : $"{alarm.Description} {RepeatMark}";
        return Notifies.Alarm(_profile.Charset, pending.Id.ToString(CultureInfo.InvariantCulture), new AlarmNotify(
            alarm.DeviceId, alarm.Priority, alarm.Method, alarm.Time, description.Length == 0 ? null : description, alarm.Type));
    }
}
