using Npgsql;

namespace NetRoom.Tests.Billing;

/// <summary>
/// A short story told to the functions of the ledger, one call a line, each with the answer it must give; in a transaction
/// that is rolled back, on a clock that the story sets. At its end the audit finds nothing.
/// </summary>
internal sealed class LedgerScript(NpgsqlConnection connection) : IAsyncDisposable
{
    /// <param name="asItIs">Without what bench/run.sh mutate breaks: for what is committed.</param>
    public static async Task<LedgerScript> BeginAsync(string connectionString, bool asItIs = false)
    {
        var script = new LedgerScript(new NpgsqlConnection(connectionString));
        try
        {
            await script.OpenAsync(asItIs);
            return script;
        }
        catch
        {
            await script.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lines of "call -> answer", calls whose answer is no matter, and statements, which begin with a capital.</summary>
    public static async Task RunAsync(string connectionString, string story)
    {
        await using var script = await BeginAsync(connectionString);
        await script.ExecuteAsync("SELECT t.clock('2030-01-15 12:00+00')");
        foreach (
            var line in story.Split(
                '\n',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            var parts = line.Split(" -> ");
            if (parts.Length == 1)
                await script.ExecuteAsync(char.IsUpper(line[0]) ? line : $"SELECT t.{line}");
            else
                (await script.AskAsync($"SELECT (t.{parts[0]})::text")).ShouldBe(parts[1], line);
        }

        (await script.AskAsync("SELECT t.differences()")).ShouldBe("none");
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<string> AskAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string ?? "";
    }

    /// <summary>The transaction ends with its connection.</summary>
    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    private async Task OpenAsync(bool asItIs)
    {
        await connection.OpenAsync();
        await ExecuteAsync("BEGIN; SET LOCAL lock_timeout = '10s'");
        await ExecuteAsync(Words);
        // What bench/run.sh mutate breaks: in this transaction alone.
        if (
            !asItIs
            && Environment.GetEnvironmentVariable("NETROOM_MUTATION_IN_STORIES")
                is { Length: > 0 } sql
        )
            await ExecuteAsync(sql);
    }

    private const string Words = """
        CREATE SCHEMA t;
        CREATE FUNCTION t.u(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
        CREATE FUNCTION t.copy(kind regclass, change jsonb) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            columns text;
        BEGIN
            SELECT string_agg(quote_ident(attname), ', ') INTO columns
              FROM pg_attribute WHERE attrelid = kind AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
            EXECUTE format(
                'INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (SELECT (jsonb_populate_record(x, $1)).* FROM %s AS x WHERE x.ctid = (SELECT min(ctid) FROM %s)) AS y',
                kind, columns, columns, kind, kind) USING change;
        END $$;
        CREATE FUNCTION t.clock(now timestamptz) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE format(
                'CREATE OR REPLACE FUNCTION billing.clock() RETURNS timestamptz LANGUAGE sql STABLE AS $c$ SELECT %L::timestamptz $c$', now);
        END $$;
        CREATE FUNCTION t.give(a integer, lot integer, class integer, amount bigint, expires timestamptz = NULL, asset text = 'RUB',
            source text = NULL, parent integer = NULL, giver integer = NULL) RETURNS text LANGUAGE sql AS $$
            SELECT billing.grant(t.u(a), t.u(lot), class::smallint, asset, amount,
                coalesce(giver, CASE class WHEN 4 THEN 500 ELSE 300 END)::smallint, 'story', coalesce(source, lot::text), expires, t.u(parent), NULL, NULL)
        $$;
        CREATE FUNCTION t.top_up(a integer, payment integer, amount bigint, psp_payment text = NULL, refundable boolean = true) RETURNS text LANGUAGE sql AS $$
            SELECT billing.top_up(t.u(a), t.u(payment), 'bank', coalesce(psp_payment, payment::text), amount, refundable, '2030-01-15')
        $$;
        CREATE FUNCTION t.holds(h integer[], a integer[], amounts bigint[], jobs integer[] = NULL) RETURNS text LANGUAGE sql AS $$
            SELECT string_agg(o.outcome || ' ' || o.available, ', ') FROM (
                SELECT array_agg(t.u(x.h) ORDER BY n) AS ids, array_agg(t.u(x.a) ORDER BY n) AS accounts, array_agg(t.u(coalesce(x.j, 1000 + x.h)) ORDER BY n) AS jobs
                  FROM unnest(holds.h, holds.a, holds.jobs) WITH ORDINALITY AS x(h, a, j, n)
            ) AS i, billing.hold(i.ids, i.accounts, i.jobs, amounts, array_fill('RUB'::text, ARRAY[cardinality(h)]), array_fill(1::smallint, ARRAY[cardinality(h)]),
                array_fill(200::smallint, ARRAY[cardinality(h)]), array_fill('Text'::text, ARRAY[cardinality(h)]), array_fill('m'::text, ARRAY[cardinality(h)]),
                array_fill(t.u(900), ARRAY[cardinality(h)]), array_fill(1000000, ARRAY[cardinality(h)]), array_fill('{}'::jsonb, ARRAY[cardinality(h)]),
                array_fill(billing.clock() + interval '1 hour', ARRAY[cardinality(h)])) AS o
        $$;
        CREATE FUNCTION t.hold(h integer, a integer, amount bigint, asset text = 'RUB', kind integer = 1, credit integer = 200, job integer = NULL)
            RETURNS text LANGUAGE sql AS $$
            SELECT o.outcome || ' ' || o.available FROM billing.hold(ARRAY[t.u(h)], ARRAY[t.u(a)], ARRAY[t.u(coalesce(job, 1000 + h))], ARRAY[amount], ARRAY[asset],
                ARRAY[kind::smallint], ARRAY[credit::smallint], ARRAY['Text'], ARRAY['m'], ARRAY[t.u(900)], ARRAY[1000000], ARRAY['{}'::jsonb],
                ARRAY[billing.clock() + interval '1 hour']) AS o
        $$;
        CREATE FUNCTION t.unit(h integer, a integer, entitlement integer, product text = 'free') RETURNS text LANGUAGE sql AS $$
            SELECT o.outcome || ' ' || coalesce(o.available, 0) FROM billing.hold_unit(t.u(h), t.u(a), t.u(1000 + h), t.u(entitlement), 'Text', 'm', t.u(900), 1000000,
                jsonb_build_object('funding', jsonb_build_object('productId', product)), billing.clock() + interval '1 hour') AS o
        $$;
        CREATE FUNCTION t.takes(h integer[], taken bigint[]) RETURNS text LANGUAGE sql AS $$
            SELECT string_agg(o.outcome || ' ' || o.taken, ', ')
              FROM (SELECT array_agg(t.u(x.h) ORDER BY n) AS ids FROM unnest(takes.h) WITH ORDINALITY AS x(h, n)) AS i,
                   billing.resolve(i.ids, taken, array_fill(0::bigint, ARRAY[cardinality(h)]), taken, array_fill(false, ARRAY[cardinality(h)]),
                        array_fill('[]'::jsonb, ARRAY[cardinality(h)]), array_fill(NULL::text, ARRAY[cardinality(h)])) AS o
        $$;
        CREATE FUNCTION t.take(h integer, taken bigint, tokens bigint = 0) RETURNS text LANGUAGE sql AS $$
            SELECT o.outcome || ' ' || o.taken
              FROM billing.resolve(ARRAY[t.u(h)], ARRAY[taken], ARRAY[tokens], ARRAY[taken], ARRAY[false], ARRAY['[]'::jsonb], ARRAY[NULL::text]) AS o
        $$;
        CREATE FUNCTION t.release(h integer) RETURNS text LANGUAGE sql AS $$
            SELECT o.outcome || ' ' || o.taken
              FROM billing.resolve(ARRAY[t.u(h)], ARRAY[0::bigint], ARRAY[0::bigint], ARRAY[NULL::bigint], ARRAY[NULL::boolean], ARRAY[NULL::jsonb], ARRAY['failed']) AS o
        $$;
        CREATE FUNCTION t.wallet_id(a integer) RETURNS uuid LANGUAGE sql AS 'SELECT w.id FROM billing.wallet AS w WHERE w.account_id = t.u(a)';
        CREATE FUNCTION t.void(lot integer, id integer) RETURNS text LANGUAGE sql AS $$
            SELECT concat_ws(' ', o.outcome, o.voided, o.clawed, o.poisoned) FROM billing.void(t.u(lot), t.u(id), 'error', NULL) AS o
        $$;
        CREATE FUNCTION t.charge_back(bank_case text, payment integer, amount bigint) RETURNS text LANGUAGE sql AS $$
            SELECT billing.charge_back(md5(bank_case)::uuid, 'bank', bank_case, t.u(payment), amount, NULL)
        $$;
        CREATE FUNCTION t.reverse(bank_case text) RETURNS text LANGUAGE sql AS $$ SELECT billing.reverse_chargeback('bank', bank_case, NULL) $$;
        CREATE FUNCTION t.give_back(id integer, h integer, of_real bigint, of_bonus bigint) RETURNS text LANGUAGE sql AS $$
            SELECT billing.return_charge(t.u(id), t.u(h), of_real, of_bonus, 'sorry', NULL)
        $$;
        CREATE FUNCTION t.refund(id integer, payment integer, amount bigint) RETURNS text LANGUAGE sql AS $$
            SELECT concat_ws(' ', o.outcome, o.available)
              FROM billing.start_refund(t.u(id), t.u(1000 + id), t.u(payment), amount, 'asked', NULL, billing.clock() + interval '1 day') AS o
        $$;
        CREATE FUNCTION t.paid_out(id integer, paid boolean) RETURNS text LANGUAGE sql AS $$ SELECT billing.finish_refund(t.u(id), paid) $$;
        CREATE FUNCTION t.came_back(id integer) RETURNS text LANGUAGE sql AS $$ SELECT billing.return_refund(t.u(id)) $$;
        CREATE FUNCTION t.adjust(id integer, a integer, class integer, amount bigint) RETURNS text LANGUAGE sql AS $$
            SELECT billing.take(t.u(id), t.wallet_id(a), class::smallint, amount, 'error', NULL)
        $$;
        CREATE FUNCTION t.write_off(id integer, a integer, of_real bigint, of_bonus bigint) RETURNS text LANGUAGE sql AS $$
            SELECT billing.write_off(t.u(id), t.wallet_id(a), of_real, of_bonus, 'error', NULL)
        $$;
        CREATE FUNCTION t.deliver(h integer, product text, id integer, starts timestamptz = '2030-01-15 12:00+00') RETURNS text LANGUAGE sql AS $$
            SELECT billing.deliver(t.u(h), product, 1, t.u(id), starts, NULL, true)
        $$;
        CREATE FUNCTION t.refund_pack(id integer, lot integer, tokens bigint, of_real bigint, of_bonus bigint) RETURNS text LANGUAGE sql AS $$
            SELECT billing.refund_pack(t.u(id), t.u(lot), tokens, of_real, of_bonus, NULL)
        $$;
        CREATE FUNCTION t.begin_refund(entitlement integer) RETURNS text LANGUAGE sql AS $$ SELECT billing.begin_plan_refund(t.u(entitlement)) $$;
        CREATE FUNCTION t.finish(id integer, entitlement integer, status integer, of_real bigint, of_bonus bigint) RETURNS text LANGUAGE sql AS $$
            SELECT billing.end_entitlement(t.u(id), t.u(entitlement), status::smallint, of_real, of_bonus, 'asked', NULL)
        $$;
        CREATE FUNCTION t.parts(whole jsonb, names text[]) RETURNS text LANGUAGE sql AS $$
            SELECT coalesce(string_agg(n.name || ' ' || (whole ->> n.name), ', ' ORDER BY n.place), 'nothing')
              FROM unnest(names) WITH ORDINALITY AS n(name, place) WHERE whole ->> n.name <> '0'
        $$;
        CREATE FUNCTION t.wallet(a integer) RETURNS text LANGUAGE sql AS $$
            SELECT t.parts(to_jsonb(w), '{avail,held,debt_real,debt_bonus}') FROM billing.wallet AS w WHERE w.account_id = t.u(a)
        $$;
        CREATE FUNCTION t.lot(n integer) RETURNS text LANGUAGE sql AS $$
            SELECT t.parts(to_jsonb(l), '{avail,held,spent,refunded,expired,voided,charged_back,repaid,clawed,poisoned,recognised,returned}')
              FROM billing.lot AS l WHERE l.id = t.u(n)
        $$;
        CREATE FUNCTION t.paid(payment integer) RETURNS text LANGUAGE sql AS $$
            SELECT t.parts(to_jsonb(l), '{avail,held,spent,refunded,expired,voided,charged_back,repaid,clawed,poisoned}') || '; '
                || t.parts(to_jsonb(p), '{refunded,charged_back}') FROM billing.payment AS p JOIN billing.lot AS l ON l.id = p.lot_id WHERE p.id = t.u(payment)
        $$;
        CREATE FUNCTION t.quota(entitlement integer) RETURNS text LANGUAGE sql AS $$
            SELECT string_agg(concat_ws(' ', b.kind, b.key, b.used, b.held), ', ' ORDER BY b.kind, b.key) FROM billing.quota_bucket AS b WHERE b.entitlement_id = t.u(entitlement)
        $$;
        CREATE FUNCTION t.entitlement(n integer) RETURNS text LANGUAGE sql AS $$
            SELECT concat_ws('; ', t.parts(to_jsonb(e), '{status,price_real,price_bonus,recognised,returned,used,inflight}'), to_char(e.ends AT TIME ZONE 'UTC', 'MM-DD HH24'),
                   CASE WHEN e.renews THEN 'renews' END)
              FROM billing.entitlement AS e WHERE e.id = t.u(n)
        $$;
        CREATE FUNCTION t.kinds(a integer) RETURNS text LANGUAGE sql AS $$
            SELECT string_agg(x.kind || ' ' || x.amount, ', ' ORDER BY x.number) FROM billing.transfer AS x WHERE x.wallet_id = t.wallet_id(a)
        $$;
        CREATE FUNCTION t.refused(call text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE 'SELECT ' || call;
            RETURN 'no';
        EXCEPTION WHEN raise_exception THEN
            RETURN SQLERRM;
        END $$;
        CREATE FUNCTION t.say(answer anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT answer';
        CREATE FUNCTION t.differences() RETURNS text LANGUAGE sql AS $$
            SELECT coalesce(string_agg(DISTINCT concat_ws(' ', d.invariant, d.expected, d.found), ', '), 'none')
              FROM (SELECT * FROM billing.audit('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', true)
                    UNION ALL SELECT * FROM billing.audit_orphans()) AS d
             WHERE d.invariant > 0
        $$;
        """;
}
