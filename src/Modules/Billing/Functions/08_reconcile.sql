-- Everything that is stored beside the postings, compared with what the postings alone say. The numbers are the invariants' (docs/ledger.md).

-- The wallets with p_after < id <= p_until, all or only those that changed; a unit moves without a transfer, so those who used
-- units lately count as changed. STABLE: all of it is read in the caller's one snapshot, without a lock.
-- Rows of invariant 0 are the wallets that were looked at: expected is the number of their last transfer, found how many they have.
CREATE OR REPLACE FUNCTION billing.audit(p_after uuid, p_until uuid, p_full boolean)
RETURNS TABLE (invariant integer, wallet_id uuid, subject uuid, expected bigint, found bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan SET jit = off SET work_mem = '64MB' AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH w AS MATERIALIZED (
        SELECT x.* FROM billing.wallet AS x
         WHERE x.id > p_after AND x.id <= p_until
           AND (p_full OR x.number > x.reconciled OR EXISTS (
                SELECT FROM billing.entitlement AS e WHERE e.wallet_id = x.id AND e.last_day > billing.clock()::date - 3
           ))
    ), lots AS MATERIALIZED (
        SELECT x.* FROM w JOIN billing.lot AS x ON x.wallet_id = w.id
    ), holds AS MATERIALIZED (
        SELECT x.id, x.wallet_id, x.asset, x.amount, x.captured, x.state, x.entitlement_id, x.period_key, x.day_key,
               x.returned_real + x.returned_bonus AS returned
          FROM w JOIN billing.hold AS x ON x.wallet_id = w.id
    ), lines AS MATERIALIZED (
        SELECT t.id AS transfer_id, t.wallet_id, t.kind, t.idem_ref, p.seq, p.dr, p.cr, p.lot_id, p.asset, p.amount,
               p_full OR t.number > w.reconciled AS is_new
          FROM w JOIN billing.transfer AS t ON t.wallet_id = w.id JOIN billing.posting AS p ON p.transfer_id = t.id
    ), transfers AS MATERIALIZED (
        SELECT t.id, t.wallet_id, t.number, t.kind, t.idem_ref, t.amount, t.reason, t.actor, t.at, t.txid, t.hash, l.text, l.effect,
               p_full OR t.number > w.reconciled AS is_new, lag(t.hash) OVER chain AS previous, lag(t.at) OVER chain AS before, row_number() OVER chain AS place
          FROM w
          JOIN billing.transfer AS t ON t.wallet_id = w.id
          LEFT JOIN (
            SELECT x.transfer_id, string_agg(concat_ws('>', x.dr, x.cr, x.lot_id, x.asset, x.amount), ';' ORDER BY x.seq) FILTER (WHERE x.is_new) AS text,
                   sum(billing.effect(1, x.dr, x.cr, x.amount) + billing.effect(2, x.dr, x.cr, x.amount)) AS effect
              FROM lines AS x GROUP BY x.transfer_id
          ) AS l ON l.transfer_id = t.id
        WINDOW chain AS (PARTITION BY t.wallet_id ORDER BY t.number, t.id)
    ), last AS (
        SELECT DISTINCT ON (t.wallet_id) t.wallet_id, t.place, t.at, t.hash FROM transfers AS t ORDER BY t.wallet_id, t.place DESC
    ), sums AS (
        SELECT x.wallet_id,
               sum(billing.effect(1, x.dr, x.cr, x.amount)) AS avail, sum(billing.effect(2, x.dr, x.cr, x.amount)) AS held,
               -sum(billing.effect(3, x.dr, x.cr, x.amount)) AS debt_real, -sum(billing.effect(4, x.dr, x.cr, x.amount)) AS debt_bonus,
               -sum(billing.effect(100, x.dr, x.cr, x.amount)) AS paid_in, sum(billing.effect(110, x.dr, x.cr, x.amount)) AS paid_out
          FROM lines AS x WHERE x.asset = 'RUB' GROUP BY x.wallet_id
    ), parts AS (
        -- As billing.post books them.
        SELECT x.lot_id,
               sum(CASE WHEN x.dr IN (100, 300, 301, 302, 360, 500) THEN x.amount ELSE 0 END) AS granted,
               sum(billing.effect(1, x.dr, x.cr, x.amount)) AS avail, sum(billing.effect(2, x.dr, x.cr, x.amount)) AS held,
               sum(CASE WHEN x.cr IN (200, 210, 211, 212, 510) THEN x.amount
                        WHEN x.dr IN (200, 210, 211, 212, 510) THEN -x.amount ELSE 0 END) AS spent,
               sum(billing.effect(110, x.dr, x.cr, x.amount)) AS refunded, sum(billing.effect(310, x.dr, x.cr, x.amount)) AS expired,
               sum(CASE WHEN x.cr IN (320, 360) AND x.dr <> 4 THEN x.amount ELSE 0 END) AS voided,
               sum(CASE WHEN 3 IN (x.dr, x.cr) THEN 0 ELSE billing.effect(330, x.dr, x.cr, x.amount) END) AS charged_back,
               sum(CASE WHEN x.dr = 1 AND x.cr IN (3, 4) THEN x.amount WHEN x.cr = 1 AND x.dr IN (3, 4) THEN -x.amount ELSE 0 END) AS repaid,
               sum(CASE WHEN 320 IN (x.dr, x.cr) THEN -billing.effect(4, x.dr, x.cr, x.amount) ELSE 0 END) AS clawed
          FROM lines AS x WHERE least(x.dr, x.cr) < 100 AND x.lot_id IS NOT NULL GROUP BY x.lot_id
    ), resolved AS (
        SELECT x.idem_ref, count(DISTINCT x.transfer_id) AS times, sum(x.amount) FILTER (WHERE x.cr <> 1) AS taken
          FROM lines AS x WHERE x.kind IN ('Capture', 'Release', 'Refund') AND x.dr = 2 GROUP BY x.idem_ref
    ), units AS (
        SELECT x.entitlement_id, x.period_key, x.day_key, count(*) FILTER (WHERE x.state = 1) AS used, count(*) FILTER (WHERE x.state = 0) AS held
          FROM holds AS x WHERE x.entitlement_id IS NOT NULL GROUP BY x.entitlement_id, x.period_key, x.day_key
    ), differences (invariant, wallet_id, subject, expected, found) AS (
        SELECT 3, w.id, NULL::uuid, v.expected, v.found::numeric
          FROM w
          LEFT JOIN (SELECT x.wallet_id, sum(x.avail) AS avail, sum(x.held) AS held FROM lots AS x WHERE x.asset = 'RUB' GROUP BY x.wallet_id) AS s
            ON s.wallet_id = w.id,
               LATERAL (VALUES (coalesce(s.avail, 0), w.avail), (coalesce(s.held, 0), w.held)) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 4, w.id, NULL, coalesce(s.open, 0), w.held
          FROM w
          LEFT JOIN (SELECT x.wallet_id, sum(x.amount) AS open FROM holds AS x WHERE x.state = 0 AND x.asset = 'RUB' GROUP BY x.wallet_id) AS s
            ON s.wallet_id = w.id
         WHERE coalesce(s.open, 0) <> w.held
        UNION ALL
        SELECT 5, w.id, NULL, v.expected, v.found
          FROM w LEFT JOIN sums AS s ON s.wallet_id = w.id,
               LATERAL (VALUES (coalesce(s.avail, 0), w.avail), (coalesce(s.held, 0), w.held),
                               (coalesce(s.debt_real, 0), w.debt_real), (coalesce(s.debt_bonus, 0), w.debt_bonus)) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 5, l.wallet_id, l.id, v.expected, v.found
          FROM lots AS l LEFT JOIN parts AS p ON p.lot_id = l.id,
               LATERAL (VALUES (coalesce(p.granted, 0), l.granted), (coalesce(p.avail, 0), l.avail), (coalesce(p.held, 0), l.held),
                               (coalesce(p.spent, 0), l.spent), (coalesce(p.refunded, 0), l.refunded), (coalesce(p.expired, 0), l.expired),
                               (coalesce(p.voided, 0), l.voided), (coalesce(p.charged_back, 0), l.charged_back),
                               (coalesce(p.repaid, 0), l.repaid), (coalesce(p.clawed, 0), l.clawed)) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 6, h.wallet_id, h.id, coalesce(s.amount, 0), h.amount
          FROM holds AS h
          LEFT JOIN (SELECT x.transfer_id, sum(x.amount) AS amount FROM lines AS x WHERE x.kind = 'Hold' GROUP BY x.transfer_id) AS s ON s.transfer_id = h.id
         WHERE h.asset <> 'UNIT' AND coalesce(s.amount, 0) <> h.amount
        UNION ALL
        SELECT 6, h.wallet_id, h.id, coalesce(r.taken, 0), h.captured
          FROM holds AS h LEFT JOIN resolved AS r ON r.idem_ref = h.id
         WHERE h.asset <> 'UNIT' AND coalesce(r.taken, 0) <> h.captured
        UNION ALL
        SELECT 6, x.wallet_id, x.transfer_id, 0, sum(x.amount)
          FROM lines AS x WHERE x.kind = 'Hold' AND NOT EXISTS (SELECT FROM holds AS h WHERE h.id = x.transfer_id)
         GROUP BY x.wallet_id, x.transfer_id
        UNION ALL
        SELECT 7, w.id, NULL, v.expected, v.found
          FROM w
          LEFT JOIN sums AS s ON s.wallet_id = w.id
          LEFT JOIN (SELECT p.wallet_id, sum(p.amount) AS paid_in FROM billing.payment AS p GROUP BY p.wallet_id) AS p ON p.wallet_id = w.id
          LEFT JOIN (SELECT p.wallet_id, sum(r.amount) AS paid_out FROM billing.refund AS r JOIN billing.payment AS p ON p.id = r.payment_id
                      WHERE r.state = 1 GROUP BY p.wallet_id) AS r ON r.wallet_id = w.id,
               LATERAL (VALUES (coalesce(p.paid_in, 0), coalesce(s.paid_in, 0)), (coalesce(r.paid_out, 0), coalesce(s.paid_out, 0))) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 10, h.wallet_id, h.id, h.amount, h.captured
          FROM holds AS h WHERE h.captured NOT BETWEEN 0 AND h.amount OR h.returned NOT BETWEEN 0 AND h.captured
        UNION ALL
        SELECT 14, w.id, b.entitlement_id, v.expected, v.found
          FROM w
          JOIN billing.entitlement AS e ON e.wallet_id = w.id
          JOIN billing.quota_bucket AS b ON b.entitlement_id = e.id
          LEFT JOIN LATERAL (
            SELECT sum(u.used) AS used, sum(u.held) AS held FROM units AS u
             WHERE u.entitlement_id = b.entitlement_id AND b.key = CASE b.kind WHEN 'P' THEN u.period_key ELSE u.day_key END
          ) AS s ON true,
               LATERAL (VALUES (coalesce(s.used, 0), b.used), (coalesce(s.held, 0), b.held)) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 14, w.id, e.id, v.expected, v.found
          FROM w
          JOIN billing.entitlement AS e ON e.wallet_id = w.id
          LEFT JOIN (SELECT u.entitlement_id, sum(u.used) AS used, sum(u.held) AS held FROM units AS u GROUP BY u.entitlement_id) AS s
            ON s.entitlement_id = e.id,
               LATERAL (VALUES (coalesce(s.used, 0), e.used), (coalesce(s.held, 0), e.inflight)) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 15, h.wallet_id, h.id, least(h.state, 1), coalesce(r.times, 0)
          FROM holds AS h LEFT JOIN resolved AS r ON r.idem_ref = h.id
         WHERE h.asset <> 'UNIT' AND h.amount > 0 AND least(h.state, 1) <> coalesce(r.times, 0)
        UNION ALL
        SELECT 16, coalesce(p.wallet_id, l.wallet_id), coalesce(p.id, l.id), p.amount, l.granted
          FROM (SELECT x.* FROM w JOIN billing.payment AS x ON x.wallet_id = w.id) AS p
          FULL JOIN (SELECT x.* FROM lots AS x WHERE x.source_kind = 'payment') AS l
            ON l.id = p.lot_id AND l.wallet_id = p.wallet_id AND l.class = 3 AND l.granted = p.amount
         WHERE p.id IS NULL OR l.id IS NULL
        UNION ALL
        SELECT 25, p.wallet_id, p.id, v.expected, v.found
          FROM (SELECT x.* FROM w JOIN billing.payment AS x ON x.wallet_id = w.id) AS p
          LEFT JOIN (SELECT r.payment_id, sum(r.amount) AS amount FROM billing.refund AS r WHERE r.state <= 1 GROUP BY r.payment_id) AS r
            ON r.payment_id = p.id
          LEFT JOIN (SELECT c.payment_id, sum(c.amount) AS amount FROM billing.chargeback AS c WHERE c.reversed_at IS NULL GROUP BY c.payment_id) AS c
            ON c.payment_id = p.id,
               LATERAL (VALUES (coalesce(r.amount, 0), p.refunded), (coalesce(c.amount, 0), p.charged_back)) AS v(expected, found)
         WHERE v.expected <> v.found
        UNION ALL
        SELECT 36, t.wallet_id, t.id, t.effect, t.amount FROM transfers AS t WHERE t.effect IS DISTINCT FROM t.amount
        UNION ALL
        (SELECT DISTINCT ON (t.wallet_id) 36, t.wallet_id, t.id, t.place, t.number
           FROM transfers AS t WHERE t.number <> t.place ORDER BY t.wallet_id, t.place)
        UNION ALL
        SELECT 36, w.id, NULL, w.number, coalesce(l.place, 0) FROM w LEFT JOIN last AS l ON l.wallet_id = w.id WHERE w.number <> coalesce(l.place, 0)
        UNION ALL
        SELECT 36, x.wallet_id, x.transfer_id, 0, x.amount
          FROM lines AS x LEFT JOIN lots AS l ON l.id = x.lot_id AND l.wallet_id = x.wallet_id WHERE x.lot_id IS NOT NULL AND l.id IS NULL
        UNION ALL
        -- A transfer of before the chain has an empty hash; the chain begins after them. Hashes are the dear part: the full run and the
        -- seals look at those that were right before.
        SELECT 37, t.wallet_id, t.id, t.number, NULL
          FROM transfers AS t
         WHERE t.is_new AND NOT (t.hash = '' AND t.txid = 0 AND coalesce(t.previous, '') = '')
           AND t.hash <> billing.link(
                CASE WHEN coalesce(t.previous, '') = '' THEN sha256('') ELSE t.previous END, t.wallet_id, t.number, t.kind, t.idem_ref,
                (extract(epoch FROM t.at) * 1000000)::bigint, t.reason, t.actor, t.text
               )
        UNION ALL
        SELECT 37, w.id, NULL, w.number, NULL
          FROM w LEFT JOIN last AS l ON l.wallet_id = w.id WHERE w.chain <> coalesce(nullif(l.hash, ''), sha256(''))
        UNION ALL
        SELECT 38, t.wallet_id, t.id, (extract(epoch FROM t.before) * 1000000), (extract(epoch FROM t.at) * 1000000)
          FROM transfers AS t WHERE t.at < t.before
        UNION ALL
        SELECT 38, w.id, NULL, (extract(epoch FROM l.at) * 1000000), (extract(epoch FROM w.last_at) * 1000000)
          FROM w JOIN last AS l ON l.wallet_id = w.id WHERE w.last_at <> l.at
    )
    SELECT d.invariant, d.wallet_id, d.subject, d.expected::bigint, d.found::bigint FROM differences AS d
    UNION ALL
    SELECT 0, w.id, NULL, w.number, coalesce(l.place, 0) FROM w LEFT JOIN last AS l ON l.wallet_id = w.id;
END $$;

-- What no wallet would show: lines of no transfer, transfers and holds of no wallet.
CREATE OR REPLACE FUNCTION billing.audit_orphans()
RETURNS TABLE (invariant integer, wallet_id uuid, subject uuid, expected bigint, found bigint) LANGUAGE sql STABLE AS $$
    SELECT 36, NULL::uuid, p.transfer_id, 0::bigint, sum(p.amount)::bigint
      FROM billing.posting AS p WHERE NOT EXISTS (SELECT FROM billing.transfer AS t WHERE t.id = p.transfer_id) GROUP BY p.transfer_id
    UNION ALL
    SELECT 36, NULL, t.id, 0, t.amount
      FROM billing.transfer AS t WHERE NOT EXISTS (SELECT FROM billing.wallet AS w WHERE w.id = t.wallet_id)
    UNION ALL
    SELECT 4, NULL, h.id, 0, h.amount
      FROM billing.hold AS h WHERE NOT EXISTS (SELECT FROM billing.wallet AS w WHERE w.id = h.wallet_id)
$$;

-- The end of the next batch of wallets; null where there is none.
CREATE OR REPLACE FUNCTION billing.audit_batch(p_after uuid, p_full boolean, p_limit integer) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT b.id FROM (
        SELECT w.id FROM billing.wallet AS w
         WHERE w.id > p_after AND (p_full OR w.number > w.reconciled OR EXISTS (
                SELECT FROM billing.entitlement AS e WHERE e.wallet_id = w.id AND e.last_day > billing.clock()::date - 3
         ))
         ORDER BY w.id LIMIT p_limit
    ) AS b ORDER BY b.id DESC LIMIT 1
$$;

-- Remembers how far wallets were found right. Nobody waits: a wallet that is in use is looked at again the next time.
CREATE OR REPLACE FUNCTION billing.mark_reconciled(p_wallets uuid[], p_numbers bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE billing.wallet AS w
       SET reconciled = c.number
      FROM (
        SELECT x.id, n.number
          FROM billing.wallet AS x JOIN unnest(p_wallets, p_numbers) AS n(id, number) ON n.id = x.id
         WHERE x.reconciled < n.number FOR NO KEY UPDATE OF x SKIP LOCKED
      ) AS c
     WHERE w.id = c.id AND w.reconciled < c.number
$$;

-- Writes a difference down and freezes its wallet. False where the same difference is open already.
CREATE OR REPLACE FUNCTION billing.record_difference(
    p_run uuid, p_invariant smallint, p_wallet uuid, p_subject uuid, p_expected bigint, p_found bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    -- Its own lock order: the wallet first, as everywhere.
    UPDATE billing.wallet AS w
       SET status = 1, status_reason = 'difference', status_by = NULL, status_at = billing.clock()
     WHERE w.id = p_wallet AND w.status = 0 AND NOT EXISTS (
        SELECT FROM billing.recon_diff AS d
         WHERE (d.invariant, d.wallet_id, d.subject, d.expected, d.found)
               IS NOT DISTINCT FROM (p_invariant, p_wallet, p_subject, p_expected, p_found) AND d.closed_at IS NULL
     );
    INSERT INTO billing.recon_diff (run_id, invariant, wallet_id, subject, expected, found)
    VALUES (p_run, p_invariant, p_wallet, p_subject, p_expected, p_found) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- An operator has dealt with a difference. Unfreezing is a decision of its own: closed | replayed | no_difference
CREATE OR REPLACE FUNCTION billing.close_difference(p_id bigint, p_actor uuid, OUT outcome text) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing.recon_diff AS d SET closed_at = billing.clock(), closed_by = p_actor WHERE d.id = p_id AND d.closed_at IS NULL;
    outcome := CASE
        WHEN FOUND THEN 'closed'
        WHEN EXISTS (SELECT FROM billing.recon_diff AS d WHERE d.id = p_id) THEN 'replayed'
        ELSE 'no_difference'
    END;
END $$;
