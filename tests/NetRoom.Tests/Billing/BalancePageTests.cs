using System.Net;
using AngleSharp.Dom;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

[Collection(PostgresCollection.Name)]
public sealed class BalancePageTests(LedgerDatabase ledger)
    : IClassFixture<LedgerDatabase>,
        IAsyncLifetime
{
    private readonly Purse purse = Purse.New(ledger.Database);
    private BillingSite site = null!;

    public async Task InitializeAsync() => site = await BillingSite.StartAsync(ledger.Database);

    public async Task DisposeAsync() => await site.DisposeAsync();

    private async Task<HoldRequest> RunAsync(Money ceiling, Charge charge)
    {
        var request = purse.Request(ceiling);
        request = request with
        {
            Quote = request.Quote with { CoefficientPpm = charge.CoefficientPpm },
        };
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
        await purse.WithAsync(wallet => wallet.CaptureAsync(request.Id, charge, default));
        return request;
    }

    private static string Squeeze(IElement element) =>
        string.Join(
            ' ',
            element
                .Descendants<IText>()
                .SelectMany(text =>
                    text.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
        );

    [Fact]
    public async Task The_balance_is_one_number_with_its_parts_and_what_is_held()
    {
        await purse.GrantAsync(LotClass.Real, R(100));
        await purse.GrantAsync(LotClass.Bonus, R(38), InAnHour);
        await purse.GrantAsync(LotClass.Compensation, R(10));
        await purse.HoldAsync(R(8));
        await purse.HoldAsync(R(6));
        var page = await site.PageAsync(purse.Account, "/balance");
        page.QuerySelector(".big.money")!.TextContent.ShouldBe("134.00\u00A0₽");
        page.QuerySelectorAll(".legend .money")
            .Select(money => money.TextContent)
            .ShouldBe([
                "24.00\u00A0₽",
                "10.00\u00A0₽",
                "100.00\u00A0₽",
                "14.00\u00A0₽",
                "6.00\u00A0₽",
                "8.00\u00A0₽",
            ]);
        Squeeze(page.QuerySelector(".balance-soon")!).ShouldStartWith("24.00 ₽ of it expires on");
        Squeeze(page.QuerySelectorAll(".held > div")[1]).ShouldStartWith("Sandbox mini since");
        (
            await site.PageAsync(
                purse.Account,
                page.QuerySelector(".held a")!.GetAttribute("href")!
            )
        ).Body!.TextContent.ShouldContain("still on");
        page.QuerySelectorAll(".balance-bar rect")
            .Sum(part => int.Parse(part.GetAttribute("width")!, null))
            .ShouldBe(1000);
        page.QuerySelectorAll("[style]").ShouldBeEmpty();
        Squeeze(page.QuerySelector("a.wallet")!).ShouldBe("Balance 134.00 ₽");
    }

    [Fact]
    public async Task An_account_without_movements_sees_an_empty_statement_and_a_zero()
    {
        var page = await site.PageAsync(purse.Account, "/balance", "ru");
        page.QuerySelector(".big.money")!.TextContent.ShouldBe("0,00\u00A0₽");
        page.QuerySelector(".empty h2")!.TextContent.ShouldBe("Здесь пока пусто");
        page.QuerySelector(".balance-bar").ShouldBeNull();
        page.QuerySelector(".balance-soon").ShouldBeNull();
        page.QuerySelector(".held").ShouldBeNull();
    }

    [Fact]
    public async Task The_statement_shows_what_moved_newest_first_without_failed_runs()
    {
        await purse.GrantAsync(LotClass.Bonus, R(50), InAnHour);
        await purse.ReleaseAsync(await purse.HoldAsync(R(5)));
        await RunAsync(R(5), ChargeOf(new Money(2_110_500)));
        var page = await site.PageAsync(purse.Account, "/balance");
        var lines = page.QuerySelectorAll("tbody tr:not(.ledger-month)");
        lines
            .Select(line => Squeeze(line.QuerySelector("td.money")!))
            .ShouldBe(["−2.1105 ₽", "+50.00 ₽"]);
        Squeeze(lines[0].Children[1]).ShouldBe("Sandbox mini text");
        Squeeze(lines[0].Children[2]).ShouldBe("12 out");
        page.QuerySelectorAll(".ledger-month .money")
            .Select(Squeeze)
            .ShouldBe(["spent 2.1105 ₽", "credited 50.00 ₽"]);

        (await site.PageAsync(purse.Account, "/balance?show=credits"))
            .QuerySelectorAll("tbody td.money:last-child")
            .Length.ShouldBe(1);
        (await site.PageAsync(purse.Account, "/balance?show=spending"))
            .QuerySelectorAll("tbody tr:not(.ledger-month)")
            .Length.ShouldBe(1);
    }

    [Fact]
    public async Task Older_lines_are_a_link_away_and_none_is_lost_or_shown_twice()
    {
        for (var n = 1; n <= 101; n++)
            await purse.GrantAsync(LotClass.Real, new Money(n));
        var seen = new List<string>();
        string? next = "/balance";
        while (next is not null)
        {
            var page = await site.PageAsync(purse.Account, next);
            seen.AddRange(
                page.QuerySelectorAll("tbody tr:not(.ledger-month) a")
                    .Select(link => link.GetAttribute("href")!)
            );
            next = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        seen.Count.ShouldBe(101);
        seen.Distinct().Count().ShouldBe(101);
    }

    [Fact]
    public async Task A_receipt_explains_the_charge_from_units_to_lots()
    {
        await purse.GrantAsync(LotClass.Bonus, R(1), InAnHour);
        await purse.GrantAsync(LotClass.Real, R(9));
        var charge = new Charge(
            R(3),
            new Money(3_460_000),
            [
                new(UnitKind.Input, null, 11_204, 250_000_000),
                new(UnitKind.Output, null, 702, 100_000_000),
            ],
            1_200_000,
            Estimated: true
        );
        var run = await RunAsync(R(3), charge);
        var page = await site.PageAsync(purse.Account, $"/balance/receipts/by-job/{run.JobId}");
        var text = Squeeze(page.QuerySelector(".panel")!);
        text.ShouldContain("−3.00 ₽");
        text.ShouldContain("Prompt tokens 11,204* 250.00 ₽ per 1M 2.801 ₽");
        text.ShouldContain("Answer tokens 702* 100.00 ₽ per 1M 0.0702 ₽");
        text.ShouldContain("Your coefficient × 1.2 3.44544 ₽");
        text.ShouldContain("Rounded up 0.01456 ₽");
        text.ShouldContain("paid by the service −0.46 ₽");
        text.ShouldContain("Charged 3.00 ₽");
        text.ShouldContain("counted by NetRoom");
        text.ShouldContain("Paid by the balance");
        text.ShouldMatch("Bonus of .+ until .+ 1.00 ₽ Your money of .+ 2.00 ₽");
        text.ShouldContain("UTC");
        text.ShouldContain(run.JobId.ToString());
    }

    [Fact]
    public async Task A_receipt_is_a_part_for_a_dialog_and_has_the_address_of_its_line()
    {
        await purse.GrantAsync(LotClass.Real, R(9));
        var page = await site.PageAsync(purse.Account, "/balance");
        var address = page.QuerySelector("tbody a")!.GetAttribute("href")!;
        var dialog = await site.PageAsync(purse.Account, address, fragment: true);
        dialog.QuerySelector(".big")!.TextContent.ShouldBe("+9.00\u00A0₽");
        dialog.QuerySelector(".rail").ShouldBeNull();
        (await site.PageAsync(purse.Account, address)).QuerySelector(".rail").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_run_that_cost_nothing_has_a_receipt_that_says_so()
    {
        await purse.GrantAsync(LotClass.Real, R(9));
        var request = purse.Request(R(5));
        await purse.TryHoldAsync(request);
        var address = $"/balance/receipts/by-job/{request.JobId}";
        (await site.PageAsync(purse.Account, address)).Body!.TextContent.ShouldContain("still on");
        await purse.ReleaseAsync(request.Id);
        var page = await site.PageAsync(purse.Account, address);
        page.Body!.TextContent.ShouldContain("Not charged");
        Squeeze(page.QuerySelector(".panel")!).ShouldContain("Returned after the run 5.00 ₽");
    }

    [Fact]
    public async Task The_receipt_of_another_account_is_not_there()
    {
        await purse.GrantAsync(LotClass.Real, R(9));
        var run = await RunAsync(R(5), ChargeOf(R(1)));
        var line = (await site.PageAsync(purse.Account, "/balance"))
            .QuerySelector("tbody a")!
            .GetAttribute("href")!;
        foreach (var path in new[] { line, $"/balance/receipts/by-job/{run.JobId}" })
        {
            (await site.GetAsync(purse.Account, path)).Status.ShouldBe(HttpStatusCode.OK);
            var (status, body) = await site.GetAsync(Ids.New(), path);
            status.ShouldBe(HttpStatusCode.NotFound);
            body.ShouldNotContain("₽ per");
        }

        var (_, csv) = await site.GetAsync(Ids.New(), "/balance/statement.csv");
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_statement_as_CSV_has_every_line_exact_and_no_formulas()
    {
        await purse.GrantAsync(LotClass.Real, R(9));
        var request = purse.Request(R(5)) with
        {
            Quote = QuoteOf(R(5)) with { ModelId = "=cmd|' /C calc'!A0,\"x\"" },
        };
        await purse.TryHoldAsync(request);
        await purse.CaptureAsync(request.Id, new Money(1_000_100));
        var (_, csv) = await site.GetAsync(purse.Account, "/balance/statement.csv");
        var lines = csv.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3);
        lines[0]
            .ShouldBe(
                "Time (UTC),Type,Category,What,Used,Amount,Asset,Owed,Tokens,Coefficient,Model,Receipt number,Run number"
            );
        lines[1]
            .ShouldContain(
                ",Debit,text,\"'=cmd|' /C calc'!A0,\"\"x\"\"\",12 out,-1.0001,RUB,,12,1,\"'=cmd|"
            );
        lines[1].ShouldEndWith(request.JobId.ToString());
        lines[2].ShouldContain(",Credit,top-up,Your money,,9.00,RUB,,,,,");
    }

    [Fact]
    public async Task Pages_are_whole_in_Russian()
    {
        await purse.GrantAsync(LotClass.Bonus, R(9), InAnHour);
        var run = await RunAsync(R(5), ChargeOf(R(1)));
        foreach (var path in new[] { "/balance", $"/balance/receipts/by-job/{run.JobId}" })
        {
            var main = (await site.PageAsync(purse.Account, path, "ru")).QuerySelector("main")!;
            main.QuerySelector("dl dd")?.ParentElement!.Remove();
            var latin = Squeeze(main)
                .Split(' ')
                .Where(word => word.Any(char.IsAsciiLetter))
                .Except(["Sandbox", "mini", "UTC", "CSV"]);
            latin.ShouldBeEmpty();
        }
    }
}
