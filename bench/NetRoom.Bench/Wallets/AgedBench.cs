using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing.Reconciliation;

namespace NetRoom.Bench.Wallets;

/// <summary>The same measure on a new ledger and on one of millions of transfers, and how long the nightly reconciliation takes.</summary>
internal static class AgedBench
{
    private const int Pairs = 24;
    private const int New = 20_000;

    public static async Task RunAsync(Options options)
    {
        var transfers = options.Number("transfers", 5_000_000);
        var seconds = options.Number("seconds", 10);
        var changed = options.Number("changed", 100_000);
        await using var server = await LedgerServer.StartAsync();
        await LedgerFill.RunAsync(server.Source, 1, New, 2, 0);
        await using var ledger = new LedgerCallers(server.Source);
        await ledger.MeasureAsync(8, New, 2, grouped: false);
        await ledger.MeasureAsync(32, New, 2, grouped: true);
        var table = Table.Of(
            "ledger",
            "callers",
            "way",
            "pairs/s",
            "of new",
            "hold p50 / p99, ms",
            "WAL, bytes a pair",
            "load"
        );
        var before = await MeasureAsync(table, ledger, seconds, "new", New, null);

        var watch = Stopwatch.StartNew();
        var wallets = transfers / (2 + 2 * Pairs);
        await LedgerFill.RunAsync(server.Source, New + 1, wallets, 2, Pairs);
        Console.Error.WriteLine(
            $"{wallets} wallets and {transfers} transfers written in {watch.Elapsed.TotalSeconds:0} s"
        );
        await ledger.MeasureAsync(8, New + wallets, 2, grouped: false);
        await MeasureAsync(
            table,
            ledger,
            seconds,
            $"of {transfers} transfers",
            New + wallets,
            before
        );
        Console.WriteLine("\nGoal: a fall of at most 10 %.");
        await ReconcileAsync(server, changed);
    }

    private static async Task<Dictionary<(int, bool), double>> MeasureAsync(
        Table table,
        LedgerCallers ledger,
        int seconds,
        string what,
        int wallets,
        Dictionary<(int, bool), double>? before
    )
    {
        var rates = new Dictionary<(int, bool), double>();
        foreach (var callers in new[] { 8, 32 })
        foreach (var grouped in new[] { false, true })
        {
            var pace = await ledger.MeasureAsync(callers, wallets, seconds, grouped);
            rates[(callers, grouped)] = pace.Rate;
            table.Row(
                what,
                callers,
                grouped ? "grouped" : "one by one",
                pace.Rate,
                before is null ? 1 : pace.Rate / before[(callers, grouped)],
                pace.Holds,
                pace.WalBytes,
                Machine.Load
            );
        }

        return rates;
    }

    /// <summary>First everything, which must be right; then as many wallets as change in a day.</summary>
    private static async Task ReconcileAsync(LedgerServer server, int changed)
    {
        var table = Table.Of("reconciliation", "wallets", "differences", "seconds", "load");
        var reconcile = ActivatorUtilities.CreateInstance<Reconcile>(server.Services);
        foreach (var full in new[] { true, false })
        {
            if (!full)
            {
                await server.ExecuteAsync(
                    $"""
                    UPDATE billing.wallet SET reconciled = number;
                    UPDATE billing.wallet SET reconciled = number - 2
                     WHERE id IN (SELECT id FROM billing.wallet WHERE number >= 2 ORDER BY id DESC LIMIT {changed});
                    """
                );
                await server.ExecuteAsync("VACUUM (ANALYZE) billing.wallet");
            }

            var watch = Stopwatch.StartNew();
            var run = await reconcile.RunAsync(full, CancellationToken.None);
            table.Row(
                full ? "full" : "nightly",
                run!.Wallets,
                run.Differences,
                watch.Elapsed.TotalSeconds,
                Machine.Load
            );
        }

        Console.WriteLine(
            $"\nGoal: the nightly one of {changed} changed wallets in less than 60 s, without a difference."
        );
    }
}
