using System.Globalization;
using System.Net;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Pages;

[Collection(PostgresCollection.Name)]
public sealed class StatementPageTests(LedgerDatabase ledger)
    : IClassFixture<LedgerDatabase>,
        IAsyncLifetime
{
    private readonly Purse purse = Purse.New(ledger.Database);
    private BillingSite site = null!;

    public async Task InitializeAsync() => site = await BillingSite.StartAsync(ledger.Database);

    public async Task DisposeAsync() => await site.DisposeAsync();

    private async Task<Guid> SpendAsync(SpendCategory category, long roubles)
    {
        var request = purse.Request(R(roubles)) with { Category = category };
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
        await purse.CaptureAsync(request.Id, R(roubles));
        return request.JobId;
    }

    [Fact]
    public async Task Filters_choose_by_kind_of_movement_and_by_category_and_count_what_they_chose()
    {
        await purse.GrantAsync(LotClass.Real, R(100));
        await purse.GrantAsync(LotClass.Bonus, R(10), InAnHour);
        await SpendAsync(SpendCategory.Text, 3);
        await SpendAsync(SpendCategory.Image, 20);

        (await site.PageAsync(purse.Account, "/balance?show=spending"))
            .Lines()
            .ShouldBe(["Sandbox mini image −20.00 ₽", "Sandbox mini text −3.00 ₽"]);
        (await site.PageAsync(purse.Account, "/balance?show=credits&category=bonus"))
            .Lines()
            .ShouldBe(["Bonus bonus +10.00 ₽"]);
        var images = await site.PageAsync(purse.Account, "/balance?category=image");
        images.Lines().ShouldBe(["Sandbox mini image −20.00 ₽"]);
        images
            .QuerySelector(".statement-total")!
            .Read()
            .ShouldBe("Credited 0.00 ₽ Spent 20.00 ₽ Returned 0.00 ₽");
        images.QuerySelector("option[value=image]")!.HasAttribute("selected").ShouldBeTrue();
        (await site.PageAsync(purse.Account, "/balance?category=video"))
            .QuerySelector(".empty h2")!
            .TextContent.ShouldBe("No such lines");
        // What an address cannot mean is left out.
        (await site.PageAsync(purse.Account, "/balance?show=7&category=x&month=2026-13"))
            .Lines()
            .Length.ShouldBe(4);

        var (_, csv) = await site.GetAsync(purse.Account, "/balance/statement.csv?category=image");
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Months_are_those_of_the_wallets_clock()
    {
        await purse.GrantAsync(LotClass.Real, R(5));
        var now = TimeProvider.System.GetUtcNow();
        var zone = now.Hour < 12 ? "Etc/GMT+12" : "Pacific/Kiritimati";
        await purse.SqlAsync(
            $"UPDATE billing.wallet SET tz = '{zone}' WHERE account_id = '{purse.Account}'"
        );
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        var month = local.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var page = await site.PageAsync(purse.Account, $"/balance?month={month}");
        page.Lines().ShouldBe(["Your money top-up +5.00 ₽"]);
        page.QuerySelector(".ledger-month th")!
            .TextContent.ShouldBe(local.ToString("MMMM yyyy", CultureInfo.GetCultureInfo("en")));
        (await site.PageAsync(purse.Account, "/balance?month=2020-01")).Lines().ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_lead_back_as_they_lead_on()
    {
        for (var n = 1; n <= 120; n++)
            await purse.GrantAsync(LotClass.Real, new Money(n * 10_000L));
        var first = await site.PageAsync(purse.Account, "/balance?show=credits");
        var second = await site.PageAsync(
            purse.Account,
            first.QuerySelector("a[rel=next]")!.GetAttribute("href")!
        );
        var third = await site.PageAsync(
            purse.Account,
            second.QuerySelector("a[rel=next]")!.GetAttribute("href")!
        );
        third.QuerySelector("a[rel=next]").ShouldBeNull();
        third.Lines().Length.ShouldBe(20);
        var back = await site.PageAsync(
            purse.Account,
            third.QuerySelector("a[rel=prev]")!.GetAttribute("href")!
        );
        back.Lines().ShouldBe(second.Lines());
        var start = await site.PageAsync(
            purse.Account,
            back.QuerySelector("a[rel=prev]")!.GetAttribute("href")!
        );
        start.Lines().ShouldBe(first.Lines());
        start.QuerySelector("a[rel=prev]").ShouldBeNull();
    }

    [Fact]
    public async Task A_debt_is_a_line_with_a_receipt_and_says_why_nothing_can_be_spent()
    {
        await purse.OweAsync(LotClass.Real, R(40));
        await purse.GrantAsync(LotClass.Bonus, R(7), InAnHour);
        var page = await site.PageAsync(purse.Account, "/balance");
        page.QuerySelector(".big.money")!.TextContent.ShouldBe("0.00\u00A0₽");
        page.QuerySelector(".card")!.Read().ShouldContain("You owe 40.00 ₽");
        page.QuerySelector(".card")!.Read().ShouldContain("Nothing can be spent");
        page.QuerySelector(".panel .owed")!
            .Read()
            .ShouldBe("You owe, for a payment that was taken back −40.00 ₽");
        var debts = await site.PageAsync(purse.Account, "/balance?show=refunds");
        debts
            .Lines()
            .ShouldBe(["Payment taken back by the bank top-up Adjustment 40.00 ₽ more is owed"]);
        var receipt = await site.PageAsync(
            purse.Account,
            debts.QuerySelector("tbody a")!.GetAttribute("href")!
        );
        receipt.QuerySelector(".panel")!.Read().ShouldContain("Owed since: 40.00 ₽ more.");

        await purse.GrantAsync(LotClass.Real, R(50));
        var paid = await site.PageAsync(purse.Account, "/balance");
        paid.QuerySelector(".card").ShouldBeNull();
        paid.QuerySelector(".big.money")!.TextContent.ShouldBe("17.00\u00A0₽");
        paid.Lines()[0].ShouldBe("Debt paid top-up −40.00 ₽ 40.00 ₽ less is owed");

        var (_, csv) = await site.GetAsync(purse.Account, "/balance/statement.csv");
        csv.ShouldContain(",Payment taken back by the bank,,0.00,RUB,40.00,");
        csv.ShouldContain(",Debt paid,,-40.00,RUB,-40.00,");
    }

    [Fact]
    public async Task A_frozen_and_a_closed_wallet_say_so()
    {
        await purse.GrantAsync(LotClass.Real, R(5));
        foreach (
            var (status, words) in new[]
            {
                (1, "Spending is frozen"),
                (2, "This balance is closed"),
            }
        )
        {
            await purse.SqlAsync(
                $"UPDATE billing.wallet SET status = {status} WHERE account_id = '{purse.Account}'"
            );
            (await site.PageAsync(purse.Account, "/balance"))
                .QuerySelector(".card")!
                .Read()
                .ShouldContain(words);
        }
    }

    [Fact]
    public async Task What_is_returned_of_a_charge_is_a_line_of_its_own_and_in_its_receipt()
    {
        await purse.GrantAsync(LotClass.Real, R(30));
        var job = await SpendAsync(SpendCategory.Text, 12);
        await purse.SqlAsync(
            $"""
            SELECT billing.return_charge(uuidv7(), h.id, 5000000, 0, 'mistake', NULL)
              FROM billing.hold h WHERE h.job_id = '{job}'
            """
        );
        var page = await site.PageAsync(purse.Account, "/balance?show=refunds");
        page.Lines().ShouldBe(["Money back to the balance other Refund +5.00 ₽"]);
        page.QuerySelector(".statement-total")!.Read().ShouldEndWith("Returned 5.00 ₽");
        (await site.PageAsync(purse.Account, $"/balance/receipts/by-job/{job}"))
            .QuerySelector(".panel")!
            .Read()
            .ShouldContain("Of this, 5.00 ₽ came back later");
    }

    [Fact]
    public async Task Nothing_is_on_sale_and_nothing_is_had_until_there_is()
    {
        var (status, _) = await site.GetAsync(purse.Account, "/balance/plans");
        status.ShouldBe(HttpStatusCode.OK);
        (await site.PageAsync(purse.Account, "/balance/plans"))
            .QuerySelector(".empty h2")!
            .TextContent.ShouldBe("Nothing is on sale now");
        (await site.PageAsync(purse.Account, "/balance"))
            .QuerySelector(".holdings")!
            .Read()
            .ShouldContain("every run is paid from the balance");
    }
}
