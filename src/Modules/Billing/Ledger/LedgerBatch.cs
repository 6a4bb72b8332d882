using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Ledger;

/// <summary>Commands as arrays: one call of billing.hold and one of billing.resolve at most, in one round trip.</summary>
internal static class LedgerBatch
{
    private const short Run = 1;

    /// <summary>
    /// One answer for each command, in their order. Without a transaction the whole is one of its own, and it waits for
    /// no wallet longer than half a second: other people's commands are in it.
    /// </summary>
    public static async Task<LedgerAnswer[]> SendAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        IReadOnlyList<LedgerCommand> commands,
        CancellationToken cancel
    )
    {
        var holds = commands.OfType<HoldCommand>().ToArray();
        var resolves = commands.OfType<ResolveCommand>().ToArray();
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (transaction is null)
            batch.BatchCommands.Add(SharedCommit.WaitsBriefly());
        if (holds.Length > 0 && resolves.Length > 0)
            batch.BatchCommands.Add(Lock(holds, resolves));
        if (holds.Length > 0)
            batch.BatchCommands.Add(Hold(holds));
        if (resolves.Length > 0)
            batch.BatchCommands.Add(Resolve(resolves));

        var answering = (holds.Length > 0 ? 1 : 0) + (resolves.Length > 0 ? 1 : 0);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        for (var before = batch.BatchCommands.Count - answering; before > 0; before--)
            await reader.NextResultAsync(cancel);
        var held = new Queue<LedgerAnswer>();
        if (holds.Length > 0)
        {
            while (await reader.ReadAsync(cancel))
                held.Enqueue(new LedgerAnswer(reader.GetString(0), reader.GetInt64(1), null));
            await reader.NextResultAsync(cancel);
        }

        var resolved = new Queue<LedgerAnswer>();
        while (resolves.Length > 0 && await reader.ReadAsync(cancel))
            resolved.Enqueue(
                new LedgerAnswer(
                    reader.GetString(0),
                    reader.GetInt64(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2)
                )
            );
        // To the end: an error of the commit comes last.
        while (await reader.NextResultAsync(cancel)) { }
        return [.. commands.Select(it => it is HoldCommand ? held.Dequeue() : resolved.Dequeue())];
    }

    private static NpgsqlBatchCommand Lock(HoldCommand[] holds, ResolveCommand[] resolves) =>
        new("SELECT billing.lock_wallets($1, $2)")
        {
            Parameters =
            {
                Columns.Of(holds, it => it.Request.AccountId),
                Columns.Of(resolves, it => it.HoldId),
            },
        };

    private static NpgsqlBatchCommand Hold(HoldCommand[] holds) =>
        new(
            "SELECT outcome, available FROM billing.hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        )
        {
            Parameters =
            {
                Columns.Of(holds, it => it.Request.Id),
                Columns.Of(holds, it => it.Request.AccountId),
                Columns.Of(holds, it => it.Request.JobId),
                Columns.Of(holds, it => it.Amount),
                Columns.Of(holds, it => it.Asset),
                Columns.Of(holds, _ => Run),
                Columns.Of(holds, _ => (short)LedgerAccount.Revenue),
                Columns.Of(holds, it => it.Request.Category.ToString()),
                Columns.Of(holds, it => it.Request.Quote.ModelId),
                Columns.Of(holds, it => it.Request.Quote.PriceVersionId),
                Columns.Of(holds, it => it.Request.Quote.CoefficientPpm),
                Columns.Json(holds, it => it.Quote),
                Columns.Of(holds, it => it.Request.ExpiresAt.ToUniversalTime()),
            },
        };

    private static NpgsqlBatchCommand Resolve(ResolveCommand[] resolves) =>
        new("SELECT outcome, taken, asset FROM billing.resolve($1, $2, $3, $4, $5, $6, $7)")
        {
            Parameters =
            {
                Columns.Of(resolves, it => it.HoldId),
                Columns.Of(resolves, it => it.Taken),
                Columns.Of(resolves, it => it.Tokens),
                Columns.Of(resolves, it => it.Uncapped),
                Columns.Of(resolves, it => it.Estimated),
                Columns.Json(resolves, it => it.Lines),
                Columns.Of(resolves, it => it.Reason),
            },
        };
}
