-- Subscriptions, unlimited plans and the free tier: units instead of money. Quota is held, not counted afterwards, and goes back
-- to the buckets that its hold names, whatever the date is by then.

-- One unit for one run: held | replayed | resolved | reused | frozen | closed | no_entitlement | ended | day_limit | period_limit.
-- available: what is left of the bucket that refused. The free tier's share is made at its first use.
CREATE OR REPLACE FUNCTION billing.hold_unit(
    p_id uuid, p_account uuid, p_job uuid, p_entitlement uuid, p_category text, p_model text, p_price_version uuid,
    p_coefficient integer, p_quote jsonb, p_sweep_at timestamptz, OUT outcome text, OUT available bigint
) LANGUAGE plpgsql AS $$
DECLARE
    v_now constant timestamptz := billing.clock();
    v_wallet uuid := (SELECT x.id FROM billing.wallet AS x WHERE x.account_id = p_account);
    w billing.wallet;
    e billing.entitlement;
    p billing.product;
    b record;
    v_today date;
    v_day date;
    v_period date;
BEGIN
    available := 0;
    IF v_wallet IS NULL THEN
        -- Without a wallet there is only the free tier; what is refused opens none.
        IF NOT EXISTS (SELECT FROM billing.product AS x WHERE x.id = p_quote -> 'funding' ->> 'productId' AND x.kind = 4 AND x.on_sale) THEN
            outcome := 'no_entitlement';
            RETURN;
        END IF;
        v_wallet := billing.wallet_of(p_account);
    END IF;
    SELECT * INTO w FROM billing.wallet AS x WHERE x.id = v_wallet FOR NO KEY UPDATE;
    SELECT CASE
               WHEN (x.id, x.wallet_id, x.job_id, x.entitlement_id) IS DISTINCT FROM (p_id, v_wallet, p_job, p_entitlement) THEN 'reused'
               WHEN x.state = 0 THEN 'replayed'
               ELSE 'resolved'
           END
      INTO outcome FROM billing.hold AS x WHERE x.id = p_id OR x.job_id = p_job;
    IF FOUND THEN
        RETURN;
    END IF;
    IF w.status <> 0 THEN
        outcome := CASE w.status WHEN 1 THEN 'frozen' ELSE 'closed' END;
        RETURN;
    END IF;

    SELECT * INTO e FROM billing.entitlement AS x WHERE x.id = p_entitlement AND x.wallet_id = v_wallet;
    IF NOT FOUND THEN
        SELECT * INTO p FROM billing.product AS x WHERE x.id = p_quote -> 'funding' ->> 'productId' AND x.kind = 4 AND x.on_sale
         ORDER BY x.version DESC LIMIT 1;
        IF NOT FOUND THEN
            outcome := 'no_entitlement';
            RETURN;
        END IF;
        INSERT INTO billing.entitlement (id, wallet_id, product_id, product_version, kind, starts)
        VALUES (p_entitlement, v_wallet, p.id, p.version, 4, v_now) ON CONFLICT DO NOTHING;
        SELECT * INTO e FROM billing.entitlement AS x WHERE x.id = p_entitlement AND x.wallet_id = v_wallet;
        IF NOT FOUND THEN
            outcome := 'no_entitlement';
            RETURN;
        END IF;
    END IF;
    IF e.status <> 0 OR v_now < e.starts OR v_now >= e.ends THEN
        outcome := 'ended';
        RETURN;
    END IF;
    -- The free tier follows its product; what was bought keeps its terms.
    SELECT * INTO p FROM billing.product AS x
     WHERE x.id = e.product_id AND (x.version = e.product_version OR e.kind = 4) ORDER BY x.version DESC LIMIT 1;

    -- The date at the hold, on the wallet's clock; a clock that steps back does not open yesterday again.
    v_today := greatest((v_now AT TIME ZONE w.tz)::date, e.last_day);
    -- Only what the product limits by now is counted: its hold names those buckets and no others.
    IF p.period_limit IS NOT NULL THEN
        -- An entitlement has one period: another zone does not open a second one.
        SELECT min(x.key) INTO v_period FROM billing.quota_bucket AS x WHERE x.entitlement_id = e.id AND x.kind = 'P';
        v_period := coalesce(v_period, (e.starts AT TIME ZONE w.tz)::date);
        INSERT INTO billing.quota_bucket (entitlement_id, kind, key, lim) VALUES (e.id, 'P', v_period, p.period_limit) ON CONFLICT DO NOTHING;
    END IF;
    IF p.day_limit IS NOT NULL THEN
        v_day := v_today;
        INSERT INTO billing.quota_bucket (entitlement_id, kind, key, lim) VALUES (e.id, 'D', v_day, p.day_limit) ON CONFLICT DO NOTHING;
    END IF;
    SELECT CASE x.kind WHEN 'P' THEN 'period_limit' ELSE 'day_limit' END INTO outcome
      FROM billing.quota_bucket AS x
     WHERE x.entitlement_id = e.id AND ((x.kind = 'P' AND x.key = v_period) OR (x.kind = 'D' AND x.key = v_day)) AND x.used + x.held >= x.lim
     ORDER BY x.kind DESC LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;

    INSERT INTO billing.hold (
        id, wallet_id, job_id, amount, asset, entitlement_id, period_key, day_key,
        category, model_id, price_version_id, coefficient_ppm, quote, held_at, sweep_at
    ) VALUES (
        p_id, v_wallet, p_job, 1, 'UNIT', e.id, v_period, v_day,
        p_category, p_model, p_price_version, p_coefficient, p_quote, v_now, p_sweep_at
    ) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        outcome := 'reused';
        RETURN;
    END IF;
    UPDATE billing.quota_bucket AS x
       SET held = x.held + 1
     WHERE x.entitlement_id = e.id AND ((x.kind = 'P' AND x.key = v_period) OR (x.kind = 'D' AND x.key = v_day));
    UPDATE billing.entitlement AS x SET inflight = x.inflight + 1, last_day = v_today WHERE x.id = e.id;
    outcome := 'held';
