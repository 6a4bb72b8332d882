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
                            "/nothing",
                        ]
                )
                {
                    await visit.GoAsync(path);
                    await visit.Screen.FitsAsync();
                    await FitThumbsAsync(
                        visit.Screen,
                        ".bar a.btn, main .btn, main input:not([type=hidden], [type=checkbox], [type=radio])"
                    );
                }

                await visit.SignUpAsync();
                await visit.GoAsync("/");
                await visit.Screen.FitsAsync();
                await FitThumbsAsync(visit.Screen, ".composer .pill, .send, .top .icon");
                await AskByThumbAsync(visit.Screen);
                await visit.Screen.FinishedAsync();
                await visit.Screen.FitsAsync();
                await FitThumbsAsync(
                    visit.Screen,
                    ".composer .pill, .send, .top .icon, .top summary, .acts .icon, .acts a.price"
                );
                await visit.Page.Locator(".menu summary").TapAsync();
                await FitThumbsAsync(visit.Screen, ".menu-body .btn, .menu-body input");
                await visit.Screen.FitsAsync();
                await visit.GoAsync("/balance");
                await visit.Screen.FitsAsync();
                await FitThumbsAsync(visit.Screen, "main .btn, .top .icon");
                await visit.Page.Locator(".statement a[data-dialog]").First.TapAsync();
                await Expect(visit.Screen.Dialog).ToBeVisibleAsync();
                await FitThumbsAsync(visit.Screen, "dialog .close");
                await visit.Screen.FitsAsync();
            },
            Look.Hand
        );

    [Fact]
    public Task The_drawer_opens_closes_and_leads() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, screen) = (visit.Page, visit.Screen);
                await visit.SignUpAsync();
                await visit.GoAsync("/");
                var drawer = page.Locator("#rail");
                await Expect(drawer).Not.ToBeInViewportAsync();
                await page.Locator(".top a[href='#rail']").TapAsync();
                await Expect(drawer).ToBeInViewportAsync(new() { Ratio = 1 });
                await FitThumbsAsync(screen, ".rail .nav, .rail .wallet");
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
                var screen = visit.Screen;
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-writer");
                await screen.Box.FocusAsync();
                await visit.Page.Keyboard.TypeAsync("Write 600 words");
                await visit.Page.Keyboard.PressAsync("Enter");
                await visit.Page.Keyboard.TypeAsync("please");
                await Expect(screen.Box).ToHaveValueAsync("Write 600 words\nplease");
                await screen.Send.TapAsync();
                await visit.Page.WaitForURLAsync("**/c/*");
                await screen.FinishedAsync();
                await Expect(screen.Box).ToBeInViewportAsync(new() { Ratio = 1 });
                await Expect(screen.Send).ToBeInViewportAsync(new() { Ratio = 1 });
                await Expect(screen.Quote).ToBeInViewportAsync(new() { Ratio = 1 });
                await screen.Box.FillAsync(string.Join('\n', Enumerable.Range(1, 60)));
                await Expect(screen.Send).ToBeInViewportAsync(new() { Ratio = 1 });
                await Expect(screen.Box).ToBeInViewportAsync(new() { Ratio = 1 });
            },
            Look.Hand
        );

    private static async Task AskByThumbAsync(Screen screen)
    {
        await screen.ModelButton.TapAsync();
        await screen.FitsAsync();
        await FitThumbsAsync(screen, ".picker [data-model], .picker input, dialog .close");
        await screen.Picker.Locator("[data-model='sandbox-tables']").TapAsync();
        await screen.Box.FillAsync("Compare the planets");
        await screen.Send.TapAsync();
        await screen.Page.WaitForURLAsync("**/c/*");
    }

    private static async Task FitThumbsAsync(Screen screen, string targets) =>
        (
            await screen
                .Page.Locator(targets)
                .EvaluateAllAsync<string[]>(
                    """
                    all => all.filter(it => it.checkVisibility()).map(it => ({ it, box: it.getBoundingClientRect() }))
                      .filter(({ box }) => box.width < 43.5 || box.height < 43.5)
                      .map(({ it, box }) => `${it.outerHTML.slice(0, 80)} is ${Math.round(box.width)}x${Math.round(box.height)}`)
                    """
                )
        ).ShouldBeEmpty(screen.Page.Url);
}
