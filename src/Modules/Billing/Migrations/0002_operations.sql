-- The hot statements, one call each, for READ COMMITTED. Locks are taken in the order hold, wallet, lots. Each statement
-- of a function sees what was committed before it began, so the lots are read after the wallet's lock, never with it.
-- An expected refusal is an outcome and leaves nothing behind; an exception means that the ledger is broken.

-- What a new hold may take: lots that have not expired, less debts.
CREATE FUNCTION billing.spendable(p_wallet uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (
        SELECT coalesce(sum(l.avail), 0)
          FROM billing.lot AS l
         WHERE l.wallet_id = w.id AND NOT l.closed AND l.expires_at > now()
    )::bigint - w.debt_real - w.debt_bonus
      FROM billing.wallet AS w
     WHERE w.id = p_wallet
$$;

-- held | replayed | resolved (the hold is over: its run must not start again) | reused (the id, the job or the quote
-- belongs to another hold) | short (with what is available) | frozen
CREATE FUNCTION billing.hold(
    p_id uuid, p_account uuid, p_job uuid, p_amount bigint, p_category text, p_quote_id uuid, p_model text,
    p_price_version uuid, p_coefficient integer, p_quote jsonb, p_sweep_at timestamptz,
    p_transfer uuid, p_new_wallet uuid,
    OUT outcome text, OUT available bigint
) LANGUAGE plpgsql AS $$
DECLARE
    v_wallet uuid;
    v_debt bigint;
    v_number bigint;
    v_at timestamptz;
    v_reserved bigint;
BEGIN
    SELECT w.id INTO v_wallet FROM billing.wallet AS w WHERE w.account_id = p_account;
    IF v_wallet IS NULL THEN
        IF p_amount > 0 THEN
            outcome := 'short';
            available := 0;
            RETURN;
        END IF;
        -- A free model needs no money, but its hold needs a wallet.
        INSERT INTO billing.wallet (id, account_id) VALUES (p_new_wallet, p_account) ON CONFLICT (account_id) DO NOTHING;
        SELECT w.id INTO v_wallet FROM billing.wallet AS w WHERE w.account_id = p_account;
    END IF;

    INSERT INTO billing.hold (
        id, wallet_id, job_id, quote_id, amount, category, model_id, price_version_id, coefficient_ppm, quote, sweep_at
    ) VALUES (
        p_id, v_wallet, p_job, p_quote_id, p_amount, p_category, p_model, p_price_version, p_coefficient, p_quote, p_sweep_at
    ) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT CASE
                   WHEN (h.wallet_id, h.job_id, h.quote_id, h.amount) IS DISTINCT FROM (v_wallet, p_job, p_quote_id, p_amount)
                       THEN 'reused'
                   WHEN h.state = 0 THEN 'replayed'
                   ELSE 'resolved'
               END
          INTO outcome
          FROM billing.hold AS h
         WHERE h.id = p_id;
        outcome := coalesce(outcome, 'reused');
        RETURN;
    END IF;
    IF p_amount = 0 THEN
        outcome := 'held';
        RETURN;
    END IF;

    -- Takes the lock and checks, in one statement and relatively: what is written is never what was read.
    UPDATE billing.wallet AS w
       SET avail = w.avail - p_amount, held = w.held + p_amount,
           number = w.number + 1, last_at = greatest(w.last_at, now())
     WHERE w.id = v_wallet AND w.status = 0 AND w.avail - w.debt_real - w.debt_bonus >= p_amount
    RETURNING w.number, w.last_at, w.debt_real + w.debt_bonus INTO v_number, v_at, v_debt;
    IF NOT FOUND THEN
        DELETE FROM billing.hold AS h WHERE h.id = p_id;
        SELECT CASE w.status WHEN 0 THEN 'short' ELSE 'frozen' END INTO outcome
          FROM billing.wallet AS w WHERE w.id = v_wallet;
        available := billing.spendable(v_wallet);
        RETURN;
    END IF;

    WITH live AS (
        SELECT l.id, l.avail,
               row_number() OVER burn AS seq,
               sum(l.avail) OVER burn - l.avail AS before,
               sum(l.avail) OVER () AS total
          FROM billing.lot AS l
         WHERE l.wallet_id = v_wallet AND NOT l.closed AND l.avail > 0 AND l.expires_at > now()
        WINDOW burn AS (ORDER BY l.class, l.expires_at, l.id)
    ), part AS (
        SELECT live.id, live.seq, least(live.avail, p_amount - live.before)::bigint AS amount
          FROM live
         WHERE live.before < p_amount AND live.total - v_debt >= p_amount
    ), reserved AS (
        UPDATE billing.lot AS l
           SET avail = l.avail - part.amount, held = l.held + part.amount
          FROM part
         WHERE l.id = part.id AND l.avail >= part.amount
        RETURNING l.id, part.seq, part.amount
    ), kept AS (
        INSERT INTO billing.hold_lot (hold_id, seq, lot_id, amount)
        SELECT p_id, reserved.seq, reserved.id, reserved.amount FROM reserved
    ), told AS (
        INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, amount, at)
        SELECT p_transfer, v_wallet, v_number, 'Hold', p_id, 0, v_at WHERE EXISTS (SELECT FROM reserved)
    ), posted AS (
        INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, amount)
        SELECT p_transfer, reserved.seq, 1, 2, reserved.id, reserved.amount FROM reserved
    )
    SELECT sum(reserved.amount) INTO v_reserved FROM reserved;

    IF v_reserved IS NULL THEN
        -- The wallet still counts lots that expired and were not swept: undo, under the same lock.
        UPDATE billing.wallet AS w
           SET avail = w.avail + p_amount, held = w.held - p_amount, number = w.number - 1
         WHERE w.id = v_wallet;
        DELETE FROM billing.hold AS h WHERE h.id = p_id;
        outcome := 'short';
        available := billing.spendable(v_wallet);
        RETURN;
    END IF;
    IF v_reserved <> p_amount THEN
        RAISE EXCEPTION 'billing: wallet % has % in lots where % were counted', v_wallet, v_reserved, p_amount;
    END IF;
    outcome := 'held';
