using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class MoneyJourneys(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task A_pack_is_bought_once_pays_for_a_question_and_is_on_its_receipt() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                var pack = $"pack-{Ids.New():n}"[..20];
                await app.Books.SellPackAsync(
                    pack,
                    "Echo pack",
                    Money.Roubles(20),
                    100_000,
                    "sandbox-echo"
                );
                await visit.SignUpAsync();
                await visit.GoAsync("/balance");
                await page.GetByRole(AriaRole.Link, new() { Name = "Plans and packs" })
                    .ClickAsync();
                var offer = page.Locator($"li.panel:has(input[value='{pack}'])");
                await offer.GetByRole(AriaRole.Button, new() { Name = "Buy for" }).DblClickAsync();
                // The second click aborts the answer to the first: this looks at where one ends.
                await Expect(page)
                    .ToHaveURLAsync(
                        new Regex("/balance$", RegexOptions.None, TimeSpan.FromSeconds(1))
                    );
                var mine = page.Locator(".holdings li", new() { HasText = "Echo pack" });
                await Expect(mine).ToHaveCountAsync(1);
                await Expect(mine).ToContainTextAsync("100,000 of 100,000");
                (await Tab.MoneyOfAsync(page.Locator(".big.money"))).ShouldBe(Money.Roubles(30));
                await page.ReloadAsync();
                (await Tab.MoneyOfAsync(page.Locator(".big.money"))).ShouldBe(Money.Roubles(30));
                await page.GoBackAsync();
                await Expect(offer).ToContainTextAsync("You have it already");
                await app.Books.WithdrawAsync(pack);

                await tab.AskAndWaitAsync("Who pays for this?", "sandbox-echo");
                await tab.StateIsAsync("completed");
                var receipt = tab.Answer.GetByRole(AriaRole.Link, new() { Name = "Receipt" });
                await receipt.ClickAsync();
                await Expect(tab.Dialog).ToContainTextAsync("a pack: Echo pack");
                await Expect(tab.Dialog).ToContainTextAsync("Tokens taken from the pack");

                await visit.GoAsync("/balance");
                (await Tab.MoneyOfAsync(page.Locator(".big.money"))).ShouldBe(Money.Roubles(30));
                await Expect(mine).Not.ToContainTextAsync("100,000 of");
                await Expect(page.Locator(".statement tbody tr:not(.ledger-month)").First)
                    .ToContainTextAsync("tokens");
            }
        );

    [Fact]
    public Task A_limit_refuses_a_question_with_a_sentence_and_keeps_it() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                visit.Expect("status of 403");
                visit.Expect("status of 422");
                await visit.SignUpAsync();
                await visit.GoAsync("/balance");
                await page.GetByRole(AriaRole.Link, new() { Name = "Your limits" }).ClickAsync();
                var message = page.GetByLabel("At most for one message");
                await message.FillAsync("a little");
                await SaveAsync(page);
                await Expect(page.Locator("#f-message-error")).ToContainTextAsync("for example");
                await Expect(message).ToHaveValueAsync("a little");
                await message.FillAsync("0,01");
                await SaveAsync(page);
                await Expect(message).ToHaveValueAsync("0.01");

                await visit.GoAsync("/?model=sandbox-claude-thinker");
                await tab.Box.FillAsync("Is it above my limit?");
                await tab.Send.ClickAsync();
                await Expect(tab.Problem).ToContainTextAsync("above your limit of 0.01");
                await Expect(tab.Box).ToHaveValueAsync("Is it above my limit?");

                await visit.GoAsync("/balance/limits");
                await message.FillAsync("");
                await SaveAsync(page);
                await tab.AskAndWaitAsync("And now?", "sandbox-claude-thinker");
                await tab.StateIsAsync("completed");
            }
        );

    [Fact]
    public Task The_statement_is_filtered_counted_and_downloaded() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var page = visit.Page;
                await visit.SignUpAsync();
                var answer = await visit.Person.AnswerAsync(
                    await visit.Person.AskAsync("Count me", "sandbox-echo")
                );
                await visit.GoAsync("/balance");
                var lines = page.Locator(".statement tbody tr:not(.ledger-month)");
                await Expect(lines).ToHaveCountAsync(2);
                await page.GetByLabel("Category").SelectOptionAsync("text");
                await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
                await page.WaitForURLAsync("**/balance?category=text*");
                await Expect(lines).ToHaveCountAsync(1);
                (await Tab.MoneyOfAsync(page.Locator(".statement-total dd").Nth(1))).ShouldBe(
                    answer.Charge
                );
                await page.GetByRole(AriaRole.Link, new() { Name = "Credits" }).ClickAsync();
                await Expect(page.Locator(".empty")).ToContainTextAsync("No such lines");
                await page.GoBackAsync();
                var file = await page.RunAndWaitForDownloadAsync(() =>
                    page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync()
                );
                var csv = await File.ReadAllLinesAsync(await file.PathAsync());
                csv.Length.ShouldBe(2);
                csv[1].ShouldContain($",-{answer.Charge.ToInvariantNumber()},RUB,");
            }
        );

    [Fact]
    public Task An_owner_asks_for_an_adjustment_and_another_one_agrees() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var page = visit.Page;
                visit.Expect("status of 422");
                var alice = await app.SignUpAsync();
                await visit.SignInAsOwnerAsync();
                await visit.GoAsync("/");
                await page.GetByRole(AriaRole.Link, new() { Name = "Ledger" }).ClickAsync();
                await page.Locator("#word").FillAsync(alice.Email);
                await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
                await Expect(page.Locator("h2").First).ToHaveTextAsync(alice.Email);

                await page.GetByRole(AriaRole.Link, new() { Name = "Adjust", Exact = true })
                    .ClickAsync();
                var amount = page.GetByLabel("Amount in roubles");
                await amount.FillAsync("much");
                await GoOnAsync(page);
                await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Write an amount");
                await Expect(amount).ToHaveValueAsync("much");
                await amount.FillAsync("1500");
                await page.GetByLabel("Ticket").FillAsync("T-7");
                await GoOnAsync(page);
                await page.GetByRole(AriaRole.Button, new() { Name = "Ask another owner" })
                    .DblClickAsync();
                await page.WaitForURLAsync("**/operator/ledger/adjustments/*");
                await Expect(page.Locator("main")).ToContainTextAsync("another owner must decide");
                (await alice.BalanceAsync()).ShouldBe(Money.Roubles(50));
                // Back and again is the same adjustment.
                var asked = page.Url;
                await page.GoBackAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Ask another owner" })
                    .ClickAsync();
                await Expect(page).ToHaveURLAsync(asked);
                (
                    await app.Books.ScalarAsync<long>(
                        "SELECT count(*) FROM billing.adjustment WHERE reference = 'T-7'"
                    )
                ).ShouldBe(1);

                var second = await visit.AnotherOwnerAsync();
                await second.GoAsync(new Uri(page.Url).PathAndQuery);
                await second
                    .Page.GetByRole(AriaRole.Button, new() { Name = "Agree and book it" })
                    .DblClickAsync();
                await Expect(second.Page.Locator("main")).ToContainTextAsync("Done");
                (await alice.BalanceAsync()).ShouldBe(Money.Roubles(1550));
                await page.ReloadAsync();
                await Expect(page.Locator("main")).ToContainTextAsync("Done");

                // To anybody else there is nothing there.
                foreach (var path in new[] { "/operator/ledger", new Uri(page.Url).AbsolutePath })
                    (await alice.OpenAsync(path)).Status.ShouldBe(
                        System.Net.HttpStatusCode.NotFound
                    );
            }
        );

    private static Task SaveAsync(IPage page) =>
        page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    private static Task GoOnAsync(IPage page) =>
        page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
}
