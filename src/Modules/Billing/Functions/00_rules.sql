-- What a row of the hot tables may be, as CHECKs that are compiled once in a session. Each says the name of the rule that is
-- broken. Nothing may be null where a rule compares, but for what the rule leaves open.

CREATE OR REPLACE FUNCTION billing.refuse_row(p_rule text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'billing: a row breaks %', p_rule USING ERRCODE = 'check_violation', CONSTRAINT = p_rule;
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(w billing.wallet) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_broken constant text := CASE
        WHEN least(w.avail, w.held, w.debt_real, w.debt_bonus) < 0 THEN 'wallet_is_not_negative'
        WHEN w.status NOT BETWEEN 0 AND 2 THEN 'wallet_status_is_known'
    END;
BEGIN
    RETURN v_broken IS NULL OR billing.refuse_row(v_broken);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(l billing.lot) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_broken constant text := CASE
        WHEN l.granted <> l.avail + l.held + l.spent + l.refunded + l.expired + l.voided + l.charged_back + l.repaid THEN 'lot_conserves'
        WHEN least(l.avail, l.held, l.spent, l.refunded, l.expired, l.voided, l.charged_back, l.repaid, l.poisoned) < 0 THEN 'lot_is_not_negative'
        WHEN l.poisoned > l.held THEN 'lot_poison_is_held'
        -- What repaid a debt was used as well.
        WHEN l.clawed NOT BETWEEN 0 AND l.spent + l.repaid THEN 'lot_clawed_was_spent'
        -- Of money and of packs; a bonus goes back to nobody.
        WHEN l.refunded <> 0 AND l.class < 3 THEN 'lot_only_real_is_refunded'
        WHEN l.class = 3 AND l.expires_at <> 'infinity' THEN 'lot_real_never_expires'
        WHEN (l.class = 4) = (l.asset = 'RUB') THEN 'lot_pack_holds_tokens'
        WHEN l.recognised + l.returned > l.price_real + l.price_bonus THEN 'lot_price_is_booked_once'
    END;
BEGIN
    RETURN v_broken IS NULL OR billing.refuse_row(v_broken);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(h billing.hold) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_broken constant text := CASE
        WHEN h.captured NOT BETWEEN 0 AND h.amount THEN 'hold_captures_at_most_itself'
        WHEN h.state NOT BETWEEN 0 AND 2 OR (h.state = 1) <> (h.captured > 0) THEN 'hold_captured_something'
        WHEN (h.state = 0) <> (h.sweep_at IS NOT NULL) OR (h.state = 0) <> (h.resolved_at IS NULL) THEN 'hold_open_is_swept'
        WHEN (h.asset = 'UNIT') <> (h.entitlement_id IS NOT NULL) THEN 'hold_is_funded'
        -- A purchase has no charge: null.
        WHEN h.asset = 'RUB' AND h.captured > h.uncapped THEN 'hold_charge_is_capped'
        WHEN least(h.returned_real, h.returned_bonus) < 0 OR h.returned_real + h.returned_bonus > h.captured THEN 'hold_returns_at_most_captured'
    END;
BEGIN
    RETURN v_broken IS NULL OR billing.refuse_row(v_broken);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(t billing.transfer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    -- In the middle: what moves nothing for the person.
    RETURN t.amount = 0 OR (t.amount > 0) = (t.kind IN ('Grant', 'Return', 'PayoutReturn', 'ChargebackReversal'))
        OR billing.refuse_row('transfer_direction');
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(p billing.posting) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_accounts constant smallint[] := '{1,2,3,4,100,110,200,210,211,212,300,301,302,310,320,330,340,360,400,500,510}';
    v_broken constant text := CASE
        WHEN p.amount <= 0 THEN 'posting_moves_something'
        WHEN p.dr = p.cr THEN 'posting_moves'
        WHEN p.dr <> ALL (v_accounts) OR p.cr <> ALL (v_accounts) THEN 'posting_account_is_known'
    END;
BEGIN
    RETURN v_broken IS NULL OR billing.refuse_row(v_broken);
END $$;

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY '{wallet,lot,hold,transfer,posting}'::text[] LOOP
        IF NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conname = v_table || '_is_right') THEN
            EXECUTE format('ALTER TABLE billing.%1$I ADD CONSTRAINT %1$s_is_right CHECK (billing.is_right(%1$I))', v_table);
        END IF;
    END LOOP;
END $$;
