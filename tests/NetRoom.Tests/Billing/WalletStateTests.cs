using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

/// <summary>Wallets that have expired, owe, are limited, frozen, closed or full.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WalletStateTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private readonly TestDatabase database = ledger.Database;

    [Fact]
    public async Task Expired_bonus_is_neither_shown_nor_spendable_nor_counted_against_a_debt()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Bonus, R(50), InAnHour);
        await purse.GrantAsync(LotClass.Real, R(10));
        await purse.LapseAsync();
        await purse.ShouldHaveAsync(R(10), R(0));
        (await purse.TryHoldAsync(purse.Request(R(11))))
            .Problem.ShouldNotBeNull()
            .Args.ShouldBe([R(11), R(10)]);
        await purse.OweAsync(LotClass.Bonus, R(3));
        (await purse.TryHoldAsync(purse.Request(R(8))))
            .Problem.ShouldNotBeNull()
            .Args.ShouldBe([R(8), R(7)]);
        await purse.HoldAsync(R(7));
        await purse.ShouldHaveAsync(R(0), R(7));
        (await purse.BalanceAsync()).Debt.ShouldBe(R(3));
    }

    [Fact]
    public async Task While_real_money_is_owed_nothing_is_spent_and_a_top_up_pays_it_first()
    {
        var purse = Purse.New(database);
        await purse.OweAsync(LotClass.Real, R(3));
        await purse.GrantAsync(LotClass.Bonus, R(5), InAnHour);
        (await purse.TryHoldAsync(purse.Request(R(1))))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.debt");
        (await purse.BalanceAsync()).ShouldBe(new Balance(R(0), R(0), R(5), R(0), R(0), R(3)));
        await purse.GrantAsync(LotClass.Real, R(4));
        (await purse.BalanceAsync()).ShouldBe(new Balance(R(6), R(1), R(5), R(0), R(0), R(0)));
        await purse.AuditAsync();
    }

    [Theory]
    [InlineData("limit_message", 4, 4)]
    [InlineData("limit_day", 5, 2)]
    [InlineData("limit_month", 5, 2)]
    public async Task A_limit_refuses_what_would_pass_it_and_says_what_is_left(
        string limit,
        long roubles,
        long left
    )
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(100));
        await purse.SqlAsync(
            $"UPDATE billing.wallet SET {limit} = {R(roubles).Micro} WHERE account_id = '{purse.Account}'"
        );
        await purse.CaptureAsync(await purse.HoldAsync(R(2)), R(1));
        await purse.HoldAsync(R(2));
        var problem = (
            await purse.TryHoldAsync(purse.Request(R(left) + new Money(1)))
        ).Problem.ShouldNotBeNull();
        problem.Code.ShouldBe("billing." + limit);
        problem.Args.ShouldBe([R(left) + new Money(1), R(left)]);
        await purse.HoldAsync(R(left));
        await purse.AuditAsync();
    }

    [Fact]
    public async Task A_closed_wallet_holds_nothing_and_is_given_nothing()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        await purse.SqlAsync(
            $"UPDATE billing.wallet SET status = 2 WHERE account_id = '{purse.Account}'"
        );
        foreach (var ceiling in new[] { R(0), R(1) })
            (await purse.TryHoldAsync(purse.Request(ceiling)))
                .Problem.ShouldNotBeNull()
                .Code.ShouldBe("billing.wallet_closed");
        (await purse.TryGrantAsync(LotClass.Real, R(1)))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.closed");
    }

    [Fact]
    public async Task A_hold_of_all_the_money_that_64_bits_can_say_is_refused_like_any_other()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(1));
        var all = new Money(long.MaxValue);
        (await purse.TryHoldAsync(purse.Request(all)))
            .Problem.ShouldNotBeNull()
            .Args.ShouldBe([all, R(1)]);
        await purse.ShouldHaveAsync(R(1), R(0));
    }

    [Fact]
    [Fault(21)]
    [Invariant(30)]
    public async Task A_hold_made_before_the_expiry_may_be_captured_after_it_and_the_rest_expires_in_sight()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Bonus, R(10), InAnHour);
        await purse.GrantAsync(LotClass.Real, R(10));
        var hold = await purse.HoldAsync(R(14));
        await purse.LapseAsync();
        (await purse.CaptureAsync(hold, R(4))).ShouldBe(R(4));
        await purse.ShouldHaveAsync(R(10), R(0));
        (
            await database.ScalarAsync<long>(
                $"SELECT amount FROM billing.transfer WHERE kind = 'Expire' AND idem_ref = '{hold}'"
            )
        ).ShouldBe(R(-6).Micro);
    }

    [Fact]
    public async Task A_release_after_the_expiry_gives_nothing_back_of_the_bonus()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Bonus, R(10), InAnHour);
        var hold = await purse.HoldAsync(R(10));
        await purse.LapseAsync();
        await purse.ReleaseAsync(hold);
        await purse.ReleaseAsync(hold);
        await purse.ShouldHaveAsync(R(0), R(0));
        (
            await database.ScalarAsync<bool>(
                $"SELECT closed FROM billing.lot JOIN billing.wallet w ON w.id = wallet_id WHERE w.account_id = '{purse.Account}'"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_frozen_wallet_spends_nothing_but_keeps_its_open_holds_and_free_models()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var open = await purse.HoldAsync(R(5));
        await purse.SqlAsync(
            $"UPDATE billing.wallet SET status = 1 WHERE account_id = '{purse.Account}'"
        );
        (await purse.TryHoldAsync(purse.Request(R(1))))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.wallet_frozen");
        (await purse.TryHoldAsync(purse.Request(R(0)))).Problem.ShouldBeNull();
        (await purse.CaptureAsync(open, R(2))).ShouldBe(R(2));
        await purse.ShouldHaveAsync(R(8), R(0));
    }

    [Fact]
    public async Task A_negative_quote_and_a_grant_of_nothing_are_refused()
    {
        var purse = Purse.New(database);
        (await purse.TryHoldAsync(purse.Request(new Money(-1))))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.amount_invalid");
        foreach (
            var outcome in new[]
            {
                await purse.TryGrantAsync(LotClass.Real, R(0)),
                await purse.TryGrantAsync(LotClass.Real, R(-1)),
                await purse.TryGrantAsync(LotClass.Real, R(1), InAnHour),
                await purse.TryGrantAsync(LotClass.Pack, R(1)),
            }
        )
            outcome.Problem.ShouldNotBeNull().Code.ShouldBe("billing.amount_invalid");
    }

    [Fact]
    [Fault(41)]
    public async Task A_balance_beyond_64_bits_is_refused_and_the_largest_one_works()
    {
        var purse = Purse.New(database);
        var all = new Money(long.MaxValue);
        await purse.GrantAsync(LotClass.Real, all);
        (await purse.TryGrantAsync(LotClass.Bonus, new Money(1)))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.too_large");
        var hold = await purse.HoldAsync(all);
        await purse.ShouldHaveAsync(R(0), all);
        (await purse.CaptureAsync(hold, new Money(1))).ShouldBe(new Money(1));
        await purse.ShouldHaveAsync(all - new Money(1), R(0));
    }

    [Fact]
    public async Task A_source_grants_once_and_never_something_else()
    {
        var purse = Purse.New(database);
        (await purse.GrantAsync(LotClass.Bonus, R(5), source: "one")).ShouldBeTrue();
        (await purse.GrantAsync(LotClass.Bonus, R(5), source: "one")).ShouldBeFalse();
        foreach (
            var outcome in new[]
            {
                await purse.TryGrantAsync(LotClass.Bonus, R(6), source: "one"),
                await Purse.New(database).TryGrantAsync(LotClass.Bonus, R(5), source: "one"),
            }
        )
            outcome.Problem.ShouldNotBeNull().Code.ShouldBe("billing.reused");
        await purse.ShouldHaveAsync(R(5), R(0));
    }
}
