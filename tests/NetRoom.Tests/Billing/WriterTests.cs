using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

/// <summary>Many callers of one node: their holds and captures share commits, and nobody notices the others.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WriterTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private const int Callers = 200;

    private readonly TestDatabase database = ledger.Database;

    [Theory]
    [InlineData(20)]
    [InlineData(1)]
    public async Task Two_hundred_callers_lose_nothing(int wallets)
    {
        var purses = await PursesAsync(wallets, R(10_000));
        await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(async caller =>
                {
                    var purse = purses[caller % wallets];
                    for (var step = 0; step < 3; step++)
                    {
                        var hold = await purse.HoldAsync(R(2));
                        if ((caller + step) % 3 == 0)
                            await purse.ReleaseAsync(hold);
                        else
                            (await purse.CaptureAsync(hold, R(1))).ShouldBe(R(1));
                    }
                })
        );
        foreach (var (purse, index) in purses.Select((purse, index) => (purse, index)))
        {
            // Of three steps of a caller, two are captured.
            var callers = Enumerable.Range(0, Callers).Count(caller => caller % wallets == index);
            (await purse.BalanceAsync()).Available.ShouldBe(R(10_000 - callers * 2));
        }

        await purses[0].AuditAsync();
    }

    [Fact]
    public async Task A_refused_command_does_not_disturb_its_neighbours()
    {
        var purses = await PursesAsync(20, R(10));
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller =>
                    purses[caller % 20].TryHoldAsync(purses[caller % 20].Request(R(3)))
                )
        );
        outcomes.Count(outcome => outcome.Problem is null).ShouldBe(60);
        outcomes
            .Where(outcome => outcome.Problem is not null)
            .ShouldAllBe(outcome =>
                outcome.Problem!.Code == "billing.balance_short"
                && outcome.Problem.Args.Cast<Money>().Last() == R(1)
            );

        var holds = outcomes
            .Select(outcome => outcome.Succeeded(out var id, out _) ? id : (Guid?)null)
            .OfType<Guid>();
        var captures = await Task.WhenAll(
            holds.Select(
                (hold, index) => purses[0].TryCaptureAsync(hold, R(index % 2 == 0 ? 3 : 4))
            )
        );
        captures.Count(capture => capture.Problem?.Code == "billing.amount_invalid").ShouldBe(30);
        captures.Count(capture => capture.Problem is null).ShouldBe(30);
        await purses[0].AuditAsync();
    }

    [Fact]
    public async Task What_breaks_a_batch_is_told_to_its_caller_alone()
    {
        var purses = await PursesAsync(10, R(10));
        // PostgreSQL's text has no zero byte.
        var broken = purses[0].Request(R(1));
        broken = broken with { Quote = broken.Quote with { ModelId = "\0" } };
        var failing = Should.ThrowAsync<PostgresException>(() => purses[0].TryHoldAsync(broken));
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(caller =>
                    purses[caller % 10].TryHoldAsync(purses[caller % 10].Request(R(1)))
                )
        );
        await failing;
        outcomes.ShouldAllBe(outcome => outcome.Problem == null);
        await purses[0].ShouldHaveAsync(R(5), R(5));
    }

    [Fact]
    public async Task A_wallet_that_somebody_keeps_locked_stops_nobody_else()
    {
        var purses = await PursesAsync(2, R(10));
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var stuck = await source.OpenConnectionAsync();
        await using var transaction = await stuck.BeginTransactionAsync();
        await using var locked = new NpgsqlCommand(
            "SELECT FROM billing.wallet WHERE account_id = $1 FOR UPDATE",
            stuck
        );
        locked.Parameters.Add(new() { Value = purses[0].Account });
        await locked.ExecuteNonQueryAsync();

        var waiting = purses[0].TryHoldAsync(purses[0].Request(R(1)));
        for (var step = 0; step < 5; step++)
            await purses[1].HoldAsync(R(1));
        waiting.IsCompleted.ShouldBeFalse();

        await transaction.RollbackAsync();
        (await waiting).Problem.ShouldBeNull();
        await purses[0].ShouldHaveAsync(R(9), R(1));
        await purses[1].ShouldHaveAsync(R(5), R(5));
    }

    [Fact]
    public async Task One_caller_alone_is_served_at_once_and_in_order()
    {
        var purse = (await PursesAsync(1, R(10)))[0];
        for (var step = 0; step < 10; step++)
            (await purse.CaptureAsync(await purse.HoldAsync(R(1)), R(1))).ShouldBe(R(1));
        await purse.ShouldHaveAsync(R(0), R(0));
    }

    [Fact]
    public async Task A_caller_who_gives_up_takes_nobody_along()
    {
        var purses = await PursesAsync(5, R(100));
        using var stop = new CancellationTokenSource();
        var given = Enumerable
            .Range(0, 50)
            .Select(caller =>
                purses[caller % 5]
                    .WithAsync(wallet =>
                        wallet.HoldAsync(purses[caller % 5].Request(R(1)), stop.Token)
                    )
            )
            .ToArray();
        var kept = Enumerable
            .Range(0, 50)
            .Select(caller => purses[caller % 5].TryHoldAsync(purses[caller % 5].Request(R(1))))
            .ToArray();
        await stop.CancelAsync();
        (await Task.WhenAll(kept)).ShouldAllBe(outcome => outcome.Problem == null);
        foreach (var task in given)
            await task.ContinueWith(
                it => (it.IsCanceled || it.IsCompletedSuccessfully).ShouldBeTrue(),
                TaskScheduler.Default
            );
        await purses[0].AuditAsync();
    }

    [Fact]
    public async Task Connections_that_are_cut_lose_nothing_and_double_nothing()
    {
        var purses = await PursesAsync(20, R(1_000));
        using var over = new CancellationTokenSource();
        var cutter = CutAsync(over.Token);
        try
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, Callers)
                    .Select(async caller =>
                    {
                        for (var step = 0; step < 4; step++)
                        {
                            var purse = purses[caller % 20];
                            var hold = await purse.HoldAsync(R(2));
                            (await purse.CaptureAsync(hold, R(1))).ShouldBe(R(1));
                        }
                    })
            );
        }
        finally
        {
            await over.CancelAsync();
            (await cutter).ShouldBeGreaterThan(0);
            database.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        }

        foreach (var purse in purses)
            (await purse.BalanceAsync()).Available.ShouldBe(R(1_000 - Callers / 20 * 4));
        await purses[0].AuditAsync();
    }

    [Fact]
    public async Task In_a_transaction_a_hold_is_the_transaction_s_own()
    {
        var purse = (await PursesAsync(1, R(10)))[0];
        await database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoom.Kernel.Data.NetRoomDb>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var wallet = services.GetRequiredService<IWallet>();
            (await wallet.HoldAsync(purse.Request(R(4)), default)).Problem.ShouldBeNull();
            (await wallet.BalanceAsync(purse.Account, default)).Available.ShouldBe(R(6));
            await transaction.RollbackAsync();
        });
        await purse.ShouldHaveAsync(R(10), R(0));
    }

    /// <summary>Cuts a connection that has spoken of holds, at work rather than idle, again and again.</summary>
    private async Task<int> CutAsync(CancellationToken over)
    {
        var cut = 0;
        await using var connection = new NpgsqlConnection(
            database.ConnectionString + ";Pooling=false"
        );
        await connection.OpenAsync(CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(100, CancellationToken.None);
            await using var command = new NpgsqlCommand(
                """
                SELECT count(pg_terminate_backend(pid))::int FROM (
                    SELECT pid FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()
                       AND (query LIKE '%billing.hold(%' OR query LIKE '%billing.resolve(%')
                     ORDER BY state LIMIT 1) AS one
                """,
                connection
            );
            cut += (int)(await command.ExecuteScalarAsync(CancellationToken.None))!;
        }

        return cut;
    }

    private async Task<Purse[]> PursesAsync(int count, Money each)
    {
        var purses = Enumerable.Range(0, count).Select(_ => Purse.New(database)).ToArray();
        foreach (var purse in purses)
            await purse.GrantAsync(LotClass.Real, each);
        return purses;
    }
}
