using Npgsql;

namespace NetRoom.Tests.Billing;

/// <summary>The invariants of the ledger that span rows, as SQL over the whole schema. Numbers are those of the design.</summary>
internal static class LedgerAuditor
{
    private static readonly (string Name, string Sql)[] Checks =
    [
        (
            "3: W.avail = Σ L.avail and W.held = Σ L.held",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.lot l ON l.wallet_id = w.id
             GROUP BY w.id HAVING (w.avail, w.held) <> (coalesce(sum(l.avail), 0), coalesce(sum(l.held), 0))
            """
        ),
        (
            "4: W.held = Σ open holds",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.hold h ON h.wallet_id = w.id AND h.state = 0
             GROUP BY w.id HAVING w.held <> coalesce(sum(h.amount), 0)
            """
        ),
        (
            "5: wallets rebuilt from postings = wallets as stored",
            """
            SELECT w.id FROM billing.wallet w
              LEFT JOIN (billing.transfer t JOIN billing.posting p ON p.transfer_id = t.id) ON t.wallet_id = w.id
             GROUP BY w.id
            HAVING w.avail <> coalesce(sum(CASE WHEN p.cr = 1 THEN p.amount WHEN p.dr = 1 THEN -p.amount END), 0)
                OR w.held <> coalesce(sum(CASE WHEN p.cr = 2 THEN p.amount WHEN p.dr = 2 THEN -p.amount END), 0)
            """
        ),
        (
            "5: lots rebuilt from postings = lots as stored",
            """
            SELECT l.id FROM billing.lot l LEFT JOIN billing.posting p ON p.lot_id = l.id
             GROUP BY l.id
            HAVING (l.granted, l.avail, l.held, l.spent, l.expired) IS DISTINCT FROM (
                coalesce(sum(p.amount) FILTER (WHERE p.dr IN (100, 300, 302)), 0),
                coalesce(sum(CASE WHEN p.cr = 1 THEN p.amount WHEN p.dr = 1 THEN -p.amount END), 0),
                coalesce(sum(CASE WHEN p.cr = 2 THEN p.amount WHEN p.dr = 2 THEN -p.amount END), 0),
                coalesce(sum(p.amount) FILTER (WHERE p.cr = 200), 0),
                coalesce(sum(p.amount) FILTER (WHERE p.cr = 310), 0))
            """
        ),
        (
            "6: H.amount = Σ hold_lot.amount and H.captured = Σ hold_lot.captured",
            """
            SELECT h.id FROM billing.hold h LEFT JOIN billing.hold_lot p ON p.hold_id = h.id
             GROUP BY h.id HAVING (h.amount, h.captured) <> (coalesce(sum(p.amount), 0), coalesce(sum(p.captured), 0))
            """
        ),
        (
            "6: a later lot of a hold is captured only after the earlier ones are",
            """
            SELECT late.hold_id FROM billing.hold_lot late
              JOIN billing.hold_lot early ON early.hold_id = late.hold_id AND early.seq < late.seq
             WHERE late.captured > 0 AND early.captured < early.amount
            """
        ),
        (
            "9: nothing is below zero",
            """
            SELECT id FROM billing.wallet WHERE least(avail, held, debt_real, debt_bonus) < 0
            UNION ALL
            SELECT id FROM billing.lot
             WHERE least(avail, held, spent, refunded, expired, voided, charged_back, repaid) < 0
            """
        ),
        (
            "10: a charge is what was captured, and never above the quote's ceiling",
            """
            SELECT h.id FROM billing.hold h LEFT JOIN billing.charge c ON c.hold_id = h.id
             WHERE h.captured > h.amount OR h.amount <> (h.quote->>'ceiling')::bigint AND h.amount > 0
                OR coalesce(c.amount, 0) <> h.captured OR h.state = 0 AND c.hold_id IS NOT NULL
            """
        ),
        (
            "15: a hold has one Hold and, once resolved, one Capture or one Release",
            """
            SELECT h.id FROM billing.hold h LEFT JOIN billing.transfer t ON t.idem_ref = h.id
             GROUP BY h.id
            HAVING h.amount > 0 AND (count(*) FILTER (WHERE t.kind = 'Hold') <> 1
                OR count(*) FILTER (WHERE t.kind = 'Capture') <> (h.state = 1)::int
                OR count(*) FILTER (WHERE t.kind = 'Release') <> (h.state = 2)::int)
                OR h.amount = 0 AND count(t.id) > 0
            """
        ),
        (
            "16: a lot has one Grant",
            """
            SELECT l.id FROM billing.lot l LEFT JOIN billing.transfer t ON t.idem_ref = l.id AND t.kind = 'Grant'
             GROUP BY l.id HAVING count(t.id) <> 1 OR sum(t.amount) <> l.granted
            """
        ),
        (
            "36: every transfer has postings, of one wallet, that come to its amount",
            """
            SELECT t.id FROM billing.transfer t
              LEFT JOIN billing.posting p ON p.transfer_id = t.id
              LEFT JOIN billing.lot l ON l.id = p.lot_id
             GROUP BY t.id
            HAVING count(p.seq) = 0 OR bool_or(l.wallet_id <> t.wallet_id)
                OR t.amount <> sum((p.cr < 100)::int * p.amount - (p.dr < 100)::int * p.amount)
            """
        ),
        (
            "36: transfers of a wallet are numbered without holes up to the wallet's number",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.transfer t ON t.wallet_id = w.id
             GROUP BY w.id
            HAVING w.number <> count(t.id) OR w.number <> count(DISTINCT t.number)
                OR w.number <> coalesce(max(t.number), 0)
            """
        ),
        (
            "38: time in a wallet never goes back",
            """
            SELECT late.id FROM billing.transfer late
              JOIN billing.transfer early ON early.wallet_id = late.wallet_id AND early.number = late.number - 1
             WHERE late.at < early.at
            """
        ),
    ];

    /// <summary>Fails with the number of the invariant and the first row that breaks it.</summary>
    public static async Task ShouldFindNothingAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var sql = string.Join(
            " UNION ALL ",
            Checks.Select(check =>
                $"(SELECT $n${check.Name}: $n$ || id FROM ({check.Sql}) AS broken(id) LIMIT 1)"
            )
        );
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var broken = new List<string>();
        while (await reader.ReadAsync())
            broken.Add(reader.GetString(0));
        broken.ShouldBeEmpty();
    }
}
