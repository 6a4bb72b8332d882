using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Billing.Bonuses;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

[Collection(PostgresCollection.Name)]
public sealed class RaceTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private readonly TestDatabase database = ledger.Database;

    [Fact]
    [Fault(18)]
    [BillingFailure(1)]
    [Invariant(9)]
    public async Task Of_fifty_parallel_holds_of_10_on_100_exactly_ten_succeed()
    {
        var purse = Purse.New(database);
        for (var lot = 0; lot < 40; lot++)
            await purse.GrantAsync(
                lot % 2 == 0 ? LotClass.Bonus : LotClass.Real,
                new Money(2_500_000)
            );
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => purse.TryHoldAsync(purse.Request(R(10))))
        );
        outcomes.Count(outcome => outcome.Problem is null).ShouldBe(10);
        outcomes
            .Where(outcome => outcome.Problem is not null)
            .ShouldAllBe(outcome => outcome.Problem!.Code == "billing.balance_short");
        await purse.ShouldHaveAsync(R(0), R(100));
    }

    [Fact]
    [Fault(18)]
    public async Task One_hold_asked_for_by_twenty_at_once_is_one_hold()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(10));
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => purse.TryHoldAsync(request))
        );
        outcomes.ShouldAllBe(outcome => outcome.Problem == null);
        await purse.ShouldHaveAsync(R(0), R(10));
    }

    [Fact]
    [Invariant(15)]
    public async Task Captures_and_releases_of_one_hold_at_once_resolve_it_once()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Bonus, R(5), InAnHour);
        await purse.GrantAsync(LotClass.Real, R(500));
        for (var round = 0; round < 10; round++)
        {
            var before = await purse.BalanceAsync();
            var hold = await purse.HoldAsync(R(10));
            var taken = await Task.WhenAll(
                Enumerable
                    .Range(1, 12)
                    .Select(async n =>
                    {
                        if (n % 3 != 0)
                            return (Money?)await purse.CaptureAsync(hold, R(n % 10 + 1));
                        await purse.ReleaseAsync(hold);
                        return null;
                    })
            );
            var answer = taken.OfType<Money>().Distinct().ShouldHaveSingleItem();
            await purse.ShouldHaveAsync(before.Available - answer, R(0));
        }
    }

    [Fact]
    public async Task Spending_releasing_and_topping_up_at_once_loses_nothing()
    {
        var purse = Purse.New(database);
        for (var lot = 0; lot < 20; lot++)
            await purse.GrantAsync(LotClass.Real, R(5));
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(async worker =>
                {
                    for (var step = 0; step < 12; step++)
                    {
                        var hold = await purse.HoldAsync(R(6));
                        if (step % 2 == 0)
                            await purse.ReleaseAsync(hold);
                        else
                            (await purse.CaptureAsync(hold, R(1))).ShouldBe(R(1));
                        await purse.GrantAsync(
                            worker % 2 == 0 ? LotClass.Bonus : LotClass.Real,
                            R(1)
                        );
                    }
                })
        );
        await purse.ShouldHaveAsync(R(100 + 16 * 12 - 16 * 6), R(0));
    }

    [Fact]
    [Fault(4)]
    public async Task A_rolled_back_transaction_takes_its_hold_and_capture_with_it()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(4));
        await database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            var wallet = services.GetRequiredService<IWallet>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await wallet.HoldAsync(request, default);
            await wallet.CaptureAsync(request.Id, ChargeOf(R(3)), default);
            (await wallet.BalanceAsync(purse.Account, default)).Available.ShouldBe(R(7));
        });
        await purse.ShouldHaveAsync(R(10), R(0));
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_refused_hold_leaves_the_open_transaction_usable()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        await database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            var wallet = services.GetRequiredService<IWallet>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            (await wallet.HoldAsync(purse.Request(R(11)), default)).Problem.ShouldNotBeNull();
            (await wallet.HoldAsync(purse.Request(R(9)), default)).Problem.ShouldBeNull();
            await transaction.CommitAsync();
        });
        await purse.ShouldHaveAsync(R(1), R(9));
    }

    [Fact]
    public async Task The_starter_bonus_is_given_once_though_the_news_comes_ten_times()
    {
        var purse = Purse.New(database);
        var news = new AccountCreated(purse.Account, "ru");
        await database.InScopeAsync(async services =>
        {
            var outbox = services.GetRequiredService<Outbox>();
            for (var time = 0; time < 5; time++)
                outbox.Add(news);
            await services.GetRequiredService<NetRoomDb>().SaveChangesAsync();
            await outbox.DeliverNowAsync(default);
        });
        await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ =>
                    database.InScopeAsync(services =>
                        services.GetRequiredService<GrantStarterBonus>().HandleAsync(news, default)
                    )
                )
        );
        (await purse.BalanceAsync()).Bonus.ShouldBe(R(50));
        (
            await database.ScalarAsync<double>(
                $"SELECT round(extract(epoch FROM expires_at - now()) / 86400)::float8 FROM billing.lot WHERE source_kind = 'starter' AND source_id = '{purse.Account}'"
            )
        ).ShouldBe(30);
        await purse.AuditAsync();
    }
}
