-- Expiry, corrections by hand, debts that are given up, success that came too late.

-- Books what has expired, of at most p_wallets wallets; a wallet that somebody else has is left for the next time.
CREATE OR REPLACE FUNCTION billing.expire(p_wallets integer) RETURNS integer LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_now constant timestamptz := billing.clock();
    v_wallet uuid;
    l record;
    v_moves billing.move[];
    v_lines billing.line[];
    v_count integer := 0;
BEGIN
    FOR v_wallet IN
        SELECT w.id FROM billing.wallet AS w
         WHERE w.id IN (
            SELECT x.wallet_id FROM billing.lot AS x
             WHERE NOT x.closed AND x.expires_at <> 'infinity' AND x.expires_at <= v_now AND x.avail > 0
             ORDER BY x.expires_at LIMIT p_wallets
         )
         ORDER BY w.id FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        v_moves := '{}';
        v_lines := '{}';
        FOR l IN SELECT x.id, x.asset, x.avail, x.expired FROM billing.lot AS x
                  WHERE x.wallet_id = v_wallet AND NOT x.closed AND x.avail > 0 AND x.expires_at <= v_now
                  ORDER BY x.asset, x.class, x.expires_at, x.id
        LOOP
            v_moves := v_moves || (uuidv7(), v_wallet, 'Expire', md5(l.id::text || l.expired)::uuid, NULL, NULL)::billing.move;
            v_lines := v_lines || (cardinality(v_moves), 1, 310, l.id, l.asset, l.avail)::billing.line;
        END LOOP;
        -- Somebody else booked it between the look and the lock.
        CONTINUE WHEN v_lines = '{}';
        PERFORM billing.post(v_moves, v_lines);
        FOR i IN 1 .. cardinality(v_lines) LOOP
            IF v_lines[i].asset <> 'RUB' THEN
                PERFORM billing.recognise(v_wallet, v_lines[i].lot_id, v_moves[i].idem_ref, 310);
            END IF;
        END LOOP;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Takes from a person's lots of one class, in burn order: done | replayed | reused | short | no_wallet
CREATE OR REPLACE FUNCTION billing.take(
    p_id uuid, p_wallet uuid, p_class smallint, p_amount bigint, p_reason text, p_actor uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    l record;
    v_left bigint := p_amount;
    v_lines billing.line[] := '{}';
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = p_wallet FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        outcome := 'no_wallet';
        RETURN;
    END IF;
    SELECT CASE WHEN (t.wallet_id, t.amount) = (p_wallet, -p_amount) THEN 'replayed' ELSE 'reused' END INTO outcome
      FROM billing.transfer AS t WHERE t.kind = 'Adjust' AND t.idem_ref = p_id;
    IF FOUND THEN
        RETURN;
    END IF;
    FOR l IN SELECT x.id, x.avail FROM billing.lot AS x
              WHERE x.wallet_id = p_wallet AND x.asset = 'RUB' AND NOT x.closed AND x.class = p_class AND x.avail > 0 AND x.expires_at > billing.clock()
              ORDER BY x.expires_at, x.id
    LOOP
        v_lines := v_lines || (1, 1, 360, l.id, 'RUB', least(l.avail, v_left))::billing.line;
        v_left := v_left - least(l.avail, v_left);
        EXIT WHEN v_left = 0;
    END LOOP;
    IF v_left > 0 THEN
        outcome := 'short';
        RETURN;
    END IF;
    PERFORM billing.post(ARRAY[(uuidv7(), p_wallet, 'Adjust', p_id, p_reason, p_actor)::billing.move], v_lines);
    outcome := 'done';
END $$;

-- Gives up what a person owes: done | replayed | reused | too_much | no_wallet
CREATE OR REPLACE FUNCTION billing.write_off(
    p_id uuid, p_wallet uuid, p_real bigint, p_bonus bigint, p_reason text, p_actor uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    w billing.wallet;
    v_lines billing.line[] := '{}';
BEGIN
    SELECT * INTO w FROM billing.wallet AS x WHERE x.id = p_wallet FOR NO KEY UPDATE;
    SELECT CASE WHEN (t.wallet_id, coalesce(sum(x.amount) FILTER (WHERE x.cr = 3), 0), coalesce(sum(x.amount) FILTER (WHERE x.cr = 4), 0))
                     = (p_wallet, p_real, p_bonus) THEN 'replayed' ELSE 'reused' END INTO outcome
      FROM billing.transfer AS t JOIN billing.posting AS x ON x.transfer_id = t.id
     WHERE t.kind = 'WriteOff' AND t.idem_ref = p_id GROUP BY t.wallet_id;
    IF FOUND THEN
        RETURN;
    END IF;
    outcome := CASE
        WHEN w.id IS NULL THEN 'no_wallet'
        WHEN p_real > w.debt_real OR p_bonus > w.debt_bonus OR least(p_real, p_bonus) < 0 OR greatest(p_real, p_bonus) = 0 THEN 'too_much'
        ELSE 'done'
    END;
    IF outcome <> 'done' THEN
        RETURN;
    END IF;
    IF p_real > 0 THEN
        v_lines := v_lines || (1, 340, 3, NULL, 'RUB', p_real)::billing.line;
    END IF;
    IF p_bonus > 0 THEN
        v_lines := v_lines || (1, 340, 4, NULL, 'RUB', p_bonus)::billing.line;
    END IF;
    PERFORM billing.post(ARRAY[(uuidv7(), p_wallet, 'WriteOff', p_id, p_reason, p_actor)::billing.move], v_lines);
END $$;

-- A run succeeded after its release: it is given free, and remembered. done | replayed | no_hold | not_released
CREATE OR REPLACE FUNCTION billing.late_success(p_hold uuid, p_amount bigint, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
    h billing.hold;
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = (SELECT x.wallet_id FROM billing.hold AS x WHERE x.id = p_hold) FOR NO KEY UPDATE;
    SELECT * INTO h FROM billing.hold AS x WHERE x.id = p_hold;
    outcome := CASE
        WHEN h.id IS NULL THEN 'no_hold'
        WHEN h.state <> 2 OR p_amount <= 0 THEN 'not_released'
        WHEN EXISTS (SELECT FROM billing.transfer AS t WHERE t.kind = 'LateSuccess' AND t.idem_ref = p_hold) THEN 'replayed'
        ELSE 'done'
    END;
    IF outcome = 'done' THEN
        PERFORM billing.post(
            ARRAY[(uuidv7(), h.wallet_id, 'LateSuccess', p_hold, NULL, NULL)::billing.move],
            ARRAY[(1, 400, 200, NULL, 'RUB', p_amount)::billing.line]
        );
    END IF;
END $$;