END $$;

-- The one way out of a hold. done | replayed | out_of_range | no_hold; taken is what the hold was resolved with.
CREATE FUNCTION billing.resolve(
    p_hold uuid, p_taken bigint, p_reason text, p_transfer uuid, p_expiry uuid,
    OUT outcome text, OUT taken bigint
) LANGUAGE plpgsql AS $$
DECLARE
    v_wallet uuid;
    v_amount bigint;
    v_number bigint;
    v_at timestamptz;
    v_moved bigint;
    v_lapsed bigint;
BEGIN
    UPDATE billing.hold AS h
       SET state = CASE WHEN p_taken > 0 THEN 1 ELSE 2 END, captured = p_taken, resolved_at = now(), sweep_at = NULL
     WHERE h.id = p_hold AND h.state = 0 AND p_taken BETWEEN 0 AND h.amount
    RETURNING h.wallet_id, h.amount INTO v_wallet, v_amount;
    IF NOT FOUND THEN
        SELECT CASE h.state WHEN 0 THEN 'out_of_range' ELSE 'replayed' END, h.captured INTO outcome, taken
          FROM billing.hold AS h WHERE h.id = p_hold;
        outcome := coalesce(outcome, 'no_hold');
        RETURN;
    END IF;
    outcome := 'done';
    taken := p_taken;
    IF v_amount = 0 THEN
        RETURN;
    END IF;

    UPDATE billing.wallet AS w
       SET held = w.held - v_amount, avail = w.avail + v_amount - p_taken,
           number = w.number + 1, last_at = greatest(w.last_at, now())
     WHERE w.id = v_wallet
    RETURNING w.number, w.last_at INTO v_number, v_at;

    -- The taken part eats the hold's lots in their recorded order; the rest of each goes back to where it came from, or,
    -- where that expired meanwhile, on to expired.
    WITH part AS (
        SELECT hl.lot_id, hl.seq, hl.amount,
               greatest(0, least(hl.amount, p_taken - sum(hl.amount) OVER (ORDER BY hl.seq) + hl.amount))::bigint AS taken,
               l.class <> 3 AND l.expires_at <= now() AS lapsed
          FROM billing.hold_lot AS hl
          JOIN billing.lot AS l ON l.id = hl.lot_id
         WHERE hl.hold_id = p_hold
    ), moved AS (
        UPDATE billing.lot AS l
           SET held = l.held - part.amount,
               spent = l.spent + part.taken,
               avail = l.avail + CASE WHEN part.lapsed THEN 0 ELSE part.amount - part.taken END,
               expired = l.expired + CASE WHEN part.lapsed THEN part.amount - part.taken ELSE 0 END,
               closed = l.avail = 0 AND l.held = part.amount AND (part.lapsed OR part.taken = part.amount)
          FROM part
         WHERE l.id = part.lot_id
        RETURNING part.lot_id, part.seq, part.amount, part.taken, part.lapsed
    ), noted AS (
        UPDATE billing.hold_lot AS hl
           SET captured = moved.taken
          FROM moved
         WHERE hl.hold_id = p_hold AND hl.seq = moved.seq AND moved.taken > 0
    ), told AS (
        INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, amount, reason, at)
        VALUES (
            p_transfer, v_wallet, v_number, CASE WHEN p_taken > 0 THEN 'Capture' ELSE 'Release' END,
            p_hold, -p_taken, p_reason, v_at
        )
    ), posted AS (
        INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, amount)
        SELECT p_transfer, 2 * moved.seq - 1, 2, 200, moved.lot_id, moved.taken
          FROM moved WHERE moved.taken > 0
        UNION ALL
        SELECT p_transfer, 2 * moved.seq, 2, 1, moved.lot_id, moved.amount - moved.taken
          FROM moved WHERE moved.amount > moved.taken
    )
    SELECT sum(moved.amount), sum(moved.amount - moved.taken) FILTER (WHERE moved.lapsed) INTO v_moved, v_lapsed
      FROM moved;

    IF v_moved IS DISTINCT FROM v_amount THEN
        RAISE EXCEPTION 'billing: hold % has % in lots where % were held', p_hold, v_moved, v_amount;
    END IF;
    IF v_lapsed > 0 THEN
        UPDATE billing.wallet AS w
           SET avail = w.avail - v_lapsed, number = w.number + 1
         WHERE w.id = v_wallet
        RETURNING w.number INTO v_number;
        INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, amount, at)
        VALUES (p_expiry, v_wallet, v_number, 'Expire', p_hold, -v_lapsed, v_at);
        INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, amount)
        SELECT p_expiry, p.seq, 1, 310, p.lot_id, p.amount
          FROM billing.posting AS p
          JOIN billing.lot AS l ON l.id = p.lot_id
         WHERE p.transfer_id = p_transfer AND p.cr = 1 AND l.class <> 3 AND l.expires_at <= now();
    END IF;
