namespace NetRoom.Bench.Wallets;

/// <summary>Hold and capture, durable, beside what the same server does of TPC-B in the same round.</summary>
internal static class WalletBench
{
    public static async Task RunAsync(Options options)
    {
        var quick = options.Has("quick");
        var seconds = options.Number("seconds", quick ? 2 : 3);
        var rounds = options.Number("rounds", quick ? 1 : 2);
        var callers = options.Numbers("callers", quick ? [1, 8, 32] : [1, 8, 32, 128]);
        var many = options.Number("wallets", quick ? 5_000 : 20_000);
        int[] lots = quick ? [1] : [1, 5];
        await using var server = await LedgerServer.StartAsync();
        // Wallet 1 is the hot one; then those of one lot, then those of five.
        await LedgerFill.RunAsync(server.Source, 1, many, lots[0], 0);
        var pgbench = await Pgbench.PrepareAsync(server.ConnectionString);
        await using var ledger = new LedgerCallers(server.Source);
        // Plans, buffers and the compiler.
        await ledger.MeasureAsync(8, many, 1, grouped: false);
        await ledger.MeasureAsync(32, many, 1, grouped: true);
        foreach (var lot in lots)
        {
            if (lot > 1)
                await AddLotsAsync(server, lot);
            Console.WriteLine($"\n{lot} lot(s) a wallet, rounds of {seconds} s");
            var table = Table.Of(
                "round",
                "callers",
                "what",
                "pairs/s",
                "of TPC-B",
                "hold p50 / p99, ms",
                "capture p50 / p99",
                "WAL, bytes a pair",
                "commits a pair",
                "load"
            );
            for (var round = 1; round <= rounds; round++)
                foreach (var count in callers)
                {
                    // pgbench needs the connections that our callers have left open.
                    server.Source.Clear();
                    await RoundAsync(table, ledger, pgbench, round, count, many, seconds);
                }
        }

        Console.WriteLine(
            """

            Goals: one by one at 8 callers ≥ 0.5 of TPC-B; grouped at 32 and more ≥ 1.5; one wallet for all ≥ 0.8 of many wallets' rate;
            p99 at 8 callers at most 5 ms above TPC-B's.
            """
        );
    }

    private static async Task RoundAsync(
        Table table,
        LedgerCallers ledger,
        Pgbench? pgbench,
        int round,
        int callers,
        int many,
        int seconds
    )
    {
        var reference = double.NaN;
        void Pairs(string what, PairPace pace) =>
            table.Row(
                round,
                callers,
                what,
                pace.Rate,
                pace.Rate / reference,
                Both(pace.Holds),
                Both(pace.Captures),
                pace.WalBytes,
                pace.Commits,
                Machine.Load
            );
        if (pgbench is not null)
        {
            var tpcb = await pgbench.TpcbAsync(callers, seconds);
            reference = tpcb.Rate;
            table.Row(
                round,
                callers,
                "pgbench TPC-B",
                tpcb.Rate,
                1,
                Both(tpcb.Times),
                "",
                "",
                1,
                Machine.Load
            );
            var bare = await pgbench.PairsAsync(callers, seconds, many);
            table.Row(
                round,
                callers,
                $"functions by pgbench, {Of(many)}",
                bare.Rate,
                bare.Rate / reference,
                $"pair {Both(bare.Times)}",
                "",
                "",
                2,
                Machine.Load
            );
        }

        foreach (var wallets in new[] { many, 1 })
        foreach (var grouped in new[] { false, true })
            Pairs(
                $"{(grouped ? "grouped" : "one by one")}, {Of(wallets)}",
                await ledger.MeasureAsync(callers, wallets, seconds, grouped)
            );
    }

    private static string Of(int wallets) => wallets == 1 ? "one wallet" : $"{wallets} wallets";

    private static string Both(Figures times) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{times.P50:0.00} / {times.P99:0.0}"
        );

    private static async Task AddLotsAsync(LedgerServer server, int lots)
    {
        await server.ExecuteAsync(
            $"""
            SELECT count(billing.grant(w.account_id, uuidv7(), 1::smallint, 'RUB', {LedgerFill.LotMicros}, 300::smallint, 'bench', uuidv7()::text,
                NULL, NULL, NULL, NULL))
              FROM billing.wallet AS w, generate_series(2, {lots}) AS l
            """
        );
        foreach (var table in new[] { "wallet", "lot", "transfer", "posting" })
            await server.ExecuteAsync($"VACUUM (ANALYZE) billing.{table}");
    }
}
