using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Storage;

/// <summary>What is kept of the heads, in the database. A save is one transaction: after a pulled plug the whole of it is there, or of the one before.</summary>
internal sealed class PtzStore(EdgeDatabase database, ILogger log) : IPtzStore
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);  // heads of which it was said that nothing lasts

    public PtzRecord? Load(string cameraId)
    {
        lock (database.Gate)
        {
            try
            {
                var presets = ImmutableSortedDictionary.CreateBuilder<int, PresetRecord>();
                Read("SELECT number, name, in_head, pan, tilt, zoom FROM ptz_preset WHERE camera = $camera", cameraId, row =>
                    presets[row.GetInt32(0)] = new PresetRecord(row.GetString(1), row.GetBoolean(2), Real(row, 3), Real(row, 4), Real(row, 5)));
                var points = new Dictionary<int, List<int>>();
                Read("SELECT track, preset FROM ptz_point WHERE camera = $camera ORDER BY track, place", cameraId, row =>
                {
                    if (!points.TryGetValue(row.GetInt32(0), out List<int>? list))
                        points.Add(row.GetInt32(0), list = []);
                    list.Add(row.GetInt32(1));
                });
                var cruises = ImmutableSortedDictionary.CreateBuilder<int, CruiseRecord>();
                Read("SELECT track, name, speed, dwell FROM ptz_cruise WHERE camera = $camera", cameraId, row =>
                    cruises[row.GetInt32(0)] = new CruiseRecord(
                        row.IsDBNull(1) ? null : row.GetString(1), Whole(row, 2), Whole(row, 3), [.. points.GetValueOrDefault(row.GetInt32(0), [])]));
                var scans = ImmutableSortedDictionary.CreateBuilder<int, ScanRecord>();
                Read("SELECT track, left_limit, right_limit, speed FROM ptz_scan WHERE camera = $camera", cameraId, row =>
                    scans[row.GetInt32(0)] = new ScanRecord(Real(row, 1), Real(row, 2), Whole(row, 3)));
                ProgramRecord? running = null;
                Read("SELECT kind, track FROM ptz_program WHERE camera = $camera", cameraId, row =>
                    running = new ProgramRecord((ProgramKind)row.GetInt32(0), row.GetInt32(1)));
                return new PtzRecord { Presets = presets.ToImmutable(), Cruises = cruises.ToImmutable(), Scans = scans.ToImmutable(), Running = running };
            }
            catch (SqliteException e)
            {
                log.DatabaseFailed($"reading the presets and cruises of {cameraId}", e.Message);
                return null;
            }
        }
    }

    public HomeRecord? LoadHome(string cameraId)
    {
        lock (database.Gate)
        {
            HomeRecord? home = null;
            try
            {
                Read("SELECT enabled, reset_seconds, preset FROM ptz_home WHERE camera = $camera", cameraId, row =>
                    home = new HomeRecord(row.GetBoolean(0), row.GetInt32(1), row.GetInt32(2)));
            }
            catch (SqliteException e)
            {
                log.DatabaseFailed($"reading the home position of {cameraId}", e.Message);
            }
            return home;
        }
    }

    public bool Save(string cameraId, PtzRecord record) => Write(cameraId, transaction =>
    {
        Run(transaction, "DELETE FROM ptz_preset WHERE camera = $camera", cameraId);
        Run(transaction, "DELETE FROM ptz_cruise WHERE camera = $camera", cameraId);
        Run(transaction, "DELETE FROM ptz_point WHERE camera = $camera", cameraId);
        Run(transaction, "DELETE FROM ptz_scan WHERE camera = $camera", cameraId);
        Run(transaction, "DELETE FROM ptz_program WHERE camera = $camera", cameraId);
        foreach ((int number, PresetRecord preset) in record.Presets)
            Run(transaction, "INSERT INTO ptz_preset (camera, number, name, in_head, pan, tilt, zoom) VALUES ($camera, $0, $1, $2, $3, $4, $5)",
                cameraId, number, preset.Name, preset.InHead, preset.Pan, preset.Tilt, preset.Zoom);
        foreach ((int group, CruiseRecord cruise) in record.Cruises)
        {
            Run(transaction, "INSERT INTO ptz_cruise (camera, track, name, speed, dwell) VALUES ($camera, $0, $1, $2, $3)",
                cameraId, group, cruise.Name, cruise.Speed, cruise.DwellSeconds);
            for (int place = 0; place < cruise.Points.Length; place++)
                Run(transaction, "INSERT INTO ptz_point (camera, track, place, preset) VALUES ($camera, $0, $1, $2)", cameraId, group, place, cruise.Points[place]);
        }
        foreach ((int group, ScanRecord scan) in record.Scans)
            Run(transaction, "INSERT INTO ptz_scan (camera, track, left_limit, right_limit, speed) VALUES ($camera, $0, $1, $2, $3)",
                cameraId, group, scan.Left, scan.Right, scan.Speed);
        if (record.Running is { } running)
            Run(transaction, "INSERT INTO ptz_program (camera, kind, track) VALUES ($camera, $0, $1)", cameraId, (int)running.Kind, running.Group);
    });

    public bool SaveHome(string cameraId, HomeRecord home) => Write(cameraId, transaction =>
        Run(transaction, "INSERT OR REPLACE INTO ptz_home (camera, enabled, reset_seconds, preset) VALUES ($camera, $0, $1, $2)",
            cameraId, home.Enabled, home.ResetSeconds, home.Preset));

    private bool Write(string cameraId, Action<SqliteTransaction> write)
    {
        lock (database.Gate)
        {
            try
            {
                using SqliteTransaction transaction = database.Connection.BeginTransaction();
                write(transaction);
                transaction.Commit();
                if (database.IsInMemory && _told.Add(cameraId))
                    log.PtzNotSaved(cameraId, "the database is in memory");
                return !database.IsInMemory;
            }
            catch (SqliteException e)
            {
                log.PtzNotSaved(cameraId, e.Message);
                return false;
            }
        }
    }

    private void Read(string query, string cameraId, Action<SqliteDataReader> take)
    {
        using SqliteCommand command = database.Connection.CreateCommand();
        Prepare(command, query, cameraId);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            take(reader);
    }

    private static void Run(SqliteTransaction transaction, string statement, string cameraId, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        Prepare(command, statement, cameraId);
        for (int i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i}", values[i] ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    private static void Prepare(SqliteCommand command, string text, string cameraId)
    {
#pragma warning disable CA2100 // every text is a constant of this file
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$camera", cameraId);
    }

    private static double? Real(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    private static int? Whole(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
}