END $$;

-- What a captured purchase bought: a lot of tokens, or an entitlement. Value keeps its class: the price is remembered as real
-- and bonus. delivered | replayed | no_purchase
CREATE OR REPLACE FUNCTION billing.deliver(
    p_hold uuid, p_product text, p_version integer, p_id uuid, p_starts timestamptz, p_follows uuid, p_renews boolean, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    h billing.hold;
    p billing.product;
    v_real bigint;
    v_bonus bigint;
    v_ends timestamptz;
    v_account uuid;
BEGIN
    SELECT w.account_id INTO v_account FROM billing.wallet AS w
     WHERE w.id = (SELECT x.wallet_id FROM billing.hold AS x WHERE x.id = p_hold) FOR NO KEY UPDATE;
    SELECT * INTO h FROM billing.hold AS x WHERE x.id = p_hold;
    SELECT * INTO p FROM billing.product AS x WHERE x.id = p_product AND x.version = p_version;
    IF h.kind IS DISTINCT FROM 3 OR h.state <> 1 OR h.captured IS DISTINCT FROM p.price THEN
        outcome := 'no_purchase';
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM billing.lot AS l WHERE l.id = p_id) OR EXISTS (SELECT FROM billing.entitlement AS e WHERE e.hold_id = p_hold) THEN
        outcome := 'replayed';
        RETURN;
    END IF;
    SELECT coalesce(sum(x.amount) FILTER (WHERE l.class = 3), 0), coalesce(sum(x.amount) FILTER (WHERE l.class < 3), 0)
      INTO v_real, v_bonus
      FROM billing.transfer AS t
      JOIN billing.posting AS x ON x.transfer_id = t.id AND x.cr = h.credit
      JOIN billing.lot AS l ON l.id = x.lot_id
     WHERE t.kind = 'Capture' AND t.idem_ref = p_hold;
    v_ends := CASE WHEN p.days IS NULL THEN 'infinity' ELSE p_starts + make_interval(days => p.days) END;
    outcome := 'delivered';
    IF p.kind = 1 THEN
        SELECT g.outcome INTO outcome FROM billing.grant(
            v_account, p_id, 4::smallint, 'TOK:' || p.id, p.tokens, 500::smallint, 'purchase', p_hold::text, v_ends, NULL, NULL, NULL
        ) AS g;
        IF outcome <> 'granted' THEN
            RAISE EXCEPTION 'billing: purchase % cannot be delivered: %', p_hold, outcome;
        END IF;
        outcome := 'delivered';
        UPDATE billing.lot AS l SET price_real = v_real, price_bonus = v_bonus WHERE l.id = p_id;
    ELSE
        INSERT INTO billing.entitlement (
            id, wallet_id, product_id, product_version, kind, hold_id, price_real, price_bonus, starts, ends, refund_until, renews, follows
        ) VALUES (
            p_id, h.wallet_id, p.id, p.version, p.kind, p_hold, v_real, v_bonus, p_starts, v_ends,
            p_starts + make_interval(days => p.refund_days), p_renews, p_follows
        );
    END IF;
END $$;

