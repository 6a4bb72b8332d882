using System.Net;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Operator;

[Collection(PostgresCollection.Name)]
public sealed class OperatorPagesTests(OperatorSite site) : IClassFixture<OperatorSite>
{
    private Task<Guid> LotAsync(Guid wallet, int lotClass) =>
        site.Database.ScalarAsync<Guid>(
            $"SELECT id FROM billing.lot WHERE wallet_id = '{wallet}' AND class = {lotClass}"
        );

    [Fact]
    public async Task For_others_there_is_nothing_and_a_visitor_is_asked_to_sign_in()
    {
        var person = await site.PersonAsync();
        var (purse, wallet) = await site.WalletAsync(10);
        var hold = await purse.HoldAsync(R(5));
        await purse.CaptureAsync(hold, R(2));
        string[] pages =
        [
            "/operator/ledger",
            "/operator/ledger/reconciliation",
            $"/operator/ledger/wallets/{wallet}",
            $"/operator/ledger/wallets/{wallet}/explain",
            $"/operator/ledger/wallets/{wallet}/adjust",
            $"/operator/ledger/wallets/{wallet}/status",
            $"/operator/ledger/wallets/{wallet}/write-off",
            $"/operator/ledger/lots/{await LotAsync(wallet, 3)}/void",
            $"/operator/ledger/holds/{hold}/return",
        ];
        var nowhere = await person.Browser.GetAsync("/operator/nothing");
        var token = (await person.Browser.GetAsync("/balance")).Token;
        foreach (var path in pages)
        {
            var refused = await person.Browser.GetAsync(path);
            refused.Status.ShouldBe(HttpStatusCode.NotFound, path);
            refused.Body.ShouldNotContain("₽ ");
            var visitor = await site.Visitor().GetAsync(path);
            visitor.Status.ShouldBe(HttpStatusCode.Redirect, path);
            visitor.Location!.ShouldStartWith("/sign-in");
        }

        foreach (
            var path in pages
                .Skip(4)
                .Append("/operator/ledger/find")
                .Append("/operator/ledger/reconciliation")
                .Append($"/operator/ledger/adjustments/{Ids.New()}")
                .Append("/operator/ledger/differences/1/close")
        )
            (await person.Browser.PostAsync(path, token, ("word", "x"))).Status.ShouldBe(
                HttpStatusCode.NotFound,
                path
            );
        nowhere.Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.PageAsync("/balance"))
            .QuerySelector("a[href='/operator/ledger']")
            .ShouldBeNull();
        var owner = await site.PersonAsync(isOwner: true);
        (await owner.PageAsync("/balance"))
            .QuerySelector("a[href='/operator/ledger']")
            .ShouldNotBeNull();
    }

    [Fact]
    public async Task An_owners_form_without_its_token_does_nothing()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (_, wallet) = await site.WalletAsync(10);
        foreach (
            var path in new[]
            {
                $"/operator/ledger/wallets/{wallet}/status",
                $"/operator/ledger/wallets/{wallet}/adjust",
                "/operator/ledger/find",
                "/operator/ledger/differences/1/close",
            }
        )
        {
            var answer = await owner.Browser.PostAsync(
                path,
                null,
                ("frozen", "true"),
                ("reason", "test")
            );
            ((int)answer.Status).ShouldBeInRange(400, 403, path);
        }

        (
            await site.Database.ScalarAsync<short>(
                $"SELECT status FROM billing.wallet WHERE id = '{wallet}'"
            )
        ).ShouldBe((short)0);
    }

    [Fact]
    public async Task A_wallet_is_found_by_whatever_is_in_hand()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var person = await site.PersonAsync();
        var purse = new Purse(site.Database, person.Id);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(3));
        await purse.TryHoldAsync(request);
        var wallet = await site.Database.ScalarAsync<Guid>(
            $"SELECT id FROM billing.wallet WHERE account_id = '{person.Id}'"
        );
        var transfer = await site.Database.ScalarAsync<Guid>(
            $"SELECT id FROM billing.transfer WHERE wallet_id = '{wallet}' AND number = 1"
        );
        await purse.SqlAsync(
            $"""
            INSERT INTO billing.payment (id, wallet_id, lot_id, psp, psp_payment_id, amount, paid_at)
            SELECT uuidv7(), '{wallet}', id, 'test', 'PAY-{wallet}', 10000000, now() FROM billing.lot WHERE wallet_id = '{wallet}'
            """
        );
        var page = await owner.PageAsync("/operator/ledger");
        foreach (
            var word in new[]
            {
                $" {person.Id} ",
                $"{wallet}",
                $"{request.Id}",
                $"{request.JobId}",
                $"{transfer}",
                $"{await LotAsync(wallet, 3)}",
                $"PAY-{wallet}",
                $"test:PAY-{wallet}",
                person.Email.ToUpperInvariant(),
            }
        )
            (await owner.SendAsync(page, ("word", word))).Location.ShouldBe(
                $"/operator/ledger/wallets/{wallet}",
                word
            );
        foreach (var word in new[] { "nobody@example.test", $"{Ids.New()}", "'; --" })
            (await owner.SendAsync(page, ("word", word))).Body.ShouldContain("Nothing was found");
    }

    [Fact]
    public async Task A_wallets_page_has_its_figures_in_both_languages()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(100);
        await purse.GrantAsync(LotClass.Bonus, R(38), InAnHour);
        await purse.HoldAsync(R(14));
        await purse.CaptureAsync(await purse.HoldAsync(R(30)), R(26));
        var path = $"/operator/ledger/wallets/{wallet}";
        var page = await owner.PageAsync(path);
        Operative.Text(page.QuerySelector(".big.money")).ShouldBe("98.00 ₽");
        page.QuerySelectorAll("[data-lots] tbody tr")
            .Select(row =>
                string.Join('|', row.QuerySelectorAll("td.money").Take(4).Select(Operative.Text))
            )
            .ShouldBe(["38.00 ₽|0.00 ₽|14.00 ₽|24.00 ₽", "100.00 ₽|98.00 ₽|0.00 ₽|2.00 ₽"]);
        page.QuerySelectorAll("[data-transfers] tbody tr").Length.ShouldBe(3);
        (await owner.PageAsync(path + "?all=true"))
            .QuerySelectorAll("[data-transfers] tbody tr")
            .Length.ShouldBe(5);
        page.QuerySelectorAll("[style]").ShouldBeEmpty();
        foreach (
            var each in new[]
            {
                "/operator/ledger",
                path + "?all=true",
                path + "/explain",
                path + "/adjust",
                path + "/status",
                "/operator/ledger/reconciliation",
            }
        )
        {
            var text = Operative.Text((await owner.PageAsync(each, "ru")).QuerySelector("main"));
            text.ShouldNotContain("ledger.");
            text.ShouldNotContain("kind.");
            text.Split(' ')
                .Where(word => word.All(char.IsAsciiLetter) && word.Length > 3)
                .Except(["UTC", "test", "sandbox"])
                .ShouldBeEmpty(each);
        }
    }

    [Fact]
    public async Task Long_lists_are_paged_and_no_line_is_lost_or_shown_twice()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(1);
        for (var n = 0; n < 119; n++)
            await purse.GrantAsync(LotClass.Real, new Money(1));
        foreach (
            var (list, rows) in new[] { ("before=", "[data-transfers]"), ("lots=", "[data-lots]") }
        )
        {
            var seen = new List<string>();
            for (string? next = $"/operator/ledger/wallets/{wallet}"; next is not null; )
            {
                var page = await owner.PageAsync(next);
                seen.AddRange(
                    page.QuerySelectorAll(rows + " tbody tr")
                        .Select(row => row.QuerySelector("a")!.GetAttribute("href")!)
                );
                next = page.QuerySelectorAll("a[rel=next]")
                    .Select(link => link.GetAttribute("href"))
                    .FirstOrDefault(href => href!.Contains(list, StringComparison.Ordinal));
            }

            seen.Count.ShouldBe(120);
            seen.Distinct().Count().ShouldBe(120);
        }
    }

    [Fact]
    public async Task A_frozen_wallet_pays_for_nothing_until_it_is_unfrozen()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(10);
        var path = $"/operator/ledger/wallets/{wallet}/status";
        (await owner.ActAsync(path)).Location.ShouldBe($"/operator/ledger/wallets/{wallet}");
        (await purse.TryHoldAsync(purse.Request(R(1)))).Problem!.Code.ShouldBe(
            "billing.wallet_frozen"
        );
        var text = Operative.Text(
            (await owner.PageAsync($"/operator/ledger/wallets/{wallet}")).QuerySelector("main")
        );
        text.ShouldContain($"Frozen Goodwill · {owner.Email}");
        await owner.ActAsync(path);
        (await purse.TryHoldAsync(purse.Request(R(1)))).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_bonus_is_taken_back_and_the_debt_is_written_off()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(10);
        await purse.GrantAsync(LotClass.Bonus, R(9), InAnHour);
        await purse.CaptureAsync(await purse.HoldAsync(R(4)), R(4));
        var path = $"/operator/ledger/lots/{await LotAsync(wallet, 1)}/void";
        var page = await owner.PageAsync(path);
        Operative.Text(page.QuerySelector("main")).ShouldContain("Will be owed 4.00 ₽");
        await Task.WhenAll(owner.SendAsync(page), owner.SendAsync(page));
        (
            await site.Database.ScalarAsync<long>(
                $"SELECT debt_bonus FROM billing.wallet WHERE id = '{wallet}'"
            )
        ).ShouldBe(4_000_000);
        Operative
            .Text(
                (await owner.PageAsync($"/operator/ledger/wallets/{wallet}")).QuerySelector(
                    "[data-transfers]"
                )
            )
            .ShouldContain("Spent bonus to be paid back");
        var real = await owner.ActAsync($"/operator/ledger/lots/{await LotAsync(wallet, 3)}/void");
        real.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        real.Body.ShouldContain("Real money is refunded");

        var off = await owner.PageAsync($"/operator/ledger/wallets/{wallet}/write-off");
        var tooMuch = await owner.SendAsync(off, ("bonus", "4.01"));
        tooMuch.Body.ShouldContain("more than there is");
        tooMuch.Body.ShouldContain("value=\"4.01\"");
        await Task.WhenAll(owner.SendAsync(off), owner.SendAsync(off));
        (
            await site.Database.ScalarAsync<long>(
                $"SELECT debt_bonus FROM billing.wallet WHERE id = '{wallet}'"
            )
        ).ShouldBe(0);
        await purse.AuditAsync();
    }

    [Fact]
    public async Task A_charge_is_returned_by_class_as_the_form_proposes()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(10);
        await purse.GrantAsync(LotClass.Compensation, R(3), InAnHour);
        var hold = await purse.HoldAsync(R(8));
        await purse.CaptureAsync(hold, R(7));
        var page = await owner.PageAsync($"/operator/ledger/holds/{hold}/return");
        page.QuerySelector("input[name=real]")!.GetAttribute("value").ShouldBe("4.00");
        page.QuerySelector("input[name=bonus]")!.GetAttribute("value").ShouldBe("3.00");
        await owner.SendAsync(page, ("real", "1"), ("bonus", "0"));
        await owner.SendAsync(page, ("real", "1"), ("bonus", "0"));
        await purse.ShouldHaveAsync(R(7), Money.Zero);
        (await owner.ActAsync($"/operator/ledger/holds/{hold}/return")).Status.ShouldBe(
            HttpStatusCode.Redirect
        );
        await purse.ShouldHaveAsync(R(13), Money.Zero);
        (
            await owner.ActAsync($"/operator/ledger/holds/{hold}/return", ("real", "1"))
        ).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        wallet.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task A_reconciliation_is_run_by_a_button_and_what_it_finds_is_dealt_with()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(10);
        const string path = "/operator/ledger/reconciliation";
        await purse.SqlAsync($"UPDATE billing.wallet SET avail = avail + 1 WHERE id = '{wallet}'");
        (await owner.ActAsync(path, ("scope", "full"))).Location.ShouldBe(path);
        var page = await owner.PageAsync(path);
        page.QuerySelector("form[action$='/close']").ShouldNotBeNull();
        Operative.Text(page.QuerySelector("#runs")!.ParentElement).ShouldContain("Everything");
        var token = page.QuerySelector("input[name=__RequestVerificationToken]")!
            .GetAttribute("value");
        await purse.SqlAsync($"UPDATE billing.wallet SET avail = avail - 1 WHERE id = '{wallet}'");
        foreach (var form in page.QuerySelectorAll("form[action$='/close']"))
            await owner.Browser.PostAsync(form.GetAttribute("action")!, token);
        (
            await site.Database.ScalarAsync<long>(
                "SELECT count(*) FROM billing.recon_diff WHERE closed_at IS NULL"
            )
        ).ShouldBe(0);
    }
}
