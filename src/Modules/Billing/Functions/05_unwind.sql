-- What goes back, and what is taken back. Each is asked with an id of its own and does its work once.

-- Bonus and compensation that must not have been given. What is left goes; what is held may still be spent, and is owed if it
-- is; what was spent is owed. voided | replayed | no_lot | not_bonus
CREATE OR REPLACE FUNCTION billing.void(
    p_lot uuid, p_id uuid, p_reason text, p_actor uuid, OUT outcome text, OUT voided bigint, OUT clawed bigint, OUT poisoned bigint
) LANGUAGE plpgsql AS $$
DECLARE
    l billing.lot;
    v_moves billing.move[] := '{}';
    v_lines billing.line[] := '{}';
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = (SELECT x.wallet_id FROM billing.lot AS x WHERE x.id = p_lot) FOR NO KEY UPDATE;
    SELECT * INTO l FROM billing.lot AS x WHERE x.id = p_lot;
    outcome := CASE WHEN l.id IS NULL THEN 'no_lot' WHEN l.class > 2 THEN 'not_bonus' ELSE 'voided' END;
    IF outcome <> 'voided' THEN
        RETURN;
    END IF;
    voided := l.avail;
    clawed := l.spent + l.repaid - l.clawed;
    poisoned := l.held - l.poisoned;
    IF voided + clawed + poisoned = 0 THEN
        outcome := 'replayed';
        RETURN;
    END IF;
    IF poisoned > 0 THEN
        UPDATE billing.lot AS x SET poisoned = l.held, poisoned_to = 320 WHERE x.id = p_lot;
    END IF;
    IF voided > 0 THEN
        v_moves := v_moves || (uuidv7(), l.wallet_id, 'Void', p_id, p_reason, p_actor)::billing.move;
        v_lines := v_lines || (cardinality(v_moves), 1, 320, p_lot, 'RUB', voided)::billing.line;
    END IF;
    IF clawed > 0 THEN
        v_moves := v_moves || (uuidv7(), l.wallet_id, 'Clawback', p_id, p_reason, p_actor)::billing.move;
        v_lines := v_lines || (cardinality(v_moves), 4, 320, p_lot, 'RUB', clawed)::billing.line;
    END IF;
    IF cardinality(v_moves) > 0 THEN
        PERFORM billing.post(v_moves, v_lines);
    END IF;
END $$;

-- What a wallet has ever come to owe, less what it repaid: what it owes now, and what was given up. p_debt: 3 real, 4 bonus.
CREATE OR REPLACE FUNCTION billing.given_up(p_wallet uuid, p_debt integer) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (CASE p_debt
        WHEN 3 THEN (
            SELECT coalesce(sum(p.charged_back - l.charged_back - l.poisoned), 0)
              FROM billing.payment AS p JOIN billing.lot AS l ON l.id = p.lot_id
             WHERE p.wallet_id = p_wallet
        ) - coalesce(sum(x.repaid) FILTER (WHERE x.class = 3), 0)
        ELSE coalesce(sum(x.clawed), 0) - coalesce(sum(x.repaid) FILTER (WHERE x.class < 3), 0)
    END)::bigint
      FROM billing.lot AS x
     WHERE x.wallet_id = p_wallet AND (x.repaid > 0 OR x.clawed > 0)
$$;

