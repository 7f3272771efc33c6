using System.Collections.Concurrent;
using Gb28181Edge.Devices;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Devices;

/// <summary>What decides whether an edge alarms, and what an alarm sets off: minimum time, order, schedule, latch, actions.</summary>
public sealed class AlarmRulesTests : IAsyncDisposable
{
    private const string Door = "34020000001340000001", Window = "34020000001340000002", Hall = "34020000001340000003";

    // a Monday, 08:00 in Beijing
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly RecordingLog _log = new();
    private readonly MemoryOutbox _outbox = new();
    private readonly MemoryStore _store = new();
    private readonly FakeSource _door = new(), _window = new(), _hall = new();
    private AlarmController? _alarms;

    public async ValueTask DisposeAsync()
    {
        if (_alarms is not null)
            await _alarms.DisposeAsync();
    }

    [Fact]
    public async Task An_input_alarms_once_it_has_been_active_long_enough_with_the_time_of_its_first_edge()
    {
        Begin([New(Door, _door) with { Minimum = TimeSpan.FromSeconds(3) }]);
        await SetAsync(_door, true);
        await PassAsync(TimeSpan.FromSeconds(2.999));
        await SetAsync(_door, false);
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(_outbox.Alarms);
        DateTimeOffset opened = _time.GetUtcNow();
        await SetAsync(_door, true);
        await PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal([opened], _outbox.Alarms.Select(alarm => alarm.Time));
        await PassAsync(TimeSpan.FromSeconds(30));
        await SetAsync(_door, false);
        Assert.Single(_outbox.Alarms);
    }

    [Fact]
    public async Task Edges_that_wait_together_are_rows_in_the_order_of_their_times()
    {
        Begin([New(Door, _door), New(Window, _window), New(Hall, _hall)]);
        using var disk = new ManualResetEventSlim();
        _outbox.Disk = disk;
        Task hall = _hall.SetAsync(new AlarmEdge(true, Start));
        await Eventually.TrueAsync(() => _outbox.Waits, "the disk is busy with the first row");
        await _door.SetAsync(new AlarmEdge(true, Start.AddMilliseconds(2)));
        await _door.SetAsync(new AlarmEdge(false, Start.AddMilliseconds(-9)));   // the wall clock was set back: still after its own first
        await _window.SetAsync(new AlarmEdge(true, Start.AddMilliseconds(1)));
        disk.Set();
        await hall;
        await BarrierAsync();
        Assert.Equal([Hall, Window, Door], _outbox.Alarms.Select(alarm => alarm.DeviceId));
        Assert.False(_store.Of(Door)!.Value.Active);
    }

