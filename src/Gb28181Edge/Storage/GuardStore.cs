using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gb28181Edge.Storage;

/// <summary>Guard states in the database.</summary>
internal sealed class GuardStore(EdgeDatabase database, ILogger log) : IGuardStore
{
    public GuardRecord? Load(string inputId)
    {
        lock (database.Gate)
        {
            using SqliteCommand command = database.Connection.CreateCommand();
            command.CommandText = "SELECT guarded, active, in_alarm, until_ticks, type FROM guard WHERE input = $input";
            command.Parameters.AddWithValue("$input", inputId);
            try
            {
                using SqliteDataReader reader = command.ExecuteReader();
                if (!reader.Read())
                    return null;
                return new GuardRecord(reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2),
                    reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero),
                    reader.IsDBNull(4) ? null : reader.GetInt32(4));
            }
            catch (SqliteException e)
            {
                log.DatabaseFailed("reading a guard state", e.Message);
                return null;
            }
        }
    }

    public bool Save(string inputId, GuardRecord record)
    {
        lock (database.Gate)
        {
            if (database.IsInMemory && Load(inputId) == record)
                return false;                                              // said when it came
            try
            {
                Write(database, inputId, record);
                if (database.IsInMemory)
                    log.GuardNotSaved(inputId, "the database is in memory");
                return !database.IsInMemory;
            }
            catch (SqliteException e)
            {
                log.GuardNotSaved(inputId, e.Message);
                return false;
            }
        }
    }

    /// <summary>The statement alone, in whatever transaction there is. Called under the database's gate.</summary>
    /// <exception cref="SqliteException">The disk takes nothing.</exception>
    internal static void Write(EdgeDatabase database, string inputId, GuardRecord record)
    {
        using SqliteCommand command = database.Connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO guard (input, guarded, active, in_alarm, until_ticks, type) VALUES ($input, $guarded, $active, $alarm, $until, $type)";
        command.Parameters.AddWithValue("$input", inputId);
        command.Parameters.AddWithValue("$guarded", record.Guarded);
        command.Parameters.AddWithValue("$active", record.Active);
        command.Parameters.AddWithValue("$alarm", record.InAlarm);
        command.Parameters.AddWithValue("$until", (object?)record.Until?.UtcTicks ?? DBNull.Value);
        command.Parameters.AddWithValue("$type", (object?)record.Type ?? DBNull.Value);
        command.ExecuteNonQuery();
    }
}