-- A pack's unused tokens go, and what they cost comes back to the lots that paid: refunded | replayed | no_pack | busy (tokens are
-- held by running jobs) | changed (the tokens or the price are not what the caller computed with)
CREATE OR REPLACE FUNCTION billing.refund_pack(
    p_id uuid, p_lot uuid, p_tokens bigint, p_real bigint, p_bonus bigint, p_actor uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    l billing.lot;
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = (SELECT x.wallet_id FROM billing.lot AS x WHERE x.id = p_lot) FOR NO KEY UPDATE;
    SELECT * INTO l FROM billing.lot AS x WHERE x.id = p_lot AND x.class = 4;
    IF NOT FOUND THEN
        outcome := 'no_pack';
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM billing.transfer AS t WHERE t.kind = 'Refund' AND t.idem_ref = p_id) THEN
        outcome := 'replayed';
        RETURN;
    END IF;
    outcome := CASE
        WHEN l.held > 0 THEN 'busy'
        WHEN l.expires_at <= billing.clock() OR l.avail = 0 OR l.avail <> p_tokens
             OR p_real > l.price_real OR p_bonus > l.price_bonus OR p_real + p_bonus > l.price_real + l.price_bonus - l.recognised THEN 'changed'
        ELSE 'refunded'
    END;
    IF outcome <> 'refunded' THEN
        RETURN;
    END IF;
    PERFORM billing.post(
        ARRAY[(uuidv7(), l.wallet_id, 'Refund', p_id, 'pack', p_actor)::billing.move],
        ARRAY[(1, 1, 110, p_lot, l.asset, l.avail)::billing.line]
    );
    UPDATE billing.lot AS x SET returned = p_real + p_bonus WHERE x.id = p_lot;
    IF p_real + p_bonus > 0 THEN
        SELECT r.outcome INTO outcome FROM billing.return_charge(p_id, l.source_id::uuid, p_real, p_bonus, 'pack', p_actor) AS r;
        IF outcome <> 'returned' THEN
            RAISE EXCEPTION 'billing: pack % cannot return its price: %', p_lot, outcome;
        END IF;
        outcome := 'refunded';
    END IF;
    PERFORM billing.recognise(l.wallet_id, p_lot, p_id, 200);
END $$;

-- Begins the refund of a plan: no new runs from now on. refunding | replayed | no_entitlement | ended
CREATE OR REPLACE FUNCTION billing.begin_plan_refund(p_entitlement uuid, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
    e billing.entitlement;
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = (SELECT x.wallet_id FROM billing.entitlement AS x WHERE x.id = p_entitlement) FOR NO KEY UPDATE;
    SELECT * INTO e FROM billing.entitlement AS x WHERE x.id = p_entitlement;
    outcome := CASE WHEN e.id IS NULL OR e.kind = 4 THEN 'no_entitlement' WHEN e.status = 1 THEN 'replayed' WHEN e.status <> 0 THEN 'ended' ELSE 'refunding' END;
    IF outcome = 'refunding' THEN
        UPDATE billing.entitlement AS x SET status = 1, renews = false WHERE x.id = p_entitlement;
    END IF;
END $$;

-- Ends an entitlement, giving a part of its price back and booking the rest as earned.
-- p_status: 0 (nothing was due: it goes on), 2 (refunded), 3 (ended, replaced). ended | replayed | no_entitlement | busy | too_much
CREATE OR REPLACE FUNCTION billing.end_entitlement(
    p_id uuid, p_entitlement uuid, p_status smallint, p_real bigint, p_bonus bigint, p_reason text, p_actor uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    e billing.entitlement;
    v_rest bigint;
BEGIN
    PERFORM FROM billing.wallet AS w WHERE w.id = (SELECT x.wallet_id FROM billing.entitlement AS x WHERE x.id = p_entitlement) FOR NO KEY UPDATE;
    SELECT * INTO e FROM billing.entitlement AS x WHERE x.id = p_entitlement;
    outcome := CASE
        WHEN e.id IS NULL OR e.kind = 4 THEN 'no_entitlement'
        WHEN e.status >= 2 THEN 'replayed'
        WHEN p_status = 2 AND e.inflight > 0 THEN 'busy'
        ELSE 'ended'
    END;
    IF outcome <> 'ended' THEN
        RETURN;
    END IF;
    IF p_real + p_bonus > 0 THEN
        SELECT r.outcome INTO outcome FROM billing.return_charge(p_id, e.hold_id, p_real, p_bonus, p_reason, p_actor) AS r;
        IF outcome <> 'returned' THEN
            outcome := 'too_much';
            RETURN;
        END IF;
        outcome := 'ended';
    END IF;
    v_rest := CASE WHEN p_status = 0 THEN 0 ELSE e.price_real + e.price_bonus - e.recognised - p_real - p_bonus END;
    UPDATE billing.entitlement AS x
       SET status = p_status, returned = x.returned + p_real + p_bonus, recognised = x.recognised + v_rest,
           renews = x.renews AND p_status = 0,
           ends = CASE WHEN p_status IN (2, 3) AND x.ends > billing.clock() AND x.starts < billing.clock() THEN billing.clock() ELSE x.ends END
     WHERE x.id = p_entitlement;
    IF v_rest > 0 THEN
        PERFORM billing.post(
            ARRAY[(uuidv7(), e.wallet_id, 'Recognise', p_entitlement, NULL, p_actor)::billing.move],
            ARRAY[(1, CASE e.kind WHEN 2 THEN 212 ELSE 211 END, 200, NULL, 'RUB', v_rest)::billing.line]
        );
    END IF;
END $$;
