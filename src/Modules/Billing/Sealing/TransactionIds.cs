using Microsoft.Extensions.Hosting;
using Npgsql;

namespace NetRoom.Billing.Sealing;

/// <summary>
/// A dump that is restored into a new cluster brings its seals along, but the new cluster counts its transactions from the start:
/// the ledger's ids go on above everything that was sealed or written. Looked at before the first request and by every seal.
/// </summary>
internal sealed class TransactionIds(NpgsqlDataSource source) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await RaiseAsync(connection, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <returns>Whether they had to be raised.</returns>
    public static async Task<bool> RaiseAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!await AreBehindAsync(connection, cancel))
            return false;
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Whoever is writing finishes first, whoever comes later writes with the new offset.
        await using var gate = new NpgsqlCommand(
            "LOCK TABLE billing.transfer IN SHARE ROW EXCLUSIVE MODE",
            connection
        );
        await gate.ExecuteNonQueryAsync(cancel);
        if (!await AreBehindAsync(connection, cancel))
            return false;
        await using var offset = new NpgsqlCommand(
            """
            SELECT greatest((SELECT max(to_txid) FROM billing.seal), (SELECT max(txid) + 1 FROM billing.transfer))
                   - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            """,
            connection
        );
        var raised = (long)(await offset.ExecuteScalarAsync(cancel))!;
        await using var replace = new NpgsqlCommand(
            $"CREATE OR REPLACE FUNCTION billing.txid_offset() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT {raised}::bigint'",
            connection
        );
        await replace.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static async Task<bool> AreBehindAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    )
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + billing.txid_offset()
                   < coalesce((SELECT max(to_txid) FROM billing.seal), 0)
            """,
            connection
        );
        return await command.ExecuteScalarAsync(cancel) is true;
    }
}
