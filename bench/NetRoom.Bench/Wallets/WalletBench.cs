using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Bench.Wallets;

/// <summary>Hold and capture through IWallet, durable, beside what the same server does of TPC-B in the same minute.</summary>
internal static class WalletBench
{
    public static async Task RunAsync(Options options)
    {
        var seconds = options.Number("seconds", 5);
        var folder = Directory.CreateTempSubdirectory("netroom-bench-").FullName;
        await using (
            var postgres = await EmbeddedPostgres.StartAsync(folder, null, CancellationToken.None)
        )
        {
            await using var services = new ServiceCollection()
                .AddLogging()
                .AddKernelData(postgres.ConnectionString)
                .AddBillingData()
                .BuildServiceProvider();
            await services.GetRequiredService<Migrator>().RunAsync(CancellationToken.None);
            var pgbench = await Pgbench.PrepareAsync(postgres.ConnectionString);
            var table = Table.Of("round", "clients", "what", "a second", "p50, ms", "p99", "load");
            var mine = await OpenAsync(services, 8);
            await MeasureAsync(services, mine, 2);
            for (var round = 1; round <= options.Number("rounds", 3); round++)
            {
                foreach (var clients in new[] { 1, 8 })
                {
                    var (rate, times) = await MeasureAsync(services, mine[..clients], seconds);
                    table.Row(
                        round,
                        clients,
                        "hold + capture, a wallet each",
                        rate,
                        times.P50,
                        times.P99,
                        Machine.Load
                    );
                    if (pgbench is not null)
                        table.Row(
                            round,
                            clients,
                            "pgbench TPC-B",
                            await pgbench.RunAsync(clients, seconds),
                            "",
                            "",
                            Machine.Load
                        );
                }

                var (shared, waits) = await MeasureAsync(
                    services,
                    [.. Enumerable.Repeat(mine[0], 8)],
                    seconds
                );
                table.Row(
                    round,
                    8,
                    "hold + capture, one wallet for all",
                    shared,
                    waits.P50,
                    waits.P99,
                    Machine.Load
                );
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Guid[]> OpenAsync(ServiceProvider services, int count)
    {
        var accounts = Enumerable.Range(0, count).Select(_ => Ids.New()).ToArray();
        await using var scope = services.CreateAsyncScope();
        var wallet = scope.ServiceProvider.GetRequiredService<IWallet>();
        foreach (var account in accounts)
            await wallet.GrantAsync(
                new Grant(
                    account,
                    LotClass.Real,
                    Money.Roubles(1_000_000),
                    "bench",
                    $"{account}",
                    null
                ),
                default
            );
        return accounts;
    }

    private static async Task<(double Rate, Figures Times)> MeasureAsync(
        ServiceProvider services,
        Guid[] accounts,
        int seconds
    )
    {
        var watch = Stopwatch.StartNew();
        var times = await Task.WhenAll(
            accounts.Select(account =>
                Task.Run(async () =>
                {
                    var own = new List<double>();
                    while (watch.Elapsed.TotalSeconds < seconds)
                    {
                        var started = Stopwatch.GetTimestamp();
                        await PairAsync(services, account);
                        own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    }

                    return own;
                })
            )
        );
        var all = new Figures(times.SelectMany(own => own));
        return (all.Count / watch.Elapsed.TotalSeconds, all);
    }

    private static async Task PairAsync(ServiceProvider services, Guid account)
    {
        var rates = new RateCard([
            new Rate(UnitKind.Input, 25_000_000),
            new Rate(UnitKind.Output, 200_000_000),
        ]);
        var quote = new Quote(
            Ids.New(),
            "bench",
            Ids.New(),
            rates,
            1_000_000,
            Money.Zero,
            Money.Kopecks(50),
            Money.Kopecks(50),
            1_000
        );
        Guid hold;
        // Two scopes, as in life: the request holds, the run's end captures.
        await using (var scope = services.CreateAsyncScope())
        {
            var request = new HoldRequest(
                Ids.New(),
                account,
                Ids.New(),
                quote,
                SpendCategory.Text,
                TimeProvider.System.GetUtcNow().AddHours(1)
            );
            var outcome = await scope
                .ServiceProvider.GetRequiredService<IWallet>()
                .HoldAsync(request, default);
            if (!outcome.Succeeded(out hold, out var problem))
                throw new InvalidOperationException(problem.Code);
        }

        await using (var scope = services.CreateAsyncScope())
        {
            var charge = Charge.Compute(
                rates,
                1_000_000,
                new Usage([
                    new UnitCount(UnitKind.Input, 400),
                    new UnitCount(UnitKind.Output, 500),
                ]),
                quote.Ceiling
            );
            await scope
                .ServiceProvider.GetRequiredService<IWallet>()
                .CaptureAsync(hold, charge, default);
        }
    }
}
