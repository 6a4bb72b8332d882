using Npgsql;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>The invariants that span rows as SQL over a whole ledger, by their numbers, written from the design and not from the product's own audit.</summary>
internal static class LedgerAudit
{
    public static readonly (string Name, string Sql)[] Checks =
    [
        (
            "1: every posting moves a positive amount between two accounts",
            "SELECT transfer_id FROM billing.posting WHERE amount <= 0 OR dr = cr"
        ),
        (
            "2: a lot's parts are what was granted",
            "SELECT id FROM billing.lot WHERE granted <> avail + held + spent + refunded + expired + voided + charged_back + repaid"
        ),
        (
            "3: wallets are the sums of their lots",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.lot l ON l.wallet_id = w.id AND l.asset = 'RUB'
             GROUP BY w.id HAVING (w.avail, w.held) <> (coalesce(sum(l.avail), 0), coalesce(sum(l.held), 0))
            """
        ),
        (
            "4: what is held is in open holds",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.hold h ON h.wallet_id = w.id AND h.state = 0 AND h.asset = 'RUB'
             GROUP BY w.id HAVING w.held <> coalesce(sum(h.amount), 0)
            """
        ),
        (
            "5: wallets rebuilt from postings",
            """
            SELECT w.id FROM billing.wallet w
              LEFT JOIN (billing.transfer t JOIN billing.posting p ON p.transfer_id = t.id AND p.asset = 'RUB') ON t.wallet_id = w.id
             GROUP BY w.id
            HAVING (w.avail, w.held, w.debt_real, w.debt_bonus) <> (
                coalesce(sum((p.cr = 1)::int * p.amount - (p.dr = 1)::int * p.amount), 0),
                coalesce(sum((p.cr = 2)::int * p.amount - (p.dr = 2)::int * p.amount), 0),
                coalesce(sum((p.dr = 3)::int * p.amount - (p.cr = 3)::int * p.amount), 0),
                coalesce(sum((p.dr = 4)::int * p.amount - (p.cr = 4)::int * p.amount), 0))
            """
        ),
        (
            "5: lots rebuilt from postings",
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
                coalesce(sum(CASE WHEN p.dr = 1 AND p.cr IN (3, 4) THEN p.amount WHEN p.cr = 1 AND p.dr IN (3, 4) THEN -p.amount END), 0),
                coalesce(sum(CASE WHEN (p.dr, p.cr) = (4, 320) THEN p.amount WHEN (p.dr, p.cr) = (320, 4) THEN -p.amount END), 0))
            """
        ),
        (
            "6: a hold's transfer reserves its amount, and its end returns or takes all of it",
            """
            SELECT h.id FROM billing.hold h
              LEFT JOIN billing.transfer t ON t.idem_ref = h.id AND t.kind IN ('Hold', 'Capture', 'Release', 'Refund')
              LEFT JOIN billing.posting p ON p.transfer_id = t.id
             WHERE h.asset <> 'UNIT'
             GROUP BY h.id
            HAVING h.amount <> coalesce(sum(p.amount) FILTER (WHERE p.cr = 2), 0)
                OR (h.state <> 0)::int * h.amount <> coalesce(sum(p.amount) FILTER (WHERE p.dr = 2), 0)
                OR h.captured <> coalesce(sum(p.amount) FILTER (WHERE p.dr = 2 AND p.cr <> 1), 0)
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
            "8: no money is made: what was given away of real money is at most what came in and what is owed",
            """
            SELECT 0 FROM (
                SELECT sum(p.amount) FILTER (WHERE p.dr IN (100, 300, 301, 302, 360) AND l.class = 3) AS paid_in,
                       sum(CASE WHEN p.cr = 110 THEN p.amount WHEN p.dr = 110 THEN -p.amount END) FILTER (WHERE l.class = 3) AS paid_out,
                       sum(CASE WHEN p.cr IN (200, 210, 211, 212) THEN p.amount WHEN p.dr IN (200, 210, 211, 212) AND p.cr = 1 THEN -p.amount END)
                           FILTER (WHERE l.class = 3 AND (p.dr IN (1, 2) OR p.cr = 1)) AS spent,
                       sum(CASE WHEN p.cr = 330 THEN p.amount WHEN p.dr = 330 THEN -p.amount END) AS charged_back,
                       sum(CASE WHEN p.dr = 3 THEN p.amount WHEN p.cr = 3 THEN -p.amount END) AS debt,
                       sum(CASE WHEN p.dr = 340 AND p.cr = 3 THEN p.amount WHEN p.cr = 340 AND p.dr = 3 THEN -p.amount END) AS bad,
                       (SELECT sum(avail + held) FROM billing.lot WHERE class = 3) AS left
                  FROM billing.posting p LEFT JOIN billing.lot l ON l.id = p.lot_id WHERE p.asset = 'RUB'
            ) AS x WHERE coalesce(paid_out, 0) + coalesce(spent, 0) + coalesce(charged_back, 0) + coalesce(x.left, 0)
                         > coalesce(paid_in, 0) + coalesce(debt, 0) + coalesce(bad, 0)
            """
        ),
        (
            "9: nothing is below zero",
            "SELECT id FROM billing.wallet WHERE least(avail, held, debt_real, debt_bonus) < 0"
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
            "14: quota used and held are the holds that name the bucket",
            """
            SELECT b.entitlement_id FROM billing.quota_bucket b LEFT JOIN billing.hold h
                ON h.entitlement_id = b.entitlement_id AND CASE b.kind WHEN 'P' THEN h.period_key ELSE h.day_key END = b.key
             GROUP BY b.entitlement_id, b.kind, b.key
            HAVING (b.used, b.held) <> (count(*) FILTER (WHERE h.state = 1), count(*) FILTER (WHERE h.state = 0))
            """
        ),
        (
            "15: a hold of money is held once and ends once",
            """
            SELECT h.id FROM billing.hold h LEFT JOIN billing.transfer t ON t.idem_ref = h.id
             WHERE h.amount > 0 AND h.asset <> 'UNIT'
             GROUP BY h.id
            HAVING count(*) FILTER (WHERE t.kind = 'Hold') <> 1
                OR count(*) FILTER (WHERE t.kind IN ('Capture', 'Release', 'Refund')) <> (h.state <> 0)::int
            """
        ),
        (
            "16: one payment is one real lot",
            """
            SELECT p.id FROM billing.payment p LEFT JOIN billing.lot l ON l.id = p.lot_id AND l.class = 3 AND l.granted = p.amount
             WHERE l.id IS NULL
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
            "20: what was spent of a later lot was not left in an earlier one",
            """
            SELECT a.transfer_id FROM billing.posting a JOIN billing.posting b USING (transfer_id)
              JOIN billing.transfer t ON t.id = a.transfer_id AND t.kind = 'Hold'
              JOIN billing.lot la ON la.id = a.lot_id JOIN billing.lot lb ON lb.id = b.lot_id
             WHERE a.seq < b.seq AND la.class > lb.class
            """
        ),
        (
            "21: a capture takes and returns, of each lot, what the hold took of it",
            """
            SELECT t.idem_ref FROM billing.transfer t JOIN billing.posting p ON p.transfer_id = t.id AND p.dr = 2
             WHERE t.kind IN ('Capture', 'Release', 'Refund')
             GROUP BY t.idem_ref, p.lot_id
            HAVING sum(p.amount) IS DISTINCT FROM (SELECT sum(x.amount) FROM billing.posting x WHERE x.transfer_id = t.idem_ref AND x.lot_id = p.lot_id)
            """
        ),
        (
            "23: bonus is never refunded",
            "SELECT id FROM billing.lot WHERE class < 3 AND refunded <> 0"
        ),
        (
            "25: refunds and chargebacks of a payment are those that are booked",
            """
            SELECT p.id FROM billing.payment p
             WHERE p.refunded <> (SELECT coalesce(sum(r.amount), 0) FROM billing.refund r WHERE r.payment_id = p.id AND r.state IN (0, 1))
                OR p.charged_back <> (SELECT coalesce(sum(c.amount), 0) FROM billing.chargeback c WHERE c.payment_id = p.id AND c.reversed_at IS NULL)
            """
        ),
        (
            "27, 28: a pack that is empty has recognised or returned its whole price",
            "SELECT id FROM billing.lot WHERE class = 4 AND closed AND recognised + returned <> price_real + price_bonus"
        ),
        (
            "28: deferred revenue of packs in postings is what the lots have not recognised or returned",
            """
            SELECT 0 WHERE (SELECT coalesce(sum((cr = 210)::int * amount - (dr = 210)::int * amount), 0) FROM billing.posting WHERE asset = 'RUB')
                        <> (SELECT coalesce(sum(price_real + price_bonus - recognised - returned), 0) FROM billing.lot WHERE class = 4)
            """
        ),
        (
            "31: of a voided bonus nothing is left: voided + clawed + expired = granted when nothing is held",
            """
            SELECT l.id FROM billing.lot l
             WHERE l.class < 3 AND l.held = 0 AND l.poisoned = 0
               AND EXISTS (SELECT FROM billing.posting p JOIN billing.transfer t ON t.id = p.transfer_id WHERE p.lot_id = l.id AND p.cr = 320)
               AND l.voided + l.clawed + l.expired < l.granted
               AND NOT EXISTS (SELECT FROM billing.posting p WHERE p.lot_id = l.id AND p.cr = 360)
            """
        ),
        (
            "36: every transfer has postings, of one wallet, that come to its amount",
            """
            SELECT t.id FROM billing.transfer t LEFT JOIN billing.posting p ON p.transfer_id = t.id LEFT JOIN billing.lot l ON l.id = p.lot_id
             GROUP BY t.id
            HAVING count(p.seq) = 0 OR bool_or(l.wallet_id <> t.wallet_id)
                OR t.amount <> sum((p.cr IN (1, 2))::int * p.amount - (p.dr IN (1, 2))::int * p.amount)
            """
        ),
        (
            "36: transfers are numbered without holes",
            """
            SELECT w.id FROM billing.wallet w LEFT JOIN billing.transfer t ON t.wallet_id = w.id
             GROUP BY w.id HAVING w.number <> count(t.id) OR w.number <> coalesce(max(t.number), 0)
            """
        ),
        (
            "37: the chain's last link is the wallet's, and each link follows from the one before",
            """
            SELECT x.id FROM (
                SELECT t.*, coalesce(lag(t.hash) OVER (PARTITION BY t.wallet_id ORDER BY t.number), sha256('')) AS before,
                       (SELECT string_agg(concat_ws('>', p.dr, p.cr, p.lot_id, p.asset, p.amount), ';' ORDER BY p.seq) FROM billing.posting p WHERE p.transfer_id = t.id) AS lines
                  FROM billing.transfer t
            ) AS x JOIN billing.wallet w ON w.id = x.wallet_id
             WHERE x.hash <> sha256(x.before || convert_to(concat_ws('|', x.wallet_id, x.number, x.kind, x.idem_ref,
                   (extract(epoch FROM x.at) * 1000000)::bigint, coalesce(x.reason, '-'), coalesce(x.actor::text, '-'), x.lines), 'UTF8'))
                OR x.number = w.number AND x.hash <> w.chain
            """
        ),
        (
            "38: time in a wallet never goes back",
            """
            SELECT x.id FROM (SELECT id, at, lag(at) OVER (PARTITION BY wallet_id ORDER BY number) AS before FROM billing.transfer) AS x
             WHERE x.at < x.before
            """
        ),
    ];

    /// <summary>The invariants that do not hold, each with the first row that breaks it.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(NpgsqlDataSource source)
    {
        var sql = string.Join(
            " UNION ALL ",
            Checks.Select(check =>
                // Not LIMIT 1: a plan that hurries to a first row that is never there is the slowest of all.
                $"(SELECT $n${check.Name}: $n$ || min(id::text) FROM ({check.Sql}) AS broken(id) HAVING count(*) > 0)"
            )
        );
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await using var reader = await command.ExecuteReaderAsync();
        var broken = new List<string>();
        while (await reader.ReadAsync())
            broken.Add(reader.GetString(0));
        return broken;
    }
}
