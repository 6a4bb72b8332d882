using Npgsql;

namespace NetRoom.Bench.Wallets;

/// <summary>
/// Wallets with a history, written in sets: each has lots of bonus and pairs of hold and capture, with its chain of hashes, so
/// that the audit finds nothing. The account of wallet i is <see cref="AccountSql(string)"/>.
/// </summary>
internal static class LedgerFill
{
    /// <summary>SQL of the id of wallet i's account.</summary>
    public static string AccountSql(string i) =>
        $"('00000000-0000-7000-9000-' || lpad(to_hex({i}), 12, '0'))::uuid";

    public const long LotMicros = 1_000_000_000_000;
    private const long HeldMicros = 500_000;
    private const long TakenMicros = 110_000;

    /// <param name="first">The number of the first new wallet; wallets are numbered from 1.</param>
    public static async Task RunAsync(
        NpgsqlDataSource source,
        int first,
        int wallets,
        int lots,
        int pairs
    )
    {
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(
            connection,
            $"""
            SET synchronous_commit = off;
            CREATE TEMP TABLE fill (i integer PRIMARY KEY, id uuid, lot uuid, hold uuid, chain bytea) WITH (fillfactor = 40);
            INSERT INTO fill SELECT i, uuidv7(), NULL, NULL, sha256('') FROM generate_series({first}, {first
                + wallets
                - 1}) AS i;
            INSERT INTO billing.wallet (id, account_id, avail)
            SELECT f.id, {AccountSql("f.i")}, {lots * LotMicros - pairs * TakenMicros} FROM fill AS f;
            """
        );
        var number = 0;
        for (var lot = 1; lot <= lots; lot++)
        {
            // What was spent is of the first in burn order: the lots' ids are of one time after the other.
            var spent = lot == 1 ? pairs * TakenMicros : 0;
            await ExecuteAsync(
                connection,
                $"""
                UPDATE fill SET hold = uuidv7();
                INSERT INTO billing.lot (id, wallet_id, class, source_kind, source_id, granted, avail, spent)
                SELECT f.hold, f.id, 1, 'bench', f.hold::text, {LotMicros}, {LotMicros
                    - spent}, {spent} FROM fill AS f;
                {Transfer(
                    "uuidv7()",
                    ++number,
                    "Grant",
                    LotMicros,
                    "(1, 300, 1, " + LotMicros + ")",
                    "hold"
                )}
                {(lot == 1 ? "UPDATE fill SET lot = hold;" : "")}
                """
            );
        }

        for (var pair = 1; pair <= pairs; pair++)
            await ExecuteAsync(
                connection,
                $"""
                UPDATE fill SET hold = uuidv7();
                INSERT INTO billing.hold (id, wallet_id, job_id, amount, captured, state, category, model_id, price_version_id, coefficient_ppm,
                    quote, held_at, resolved_at, uncapped, estimated, lines)
                SELECT f.hold, f.id, uuidv7(), {HeldMicros}, {TakenMicros}, 1, 'Text', 'bench', f.id, 1000000,
                    '{"{}"}', {At(number + 1)}, {At(
                    number + 2
                )}, {TakenMicros}, false, '[]' FROM fill AS f;
                {Transfer("f.hold", ++number, "Hold", 0, $"(1, 1, 2, {HeldMicros})", "lot")}
                {Transfer(
                    "uuidv7()",
                    ++number,
                    "Capture",
                    -TakenMicros,
                    $"(1, 2, 200, {TakenMicros}), (2, 2, 1, {HeldMicros - TakenMicros})",
                    "lot"
                )}
                """
            );
        await ExecuteAsync(
            connection,
            $"""
            UPDATE billing.wallet AS w SET number = {number}, last_at = {At(
                number
            )}, chain = f.chain FROM fill AS f WHERE w.id = f.id;
            DROP TABLE fill;
            """
        );
        // Outside a transaction, or it would not be allowed.
        foreach (var table in new[] { "wallet", "lot", "hold", "transfer", "posting" })
            await ExecuteAsync(connection, $"VACUUM (ANALYZE) billing.{table}");
    }

    private static string At(int number) =>
        $"(timestamptz '2026-01-01' + interval '{number} minutes')";

    /// <summary>A transfer of every wallet, its lines, and the next link of the chains.</summary>
    private static string Transfer(
        string id,
        int number,
        string kind,
        long amount,
        string lines,
        string lot
    ) =>
        $"""
            WITH moved AS MATERIALIZED (
                SELECT f.i, f.id AS wallet, {id} AS id, f.{lot} AS lot, f.hold AS ref, f.chain FROM fill AS f
            ), linked AS MATERIALIZED (
                SELECT m.*, billing.link(m.chain, m.wallet, {number}, '{kind}', m.ref, (extract(epoch FROM {At(
                number
            )}) * 1000000)::bigint, NULL, NULL,
                       (SELECT string_agg(concat_ws('>', x.dr, x.cr, m.lot, 'RUB', x.amount), ';' ORDER BY x.seq) FROM (VALUES {lines}) AS x(seq, dr, cr, amount))) AS hash
                  FROM moved AS m
            ), transfers AS (
                INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, amount, at, txid, hash)
                SELECT l.id, l.wallet, {number}, '{kind}', l.ref, {amount}, {At(
                number
            )}, pg_current_xact_id()::text::bigint, l.hash FROM linked AS l
            ), postings AS (
                INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, amount)
                SELECT l.id, x.seq, x.dr, x.cr, l.lot, x.amount FROM linked AS l, (VALUES {lines}) AS x(seq, dr, cr, amount)
            )
            UPDATE fill AS f SET chain = l.hash FROM linked AS l WHERE l.i = f.i;
            """;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }
}
