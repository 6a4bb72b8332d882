-- Holds, many in one call: a call of one is a batch of one. Everything is decided before anything is written, so a refusal
-- leaves nothing behind. The wallet's row is the lock of all that its person has; a batch locks wallets in order of their ids.
-- Lots are read after the lock by a statement of their own: with the lock, it would read what was there before the wait.

-- What a new hold may take: nothing while real money is owed; else what has not expired, less the bonus debt.
CREATE OR REPLACE FUNCTION billing.spendable(p_wallet uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN w.debt_real > 0 THEN 0 ELSE greatest(0, (
        SELECT coalesce(sum(l.avail), 0)
          FROM billing.lot AS l
         WHERE l.wallet_id = w.id AND l.asset = 'RUB' AND NOT l.closed AND l.expires_at > billing.clock()
    ) - w.debt_bonus) END::bigint
      FROM billing.wallet AS w
     WHERE w.id = p_wallet
$$;

-- What was captured from this person's wallet since a moment, less nothing: a refund does not give a limit back.
CREATE OR REPLACE FUNCTION billing.spent_since(p_wallet uuid, p_since timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(-sum(t.amount), 0)::bigint
      FROM billing.transfer AS t
      JOIN billing.hold AS h ON h.id = t.idem_ref AND h.kind = 1
     WHERE t.wallet_id = p_wallet AND t.amount <> 0 AND t.kind = 'Capture' AND t.asset = 'RUB' AND t.at >= p_since
$$;

-- The wallet of an account; made where there is none.
CREATE OR REPLACE FUNCTION billing.wallet_of(p_account uuid) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_wallet uuid;
BEGIN
    SELECT w.id INTO v_wallet FROM billing.wallet AS w WHERE w.account_id = p_account;
    IF v_wallet IS NULL THEN
        INSERT INTO billing.wallet (id, account_id) VALUES (uuidv7(), p_account) ON CONFLICT (account_id) DO NOTHING;
        SELECT w.id INTO v_wallet FROM billing.wallet AS w WHERE w.account_id = p_account;
    END IF;
    RETURN v_wallet;
END $$;

-- One row for each hold asked for, in the order of asking:
--   held | replayed | resolved (it is over: its run must not start again) | reused (the id or the job belongs to another hold)
--   short (with what is available) | frozen | closed | debt | limit_message | limit_day | limit_month (with what is left of it)
CREATE OR REPLACE FUNCTION billing.hold(
    p_ids uuid[], p_accounts uuid[], p_jobs uuid[], p_amounts bigint[], p_assets text[], p_kinds smallint[], p_credits smallint[],
    p_categories text[], p_models text[], p_price_versions uuid[], p_coefficients integer[], p_quotes jsonb[],
    p_sweep_at timestamptz[]
) RETURNS TABLE (outcome text, available bigint) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n constant integer := cardinality(p_ids);
    v_now constant timestamptz := billing.clock();
    v_outcomes text[] := array_fill(NULL::text, ARRAY[n]);
    v_available bigint[] := array_fill(0::bigint, ARRAY[n]);
    w billing.wallet;
    i integer;
    v_outcome text;
    v_written integer;
    v_need bigint;
    v_seen bigint;
    v_spent bigint;
    v_debt bigint;
    v_since timestamp;
    -- The wallet's lots in burn order, and what the holds before have left of them.
    v_lots uuid[];
    v_assets text[];
    v_left bigint[];
    v_wallets uuid[] := array_fill(NULL::uuid, ARRAY[n]);
    v_accepted integer[] := '{}';
    v_moves billing.move[] := '{}';
    v_lines billing.line[] := '{}';
    v_new billing.line[];
BEGIN
    FOR w IN SELECT * FROM billing.wallet AS x WHERE x.account_id = ANY (p_accounts) ORDER BY x.id FOR NO KEY UPDATE LOOP
        -- A limit is of runs: a refund that is on its way does not count.
        IF w.limit_day IS NOT NULL OR w.limit_month IS NOT NULL THEN
            SELECT coalesce(sum(x.amount), 0) INTO w.held FROM billing.hold AS x
             WHERE x.wallet_id = w.id AND x.sweep_at IS NOT NULL AND x.kind = 1 AND x.asset = 'RUB';
        END IF;
        SELECT array_agg(l.id), array_agg(l.asset), array_agg(l.avail) INTO v_lots, v_assets, v_left
          FROM (
            SELECT x.id, x.asset, x.avail
              FROM billing.lot AS x
             WHERE x.wallet_id = w.id AND NOT x.closed AND x.avail > 0 AND x.expires_at > v_now
             ORDER BY x.asset, x.class, x.expires_at, x.id
          ) AS l;
        FOR i IN 1 .. n LOOP
            CONTINUE WHEN p_accounts[i] <> w.account_id;
            v_wallets[i] := w.id;
            -- Asked for before? The same answer.
            SELECT CASE
                       WHEN (x.id, x.wallet_id, x.job_id, x.amount, x.asset)
                            IS DISTINCT FROM (p_ids[i], w.id, p_jobs[i], p_amounts[i], p_assets[i]) THEN 'reused'
                       WHEN x.state = 0 THEN 'replayed'
                       ELSE 'resolved'
                   END
              INTO v_outcome
              FROM billing.hold AS x WHERE x.id = p_ids[i] OR x.job_id = p_jobs[i];
            IF FOUND THEN
                v_outcomes[i] := v_outcome;
                CONTINUE;
            END IF;
            IF n > 1 THEN
                SELECT CASE WHEN (p_ids[a], p_jobs[a], p_accounts[a], p_amounts[a], p_assets[a])
                                 = (p_ids[i], p_jobs[i], p_accounts[i], p_amounts[i], p_assets[i]) THEN 'replayed' ELSE 'reused' END
                  INTO v_outcome
                  FROM unnest(v_accepted) AS a WHERE p_ids[a] = p_ids[i] OR p_jobs[a] = p_jobs[i] LIMIT 1;
                IF FOUND THEN
                    v_outcomes[i] := v_outcome;
                    CONTINUE;
                END IF;
            END IF;
            -- Frozen is spending; a free run is none.
            IF w.status = 2 OR w.status = 1 AND p_amounts[i] > 0 THEN
                v_outcomes[i] := CASE w.status WHEN 1 THEN 'frozen' ELSE 'closed' END;
                CONTINUE;
            END IF;
            IF p_amounts[i] = 0 THEN
                v_accepted := v_accepted || i;
                v_outcomes[i] := 'held';
                CONTINUE;
            END IF;

            v_debt := 0;
            IF p_assets[i] = 'RUB' THEN
                IF w.debt_real > 0 THEN
                    v_outcomes[i] := 'debt';
                    CONTINUE;
                END IF;
                v_debt := w.debt_bonus;
                IF p_kinds[i] = 1 AND p_amounts[i] > w.limit_message THEN
                    v_outcomes[i] := 'limit_message';
                    v_available[i] := w.limit_message;
                    CONTINUE;
                END IF;
                IF p_kinds[i] = 1 AND (w.limit_day IS NOT NULL OR w.limit_month IS NOT NULL) THEN
                    v_since := date_trunc('day', v_now AT TIME ZONE w.tz);
                    v_spent := billing.spent_since(w.id, v_since AT TIME ZONE w.tz) + w.held;
                    IF p_amounts[i] > w.limit_day - v_spent THEN
                        v_outcomes[i] := 'limit_day';
                        v_available[i] := greatest(0, w.limit_day - v_spent);
                        CONTINUE;
                    END IF;
                    v_since := date_trunc('month', v_since);
                    v_spent := billing.spent_since(w.id, v_since AT TIME ZONE w.tz) + w.held;
                    IF p_amounts[i] > w.limit_month - v_spent THEN
                        v_outcomes[i] := 'limit_month';
                        v_available[i] := greatest(0, w.limit_month - v_spent);
                        CONTINUE;
                    END IF;
                END IF;
            END IF;

            -- In burn order, each lot before the next. A bonus debt stays covered by what is left.
            v_need := p_amounts[i];
            v_seen := 0;
            v_new := '{}';
            FOR j IN 1 .. coalesce(cardinality(v_lots), 0) LOOP
                CONTINUE WHEN v_assets[j] <> p_assets[i] OR v_left[j] = 0;
                IF v_need > 0 THEN
                    v_new := v_new || (cardinality(v_moves) + 1, 1, 2, v_lots[j], p_assets[i], least(v_left[j], v_need))::billing.line;
                    v_need := v_need - least(v_left[j], v_need);
                END IF;
                v_seen := v_seen + v_left[j];
                EXIT WHEN v_need = 0 AND v_seen - p_amounts[i] >= v_debt;
            END LOOP;
            IF v_need > 0 OR v_seen - p_amounts[i] < v_debt THEN
                v_outcomes[i] := 'short';
                v_available[i] := greatest(0, v_seen - v_debt);
                CONTINUE;
            END IF;
            IF n > 1 THEN
                FOR j IN 1 .. cardinality(v_new) LOOP
                    v_written := array_position(v_lots, v_new[j].lot_id);
                    v_left[v_written] := v_left[v_written] - v_new[j].amount;
                END LOOP;
                w.held := w.held + CASE p_assets[i] WHEN 'RUB' THEN p_amounts[i] ELSE 0 END;
            END IF;
            v_lines := v_lines || v_new;
            v_moves := v_moves || (p_ids[i], w.id, 'Hold', p_ids[i], NULL, NULL)::billing.move;
            v_accepted := v_accepted || i;
            v_outcomes[i] := 'held';
        END LOOP;
    END LOOP;

    -- Whose wallet is not there has nothing; but a free run needs no money, and its hold needs a wallet.
    IF array_position(v_outcomes, NULL) IS NOT NULL THEN
        FOR i IN 1 .. n LOOP
            CONTINUE WHEN v_outcomes[i] IS NOT NULL;
            v_outcomes[i] := CASE WHEN p_amounts[i] > 0 THEN 'short' ELSE 'held' END;
            IF p_amounts[i] = 0 THEN
                v_wallets[i] := billing.wallet_of(p_accounts[i]);
                v_accepted := v_accepted || i;
            END IF;
        END LOOP;
    END IF;

    IF cardinality(v_accepted) > 0 THEN
        INSERT INTO billing.hold (
            id, wallet_id, job_id, amount, asset, kind, credit, category, model_id, price_version_id, coefficient_ppm, quote, held_at, sweep_at
        )
        SELECT p_ids[a], v_wallets[a], p_jobs[a], p_amounts[a], p_assets[a], p_kinds[a], p_credits[a], p_categories[a], p_models[a],
               p_price_versions[a], p_coefficients[a], p_quotes[a], v_now, p_sweep_at[a]
          FROM unnest(v_accepted) AS a
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_written = ROW_COUNT;
        IF v_written < cardinality(v_accepted) THEN
            -- Another wallet's hold took the id or the job this very moment. Alone it is refused; of a batch each is asked again alone.
            IF n > 1 THEN
                RAISE EXCEPTION 'billing: a batch met a hold of another wallet' USING ERRCODE = 'serialization_failure';
            END IF;
            outcome := 'reused';
            available := 0;
            RETURN NEXT;
            RETURN;
        END IF;
        IF cardinality(v_moves) > 0 THEN
            PERFORM billing.post(v_moves, v_lines);
        END IF;
    END IF;
    FOR i IN 1 .. n LOOP
        outcome := v_outcomes[i];
        available := v_available[i];
        RETURN NEXT;
    END LOOP;
END $$;
