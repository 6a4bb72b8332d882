using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Billing.Reconciliation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

public sealed record RunLine(
    Guid Id,
    bool IsFull,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    long Wallets,
    long Transfers,
    long Differences
);

public sealed record DifferenceLine(
    long Id,
    int Invariant,
    Guid? WalletId,
    Guid? Subject,
    long? Expected,
    long? Found,
    DateTimeOffset FoundAt,
    DateTimeOffset? ClosedAt
);

public sealed record SealLine(
    long Seq,
    long Count,
    string Root,
    DateTimeOffset SealedAt,
    DateTimeOffset? ExportedAt
);

/// <summary>/operator/ledger/reconciliation: what was compared, what differed, what is sealed; and a run at once.</summary>
internal static class ShowReconciliation
{
    private const int Runs = 20;

    public static async Task<IResult> HandleAsync(
        long? differences,
        long? seals,
        NetRoomDb db,
        CancellationToken cancel
    )
    {
        var runs = await db.ListAsync(
            $"""
            SELECT r.id, r.is_full, r.started_at, r.ended_at, r.wallets, r.transfers, r.differences
              FROM billing.recon_run AS r ORDER BY r.started_at DESC LIMIT {Runs}
            """,
            row => new RunLine(
                row.GetGuid(0),
                row.GetBoolean(1),
                row.Time(2),
                row.TimeOrNull(3),
                row.GetInt64(4),
                row.GetInt64(5),
                row.GetInt64(6)
            ),
            cancel
        );
        var sealedRanges = await db.ListAsync(
            $"""
            SELECT s.seq, s.count, encode(s.root, 'hex'), s.sealed_at, s.exported_at
              FROM billing.seal AS s WHERE $1::bigint IS NULL OR s.seq < $1 ORDER BY s.seq DESC LIMIT {Slice<SealLine>.Size
                + 1}
            """,
            row => new SealLine(
                row.GetInt64(0),
                row.GetInt64(1),
                row.GetString(2),
                row.Time(3),
                row.TimeOrNull(4)
            ),
            cancel,
            seals
        );
        return new PageResult<ReconciliationPage>(
            new
            {
                Runs = runs,
                Open = await DifferencesAsync(db, "d.closed_at IS NULL", null, cancel),
                Closed = await DifferencesAsync(db, "d.closed_at IS NOT NULL", differences, cancel),
                Seals = Slice<SealLine>.Of(sealedRanges, seal => seal.Seq),
            }
        );
    }

    public static async Task<IResult> RunAsync(
        [FromForm] string? scope,
        Reconcile reconcile,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (await reconcile.RunAsync(scope == "full", cancel) is null)
            return new Problem(ProblemKind.Conflict, "billing.reconciling").ToResult();
        Notice.Leave(context, "Done");
        return TypedResults.Redirect("/operator/ledger/reconciliation");
    }

    public static async Task<IResult> CloseAsync(
        long number,
        IDifferences differences,
        ICurrentAccount me,
        HttpContext context,
        CancellationToken cancel
    ) =>
        ActResult.Done(
            context,
            "/operator/ledger/reconciliation",
            await differences.CloseDifferenceAsync(number, me.Id, cancel)
        );

    private static async Task<Slice<DifferenceLine>> DifferencesAsync(
        NetRoomDb db,
        string which,
        long? before,
        CancellationToken cancel
    ) =>
        Slice<DifferenceLine>.Of(
            await db.ListAsync(
                $"""
                SELECT d.id, d.invariant, d.wallet_id, d.subject, d.expected, d.found, d.found_at, d.closed_at
                  FROM billing.recon_diff AS d WHERE {which} AND ($1::bigint IS NULL OR d.id < $1)
                 ORDER BY d.id DESC LIMIT {Slice<DifferenceLine>.Size + 1}
                """,
                row => new DifferenceLine(
                    row.GetInt64(0),
                    row.GetInt16(1),
                    row.GuidOrNull(2),
                    row.GuidOrNull(3),
                    row.LongOrNull(4),
                    row.LongOrNull(5),
                    row.Time(6),
                    row.TimeOrNull(7)
                ),
                cancel,
                before
            ),
            difference => difference.Id
        );
}
