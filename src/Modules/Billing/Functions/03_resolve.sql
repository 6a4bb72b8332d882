-- The one way out of holds, many in one call. Whoever finds a hold open resolves it; everybody else hears with what.

-- The quota of a unit: back to, or used in, the buckets that the hold names, whatever the date is by now.
CREATE OR REPLACE FUNCTION billing.resolve_unit(p_hold billing.hold, p_taken integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing.quota_bucket AS b
       SET held = b.held - 1, used = b.used + p_taken
     WHERE b.entitlement_id = p_hold.entitlement_id
       AND ((b.kind = 'P' AND b.key = p_hold.period_key) OR (b.kind = 'D' AND b.key = p_hold.day_key));
    UPDATE billing.entitlement AS e
       SET inflight = e.inflight - 1, used = e.used + p_taken
     WHERE e.id = p_hold.entitlement_id;
END $$;

-- Of a pack's price, what its used and expired tokens come to: the cumulative floor, so that the parts are the whole.
CREATE OR REPLACE FUNCTION billing.recognise(p_wallet uuid, p_lot uuid, p_ref uuid, p_to integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_due bigint;
BEGIN
    SELECT CASE WHEN l.closed THEN l.price_real + l.price_bonus - l.returned
                ELSE floor((l.spent + l.expired)::numeric * (l.price_real + l.price_bonus) / l.granted)::bigint END - l.recognised
      INTO v_due
      FROM billing.lot AS l WHERE l.id = p_lot;
    IF v_due > 0 THEN
        UPDATE billing.lot AS l SET recognised = l.recognised + v_due WHERE l.id = p_lot;
        PERFORM billing.post(
            -- One hold may take of several packs.
            ARRAY[(uuidv7(), p_wallet, 'Recognise', md5(p_ref::text || p_lot)::uuid, NULL, NULL)::billing.move],
            ARRAY[(1, 210, p_to, p_lot, 'RUB', v_due)::billing.line]
        );
    END IF;
END $$;

-- One row for each hold, in the order of asking: done | replayed | out_of_range | no_hold; taken is what the hold was resolved
-- with, in its own asset, which is told beside it. p_taken is asked of holds of money, p_tokens of holds of a pack's tokens; a unit is taken whole.
-- p_uncapped, p_estimated and p_charges are kept for the receipt; a release has none.
CREATE OR REPLACE FUNCTION billing.resolve(
    p_ids uuid[], p_taken bigint[], p_tokens bigint[], p_uncapped bigint[], p_estimated boolean[], p_charges jsonb[], p_reasons text[]
) RETURNS TABLE (outcome text, taken bigint, asset text) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n constant integer := cardinality(p_ids);
    v_now constant timestamptz := billing.clock();
    v_outcomes text[] := array_fill('no_hold'::text, ARRAY[n]);
    v_takens bigint[] := array_fill(0::bigint, ARRAY[n]);
    v_assets text[] := array_fill(NULL::text, ARRAY[n]);
    v_done integer[] := '{}';
    v_asked record;
    v_part record;
    h billing.hold;
    i integer;
    v_taken bigint;
    v_left bigint;
    v_take bigint;
    v_back bigint;
    v_poison bigint;
    v_owed bigint;
    v_moves billing.move[] := '{}';
    v_lines billing.line[] := '{}';
    v_expired billing.line[];
    v_voided billing.line[];
    v_clawed billing.line[];
    v_bounced billing.line[];
    v_packs uuid[] := '{}';
    v_pack_holds billing.hold[] := '{}';
BEGIN
    PERFORM FROM billing.wallet AS w
      WHERE w.id IN (SELECT x.wallet_id FROM billing.hold AS x WHERE x.id = ANY (p_ids))
      ORDER BY w.id FOR NO KEY UPDATE;

    FOR v_asked IN
        SELECT x AS hold, a.i FROM unnest(p_ids) WITH ORDINALITY AS a(id, i) JOIN billing.hold AS x ON x.id = a.id
         ORDER BY x.wallet_id, a.i
    LOOP
        h := v_asked.hold;
        i := v_asked.i;
        v_assets[i] := h.asset;
        IF h.state <> 0 THEN
            v_outcomes[i] := 'replayed';
            v_takens[i] := h.captured;
            CONTINUE;
        END IF;
        IF n > 1 THEN
            SELECT v_takens[d] INTO v_taken FROM unnest(v_done) AS d WHERE p_ids[d] = h.id;
            IF FOUND THEN
                v_outcomes[i] := 'replayed';
                v_takens[i] := v_taken;
                CONTINUE;
            END IF;
        END IF;
        v_taken := CASE
            WHEN h.asset = 'RUB' OR p_taken[i] < 0 THEN p_taken[i]
            WHEN p_uncapped[i] IS NULL THEN 0
            WHEN h.asset = 'UNIT' THEN 1
            ELSE least(p_tokens[i], h.amount)
        END;
        IF v_taken NOT BETWEEN 0 AND h.amount THEN
            v_outcomes[i] := 'out_of_range';
            CONTINUE;
        END IF;
        v_outcomes[i] := 'done';
        v_takens[i] := v_taken;
        v_done := v_done || i;
        IF h.asset = 'UNIT' THEN
            PERFORM billing.resolve_unit(h, v_taken::integer);
            CONTINUE;
        END IF;
        CONTINUE WHEN h.amount = 0;

        -- What is taken eats the hold's lots in their recorded order; the rest of each goes back to where it came from.
        v_moves := v_moves || (
            uuidv7(), h.wallet_id,
            CASE WHEN v_taken = 0 THEN 'Release' WHEN h.kind = 2 THEN 'Refund' ELSE 'Capture' END, h.id,
            -- A run that was paid needs no reason.
            CASE WHEN v_taken = 0 OR h.kind <> 1 THEN p_reasons[i] END, NULL
        )::billing.move;
        v_left := v_taken;
        v_expired := '{}';
        v_voided := '{}';
        v_clawed := '{}';
        v_bounced := '{}';
        FOR v_part IN
            SELECT p.lot_id, p.amount, l.class, l.expires_at, l.poisoned, l.poisoned_to, l.held
              FROM billing.posting AS p
              JOIN billing.lot AS l ON l.id = p.lot_id
             WHERE p.transfer_id = h.id
             ORDER BY p.seq
        LOOP
            v_take := least(v_part.amount, v_left);
            v_back := v_part.amount - v_take;
            v_left := v_left - v_take;
            IF v_take > 0 THEN
                v_lines := v_lines
                    || (cardinality(v_moves), 2, CASE h.asset WHEN 'RUB' THEN h.credit ELSE 510 END, v_part.lot_id, h.asset, v_take)::billing.line;
                IF v_part.class = 4 THEN
                    v_packs := v_packs || v_part.lot_id;
                    v_pack_holds := v_pack_holds || h;
                END IF;
            END IF;
            IF v_back > 0 THEN
                v_lines := v_lines || (cardinality(v_moves), 2, 1, v_part.lot_id, h.asset, v_back)::billing.line;
            END IF;
            -- A voided or charged back lot: what comes back goes on; what was spent of it is owed.
            IF v_part.poisoned > 0 THEN
                -- Other holds of this batch may have been there before.
                SELECT l.poisoned, l.held INTO v_poison, v_part.held FROM billing.lot AS l WHERE l.id = v_part.lot_id;
                v_part.held := v_part.held - (
                    SELECT coalesce(sum(x.amount), 0) FROM unnest(v_lines) AS x WHERE x.lot_id = v_part.lot_id AND x.dr = 2
                );
                v_back := least(v_back, v_poison);
                v_owed := greatest(0, v_poison - v_back - v_part.held);
                UPDATE billing.lot AS l SET poisoned = v_poison - v_back - v_owed WHERE l.id = v_part.lot_id;
                IF v_part.poisoned_to = 330 THEN
                    v_bounced := v_bounced || CASE WHEN v_back > 0 THEN ARRAY[(0, 1, 330, v_part.lot_id, 'RUB', v_back)::billing.line] ELSE '{}' END
                                           || CASE WHEN v_owed > 0 THEN ARRAY[(0, 3, 330, v_part.lot_id, 'RUB', v_owed)::billing.line] ELSE '{}' END;
                ELSE
                    v_voided := v_voided || CASE WHEN v_back > 0 THEN ARRAY[(0, 1, 320, v_part.lot_id, 'RUB', v_back)::billing.line] ELSE '{}' END;
                    v_clawed := v_clawed || CASE WHEN v_owed > 0 THEN ARRAY[(0, 4, 320, v_part.lot_id, 'RUB', v_owed)::billing.line] ELSE '{}' END;
                END IF;
                v_back := v_part.amount - v_take - v_back;
            END IF;
            IF v_back > 0 AND v_part.expires_at <= v_now THEN
                IF v_part.class = 4 THEN
                    -- Tokens that were paid for get the time of the hold back.
                    UPDATE billing.lot AS l SET expires_at = greatest(l.expires_at, v_now + (v_now - h.held_at)) WHERE l.id = v_part.lot_id;
                ELSE
                    v_expired := v_expired || (0, 1, 310, v_part.lot_id, h.asset, v_back)::billing.line;
                END IF;
            END IF;
        END LOOP;
        CONTINUE WHEN cardinality(v_expired || v_voided || v_clawed || v_bounced) = 0;
        FOR v_part IN
            SELECT * FROM (VALUES ('Expire', v_expired), ('Void', v_voided), ('Clawback', v_clawed), ('Chargeback', v_bounced)) AS x(kind, lines)
             WHERE cardinality(x.lines) > 0
        LOOP
            v_moves := v_moves || (uuidv7(), h.wallet_id, v_part.kind, h.id, NULL, NULL)::billing.move;
            SELECT v_lines || array_agg((cardinality(v_moves), x.dr, x.cr, x.lot_id, x.asset, x.amount)::billing.line)
              INTO v_lines FROM unnest(v_part.lines::billing.line[]) AS x;
        END LOOP;
    END LOOP;

    IF cardinality(v_done) > 0 THEN
        UPDATE billing.hold AS x
           SET state = CASE WHEN v_takens[d] > 0 THEN 1 ELSE 2 END, captured = v_takens[d], resolved_at = v_now, sweep_at = NULL,
               uncapped = p_uncapped[d], estimated = p_estimated[d], lines = p_charges[d]
          FROM unnest(v_done) AS d
         WHERE x.id = p_ids[d] AND x.state = 0;
        GET DIAGNOSTICS i = ROW_COUNT;
        IF i <> cardinality(v_done) THEN
            RAISE EXCEPTION 'billing: a hold was resolved without its wallet''s lock';
        END IF;
    END IF;
    IF cardinality(v_moves) > 0 THEN
        PERFORM billing.post(v_moves, v_lines);
    END IF;
    FOR i IN 1 .. cardinality(v_packs) LOOP
        PERFORM billing.recognise(v_pack_holds[i].wallet_id, v_packs[i], v_pack_holds[i].id, 200);
    END LOOP;
    FOR i IN 1 .. n LOOP
        outcome := v_outcomes[i];
        taken := v_takens[i];
        asset := v_assets[i];
        RETURN NEXT;
    END LOOP;
END $$;

-- The locks of a batch that both holds and resolves, at once and in order: two such batches never wait for each other.
CREATE OR REPLACE FUNCTION billing.lock_wallets(p_accounts uuid[], p_holds uuid[])
RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM FROM billing.wallet AS w
      WHERE w.id IN (
          SELECT x.id FROM billing.wallet AS x WHERE x.account_id = ANY (p_accounts)
          UNION
          SELECT h.wallet_id FROM billing.hold AS h WHERE h.id = ANY (p_holds)
      )
      ORDER BY w.id FOR NO KEY UPDATE;
END $$;
