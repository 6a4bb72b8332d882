-- What a row of the hot tables may be, as CHECKs that are compiled once in a session. Each says the name of the rule that is
-- broken; null, as every CHECK's, is that none is.

CREATE OR REPLACE FUNCTION billing.refuse_row(p_rule text) RETURNS boolean LANGUAGE plpgsql STRICT AS $$
BEGIN
    RAISE EXCEPTION 'billing: a row breaks %', p_rule USING ERRCODE = 'check_violation', CONSTRAINT = p_rule;
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(w billing.wallet) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN billing.refuse_row(CASE
        WHEN least(w.avail, w.held, w.debt_real, w.debt_bonus) < 0 THEN 'wallet_is_not_negative'
        WHEN w.status NOT BETWEEN 0 AND 2 THEN 'wallet_status_is_known'
    END);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(l billing.lot) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN billing.refuse_row(CASE
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
    END);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(h billing.hold) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN billing.refuse_row(CASE
        WHEN h.captured NOT BETWEEN 0 AND h.amount THEN 'hold_captures_at_most_itself'
        WHEN h.state NOT BETWEEN 0 AND 2 OR (h.state = 1) <> (h.captured > 0) THEN 'hold_captured_something'
        WHEN (h.state = 0) <> (h.sweep_at IS NOT NULL) OR (h.state = 0) <> (h.resolved_at IS NULL) THEN 'hold_open_is_swept'
        WHEN (h.asset = 'UNIT') <> (h.entitlement_id IS NOT NULL) THEN 'hold_is_funded'
        -- A purchase has no charge: null.
        WHEN h.asset = 'RUB' AND h.captured > h.uncapped THEN 'hold_charge_is_capped'
        WHEN least(h.returned_real, h.returned_bonus) < 0 OR h.returned_real + h.returned_bonus > h.captured THEN 'hold_returns_at_most_captured'
    END);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(t billing.transfer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    -- What is 0 moves nothing for the person.
    RETURN billing.refuse_row(CASE
        WHEN t.amount <> 0 AND (t.amount > 0) <> (t.kind = ANY ('{Grant,Return,PayoutReturn,ChargebackReversal}')) THEN 'transfer_direction'
    END);
END $$;

CREATE OR REPLACE FUNCTION billing.is_right(p billing.posting) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN billing.refuse_row(CASE
        WHEN p.amount <= 0 THEN 'posting_moves_something'
        WHEN p.dr = p.cr THEN 'posting_moves'
        WHEN NOT ARRAY[p.dr, p.cr] <@ '{1,2,3,4,100,110,200,210,211,212,300,301,302,310,320,330,340,360,400,500,510}' THEN 'posting_account_is_known'
    END);
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
