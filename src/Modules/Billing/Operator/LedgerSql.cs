using System.Runtime.CompilerServices;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Operator;

/// <summary>Rows of a query as records. What an owner asks goes across tables that the model of the pages does not know.</summary>
internal static class LedgerSql
{
    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        this NetRoomDb db,
        string sql,
        Func<NpgsqlDataReader, T> row,
        CancellationToken cancel,
        params object?[] values
    )
    {
        var list = new List<T>();
        await foreach (var item in db.StreamAsync(sql, row, values, cancel))
            list.Add(item);
        return list;
    }

    public static async IAsyncEnumerable<T> StreamAsync<T>(
        this NetRoomDb db,
        string sql,
        Func<NpgsqlDataReader, T> row,
        object?[] values,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(sql, cancel);
        RareMovements.Add(command, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            yield return row(reader);
    }

    public static async Task<string> OutcomeAsync(
        this NetRoomDb db,
        string sql,
        CancellationToken cancel,
        params object?[] values
    ) => (await db.ListAsync(sql, row => row.GetString(0), cancel, values))[0];

    public static Guid? GuidOrNull(this NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetGuid(at);

    public static long? LongOrNull(this NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetInt64(at);

    public static string? TextOrNull(this NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetString(at);

    public static DateTimeOffset Time(this NpgsqlDataReader row, int at) =>
        row.GetFieldValue<DateTimeOffset>(at);

    /// <summary>Null for none and for never.</summary>
    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) || row.Time(at) is var time && time == DateTimeOffset.MaxValue
            ? null
            : row.Time(at);
}
