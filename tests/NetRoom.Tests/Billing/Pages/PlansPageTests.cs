using System.Net;
using AngleSharp.Dom;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Pages;

[Collection(PostgresCollection.Name)]
public sealed class PlansPageTests(LedgerDatabase ledger)
    : IClassFixture<LedgerDatabase>,
        IAsyncLifetime
{
    private const string Plans = "/balance/plans";
    private readonly Purse purse = Purse.New(ledger.Database);
    private readonly string id = $"p{Ids.New():N}"[..30];
    private BillingSite site = null!;

    public async Task InitializeAsync() => site = await BillingSite.StartAsync(ledger.Database);

    public async Task DisposeAsync() => await site.DisposeAsync();

    private static string Buy(string product) =>
        $"li.panel:has(input[value='{product}']) form[action$=buy]";

    private async Task<IElement> OfferAsync(string name) =>
        (await site.PageAsync(purse.Account, Plans))
            .QuerySelectorAll("li.panel")
            .Single(offer => offer.Read().StartsWith($"Plan {name} ", StringComparison.Ordinal));

    private async Task<IElement> HoldingAsync() =>
        (await site.PageAsync(purse.Account, "/balance")).QuerySelector(".holdings")!;

    private async Task BuyAsync(string product) =>
        (await site.SendAsync(purse.Account, Plans, Buy(product)))
            .Single()
            .Status.ShouldBe(HttpStatusCode.Redirect);

    [Fact]
    public async Task A_pack_says_its_terms_before_its_price_and_its_price_before_its_button()
    {
        await ledger.Database.PackAsync(id, 200, 1_000_000);
        await purse.GrantAsync(LotClass.Real, R(500));
        var offer = (await OfferAsync(id)).Read();
        offer.ShouldContain("Tokens: 1,000,000");
        offer.ShouldContain("Term, days: 30");
        offer.ShouldContain("Models: all text models");
        offer.ShouldContain("200.00 ₽ Buy for 200.00 ₽");
    }

    [Fact]
    public async Task A_purchase_sent_twice_at_once_is_one_purchase()
    {
        await ledger.Database.PackAsync(id, 200, 1_000_000);
        await purse.GrantAsync(LotClass.Real, R(500));
        var answers = await site.SendAsync(purse.Account, Plans, Buy(id), times: 4);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Redirect);
        await purse.ShouldHaveAsync(R(300), R(0));
        (await HoldingAsync()).Read().ShouldContain("Tokens left 1,000,000 of 1,000,000");

        var page = await site.PageAsync(purse.Account, "/balance?category=pack");
        page.Lines()
            .ShouldBe(
                [$"Tokens of “Plan {id}” pack +1,000,000 tokens", $"Plan {id} pack −200.00 ₽"],
                ignoreOrder: true
            );
        var bought = page.QuerySelectorAll("tbody a")
            .Single(link => link.TextContent == $"Plan {id}");
        var receipt = (await site.PageAsync(purse.Account, bought.GetAttribute("href")!))
            .QuerySelector(".panel")!
            .Read();
        receipt.ShouldContain($"Bought: Plan {id} Tokens 1,000,000");
        receipt.ShouldContain("Paid with your money 200.00 ₽");
        var (_, csv) = await site.GetAsync(purse.Account, "/balance/statement.csv?category=pack");
        csv.ShouldContain($",1000000,TOK:{id},,1000000,");
    }

    [Fact]
    public async Task A_page_left_open_in_another_tab_does_not_buy_a_second_one_unasked()
    {
        await ledger.Database.SubscriptionAsync(id, 200, 20);
        await purse.GrantAsync(LotClass.Real, R(500));
        await BuyAsync(id);
        var (status, body) = (
            await site.SendAsync(
                purse.Account,
                Plans,
                Buy(id),
                new Dictionary<string, string> { ["owned"] = "0" }
            )
        ).Single();
        status.ShouldBe(HttpStatusCode.Conflict);
        body.ShouldContain("You have bought this meanwhile");
        await purse.ShouldHaveAsync(R(300), R(0));
        // Who wants another one may have it: the page says that it would be the second.
        (await OfferAsync(id))
            .Read()
            .ShouldContain("You have it already.");
        await BuyAsync(id);
        await purse.ShouldHaveAsync(R(100), R(0));
    }

    [Fact]
    public async Task Short_of_money_a_purchase_says_by_how_much_and_takes_nothing()
    {
        await ledger.Database.PackAsync(id, 200, 1_000);
        await purse.GrantAsync(LotClass.Real, R(500));
        var spent = await site.PageAsync(purse.Account, Plans);
        spent.QuerySelector(Buy(id)).ShouldNotBeNull();
        await ledger.Database.PackAsync(id + "-2", 400, 1_000);
        await BuyAsync(id + "-2");
        (await OfferAsync(id)).Read().ShouldContain("The balance is 100.00 ₽ short of this price.");
        (await OfferAsync(id)).QuerySelector("form").ShouldBeNull();

        // The form of a page that was opened before.
        var rich = Purse.New(ledger.Database);
        await rich.GrantAsync(LotClass.Real, R(500));
        var (status, body) = (
            await site.SendAsync(rich.Account, Plans, Buy(id), sender: purse.Account)
        ).Single();
        status.ShouldBe(HttpStatusCode.PaymentRequired);
        WebUtility.HtmlDecode(body).ShouldContain("100.00\u00A0₽ more is needed");
        await purse.ShouldHaveAsync(R(100), R(0));
    }

    [Fact]
    public async Task Terms_that_changed_while_the_page_was_open_are_shown_again()
    {
        await ledger.Database.PackAsync(id, 200, 1_000);
        await purse.GrantAsync(LotClass.Real, R(500));
        var (status, body) = (
            await site.SendAsync(
                purse.Account,
                Plans,
                Buy(id),
                new Dictionary<string, string> { ["version"] = "7" }
            )
        ).Single();
        status.ShouldBe(HttpStatusCode.Conflict);
        body.ShouldContain("The terms have changed");
        await purse.ShouldHaveAsync(R(500), R(0));
    }

    [Fact]
    public async Task A_subscription_says_what_is_left_and_may_stop_renewing_and_go_on_after_all()
    {
        await ledger.Database.SubscriptionAsync(id, 300, 20);
        await purse.GrantAsync(LotClass.Real, R(500));
        await site.SendAsync(
            purse.Account,
            Plans,
            Buy(id),
            new Dictionary<string, string> { ["renews"] = "true" }
        );
        var mine = (await HoldingAsync()).Read();
        mine.ShouldContain("Left today 20 of 20 The day's count begins anew");
        mine.ShouldContain("Left in the whole term 200 of 200 Renews");
        (await site.SendAsync(purse.Account, "/balance", "form[action$=renewal]"))
            .Single()
            .Status.ShouldBe(HttpStatusCode.Redirect);
        (await HoldingAsync()).Read().ShouldContain("Ends");
        await site.SendAsync(purse.Account, "/balance", "form[action$=renewal]");
        (await HoldingAsync()).Read().ShouldContain("Do not renew");
        (
            await site.SendAsync(
                purse.Account,
                "/balance",
                "form[action$=renewal]",
                sender: Ids.New()
            )
        )
            .Single()
            .Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_renewal_that_waits_for_money_says_so_and_can_be_called_off()
    {
        await ledger.Database.SubscriptionAsync(id, 300, 20);
        await purse.GrantAsync(LotClass.Real, R(300));
        await site.SendAsync(
            purse.Account,
            Plans,
            Buy(id),
            new Dictionary<string, string> { ["renews"] = "true" }
        );
        await purse.SqlAsync(
            $"UPDATE billing.entitlement SET starts = starts - interval '31 days', ends = ends - interval '31 days' WHERE product_id = '{id}'"
        );
        (await HoldingAsync()).Read().ShouldContain("It is renewed for 300.00 ₽ as soon as");
        await site.SendAsync(purse.Account, "/balance", "form[action$=renewal]");
        (await site.GetAsync(purse.Account, "/balance")).Body.ShouldNotContain("It is renewed for");
    }

    [Fact]
    public async Task An_upgrade_shows_the_difference_before_its_button()
    {
        await ledger.Database.SubscriptionAsync(id, 300, 20);
        await purse.GrantAsync(LotClass.Real, R(1_000));
        await BuyAsync(id);
        var bigger = id + "-2";
        await ledger.Database.SubscriptionAsync(bigger, 600, 50);
        var offer = (await OfferAsync(bigger)).Read();
        offer.ShouldContain($"Instead of “Plan {id}”: its unused part, 299.9");
        offer.ShouldContain("Change, paying 300.0");
        var answers = await site.SendAsync(
            purse.Account,
            Plans,
            $"li.panel:has(input[value='{bigger}']) form[action$=upgrade]",
            times: 3
        );
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Redirect);
        (await HoldingAsync()).Read().ShouldContain("50 of 50");
        (await HoldingAsync()).QuerySelectorAll("li.panel").Length.ShouldBe(1);
        (await purse.BalanceAsync()).Available.ShouldBeInRange(R(399), R(400));
    }

    [Fact]
    public async Task A_refund_shows_how_it_is_computed_and_returns_that()
    {
        await ledger.Database.PackAsync(id, 200, 1_000);
        await purse.GrantAsync(LotClass.Bonus, R(50), InAnHour);
        await purse.GrantAsync(LotClass.Real, R(150));
        await BuyAsync(id);
        await purse.ShouldHaveAsync(R(0), R(0));
        (await HoldingAsync()).Read().ShouldContain("A refund would bring now 200.00 ₽");
        var address = (await HoldingAsync())
            .QuerySelector("a[href*=refund]")!
            .GetAttribute("href")!;
        var page = (await site.PageAsync(purse.Account, address)).QuerySelector(".panel")!.Read();
        page.ShouldContain("Paid with your money 150.00 ₽ Paid with bonuses 50.00 ₽");
        page.ShouldContain("Tokens in the pack 1,000 Unused 1,000");
        page.ShouldContain("Comes back now 200.00 ₽ Return it for 200.00 ₽");

        (await site.GetAsync(Ids.New(), address)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.SendAsync(purse.Account, address, ".plan-return", sender: Ids.New()))
            .Single()
            .Status.ShouldBe(HttpStatusCode.NotFound);
        await purse.ShouldHaveAsync(R(0), R(0));

        await site.SendAsync(purse.Account, address, ".plan-return", times: 2);
        await purse.ShouldHaveAsync(R(200), R(0));
        (await purse.BalanceAsync()).Real.ShouldBe(R(150));
        (await site.PageAsync(purse.Account, "/balance?show=refunds&category=pack"))
            .Lines()
            .ShouldBe([
                "Money back to the balance pack Refund +200.00 ₽",
                $"Refund: Plan {id} pack Refund −1,000 tokens",
            ]);
    }

    [Fact]
    public async Task An_unlimited_plan_says_until_when_and_what_it_would_return()
    {
        await ledger.Database.UnlimitedAsync(id, 400, 10);
        await purse.GrantAsync(LotClass.Real, R(500));
        await BuyAsync(id);
        var mine = (await HoldingAsync()).Read();
        mine.ShouldContain("Runs so far 0 Ends");
        mine.ShouldContain("May be returned until");
        mine.ShouldContain("A refund would bring now 400.00 ₽");
    }

    [Fact]
    public async Task Pages_are_whole_in_Russian()
    {
        await ledger.Database.SubscriptionAsync(id, 300, 20);
        await ledger.Database.UnlimitedAsync(id + "-2", 100, 10);
        await purse.GrantAsync(LotClass.Real, R(500));
        await BuyAsync(id + "-2");
        var refund = (await HoldingAsync()).QuerySelector("a[href*=refund]")!.GetAttribute("href")!;
        foreach (var path in new[] { "/balance", Plans, refund, "/balance/limits" })
        {
            var main = (await site.PageAsync(purse.Account, path, "ru")).QuerySelector("main")!;
            foreach (var zones in main.QuerySelectorAll("select"))
                zones.Remove();
            main.Read()
                .Split(' ')
                .Where(word => word.Any(char.IsAsciiLetter))
                .Where(word =>
                    !word.Contains(id, StringComparison.Ordinal)
                    && !word.StartsWith("p0", StringComparison.Ordinal)
                )
                .Except(["UTC", "CSV", "IANA,", "Asia/Tokyo"])
                .ShouldBeEmpty(path);
        }
    }
}
