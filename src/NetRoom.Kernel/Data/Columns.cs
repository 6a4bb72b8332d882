using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Kernel.Data;

/// <summary>Rows as parameters of a set-based statement: one array for each column.</summary>
public static class Columns
{
    public static NpgsqlParameter Of<TRow, T>(TRow[] rows, Func<TRow, T> column) =>
        new() { Value = Array.ConvertAll(rows, row => column(row)) };

    /// <summary>JSON as text, or null.</summary>
    public static NpgsqlParameter Json<TRow>(TRow[] rows, Func<TRow, string?> column) =>
        new()
        {
            Value = Array.ConvertAll(rows, row => column(row)),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        };
}