    [Fact]
    public async Task What_a_source_measured_and_its_type_are_in_the_alarm_and_a_reset_may_name_that_type()
    {
        Begin([New(Door, _door) with { Description = "Cabinet" }]);
        await _door.SetAsync(new AlarmEdge(true, Start, 4, "78.5 °C"));
        await BarrierAsync();
        Assert.Equal([new AlarmRecord(Door, 1, 2, 4, Start, "Cabinet: 78.5 °C")], _outbox.Alarms);
        await _alarms!.ResetAsync(Door, null, 5, default);
        Assert.Equal(DutyStatus.Alarm, _alarms.Status[0].Status);
        await _alarms.ResetAsync(Door, [2], 4, default);
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[0].Status);
    }

    [Fact]
    public async Task Without_latch_an_alarm_ends_with_its_cause_and_rearming_goes_on()
    {
        Begin([New(Door, _door) with { Latch = false, Rearm = TimeSpan.FromSeconds(10) }]);
        await SetAsync(_door, true);
        Assert.Equal(DutyStatus.Alarm, _alarms!.Status[0].Status);
        await SetAsync(_door, false);
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[0].Status);
        await SetAsync(_door, true);
        await SetAsync(_door, false);
        Assert.Single(_outbox.Alarms);
        await PassAsync(TimeSpan.FromSeconds(10));
        await SetAsync(_door, true);
        Assert.Equal(2, _outbox.Alarms.Count);
    }

    [Fact]
    public async Task A_source_that_is_not_known_yet_keeps_what_was_known_of_it()
    {
        _store.Save(Door, new GuardRecord(true, true, true));
        var unknown = new FakeSource(null);
        Begin([New(Door, unknown)]);
        await BarrierAsync();
        Assert.Equal(DutyStatus.Alarm, _alarms!.Status[0].Status);
        await unknown.SetAsync(new AlarmEdge(true, Start));
        await BarrierAsync();
        Assert.Empty(_outbox.Alarms);                                       // no edge: it was active before
    }

    [Fact]
    public async Task After_a_restart_an_alarm_is_reset_by_the_type_that_its_source_told()
    {
        _store.Save(Door, new GuardRecord(true, true, true, Type: 4));
        Begin([New(Door, new FakeSource(null))]);
        Assert.True(await _alarms!.ResetAsync(Door, null, 5, default));
        Assert.Equal(DutyStatus.Alarm, _alarms.Status[0].Status);
        Assert.True(await _alarms.ResetAsync(Door, null, 4, default));
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[0].Status);
    }

    [Fact]
    public async Task What_was_too_hot_before_a_restart_and_is_too_cold_after_it_is_another_alarm()
    {
        _store.Save(Door, new GuardRecord(true, true, true, Type: 4));
        var sensor = new FakeSource(null);
        Begin([New(Door, sensor)]);
        await sensor.SetAsync(new AlarmEdge(true, Start, 5));
        await BarrierAsync();
        Assert.Equal([5], _outbox.Alarms.Select(alarm => alarm.Type));
        Assert.Equal(new GuardRecord(true, true, true, Type: 5), _store.Of(Door));
    }

    [Fact]
    public async Task An_input_with_an_alarm_in_memory_alone_is_not_saved_as_dealt_with()
    {
        _outbox.Held = true;
        Begin([New(Door, _door)]);
        await SetAsync(_door, true);
        Assert.Single(_outbox.Alarms);
        Assert.Null(_store.Of(Door));
        _outbox.Held = false;
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(new GuardRecord(true, true, true), _store.Of(Door));
    }

    [Fact]
    public async Task A_schedule_guards_and_a_platforms_word_holds_until_it_changes_the_next_time()
    {
        Begin([Scheduled()]);                                               // guarded from 18:00 to 07:00 in Beijing
        Assert.Equal(DutyStatus.OffDuty, _alarms!.Status[0].Status);
        await SetAsync(_door, true);
        await UntilAsync(10);
        Assert.Empty(_outbox.Alarms);
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal([DutyStatus.Alarm], _alarms.Status.Select(input => input.Status));   // active when the guard began
        Assert.True(await _alarms.SetGuardAsync(Door, false, default));
        Assert.Equal(new GuardRecord(false, true, false, Start.AddHours(23)), _store.Of(Door));
        await SetAsync(_door, false);
        await UntilAsync(22);
        await SetAsync(_door, true);
        Assert.Single(_outbox.Alarms);
        await SetAsync(_door, false);
        await UntilAsync(23);                                               // the morning: off by the schedule too
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(new GuardRecord(false, false, false), _store.Of(Door));
        await UntilAsync(34);
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[0].Status);
    }

    [Fact]
    public async Task A_platforms_word_over_a_schedule_survives_a_restart_and_ends_with_its_time()
    {
        Begin([Scheduled()]);
        Assert.True(await _alarms!.SetGuardAsync(null, true, default));
        await _alarms.DisposeAsync();
        _time.Advance(TimeSpan.FromHours(9));
        Begin([Scheduled()]);
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[0].Status);
        await _alarms.DisposeAsync();
        _time.Advance(TimeSpan.FromHours(15));                              // over the night, past the morning
        Begin([Scheduled()]);
        Assert.Equal(DutyStatus.OffDuty, _alarms.Status[0].Status);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_for_long_does_not_keep_a_platforms_word_for_long()
    {
        _store.Save(Door, new GuardRecord(true, false, false, Start.AddYears(4)));
        Begin([Scheduled()]);
        Assert.Equal(Start.AddHours(10), _store.Of(Door)!.Value.Until);
        await UntilAsync(23);
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DutyStatus.OffDuty, _alarms!.Status[0].Status);
    }

    [Fact]
    public async Task An_edge_just_after_the_end_of_the_guard_raises_nothing()
    {
        Begin([Scheduled()]);
        await UntilAsync(11);
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DutyStatus.OnDuty, _alarms!.Status[0].Status);
        await UntilAsync(23);
        await PassAsync(TimeSpan.FromSeconds(1.5));
        _time.Advance(TimeSpan.FromSeconds(1));                             // half a second past the hour: the loop still sleeps
        await SetAsync(_door, true);
        Assert.Empty(_outbox.Alarms);
        Assert.Equal(DutyStatus.OffDuty, _alarms.Status[0].Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_active_before_the_agent_ended_raises_nothing_when_the_guard_began_meanwhile_and_it_is_no_longer(bool known)
    {
        _store.Save(Door, new GuardRecord(false, true, false));             // a warm day, the guard was off
        _time.Advance(TimeSpan.FromHours(11));
        var source = new FakeSource(known ? false : null);
        Begin([Scheduled() with { Source = source }]);
        await BarrierAsync();
        Assert.Empty(_outbox.Alarms);
        await SetAsync(source, false);
        Assert.Empty(_outbox.Alarms);
        await source.SetAsync(new AlarmEdge(true, Start, 4, "80 °C"));
        await BarrierAsync();
        Assert.Equal([new AlarmRecord(Door, 1, 2, 4, Start, "input: 80 °C")], _outbox.Alarms);
    }

    [Fact]
    public async Task A_reset_may_name_the_type_of_an_alarm_from_before_a_restart()
    {
        Begin([New(Door, _door)]);
        await _door.SetAsync(new AlarmEdge(true, Start, 5, "-12 °C"));
        await BarrierAsync();
        await _alarms!.DisposeAsync();
        Begin([New(Door, new FakeSource(null))]);
        await _alarms.ResetAsync(Door, null, 4, default);
        Assert.Equal(DutyStatus.Alarm, _alarms.Status[0].Status);
        await _alarms.ResetAsync(Door, null, 5, default);
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[0].Status);
    }

    [Fact]
    public async Task The_type_of_a_source_is_not_told_with_another_method()
    {
        Begin([New(Door, _door) with { Method = 5 }]);
        await _door.SetAsync(new AlarmEdge(true, Start, 4, "80 °C"));       // 5/4 is an object that was removed
        await BarrierAsync();
        Assert.Null(Assert.Single(_outbox.Alarms).Type);
    }

    [Fact]
    public async Task A_platforms_word_holds_while_the_clock_has_not_been_set_and_ends_with_the_schedule_after_that()
    {
        _store.Save(Door, new GuardRecord(false, false, false, Start.AddHours(10)));
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        _alarms = new AlarmController([Scheduled(), Scheduled() with { Id = Window, Source = _window }], [], _outbox, _store, clock, _log);
        _alarms.Start();
        Assert.Equal([DutyStatus.OffDuty, DutyStatus.OnDuty], _alarms.Status.Select(input => input.Status));
        Assert.Equal(Start.AddHours(10), _store.Of(Door)!.Value.Until);
        Assert.True(await _alarms.SetGuardAsync(Window, false, default));
        clock.SetUtcNow(Start.AddHours(11));                                // 19:00 in Beijing
        await Eventually.TrueAsync(() => _alarms.Status[0].Status == DutyStatus.OnDuty, "the word of the evening before has ended");
        await Eventually.TrueAsync(() => _store.Of(Window)!.Value.Until == Start.AddHours(23), "what was said just now holds until the morning");
        Assert.Equal(DutyStatus.OffDuty, _alarms.Status[1].Status);
    }

    [Fact]
    public async Task An_action_that_hangs_or_fails_delays_neither_rows_nor_other_actions()
    {
        using var gate = new ManualResetEventSlim();
        var stuck = new FakeAction { Gate = gate };
        var failing = new FakeAction { Fails = true };
        var well = new FakeAction();
        Begin([New(Door, _door), New(Window, _window)], stuck, failing, well);
        await SetAsync(_door, true);
        await SetAsync(_window, true);
        Assert.Equal([Door, Window], _outbox.Alarms.Select(alarm => alarm.DeviceId));
        await Eventually.TrueAsync(() => well.Raised.Count == 2 && failing.Raised.Count == 2, "the others had both");
        Assert.Empty(stuck.Raised);
        Assert.True(_log.Has(LogLevel.Warning, "the siren fell off"));
        gate.Set();
        await Eventually.TrueAsync(() => stuck.Raised.Count == 2, "what hung had both in the end");
    }

    [Fact]
    public async Task What_hangs_for_long_loses_old_news_but_no_reset()
    {
        using var gate = new ManualResetEventSlim();
        var stuck = new FakeAction { Gate = gate };
        Begin([New(Door, _door)], stuck);
        await Eventually.TrueAsync(() => stuck.Waits, "it hangs with the first news");
        await SetAsync(_door, true);
        await _alarms!.ResetAsync(Door, null, null, default);
        for (int i = 0; i < 300; i++)
        {
            await SetAsync(_door, false);
            await SetAsync(_door, true);
        }
        Assert.Equal(301, _outbox.Alarms.Count);
        gate.Set();
        await Eventually.TrueAsync(() => stuck.Raised.Count == 256, "the newest were kept");
        Assert.Contains(stuck.News, news => news.Reset.Contains(Door));
        Assert.True(_log.Has(LogLevel.Error, "hangs"));
    }

    [Fact]
    public async Task An_alarm_calls_the_preset_of_its_input_and_of_no_other()
    {
        var head = new FakeHead();
        Begin([New(Door, _door), New(Window, _window)], new PresetOnAlarm(new Dictionary<string, (IPtzController, int)> { [Door] = (head, 7) }));
        await SetAsync(_window, true);
        await SetAsync(_door, true);
        await Eventually.TrueAsync(() => !head.Orders.IsEmpty, "the preset is called");
        await _alarms!.ResetAsync(null, null, null, default);
        await _alarms.DisposeAsync();
        Assert.Equal([new PtzOrder.PresetCall($"alarm {Door}", 7)], head.Orders);
    }

    private AlarmInput Scheduled() => New(Door, _door) with { Schedule = new GuardSchedule(Enumerable.Range(0, 7).Select(day => (day * 1440 + 1080, 780))) };

    private static AlarmInput New(string id, IAlarmSource source) => new(id, "input", source, 1, 2, null, Guarded: true, Rearm: TimeSpan.Zero);

    private void Begin(AlarmInput[] inputs, params IAlarmAction[] actions)
    {
        _alarms = new AlarmController(inputs, actions, _outbox, _store, _time, _log);
        _alarms.Start();
    }

    private async Task SetAsync(FakeSource source, bool active)
    {
        await source.SetAsync(new AlarmEdge(active, _time.GetUtcNow()));
        await BarrierAsync();
    }

    /// <summary>An order that changes nothing: what came before it has been dealt with.</summary>
    private async Task BarrierAsync() => await _alarms!.ResetAsync(Door, [9], null, default);

    /// <summary>Moves the clock in the steps of the loop, which looks at the time when it wakes.</summary>
    private async Task PassAsync(TimeSpan span)
    {
        DateTimeOffset end = _time.GetUtcNow() + span;
        while (_time.GetUtcNow() < end)
        {
            TimeSpan left = end - _time.GetUtcNow();
            _time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            await BarrierAsync();
        }
        await BarrierAsync();
    }

    private async Task UntilAsync(int hours)
    {
        _time.Advance(Start.AddHours(hours) - _time.GetUtcNow() - TimeSpan.FromSeconds(2));
        await BarrierAsync();
        await BarrierAsync();
    }

    private sealed class FakeAction : IAlarmAction
    {
        public ConcurrentQueue<AlarmNews> News { get; } = new();
        public ManualResetEventSlim? Gate;
        public bool Fails;
        public volatile bool Waits;

        public string Name => "siren";
        public List<AlarmNews> Raised => [.. News.Where(news => news.Raised is not null)];

        public ValueTask OnNewsAsync(AlarmNews news, CancellationToken cancellationToken)
        {
            Waits = true;
            Gate?.Wait(TestContext.Current.CancellationToken);
            News.Enqueue(news);
            return Fails ? throw new IOException("the siren fell off") : ValueTask.CompletedTask;
        }
    }

    private sealed class FakeHead : IPtzController
    {
        public ConcurrentQueue<PtzOrder> Orders { get; } = new();

        public void Post(PtzOrder order) => Orders.Enqueue(order);

        public void PlatformLost(string platform) => throw new NotSupportedException();
    }

    private sealed class MemoryOutbox : IAlarmOutbox
    {
        public ConcurrentQueue<AlarmRecord> Alarms { get; } = new();
        public ManualResetEventSlim? Disk;
        public volatile bool Waits, Held;

        public bool Holds(string inputId) => Held;

        public long Dropped => 0;

        public bool Append(AlarmRecord alarm, GuardRecord? after = null)
        {
            Waits = true;
            Disk?.Wait(TestContext.Current.CancellationToken);
            Alarms.Enqueue(alarm);
            return false;
        }

        public IReadOnlyList<PendingAlarm> Pending(string platform, int most) => [];

        public void Confirm(string platform, long id) => throw new NotSupportedException();

        public ValueTask WaitAsync(string platform, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class MemoryStore : IGuardStore
    {
        private readonly ConcurrentDictionary<string, GuardRecord> _records = new();

        public GuardRecord? Of(string inputId) => Load(inputId);

        public GuardRecord? Load(string inputId) => _records.TryGetValue(inputId, out GuardRecord record) ? record : null;

        public bool Save(string inputId, GuardRecord record)
        {
            _records[inputId] = record;
            return true;
        }
    }
}