-- The bank took a payment back: what is left of it goes, what is held is poisoned, the rest is owed. Bonuses that came with
-- it are voided. done | replayed | reused | no_payment | too_much
CREATE OR REPLACE FUNCTION billing.charge_back(
    p_id uuid, p_psp text, p_case text, p_payment uuid, p_amount bigint, p_actor uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    p billing.payment;
    l billing.lot;
    v_taken bigint;
    v_poisoned bigint;
    v_lines billing.line[] := '{}';
    v_child uuid;
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = (SELECT x.wallet_id FROM billing.payment AS x WHERE x.id = p_payment) FOR NO KEY UPDATE;
    SELECT CASE WHEN (c.payment_id, c.amount) = (p_payment, p_amount) THEN 'replayed' ELSE 'reused' END INTO outcome
      FROM billing.chargeback AS c WHERE c.psp = p_psp AND c.case_id = p_case;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO p FROM billing.payment AS x WHERE x.id = p_payment;
    outcome := CASE WHEN p.id IS NULL THEN 'no_payment' WHEN p_amount > p.amount - p.charged_back THEN 'too_much' ELSE 'done' END;
    IF outcome <> 'done' THEN
        RETURN;
    END IF;
    INSERT INTO billing.chargeback (id, psp, case_id, payment_id, amount) VALUES (p_id, p_psp, p_case, p_payment, p_amount);
    UPDATE billing.payment AS x SET charged_back = x.charged_back + p_amount WHERE x.id = p_payment;
    SELECT * INTO l FROM billing.lot AS x WHERE x.id = p.lot_id;
    v_taken := least(l.avail, p_amount);
    v_poisoned := least(l.held - l.poisoned, p_amount - v_taken);
    IF v_poisoned > 0 THEN
        UPDATE billing.lot AS x SET poisoned = x.poisoned + v_poisoned, poisoned_to = 330 WHERE x.id = l.id;
    END IF;
    IF v_taken > 0 THEN
        v_lines := v_lines || (1, 1, 330, l.id, 'RUB', v_taken)::billing.line;
    END IF;
    IF p_amount > v_taken + v_poisoned THEN
        v_lines := v_lines || (1, 3, 330, l.id, 'RUB', p_amount - v_taken - v_poisoned)::billing.line;
    END IF;
    IF cardinality(v_lines) > 0 THEN
        PERFORM billing.post(ARRAY[(uuidv7(), p.wallet_id, 'Chargeback', p_id, NULL, p_actor)::billing.move], v_lines);
    END IF;
    FOR v_child IN SELECT x.id FROM billing.lot AS x WHERE x.parent_lot = l.id ORDER BY x.id LOOP
        PERFORM billing.void(v_child, md5(p_id::text || v_child)::uuid, 'chargeback', p_actor);
    END LOOP;
END $$;

-- The bank gave it back: the mirror of the above. What was still to come is lifted, what is owed is forgiven, what was given up is
-- not bad any more, what was repaid since returns to the lots that repaid it; what was taken returns to its lot and repays what is
-- owed for other cases. done | replayed | no_case
CREATE OR REPLACE FUNCTION billing.reverse_chargeback(p_psp text, p_case text, p_actor uuid, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
    c billing.chargeback;
    p billing.payment;
    l billing.lot;
    r record;
    v_left bigint;
    v_part bigint;
    v_back bigint;
    v_rest bigint;
    v_owed bigint;
    v_bad bigint;
    v_moves billing.move[];
    v_lines billing.line[] := '{}';
BEGIN
    SELECT * INTO p FROM billing.payment AS x
     WHERE x.id = (SELECT y.payment_id FROM billing.chargeback AS y WHERE y.psp = p_psp AND y.case_id = p_case);
    IF NOT FOUND THEN
        outcome := 'no_case';
        RETURN;
    END IF;
    PERFORM FROM billing.wallet AS w WHERE w.id = p.wallet_id FOR NO KEY UPDATE;
    SELECT * INTO c FROM billing.chargeback AS x WHERE x.psp = p_psp AND x.case_id = p_case;
    IF c.reversed_at IS NOT NULL THEN
        outcome := 'replayed';
        RETURN;
    END IF;
    outcome := 'done';
    SELECT w.debt_real INTO v_owed FROM billing.wallet AS w WHERE w.id = p.wallet_id;
    v_bad := billing.given_up(p.wallet_id, 3) - v_owed;
    SELECT * INTO l FROM billing.lot AS x WHERE x.id = p.lot_id;
    UPDATE billing.chargeback AS x SET reversed_at = billing.clock() WHERE x.id = c.id;
    UPDATE billing.payment AS x SET charged_back = x.charged_back - c.amount WHERE x.id = p.id;
    v_left := c.amount;

    v_part := least(l.poisoned, v_left);
    IF v_part > 0 THEN
        UPDATE billing.lot AS x SET poisoned = x.poisoned - v_part WHERE x.id = l.id;
        v_left := v_left - v_part;
    END IF;
    v_back := least(l.charged_back, v_left);
    IF v_back > 0 THEN
        v_lines := v_lines || (1, 330, 1, l.id, 'RUB', v_back)::billing.line;
        v_left := v_left - v_back;
    END IF;
    -- The rest was booked as a debt, some of which may have been repaid.
    IF v_left > 0 THEN
        v_rest := greatest(0, v_left - v_owed);
        v_owed := v_owed - (v_left - v_rest);
        v_part := least(v_rest, v_bad);
        IF v_part > 0 THEN
            v_lines := v_lines || (1, 3, 340, NULL, 'RUB', v_part)::billing.line;
            v_rest := v_rest - v_part;
        END IF;
        FOR r IN SELECT x.id, x.repaid FROM billing.lot AS x WHERE x.wallet_id = p.wallet_id AND x.class = 3 AND x.repaid > 0 ORDER BY x.id DESC LOOP
            EXIT WHEN v_rest = 0;
            v_part := least(r.repaid, v_rest);
            v_lines := v_lines || (1, 3, 1, r.id, 'RUB', v_part)::billing.line;
            v_rest := v_rest - v_part;
        END LOOP;
        v_lines := v_lines || (1, 330, 3, l.id, 'RUB', v_left)::billing.line;
    END IF;
    IF cardinality(v_lines) > 0 THEN
        v_moves := ARRAY[(uuidv7(), p.wallet_id, 'ChargebackReversal', c.id, NULL, p_actor)::billing.move];
        IF least(v_owed, v_back) > 0 THEN
            v_moves := v_moves || (uuidv7(), p.wallet_id, 'Repay', c.id, NULL, NULL)::billing.move;
            v_lines := v_lines || (2, 1, 3, l.id, 'RUB', least(v_owed, v_back))::billing.line;
        END IF;
        PERFORM billing.post(v_moves, v_lines);
    END IF;
END $$;

-- Gives back what a hold was captured with, to the lots it came from: of each class, what was taken last returns first. What
-- returns to an expired lot expires; what returns to a voided one cancels what is owed for it, or what was given up or repaid of
-- that; real money repays a real debt. returned | replayed | reused | no_hold | too_much
CREATE OR REPLACE FUNCTION billing.return_charge(
    p_id uuid, p_hold uuid, p_real bigint, p_bonus bigint, p_reason text, p_actor uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    h billing.hold;
    r record;
    v_real bigint := p_real;
    v_bonus bigint := p_bonus;
    v_skip_real bigint;
    v_skip_bonus bigint;
    v_skip bigint;
    v_part bigint;
    v_owed bigint;
    v_debt bigint;
    v_debt_bonus bigint;
    v_cancelled bigint := 0;
    v_back billing.line[] := '{}';
    v_expired billing.line[] := '{}';
    v_voided billing.line[] := '{}';
    v_unclawed billing.line[] := '{}';
    v_repaid billing.line[] := '{}';
    v_moves billing.move[] := '{}';
    v_lines billing.line[] := '{}';
BEGIN
    SELECT * INTO h FROM billing.hold AS x WHERE x.id = p_hold;
    IF NOT FOUND OR h.asset <> 'RUB' THEN
        outcome := 'no_hold';
        RETURN;
    END IF;
    SELECT w.debt_real, w.debt_bonus INTO v_debt, v_debt_bonus FROM billing.wallet AS w WHERE w.id = h.wallet_id FOR NO KEY UPDATE;
    SELECT CASE WHEN (t.wallet_id, sum(x.amount)) = (h.wallet_id, p_real::numeric + p_bonus) THEN 'replayed' ELSE 'reused' END INTO outcome
      FROM billing.transfer AS t JOIN billing.posting AS x ON x.transfer_id = t.id AND x.dr = h.credit
     WHERE t.kind = 'Return' AND t.idem_ref = p_id GROUP BY t.wallet_id;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO h FROM billing.hold AS x WHERE x.id = p_hold;
    v_skip_real := h.returned_real;
    v_skip_bonus := h.returned_bonus;
    IF h.state <> 1 OR least(p_real, p_bonus) < 0 OR greatest(p_real, p_bonus) = 0 THEN
        outcome := 'too_much';
        RETURN;
    END IF;
    FOR r IN
        SELECT x.lot_id, x.amount, l.class, l.expires_at, l.clawed, l.spent + l.repaid AS used
          FROM billing.transfer AS t
          JOIN billing.posting AS x ON x.transfer_id = t.id AND x.cr = h.credit
          JOIN billing.lot AS l ON l.id = x.lot_id
         WHERE t.kind = 'Capture' AND t.idem_ref = p_hold
         ORDER BY x.seq DESC
    LOOP
        IF r.class = 3 THEN
            v_skip := least(v_skip_real, r.amount);
            v_skip_real := v_skip_real - v_skip;
            v_part := least(v_real, r.amount - v_skip);
            v_real := v_real - v_part;
        ELSE
            v_skip := least(v_skip_bonus, r.amount);
            v_skip_bonus := v_skip_bonus - v_skip;
            v_part := least(v_bonus, r.amount - v_skip);
            v_bonus := v_bonus - v_part;
        END IF;
        CONTINUE WHEN v_part = 0;
        v_back := v_back || (0, h.credit, 1, r.lot_id, 'RUB', v_part)::billing.line;
        v_owed := greatest(0, r.clawed - (r.used - v_part));
        IF v_owed > 0 THEN
            v_voided := v_voided || (0, 1, 320, r.lot_id, 'RUB', v_owed)::billing.line;
            v_unclawed := v_unclawed || (0, 320, 4, r.lot_id, 'RUB', v_owed)::billing.line;
            v_cancelled := v_cancelled + v_owed;
        END IF;
        IF r.expires_at <= billing.clock() AND v_part > v_owed THEN
            v_expired := v_expired || (0, 1, 310, r.lot_id, 'RUB', v_part - v_owed)::billing.line;
        END IF;
        IF r.class = 3 AND v_debt > 0 THEN
            v_repaid := v_repaid || (0, 1, 3, r.lot_id, 'RUB', least(v_debt, v_part))::billing.line;
            v_debt := v_debt - least(v_debt, v_part);
        END IF;
    END LOOP;
    IF v_real > 0 OR v_bonus > 0 THEN
        outcome := 'too_much';
        RETURN;
    END IF;
    v_cancelled := greatest(0, v_cancelled - v_debt_bonus);
    IF v_cancelled > 0 THEN
        v_part := least(v_cancelled, billing.given_up(h.wallet_id, 4) - v_debt_bonus);
        IF v_part > 0 THEN
            v_back := v_back || (0, 4, 340, NULL, 'RUB', v_part)::billing.line;
            v_cancelled := v_cancelled - v_part;
        END IF;
        FOR r IN SELECT x.id, x.repaid, x.expires_at FROM billing.lot AS x
                  WHERE x.wallet_id = h.wallet_id AND x.class = 1 AND x.repaid > 0 AND x.clawed = 0 ORDER BY x.id DESC
        LOOP
            EXIT WHEN v_cancelled = 0;
            v_part := least(r.repaid, v_cancelled);
            v_back := v_back || (0, 4, 1, r.id, 'RUB', v_part)::billing.line;
            v_cancelled := v_cancelled - v_part;
            IF r.expires_at <= billing.clock() THEN
                v_expired := v_expired || (0, 1, 310, r.id, 'RUB', v_part)::billing.line;
            END IF;
        END LOOP;
    END IF;
    UPDATE billing.hold AS x SET returned_real = x.returned_real + p_real, returned_bonus = x.returned_bonus + p_bonus WHERE x.id = p_hold;
    FOR r IN
        SELECT * FROM (
            VALUES ('Return', v_back), ('Void', v_voided), ('Clawback', v_unclawed), ('Expire', v_expired), ('Repay', v_repaid)
        ) AS x(kind, lines) WHERE cardinality(x.lines) > 0
    LOOP
        v_moves := v_moves || (uuidv7(), h.wallet_id, r.kind, p_id, p_reason, p_actor)::billing.move;
        SELECT v_lines || array_agg((cardinality(v_moves), x.dr, x.cr, x.lot_id, x.asset, x.amount)::billing.line)
          INTO v_lines FROM unnest(r.lines::billing.line[]) AS x;
    END LOOP;
    PERFORM billing.post(v_moves, v_lines);
    outcome := 'returned';
END $$;

-- Unspent real money on its way out: a hold on the payment's own lot. started | replayed | reused | no_payment |
-- not_refundable | debt | closed | too_much (with what may be asked)
CREATE OR REPLACE FUNCTION billing.start_refund(
    p_id uuid, p_hold uuid, p_payment uuid, p_amount bigint, p_clause text, p_actor uuid, p_sweep_at timestamptz,
    OUT outcome text, OUT available bigint
) LANGUAGE plpgsql AS $$
DECLARE
    p billing.payment;
    w billing.wallet;
BEGIN
    SELECT * INTO w FROM billing.wallet AS x
     WHERE x.id = (SELECT y.wallet_id FROM billing.payment AS y WHERE y.id = p_payment) FOR NO KEY UPDATE;
    SELECT CASE WHEN (x.payment_id, x.amount) = (p_payment, p_amount) THEN 'replayed' ELSE 'reused' END INTO outcome
      FROM billing.refund AS x WHERE x.id = p_id;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO p FROM billing.payment AS x WHERE x.id = p_payment;
    SELECT least(l.avail, p.amount - p.refunded - p.charged_back) / 10000 * 10000 INTO available
      FROM billing.lot AS l WHERE l.id = p.lot_id;
    outcome := CASE
        WHEN p.id IS NULL THEN 'no_payment'
        WHEN w.status = 2 THEN 'closed'
        WHEN NOT p.refundable THEN 'not_refundable'
        WHEN w.debt_real > 0 THEN 'debt'
        WHEN p_amount > available OR p_amount <= 0 OR p_amount % 10000 <> 0 THEN 'too_much'
        ELSE 'started'
    END;
    IF outcome <> 'started' THEN
        RETURN;
    END IF;
    INSERT INTO billing.hold (id, wallet_id, job_id, amount, kind, credit, held_at, sweep_at)
    VALUES (p_hold, w.id, p_id, p_amount, 2, 110, billing.clock(), p_sweep_at);
    INSERT INTO billing.refund (id, payment_id, hold_id, amount, clause, actor) VALUES (p_id, p_payment, p_hold, p_amount, p_clause, p_actor);
    UPDATE billing.payment AS x SET refunded = x.refunded + p_amount WHERE x.id = p_payment;
    PERFORM billing.post(
        ARRAY[(p_hold, w.id, 'Hold', p_hold, 'refund', p_actor)::billing.move],
        ARRAY[(1, 1, 2, p.lot_id, 'RUB', p_amount)::billing.line]
    );
END $$;

-- The payment service's verdict. done | replayed | no_refund
CREATE OR REPLACE FUNCTION billing.finish_refund(p_id uuid, p_paid boolean, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
    r billing.refund;
BEGIN
    PERFORM FROM billing.wallet AS w
      WHERE w.id = (SELECT h.wallet_id FROM billing.refund AS x JOIN billing.hold AS h ON h.id = x.hold_id WHERE x.id = p_id) FOR NO KEY UPDATE;
    SELECT * INTO r FROM billing.refund AS x WHERE x.id = p_id;
    outcome := CASE WHEN r.id IS NULL THEN 'no_refund' WHEN r.state <> 0 THEN 'replayed' ELSE 'done' END;
    IF outcome <> 'done' THEN
        RETURN;
    END IF;
    UPDATE billing.refund AS x SET state = CASE WHEN p_paid THEN 1 ELSE 2 END WHERE x.id = p_id;
    IF NOT p_paid THEN
        UPDATE billing.payment AS x SET refunded = x.refunded - r.amount WHERE x.id = r.payment_id;
    END IF;
    PERFORM billing.resolve(
        ARRAY[r.hold_id], ARRAY[CASE WHEN p_paid THEN r.amount ELSE 0 END], ARRAY[0::bigint],
        ARRAY[NULL::bigint], ARRAY[NULL::boolean], ARRAY[NULL::jsonb], ARRAY['refund']
    );
END $$;

-- A pay-out that came back repays what is owed by now: done | replayed | no_refund
CREATE OR REPLACE FUNCTION billing.return_refund(p_id uuid, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
    r billing.refund;
    p billing.payment;
    v_debt bigint;
    v_moves billing.move[];
    v_lines billing.line[];
BEGIN
    SELECT w.debt_real INTO v_debt FROM billing.wallet AS w
      WHERE w.id = (SELECT h.wallet_id FROM billing.refund AS x JOIN billing.hold AS h ON h.id = x.hold_id WHERE x.id = p_id) FOR NO KEY UPDATE;
    SELECT * INTO r FROM billing.refund AS x WHERE x.id = p_id;
    outcome := CASE WHEN r.id IS NULL OR r.state IN (0, 2) THEN 'no_refund' WHEN r.state = 3 THEN 'replayed' ELSE 'done' END;
    IF outcome <> 'done' THEN
        RETURN;
    END IF;
    UPDATE billing.refund AS x SET state = 3 WHERE x.id = p_id;
    UPDATE billing.payment AS x SET refunded = x.refunded - r.amount WHERE x.id = r.payment_id RETURNING x.* INTO p;
    v_moves := ARRAY[(uuidv7(), p.wallet_id, 'PayoutReturn', p_id, NULL, NULL)::billing.move];
    v_lines := ARRAY[(1, 110, 1, p.lot_id, 'RUB', r.amount)::billing.line];
    IF v_debt > 0 THEN
        v_moves := v_moves || (uuidv7(), p.wallet_id, 'Repay', p_id, NULL, NULL)::billing.move;
        v_lines := v_lines || (2, 1, 3, p.lot_id, 'RUB', least(v_debt, r.amount))::billing.line;
    END IF;
    PERFORM billing.post(v_moves, v_lines);
END $$;
