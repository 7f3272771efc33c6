using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Storage;

/// <summary>The agent's one SQLite file. A transaction that has been committed survives a pulled plug: WAL, synchronous FULL.</summary>
/// <remarks>Where the disk takes nothing at the start it is in memory, see <see cref="IsInMemory"/>. One connection, used under <see cref="Gate"/>; statements are short and nobody awaits while holding it.</remarks>
internal sealed class EdgeDatabase : IDisposable
{
    private const int ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>errno of a disk that cannot be written, whoever asks: EIO, ENOSPC, EROFS, EDQUOT.</summary>
    private static readonly int[] DiskErrors = [5, 28, 30, 122];

    /// <summary>The schema as steps: the file's user_version is the count of those it has taken. A step that was released never changes.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE alarm (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            input TEXT NOT NULL, priority INTEGER NOT NULL, method INTEGER NOT NULL, type INTEGER,
            ticks INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, description TEXT NOT NULL) STRICT;
        CREATE INDEX alarm_ticks ON alarm (ticks);
        CREATE TABLE pending (platform TEXT NOT NULL, alarm INTEGER NOT NULL, PRIMARY KEY (platform, alarm)) STRICT, WITHOUT ROWID;
        CREATE INDEX pending_alarm ON pending (alarm);
        CREATE TABLE guard (
            input TEXT PRIMARY KEY, guarded INTEGER NOT NULL, active INTEGER NOT NULL, in_alarm INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE ptz_preset (
            camera TEXT NOT NULL, number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 255), name TEXT NOT NULL, in_head INTEGER NOT NULL,
            pan REAL, tilt REAL, zoom REAL, PRIMARY KEY (camera, number)) STRICT, WITHOUT ROWID;
        CREATE TABLE ptz_cruise (
            camera TEXT NOT NULL, track INTEGER NOT NULL CHECK (track BETWEEN 0 AND 255), name TEXT, speed INTEGER, dwell INTEGER,
            PRIMARY KEY (camera, track)) STRICT, WITHOUT ROWID;
        CREATE TABLE ptz_point (
            camera TEXT NOT NULL, track INTEGER NOT NULL, place INTEGER NOT NULL, preset INTEGER NOT NULL CHECK (preset BETWEEN 1 AND 255),
            PRIMARY KEY (camera, track, place)) STRICT, WITHOUT ROWID;
        CREATE TABLE ptz_scan (
            camera TEXT NOT NULL, track INTEGER NOT NULL CHECK (track BETWEEN 0 AND 255), left_limit REAL, right_limit REAL, speed INTEGER,
            PRIMARY KEY (camera, track)) STRICT, WITHOUT ROWID;
        CREATE TABLE ptz_program (camera TEXT PRIMARY KEY, kind INTEGER NOT NULL CHECK (kind IN (1, 2)), track INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE ptz_home (
            camera TEXT PRIMARY KEY, enabled INTEGER NOT NULL, reset_seconds INTEGER NOT NULL, preset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """,
        "ALTER TABLE guard ADD COLUMN until_ticks INTEGER;",
        // 0 waits, 1 waits and was sent once without a known outcome, 2 set aside because the platform refuses it
        "ALTER TABLE pending ADD COLUMN state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2));",
        "ALTER TABLE guard ADD COLUMN type INTEGER;",
    ];

    private EdgeDatabase(SqliteConnection connection) => Connection = connection;

    /// <summary>Guards <see cref="Connection"/>.</summary>
    public Lock Gate { get; } = new();

    public SqliteConnection Connection { get; }

    /// <summary>True when the disk could not be used: whatever is stored is gone when the agent ends.</summary>
    public bool IsInMemory { get; private init; }

    /// <summary>Opens the file, making it and its directory where there are none, and checks it whole.</summary>
    /// <remarks>
    /// An agent that does not start guards nothing and shows no picture. So a damaged file is moved aside and a new one begun, and on a disk
    /// that is full, read-only or failing the database is in memory. Both are logged as critical.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="time">Names a damaged file.</param>
    /// <param name="log">Where losses are told.</param>
    /// <param name="open">Opens and checks a file as it is; null is SQLite. Its errors are <see cref="SqliteException"/>.</param>
    /// <exception cref="IOException">The path is no place for a file, the file is in use, or a newer program wrote it.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be made.</exception>
    public static EdgeDatabase Open(string path, TimeProvider time, ILogger log, Func<string, EdgeDatabase>? open = null)
    {
        try
        {
            return OpenOnDisk(path, time, log, open ?? OpenFile);
        }
        catch (SqliteException e) when (IsDiskError(e, path))
        {
            log.DatabaseInMemory(path, e.Message);
        }
        catch (IOException e) when (DiskErrors.Contains(e.HResult))
        {
            log.DatabaseInMemory(path, e.Message);
        }
        catch (SqliteException e)
        {
            throw new IOException($"cannot open the database {path}: {e.Message}", e);
        }
        return OpenInMemory();
    }

    /// <summary>Runs statements that give nothing back.</summary>
    public void Execute(string sql)
    {
        lock (Gate)
            Execute(Connection, sql);
    }

    public void Dispose()
    {
        lock (Gate)
            Connection.Dispose();
    }

    private static EdgeDatabase OpenOnDisk(string path, TimeProvider time, ILogger log, Func<string, EdgeDatabase> open)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
            Directory.CreateDirectory(directory);
        try
        {
            return open(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            string aside = $"{path}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
            MoveAside(path, aside);
            log.DatabaseMovedAside(path, e.Message, aside);
        }
        return open(path);
    }

    private static bool IsDiskError(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        Full or InputOutput or ReadOnly => true,
        CannotOpen => !TakesFiles(path),
        _ => false,
    };

    /// <summary>SQLite says the same of a disk that is full or read-only and of a path that is wrong: a file beside the database tells.</summary>
    private static bool TakesFiles(string path)
    {
        try
        {
            File.Create($"{path}.{Environment.ProcessId}.tmp", 1, FileOptions.DeleteOnClose).Dispose();
            return true;
        }
        catch (IOException e)
        {
            return !DiskErrors.Contains(e.HResult);
        }
        catch (UnauthorizedAccessException)
        {
            return true;                                                   // not the disk: a right that the agent was not given
        }
    }

    private static EdgeDatabase OpenInMemory()
    {
        var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        try
        {
            connection.Open();
            BringUpToDate(connection, 0);
            return new EdgeDatabase(connection) { IsInMemory = true };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static EdgeDatabase OpenFile(string path)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            string found = Scalar(connection, "PRAGMA integrity_check(1)");
            if (found != "ok")
                throw new SqliteException(found, Corrupt);
            int version = int.Parse(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
            if (version < 0 || version > Steps.Length)
                throw new IOException($"the database {path} has schema {version}; this program knows schema {Steps.Length}. Use the program that wrote it, or move the file away");
            BringUpToDate(connection, version);
            return new EdgeDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Takes the steps that the file lacks, each with its number in one transaction.</summary>
    private static void BringUpToDate(SqliteConnection connection, int version)
    {
        for (; version < Steps.Length; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            Execute(connection, $"{Steps[version]} PRAGMA user_version = {version + 1};");
            transaction.Commit();
        }
    }

    private static void MoveAside(string path, string aside)
    {
        foreach (string suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix, overwrite: true);
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
