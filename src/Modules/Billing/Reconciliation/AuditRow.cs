using System.Runtime.CompilerServices;
using Npgsql;

namespace NetRoom.Billing.Reconciliation;

/// <summary>A line of billing.audit.</summary>
/// <param name="Invariant">0: the wallet was looked at up to transfer number <paramref name="Expected"/>.</param>
/// <param name="Subject">The lot, hold, transfer, payment or entitlement that differs; null for the wallet itself.</param>
internal sealed record AuditRow(
    int Invariant,
    Guid? WalletId,
    Guid? Subject,
    long? Expected,
    long? Found
)
{
    /// <summary>One batch is one scan of the ledger and one snapshot.</summary>
    public const int WalletsInABatch = 50_000;

    public static readonly Guid BeforeAll = Guid.Empty;

    /// <summary>The end of the batch after <paramref name="after"/>; null where there is none.</summary>
    public static async Task<Guid?> EndOfBatchAsync(
        NpgsqlConnection connection,
        Guid after,
        bool full,
        int limit,
        CancellationToken cancel
    )
    {
        await using var command = new NpgsqlCommand(
            "SELECT billing.audit_batch($1, $2, $3)",
            connection
        )
        {
            Parameters =
            {
                new() { Value = after },
                new() { Value = full },
                new() { Value = limit },
            },
            CommandTimeout = 0,
        };
        return await command.ExecuteScalarAsync(cancel) as Guid?;
    }

    public static IAsyncEnumerable<AuditRow> OfBatchAsync(
        NpgsqlConnection connection,
        Guid after,
        Guid until,
        bool full,
        CancellationToken cancel
    ) =>
        ReadAsync(
            connection,
            "SELECT * FROM billing.audit($1, $2, $3)",
            [after, until, full],
            cancel
        );

    public static IAsyncEnumerable<AuditRow> OfOrphansAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    ) => ReadAsync(connection, "SELECT * FROM billing.audit_orphans()", [], cancel);

    private static async IAsyncEnumerable<AuditRow> ReadAsync(
        NpgsqlConnection connection,
        string sql,
        object[] values,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            yield return new AuditRow(
                reader.GetInt32(0),
                reader.IsDBNull(1) ? null : reader.GetGuid(1),
                reader.IsDBNull(2) ? null : reader.GetGuid(2),
                reader.IsDBNull(3) ? null : reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetInt64(4)
            );
    }
}
