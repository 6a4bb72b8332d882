using System.Diagnostics;
using NetRoom.Billing;
using NetRoom.Billing.Ledger;
using NetRoom.Catalog;
using NetRoom.Kernel;
using Npgsql;

namespace NetRoom.Bench.Wallets;

/// <param name="Rate">Pairs of a hold and its capture, a second.</param>
/// <param name="WalBytes">A pair.</param>
/// <param name="Commits">A pair: each is one round trip of one batch.</param>
internal sealed record PairPace(
    double Rate,
    Figures Holds,
    Figures Captures,
    double WalBytes,
    double Commits
);

/// <summary>Callers that hold and capture, one after the other: each on its own round trip, or through the node's writer.</summary>
internal sealed class LedgerCallers(NpgsqlDataSource source) : IAsyncDisposable
{
    private static readonly RateCard Rates = new([
        new Rate(UnitKind.Input, 25_000_000),
        new Rate(UnitKind.Output, 200_000_000),
    ]);

    private readonly LedgerWriter writer = new(source);

    /// <param name="wallets">Accounts 1 to this many have money.</param>
    public async Task<PairPace> MeasureAsync(int callers, int wallets, double seconds, bool grouped)
    {
        var (wal, commits) = await WrittenAsync();
        var watch = Stopwatch.StartNew();
        var own = await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        var holds = new List<double>();
                        var captures = new List<double>();
                        // Every caller walks over all wallets, from a place of its own.
                        for (var turn = caller * 7_919; watch.Elapsed.TotalSeconds < seconds; )
                        {
                            turn++;
                            var hold = Hold(Account(turn % wallets + 1));
                            var started = Stopwatch.GetTimestamp();
                            await AskAsync(hold, grouped, "held");
                            var between = Stopwatch.GetTimestamp();
                            await AskAsync(Capture(hold.Request.Id), grouped, "done");
                            holds.Add(Stopwatch.GetElapsedTime(started, between).TotalMilliseconds);
                            captures.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
                        }

                        return (holds, captures);
                    })
                )
        );
        var took = watch.Elapsed.TotalSeconds;
        var (walAfter, commitsAfter) = await WrittenAsync();
        var all = new Figures(own.SelectMany(each => each.holds));
        return new PairPace(
            all.Count / took,
            all,
            new Figures(own.SelectMany(each => each.captures)),
            (walAfter - wal) / all.Count,
            (double)(commitsAfter - commits) / all.Count
        );
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private static Guid Account(int number) => Guid.Parse($"00000000-0000-7000-9000-{number:x12}");

    private async Task AskAsync(LedgerCommand command, bool grouped, string expected)
    {
        LedgerAnswer answer;
        if (grouped)
            answer = await writer.AskAsync(command, CancellationToken.None);
        else
        {
            await using var connection = await source.OpenConnectionAsync();
            answer = (
                await LedgerBatch.SendAsync(connection, null, [command], CancellationToken.None)
            )[0];
        }

        if (answer.Outcome != expected)
            throw new InvalidOperationException($"The ledger answered '{answer.Outcome}'.");
    }

    private static HoldCommand Hold(Guid account) =>
        new(
            new HoldRequest(
                Ids.New(),
                account,
                Ids.New(),
                new Quote(
                    Ids.New(),
                    "bench",
                    Ids.New(),
                    Rates,
                    1_000_000,
                    Money.Zero,
                    Money.Kopecks(50),
                    Money.Kopecks(50),
                    1_000
                ),
                SpendCategory.Text,
                TimeProvider.System.GetUtcNow().AddHours(1)
            ),
            "RUB",
            Money.Kopecks(50).Micro
        );

    private static ResolveCommand Capture(Guid hold)
    {
        var charge = Charge.Compute(
            Rates,
            1_000_000,
            new Usage([new UnitCount(UnitKind.Input, 400), new UnitCount(UnitKind.Output, 500)]),
            Money.Kopecks(50)
        );
        return new ResolveCommand(hold, null)
        {
            Taken = charge.Amount.Micro,
            Uncapped = charge.Uncapped.Micro,
            Estimated = charge.Estimated,
            Lines = LedgerJson.Write(charge.Lines),
        };
    }

    private async Task<(double Wal, long Commits)> WrittenAsync()
    {
        await using var command = source.CreateCommand(
            "SELECT (pg_current_wal_lsn() - '0/0')::float8, pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        );
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetDouble(0), reader.GetInt64(1));
    }
}
