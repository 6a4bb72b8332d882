-- Erasure of a person: the ledger stays, what leads from it to them is cut. Nothing that is hashed names anybody, so chains and
-- seals stay as they are. anonymised (with what is left, which nobody can spend any more) | busy (holds are open) | no_wallet
CREATE OR REPLACE FUNCTION billing.anonymise(
    p_account uuid, OUT outcome text, OUT avail bigint, OUT debt_real bigint, OUT debt_bonus bigint
) LANGUAGE plpgsql AS $$
DECLARE
    w billing.wallet;
BEGIN
    SELECT * INTO w FROM billing.wallet AS x WHERE x.account_id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        outcome := 'no_wallet';
        RETURN;
    END IF;
    avail := w.avail;
    debt_real := w.debt_real;
    debt_bonus := w.debt_bonus;
    IF EXISTS (SELECT FROM billing.hold AS h WHERE h.wallet_id = w.id AND h.sweep_at IS NOT NULL) THEN
        outcome := 'busy';
        RETURN;
    END IF;
    UPDATE billing.lot AS l SET source_id = l.id::text
     WHERE l.wallet_id = w.id AND strpos(l.source_id, p_account::text) > 0;
    UPDATE billing.entitlement AS e SET renews = false WHERE e.wallet_id = w.id AND e.renews;
    UPDATE billing.wallet AS x
       SET account_id = NULL, status = 2, status_reason = 'erased', status_by = NULL, status_at = billing.clock(),
           tz = DEFAULT, limit_message = NULL, limit_day = NULL, limit_month = NULL
     WHERE x.id = w.id;
    outcome := 'anonymised';
END $$;
