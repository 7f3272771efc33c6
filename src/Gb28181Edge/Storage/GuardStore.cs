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
            command.CommandText = "SELECT guarded, active, in_alarm FROM guard WHERE input = $input";
            command.Parameters.AddWithValue("$input", inputId);
            try
            {
                using SqliteDataReader reader = command.ExecuteReader();
                return reader.Read() ? new GuardRecord(reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2)) : null;
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
            using SqliteCommand command = database.Connection.CreateCommand();
            command.CommandText = "INSERT OR REPLACE INTO guard (input, guarded, active, in_alarm) VALUES ($input, $guarded, $active, $alarm)";
            command.Parameters.AddWithValue("$input", inputId);
            command.Parameters.AddWithValue("$guarded", record.Guarded);
            command.Parameters.AddWithValue("$active", record.Active);
            command.Parameters.AddWithValue("$alarm", record.InAlarm);
            try
            {
                command.ExecuteNonQuery();
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
}
