using Microsoft.Data.Sqlite;

namespace Gb28181Edge.Storage;

/// <summary>The outbox's statements. Called under the database's gate; every change is one transaction.</summary>
internal sealed class AlarmTable(EdgeDatabase database)
{
    /// <summary>Forgets platforms that are no more, and alarms that nobody waits for.</summary>
    public void ForgetAllBut(IReadOnlyCollection<string> platforms)
    {
        using SqliteTransaction transaction = database.Connection.BeginTransaction();
        var gone = new List<string>();
        using (SqliteCommand known = Command("SELECT DISTINCT platform FROM pending"))
        using (SqliteDataReader reader = known.ExecuteReader())
        {
            while (reader.Read())
            {
                if (!platforms.Contains(reader.GetString(0)))
                    gone.Add(reader.GetString(0));
            }
        }
        foreach (string platform in gone)
        {
            using SqliteCommand forget = Command("DELETE FROM pending WHERE platform = $platform", ("$platform", platform));
            forget.ExecuteNonQuery();
        }
        using (SqliteCommand orphans = Command("DELETE FROM alarm WHERE id NOT IN (SELECT alarm FROM pending)"))
            orphans.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <returns>The next id, greater than any that was ever given, and how many alarms there are.</returns>
    public (long NextId, long Count) Begin() =>
        (Number("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'alarm'"), Number("SELECT count(*) FROM alarm"));

    public long CountPending(string platform) =>
        Number("SELECT count(*) FROM pending WHERE platform = $platform AND state <> 2", ("$platform", platform));

    /// <summary>What was set aside waits again.</summary>
    public void TakeBack()
    {
        using SqliteCommand command = Command("UPDATE pending SET state = 0 WHERE state = 2");
        command.ExecuteNonQuery();
    }

    /// <returns>The oldest alarm that the platform waits for; null without any.</returns>
    public long? First(string platform) =>
        Numbers("SELECT alarm FROM pending WHERE platform = $platform AND state <> 2 ORDER BY alarm LIMIT 1", ("$platform", platform)) is [long id] ? id : null;

    public void MarkSent(string platform, long id) => Mark(platform, id, "UPDATE pending SET state = 1 WHERE platform = $platform AND alarm = $id AND state = 0");

    /// <returns>Whether the platform still waited for it.</returns>
    public bool SetAside(string platform, long id) => Mark(platform, id, "UPDATE pending SET state = 2 WHERE platform = $platform AND alarm = $id AND state <> 2");

    private bool Mark(string platform, long id, string sql)
    {
        using SqliteCommand command = Command(sql, ("$platform", platform), ("$id", id));
        return command.ExecuteNonQuery() > 0;
    }

    /// <param name="pending">The alarm.</param>
    /// <param name="platforms">Who waits for it.</param>
    /// <param name="after">Its input's state since; null leaves what is there.</param>
    /// <returns>Why the state could not be written with the alarm, which is there all the same; null when it could.</returns>
    /// <exception cref="SqliteException">Neither is there.</exception>
    public SqliteException? Insert(PendingAlarm pending, IEnumerable<string> platforms, GuardRecord? after)
    {
        AlarmRecord alarm = pending.Alarm;
        using SqliteTransaction transaction = database.Connection.BeginTransaction();
        using (SqliteCommand insert = Command(
            "INSERT INTO alarm (id, input, priority, method, type, ticks, offset_minutes, description) VALUES ($id, $input, $priority, $method, $type, $ticks, $offset, $description)",
            ("$id", pending.Id), ("$input", alarm.DeviceId), ("$priority", alarm.Priority), ("$method", alarm.Method),
            ("$type", (object?)alarm.Type ?? DBNull.Value), ("$ticks", alarm.Time.UtcTicks),
            ("$offset", (int)alarm.Time.Offset.TotalMinutes), ("$description", alarm.Description)))
            insert.ExecuteNonQuery();
        foreach (string platform in platforms)
        {
            using SqliteCommand wait = Command("INSERT INTO pending (platform, alarm) VALUES ($platform, $id)", ("$platform", platform), ("$id", pending.Id));
            wait.ExecuteNonQuery();
        }
        SqliteException? unsaved = null;
        try
        {
            if (after is { } state)
                GuardStore.Write(database, alarm.DeviceId, state);
        }
        catch (SqliteException e)
        {
            unsaved = e;                                                   // where it ended the transaction, the commit says so
        }
        transaction.Commit();
        return unsaved;
    }

    public List<PendingAlarm> Read(string platform, int most)
    {
        var alarms = new List<PendingAlarm>();
        using SqliteCommand command = Command(
            """
            SELECT id, input, priority, method, type, ticks, offset_minutes, description, state
            FROM pending JOIN alarm ON id = alarm WHERE platform = $platform AND state <> 2 ORDER BY alarm LIMIT $most
            """, ("$platform", platform), ("$most", most));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            TimeSpan offset = TimeSpan.FromMinutes(reader.GetInt32(6));
            var time = new DateTimeOffset(reader.GetInt64(5), TimeSpan.Zero);
            alarms.Add(new PendingAlarm(reader.GetInt64(0), new AlarmRecord(reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3),
                reader.IsDBNull(4) ? null : reader.GetInt32(4), time.ToOffset(offset), reader.GetString(7)), InDoubt: reader.GetInt32(8) == 1));
        }
        return alarms;
    }

    /// <returns>Whether the platform still waited for it, and whether the alarm is done because nobody waits for it any more.</returns>
    public (bool Confirmed, bool Done) Confirm(string platform, long id)
    {
        using SqliteTransaction transaction = database.Connection.BeginTransaction();
        bool confirmed, done;
        using (SqliteCommand confirm = Command("DELETE FROM pending WHERE platform = $platform AND alarm = $id AND state <> 2", ("$platform", platform), ("$id", id)))
            confirmed = confirm.ExecuteNonQuery() > 0;
        using (SqliteCommand finish = Command("DELETE FROM alarm WHERE id = $id AND NOT EXISTS (SELECT 1 FROM pending WHERE alarm = $id)", ("$id", id)))
            done = finish.ExecuteNonQuery() > 0;
        transaction.Commit();
        return (confirmed, done);
    }

    public List<long> Oldest(int count) => Numbers("SELECT id FROM alarm ORDER BY id LIMIT $count", ("$count", count));

    /// <summary>Alarms with a time and an id in the given ranges, their ends not included.</summary>
    public List<long> Between(DateTimeOffset from, DateTimeOffset to, long firstId, long endId) =>
        Numbers("SELECT id FROM alarm WHERE ticks >= $from AND ticks < $to AND id >= $first AND id < $end",
            ("$from", from.UtcTicks), ("$to", to.UtcTicks), ("$first", firstId), ("$end", endId));

    /// <returns>Who waited for them; for whom one was set aside does not wait.</returns>
    public List<(string Platform, long Id)> Delete(IReadOnlyList<long> ids)
    {
        var waited = new List<(string, long)>();
        using SqliteTransaction transaction = database.Connection.BeginTransaction();
        foreach (long id in ids)
        {
            using (SqliteCommand forget = Command("DELETE FROM pending WHERE alarm = $id RETURNING platform, state", ("$id", id)))
            using (SqliteDataReader reader = forget.ExecuteReader())
            {
                while (reader.Read())
                {
                    if (reader.GetInt32(1) != 2)
                        waited.Add((reader.GetString(0), id));
                }
            }
            using SqliteCommand delete = Command("DELETE FROM alarm WHERE id = $id", ("$id", id));
            delete.ExecuteNonQuery();
        }
        transaction.Commit();
        return waited;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = database.Connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private long Number(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(sql, parameters);
        return (long)command.ExecuteScalar()!;
    }

    private List<long> Numbers(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var numbers = new List<long>();
        using SqliteCommand command = Command(sql, parameters);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
