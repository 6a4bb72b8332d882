using System.Data.Common;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Statements;

/// <summary>Receipts of one account; another's are not there.</summary>
internal sealed class Receipts(NetRoomDb db)
{
    private const string NameOf = """
        (SELECT p.name_en, p.name_ru FROM billing.product AS p WHERE p.id = x.product ORDER BY p.version DESC LIMIT 1)
        """;

    private const string TransferOf = $$"""
        SELECT x.id, x.kind, x.at, x.asset, x.amount, x.hold_id, x.hold_kind, x.returned, n.name_en, n.name_ru
          FROM (
            SELECT t.id, t.kind, t.at, t.asset, t.amount, h.id AS hold_id, h.kind AS hold_kind,
                   coalesce(h.returned_real + h.returned_bonus, 0) AS returned,
                   CASE WHEN t.asset <> 'RUB' THEN substr(t.asset, 5) END AS product
              FROM billing.transfer AS t
              JOIN billing.wallet AS w ON w.id = t.wallet_id
              LEFT JOIN billing.hold AS h ON h.id = t.idem_ref AND t.kind = 'Capture'
             WHERE t.id = $2 AND w.account_id = $1
               AND (t.amount <> 0 OR t.kind = ANY ('{Chargeback,ChargebackReversal,Clawback,WriteOff}'))
          ) AS x
          LEFT JOIN LATERAL {{NameOf}} AS n ON true
        """;

    private const string RunOf = $"""
        SELECT x.id, x.job_id, x.model_id, x.category, x.price_version_id, x.asset, x.amount, x.captured, x.state, x.held_at,
               x.resolved_at, x.uncapped, x.estimated, x.lines, x.coefficient_ppm, x.plan, n.name_en, n.name_ru, x.transfer_id
          FROM (
            SELECT h.*, e.kind AS plan, t.id AS transfer_id,
                   CASE WHEN h.asset LIKE 'TOK:%' THEN substr(h.asset, 5) ELSE e.product_id END AS product
              FROM billing.hold AS h
              JOIN billing.wallet AS w ON w.id = h.wallet_id
              LEFT JOIN billing.entitlement AS e ON e.id = h.entitlement_id
              LEFT JOIN billing.transfer AS t ON t.kind = 'Capture' AND t.idem_ref = h.id
             WHERE (h.id = $2 OR h.job_id = $2) AND w.account_id = $1 AND h.kind = 1
          ) AS x
          LEFT JOIN LATERAL {NameOf} AS n ON true
        """;

    /// <summary>What moved between the wallet's own accounts is no part of what the person had or got.</summary>
    private const string PartsOf = """
        SELECT p.dr, p.cr, p.amount, l.class, l.source_kind, l.expires_at, g.at
          FROM billing.posting AS p
          LEFT JOIN billing.lot AS l ON l.id = p.lot_id
          LEFT JOIN billing.transfer AS g ON g.kind = 'Grant' AND g.idem_ref = l.id
         WHERE p.transfer_id = $1 AND greatest(p.dr, p.cr) > 2
         ORDER BY p.seq
        """;

    private const string PurchaseOf = $"""
        SELECT n.name_en, n.name_ru, x.tokens, x.starts, x.ends, x.real, x.bonus
          FROM (
            SELECT h.model_id AS product, l.granted AS tokens, coalesce(e.starts, h.resolved_at) AS starts,
                   coalesce(e.ends, l.expires_at) AS ends,
                   coalesce(e.price_real, l.price_real, 0) AS real, coalesce(e.price_bonus, l.price_bonus, 0) AS bonus
              FROM billing.hold AS h
              LEFT JOIN billing.entitlement AS e ON e.hold_id = h.id
              LEFT JOIN billing.lot AS l ON l.source_kind = 'purchase' AND l.source_id = h.id::text AND l.class = 4
             WHERE h.id = $1
          ) AS x
          LEFT JOIN LATERAL {NameOf} AS n ON true
        """;

    public async Task<Receipt?> OfTransferAsync(
        Guid accountId,
        Guid transferId,
        CancellationToken cancel
    )
    {
        Receipt receipt;
        Guid? holdId;
        int holdKind;
        await using (var row = await AskAsync(TransferOf, cancel, accountId, transferId))
        {
            if (!await row.ReadAsync(cancel))
                return null;
            (holdId, holdKind) = (row.Id(5), row.IsDBNull(6) ? 0 : row.GetInt16(6));
            receipt = new Receipt(
                transferId,
                row.Word<TransferKind>(1),
                row.Time(2),
                row.GetString(3) != StatementLine.Roubles,
                row.GetInt64(4),
                row.Name(8, 9),
                Money.Zero,
                row.Money(7),
                [],
                null,
                null
            );
        }

        var (parts, owed) = await PartsAsync(transferId, cancel);
        return receipt with
        {
            Parts = parts,
            Owed = owed,
            Run =
                holdId is { } run && holdKind == (int)HoldKind.Run
                    ? (await RunAsync(accountId, run, cancel)).Run
                    : null,
            Purchase =
                holdId is { } purchase && holdKind == (int)HoldKind.Purchase
                    ? await PurchaseAsync(purchase, cancel)
                    : null,
        };
    }

