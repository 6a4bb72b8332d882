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

-- Which part of its lot an account is, in a posting with account p_other: avail, held, spent, refunded, expired, voided,
-- charged_back, repaid, clawed; null for none. What is owed for a lot is none of it.
CREATE OR REPLACE FUNCTION billing.part(p_account smallint, p_other smallint) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_account <= 2 THEN p_account
        WHEN p_account IN (200, 210, 211, 212, 510) THEN 3
        WHEN p_account = 110 THEN 4
        WHEN p_account = 310 THEN 5
        WHEN p_account IN (320, 360) THEN CASE p_other WHEN 4 THEN 9 ELSE 6 END
        WHEN p_account = 330 THEN CASE p_other WHEN 3 THEN NULL ELSE 7 END
        WHEN p_account <= 4 AND p_other = 1 THEN 8
    END::integer
$$;

-- p_moves in their order, those of one wallet together; p_lines sorted by move. The caller holds the wallets' locks.
-- Sums are made in loops: a statement that groups costs more to begin than a batch's lines take here.
CREATE OR REPLACE FUNCTION billing.post(p_moves billing.move[], p_lines billing.line[])
RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_clock constant timestamptz := billing.clock();
    v_txid constant bigint := pg_current_xact_id()::text::bigint + billing.txid_offset();
    m billing.move;
    l billing.line;
    w record;
    v_move integer := 1;
    v_line integer := 1;
    v_seq integer;
    v_lot integer;
    v_part integer;
    v_text text;
    v_amount bigint;
    v_asset text;
    -- Of each wallet its last move, and four: of accounts 1 to 4.
    v_lasts integer[] := '{}';
    v_sums bigint[] := array_fill(0::bigint, ARRAY[4 * cardinality(p_moves)]);
    v_sum integer;
    v_lots uuid[] := '{}';
    -- Nine of each lot.
    v_parts bigint[] := array_fill(0::bigint, ARRAY[9 * cardinality(p_lines)]);
    v_ids uuid[] := '{}';
    v_seqs integer[] := '{}';
    v_numbers bigint[] := '{}';
    v_ats timestamptz[] := '{}';
    v_hashes bytea[] := '{}';
    v_amounts bigint[] := '{}';
    v_assets text[] := '{}';
BEGIN
    WHILE v_move <= cardinality(p_moves) LOOP
        m := p_moves[v_move];
        SELECT x.id, x.number, greatest(x.last_at, v_clock) AS at, x.chain,
               (extract(epoch FROM greatest(x.last_at, v_clock)) * 1000000)::bigint AS micros
          INTO STRICT w FROM billing.wallet AS x WHERE x.id = m.wallet_id;
        v_sum := 4 * cardinality(v_lasts);
        WHILE m.wallet_id = w.id LOOP
            v_text := NULL;
            v_amount := 0;
            v_asset := NULL;
            v_seq := 0;
            l := p_lines[v_line];
            WHILE l.move = v_move LOOP
                v_seq := v_seq + 1;
                v_ids := v_ids || m.id;
                v_seqs := v_seqs || v_seq;
                v_text := concat_ws(';', v_text, concat_ws('>', l.dr, l.cr, l.lot_id, l.asset, l.amount));
                v_asset := least(v_asset, l.asset);
                v_amount := v_amount + CASE WHEN l.cr <= 2 THEN l.amount ELSE 0 END - CASE WHEN l.dr <= 2 THEN l.amount ELSE 0 END;
                IF l.asset = 'RUB' THEN
                    IF l.dr < 5 THEN
                        v_sums[v_sum + l.dr] := v_sums[v_sum + l.dr] - l.amount;
                    END IF;
                    IF l.cr < 5 THEN
                        v_sums[v_sum + l.cr] := v_sums[v_sum + l.cr] + l.amount;
                    END IF;
                END IF;
                -- A lot that was just granted already has its amount; what is earned of a pack is no part of it.
                IF l.lot_id IS NOT NULL AND l.dr NOT IN (100, 300, 301, 302, 360, 500) AND least(l.dr, l.cr) < 100 THEN
                    v_lot := array_position(v_lots, l.lot_id);
                    IF v_lot IS NULL THEN
                        v_lots := v_lots || l.lot_id;
                        v_lot := cardinality(v_lots);
                    END IF;
                    v_part := 9 * (v_lot - 1) + billing.part(l.dr, l.cr);
                    IF v_part IS NOT NULL THEN
                        v_parts[v_part] := v_parts[v_part] - l.amount;
                    END IF;
                    v_part := 9 * (v_lot - 1) + billing.part(l.cr, l.dr);
                    IF v_part IS NOT NULL THEN
                        v_parts[v_part] := v_parts[v_part] + l.amount;
                    END IF;
                END IF;
                v_line := v_line + 1;
                l := p_lines[v_line];
            END LOOP;
            w.number := w.number + 1;
            w.chain := billing.link(w.chain, w.id, w.number, m.kind, m.idem_ref, w.micros, m.reason, m.actor, v_text);
            v_numbers := v_numbers || w.number;
            v_ats := v_ats || w.at;
            v_hashes := v_hashes || w.chain;
            v_amounts := v_amounts || v_amount;
            v_assets := v_assets || v_asset;
            v_move := v_move + 1;
            m := p_moves[v_move];
        END LOOP;
        v_lasts := v_lasts || v_move - 1;
    END LOOP;

    UPDATE billing.wallet AS x
       SET avail = x.avail + v_sums[d.k + 1], held = x.held + v_sums[d.k + 2],
           debt_real = x.debt_real - v_sums[d.k + 3], debt_bonus = x.debt_bonus - v_sums[d.k + 4],
           number = v_numbers[d.last], last_at = v_ats[d.last], chain = v_hashes[d.last]
      FROM (SELECT p_moves[u.last].wallet_id AS id, u.last, 4 * (u.k - 1)::integer AS k FROM unnest(v_lasts) WITH ORDINALITY AS u(last, k)) AS d
     WHERE x.id = d.id;

    -- Conservation is checked at once, so a lot is updated once.
    UPDATE billing.lot AS x
       SET avail = x.avail + v_parts[d.k + 1], held = x.held + v_parts[d.k + 2], spent = x.spent + v_parts[d.k + 3],
           refunded = x.refunded + v_parts[d.k + 4], expired = x.expired + v_parts[d.k + 5], voided = x.voided + v_parts[d.k + 6],
           charged_back = x.charged_back + v_parts[d.k + 7], repaid = x.repaid + v_parts[d.k + 8], clawed = x.clawed + v_parts[d.k + 9]
      FROM (SELECT u.id, 9 * (u.k - 1)::integer AS k FROM unnest(v_lots) WITH ORDINALITY AS u(id, k)) AS d
     WHERE x.id = d.id;

    INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, asset, amount, reason, actor, at, txid, hash)
    SELECT t.id, t.wallet_id, t.number, t.kind, t.idem_ref, t.asset, t.amount, t.reason, t.actor, t.at, v_txid, t.hash
      FROM unnest(p_moves, v_numbers, v_ats, v_hashes, v_amounts, v_assets)
           AS t(id, wallet_id, kind, idem_ref, reason, actor, number, at, hash, amount, asset);

    INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, asset, amount)
    SELECT p.transfer_id, p.seq, p.dr, p.cr, p.lot_id, p.asset, p.amount
      FROM unnest(v_ids, v_seqs, p_lines) AS p(transfer_id, seq, move, dr, cr, lot_id, asset, amount);
END $$;
