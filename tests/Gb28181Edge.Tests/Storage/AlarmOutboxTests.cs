using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gb28181Edge.Tests.Storage;

public sealed class AlarmOutboxTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.FromHours(8));

    private static readonly GuardRecord State = new(Guarded: true, Active: true, InAlarm: true, Type: 4);

    private readonly TemporaryDirectory _directory = new();
    private readonly SetTime _time = new();
    private readonly RecordingLog _log = new();
    private EdgeDatabase _database;

    public AlarmOutboxTests() => _database = Open();

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void An_alarm_comes_back_as_it_was_for_every_platform_in_order()
    {
        AlarmOutbox outbox = New("city", "district");
        AlarmRecord first = Alarm(1) with { Type = null, Description = "Tür 门" }, second = Alarm(2) with { Type = 6 };
        outbox.Append(first);
        outbox.Append(second);
        Assert.Equal([first, second], outbox.Pending("city", 10).Select(pending => pending.Alarm));
        Assert.Equal(TimeSpan.FromHours(8), outbox.Pending("city", 1).Single().Alarm.Time.Offset);
        Assert.Equal([first], outbox.Pending("district", 1).Select(pending => pending.Alarm));
        Assert.Empty(outbox.Pending("nobody", 10));
    }

    [Fact]
    public void A_platform_is_not_told_again_what_it_confirmed_and_the_others_are()
    {
        AlarmOutbox outbox = New("city", "district");
        outbox.Append(Alarm(1));
        outbox.Append(Alarm(2));
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.Equal([2], Numbers(outbox, "city"));
        Assert.Equal([1, 2], Numbers(outbox, "district"));
        foreach (PendingAlarm pending in outbox.Pending("district", 10))
            outbox.Confirm("district", pending.Id);
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.Equal(0L, Count("alarm"));
        Assert.Equal(0, outbox.Dropped);
    }

    [Fact]
    public void What_waits_survives_a_restart_and_ids_go_on_growing()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        outbox.Append(Alarm(2));
        long last = outbox.Pending("city", 2)[1].Id;
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        outbox = Reopen("city");
        Assert.Equal([2], Numbers(outbox, "city"));
        outbox.Confirm("city", last);
        outbox = Reopen("city");
        outbox.Append(Alarm(3));
        Assert.True(outbox.Pending("city", 1)[0].Id > last);
    }

    [Fact]
    public void A_platform_that_is_no_more_holds_nothing()
    {
        New("city", "old").Append(Alarm(1));
        AlarmOutbox outbox = Reopen("city", "new");
        Assert.Equal([1], Numbers(outbox, "city"));
        Assert.Empty(outbox.Pending("new", 10));
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.Equal(0L, Count("alarm"));
        Assert.Equal(0L, Count("pending"));
    }

    [Fact]
    public void Beyond_the_count_the_oldest_are_dropped_and_counted()
    {
        AlarmOutbox outbox = New(["city"], new AlarmOutboxLimits(3, TimeSpan.FromDays(7), 10));
        for (int i = 1; i <= 5; i++)
            outbox.Append(Alarm(i));
        Assert.Equal([3, 4, 5], Numbers(outbox, "city"));
        Assert.Equal(2, outbox.Dropped);
        Assert.True(_log.Has(LogLevel.Error, "more than the outbox holds"));
    }

    [Fact]
    public void Beyond_the_age_alarms_are_dropped_and_counted()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        _time.Advance(TimeSpan.FromDays(6));
        outbox.Append(Alarm(2) with { Time = _time.GetUtcNow() });
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(2));
        Assert.Equal([2], Numbers(outbox, "city"));
        Assert.Equal(1, outbox.Dropped);
    }

    [Fact]
    public void Old_alarms_are_dropped_at_the_start_too()
    {
        New("city").Append(Alarm(1));
        _time.Advance(TimeSpan.FromDays(8));
        AlarmOutbox outbox = Reopen("city");
        Assert.Empty(outbox.Pending("city", 10));
        Assert.Equal(1, outbox.Dropped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_clock_that_is_set_forward_makes_no_alarm_old(bool appendFirst)
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        _time.Advance(TimeSpan.FromMinutes(2));
        _time.SetBy(TimeSpan.FromDays(400));
        if (appendFirst)
            outbox.Append(Alarm(2) with { Time = _time.GetUtcNow() });
        Assert.Equal(1, Numbers(outbox, "city")[0]);
        if (!appendFirst)
            outbox.Append(Alarm(2) with { Time = _time.GetUtcNow() });
        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal([1, 2], Numbers(outbox, "city"));
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(-1));
        Assert.Equal([2], Numbers(outbox, "city"));                        // seven days by the clock that it had
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(Numbers(outbox, "city"));                             // and by the one that it has
    }

    [Fact]
    public void A_clock_that_goes_wrong_and_is_set_right_again_makes_no_alarm_old()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        foreach (int days in (int[])[4000, -4000, 0, -400, 401])
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            _time.SetBy(TimeSpan.FromDays(days));
            outbox.Append(Alarm(1) with { Time = _time.GetUtcNow() });
        }
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(6, outbox.Pending("city", 10).Count);
        Assert.Equal(0, outbox.Dropped);
    }

    [Fact]
    public void An_alarm_from_before_the_clock_was_set_has_no_age()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1) with { Time = DateTimeOffset.UnixEpoch.AddHours(1) });
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([1], Numbers(outbox, "city"));
    }

    [Fact]
    public void What_was_sent_without_an_outcome_is_in_doubt_until_it_is_confirmed()
    {
        AlarmOutbox outbox = New("city", "district");
        outbox.Append(Alarm(1));
        outbox.Append(Alarm(2));
        long first = outbox.Pending("city", 1)[0].Id;
        Assert.Equal([false, false], outbox.Pending("city", 2).Select(pending => pending.InDoubt));
        outbox.MarkSent("city", first);
        Assert.Equal([true, false], outbox.Pending("city", 2).Select(pending => pending.InDoubt));
        Assert.Equal([false, false], outbox.Pending("district", 2).Select(pending => pending.InDoubt));
        outbox.Confirm("city", first);
        Assert.Equal([false], outbox.Pending("city", 2).Select(pending => pending.InDoubt));
    }

    [Fact] // one is under way at a time, so that no more than one can have been on its way when the agent ended
    public void After_a_restart_what_is_next_and_what_was_marked_is_in_doubt_and_nothing_else()
    {
        AlarmOutbox outbox = New("city", "district");
        for (int number = 1; number <= 3; number++)
            outbox.Append(Alarm(number));
        IReadOnlyList<PendingAlarm> pending = outbox.Pending("city", 3);
        outbox.MarkSent("city", pending[1].Id);
        outbox = Reopen("city", "district");
        outbox.Append(Alarm(4));
        Assert.Equal([true, true, false, false], outbox.Pending("city", 4).Select(alarm => alarm.InDoubt));
        Assert.Equal([true, false, false, false], outbox.Pending("district", 4).Select(alarm => alarm.InDoubt));
    }

    [Fact]
    public void What_is_set_aside_holds_nothing_back_is_counted_and_tried_again_after_a_restart()
    {
        AlarmOutbox outbox = New("city", "district");
        outbox.Append(Alarm(1));
        outbox.Append(Alarm(2));
        long first = outbox.Pending("city", 1)[0].Id;
        outbox.SetAside("city", first);
        Assert.Equal([2], Numbers(outbox, "city"));
        Assert.Equal([1, 2], Numbers(outbox, "district"));
        Assert.Equal((1, 0), (outbox.Aside, outbox.Dropped));
        outbox.Confirm("city", first + 1);
        foreach (PendingAlarm pending in outbox.Pending("district", 2))
            outbox.Confirm("district", pending.Id);
        Assert.Equal(1L, Count("alarm"));
        Assert.False(outbox.WaitAsync("city", TestContext.Current.CancellationToken).AsTask().IsCompleted);
        outbox = Reopen("city", "district");
        Assert.Equal([1], Numbers(outbox, "city"));
        Assert.Empty(Numbers(outbox, "district"));
        outbox.Confirm("city", first);
        Assert.Equal(0L, Count("alarm"));
    }

    [Fact]
    public void What_is_set_aside_grows_old_like_any_other()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        outbox.SetAside("city", outbox.Pending("city", 1)[0].Id);
        _time.Advance(AlarmOutboxLimits.Default.Age + TimeSpan.FromMinutes(2));
        outbox.Append(Alarm(2) with { Time = _time.GetUtcNow() });
        Assert.Equal(1, outbox.Dropped);
        Assert.Equal([2], Numbers(outbox, "city"));
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.False(outbox.WaitAsync("city", TestContext.Current.CancellationToken).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_wait_ends_when_something_is_there()
    {
        AlarmOutbox outbox = New("city", "district");
        Task city = outbox.WaitAsync("city", default).AsTask(), district = outbox.WaitAsync("district", default).AsTask();
        Assert.False(city.IsCompleted || district.IsCompleted);
        outbox.Append(Alarm(1));
        await Eventually.TrueAsync(() => city.IsCompletedSuccessfully && district.IsCompletedSuccessfully, "both are woken");
        Assert.True(outbox.WaitAsync("city", default).AsTask().IsCompletedSuccessfully);
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.False(outbox.WaitAsync("city", default).AsTask().IsCompleted);
        using var cancel = new CancellationTokenSource();
        Task given = outbox.WaitAsync("city", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
    }

    [Fact]
    public void On_a_full_disk_alarms_are_kept_in_memory_loudly_told_and_written_when_there_is_room()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(0));
        int onDisk = FillDisk(outbox);
        Assert.True(_log.Has(LogLevel.Critical, "NOT on the disk"));
        Assert.True(outbox.HasUnwritten);
        outbox.Append(Alarm(1001));
        outbox.Append(Alarm(1002));
        Assert.Equal(3, outbox.InMemory);
        Assert.Equal([1001, 1002], Numbers(outbox, "city").TakeLast(2));   // told in order, from memory too

        PendingAlarm held = outbox.Pending("city", 1000)[^1];
        outbox.Confirm("city", held.Id);
        Assert.Equal(2, outbox.InMemory);

        _database.Execute("PRAGMA max_page_count = 1000000");
        outbox.Flush();
        Assert.False(outbox.HasUnwritten);
        Assert.Equal(onDisk + 2, Count("alarm"));
        AlarmOutbox again = Reopen("city");
        Assert.Equal(1001, Numbers(again, "city")[^1]);
        Assert.Equal(0, again.Dropped);
    }

    [Fact]
    public void An_alarm_and_the_state_that_it_leaves_are_on_the_disk_together()
    {
        AlarmOutbox outbox = New("city");
        Assert.True(outbox.Append(Alarm(1), State));
        Assert.Equal(State, new GuardStore(_database, _log).Load(Alarm(1).DeviceId));
        Assert.False(outbox.Append(Alarm(2)));                             // no state, so none is on the disk with it
        Assert.Equal([1, 2], Numbers(Reopen("city"), "city"));
        Assert.Equal(State, new GuardStore(_database, _log).Load(Alarm(1).DeviceId));
    }

    [Fact]
    public void A_state_that_cannot_be_saved_keeps_no_alarm_off_the_disk()
    {
        AlarmOutbox outbox = New("city");
        _database.Execute("ALTER TABLE guard RENAME TO elsewhere");
        Assert.False(outbox.Append(Alarm(1), State));
        Assert.True(_log.Has(LogLevel.Critical, "NOT on the disk"));
        Assert.False(outbox.Holds(Alarm(1).DeviceId));
        Assert.Equal([1], Numbers(Reopen("city"), "city"));
    }

    [Fact]
    public void On_a_full_disk_a_state_waits_in_memory_with_its_alarm()
    {
        AlarmOutbox outbox = New("city");
        _database.Execute("PRAGMA query_only = ON");
        Assert.False(outbox.Append(Alarm(1), State));
        Assert.True(outbox.Holds(Alarm(1).DeviceId));
        Assert.False(outbox.Holds("34020000001340000099"));
        _database.Execute("PRAGMA query_only = OFF");
        Assert.Null(new GuardStore(_database, _log).Load(Alarm(1).DeviceId));
        outbox.Flush();
        Assert.False(outbox.Holds(Alarm(1).DeviceId));
        Assert.Equal(State, new GuardStore(_database, _log).Load(Alarm(1).DeviceId));
    }

    [Fact]
    public void An_agent_without_a_platform_leaves_the_state_to_whoever_saves_it() => Assert.False(New().Append(Alarm(1), State));

    [Fact]
    public void On_a_full_disk_memory_is_bounded_and_the_oldest_is_dropped_and_counted()
    {
        AlarmOutbox outbox = New(["city"], new AlarmOutboxLimits(100_000, TimeSpan.FromDays(7), 2));
        FillDisk(outbox);
        outbox.Append(Alarm(1001));
        outbox.Append(Alarm(1002));
        Assert.Equal(2, outbox.InMemory);
        Assert.Equal(1, outbox.Dropped);
        Assert.Equal([1001, 1002], Numbers(outbox, "city").TakeLast(2));
    }

    [Fact]
    public void A_restart_on_a_full_disk_forgets_no_alarm_for_want_of_forgetting_a_platform()
    {
        New("city", "old").Append(Alarm(1));
        _database.Execute("PRAGMA query_only = ON");
        AlarmOutbox outbox = New("city");
        Assert.Equal([1], Numbers(outbox, "city"));
        Assert.True(_log.Has(LogLevel.Error, "forgetting platforms that are no more failed"));
    }

    [Fact]
    public void A_full_disk_is_tried_again_by_the_next_call_after_a_pause()
    {
        AlarmOutbox outbox = New("city");
        FillDisk(outbox);
        _database.Execute("PRAGMA max_page_count = 1000000");
        outbox.Pending("city", 1);
        Assert.True(outbox.HasUnwritten);                                  // too soon
        _time.Advance(TimeSpan.FromSeconds(5));
        outbox.Pending("city", 1);
        Assert.False(outbox.HasUnwritten);
    }

    [Fact]
    public void A_confirmation_that_cannot_be_written_holds_all_the_same()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        outbox.Append(Alarm(2));
        _database.Execute("PRAGMA query_only = ON");
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.Equal([2], Numbers(outbox, "city"));
        Assert.Equal([2], outbox.Pending("city", 1).Select(pending => pending.Alarm.Priority));
        Assert.True(outbox.HasUnwritten);
        _database.Execute("PRAGMA query_only = OFF");
        outbox.Flush();
        Assert.Equal([2], Numbers(Reopen("city"), "city"));
    }

    [Fact]
    public void A_disk_that_cannot_be_read_is_an_error_and_not_an_empty_outbox()
    {
        AlarmOutbox outbox = New("city");
        outbox.Append(Alarm(1));
        _database.Execute("ALTER TABLE pending RENAME TO elsewhere");
        // Something is pending, so that a caller who got an empty list would ask again at once, for ever.
        Assert.True(outbox.WaitAsync("city", default).AsTask().IsCompletedSuccessfully);
        Assert.Throws<IOException>(() => outbox.Pending("city", 1));
        _database.Execute("ALTER TABLE elsewhere RENAME TO pending");
        Assert.Equal([1], Numbers(outbox, "city"));
    }

    [Fact]
    public void Many_threads_lose_nothing()
    {
        AlarmOutbox outbox = New("city");
        Parallel.For(0, 200, i => outbox.Append(Alarm(i)));
        Assert.Equal(Enumerable.Range(0, 200), Numbers(outbox, "city").Order());
        long[] ids = [.. outbox.Pending("city", 1000).Select(pending => pending.Id)];
        Assert.Equal(ids.Order(), ids);
        Parallel.ForEach(ids, id => outbox.Confirm("city", id));
        Assert.Empty(outbox.Pending("city", 1000));
        Assert.False(outbox.WaitAsync("city", default).AsTask().IsCompleted);
    }

    /// <summary>A wall clock that can be set, while time passes as ever.</summary>
    private sealed class SetTime() : FakeTimeProvider(AlarmOutboxTests.Start)
    {
        private TimeSpan _set;

        public void SetBy(TimeSpan jump) => _set += jump;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    /// <summary>Gives the database no page more and appends until one alarm is in memory.</summary>
    private int FillDisk(AlarmOutbox outbox)
    {
        _database.Execute("PRAGMA max_page_count = 1");                    // the least that SQLite takes is what there is now
        int appended = 0;
        while (!outbox.HasUnwritten)
        {
            Assert.True(++appended < 1000);
            outbox.Append(Alarm(appended));
        }
        Assert.Equal(1, outbox.InMemory);
        return (int)Count("alarm");
    }

    private static List<int> Numbers(AlarmOutbox outbox, string platform) =>
        [.. outbox.Pending(platform, 10_000).Select(pending => pending.Alarm.Priority)];

    /// <summary>The priority carries a number to know the alarm by.</summary>
    private static AlarmRecord Alarm(int number) => new("34020000001340000001", number, 2, null, Start.AddTicks(number), "Door");

    private long Count(string table)
    {
        using Microsoft.Data.Sqlite.SqliteCommand command = _database.Connection.CreateCommand();
        command.CommandText = table == "alarm" ? "SELECT count(*) FROM alarm" : "SELECT count(*) FROM pending";
        return (long)command.ExecuteScalar()!;
    }

    private EdgeDatabase Open() => EdgeDatabase.Open(_directory["edge.db"], _time, _log);

    private AlarmOutbox New(params string[] platforms) => New(platforms, AlarmOutboxLimits.Default);

    private AlarmOutbox New(string[] platforms, AlarmOutboxLimits limits) => new(_database, platforms, _time, _log, limits);

    private AlarmOutbox Reopen(params string[] platforms)
    {
        _database.Dispose();
        _database = Open();
        return New(platforms);
    }
}