END $$;

-- A charge of zero is a release that keeps its charge for the receipt.
CREATE FUNCTION billing.capture(
    p_hold uuid, p_amount bigint, p_uncapped bigint, p_coefficient integer, p_estimated boolean, p_lines jsonb,
    p_transfer uuid, p_expiry uuid,
    OUT outcome text, OUT taken bigint
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.outcome, r.taken INTO outcome, taken
      FROM billing.resolve(
          p_hold, p_amount, CASE WHEN p_amount = 0 THEN 'zero_charge' END, p_transfer, p_expiry
      ) AS r;
    IF outcome = 'done' THEN
        INSERT INTO billing.charge (hold_id, amount, uncapped, coefficient_ppm, estimated, lines)
        VALUES (p_hold, p_amount, p_uncapped, p_coefficient, p_estimated, p_lines);
    END IF;
END $$;

CREATE FUNCTION billing.release(
    p_hold uuid, p_reason text, p_transfer uuid, p_expiry uuid,
    OUT outcome text, OUT taken bigint
) LANGUAGE sql AS $$
    SELECT r.outcome, r.taken FROM billing.resolve(p_hold, 0, p_reason, p_transfer, p_expiry) AS r
$$;

-- granted | replayed | reused (the source gave something else before) | closed | too_large
CREATE FUNCTION billing.grant(
    p_account uuid, p_lot uuid, p_class smallint, p_amount bigint, p_from smallint,
    p_source_kind text, p_source_id text, p_expires_at timestamptz, p_transfer uuid, p_new_wallet uuid,
    OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    v_wallet uuid;
    v_number bigint;
    v_at timestamptz;
BEGIN
    SELECT w.id INTO v_wallet FROM billing.wallet AS w WHERE w.account_id = p_account;
    IF v_wallet IS NULL THEN
        INSERT INTO billing.wallet (id, account_id) VALUES (p_new_wallet, p_account) ON CONFLICT (account_id) DO NOTHING;
        SELECT w.id INTO v_wallet FROM billing.wallet AS w WHERE w.account_id = p_account;
    END IF;

    INSERT INTO billing.lot (id, wallet_id, class, expires_at, source_kind, source_id, granted, avail)
    VALUES (
        p_lot, v_wallet, p_class, coalesce(p_expires_at, 'infinity'), p_source_kind, p_source_id, p_amount, p_amount
    ) ON CONFLICT (source_kind, source_id, class) DO NOTHING;
    IF NOT FOUND THEN
        SELECT CASE WHEN (l.wallet_id, l.granted) = (v_wallet, p_amount) THEN 'replayed' ELSE 'reused' END
          INTO outcome
          FROM billing.lot AS l
         WHERE l.source_kind = p_source_kind AND l.source_id = p_source_id AND l.class = p_class;
        RETURN;
    END IF;

    UPDATE billing.wallet AS w
       SET avail = w.avail + p_amount, number = w.number + 1, last_at = greatest(w.last_at, now())
     WHERE w.id = v_wallet AND w.status <> 2 AND w.avail + w.held <= 9223372036854775807 - p_amount
    RETURNING w.number, w.last_at INTO v_number, v_at;
    IF NOT FOUND THEN
        DELETE FROM billing.lot AS l WHERE l.id = p_lot;
        SELECT CASE w.status WHEN 2 THEN 'closed' ELSE 'too_large' END INTO outcome
          FROM billing.wallet AS w WHERE w.id = v_wallet;
        RETURN;
    END IF;

    INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, amount, at)
    VALUES (p_transfer, v_wallet, v_number, 'Grant', p_lot, p_amount, v_at);
    INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, amount)
    VALUES (p_transfer, 1, p_from, 1, p_lot, p_amount);
    outcome := 'granted';
END $$;
