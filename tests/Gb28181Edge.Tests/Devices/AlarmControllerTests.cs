using System.Collections.Concurrent;
using Gb28181Edge.Devices;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Drivers;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Devices;

public sealed class AlarmControllerTests : IAsyncDisposable
{
    private const string Door = "34020000001340000001", Window = "34020000001340000002";

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly RecordingLog _log = new();
    private readonly List<string> _order = [];
    private readonly FakeInput _door = new(), _window = new();
    private readonly FakeOutput _siren, _lamp;
    private readonly OutputController _outputs;
    private readonly FakeOutbox _outbox;
    private readonly FakeStore _store = new();
    private AlarmController _alarms;

    public AlarmControllerTests()
    {
        (_siren, _lamp) = (new FakeOutput("siren", _order), new FakeOutput("lamp", _order));
        _outbox = new FakeOutbox(_order);
        _outputs = new OutputController(
            [new Output("34020000001350000001", "Siren", _siren, 2, OnAlarm: true), new Output("34020000001350000002", "Lamp", _lamp, 3, OnAlarm: false)], _log, _time);
        _outputs.Start();
        _alarms = New(_door, _window);
    }

    public async ValueTask DisposeAsync()
    {
        await _alarms.DisposeAsync();
        await _outputs.DisposeAsync();
    }

    [Fact]
    public async Task An_edge_is_a_row_with_its_own_time_before_an_output_acts()
    {
        _alarms.Start();
        _door.Set(true, Start.AddSeconds(-3));
        await Eventually.TrueAsync(() => _siren.IsActive, "the siren is on");
        Assert.Equal([new AlarmRecord(Door, 1, 2, null, Start.AddSeconds(-3), "Door")], _outbox.Alarms);
        Assert.Equal(["append", "siren on"], _order);
        Assert.Equal([(Door, DutyStatus.Alarm), (Window, DutyStatus.OffDuty)], _alarms.Status);
    }

