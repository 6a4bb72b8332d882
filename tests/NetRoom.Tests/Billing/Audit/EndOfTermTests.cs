using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Billing.Sweeping;
using NetRoom.Kernel;
using NetRoom.Tests.Billing.Pages;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Audit;

[Collection(PostgresCollection.Name)]
public sealed class EndOfTermTests(Postgres postgres) : IAsyncLifetime
{
    private AuditDatabase ledger = null!;
    private Purse purse = null!;

    private CloseEntitlements Job => ledger.Get<CloseEntitlements>();

    public async Task InitializeAsync()
    {
        ledger = await AuditDatabase.CreateAsync(postgres);
        purse = Purse.New(ledger.Database);
        await ledger.Database.SubscriptionAsync("month", 300, 5);
    }

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task A_term_that_is_over_ends_once_and_all_of_its_price_is_earned()
    {
        await ledger.TopUpAsync(purse.Account, 300);
        await BuyAsync(renews: false);
        (await Job.CloseAsync(default)).ShouldBe(0);
        await PassAsync(days: 30);
        (await Task.WhenAll(Job.CloseAsync(default), Job.CloseAsync(default))).Sum().ShouldBe(1);
        (await TermsAsync()).ShouldBe("3");
        (await EarnedAsync()).ShouldBe(Purse.R(300).Micro);
        await purse.AuditAsync();
    }

    [Fact]
    public async Task A_term_that_renews_is_followed_by_another_that_the_balance_pays_once()
    {
        await ledger.TopUpAsync(purse.Account, 700);
        await BuyAsync(renews: true);
        await PassAsync(days: 30);
        await Task.WhenAll(Job.CloseAsync(default), Job.CloseAsync(default));
        (await Job.CloseAsync(default)).ShouldBe(0);
        (await TermsAsync()).ShouldBe("3 0");
        await purse.ShouldHaveAsync(Purse.R(100), Money.Zero);
        await purse.AuditAsync();
    }

    [Fact]
    public async Task Short_of_money_a_renewal_waits_three_days_for_a_top_up()
    {
        await ledger.TopUpAsync(purse.Account, 300);
        await BuyAsync(renews: true);
        await PassAsync(days: 32);
        (await Job.CloseAsync(default)).ShouldBe(0);
        (await TermsAsync()).ShouldBe("0");
        await ledger.TopUpAsync(purse.Account, 300);
        (await Job.CloseAsync(default)).ShouldBe(1);
        (await TermsAsync()).ShouldBe("3 0");
    }

    [Fact]
    public async Task Not_paid_for_after_three_days_it_ends_for_good()
    {
        await ledger.TopUpAsync(purse.Account, 300);
        await BuyAsync(renews: true);
        await PassAsync(days: 33);
        (await Job.CloseAsync(default)).ShouldBe(1);
        await ledger.TopUpAsync(purse.Account, 300);
        (await Job.CloseAsync(default)).ShouldBe(0);
        (await TermsAsync()).ShouldBe("3");
        await purse.ShouldHaveAsync(Purse.R(300), Money.Zero);
    }

    [Fact]
    public async Task What_is_no_longer_sold_ends_without_waiting()
    {
        await ledger.TopUpAsync(purse.Account, 700);
        await BuyAsync(renews: true);
        await ledger.Database.PublishAsync(
            Market.Blank("month", ProductKind.Subscription, 300) with
            {
                Days = 30,
                DayLimit = 5,
                OnSale = false,
            }
        );
        await PassAsync(days: 30);
        (await Job.CloseAsync(default)).ShouldBe(1);
        (await TermsAsync()).ShouldBe("3");
    }

    [Fact]
    public async Task A_plan_whose_refund_was_begun_ends_when_it_can_no_longer_be_asked_for()
    {
        await ledger.Database.UnlimitedAsync("all", 300, 5);
        await ledger.TopUpAsync(purse.Account, 300);
        await BuyAsync(renews: false, "all");
        await ledger.RunAsync("UPDATE billing.entitlement SET status = 1");
        await PassAsync(days: 30);
        (await Job.CloseAsync(default)).ShouldBe(1);
        (await TermsAsync()).ShouldBe("3");
        (await EarnedAsync()).ShouldBe(Purse.R(300).Micro);
    }

    private async Task BuyAsync(bool renews, string product = "month")
    {
        var outcome = await ledger.Database.InScopeAsync(services =>
            services
                .GetRequiredService<IEntitlements>()
                .BuyAsync(purse.Account, Ids.New(), product, renews, default)
        );
        outcome.Succeeded(out _, out var problem).ShouldBeTrue(problem?.Code);
    }

    private Task PassAsync(int days) =>
        ledger.RunAsync(
            $"""
            UPDATE billing.entitlement
               SET starts = starts - interval '{days} days', ends = ends - interval '{days} days',
                   refund_until = refund_until - interval '{days} days'
            """
        );

    private Task<string> TermsAsync() =>
        ledger.ScalarAsync<string>(
            "SELECT string_agg(status::text, ' ' ORDER BY ends) FROM billing.entitlement"
        );

    private Task<long> EarnedAsync() =>
        ledger.ScalarAsync<long>(
            "SELECT coalesce(sum(amount) FILTER (WHERE cr = 200), 0)::bigint FROM billing.posting"
        );
}
