-- What owners do by hand. Each is once: a form has an id, a decision is made under the lock of what it decides on.

-- Agrees to or refuses an adjustment. Above the threshold the one who asked may do neither.
-- done | refused | replayed | changed (it was decided the other way) | second_person | no_adjustment | and what the ledger says
CREATE OR REPLACE FUNCTION billing.decide_adjustment(p_id uuid, p_agree boolean, p_actor uuid, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
    a billing.adjustment;
    v_account uuid;
BEGIN
    SELECT * INTO a FROM billing.adjustment AS x WHERE x.id = p_id FOR UPDATE;
    outcome := CASE
        WHEN a.id IS NULL THEN 'no_adjustment'
        WHEN a.state <> 0 THEN CASE WHEN (a.state = 1) = p_agree THEN 'replayed' ELSE 'changed' END
        WHEN a.needs_second AND a.asked_by = p_actor THEN 'second_person'
        WHEN p_agree THEN 'done'
        ELSE 'refused'
    END;
    IF outcome = 'done' THEN
        SELECT w.account_id INTO v_account FROM billing.wallet AS w WHERE w.id = a.wallet_id;
        IF a.amount < 0 THEN
            SELECT t.outcome INTO outcome FROM billing.take(a.id, a.wallet_id, a.class, -a.amount, a.reason, p_actor) AS t;
        ELSIF v_account IS NULL THEN
            outcome := 'no_wallet';
        ELSE
            SELECT g.outcome INTO outcome
              FROM billing.grant(
                  v_account, uuidv7(), a.class, 'RUB', a.amount, 360::smallint, 'adjustment', a.id::text, NULL, NULL, p_actor, a.reason
              ) AS g;
        END IF;
        outcome := CASE WHEN outcome IN ('granted', 'replayed') THEN 'done' ELSE outcome END;
    END IF;
    IF outcome IN ('done', 'refused') THEN
        UPDATE billing.adjustment AS x
           SET state = CASE outcome WHEN 'done' THEN 1 ELSE 2 END, decided_by = p_actor, decided_at = billing.clock()
         WHERE x.id = p_id;
    END IF;
END $$;

-- Asks for an adjustment and, where one person is enough, makes it in the same breath; what cannot be made leaves nothing.
-- waits | done | replayed | reused (the form's id asked for something else) | no_wallet | and what the ledger says
CREATE OR REPLACE FUNCTION billing.ask_adjustment(
    p_id uuid, p_wallet uuid, p_class smallint, p_amount bigint, p_reason text, p_reference text, p_needs_second boolean, p_actor uuid,
    OUT outcome text
) LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing.wallet AS w WHERE w.id = p_wallet) THEN
        outcome := 'no_wallet';
        RETURN;
    END IF;
    INSERT INTO billing.adjustment (id, wallet_id, class, amount, reason, reference, asked_by, asked_at, needs_second)
    VALUES (p_id, p_wallet, p_class, p_amount, p_reason, p_reference, p_actor, billing.clock(), p_needs_second)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        SELECT CASE WHEN (x.wallet_id, x.class, x.amount) = (p_wallet, p_class, p_amount) THEN 'replayed' ELSE 'reused' END
          INTO outcome FROM billing.adjustment AS x WHERE x.id = p_id;
        RETURN;
    END IF;
    outcome := 'waits';
    IF NOT p_needs_second THEN
        SELECT d.outcome INTO outcome FROM billing.decide_adjustment(p_id, true, p_actor) AS d;
        IF outcome <> 'done' THEN
            DELETE FROM billing.adjustment AS x WHERE x.id = p_id;
        END IF;
    END IF;
END $$;

-- Stops or allows spending. A closed wallet stays closed. done | replayed | no_wallet | closed
CREATE OR REPLACE FUNCTION billing.freeze(p_wallet uuid, p_frozen boolean, p_reason text, p_actor uuid, OUT outcome text)
LANGUAGE plpgsql AS $$
DECLARE
    v_status smallint;
BEGIN
    SELECT w.status INTO v_status FROM billing.wallet AS w WHERE w.id = p_wallet FOR NO KEY UPDATE;
    outcome := CASE
        WHEN v_status IS NULL THEN 'no_wallet'
        WHEN v_status = 2 THEN 'closed'
        WHEN (v_status = 1) = p_frozen THEN 'replayed'
        ELSE 'done'
    END;
    IF outcome = 'done' THEN
        UPDATE billing.wallet AS w
           SET status = CASE WHEN p_frozen THEN 1 ELSE 0 END, status_reason = p_reason, status_by = p_actor, status_at = billing.clock()
         WHERE w.id = p_wallet;
    END IF;
END $$;
