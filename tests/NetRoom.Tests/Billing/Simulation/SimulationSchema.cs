using System.Globalization;
using Npgsql;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>
/// What a test database has besides the ledger: a clock that stands where it is put, a fuse that blows at every n-th statement on the
/// ledger's tables whoever runs it, and a shop.
/// </summary>
internal static class SimulationSchema
{
    public static readonly string[] Tables =
    [
        "wallet",
        "lot",
        "hold",
        "transfer",
        "posting",
        "payment",
        "refund",
        "chargeback",
        "entitlement",
        "quota_bucket",
    ];

    private static readonly string[] Crashes = ["NR001", "40001", "40P01", "57014", "53200"];

    /// <summary>A sequence is not rolled back: the countdown outlives the crash that it causes, with one of these SQLSTATEs.</summary>
    public static string Fuse(params string[] states) =>
        $"""
            CREATE SCHEMA test;
            CREATE SEQUENCE test.fuse START WITH 2 MAXVALUE 1000000000 CYCLE;
            CREATE FUNCTION test.burn() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('test.fuse') = 1 THEN
                    RAISE EXCEPTION 'the fuse blew % % on %', TG_WHEN, TG_OP, TG_TABLE_NAME
                        USING ERRCODE = (ARRAY['{string.Join(
                "','",
                states
            )}'])[1 + (random() * {states.Length - 1})::integer];
                END IF;
                RETURN NULL;
            END $$;

            """
        + string.Concat(
            Tables.Select(table =>
                $"CREATE TRIGGER burn AFTER INSERT OR UPDATE ON billing.{table} FOR EACH STATEMENT EXECUTE FUNCTION test.burn();"
            )
        );

    private const string Clock = """
        CREATE TABLE test.clock (at timestamptz NOT NULL);
        INSERT INTO test.clock VALUES ('2027-01-10 09:00Z');
        CREATE OR REPLACE FUNCTION billing.clock() RETURNS timestamptz LANGUAGE plpgsql STABLE AS
            'BEGIN RETURN (SELECT c.at FROM test.clock AS c); END';
        """;

    /// <summary>A query for all that the ledger has, as one hash.</summary>
    public static readonly string State =
        "SELECT md5(string_agg(x, '|')) FROM ("
        + string.Join(
            " UNION ALL ",
            Tables.Select(table =>
                $"SELECT '{table}' || coalesce(string_agg(r::text, '|' ORDER BY r::text), '') AS x FROM billing.{table} AS r"
            )
        )
        + ") AS tables";

    /// <summary>The one statement that will fail, counted from 1.</summary>
    public static string BlowAt(int statement) =>
        $"ALTER SEQUENCE test.fuse MAXVALUE 1000000000 RESTART WITH {(statement == 1 ? 1 : 1_000_000_002 - statement)} CYCLE";

    public static async Task InstallAsync(NpgsqlDataSource source)
    {
        await ExecuteAsync(source, Fuse(Crashes) + Clock);
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
