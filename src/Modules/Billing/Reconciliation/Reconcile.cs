using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using Npgsql;

namespace NetRoom.Billing.Reconciliation;

/// <summary>What a run of the reconciliation came to.</summary>
/// <param name="Differences">Those that were not open before.</param>
internal sealed record ReconciliationRun(Guid Id, long Wallets, long Transfers, long Differences);

/// <summary>
/// Compares what is stored with what the postings say, wallets in batches, each in one snapshot and without a lock. A wallet that
/// differs is frozen, alone, and somebody is told.
/// </summary>
internal sealed partial class Reconcile(
    NpgsqlDataSource source,
    IServiceScopeFactory scopes,
    ILogger<Reconcile> log
)
{
    private const int MarkedAtOnce = 500;

    /// <summary>Batches at the same time: the server's processor is what takes the time, and people are asleep.</summary>
    private static readonly int Lanes = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <param name="full">All wallets; else those that changed since they were last found right.</param>
    /// <returns>Null: another run is under way.</returns>
    public async Task<ReconciliationRun?> RunAsync(
        bool full,
        CancellationToken cancel,
        int batch = AuditRow.WalletsInABatch
    )
    {
        await using var turn = await JobTurn.TryTakeAsync(source, JobTurn.Reconciliation, cancel);
        if (turn is null)
            return null;
        var connection = turn.Connection;
        var id = Ids.New();
        await ExecuteAsync(
            connection,
            "INSERT INTO billing.recon_run (id, is_full) VALUES ($1, $2)",
            cancel,
            id,
            full
        );

        var found = new ConcurrentBag<ReconciliationRun>();
        await Parallel.ForEachAsync(
            await RangesAsync(connection, full, batch, cancel),
            new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancel },
            async (range, stop) =>
            {
                await using var lane = await source.OpenConnectionAsync(stop);
                var rows = await AuditRow
                    .OfBatchAsync(lane, range.After, range.Until, full, stop)
                    .ToListAsync(stop);
                found.Add(await TakeInAsync(lane, id, rows, stop));
            }
        );

        if (full)
        {
            var orphans = await AuditRow.OfOrphansAsync(connection, cancel).ToListAsync(cancel);
            found.Add(await TakeInAsync(connection, id, orphans, cancel));
        }

        var run = new ReconciliationRun(
            id,
            found.Sum(part => part.Wallets),
            found.Sum(part => part.Transfers),
            found.Sum(part => part.Differences)
        );
        await ExecuteAsync(
            connection,
            "UPDATE billing.recon_run SET ended_at = now(), wallets = $2, transfers = $3, differences = $4 WHERE id = $1",
            cancel,
            run.Id,
            run.Wallets,
            run.Transfers,
            run.Differences
        );
        Finished(run.Id, run.Wallets, run.Transfers, run.Differences);
        return run;
    }

    private static async Task<List<(Guid After, Guid Until)>> RangesAsync(
        NpgsqlConnection connection,
        bool full,
        int batch,
        CancellationToken cancel
    )
    {
        var ranges = new List<(Guid After, Guid Until)>();
        var after = AuditRow.BeforeAll;
        while (await AuditRow.EndOfBatchAsync(connection, after, full, batch, cancel) is { } until)
        {
            ranges.Add((after, until));
            after = until;
        }

        return ranges;
    }

    private async Task<ReconciliationRun> TakeInAsync(
        NpgsqlConnection connection,
        Guid runId,
        List<AuditRow> rows,
        CancellationToken cancel
    )
    {
        var wrong = new HashSet<Guid?>();
        long found = 0;
        foreach (var difference in rows.Where(row => row.Invariant > 0))
        {
            wrong.Add(difference.WalletId);
            if (await RecordAsync(runId, difference, cancel))
                found++;
        }

        var looked = rows.Where(row => row.Invariant == 0).ToList();
        foreach (var part in looked.Where(row => !wrong.Contains(row.WalletId)).Chunk(MarkedAtOnce))
            await ExecuteAsync(
                connection,
                "SELECT billing.mark_reconciled($1, $2)",
                cancel,
                part.Select(row => row.WalletId!.Value).ToArray(),
                part.Select(row => row.Expected!.Value).ToArray()
            );
        return new ReconciliationRun(
            runId,
            looked.Count,
            looked.Sum(row => row.Found!.Value),
            found
        );
    }

    private async Task<bool> RecordAsync(Guid runId, AuditRow row, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NetRoomDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await using var command = await db.CommandAsync(
            "SELECT billing.record_difference($1, $2::smallint, $3, $4, $5, $6)",
            cancel
        );
        command.Parameters.Add(new() { Value = runId });
        command.Parameters.Add(new() { Value = row.Invariant });
        Optional<Guid>(row.WalletId);
        Optional<Guid>(row.Subject);
        Optional<long>(row.Expected);
        Optional<long>(row.Found);
        if (await command.ExecuteScalarAsync(cancel) is not true)
            return false;
        scope
            .ServiceProvider.GetRequiredService<Outbox>()
            .Add(new LedgerDifference(runId, row.WalletId, row.Invariant));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        Differs(row.Invariant, row.WalletId, runId);
        return true;

        void Optional<T>(T? value)
            where T : struct =>
            command.Parameters.Add(new NpgsqlParameter<T?> { TypedValue = value });
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancel,
        params object[] values
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancel);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Invariant {Invariant} does not hold in wallet {WalletId}, says reconciliation {RunId}"
    )]
    private partial void Differs(int invariant, Guid? walletId, Guid runId);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Reconciliation {RunId}: {Wallets} wallets, {Transfers} transfers, {Differences} new differences"
    )]
    private partial void Finished(Guid runId, long wallets, long transfers, long differences);
}
