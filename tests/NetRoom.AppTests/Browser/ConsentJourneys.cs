using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

/// <summary>What people decide about themselves: cookies, their name, their age, letters.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class ConsentJourneys(NetRoomApp app, SuiteBrowser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_visitor_chooses_about_cookies_once_and_changes_it_from_the_foot_of_any_page(
        bool script
    ) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var page = visit.Page;
                await visit.GoAsync("/models?utm_source=vk");
                await page.GetByText("Also where I came from").ClickAsync();
                await page.WaitForURLAsync("**/models?utm_source=vk");
                await Expect(page.Locator(".banner")).ToHaveCountAsync(0);
                await visit.GoAsync("/sign-in");
                await Expect(page.Locator(".banner")).ToHaveCountAsync(0);
                await page.Locator(".foot-links").GetByText("Cookies").ClickAsync();
                await Expect(page.GetByText("You allowed us to remember")).ToBeVisibleAsync();
                await page.GetByText("Only what is needed", new() { Exact = true }).ClickAsync();
                await Expect(page.GetByText("Only what is needed.", new() { Exact = true }))
                    .ToBeVisibleAsync();
                (await visit.Profile.CookiesAsync()).ShouldNotContain(cookie =>
                    cookie.Name == "nr-from"
                );
            },
            Look.Desktop with
            {
                Script = script,
            }
        );

    [Fact]
    public Task A_person_gives_a_name_and_the_menu_calls_them_by_it() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var page = visit.Page;
                await visit.SignUpAsync();
                await visit.GoAsync("/settings");
                await page.GetByLabel("Name").FillAsync("Anna");
                await page.GetByLabel("Dark").Last.CheckAsync();
                await page.Locator("form.panel .primary").ClickAsync();
                await Expect(page.Locator(".account summary")).ToHaveTextAsync("Anna");
                await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
                await Expect(page.Locator(".toast")).ToHaveTextAsync("Saved");
            }
        );

    [Fact]
    public Task A_person_asks_for_letters_and_stops_them_without_a_script() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var page = visit.Page;
                await visit.SignUpAsync();
                await visit.GoAsync("/settings/privacy");
                await page.GetByText("Send me news").ClickAsync();
                await page.GetByText("Stop these letters").ClickAsync();
                await Expect(page.GetByText("Send me news")).ToBeVisibleAsync();
                await Expect(page.Locator("table.ledger").GetByText("withdrawn"))
                    .ToHaveCountAsync(1);
            },
            Look.Hand with
            {
                Script = false,
            }
        );
}
