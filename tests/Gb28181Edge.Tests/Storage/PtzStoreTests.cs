using CsCheck;
using Gb28181Edge.Storage;
using Gb28181Edge.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Tests.Storage;

public sealed class PtzStoreTests : IDisposable
{
    private const string Camera = "34020000001310000001", Other = "34020000001310000002";

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLog _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_new_head_is_empty_and_has_no_home()
    {
        using EdgeDatabase database = Open();
        var store = new PtzStore(database, _log);
        Assert.Equal(PtzRecord.Empty, store.Load(Camera));
        Assert.Null(store.LoadHome(Camera));
    }

    [Fact]
    public void What_was_saved_is_there_after_a_restart_and_of_its_own_head_only()
    {
        PtzRecord record = Full();
        using (EdgeDatabase database = Open())
        {
            var store = new PtzStore(database, _log);
            Assert.True(store.Save(Camera, record));
            Assert.True(store.SaveHome(Camera, new HomeRecord(true, 60, 3)));
        }
        using EdgeDatabase again = Open();
        var reread = new PtzStore(again, _log);
        Assert.Equal(record, reread.Load(Camera));
        Assert.Equal(new HomeRecord(true, 60, 3), reread.LoadHome(Camera));
        Assert.Equal(PtzRecord.Empty, reread.Load(Other));
        Assert.Null(reread.LoadHome(Other));
    }

