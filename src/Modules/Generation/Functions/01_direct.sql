-- Direct runs, many in one call: each of the two functions is all that a run asks of the database at that end of its life.

-- The locks of a batch that both starts and ends runs, at once and in order: two such batches never wait for each other.
CREATE OR REPLACE FUNCTION generation.lock_runs(p_accounts uuid[], p_runs uuid[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM FROM generation.run AS r WHERE r.id = ANY (p_runs) ORDER BY r.id FOR NO KEY UPDATE;
    PERFORM billing.lock_wallets(p_accounts, ARRAY(SELECT r.hold_id FROM generation.run AS r WHERE r.id = ANY (p_runs)));
END $$;

-- Holds, and records what was held for. One row for each run, in the order of asking: what billing.hold says, or
--   cap_day | cap_month (with what is left of it)
CREATE OR REPLACE FUNCTION generation.start_runs(
    p_runs uuid[], p_accounts uuid[], p_subjects uuid[], p_holds uuid[], p_amounts bigint[], p_categories text[], p_models text[],
    p_price_versions uuid[], p_coefficients integer[], p_quotes jsonb[], p_caps uuid[], p_days bigint[], p_months bigint[],
    p_origin text, p_node uuid, p_lease_until timestamptz, p_sweep_at timestamptz
) RETURNS TABLE (outcome text, available bigint) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n constant integer := cardinality(p_runs);
    v_now constant timestamptz := billing.clock();
    v_today constant date := (v_now AT TIME ZONE 'UTC')::date;
    v_month constant date := date_trunc('month', v_today)::date;
    v_outcomes text[] := array_fill(NULL::text, ARRAY[n]);
    v_available bigint[] := array_fill(0::bigint, ARRAY[n]);
    v_go integer[] := '{}';
    v_held integer[] := '{}';
    v_said text[];
    v_left bigint[];
    s generation.spend;
BEGIN
    -- What a cap has spent is read under the wallet's lock, so that parallel runs see each other.
    IF cardinality(array_remove(p_caps, NULL)) > 0 THEN
        PERFORM billing.lock_wallets(p_accounts, '{}');
    END IF;
    FOR i IN 1 .. n LOOP
        IF p_caps[i] IS NOT NULL AND p_amounts[i] > 0 THEN
            SELECT * INTO s FROM generation.spend AS x WHERE x.cap_id = p_caps[i];
            IF NOT FOUND THEN
                s := (p_caps[i], v_today, 0, v_month, 0)::generation.spend;
                INSERT INTO generation.spend SELECT s.* ON CONFLICT DO NOTHING;
            END IF;
            -- A clock that steps back does not open yesterday again.
            IF s.day < v_today THEN
                s.day := v_today;
                s.day_micro := 0;
            END IF;
            IF s.month < v_month THEN
                s.month := v_month;
                s.month_micro := 0;
            END IF;
            IF s.day_micro + p_amounts[i] > p_days[i] THEN
                v_outcomes[i] := 'cap_day';
                v_available[i] := greatest(0, p_days[i] - s.day_micro);
            ELSIF s.month_micro + p_amounts[i] > p_months[i] THEN
                v_outcomes[i] := 'cap_month';
                v_available[i] := greatest(0, p_months[i] - s.month_micro);
            END IF;
            -- Asked again after it had been written: its own amount is in there.
            IF v_outcomes[i] IS NOT NULL AND NOT EXISTS (SELECT FROM generation.run AS r WHERE r.id = p_runs[i]) THEN
                CONTINUE;
            END IF;
            UPDATE generation.spend AS x
               SET day = s.day, day_micro = s.day_micro + p_amounts[i], month = s.month, month_micro = s.month_micro + p_amounts[i]
             WHERE x.cap_id = p_caps[i];
        END IF;
        v_go := v_go || i;
    END LOOP;

    IF cardinality(v_go) > 0 THEN
        SELECT array_agg(h.outcome ORDER BY h.at), array_agg(h.available ORDER BY h.at) INTO v_said, v_left
          FROM (
            SELECT array_agg(p_holds[g]) AS ids, array_agg(p_accounts[g]) AS accounts, array_agg(p_runs[g]) AS runs,
                   array_agg(p_amounts[g]) AS amounts, array_agg(p_categories[g]) AS categories, array_agg(p_models[g]) AS models,
                   array_agg(p_price_versions[g]) AS prices, array_agg(p_coefficients[g]) AS coefficients,
                   array_agg(p_quotes[g]) AS quotes
              FROM unnest(v_go) AS g
          ) AS a
         CROSS JOIN LATERAL billing.hold(
            a.ids, a.accounts, a.runs, a.amounts, array_fill('RUB'::text, ARRAY[cardinality(v_go)]),
            array_fill(1::smallint, ARRAY[cardinality(v_go)]), array_fill(200::smallint, ARRAY[cardinality(v_go)]),
            a.categories, a.models, a.prices, a.coefficients, a.quotes, array_fill(p_sweep_at, ARRAY[cardinality(v_go)])
         ) WITH ORDINALITY AS h(outcome, available, at);
        FOR k IN 1 .. cardinality(v_go) LOOP
            v_outcomes[v_go[k]] := v_said[k];
            v_available[v_go[k]] := v_left[k];
            IF v_said[k] = 'held' THEN
                v_held := v_held || v_go[k];
            ELSE
                UPDATE generation.spend AS x
                   SET day_micro = x.day_micro - p_amounts[v_go[k]], month_micro = x.month_micro - p_amounts[v_go[k]]
                 WHERE x.cap_id = p_caps[v_go[k]] AND p_amounts[v_go[k]] > 0;
            END IF;
        END LOOP;
        INSERT INTO generation.run (
            id, account_id, origin, subject_id, model_id, hold_id, node, lease_until, started_at, cap_id, held_micro
        )
        SELECT p_runs[g], p_accounts[g], p_origin, p_subjects[g], p_models[g], p_holds[g], p_node, p_lease_until, v_now, p_caps[g],
               p_amounts[g]
          FROM unnest(v_held) AS g;
    END IF;
    FOR i IN 1 .. n LOOP
        outcome := v_outcomes[i];
        available := v_available[i];
        RETURN NEXT;
    END LOOP;
END $$;

-- Ends runs and moves their money. One row for each run, in the order of asking, with what was taken:
--   done | ended (before) | lost (to another node) | no_run | what else billing.resolve says: then the run is as it was
-- A node that is null is the reaper, who comes when the lease is over.
CREATE OR REPLACE FUNCTION generation.end_runs(
    p_runs uuid[], p_nodes uuid[], p_states smallint[], p_taken bigint[], p_uncapped bigint[], p_estimated boolean[],
    p_charges jsonb[], p_reasons text[], p_failures text[], p_usages jsonb[], p_now timestamptz
) RETURNS TABLE (outcome text, taken bigint) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n constant integer := cardinality(p_runs);
    v_outcomes text[] := array_fill('no_run'::text, ARRAY[n]);
    v_takens bigint[] := array_fill(0::bigint, ARRAY[n]);
    v_go integer[] := '{}';
    v_rows generation.run[] := '{}';
    v_said text[];
    v_moved bigint[];
    v_last uuid;
    v_asked record;
    r generation.run;
    i integer;
BEGIN
    FOR v_asked IN
        SELECT x AS run, a.i FROM unnest(p_runs) WITH ORDINALITY AS a(id, i) JOIN generation.run AS x ON x.id = a.id
         ORDER BY x.id FOR NO KEY UPDATE OF x
    LOOP
        r := v_asked.run;
        i := v_asked.i;
        IF r.state <> 0 OR r.id = v_last THEN
            v_outcomes[i] := 'ended';
            v_takens[i] := coalesce(r.charged_micro, 0);
        ELSIF (CASE WHEN p_nodes[i] IS NULL THEN r.lease_until > p_now ELSE r.node <> p_nodes[i] END) THEN
            v_outcomes[i] := 'lost';
        ELSE
            v_go := v_go || i;
            v_rows := v_rows || r;
        END IF;
        v_last := r.id;
    END LOOP;
    IF cardinality(v_go) > 0 THEN
        SELECT array_agg(m.outcome ORDER BY m.at), array_agg(m.taken ORDER BY m.at) INTO v_said, v_moved
          FROM (
            SELECT array_agg(v_rows[k].hold_id) AS ids, array_agg(p_taken[v_go[k]]) AS taken, array_agg(p_uncapped[v_go[k]]) AS uncapped,
                   array_agg(p_estimated[v_go[k]]) AS estimated, array_agg(p_charges[v_go[k]]) AS charges,
                   array_agg(p_reasons[v_go[k]]) AS reasons
              FROM generate_series(1, cardinality(v_go)) AS k
          ) AS a
         CROSS JOIN LATERAL billing.resolve(
            a.ids, a.taken, array_fill(0::bigint, ARRAY[cardinality(v_go)]), a.uncapped, a.estimated, a.charges, a.reasons
         ) WITH ORDINALITY AS m(outcome, taken, asset, at);
        FOR k IN 1 .. cardinality(v_go) LOOP
            i := v_go[k];
            r := v_rows[k];
            IF v_said[k] NOT IN ('done', 'replayed') THEN
                v_outcomes[i] := v_said[k];
                CONTINUE;
            END IF;
            v_outcomes[i] := 'done';
            v_takens[i] := v_moved[k];
            UPDATE generation.run AS x
               SET state = p_states[i], ended_at = p_now, charged_micro = v_moved[k], failure = p_failures[i], usage = p_usages[i]
             WHERE x.id = r.id;
            IF r.cap_id IS NOT NULL AND r.held_micro > v_moved[k] THEN
                UPDATE generation.spend AS x
                   SET day_micro = x.day_micro
                       - CASE WHEN x.day = (r.started_at AT TIME ZONE 'UTC')::date THEN r.held_micro - v_moved[k] ELSE 0 END,
                       month_micro = x.month_micro
                       - CASE WHEN x.month = date_trunc('month', r.started_at AT TIME ZONE 'UTC')::date THEN r.held_micro - v_moved[k] ELSE 0 END
                 WHERE x.cap_id = r.cap_id;
            END IF;
        END LOOP;
    END IF;
    FOR i IN 1 .. n LOOP
        outcome := v_outcomes[i];
        taken := v_takens[i];
        RETURN NEXT;
    END LOOP;
END $$;
