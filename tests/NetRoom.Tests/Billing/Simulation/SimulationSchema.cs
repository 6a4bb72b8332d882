using System.Globalization;
using Npgsql;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>
/// What a test database has besides the ledger: a clock that stands where it is put, a fuse that blows at every n-th statement on the
/// ledger's tables whoever runs it, and a shop.
/// </summary>
internal static class SimulationSchema
{
    private const string Install = """
        CREATE SCHEMA test;
        CREATE TABLE test.clock (at timestamptz NOT NULL);
        INSERT INTO test.clock VALUES ('2027-01-10 09:00Z');
        CREATE OR REPLACE FUNCTION billing.clock() RETURNS timestamptz LANGUAGE plpgsql STABLE AS
            'BEGIN RETURN (SELECT c.at FROM test.clock AS c); END';
        -- A sequence is not rolled back: the countdown outlives the crash that it causes.
        CREATE SEQUENCE test.fuse MAXVALUE 1000000000 CYCLE;
        CREATE FUNCTION test.burn() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('test.fuse') = 1 THEN
                RAISE EXCEPTION 'the fuse blew % % on %', TG_WHEN, TG_OP, TG_TABLE_NAME
                    USING ERRCODE = (ARRAY['NR001', '40001', '40P01', '57014', '53200'])[1 + (random() * 4)::integer];
            END IF;
            RETURN NULL;
        END $$;
        DO $do$
        DECLARE
            v_table text;
        BEGIN
            FOREACH v_table IN ARRAY '{wallet,lot,hold,transfer,posting,payment,refund,chargeback,entitlement,quota_bucket}'::text[] LOOP
                EXECUTE format('CREATE TRIGGER burn AFTER INSERT OR UPDATE ON billing.%I FOR EACH STATEMENT EXECUTE FUNCTION test.burn()', v_table);
            END LOOP;
        END $do$;
        """;

    public static async Task InstallAsync(NpgsqlDataSource source)
    {
        await ExecuteAsync(source, Install);
        await DefuseAsync(source);
        foreach (var product in SimProduct.All)
            await ExecuteAsync(
                source,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens, days, period_limit, day_limit, refund_days, token_price)
                    VALUES ('{product.Id}', 1, {product.Kind}, 'x', 'x', ARRAY['@Text'], {product.Price}, nullif({product.Tokens}, 0),
                            nullif({product.Days}, 0), nullif({product.PeriodLimit}, 0), nullif({product.DayLimit}, 0),
                            {product.RefundDays}, {product.TokenPrice})
                    ON CONFLICT DO NOTHING
                    """
                )
            );
    }

    public static Task SetClockAsync(NpgsqlDataSource source, DateTimeOffset at) =>
        ExecuteAsync(
            source,
            $"UPDATE test.clock SET at = '{at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}Z'"
        );

    /// <summary>The n-th statement from now on fails, and every n-th after it.</summary>
    public static Task FuseAsync(NpgsqlDataSource source, int statements) =>
        ExecuteAsync(
            source,
            $"ALTER SEQUENCE test.fuse MAXVALUE {Math.Max(2, statements)} START WITH 2 RESTART WITH 2 CYCLE"
        );

    public static Task DefuseAsync(NpgsqlDataSource source) => FuseAsync(source, 2_000_000_000);

    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
