-- The one place where money moves. A command decides on lines (from, to, lot, asset, amount) under the lock of its wallet's
-- row, and posts them: lots and wallet follow from the lines, transfers and postings are written down, the hash chain grows.
DO $$ BEGIN
    IF to_regtype('billing.line') IS NULL THEN
        -- move: which of the posted transfers it belongs to, from 1.
        CREATE TYPE billing.line AS (move integer, dr smallint, cr smallint, lot_id uuid, asset text, amount bigint);
        CREATE TYPE billing.move AS (id uuid, wallet_id uuid, kind text, idem_ref uuid, reason text, actor uuid);
    END IF;
END $$;

-- The ledger's clock. Tests move it.
CREATE OR REPLACE FUNCTION billing.clock() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';

-- Added to the server's transaction ids: a restore into a new cluster begins them anew.
DO $$ BEGIN
    IF to_regprocedure('billing.txid_offset()') IS NULL THEN
        CREATE FUNCTION billing.txid_offset() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
    END IF;
END $$;

-- What a line does to account p_account.
CREATE OR REPLACE FUNCTION billing.effect(p_account integer, p_dr smallint, p_cr smallint, p_amount bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_account WHEN p_cr THEN p_amount WHEN p_dr THEN -p_amount ELSE 0 END
$$;

-- The next link of a wallet's chain: over the last one and all that the transfer says. Nothing in it names a person.
-- STABLE as concat_ws is: an IMMUTABLE function around it is not inlined, and a reconciliation calls it a million times.
CREATE OR REPLACE FUNCTION billing.link(
    p_chain bytea, p_wallet uuid, p_number bigint, p_kind text, p_ref uuid, p_micros bigint, p_reason text, p_actor uuid, p_lines text
) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(p_chain || convert_to(
        concat_ws('|', p_wallet, p_number, p_kind, p_ref, p_micros, coalesce(p_reason, '-'), coalesce(p_actor::text, '-'), p_lines), 'UTF8'
    ))
$$;

-- p_moves in their order, those of one wallet together; p_lines sorted by move. The caller holds the wallets' locks.
CREATE OR REPLACE FUNCTION billing.post(p_moves billing.move[], p_lines billing.line[])
RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_wallet record;
    v_texts text[];
    v_amounts bigint[];
    v_assets text[];
    v_number bigint;
    v_chain bytea;
    v_moves integer;
    v_numbers bigint[];
    v_ats timestamptz[];
    v_hashes bytea[];
BEGIN
    -- Conservation is checked at once, so a lot is updated once. A lot that was just granted already has its amount.
    UPDATE billing.lot AS l
       SET avail = l.avail + d.avail, held = l.held + d.held, spent = l.spent + d.spent, refunded = l.refunded + d.refunded,
           expired = l.expired + d.expired, voided = l.voided + d.voided,
           charged_back = l.charged_back + d.charged_back, repaid = l.repaid + d.repaid, clawed = l.clawed + d.clawed
      FROM (
        SELECT p.lot_id,
               sum(CASE WHEN p.dr IN (100, 300, 301, 302, 360, 500) THEN 0 ELSE billing.effect(1, p.dr, p.cr, p.amount) END)::bigint AS avail,
               sum(billing.effect(2, p.dr, p.cr, p.amount))::bigint AS held,
               sum(CASE WHEN p.cr IN (200, 210, 211, 212, 510) THEN p.amount
                        WHEN p.dr IN (200, 210, 211, 212, 510) THEN -p.amount ELSE 0 END)::bigint AS spent,
               sum(billing.effect(110, p.dr, p.cr, p.amount))::bigint AS refunded,
               sum(billing.effect(310, p.dr, p.cr, p.amount))::bigint AS expired,
               sum(CASE WHEN p.cr IN (320, 360) AND p.dr <> 4 THEN p.amount ELSE 0 END)::bigint AS voided,
               sum(CASE WHEN 3 IN (p.dr, p.cr) THEN 0 ELSE billing.effect(330, p.dr, p.cr, p.amount) END)::bigint AS charged_back,
               sum(CASE WHEN p.dr = 1 AND p.cr IN (3, 4) THEN p.amount WHEN p.cr = 1 AND p.dr IN (3, 4) THEN -p.amount ELSE 0 END)::bigint AS repaid,
               sum(CASE WHEN 320 IN (p.dr, p.cr) THEN -billing.effect(4, p.dr, p.cr, p.amount) ELSE 0 END)::bigint AS clawed
          FROM unnest(p_lines) AS p
         WHERE least(p.dr, p.cr) < 100 AND p.lot_id IS NOT NULL
         GROUP BY p.lot_id
      ) AS d
     WHERE l.id = d.lot_id;

    -- Per move: its lines as text, for the hash, and what its person has more or less.
    SELECT array_agg(d.text ORDER BY d.move), array_agg(d.amount ORDER BY d.move), array_agg(d.asset ORDER BY d.move)
      INTO v_texts, v_amounts, v_assets
      FROM (
        SELECT p.move, string_agg(concat_ws('>', p.dr, p.cr, p.lot_id, p.asset, p.amount), ';' ORDER BY p.seq) AS text,
               sum(billing.effect(1, p.dr, p.cr, p.amount) + billing.effect(2, p.dr, p.cr, p.amount))::bigint AS amount,
               min(p.asset) AS asset
          FROM unnest(p_lines) WITH ORDINALITY AS p(move, dr, cr, lot_id, asset, amount, seq)
         GROUP BY p.move
      ) AS d;

    v_moves := 1;
    WHILE v_moves <= cardinality(p_moves) LOOP
        SELECT x.id, x.number, greatest(x.last_at, billing.clock()) AS at, x.chain,
               (extract(epoch FROM greatest(x.last_at, billing.clock())) * 1000000)::bigint AS micros
          INTO STRICT v_wallet FROM billing.wallet AS x WHERE x.id = p_moves[v_moves].wallet_id;
        v_number := v_wallet.number;
        v_chain := v_wallet.chain;
        WHILE p_moves[v_moves].wallet_id = v_wallet.id LOOP
            v_number := v_number + 1;
            v_chain := billing.link(
                v_chain, v_wallet.id, v_number, p_moves[v_moves].kind, p_moves[v_moves].idem_ref, v_wallet.micros,
                p_moves[v_moves].reason, p_moves[v_moves].actor, v_texts[v_moves]
            );
            v_numbers[v_moves] := v_number;
            v_ats[v_moves] := v_wallet.at;
            v_hashes[v_moves] := v_chain;
            v_moves := v_moves + 1;
        END LOOP;
    END LOOP;

    UPDATE billing.wallet AS w
       SET avail = w.avail + d.avail, held = w.held + d.held,
           debt_real = w.debt_real + d.debt_real, debt_bonus = w.debt_bonus + d.debt_bonus,
           number = d.number, last_at = d.at, chain = v_hashes[d.last]
      FROM (
        SELECT m.wallet_id, max(m.number) AS number, max(m.at) AS at, max(m.move) AS last,
               coalesce(sum(e.avail), 0)::bigint AS avail, coalesce(sum(e.held), 0)::bigint AS held,
               coalesce(sum(e.debt_real), 0)::bigint AS debt_real, coalesce(sum(e.debt_bonus), 0)::bigint AS debt_bonus
          FROM unnest(p_moves, v_numbers, v_ats) WITH ORDINALITY AS m(id, wallet_id, kind, idem_ref, reason, actor, number, at, move)
          LEFT JOIN (
            SELECT p.move,
                   sum(billing.effect(1, p.dr, p.cr, p.amount)) AS avail, sum(billing.effect(2, p.dr, p.cr, p.amount)) AS held,
                   -sum(billing.effect(3, p.dr, p.cr, p.amount)) AS debt_real, -sum(billing.effect(4, p.dr, p.cr, p.amount)) AS debt_bonus
              FROM unnest(p_lines) AS p
             WHERE p.asset = 'RUB'
             GROUP BY p.move
          ) AS e ON e.move = m.move
         GROUP BY m.wallet_id
      ) AS d
     WHERE w.id = d.wallet_id;

    INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, asset, amount, reason, actor, at, txid, hash)
    SELECT m.id, m.wallet_id, m.number, m.kind, m.idem_ref, m.asset, m.amount, m.reason, m.actor, m.at,
           pg_current_xact_id()::text::bigint + billing.txid_offset(), m.hash
      FROM unnest(p_moves, v_numbers, v_ats, v_hashes, v_amounts, v_assets)
           AS m(id, wallet_id, kind, idem_ref, reason, actor, number, at, hash, amount, asset);

    INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, asset, amount)
    SELECT m.id, row_number() OVER (PARTITION BY p.move ORDER BY p.seq), p.dr, p.cr, p.lot_id, p.asset, p.amount
      FROM unnest(p_lines) WITH ORDINALITY AS p(move, dr, cr, lot_id, asset, amount, seq)
      JOIN unnest(p_moves) WITH ORDINALITY AS m(id, wallet_id, kind, idem_ref, reason, actor, move) USING (move);
END $$;
