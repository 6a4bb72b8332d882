using NetRoom.Accounts;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Operator;

/// <summary>Everything about one wallet, list by list. Lists are paged by key, newest first.</summary>
internal sealed class WalletBook(NetRoomDb db, IAccountDirectory accounts)
{
    private const int LastResolved = 20;
    private const int MostEntitlements = 100;

    public async Task<WalletHead?> HeadAsync(Guid walletId, CancellationToken cancel)
    {
        var rows = await db.ListAsync(
            """
            SELECT w.id, w.account_id, w.avail, w.held, w.debt_real, w.debt_bonus, billing.spendable(w.id), w.status, w.status_reason,
                   w.status_by, w.status_at, w.number, w.last_at, w.tz, w.limit_message, w.limit_day, w.limit_month
              FROM billing.wallet AS w WHERE w.id = $1
            """,
            row => new WalletHead(
                row.GetGuid(0),
                row.GuidOrNull(1),
                null,
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4),
                row.GetInt64(5),
                row.GetInt64(6),
                row.GetInt16(7),
                row.TextOrNull(8),
                row.GuidOrNull(9),
                null,
                row.TimeOrNull(10),
                row.GetInt64(11),
                row.Time(12),
                row.GetString(13),
                row.LongOrNull(14),
                row.LongOrNull(15),
                row.LongOrNull(16)
            ),
            cancel,
            walletId
        );
        if (rows is not [var head])
            return null;
        Guid[] ids = [.. new[] { head.AccountId, head.StatusBy }.OfType<Guid>()];
        var people = await accounts.LabelsAsync(ids, cancel);
        return head with
        {
            Email = head.AccountId is { } account ? people.GetValueOrDefault(account) : null,
            StatusByName = head.StatusBy is { } by
                ? people.GetValueOrDefault(by) ?? by.ToString()
                : null,
        };
    }

    public async Task<Slice<LotLine>> LotsAsync(
        Guid walletId,
        Guid? before,
        CancellationToken cancel
    ) =>
        Slice<LotLine>.Of(
            await db.ListAsync(
                $"""
                SELECT {LedgerRecords.LotColumns} FROM billing.lot AS l
                 WHERE l.wallet_id = $1 AND ($2::uuid IS NULL OR l.id < $2) ORDER BY l.id DESC LIMIT {Slice<LotLine>.Size
                    + 1}
                """,
                LedgerRecords.ToLot,
                cancel,
                walletId,
                before
            ),
            lot => lot.Id
        );

    public async Task<(Guid WalletId, LotLine Lot)?> LotAsync(
        Guid lotId,
        CancellationToken cancel
    ) =>
        await db.ListAsync(
            $"SELECT {LedgerRecords.LotColumns}, l.wallet_id FROM billing.lot AS l WHERE l.id = $1",
            row => (row.GetGuid(18), LedgerRecords.ToLot(row)),
            cancel,
            lotId
        )
            is [var found]
            ? found
            : null;

    public async Task<Slice<HoldLine>> OpenHoldsAsync(
        Guid walletId,
        Guid? before,
        CancellationToken cancel
    ) =>
        Slice<HoldLine>.Of(
            await db.ListAsync(
                $"""
                SELECT {LedgerRecords.HoldColumns} FROM billing.hold AS h
                 WHERE h.wallet_id = $1 AND h.sweep_at IS NOT NULL AND ($2::uuid IS NULL OR h.id < $2)
                 ORDER BY h.id DESC LIMIT {Slice<HoldLine>.Size + 1}
                """,
                LedgerRecords.ToHold,
                cancel,
                walletId,
                before
            ),
            hold => hold.Id
        );

    /// <summary>What was taken last, by the index of the statement; with the released ones it is a search through all holds.</summary>
    public Task<IReadOnlyList<HoldLine>> ResolvedAsync(
        Guid walletId,
        bool all,
        CancellationToken cancel
    ) =>
        db.ListAsync(
            all
                ? $"""
                SELECT {LedgerRecords.HoldColumns} FROM billing.hold AS h
                 WHERE h.wallet_id = $1 AND h.sweep_at IS NULL ORDER BY h.resolved_at DESC, h.id DESC LIMIT {LastResolved}
                """
                : $"""
                SELECT {LedgerRecords.HoldColumns} FROM billing.transfer AS t JOIN billing.hold AS h ON h.id = t.idem_ref
                 WHERE t.wallet_id = $1 AND t.amount <> 0 AND t.kind IN ('Capture', 'Refund') ORDER BY t.number DESC LIMIT {LastResolved}
                """,
            LedgerRecords.ToHold,
            cancel,
            walletId
        );

    public async Task<(Guid WalletId, HoldLine Hold)?> HoldAsync(
        Guid holdId,
        CancellationToken cancel
    ) =>
        await db.ListAsync(
            $"SELECT {LedgerRecords.HoldColumns}, h.wallet_id FROM billing.hold AS h WHERE h.id = $1",
            row => (row.GetGuid(12), LedgerRecords.ToHold(row)),
            cancel,
            holdId
        )
            is [var found]
            ? found
            : null;

    /// <summary>What was captured of real money and of bonuses, and may still be returned.</summary>
    public async Task<(long Real, long Bonus)> ReturnableAsync(
        Guid holdId,
        CancellationToken cancel
    ) =>
        (
            await db.ListAsync(
                """
                SELECT coalesce(sum(x.amount) FILTER (WHERE l.class = 3), 0)::bigint - h.returned_real,
                       coalesce(sum(x.amount) FILTER (WHERE l.class < 3), 0)::bigint - h.returned_bonus
                  FROM billing.hold AS h
                  LEFT JOIN billing.transfer AS t ON t.kind = 'Capture' AND t.idem_ref = h.id
                  LEFT JOIN billing.posting AS x ON x.transfer_id = t.id AND x.dr = 2 AND x.cr = h.credit
                  LEFT JOIN billing.lot AS l ON l.id = x.lot_id
                 WHERE h.id = $1 GROUP BY h.id
                """,
                row => (row.GetInt64(0), row.GetInt64(1)),
                cancel,
                holdId
            )
        )[0];

    public async Task<IReadOnlyList<EntitlementLine>> EntitlementsAsync(
        Guid walletId,
        CancellationToken cancel
    )
    {
        var buckets = await db.ListAsync(
            """
            SELECT b.entitlement_id, b.kind::text, b.key, b.lim, b.used, b.held FROM billing.quota_bucket AS b
              JOIN billing.entitlement AS e ON e.id = b.entitlement_id
             WHERE e.wallet_id = $1 AND (b.kind = 'P' OR b.key > current_date - 7 OR b.held > 0) ORDER BY b.kind DESC, b.key DESC LIMIT 500
            """,
            row =>
                (
                    Of: row.GetGuid(0),
                    Bucket: new BucketLine(
                        row.GetString(1),
                        row.GetFieldValue<DateOnly>(2),
                        row.GetInt32(3),
                        row.GetInt32(4),
                        row.GetInt32(5)
                    )
                ),
            cancel,
            walletId
        );
        var byEntitlement = buckets.ToLookup(row => row.Of, row => row.Bucket);
        return await db.ListAsync(
            $"""
            SELECT e.id, e.product_id, e.product_version, e.kind, e.status, e.price_real, e.price_bonus, e.recognised, e.returned,
                   e.starts, e.ends, e.renews, e.used, e.inflight
              FROM billing.entitlement AS e WHERE e.wallet_id = $1 ORDER BY e.id DESC LIMIT {MostEntitlements}
            """,
            row => new EntitlementLine(
                row.GetGuid(0),
                row.GetString(1),
                row.GetInt32(2),
                row.GetInt16(3),
                row.GetInt16(4),
                row.GetInt64(5),
                row.GetInt64(6),
                row.GetInt64(7),
                row.GetInt64(8),
                row.Time(9),
                row.TimeOrNull(10),
                row.GetBoolean(11),
                row.GetInt64(12),
                row.GetInt64(13),
                [.. byEntitlement[row.GetGuid(0)]]
            ),
            cancel,
            walletId
        );
    }

    public async Task<Slice<PaymentLine>> PaymentsAsync(
        Guid walletId,
        Guid? before,
        CancellationToken cancel
    )
    {
        var payments = await db.ListAsync(
            $"""
            SELECT p.id, p.lot_id, p.psp, p.psp_payment_id, p.amount, p.refunded, p.charged_back, p.refundable, p.paid_at
              FROM billing.payment AS p WHERE p.wallet_id = $1 AND ($2::uuid IS NULL OR p.id < $2)
             ORDER BY p.id DESC LIMIT {Slice<PaymentLine>.Size + 1}
            """,
            row => new PaymentLine(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetString(2),
                row.GetString(3),
                row.GetInt64(4),
                row.GetInt64(5),
                row.GetInt64(6),
                row.GetBoolean(7),
                row.Time(8),
                [],
                []
            ),
            cancel,
            walletId,
            before
        );
        Guid[] ids = [.. payments.Select(payment => payment.Id)];
        var refunds = await db.ListAsync(
            "SELECT r.payment_id, r.id, r.amount, r.state, r.created_at FROM billing.refund AS r WHERE r.payment_id = ANY ($1) ORDER BY r.created_at",
            row =>
                (
                    Of: row.GetGuid(0),
                    Line: new RefundLine(
                        row.GetGuid(1),
                        row.GetInt64(2),
                        row.GetInt16(3),
                        row.Time(4)
                    )
                ),
            cancel,
            ids
        );
        var claims = await db.ListAsync(
            "SELECT c.payment_id, c.id, c.case_id, c.amount, c.created_at, c.reversed_at FROM billing.chargeback AS c WHERE c.payment_id = ANY ($1) ORDER BY c.created_at",
            row =>
                (
                    Of: row.GetGuid(0),
                    Line: new ChargebackLine(
                        row.GetGuid(1),
                        row.GetString(2),
                        row.GetInt64(3),
                        row.Time(4),
                        row.TimeOrNull(5)
                    )
                ),
            cancel,
            ids
        );
        return Slice<PaymentLine>.Of(
            [
                .. payments.Select(payment =>
                    payment with
                    {
                        Refunds =
                        [
                            .. refunds.Where(it => it.Of == payment.Id).Select(it => it.Line),
                        ],
                        Chargebacks =
                        [
                            .. claims.Where(it => it.Of == payment.Id).Select(it => it.Line),
                        ],
                    }
                ),
            ],
            payment => payment.Id
        );
    }

    /// <summary>With <paramref name="all"/> also what moved nothing for the person: holds, releases, revenue.</summary>
    public async Task<Slice<TransferLine>> TransfersAsync(
        Guid walletId,
        long? before,
        bool all,
        CancellationToken cancel
    )
    {
        var movements = all ? "" : "AND " + Statements.StatementSql.IsLine;
        var transfers = await db.ListAsync(
            $"""
            SELECT t.id, t.number, t.kind, t.at, t.idem_ref, t.amount, t.asset, t.reason, t.actor FROM billing.transfer AS t
             WHERE t.wallet_id = $1 AND ($2::bigint IS NULL OR t.number < $2) {movements}
             ORDER BY t.number DESC LIMIT {Slice<TransferLine>.Size + 1}
            """,
            row => new TransferLine(
                row.GetGuid(0),
                row.GetInt64(1),
                row.GetString(2),
                row.Time(3),
                row.GetGuid(4),
                row.GetInt64(5),
                row.GetString(6),
                row.TextOrNull(7),
                row.GuidOrNull(8),
                []
            ),
            cancel,
            walletId,
            before
        );
        var lines = await db.ListAsync(
            "SELECT p.transfer_id, p.dr, p.cr, p.lot_id, p.asset, p.amount FROM billing.posting AS p WHERE p.transfer_id = ANY ($1) ORDER BY p.transfer_id, p.seq",
            row =>
                (
                    Of: row.GetGuid(0),
                    Line: new PostingLine(
                        row.GetInt16(1),
                        row.GetInt16(2),
                        row.GuidOrNull(3),
                        row.GetString(4),
                        row.GetInt64(5)
                    )
                ),
            cancel,
            (object)transfers.Select(transfer => transfer.Id).ToArray()
        );
        var byTransfer = lines.ToLookup(row => row.Of, row => row.Line);
        return Slice<TransferLine>.Of(
            [
                .. transfers.Select(transfer =>
                    transfer with
                    {
                        Lines = [.. byTransfer[transfer.Id]],
                    }
                ),
            ],
            transfer => transfer.Number
        );
    }
}
