using System.Globalization;
using NetRoom.Billing;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Npgsql;
using Xunit.Abstractions;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>100,000 steps in all. NETROOM_SEED replays a run that failed; bench/run.sh simulate runs as many as there is time for.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SimulationTests(Postgres postgres, ITestOutputHelper output)
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("NETROOM_SEED"),
        CultureInfo.InvariantCulture,
        out var given
    )
        ? given
        : Environment.TickCount & int.MaxValue;

    [Theory]
    [InlineData(16, 90_000)]
    [InlineData(1, 5_000)]
    [Fault(2, 11)]
    [Invariant(1, 2, 3, 4, 5, 6, 8, 9, 10, 14, 15, 16, 18)]
    [Invariant(20, 21, 23, 24, 25, 27, 28, 31, 36, 37, 38, 43, 44)]
    public async Task Whatever_is_asked_and_wherever_it_crashes_the_ledger_is_its_model(
        int batch,
        long steps
    )
    {
        await using var database = await Purse.DatabaseAsync(postgres);
        var result = await LedgerSimulation.RunAsync(
            database.ConnectionString,
            Seed,
            steps,
            new SimulationOptions(Batch: batch, Wallets: batch > 1 ? 128 : 32),
            output.WriteLine
        );
        result.Steps.ShouldBeGreaterThanOrEqualTo(steps);
        result.Crashes.ShouldBeGreaterThan(0);
        result.Replays.ShouldBeGreaterThan(0);
    }

    [Fact]
    [Invariant(44)]
    public async Task So_it_is_through_the_writer_that_gathers_a_nodes_commands()
    {
        await using var database = await Purse.DatabaseAsync(postgres);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                ApplicationName = "writer",
                MaxPoolSize = 20,
            }.ConnectionString
        );
        await using var writer = new LedgerWriter(source);
        var result = await LedgerSimulation.RunAsync(
            database.ConnectionString,
            Seed,
            5_000,
            new SimulationOptions(),
            sql => new WrittenLedger(writer, sql),
            output.WriteLine
        );
        result.Crashes.ShouldBeGreaterThan(0);
    }

    /// <summary>Holds and resolves go as the wallet sends them; all else straight to the functions.</summary>
    private sealed class WrittenLedger(LedgerWriter writer, ISimulatedLedger rest)
        : ISimulatedLedger
    {
        public bool AsksAgain => true;

        public async Task<string> HoldAsync(Guid account, HoldCommand hold)
        {
            var request = new HoldRequest(
                hold.Id,
                account,
                hold.Job,
                Purse.QuoteOf(new Money(hold.Amount), hold.Id),
                SpendCategory.Text,
                Purse.InAnHour
            );
            var answer = await writer.AskAsync(
                new NetRoom.Billing.Ledger.HoldCommand(request, hold.Asset, hold.Amount),
                CancellationToken.None
            );
            return $"{answer.Outcome}:{answer.Amount}";
        }

        public async Task<string> ResolveAsync(ResolveCommand resolve)
        {
            var answer = await writer.AskAsync(
                new NetRoom.Billing.Ledger.ResolveCommand(resolve.Hold, "other")
                {
                    Taken = resolve.Taken,
                    Tokens = resolve.Tokens,
                    Uncapped = resolve.Uncapped,
                    Estimated = resolve.Uncapped is null ? null : false,
                    Lines = resolve.Uncapped is null ? null : "[]",
                },
                CancellationToken.None
            );
            return $"{answer.Outcome}:{answer.Amount}";
        }

        public Task<string> BuyAsync(Guid account, BuyCommand purchase) =>
            rest.BuyAsync(account, purchase);

        public Task<string> CallAsync(string sql, params object?[] values) =>
            rest.CallAsync(sql, values);

        public Task<(long Avail, long Held, long DebtReal, long DebtBonus)> BalanceAsync(
            Guid account
        ) => rest.BalanceAsync(account);
    }
}
