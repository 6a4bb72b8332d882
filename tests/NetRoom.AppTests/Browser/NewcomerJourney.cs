using System.Diagnostics;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class NewcomerJourney(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task A_newcomer_reads_a_paid_answer_and_its_receipt_within_a_minute() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var clock = Stopwatch.StartNew();
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.GoAsync("/");
                await page.Locator(".front-go .primary").ClickAsync();
                await page.GetByLabel("Email").FillAsync($"{Ids.New():n}@people.test");
                await page.GetByLabel("Password", new() { Exact = true })
                    .FillAsync("correct horse battery");
                await page.GetByLabel("I am 18 or older").CheckAsync();
                await page.Locator("[name=terms]").CheckAsync();
                await page.Locator("[name=personalData]").CheckAsync();
                await page.Locator("form.panel .primary").ClickAsync();

                await Expect(tab.Box).ToBeFocusedAsync();
                var balance = page.Locator(".wallet [data-balance]");
                (await Tab.MoneyOfAsync(balance)).ShouldBe(Money.Roubles(50));

                await PickAsync(tab, "claude think", "sandbox-claude-thinker");
                await FollowThePriceAsync(tab);
                await PickAsync(tab, "sandbox pace", "sandbox-pace");
                await tab.Box.FillAsync("pace 80 x 25ms");
                await tab.Box.PressAsync("Enter");
                await page.WaitForURLAsync("**/c/*");
                await tab.StreamsAsync();
                await Expect(tab.Stop).ToBeVisibleAsync();
                await tab.FinishedAsync();
                await tab.StateIsAsync("completed");
                clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));

                (await tab.TextAsync()).ShouldStartWith("the net room");
                var charge = await Tab.MoneyOfAsync(tab.Charge);
                charge.ShouldBeGreaterThan(Money.Zero);
                await tab.Charge.ClickAsync();
                var total = tab.Dialog.Locator(".big.money");
                (await Tab.MoneyOfAsync(total)).ShouldBe(-charge);
                await page.Keyboard.PressAsync("Escape");
                await Expect(tab.Charge).ToBeFocusedAsync();

                await Eventually.TrueAsync(
                    async () => await Tab.MoneyOfAsync(balance) < Money.Roubles(50),
                    "the balance less the charge"
                );
                await balance.ClickAsync();
                await Expect(page.Locator(".statement a[data-dialog]")).ToHaveCountAsync(2);
                var spent = page.Locator(".statement tr:has(a[data-dialog]) .money").First;
                (await Tab.MoneyOfAsync(spent)).ShouldBe(-charge);
            }
        );

    private static async Task PickAsync(Tab tab, string words, string model)
    {
        await tab.ModelButton.ClickAsync();
        await Expect(tab.Picker.Locator("input")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync(words);
        await Expect(tab.Picker.Locator("[data-model]:visible")).ToHaveCountAsync(1);
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Dialog).ToHaveCountAsync(0);
        await Expect(tab.ModelButton).ToBeFocusedAsync();
        (await tab.Page.Locator("select[name=model]").InputValueAsync()).ShouldBe(model);
    }

    /// <summary>The price goes up with what is typed and with the effort.</summary>
    private static async Task FollowThePriceAsync(Tab tab)
    {
        await Expect(tab.Quote).ToContainTextAsync("at most");
        await Expect(tab.Quote).ToContainTextAsync("50");
        var empty = await tab.CeilingAsync();
        await tab.Box.FillAsync(new string('a', 20_000));
        await Eventually.TrueAsync(
            async () => await tab.CeilingAsync() > empty,
            "a price of a long text"
        );
        var plain = await tab.Quote.InnerTextAsync();
        await tab.Page.Locator("select[name=effort]").SelectOptionAsync("high");
        await Expect(tab.Quote).Not.ToHaveTextAsync(plain, new() { UseInnerText = true });
    }
}
