using System.Collections.Concurrent;
using Gb28181Edge.Devices;
using Gb28181Edge.Gb28181;
using Gb28181Edge.Protocol.Manscdp;
using Gb28181Edge.Sip;
using Gb28181Edge.Storage;

namespace Gb28181Edge.Tests.Gb28181;

/// <summary>Remembers the INVITEs and how the calls were ended.</summary>
internal sealed class FakeCalls : IPlatformCalls
{
    public ConcurrentQueue<SipIncoming> Invites { get; } = new();
    public ConcurrentQueue<bool> Ended { get; } = new();
    /// <summary>The calls' BYEs are never answered.</summary>
    public bool Hangs { get; set; }
    public int Count => Invites.Count;

    public void OnInvite(SipIncoming invite) => Invites.Enqueue(invite);

    public async ValueTask EndAllAsync(bool orderly, CancellationToken cancellationToken)
    {
        Ended.Enqueue(orderly);
        if (Hangs && orderly) await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}

/// <summary>Remembers who was lost.</summary>
internal sealed class FakeHead : IPtzController
{
    public ConcurrentQueue<string> Lost { get; } = new();
    public void Post(PtzOrder order) => throw new NotSupportedException("a link moves no head itself");
    public void PlatformLost(string platform) => Lost.Enqueue(platform);
}

/// <summary>Alarms in memory.</summary>
internal sealed class FakeOutbox : IAlarmOutbox
{
    private readonly Lock _lock = new();
    private readonly List<PendingAlarm> _alarms = [];
    private readonly Dictionary<string, long> _confirmed = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set: this alarm is in doubt from before.</summary>
    public long? InDoubt { get; set; }

    /// <summary>Set: the next look at the outbox fails so.</summary>
    public IOException? Failure { get; set; }

    public long Dropped => 0;

    public long ConfirmedUpTo(string platform)
    {
        lock (_lock) return _confirmed.GetValueOrDefault(platform);
    }

    public bool Append(AlarmRecord alarm, GuardRecord? after = null)
    {
        lock (_lock)
        {
            _alarms.Add(new PendingAlarm(_alarms.Count + 1, alarm));
            _appended.TrySetResult();
            _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        return false;
    }

    public IReadOnlyList<PendingAlarm> Pending(string platform, int most)
    {
        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }
        lock (_lock) return [.. _alarms.Where(alarm => alarm.Id > _confirmed.GetValueOrDefault(platform)).Take(most).Select(alarm => alarm with { InDoubt = alarm.Id == InDoubt })];
    }

    public void Confirm(string platform, long id)
    {
        lock (_lock)
        {
            Assert.Equal(_confirmed.GetValueOrDefault(platform) + 1, id);
            _confirmed[platform] = id;
        }
    }

    /// <summary>Alarms that were marked as sent.</summary>
    public ConcurrentQueue<long> Sent { get; } = new();

    /// <summary>Alarms that were set aside.</summary>
    public ConcurrentQueue<long> SetAsides { get; } = new();

    public long Aside => SetAsides.Count;

    public void MarkSent(string platform, long id) => Sent.Enqueue(id);

    public void SetAside(string platform, long id)
    {
        SetAsides.Enqueue(id);
        Confirm(platform, id);
    }

    public async ValueTask WaitAsync(string platform, CancellationToken cancellationToken)
    {
        Task appended;
        lock (_lock)
        {
            if (_alarms.Count > _confirmed.GetValueOrDefault(platform)) return;
            appended = _appended.Task;
        }
        await appended.WaitAsync(cancellationToken);
    }
}

/// <summary>Serves one kind of request with whatever the test says.</summary>
internal sealed class FakeHandler(ManscdpRoot root, CmdType cmdType, Func<ManscdpRequest, ManscdpAnswer> handle) : IManscdpHandler
{
    public ManscdpRoot Root => root;
    public CmdType CmdType => cmdType;
    public ValueTask<ManscdpAnswer> HandleAsync(ManscdpRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(handle(request));
}

/// <summary>Remembers what was seen.</summary>
internal sealed class FakeObserver : IPlatformObserver
{
    public ConcurrentQueue<PlatformEvent> Seen { get; } = new();
    public void Observe(PlatformEvent platformEvent) => Seen.Enqueue(platformEvent);
}
