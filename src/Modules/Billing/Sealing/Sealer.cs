using NetRoom.Billing.Reconciliation;
using Npgsql;
using Quartz;

namespace NetRoom.Billing.Sealing;

/// <summary>
/// Every minute: a seal over the transfers of all transactions that are over. Ids and times commit out of order; the oldest
/// transaction still running is the only safe end of a range.
/// </summary>
internal sealed class Sealer(NpgsqlDataSource source, SealFile file) : IJob
{
    public const string EveryMinute = "20 * * * * ?";

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await SealAsync(cancellationToken);

    /// <summary>Null: nothing new, or another node is at it.</summary>
    public async Task<Seal?> SealAsync(CancellationToken cancel)
    {
        await using var turn = await JobTurn.TryTakeAsync(source, JobTurn.Sealing, cancel);
        if (turn is null)
            return null;
        await TransactionIds.RaiseAsync(turn.Connection, cancel);
        var seal = await SealNewAsync(turn.Connection, cancel);
        await ExportAsync(turn.Connection, cancel);
        return seal;
    }

    public static async Task<Seal> LastAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Seal.Columns} ORDER BY seq DESC LIMIT 1",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Seal.Read(reader) : Seal.Genesis;
    }

    private static async Task<Seal?> SealNewAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    )
    {
        var last = await LastAsync(connection, cancel);
        await using var end = new NpgsqlCommand(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + billing.txid_offset()",
            connection
        );
        var to = (long)(await end.ExecuteScalarAsync(cancel))!;
        if (to <= last.To)
            return null;
        // A later statement: it sees all that the end promises.
        var tree = await Seal.TreeAsync(connection, last.To, to, cancel);
        if (tree.Count == 0)
            return null;
        var seal = last.Next(to, tree);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO billing.seal (seq, from_txid, to_txid, count, merkle_root, previous, root)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            connection
        )
        {
            Parameters =
            {
                new() { Value = seal.Seq },
                new() { Value = seal.From },
                new() { Value = seal.To },
                new() { Value = seal.Count },
                new() { Value = seal.Merkle },
                new() { Value = seal.Previous },
                new() { Value = seal.Root },
            },
        };
        await insert.ExecuteNonQueryAsync(cancel);
        return seal;
    }

    /// <summary>Written first, noted afterwards: a crash in between writes a line again.</summary>
    private async Task ExportAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var seals = new List<Seal>();
        await using (
            var command = new NpgsqlCommand(
                $"SELECT {Seal.Columns} WHERE exported_at IS NULL ORDER BY seq",
                connection
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel))
                seals.Add(Seal.Read(reader));
        foreach (var seal in seals)
        {
            await file.AppendAsync(seal, cancel);
            await using var note = new NpgsqlCommand(
                "UPDATE billing.seal SET exported_at = now() WHERE seq = $1",
                connection
            )
            {
                Parameters = { new() { Value = seal.Seq } },
            };
            await note.ExecuteNonQueryAsync(cancel);
        }
    }
}
