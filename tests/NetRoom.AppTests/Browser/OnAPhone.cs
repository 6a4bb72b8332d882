using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class OnAPhone(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task No_page_scrolls_sideways_and_every_target_fits_a_thumb() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect("status of 404");
                foreach (
                    var path in (string[])
                        [
                            "/",
                            "/sign-up",
                            "/sign-in",
                            "/models",
                            "/models/sandbox-echo",
                            "/terms/",
                            "/api",
                            "/nothing",
                        ]
                )
                {
                    await visit.GoAsync(path);
                    await visit.Tab.FitsAsync();
                    await FitThumbsAsync(
                        visit.Tab,
                        ".bar a.btn, main .btn, main input:not([type=hidden], [type=checkbox], [type=radio])"
                    );
                }

                await visit.SignUpAsync();
                await visit.GoAsync("/");
                await visit.Tab.FitsAsync();
                await FitThumbsAsync(visit.Tab, ".composer .pill, .send, .top .icon");
                await AskByThumbAsync(visit.Tab);
                await visit.Tab.FinishedAsync();
                await visit.Tab.FitsAsync();
                await FitThumbsAsync(
                    visit.Tab,
                    ".composer .pill, .send, .top .icon, .top summary, .acts .icon, .acts a.price"
                );
                await visit.Page.Locator(".menu summary").TapAsync();
                await FitThumbsAsync(visit.Tab, ".menu-body .btn, .menu-body input");
                await visit.Tab.FitsAsync();
                await visit.GoAsync("/settings/api-keys");
                await visit.Tab.FitsAsync();
                await FitThumbsAsync(
                    visit.Tab,
                    "main .btn, main select, main input:not([type=hidden], [type=checkbox])"
                );
                await visit.GoAsync("/balance");
                await visit.Tab.FitsAsync();
                await FitThumbsAsync(visit.Tab, "main .btn, .top .icon");
                await visit.Page.Locator(".statement a[data-dialog]").First.TapAsync();
                await Expect(visit.Tab.Dialog).ToBeVisibleAsync();
                await FitThumbsAsync(visit.Tab, "dialog .close");
                (
                    await visit.Tab.Dialog.EvaluateAsync<int>(
                        "it => it.scrollWidth - it.clientWidth"
                    )
                ).ShouldBeLessThanOrEqualTo(0);
                await visit.Tab.FitsAsync();
            },
            Look.Hand
        );

    [Fact]
    public Task The_drawer_opens_closes_and_leads() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.SignUpAsync();
                await visit.GoAsync("/");
                var drawer = page.Locator("#rail");
                await Expect(drawer).Not.ToBeInViewportAsync();
                await page.Locator(".top a[href='#rail']").TapAsync();
                await Expect(drawer).ToBeInViewportAsync(new() { Ratio = 1 });
                await FitThumbsAsync(tab, ".rail .nav, .rail .wallet");
                await page.Touchscreen.TapAsync(355, 400);
                await Expect(drawer).Not.ToBeInViewportAsync();
                await page.Locator(".top a[href='#rail']").TapAsync();
                await page.Keyboard.PressAsync("Escape");
                await Expect(drawer).Not.ToBeInViewportAsync();
                await page.Locator(".top a[href='#rail']").TapAsync();
                await page.Locator(".rail .wallet").TapAsync();
                await page.WaitForURLAsync("**/balance");
                await Expect(drawer).Not.ToBeInViewportAsync();
            },
            Look.Hand
        );

    [Fact]
    public Task Enter_breaks_the_line_and_the_composer_stays_in_sight() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-writer");
                await tab.Box.FocusAsync();
                await visit.Page.Keyboard.TypeAsync("Write 600 words");
                await visit.Page.Keyboard.PressAsync("Enter");
                await visit.Page.Keyboard.TypeAsync("please");
                await Expect(tab.Box).ToHaveValueAsync("Write 600 words\nplease");
                await tab.Send.TapAsync();
                await visit.Page.WaitForURLAsync("**/c/*");
                await tab.FinishedAsync();
                await Expect(tab.Box).ToBeInViewportAsync(new() { Ratio = 1 });
                await Expect(tab.Send).ToBeInViewportAsync(new() { Ratio = 1 });
                await Expect(tab.Quote).ToBeInViewportAsync(new() { Ratio = 1 });
                await tab.Box.FillAsync(string.Join('\n', Enumerable.Range(1, 60)));
                await Expect(tab.Send).ToBeInViewportAsync(new() { Ratio = 1 });
                await Expect(tab.Box).ToBeInViewportAsync(new() { Ratio = 1 });
            },
            Look.Hand
        );

    private static async Task AskByThumbAsync(Tab tab)
    {
        await tab.ModelButton.TapAsync();
        await tab.FitsAsync();
        await FitThumbsAsync(tab, ".picker [data-model], .picker input, dialog .close");
        await tab.Picker.Locator("[data-model='sandbox-tables']").TapAsync();
        await tab.Box.FillAsync("Compare the planets");
        await tab.Send.TapAsync();
        await tab.Page.WaitForURLAsync("**/c/*");
    }

    private static async Task FitThumbsAsync(Tab tab, string targets) =>
        (
            await tab
                .Page.Locator(targets)
                .EvaluateAllAsync<string[]>(
                    """
                    all => all.filter(it => it.checkVisibility()).map(it => ({ it, box: it.getBoundingClientRect() }))
                      .filter(({ box }) => box.width < 43.5 || box.height < 43.5)
                      .map(({ it, box }) => `${it.outerHTML.slice(0, 80)} is ${Math.round(box.width)}x${Math.round(box.height)}`)
                    """
                )
        ).ShouldBeEmpty(tab.Page.Url);
}
