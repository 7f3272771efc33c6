using System.Data.Common;
using Gb28181Edge.Protocol.Manscdp;
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

    private TimeSpan _alarmPause = FirstAlarmPause;

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
            {
                if (!_gate.Opened.IsCompleted) return;
                SipOutcome outcome = await _peer.SendAsync(NewMessage(BodyOf(alarm.Alarm)), stop);
                if (!outcome.IsSuccess)
                {
                    await PauseAfterAsync(alarm, outcome, stop);
                    break;
                }
                _outbox.Confirm(Name, alarm.Id);
                _alarmPause = FirstAlarmPause;
                _log.AlarmConfirmed(Name, alarm.Id, alarm.Alarm.DeviceId);
                _observer?.Observe(new PlatformEvent.AlarmConfirmed(Name, alarm.Id, alarm.Alarm.DeviceId));
            }
        }
    }

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

    private byte[] BodyOf(AlarmRecord alarm) => Notifies.Alarm(_profile.Charset, NextSn(), new AlarmNotify(
        alarm.DeviceId, alarm.Priority, alarm.Method, alarm.Time, alarm.Description.Length == 0 ? null : alarm.Description, alarm.Type));
}
