using System.Data.Common;
using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Generation.History;

internal sealed class RunHistory(NetRoomDb db, TimeProvider clock) : IRunHistory
{
    private const string OneRun = """
        SELECT r.id, r.subject_id, r.model_id, r.state, r.started_at, r.ended_at, r.charged_micro, r.usage::text, r.failure,
               h.price_version_id
          FROM generation.run AS r JOIN billing.hold AS h ON h.id = r.hold_id
         WHERE r.id = $1 AND r.account_id = $2
        """;

    private const string Days = """
        WITH runs AS MATERIALIZED (
            SELECT (started_at AT TIME ZONE 'UTC')::date AS day, model_id, subject_id, state, charged_micro, usage
              FROM generation.run
             WHERE account_id = $1 AND origin = $2 AND started_at >= $3 AND started_at < $4
               AND ($5 IS NULL OR model_id = $5) AND ($6 IS NULL OR subject_id = $6)
        ), page AS (
            SELECT day, model_id, subject_id, count(*) AS runs, count(*) FILTER (WHERE state = 1) AS completed,
                   coalesce(sum(charged_micro), 0)::bigint AS charged
              FROM runs
             WHERE $7 IS NULL OR (day, model_id, subject_id) > ($7, $8, $9)
             GROUP BY day, model_id, subject_id ORDER BY day, model_id, subject_id LIMIT $10
        ), units AS (
            SELECT r.day, r.model_id, r.subject_id, c ->> 'Unit' AS unit, sum((c ->> 'Quantity')::bigint)::bigint AS quantity
              FROM runs AS r JOIN page USING (day, model_id, subject_id)
             CROSS JOIN jsonb_array_elements(r.usage -> 'Counts') AS c
             GROUP BY r.day, r.model_id, r.subject_id, unit
        )
        SELECT p.day, p.model_id, p.subject_id, p.runs, p.completed, p.charged,
               array_agg(u.unit) FILTER (WHERE u.unit IS NOT NULL), array_agg(u.quantity) FILTER (WHERE u.unit IS NOT NULL)
          FROM page AS p LEFT JOIN units AS u USING (day, model_id, subject_id)
         GROUP BY p.day, p.model_id, p.subject_id, p.runs, p.completed, p.charged
         ORDER BY p.day, p.model_id, p.subject_id
        """;

    private const string Spending = """
        SELECT subject_id, coalesce(sum(charged_micro) FILTER (WHERE started_at >= $4), 0)::bigint, coalesce(sum(charged_micro), 0)::bigint
          FROM generation.run WHERE account_id = $1 AND origin = $2 AND started_at >= $3 GROUP BY subject_id
        """;

    public async Task<RunRecord?> FindAsync(Guid accountId, Guid runId, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(OneRun, cancel);
        command.Parameters.Add(new() { Value = runId });
        command.Parameters.Add(new() { Value = accountId });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel))
            return null;
        return new RunRecord(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetString(2),
            (RunState)row.GetInt16(3),
            row.GetFieldValue<DateTimeOffset>(4),
            row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
            row.IsDBNull(6) ? null : new Money(row.GetInt64(6)),
            row.IsDBNull(7) ? null : JsonSerializer.Deserialize<Usage>(row.GetString(7)),
            row.IsDBNull(8) ? null : row.GetString(8),
            row.GetGuid(9)
        );
    }

    public async Task<IReadOnlyList<RunDay>> ByDayAsync(RunDayQuery query, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(Days, cancel);
        Add(NpgsqlDbType.Uuid, query.AccountId);
        Add(NpgsqlDbType.Text, query.Origin);
        Add(NpgsqlDbType.TimestampTz, Midnight(query.From));
        Add(NpgsqlDbType.TimestampTz, Midnight(query.To.AddDays(1)));
        Add(NpgsqlDbType.Text, query.ModelId);
        Add(NpgsqlDbType.Uuid, query.SubjectId);
        Add(NpgsqlDbType.Date, query.After?.Day);
        Add(NpgsqlDbType.Text, query.After?.ModelId);
        Add(NpgsqlDbType.Uuid, query.After?.SubjectId);
        Add(NpgsqlDbType.Integer, query.Limit);
        await using var row = await command.ExecuteReaderAsync(cancel);
        var days = new List<RunDay>();
        while (await row.ReadAsync(cancel))
            days.Add(
                new RunDay(
                    row.GetFieldValue<DateOnly>(0),
                    row.GetString(1),
                    row.GetGuid(2),
                    row.GetInt64(3),
                    row.GetInt64(4),
                    new Money(row.GetInt64(5)),
                    Units(row)
                )
            );
        return days;

        void Add(NpgsqlDbType type, object? value) =>
            command.Parameters.Add(
                new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value }
            );
    }

    public async Task<IReadOnlyDictionary<Guid, RunSpending>> SpendingAsync(
        Guid accountId,
        string origin,
        CancellationToken cancel
    )
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await using var command = await db.CommandAsync(Spending, cancel);
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = origin });
        command.Parameters.Add(new() { Value = Midnight(today.AddDays(1 - today.Day)) });
        command.Parameters.Add(new() { Value = Midnight(today) });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var spending = new Dictionary<Guid, RunSpending>();
        while (await row.ReadAsync(cancel))
            spending[row.GetGuid(0)] = new(new Money(row.GetInt64(1)), new Money(row.GetInt64(2)));
        return spending;
    }

    /// <summary>Units are kept by number or by name; one that we do not know any more is left out.</summary>
    private static List<UnitCount> Units(DbDataReader row)
    {
        if (row.IsDBNull(6))
            return [];
        var units = new List<UnitCount>();
        foreach (
            var (name, quantity) in row.GetFieldValue<string[]>(6).Zip(row.GetFieldValue<long[]>(7))
        )
            if (Enum.TryParse<UnitKind>(name, out var unit) && Enum.IsDefined(unit))
                units.Add(new UnitCount(unit, quantity));
        return [.. units.OrderBy(it => it.Unit)];
    }

    private static DateTimeOffset Midnight(DateOnly day) =>
        new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
