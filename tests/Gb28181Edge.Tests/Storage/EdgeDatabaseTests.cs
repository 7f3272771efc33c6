using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Storage;

public sealed class EdgeDatabaseTests : IDisposable
{
    private const string Input = "34020000001340000001";

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLog _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Commits_survive_a_pulled_plug_by_its_settings()
    {
        using EdgeDatabase database = Open();
        Assert.Equal("wal", Pragma(database, "journal_mode"));
        Assert.Equal("2", Pragma(database, "synchronous"));                // FULL
        Assert.Equal("5000", Pragma(database, "busy_timeout"));
    }

    [Fact]
    public void A_guard_state_survives_a_restart()
    {
        var record = new GuardRecord(Guarded: true, Active: false, InAlarm: true, new DateTimeOffset(2026, 5, 4, 0, 0, 0, TimeSpan.Zero), Type: 4);
        using (EdgeDatabase database = Open())
        {
            var store = new GuardStore(database, _log);
            Assert.Null(store.Load(Input));
            Assert.True(store.Save(Input, default));
            Assert.True(store.Save(Input, record));
        }
        using EdgeDatabase again = Open();
        Assert.Equal(record, new GuardStore(again, _log).Load(Input));
        Assert.Null(new GuardStore(again, _log).Load("other"));
    }

    [Fact]
    public void A_guard_state_that_cannot_be_written_is_said_loudly()
    {
        using EdgeDatabase database = Open();
        database.Execute("PRAGMA query_only = ON");
        Assert.False(new GuardStore(database, _log).Save(Input, default));
        Assert.True(_log.Has(LogLevel.Critical, "Guard state of 34020000001340000001 is NOT on the disk"));
    }

    [Theory]
    [InlineData(0)]                                                        // no database at all
    [InlineData(10 * 4096)]                                                // one page of it
    public void A_damaged_file_is_kept_aside_loudly_and_a_new_one_begun(int where)
    {
        using (EdgeDatabase database = Open())
        {
            var store = new GuardStore(database, _log);
            for (int i = 0; i < 2000; i++)
                store.Save($"{i:D20}", default);
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        byte[] file = File.ReadAllBytes(_directory["edge.db"]);
        Array.Fill(file, (byte)0xA5, where, 3000);
        File.WriteAllBytes(_directory["edge.db"], file);

        using (EdgeDatabase database = Open())
        {
            Assert.Null(new GuardStore(database, _log).Load($"{1:D20}"));
            Assert.True(new GuardStore(database, _log).Save(Input, default));
        }
        string aside = Assert.Single(Directory.GetFiles(_directory.Path, "edge.db.damaged-*"));
        Assert.Equal(file, File.ReadAllBytes(aside));
        Assert.True(_log.Has(LogLevel.Critical, "is damaged"));
    }

    [Fact]
    public void A_file_of_a_newer_program_is_left_alone_and_named()
    {
        using (EdgeDatabase database = Open())
            database.Execute("PRAGMA user_version = 99");
        Assert.Contains("schema 99", Assert.Throws<IOException>(Open).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory.Path, "*damaged*"));
    }

    [Fact]
    public void A_path_that_cannot_be_opened_is_named()
    {
        Directory.CreateDirectory(_directory["edge.db"]);
        Assert.Contains("edge.db", Assert.Throws<IOException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8)]                                                        // SQLITE_READONLY
    [InlineData(10)]                                                       // SQLITE_IOERR
    [InlineData(13)]                                                       // SQLITE_FULL
    public void On_a_disk_that_takes_nothing_it_is_in_memory_loudly(int code)
    {
        using EdgeDatabase database = EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, _log, _ => throw new SqliteException("no such luck", code));
        Assert.True(database.IsInMemory);
        Assert.True(_log.Has(LogLevel.Critical, "edge.db cannot be used (no such luck)"));
        Assert.True(_log.Has(LogLevel.Critical, "do NOT survive a restart"));

        var store = new GuardStore(database, _log);
        Assert.False(store.Save(Input, new GuardRecord(true, false, false)));   // for it is not on the disk
        Assert.Equal(new GuardRecord(true, false, false), store.Load(Input));
        Assert.False(store.Save(Input, new GuardRecord(true, false, false)));
        Assert.Single(_log.Entries, entry => entry.Text.Contains("Guard state", StringComparison.Ordinal));
    }

    [Fact]
    public void In_memory_alarms_have_the_bound_of_memory_and_each_is_said_loudly()
    {
        using EdgeDatabase database = EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, _log, _ => throw new SqliteException("full", 13));
        var outbox = new AlarmOutbox(database, ["city"], TimeProvider.System, _log, new AlarmOutboxLimits(100_000, TimeSpan.FromDays(7), 2));
        for (int i = 1; i <= 3; i++)
            outbox.Append(new AlarmRecord(Input, i, 2, null, TimeProvider.System.GetUtcNow(), "Door"));
        Assert.Equal([2, 3], outbox.Pending("city", 10).Select(pending => pending.Alarm.Priority));
        Assert.Equal((2, 1), (outbox.InMemory, outbox.Dropped));
        Assert.Equal(3, _log.Entries.Count(entry => entry.Level == LogLevel.Critical && entry.Text.StartsWith("Alarm of", StringComparison.Ordinal)));
        outbox.Confirm("city", outbox.Pending("city", 1)[0].Id);
        Assert.Equal(1, outbox.InMemory);
    }

    [Theory]
    [InlineData(14)]                                                       // SQLITE_CANTOPEN, where a file can be made
    [InlineData(5)]                                                        // SQLITE_BUSY: another agent has it
    public void A_fault_that_is_not_the_disks_is_an_error(int code)
    {
        Func<string, EdgeDatabase> open = _ => throw new SqliteException("not the disk", code);
        IOException error = Assert.Throws<IOException>(() => EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, _log, open));
        Assert.Contains("edge.db: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    private EdgeDatabase Open() => EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, _log);

    private static string Pragma(EdgeDatabase database, string name)
    {
        using SqliteCommand command = database.Connection.CreateCommand();
#pragma warning disable CA2100 // the name is a constant of these tests
        command.CommandText = $"PRAGMA {name}";
#pragma warning restore CA2100
        return command.ExecuteScalar()!.ToString()!;
    }
}