    public async Task<Receipt?> OfJobAsync(Guid accountId, Guid jobId, CancellationToken cancel)
    {
        var (run, transferId) = await RunAsync(accountId, jobId, cancel);
        if (run is null)
            return null;
        if (transferId is { } capture)
            return await OfTransferAsync(accountId, capture, cancel);
        return new Receipt(
            null,
            run.IsOpen ? TransferKind.Hold : TransferKind.Release,
            run.EndedAt ?? run.HeldAt,
            false,
            0,
            null,
            Money.Zero,
            Money.Zero,
            [],
            run,
            null
        );
    }

    private async Task<(ReceiptRun? Run, Guid? TransferId)> RunAsync(
        Guid accountId,
        Guid id,
        CancellationToken cancel
    )
    {
        await using var row = await AskAsync(RunOf, cancel, accountId, id);
        if (!await row.ReadAsync(cancel))
            return (null, null);
        var asset = row.GetString(5);
        var charge = row.Number(11) is { } uncapped
            ? new Charge(
                asset == StatementLine.Roubles ? row.Money(7) : Money.Zero,
                new Money(uncapped),
                LedgerJson.ReadLines(row.Text(13) ?? "[]"),
                row.IsDBNull(14) ? 1_000_000 : row.GetInt32(14),
                !row.IsDBNull(12) && row.GetBoolean(12)
            )
            : null;
        var run = new ReceiptRun(
            row.GetGuid(1),
            row.GetGuid(0),
            row.GetString(2),
            row.Word<SpendCategory>(3),
            row.GetGuid(4),
            Funding(asset, row.IsDBNull(15) ? null : (ProductKind)row.GetInt16(15)),
            row.Name(16, 17),
            row.GetInt64(6),
            row.GetInt64(7),
            row.Time(9),
            row.IsDBNull(10) ? null : row.Time(10),
            row.GetInt16(8) == 0,
            charge
        );
        return (run, row.Id(18));
    }

    private async Task<(IReadOnlyList<ReceiptPart> Parts, Money Owed)> PartsAsync(
        Guid transferId,
        CancellationToken cancel
    )
    {
        await using var row = await AskAsync(PartsOf, cancel, transferId);
        List<ReceiptPart> parts = [];
        var owed = Money.Zero;
        while (await row.ReadAsync(cancel))
        {
            var (from, to) = ((LedgerAccount)row.GetInt16(0), (LedgerAccount)row.GetInt16(1));
            owed +=
                IsDebt(from) ? row.Money(2)
                : IsDebt(to) ? -row.Money(2)
                : Money.Zero;
            if ((IsOwn(from) || IsOwn(to)) && !row.IsDBNull(3))
                parts.Add(
                    new ReceiptPart(
                        (LotClass)row.GetInt16(3),
                        row.GetString(4),
                        row.IsDBNull(6) ? null : row.Time(6),
                        row.Term(5),
                        row.GetInt64(2)
                    )
                );
        }

        return (parts, owed);
    }

    private async Task<ReceiptPurchase?> PurchaseAsync(Guid holdId, CancellationToken cancel)
    {
        await using var row = await AskAsync(PurchaseOf, cancel, holdId);
        return await row.ReadAsync(cancel)
            ? new ReceiptPurchase(
                holdId,
                row.Name(0, 1),
                row.Number(2),
                row.IsDBNull(3) ? null : row.Time(3),
                row.Term(4),
                row.Money(5),
                row.Money(6)
            )
            : null;
    }

    private async Task<DbDataReader> AskAsync(
        string sql,
        CancellationToken cancel,
        params Guid[] ids
    )
    {
        await using var command = await db.CommandAsync(sql, cancel);
        foreach (var id in ids)
            command.Parameters.Add(new NpgsqlParameter { Value = id });
        return await command.ExecuteReaderAsync(cancel);
    }

    private static bool IsOwn(LedgerAccount account) => account <= LedgerAccount.Held;

    private static bool IsDebt(LedgerAccount account) =>
        account is LedgerAccount.DebtReal or LedgerAccount.DebtBonus;

    private static FundingKind Funding(string asset, ProductKind? plan) =>
        (asset, plan) switch
        {
            (_, ProductKind.Subscription) => FundingKind.Subscription,
            (_, ProductKind.Unlimited) => FundingKind.Unlimited,
            (_, ProductKind.Free) => FundingKind.Free,
            (StatementLine.Roubles, _) => FundingKind.Wallet,
            _ => FundingKind.Pack,
        };
}
