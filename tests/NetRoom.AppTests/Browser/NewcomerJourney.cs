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
                var (page, screen) = (visit.Page, visit.Screen);
                await visit.GoAsync("/");
                await page.Locator(".front-go .primary").ClickAsync();
                await page.GetByLabel("Email").FillAsync($"{Ids.New():n}@people.test");
                await page.GetByLabel("Password", new() { Exact = true })
                    .FillAsync("correct horse battery");
                await page.GetByLabel("I am 18 or older").CheckAsync();
                await page.Locator("[name=terms]").CheckAsync();
                await page.Locator("[name=personalData]").CheckAsync();
                await page.Locator("form.panel .primary").ClickAsync();

                await Expect(screen.Box).ToBeFocusedAsync();
                var balance = page.Locator(".wallet [data-balance]");
                (await Screen.MoneyOfAsync(balance)).ShouldBe(Money.Roubles(50));

                await PickAsync(screen, "claude think", "sandbox-claude-thinker");
                await FollowThePriceAsync(screen);
                await PickAsync(screen, "sandbox pace", "sandbox-pace");
                await screen.Box.FillAsync("pace 80 x 25ms");
                await screen.Box.PressAsync("Enter");
                await page.WaitForURLAsync("**/c/*");
                await screen.StreamsAsync();
                await Expect(screen.Stop).ToBeVisibleAsync();
                await screen.FinishedAsync();
                await screen.StateIsAsync("completed");
                clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));

                (await screen.TextAsync()).ShouldStartWith("the net room");
                var charge = await Screen.MoneyOfAsync(screen.Charge);
                charge.ShouldBeGreaterThan(Money.Zero);
                await screen.Charge.ClickAsync();
                var total = screen.Dialog.Locator(".big.money");
                (await Screen.MoneyOfAsync(total)).ShouldBe(-charge);
                await page.Keyboard.PressAsync("Escape");
                await Expect(screen.Charge).ToBeFocusedAsync();

                await Eventually.TrueAsync(
                    async () => await Screen.MoneyOfAsync(balance) < Money.Roubles(50),
                    "the balance less the charge"
                );
                await balance.ClickAsync();
                await Expect(page.Locator(".statement a[data-dialog]")).ToHaveCountAsync(2);
                var spent = page.Locator(".statement tr:has(a[data-dialog]) .money").First;
                (await Screen.MoneyOfAsync(spent)).ShouldBe(-charge);
            }
        );

    private static async Task PickAsync(Screen screen, string words, string model)
    {
        await screen.ModelButton.ClickAsync();
        await Expect(screen.Picker.Locator("input")).ToBeFocusedAsync();
        await screen.Page.Keyboard.TypeAsync(words);
        await Expect(screen.Picker.Locator("[data-model]:visible")).ToHaveCountAsync(1);
        await screen.Page.Keyboard.PressAsync("Enter");
        await Expect(screen.Dialog).ToHaveCountAsync(0);
        await Expect(screen.ModelButton).ToBeFocusedAsync();
        (await screen.Page.Locator("select[name=model]").InputValueAsync()).ShouldBe(model);
    }

    /// <summary>The price goes up with what is typed and with the effort.</summary>
    private static async Task FollowThePriceAsync(Screen screen)
    {
        await Expect(screen.Quote).ToContainTextAsync("at most");
        await Expect(screen.Quote).ToContainTextAsync("50");
        var empty = await screen.CeilingAsync();
        await screen.Box.FillAsync(new string('a', 20_000));
        await Eventually.TrueAsync(
            async () => await screen.CeilingAsync() > empty,
            "a price of a long text"
        );
        var plain = await screen.Quote.InnerTextAsync();
        await screen.Page.Locator("select[name=effort]").SelectOptionAsync("high");
        await Expect(screen.Quote).Not.ToHaveTextAsync(plain, new() { UseInnerText = true });
    }
}