    [Fact]
    public void After_any_edits_the_store_holds_what_the_record_says() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[1, 5], Gen.Int[0, 2], Gen.Double[0, 359.99]).Array[0, 30].Sample(edits =>
        {
            using EdgeDatabase database = EdgeDatabase.Open(_directory["x"], TimeProvider.System, _log, _ => throw new SqliteException("no disk", 13));
            var store = new PtzStore(database, _log);
            PtzRecord other = Full();
            store.Save(Other, other);
            PtzRecord record = PtzRecord.Empty;
            foreach ((int kind, int preset, int group, double angle) in edits)
            {
                record = Edited(record, kind, preset, group, angle);
                store.Save(Camera, record);
            }
            return record.Equals(store.Load(Camera)) && other.Equals(store.Load(Other));
        }, iter: 200);

    [Fact]
    public void Deleting_a_preset_takes_its_points_out_of_every_cruise()
    {
        PtzRecord record = Full().WithoutPreset(1);
        Assert.Equal([2], record.Presets.Keys);
        Assert.Equal([2], record.Cruises[0].Points);
        Assert.Empty(record.Cruises[7].Points);
        Assert.Equal(4095, record.Cruises[7].DwellSeconds);                // settings stay for the points to come
    }

    [Fact]
    public void Deleting_point_0_deletes_the_group()
    {
        PtzRecord record = Full().WithoutPoint(0, 0);
        Assert.Equal([7], record.Cruises.Keys);
    }

    [Fact]
    public void A_group_takes_no_more_points_than_it_may_have()
    {
        PtzRecord record = PtzRecord.Empty;
        for (int i = 0; i < PtzRecord.MostPoints; i++)
            record = record.WithPoint(1, 1 + i % 255, null);
        Assert.Same(record, record.WithPoint(1, 9, null));
    }

    [Fact]
    public void A_disk_that_takes_nothing_is_said_loudly_and_what_was_there_stays_whole()
    {
        PtzRecord record = Full();
        using EdgeDatabase database = Open();
        var store = new PtzStore(database, _log);
        Assert.True(store.Save(Camera, record));
        Assert.True(store.SaveHome(Camera, new HomeRecord(true, 60, 3)));
        database.Execute("PRAGMA query_only = ON");
        Assert.False(store.Save(Camera, record.WithoutPreset(1)));
        Assert.False(store.SaveHome(Camera, new HomeRecord(false, 0, 0)));
        Assert.Equal(2, _log.Entries.Count(entry => entry.Level == LogLevel.Critical && entry.Text.Contains("NOT on the disk", StringComparison.Ordinal)));
        Assert.Equal(record, store.Load(Camera));
        Assert.Equal(new HomeRecord(true, 60, 3), store.LoadHome(Camera));
    }

    [Fact]
    public void A_save_that_breaks_off_in_the_middle_changes_nothing()
    {
        PtzRecord record = Full();
        using EdgeDatabase database = Open();
        var store = new PtzStore(database, _log);
        Assert.True(store.Save(Camera, record));
        database.Execute("CREATE TRIGGER full BEFORE INSERT ON ptz_program BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        Assert.False(store.Save(Camera, record.WithoutPreset(1)));
        Assert.Equal(record, store.Load(Camera));
        database.Execute("DROP TRIGGER full");
        Assert.True(store.Save(Camera, record.WithoutPreset(1)));
        Assert.Equal(record.WithoutPreset(1), store.Load(Camera));
    }

    [Fact]
    public void In_memory_it_works_for_this_run_and_says_once_that_nothing_lasts()
    {
        using EdgeDatabase database = EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, _log, _ => throw new SqliteException("full", 13));
        var store = new PtzStore(database, _log);
        Assert.False(store.Save(Camera, Full()));
        Assert.False(store.Save(Camera, Full().WithoutPreset(1)));
        Assert.Equal(Full().WithoutPreset(1), store.Load(Camera));
        Assert.Single(_log.Entries, entry => entry.Text.Contains($"{Camera} are NOT on the disk", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_read_is_not_taken_for_empty()
    {
        using EdgeDatabase database = Open();
        database.Execute("DROP TABLE ptz_scan");
        Assert.Null(new PtzStore(database, _log).Load(Camera));
        Assert.True(_log.Has(LogLevel.Error, "reading the presets"));
    }

    [Fact]
    public void A_file_of_the_first_schema_is_brought_up_to_date_and_keeps_its_guard_states()
    {
        using (EdgeDatabase database = Open())
        {
            Assert.True(new GuardStore(database, _log).Save("input", new GuardRecord(true, true, false)));
            foreach (string table in (string[])["preset", "cruise", "point", "scan", "program", "home"])
                database.Execute($"DROP TABLE ptz_{table}");
            database.Execute("ALTER TABLE guard DROP COLUMN until_ticks");
            database.Execute("ALTER TABLE guard DROP COLUMN type");
            database.Execute("ALTER TABLE pending DROP COLUMN state");
            database.Execute("PRAGMA user_version = 1");
        }
        using EdgeDatabase again = Open();
        Assert.Equal(new GuardRecord(true, true, false), new GuardStore(again, _log).Load("input"));
        Assert.True(new PtzStore(again, _log).Save(Camera, Full()));
    }

    private EdgeDatabase Open() => EdgeDatabase.Open(_directory["edge.db"], TimeProvider.System, _log);

    private static PtzRecord Full() => new PtzRecord { Running = new ProgramRecord(ProgramKind.Scan, 255) }
        .WithPreset(1, new PresetRecord("门 1", InHead: true, null, null, null))
        .WithPreset(2, new PresetRecord("Yard", InHead: false, 359.99, -30, 1))
        .WithPoint(0, 2, "夜").WithPoint(0, 1, null).WithPoint(0, 1, null)
        .WithPoint(7, 1, null)
        .WithCruise(7, new CruiseRecord(null, 1, 4095, [1]))
        .WithScan(255, new ScanRecord(0, 180.5, null))
        .WithScan(0, new ScanRecord(null, null, 300));

    private static PtzRecord Edited(PtzRecord record, int kind, int preset, int group, double angle) => kind switch
    {
        0 => record.WithPreset(preset, new PresetRecord($"Preset {preset}", angle > 180, angle, null, angle / 10 + 1)),
        1 => record.WithoutPreset(preset),
        2 => record.WithPoint(group, preset, angle > 300 ? "Night" : null),
        3 => record.WithoutPoint(group, preset),
        4 => record.WithoutPoint(group, 0),
        5 => record.WithCruise(group, record.Cruise(group) with { Speed = (int)angle, DwellSeconds = preset }),
        6 => record.WithScan(group, record.Scan(group) with { Left = angle, Speed = preset }),
        7 => record with { Running = new ProgramRecord(angle > 180 ? ProgramKind.Cruise : ProgramKind.Scan, group) },
        _ => record with { Running = null },
    };
}