    [Fact]
    public async Task An_unguarded_input_raises_nothing_until_it_is_guarded()
    {
        _alarms.Start();
        _window.Set(true, Start);
        await Eventually.TrueAsync(() => _store.Of(Window) is { Active: true }, "the level was dealt with");
        Assert.Empty(_outbox.Alarms);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await _alarms.SetGuardAsync(Window, true, default));
        Assert.Equal([new AlarmRecord(Window, 4, 2, 1, Start.AddMinutes(1), "Window")], _outbox.Alarms);
        Assert.Equal(new GuardRecord(true, true, true), _store.Of(Window));
    }

    [Fact]
    public async Task Guard_for_all_and_for_an_input_that_is_not_there()
    {
        _alarms.Start();
        Assert.True(await _alarms.SetGuardAsync(null, true, default));
        Assert.Equal([DutyStatus.OnDuty, DutyStatus.OnDuty], _alarms.Status.Select(entry => entry.Status));
        Assert.True(await _alarms.SetGuardAsync(null, false, default));
        Assert.Equal([DutyStatus.OffDuty, DutyStatus.OffDuty], _alarms.Status.Select(entry => entry.Status));
        Assert.False(await _alarms.SetGuardAsync("34020000001340000009", true, default));
        Assert.False(await _alarms.ResetAsync("34020000001340000009", null, null, default));
    }

    [Fact]
    public async Task Outputs_are_held_until_the_last_alarm_is_reset()
    {
        _alarms.Start();
        await _alarms.SetGuardAsync(Window, true, default);
        _door.Set(true, Start);
        _window.Set(true, Start);
        await Eventually.TrueAsync(() => _outbox.Alarms.Count == 2, "both alarms");
        Assert.True(await _alarms.ResetAsync(Door, null, null, default));
        await Eventually.TrueAsync(() => _siren.IsActive, "the siren is on");
        await Eventually.TrueAsync(() => !_lamp.IsActive, "the lamp is off");
        Assert.True(await _alarms.ResetAsync(null, null, null, default));
        await Eventually.TrueAsync(() => !_siren.IsActive, "the siren is off");
    }

    [Fact]
    public async Task ResetGuard_lets_go_of_the_outputs_too()
    {
        _alarms.Start();
        _door.Set(true, Start);
        await Eventually.TrueAsync(() => _siren.IsActive, "the siren is on");
        await _alarms.SetGuardAsync(null, false, default);
        await Eventually.TrueAsync(() => !_siren.IsActive, "the siren is off");
    }

    [Theory]
    [InlineData(new[] { 2 }, null, true)]
    [InlineData(new[] { 5 }, null, false)]
    [InlineData(new[] { 5, 2 }, 1, true)]
    [InlineData(new[] { 2 }, 2, false)]
    [InlineData(new int[0], null, true)]
    public async Task ResetAlarm_resets_what_its_filter_names(int[] methods, int? type, bool resets)
    {
        _alarms.Start();
        await _alarms.SetGuardAsync(Window, true, default);
        _window.Set(true, Start);
        await Eventually.TrueAsync(() => _outbox.Alarms.Count == 1, "the alarm");
        Assert.True(await _alarms.ResetAsync(Window, methods, type, default));
        Assert.Equal(resets ? DutyStatus.OnDuty : DutyStatus.Alarm, _alarms.Status[1].Status);
    }

    [Fact]
    public async Task An_auxiliary_works_an_output_and_an_alarm_holds_it_beyond_that()
    {
        _alarms.Start();
        Assert.True(await _outputs.SetAuxiliaryAsync(2, true, default));
        await Eventually.TrueAsync(() => _siren.IsActive, "the siren is on");
        _door.Set(true, Start);
        await Eventually.TrueAsync(() => _alarms.Status[0].Status == DutyStatus.Alarm, "the alarm");
        await _outputs.SetAuxiliaryAsync(2, false, default);
        await Eventually.TrueAsync(() => _siren.IsActive, "the siren is on");
        await _alarms.ResetAsync(null, null, null, default);
        await Eventually.TrueAsync(() => !_siren.IsActive, "the siren is off");
        Assert.True(await _outputs.SetAsync("34020000001350000002", true, default));
        Assert.Equal([("34020000001350000001", false), ("34020000001350000002", true)], _outputs.Status);
        Assert.False(await _outputs.SetAuxiliaryAsync(9, true, default));
        Assert.False(await _outputs.SetAsync("34020000001350000009", true, default));
    }

    [Fact]
    public async Task An_output_that_failed_is_switched_when_it_can_be()
    {
        _siren.Fails = true;
        _alarms.Start();
        _door.Set(true, Start);
        await Eventually.TrueAsync(() => _log.Has(LogLevel.Error, "cannot be switched"), "the failure is logged");
        Assert.Single(_outbox.Alarms);
        _siren.Fails = false;
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromSeconds(1)); return _siren.IsActive; }, "the siren is on");
    }

    [Fact]
    public async Task A_disk_that_refused_is_tried_again_until_all_is_written()
    {
        _store.Full = true;
        _outbox.Unwritten = true;
        _alarms.Start();
        Assert.False(await _alarms.SetGuardAsync(Window, true, default));  // in force, but a restart would not know
        Assert.Equal(DutyStatus.OnDuty, _alarms.Status[1].Status);
        Assert.Null(_store.Of(Window));
        Assert.True(await _alarms.ResetAsync(Window, null, null, default));
        _store.Full = false;
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromSeconds(1)); return _store.Of(Window) is { Guarded: true } && _outbox.Flushes > 1; }, "both are written");
        Assert.True(await _alarms.SetGuardAsync(Window, true, default));
    }

    [Fact]
    public async Task What_was_said_survives_a_restart_and_a_change_meanwhile_is_an_edge()
    {
        _alarms.Start();
        await _alarms.SetGuardAsync(Window, true, default);
        _door.Set(true, Start);
        await Eventually.TrueAsync(() => _outbox.Alarms.Count == 1, "the door's alarm");
        await _alarms.DisposeAsync();

        _time.Advance(TimeSpan.FromHours(1));
        _alarms = New(new FakeInput(active: true), new FakeInput(active: true));   // the window opened while the agent was away
        _alarms.Start();
        Assert.Equal([(Door, DutyStatus.Alarm), (Window, DutyStatus.Alarm)], _alarms.Status);
        Assert.Equal([Door, Window], _outbox.Alarms.Select(alarm => alarm.DeviceId));
        Assert.Equal(Start.AddHours(1), _outbox.Alarms.Last().Time);
    }

    [Fact]
    public async Task Edges_that_were_seen_before_the_end_are_rows()
    {
        _alarms.Start();
        for (int i = 0; i < 50; i++)
        {
            _door.Set(true, Start);
            _door.Set(false, Start);
        }
        await _alarms.DisposeAsync();
        Assert.Equal(50, _outbox.Alarms.Count);
        Assert.False(await _alarms.SetGuardAsync(null, true, default));
    }

    private AlarmController New(FakeInput door, FakeInput window) => new(
        [
            new AlarmInput(Door, "Door", door, 1, 2, null, guarded: true, rearm: TimeSpan.Zero),
            new AlarmInput(Window, "Window", window, 4, 2, 1, guarded: false, rearm: null),
        ], [_outputs], _outbox, _store, _time, _log);

    private sealed class FakeOutbox(List<string> order) : IAlarmOutbox
    {
        public ConcurrentQueue<AlarmRecord> Alarms { get; } = new();
        public int Flushes;
        public volatile bool Unwritten;

        public long Dropped => 0;
        public bool HasUnwritten => Unwritten;

        public bool Append(AlarmRecord alarm, GuardRecord? after = null)
        {
            order.Add("append");
            Alarms.Enqueue(alarm);
            return false;
        }

        public void Flush() => Interlocked.Increment(ref Flushes);

        public IReadOnlyList<PendingAlarm> Pending(string platform, int most) => [];

        public void Confirm(string platform, long id) { }

        public ValueTask WaitAsync(string platform, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class FakeStore : IGuardStore
    {
        private readonly ConcurrentDictionary<string, GuardRecord> _records = new();

        public volatile bool Full;

        public GuardRecord? Of(string inputId) => Load(inputId);

        public GuardRecord? Load(string inputId) => _records.TryGetValue(inputId, out GuardRecord record) ? record : null;

        public bool Save(string inputId, GuardRecord record)
        {
            if (!Full)
                _records[inputId] = record;
            return !Full;
        }
    }
}
