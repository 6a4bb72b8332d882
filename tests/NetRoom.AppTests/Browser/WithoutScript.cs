using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class WithoutScript(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task All_of_it_works_by_links_and_forms_alone() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.GoAsync("/sign-up");
                await page.GetByLabel("Email").FillAsync($"{Ids.New():n}@people.test");
                await page.GetByLabel("Password", new() { Exact = true })
                    .FillAsync("correct horse battery");
                await page.GetByLabel("I am 18 or older").CheckAsync();
                await page.Locator("[name=terms]").CheckAsync();
                await page.Locator("[name=personalData]").CheckAsync();
                await page.Locator("form.panel .primary").ClickAsync();
                (await Tab.MoneyOfAsync(page.Locator(".wallet .money"))).ShouldBe(
                    Money.Roubles(50)
                );

                await page.Locator("select[name=model]").SelectOptionAsync("sandbox-pace");
                await tab.Box.FillAsync("pace 40 x 25ms");
                await tab.Send.ClickAsync();
                await page.WaitForURLAsync("**/c/*");
                await Expect(tab.Questions).ToHaveTextAsync("pace 40 x 25ms");
                await Eventually.TrueAsync(
                    async () =>
                    {
                        var again = page.GetByRole(AriaRole.Link, new() { Name = "Look again" });
                        if (await again.CountAsync() == 0)
                            return true;
                        await again.ClickAsync();
                        return false;
                    },
                    "the answer"
                );
                await tab.StateIsAsync("completed");
                (await tab.TextAsync()).ShouldStartWith("the net room");

                var charge = await Tab.MoneyOfAsync(tab.Charge);
                await tab.Charge.ClickAsync();
                (await Tab.MoneyOfAsync(page.Locator("main .big.money"))).ShouldBe(-charge);
                await page.GoBackAsync();

                await page.Locator(".menu summary").ClickAsync();
                await page.GetByLabel("Name of the chat").FillAsync("A chat by hand");
                await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
                await Expect(page.Locator("h1")).ToHaveTextAsync("A chat by hand");
                await Expect(page.Locator(".rail-body .nav")).ToHaveTextAsync("A chat by hand");

                await page.Locator(".menu summary").ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Delete the chat" })
                    .ClickAsync();
                await Expect(page.Locator(".rail-body"))
                    .ToContainTextAsync("Your chats will be here.");
            },
            new Look(Script: false)
        );

    [Fact]
    public Task A_running_answer_is_stopped_by_the_button() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-pace");
                await visit.Tab.Box.FillAsync("pace 2000 x 25ms");
                await visit.Tab.Send.ClickAsync();
                await visit.Tab.Stop.ClickAsync();
                await Eventually.TrueAsync(
                    async () =>
                    {
                        await visit.Page.ReloadAsync();
                        return await visit.Tab.Answer.GetAttributeAsync("data-state") == "stopped";
                    },
                    "a stopped answer"
                );
                await Expect(visit.Tab.Send).ToBeVisibleAsync();
            },
            new Look(Script: false)
        );
}
