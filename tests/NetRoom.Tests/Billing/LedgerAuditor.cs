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
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.lot l ON l.wallet_id = w.id AND l.asset = 'RUB'
             GROUP BY w.id HAVING (w.avail, w.held) <> (coalesce(sum(l.avail), 0), coalesce(sum(l.held), 0))
            """
        ),
        (
            "4: W.held = Σ open holds",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.hold h ON h.wallet_id = w.id AND h.state = 0 AND h.asset = 'RUB'
             GROUP BY w.id HAVING w.held <> coalesce(sum(h.amount), 0)
            """
        ),
        (
            "5: wallets rebuilt from postings = wallets as stored",
            """
            SELECT w.id FROM billing.wallet w
              LEFT JOIN (billing.transfer t JOIN billing.posting p ON p.transfer_id = t.id AND p.asset = 'RUB') ON t.wallet_id = w.id
             GROUP BY w.id
            HAVING w.avail <> coalesce(sum(CASE WHEN p.cr = 1 THEN p.amount WHEN p.dr = 1 THEN -p.amount END), 0)
                OR w.held <> coalesce(sum(CASE WHEN p.cr = 2 THEN p.amount WHEN p.dr = 2 THEN -p.amount END), 0)
                OR w.debt_real <> coalesce(sum(CASE WHEN p.dr = 3 THEN p.amount WHEN p.cr = 3 THEN -p.amount END), 0)
                OR w.debt_bonus <> coalesce(sum(CASE WHEN p.dr = 4 THEN p.amount WHEN p.cr = 4 THEN -p.amount END), 0)
            """
        ),
        (
            "5: lots rebuilt from postings = lots as stored",
            """
            SELECT l.id FROM billing.lot l
              LEFT JOIN billing.posting p ON p.lot_id = l.id AND p.asset = l.asset AND least(p.dr, p.cr) < 100
             GROUP BY l.id
            HAVING (l.granted, l.avail, l.held, l.spent, l.refunded, l.expired, l.voided, l.charged_back, l.repaid, l.clawed)
                   IS DISTINCT FROM (
                coalesce(sum(p.amount) FILTER (WHERE p.cr = 1 AND p.dr IN (100, 300, 301, 302, 360, 500)), 0),
                coalesce(sum(CASE WHEN p.cr = 1 THEN p.amount WHEN p.dr = 1 THEN -p.amount END), 0),
                coalesce(sum(CASE WHEN p.cr = 2 THEN p.amount WHEN p.dr = 2 THEN -p.amount END), 0),
                coalesce(sum(CASE WHEN p.cr IN (200, 210, 211, 212, 510) THEN p.amount
                                  WHEN p.dr IN (200, 210, 211, 212, 510) THEN -p.amount END), 0),
                coalesce(sum(CASE WHEN p.cr = 110 THEN p.amount WHEN p.dr = 110 THEN -p.amount END), 0),
                coalesce(sum(p.amount) FILTER (WHERE p.cr = 310), 0),
                coalesce(sum(p.amount) FILTER (WHERE p.cr IN (320, 360) AND p.dr <> 4), 0),
                coalesce(sum(CASE WHEN 3 IN (p.dr, p.cr) THEN 0 WHEN p.cr = 330 THEN p.amount
                                  WHEN p.dr = 330 THEN -p.amount END), 0),
                coalesce(sum(p.amount) FILTER (WHERE p.dr = 1 AND p.cr IN (3, 4)), 0),
                coalesce(sum(p.amount) FILTER (WHERE p.dr = 4), 0))
            """
        ),
        (
            "6: H.amount and H.captured = what was posted from available to held, and from held on",
            """
            SELECT h.id FROM billing.hold h
              LEFT JOIN (billing.transfer t JOIN billing.posting p ON p.transfer_id = t.id)
                ON t.idem_ref = h.id AND t.kind IN ('Hold', 'Capture', 'Refund') AND p.asset = h.asset
             WHERE h.asset <> 'UNIT'
             GROUP BY h.id
            HAVING h.amount <> coalesce(sum(p.amount) FILTER (WHERE t.id = h.id AND (p.dr, p.cr) = (1, 2)), 0)
                OR h.captured <> coalesce(sum(p.amount) FILTER (WHERE t.id <> h.id AND p.dr = 2 AND p.cr <> 1), 0)
            """
        ),
        (
            "6: a hold has a lot once, and a later lot is captured only after the earlier ones are",
            """
            WITH part AS (
                SELECT h.id, p.seq, p.lot_id, p.amount, coalesce((
                    SELECT sum(c.amount) FROM billing.transfer t JOIN billing.posting c ON c.transfer_id = t.id
                     WHERE t.idem_ref = h.id AND t.kind IN ('Capture', 'Refund') AND c.lot_id = p.lot_id AND c.dr = 2 AND c.cr <> 1
                ), 0) AS captured
                  FROM billing.hold h JOIN billing.posting p ON p.transfer_id = h.id
            )
            SELECT late.id FROM part late JOIN part early ON early.id = late.id AND early.seq < late.seq
             WHERE late.captured > 0 AND early.captured < early.amount OR late.lot_id = early.lot_id
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
            SELECT h.id FROM billing.hold h
             WHERE h.captured > h.amount OR h.state = 0 AND coalesce(h.uncapped, h.captured, 0) <> 0
                OR h.asset = 'RUB' AND h.kind = 1 AND (
                    h.amount <> (h.quote->>'ceiling')::bigint AND h.amount > 0
                    OR coalesce(h.uncapped, 0) < h.captured)
            """
        ),
        (
            "15: a hold has one Hold and, once resolved, one Capture or one Release",
            """
            SELECT h.id FROM billing.hold h LEFT JOIN billing.transfer t ON t.idem_ref = h.id
             GROUP BY h.id
            HAVING h.amount > 0 AND h.asset <> 'UNIT' AND (count(*) FILTER (WHERE t.kind = 'Hold') <> 1
                OR count(*) FILTER (WHERE t.kind IN ('Capture', 'Refund')) <> (h.state = 1)::int
                OR count(*) FILTER (WHERE t.kind = 'Release') <> (h.state = 2)::int)
                OR (h.amount = 0 OR h.asset = 'UNIT') AND count(t.id) > 0
            """
        ),
        (
            "16: a lot has one Grant",
            """
            SELECT l.id FROM billing.lot l LEFT JOIN billing.transfer t ON t.idem_ref = l.id AND t.kind = 'Grant'
             WHERE l.asset = 'RUB' GROUP BY l.id HAVING count(t.id) <> 1 OR sum(t.amount) <> l.granted
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
                OR t.amount <> sum((p.cr IN (1, 2))::int * p.amount - (p.dr IN (1, 2))::int * p.amount)
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
            "37: every transfer is the next link of its wallet's chain, and the wallet has the last",
            """
            SELECT t.id FROM billing.transfer t
              JOIN billing.wallet w ON w.id = t.wallet_id
              LEFT JOIN billing.transfer before ON before.wallet_id = t.wallet_id AND before.number = t.number - 1
             CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws('>', p.dr, p.cr, p.lot_id, p.asset, p.amount), ';' ORDER BY p.seq)
                  FROM billing.posting p WHERE p.transfer_id = t.id
             ) AS said(lines)
             WHERE t.hash <> billing.link(
                       coalesce(before.hash, sha256('')), t.wallet_id, t.number, t.kind, t.idem_ref,
                       (extract(epoch FROM t.at) * 1000000)::bigint, t.reason, t.actor, said.lines)
                OR t.number = w.number AND t.hash <> w.chain
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
