using NetRoom.Accounts;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Operator;

/// <summary>What all people have together of one class.</summary>
public sealed record ClassTotal(int Class, long Avail, long Held);

/// <summary>An adjustment with the people behind it; an address that is gone is the account's id.</summary>
public sealed record AdjustmentLine(
    Guid Id,
    Guid WalletId,
    int Class,
    long Amount,
    string Reason,
    string? Reference,
    Guid AskedBy,
    string Asker,
    DateTimeOffset AskedAt,
    int State,
    bool NeedsSecond,
    string? Decider,
    DateTimeOffset? DecidedAt
);

/// <summary>The numbers of the ledger's first page, in micro-roubles.</summary>
public sealed record LedgerNumbers(
    IReadOnlyList<ClassTotal> Classes,
    long DebtReal,
    long DebtBonus,
    long Wallets,
    long OldHolds,
    long OldHeld,
    long OpenDifferences,
    DateTimeOffset? ReconciledAt,
    DateTimeOffset? SealedAt
);

/// <summary>The state of the whole ledger at a glance.</summary>
internal sealed class LedgerGlance(NetRoomDb db, IAccountDirectory accounts)
{
    private const int Most = 100;

    public async Task<LedgerNumbers> NumbersAsync(CancellationToken cancel)
    {
        var classes = await db.ListAsync(
            """
            SELECT l.class, sum(l.avail)::bigint, sum(l.held)::bigint FROM billing.lot AS l
             WHERE NOT l.closed AND l.asset = 'RUB' GROUP BY l.class ORDER BY l.class DESC
            """,
            row => new ClassTotal(row.GetInt16(0), row.GetInt64(1), row.GetInt64(2)),
            cancel
        );
        return (
            await db.ListAsync(
                """
                SELECT coalesce(sum(w.debt_real), 0)::bigint, coalesce(sum(w.debt_bonus), 0)::bigint, count(*),
                       (SELECT count(*) FROM billing.hold AS h WHERE h.sweep_at IS NOT NULL AND h.held_at < now() - interval '1 hour'),
                       (SELECT coalesce(sum(h.amount), 0)::bigint FROM billing.hold AS h
                         WHERE h.sweep_at IS NOT NULL AND h.asset = 'RUB' AND h.held_at < now() - interval '1 hour'),
                       (SELECT count(*) FROM billing.recon_diff AS d WHERE d.closed_at IS NULL),
                       (SELECT max(r.ended_at) FROM billing.recon_run AS r),
                       (SELECT max(s.sealed_at) FROM billing.seal AS s)
                  FROM billing.wallet AS w
                """,
                row => new LedgerNumbers(
                    classes,
                    row.GetInt64(0),
                    row.GetInt64(1),
                    row.GetInt64(2),
                    row.GetInt64(3),
                    row.GetInt64(4),
                    row.GetInt64(5),
                    row.TimeOrNull(6),
                    row.TimeOrNull(7)
                ),
                cancel
            )
        )[0];
    }

    /// <summary>Those that wait, oldest first.</summary>
    public Task<IReadOnlyList<AdjustmentLine>> WaitingAsync(CancellationToken cancel) =>
        AdjustmentsAsync("a.state = 0 ORDER BY a.asked_at", cancel);

    public async Task<AdjustmentLine?> AdjustmentAsync(Guid id, CancellationToken cancel) =>
        (await AdjustmentsAsync("a.id = $1", cancel, id)).SingleOrDefault();

    /// <summary>Of one wallet, newest first.</summary>
    public Task<IReadOnlyList<AdjustmentLine>> OfWalletAsync(
        Guid walletId,
        CancellationToken cancel
    ) => AdjustmentsAsync("a.wallet_id = $1 ORDER BY a.asked_at DESC", cancel, walletId);

    private async Task<IReadOnlyList<AdjustmentLine>> AdjustmentsAsync(
        string which,
        CancellationToken cancel,
        params object?[] values
    )
    {
        var rows = await db.ListAsync(
            $"""
            SELECT a.id, a.wallet_id, a.class, a.amount, a.reason, a.reference, a.asked_by, a.asked_at, a.state, a.needs_second,
                   a.decided_by, a.decided_at
              FROM billing.adjustment AS a WHERE {which} LIMIT {Most}
            """,
            row =>
                (
                    Line: new AdjustmentLine(
                        row.GetGuid(0),
                        row.GetGuid(1),
                        row.GetInt16(2),
                        row.GetInt64(3),
                        row.GetString(4),
                        row.TextOrNull(5),
                        row.GetGuid(6),
                        "",
                        row.Time(7),
                        row.GetInt16(8),
                        row.GetBoolean(9),
                        null,
                        row.TimeOrNull(11)
                    ),
                    Decider: row.GuidOrNull(10)
                ),
            cancel,
            values
        );
        var people = await accounts.LabelsAsync(
            [
                .. rows.SelectMany(row =>
                        new[] { row.Line.AskedBy, row.Decider ?? row.Line.AskedBy }
                    )
                    .Distinct(),
            ],
            cancel
        );
        string Name(Guid id) => people.GetValueOrDefault(id) ?? id.ToString();
        return
        [
            .. rows.Select(row =>
                row.Line with
                {
                    Asker = Name(row.Line.AskedBy),
                    Decider = row.Decider is { } decider ? Name(decider) : null,
                }
            ),
        ];
    }
}
