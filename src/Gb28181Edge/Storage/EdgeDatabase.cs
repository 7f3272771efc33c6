using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Storage;

/// <summary>The agent's one SQLite file. A transaction that has been committed survives a pulled plug: WAL, synchronous FULL.</summary>
/// <remarks>One connection, used under <see cref="Gate"/>; statements are short and nobody awaits while holding it.</remarks>
internal sealed class EdgeDatabase : IDisposable
{
    private const int SchemaVersion = 1;
    private const int Corrupt = 11, NotADatabase = 26;

    private const string Schema = """
        CREATE TABLE alarm (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            input TEXT NOT NULL, priority INTEGER NOT NULL, method INTEGER NOT NULL, type INTEGER,
            ticks INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, description TEXT NOT NULL) STRICT;
        CREATE INDEX alarm_ticks ON alarm (ticks);
        CREATE TABLE pending (platform TEXT NOT NULL, alarm INTEGER NOT NULL, PRIMARY KEY (platform, alarm)) STRICT, WITHOUT ROWID;
        CREATE INDEX pending_alarm ON pending (alarm);
        CREATE TABLE guard (
            input TEXT PRIMARY KEY, guarded INTEGER NOT NULL, active INTEGER NOT NULL, in_alarm INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    private EdgeDatabase(SqliteConnection connection) => Connection = connection;

    /// <summary>Guards <see cref="Connection"/>.</summary>
    public Lock Gate { get; } = new();

    public SqliteConnection Connection { get; }

    /// <summary>Opens the file, making it and its directory where there are none, and checks it whole.</summary>
    /// <remarks>A damaged file is moved aside, which is logged as critical, and a new one begun: an agent that does not start guards nothing.</remarks>
    /// <exception cref="IOException">The directory cannot be made, the file not opened, or a newer program wrote it.</exception>
    public static EdgeDatabase Open(string path, TimeProvider time, ILogger log)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
            Directory.CreateDirectory(directory);
        try
        {
            return TryOpen(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            string aside = $"{path}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
            MoveAside(path, aside);
            log.DatabaseMovedAside(path, e.Message, aside);
        }
        catch (SqliteException e)
        {
            throw new IOException($"cannot open the database {path}: {e.Message}", e);
        }
        try
        {
            return TryOpen(path);
        }
        catch (SqliteException e)
        {
            throw new IOException($"cannot begin a new database {path}: {e.Message}", e);
        }
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

    private static EdgeDatabase TryOpen(string path)
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
            string version = Scalar(connection, "PRAGMA user_version");
            if (version == "0")
            {
                using SqliteTransaction transaction = connection.BeginTransaction();
                Execute(connection, Schema);
                transaction.Commit();
            }
            else if (version != SchemaVersion.ToString())
            {
                throw new IOException($"the database {path} has schema {version}; this program knows schema {SchemaVersion}. Use the program that wrote it, or move the file away");
            }
            return new EdgeDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
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
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }
}
