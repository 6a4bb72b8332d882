using System.Globalization;
using NetRoom.Billing.Reconciliation;
using Npgsql;

namespace NetRoom.Billing.Sealing;

/// <summary>
/// Recomputes history: every seal from the transfers it covers, every exported line against the seals, every wallet's chain from
/// its first transfer. Reads only.
/// </summary>
internal sealed class LedgerVerification(NpgsqlDataSource source, SealFile file)
{
    /// <returns>The first difference in words; null if there is none.</returns>
    public async Task<string?> FirstDifferenceAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await SealsAsync(connection, cancel) ?? await ChainsAsync(connection, cancel);
    }

    private async Task<string?> SealsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var seals = new List<Seal>();
        await using (
            var command = new NpgsqlCommand($"SELECT {Seal.Columns} ORDER BY seq", connection)
        )
        await using (var reader = await command.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel))
                seals.Add(Seal.Read(reader));

        var previous = Seal.Genesis;
        foreach (var seal in seals)
        {
            var tree = await Seal.TreeAsync(connection, previous.To, seal.To, cancel);
            if (!seal.Says(previous.Next(seal.To, tree)))
                return $"seal {Number(seal.Seq)} does not fit the {Number(tree.Count)} transfers of transactions {Number(previous.To)} to {Number(seal.To)}";
            previous = seal;
        }

        foreach (var exported in file.Read())
            if (exported.Seq < 1 || exported.Seq > seals.Count)
                return $"seal {Number(exported.Seq)} was exported and is not in the database";
            else if (!exported.Says(seals[(int)exported.Seq - 1]))
                return $"seal {Number(exported.Seq)} is not what was exported";
        return null;
    }

    private static async Task<string?> ChainsAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    )
    {
        var after = AuditRow.BeforeAll;
        while (
            await AuditRow.EndOfBatchAsync(
                connection,
                after,
                full: true,
                AuditRow.WalletsInABatch,
                cancel
            )
                is { } until
        )
        {
            await foreach (
                var row in AuditRow.OfBatchAsync(connection, after, until, full: true, cancel)
            )
                if (row.Invariant is 36 or 37 or 38)
                    return Words(row);
            after = until;
        }

        await foreach (var row in AuditRow.OfOrphansAsync(connection, cancel))
            if (row.Invariant == 36)
                return Words(row);
        return null;
    }

    private static string Words(AuditRow row) =>
        $"invariant {Number(row.Invariant)} does not hold in wallet {row.WalletId?.ToString() ?? "(none)"}, transfer {row.Subject?.ToString() ?? "(its last)"}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
