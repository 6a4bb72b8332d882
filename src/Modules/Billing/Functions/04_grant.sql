-- Credits. A new lot pays what its class owes first, in the same call.

-- granted | replayed | reused (the source gave something else before) | closed | too_large
CREATE OR REPLACE FUNCTION billing.grant(
    p_account uuid, p_lot uuid, p_class smallint, p_asset text, p_amount bigint, p_from smallint,
    p_source_kind text, p_source_id text, p_expires_at timestamptz, p_parent uuid, p_actor uuid, p_reason text,
    OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    v_wallet uuid;
    w billing.wallet;
    v_owed bigint;
    v_moves billing.move[];
    v_lines billing.line[];
BEGIN
    -- What is refused opens no wallet.
    IF EXISTS (SELECT FROM billing.lot AS l WHERE l.source_kind = p_source_kind AND l.source_id = p_source_id AND l.class = p_class)
       AND NOT EXISTS (SELECT FROM billing.wallet AS x WHERE x.account_id = p_account) THEN
        outcome := 'reused';
        RETURN;
    END IF;
    v_wallet := billing.wallet_of(p_account);
    SELECT * INTO w FROM billing.wallet AS x WHERE x.id = v_wallet FOR NO KEY UPDATE;
    SELECT CASE WHEN (l.wallet_id, l.granted, l.asset) = (v_wallet, p_amount, p_asset) THEN 'replayed' ELSE 'reused' END
      INTO outcome
      FROM billing.lot AS l
     WHERE l.source_kind = p_source_kind AND l.source_id = p_source_id AND l.class = p_class;
    IF FOUND THEN
        RETURN;
    END IF;
    IF w.status = 2 THEN
        outcome := 'closed';
        RETURN;
    END IF;
    IF p_asset = 'RUB' AND w.avail > 9223372036854775807 - w.held - p_amount THEN
        outcome := 'too_large';
        RETURN;
    END IF;

    INSERT INTO billing.lot (id, wallet_id, class, asset, expires_at, source_kind, source_id, parent_lot, granted, avail)
    VALUES (p_lot, v_wallet, p_class, p_asset, coalesce(p_expires_at, 'infinity'), p_source_kind, p_source_id, p_parent, p_amount, p_amount)
    ON CONFLICT (source_kind, source_id, class) DO NOTHING;
    IF NOT FOUND THEN
        -- Another wallet was given the same at this very moment.
        outcome := 'reused';
        RETURN;
    END IF;
    v_moves := ARRAY[(uuidv7(), v_wallet, 'Grant', p_lot, p_reason, p_actor)::billing.move];
    v_lines := ARRAY[(1, p_from, 1, p_lot, p_asset, p_amount)::billing.line];
    v_owed := CASE p_class WHEN 3 THEN least(w.debt_real, p_amount) WHEN 1 THEN least(w.debt_bonus, p_amount) ELSE 0 END;
    PERFORM billing.post(v_moves, v_lines);
    IF v_owed > 0 THEN
        PERFORM billing.post(
            ARRAY[(uuidv7(), v_wallet, 'Repay', p_lot, NULL, NULL)::billing.move],
            ARRAY[(1, 1, CASE p_class WHEN 3 THEN 3 ELSE 4 END, p_lot, 'RUB', v_owed)::billing.line]
        );
    END IF;
    outcome := 'granted';
END $$;

-- A settled payment is one real lot: credited | replayed | reused | closed | too_large
CREATE OR REPLACE FUNCTION billing.top_up(
    p_account uuid, p_payment uuid, p_psp text, p_psp_payment text, p_amount bigint, p_refundable boolean, p_paid_at timestamptz,
    OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    v_wallet uuid;
    v_lot constant uuid := uuidv7();
BEGIN
    IF EXISTS (SELECT FROM billing.payment AS p WHERE (p.psp = p_psp AND p.psp_payment_id = p_psp_payment) OR p.id = p_payment)
       AND NOT EXISTS (SELECT FROM billing.wallet AS w WHERE w.account_id = p_account) THEN
        outcome := 'reused';
        RETURN;
    END IF;
    v_wallet := billing.wallet_of(p_account);
    PERFORM FROM billing.wallet AS w WHERE w.id = v_wallet FOR NO KEY UPDATE;
    SELECT CASE WHEN (p.wallet_id, p.amount, p.psp, p.psp_payment_id) = (v_wallet, p_amount, p_psp, p_psp_payment)
                THEN 'replayed' ELSE 'reused' END INTO outcome
      FROM billing.payment AS p WHERE p.id = p_payment;
    IF FOUND THEN
        RETURN;
    END IF;
    -- Under another id the lot's source tells the payment.
    SELECT g.outcome INTO outcome
      FROM billing.grant(
          p_account, v_lot, 3::smallint, 'RUB', p_amount, 100::smallint, 'payment', p_psp || ':' || p_psp_payment, NULL, NULL, NULL, NULL
      ) AS g;
    IF outcome = 'granted' THEN
        INSERT INTO billing.payment (id, wallet_id, lot_id, psp, psp_payment_id, amount, refundable, paid_at)
        VALUES (p_payment, v_wallet, v_lot, p_psp, p_psp_payment, p_amount, p_refundable, p_paid_at);
        outcome := 'credited';
    END IF;
END $$;
