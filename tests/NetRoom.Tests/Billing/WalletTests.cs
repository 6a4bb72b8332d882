using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

[Collection(PostgresCollection.Name)]
public sealed class WalletTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private readonly TestDatabase database = ledger.Database;

    [Fact]
    public async Task An_account_without_a_wallet_has_nothing_and_may_hold_nothing()
    {
        var nobody = Purse.New(database);
        (await nobody.BalanceAsync()).ShouldBe(
            new Balance(default, default, default, default, default, default)
        );
        var outcome = await nobody.TryHoldAsync(nobody.Request(R(1)));
        outcome.Problem.ShouldNotBeNull().Code.ShouldBe("billing.balance_short");
        outcome.Problem.Args.ShouldBe([R(1), R(0)]);
    }

    [Fact]
    public async Task Bonus_is_spent_before_compensation_and_real_money_and_the_sooner_to_expire_first()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10), source: "a");
        await purse.GrantAsync(LotClass.Compensation, R(10), source: "b");
        await purse.GrantAsync(LotClass.Bonus, R(10), InAnHour.AddDays(2), source: "later");
        await purse.GrantAsync(LotClass.Bonus, R(10), InAnHour.AddDays(1), source: "sooner");
        var hold = await purse.HoldAsync(R(35));
        var order = await database.ScalarAsync<string>(
            $"""
            SELECT string_agg(source_id || ' ' || amount / 1000000, ', ' ORDER BY seq)
              FROM billing.posting p JOIN billing.lot l ON l.id = p.lot_id WHERE transfer_id = '{hold}'
            """
        );
        order.ShouldBe("sooner 10, later 10, b 10, a 5");
    }

    [Fact]
    public async Task A_partial_capture_eats_the_lots_in_order_and_the_rest_returns_to_the_same_lots()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(100));
        await purse.GrantAsync(LotClass.Bonus, R(10), InAnHour);
        var hold = await purse.HoldAsync(R(30));
        (await purse.CaptureAsync(hold, R(12))).ShouldBe(R(12));
        var balance = await purse.BalanceAsync();
        (balance.Bonus, balance.Real, balance.Held).ShouldBe((R(0), R(98), R(0)));
        await purse.AuditAsync();
    }

    [Fact]
    public async Task A_release_restores_every_lot()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(5));
        await purse.GrantAsync(LotClass.Bonus, R(5), InAnHour);
        var before = await purse.BalanceAsync();
        await purse.ReleaseAsync(await purse.HoldAsync(R(8)));
        (await purse.BalanceAsync()).ShouldBe(before);
        await purse.AuditAsync();
    }

    [Fact]
    public async Task A_hold_above_the_balance_says_what_is_there_and_leaves_nothing()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(5));
        var outcome = await purse.TryHoldAsync(purse.Request(R(6)));
        outcome.Problem.ShouldNotBeNull().Args.ShouldBe([R(6), R(5)]);
        (await CountAsync("hold", purse)).ShouldBe(0);
        await purse.ShouldHaveAsync(R(5), R(0));
    }

    [Fact]
    public async Task The_same_hold_asked_again_is_the_same_hold()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(4));
        for (var time = 0; time < 3; time++)
            (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
        await purse.ShouldHaveAsync(R(6), R(4));
    }

    [Fact]
    public async Task A_hold_that_is_over_is_not_given_again_so_no_run_is_free()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(4));
        await purse.TryHoldAsync(request);
        await purse.ReleaseAsync(request.Id);
        (await purse.TryHoldAsync(request))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.hold_resolved");
        await purse.ShouldHaveAsync(R(10), R(0));
    }

    [Fact]
    public async Task An_id_or_a_job_of_another_hold_is_refused()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var first = purse.Request(R(4));
        await purse.TryHoldAsync(first);
        foreach (
            var reused in new[]
            {
                purse.Request(R(4)) with
                {
                    Id = first.Id,
                },
                purse.Request(R(4)) with
                {
                    JobId = first.JobId,
                },
                first with
                {
                    Quote = first.Quote with { Ceiling = R(5) },
                },
                Purse.New(database).Request(R(0)) with
                {
                    Id = first.Id,
                },
            }
        )
            (await purse.TryHoldAsync(reused))
                .Problem.ShouldNotBeNull()
                .Code.ShouldBe("billing.hold_reused");
        await purse.ShouldHaveAsync(R(6), R(4));
    }

    [Fact]
    public async Task A_capture_twice_takes_once_and_answers_the_same()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var hold = await purse.HoldAsync(R(5));
        (await purse.CaptureAsync(hold, R(3))).ShouldBe(R(3));
        (await purse.CaptureAsync(hold, R(5))).ShouldBe(R(3));
        await purse.ReleaseAsync(hold);
        await purse.ShouldHaveAsync(R(7), R(0));
    }

    [Fact]
    public async Task A_capture_after_a_release_takes_nothing()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var hold = await purse.HoldAsync(R(5));
        await purse.ReleaseAsync(hold, "Provider said: no, \"thanks\"");
        (await purse.CaptureAsync(hold, R(3))).ShouldBe(R(0));
        await purse.ShouldHaveAsync(R(10), R(0));
        (
            await database.ScalarAsync<string>(
                "SELECT reason FROM billing.transfer WHERE kind = 'Release' AND idem_ref = '"
                    + hold
                    + "'"
            )
        ).ShouldBe("other");
    }

    [Theory]
    [InlineData(5_000_001)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task A_charge_outside_of_its_hold_is_refused_whole(long micro)
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var hold = await purse.HoldAsync(R(5));
        (await purse.TryCaptureAsync(hold, new Money(micro)))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.amount_invalid");
        await purse.ShouldHaveAsync(R(5), R(5));
        (await purse.CaptureAsync(hold, R(5))).ShouldBe(R(5));
    }

    [Fact]
    public async Task A_hold_that_nobody_made_cannot_be_captured_or_released()
    {
        var purse = Purse.New(database);
        foreach (
            var outcome in new[]
            {
                await purse.TryCaptureAsync(Ids.New(), R(1)),
                await purse.TryReleaseAsync(Ids.New()),
            }
        )
            outcome.Problem.ShouldNotBeNull().Code.ShouldBe("billing.no_hold");
    }

    [Fact]
    public async Task A_free_run_needs_no_money_and_resolves_once_like_any_other()
    {
        var purse = Purse.New(database);
        var request = purse.Request(R(0));
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
        (await purse.CaptureAsync(request.Id, R(0))).ShouldBe(R(0));
        (await purse.TryHoldAsync(request))
            .Problem.ShouldNotBeNull()
            .Code.ShouldBe("billing.hold_resolved");
        (await CountAsync("transfer", purse)).ShouldBe(0);
        await purse.ShouldHaveAsync(R(0), R(0));
    }

    [Fact]
    public async Task A_charge_of_zero_is_a_release_that_keeps_its_charge()
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var hold = await purse.HoldAsync(R(5));
        (await purse.CaptureAsync(hold, R(0))).ShouldBe(R(0));
        await purse.ShouldHaveAsync(R(10), R(0));
        (
            await database.ScalarAsync<long>(
                $"SELECT uncapped FROM billing.hold WHERE id = '{hold}' AND lines IS NOT NULL"
            )
        ).ShouldBe(0);
        (
            await database.ScalarAsync<string>(
                $"SELECT reason FROM billing.transfer WHERE idem_ref = '{hold}' AND kind = 'Release'"
            )
        ).ShouldBe("zero_charge");
    }

    private Task<long> CountAsync(string table, Purse purse) =>
        database.ScalarAsync<long>(
            $"SELECT count(*) FROM billing.{table} t JOIN billing.wallet w ON w.id = t.wallet_id WHERE w.account_id = '{purse.Account}'"
        );
}
