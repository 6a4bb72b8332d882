using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Billing.Pages;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Generation.FakeChatClient;
using QuoteMaker = NetRoom.Generation.Quotes.Quotes;

namespace NetRoom.Tests.Generation;

/// <summary>What pays for a run: chosen in the quote, held, and settled with what was chosen.</summary>
[Collection(PostgresCollection.Name)]
public sealed class FundingTests(Postgres postgres) : IAsyncLifetime
{
    private const int In = 1_000;
    private const int Out = 500;
    private bool fails;
    private Node node = null!;
    private Purse purse = null!;

    public async Task InitializeAsync()
    {
        node = await Node.FirstAsync(
            postgres,
            _ => fails ? Of() : Of(Says("Hello"), Ends(In, Out))
        );
        purse = Purse.New(node.Database);
        await purse.GrantAsync(LotClass.Real, Money.Roubles(1_000));
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task With_nothing_else_the_balance_pays()
    {
        (await RunAsync()).Kind.ShouldBe(FundingKind.Wallet);
        node.Told.ShouldHaveSingleItem().Charged.ShouldBe(new Money(125_000));
    }

    [Fact]
    public async Task The_free_tier_comes_first_and_counts_down_by_the_day()
    {
        await node.Database.PublishAsync(
            Market.Blank("free", ProductKind.Free, 0) with
            {
                DayLimit = 2,
            }
        );
        await node.Database.SubscriptionAsync("month", 300, 5);
        await BuyAsync("month");
        (await RunAsync()).Kind.ShouldBe(FundingKind.Free);
        (await RunAsync()).Kind.ShouldBe(FundingKind.Free);
        (await RunAsync()).Kind.ShouldBe(FundingKind.Subscription);
        await purse.ShouldHaveAsync(Money.Roubles(700), Money.Zero);
        (await ListAsync()).Select(it => it.LeftToday).ShouldBe([0, 4]);
    }

    [Fact]
    public async Task A_run_that_fails_gives_its_unit_back()
    {
        await node.Database.SubscriptionAsync("month", 300, 1);
        await BuyAsync("month");
        fails = true;
        (await RunAsync()).Kind.ShouldBe(FundingKind.Subscription);
        (await ListAsync()).ShouldHaveSingleItem().LeftToday.ShouldBe(1);
        fails = false;
        (await RunAsync()).Kind.ShouldBe(FundingKind.Subscription);
        (await RunAsync()).Kind.ShouldBe(FundingKind.Wallet);
    }

    [Fact]
    public async Task An_unlimited_plan_pays_before_a_pack_and_counts_its_runs()
    {
        await node.Database.PackAsync("pack", 100, 100_000);
        await node.Database.UnlimitedAsync("all", 300, 5);
        await BuyAsync("pack");
        await BuyAsync("all");
        (await RunAsync()).Kind.ShouldBe(FundingKind.Unlimited);
        var views = await ListAsync();
        views.Select(it => it.Product.Id).ShouldBe(["all", "pack"]);
        (views[0].Used, views[1].TokensLeft).ShouldBe((1L, 100_000L));
        await purse.ShouldHaveAsync(Money.Roubles(600), Money.Zero);
    }

    [Fact]
    public async Task A_pack_gives_the_tokens_that_were_used_and_earns_their_share_of_the_price()
    {
        await node.Database.PackAsync("pack", 100, 100_000);
        await BuyAsync("pack");
        var funding = await RunAsync();
        funding.Kind.ShouldBe(FundingKind.Pack);
        funding.Tokens.ShouldBeGreaterThan(In + Out);
        (await ListAsync()).ShouldHaveSingleItem().TokensLeft.ShouldBe(100_000 - In - Out);
        (
            await node.Database.ScalarAsync<long>(
                "SELECT sum(amount)::bigint FROM billing.posting WHERE dr = 210 AND cr = 200"
            )
        ).ShouldBe(Money.Roubles(100).Micro * (In + Out) / 100_000);
        await purse.ShouldHaveAsync(Money.Roubles(900), Money.Zero);
        await purse.AuditAsync();
    }

    [Fact]
    public async Task A_pack_that_is_too_small_for_the_shortest_answer_leaves_it_to_the_balance()
    {
        await node.Database.PackAsync("pack", 100, 300);
        await BuyAsync("pack");
        (await RunAsync()).Kind.ShouldBe(FundingKind.Wallet);
    }

    [Fact]
    public async Task A_quote_of_a_unit_that_is_gone_by_now_is_refused_and_holds_nothing()
    {
        await node.Database.SubscriptionAsync("month", 300, 1);
        await BuyAsync("month");
        var early = await QuoteAsync();
        await RunAsync();
        var outcome = await StartAsync(early);
        outcome.Problem.ShouldNotBeNull().Code.ShouldBe("billing.quota_day");
        await purse.ShouldHaveAsync(Money.Roubles(700), Money.Zero);
    }

    private async Task<Funding> RunAsync()
    {
        var quote = await QuoteAsync();
        var outcome = await StartAsync(quote);
        outcome.Succeeded(out var run, out var problem).ShouldBeTrue(problem?.Code);
        await node.LaunchAsync(run!);
        await node.ReadAsync(run!.RunId);
        return quote.Funding;
    }

    private Task<IReadOnlyList<EntitlementView>> ListAsync() =>
        node.Database.InScopeAsync(services =>
            services.GetRequiredService<IEntitlements>().ListAsync(purse.Account, default)
        );

    private async Task<Quote> QuoteAsync()
    {
        var balance = await purse.BalanceAsync();
        var owned = await ListAsync();
        var outcome = await node.Database.InScopeAsync(services =>
            Task.FromResult(
                services
                    .GetRequiredService<QuoteMaker>()
                    .For(
                        new(FakeMarket.Model(), new TextSize(40, 0), null, balance.Available)
                        {
                            Entitlements = owned,
                        }
                    )
            )
        );
        outcome.Succeeded(out var quote, out var problem).ShouldBeTrue(problem?.Code);
        return quote!;
    }

    private async Task<Outcome<RunRequest>> StartAsync(Quote quote)
    {
        var request = new RunRequest(
            Ids.New(),
            purse.Account,
            Node.Owner.Name,
            Ids.New(),
            FakeMarket.Model(),
            [new(ChatRole.User, "hello")],
            null,
            quote
        );
        var outcome = await node.Database.InScopeAsync(services =>
            services.GetRequiredService<IGenerations>().StartAsync(request, default)
        );
        return outcome.Problem is { } problem ? problem : request;
    }

    private async Task BuyAsync(string product)
    {
        var outcome = await node.Database.InScopeAsync(services =>
            services
                .GetRequiredService<IEntitlements>()
                .BuyAsync(purse.Account, Ids.New(), product, false, default)
        );
        outcome.Succeeded(out _, out var problem).ShouldBeTrue(problem?.Code);
    }
}
