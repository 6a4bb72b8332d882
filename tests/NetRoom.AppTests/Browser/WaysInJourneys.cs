using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

/// <summary>Coming by a provider, and the Mini App in a frame of another site, in a real browser.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class WaysInJourneys(NetRoomApp app, SuiteBrowser browser)
{
    [Theory]
    [InlineData("desktop")]
    [InlineData("phone")]
    public Task A_newcomer_comes_by_Google_and_links_Yandex(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect(app.Sandbox.Address.Authority);
                visit.Expect("status of 422");
                var (page, found) = (visit.Page, new List<string>());
                var person = NewPerson();
                await visit.GoAsync("/sign-in?returnUrl=%2Fsettings%2Fways-in");
                await Accessibility.LookAsync(visit, look + " sign-in with ways", found);
                await page.GetByText("Continue with Google").ClickAsync();
                await AllowAsync(page, person);
                await Expect(page.GetByText($"person{person}@gmail.com")).ToBeVisibleAsync();
                await Accessibility.LookAsync(visit, look + " complete", found);
                await page.Locator("form.panel").EvaluateAsync("it => it.noValidate = true");
                await page.GetByText("Make my account").ClickAsync();
                await Expect(page.Locator(".error")).ToHaveCountAsync(3);
                await Accessibility.LookAsync(visit, look + " complete with errors", found);
                await AgreeAsync(page.Locator("main"));

                await Expect(page.Locator(".way-list li")).ToHaveCountAsync(1);
                await Accessibility.LookAsync(visit, look + " ways in", found);
                await page.GetByText("Link Yandex").ClickAsync();
                await AllowAsync(page, person);
                await Expect(page.Locator(".way-list li")).ToHaveCountAsync(2);
                await visit.Tab.FitsAsync();
                await Accessibility.LookAsync(visit, look + " two ways in", found);
                await visit.GoAsync("/settings/ways-in/password");
                await Accessibility.LookAsync(visit, look + " add a password", found);
                await visit.GoAsync("/sign-in/again");
                await Accessibility.LookAsync(visit, look + " again", found);
                found.ShouldBeEmpty();
            },
            look == "phone" ? Look.Hand : Look.Desktop
        );

    [Fact]
    public Task Who_denies_reads_why_nothing_happened() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect(app.Sandbox.Address.Authority);
                visit.Expect("status of 422");
                await visit.GoAsync("/ru/sign-in");
                await visit.Page.GetByText("Войти через Telegram").ClickAsync();
                await visit.Page.GetByText("Deny").ClickAsync();
                await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
                var found = new List<string>();
                await Accessibility.LookAsync(visit, "denied", found);
                found.ShouldBeEmpty();
            }
        );

    [Fact]
    public Task The_Mini_App_lives_in_a_frame_of_another_site() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect($"localhost:{app.Sandbox.Address.Port}");
                visit.Expect("Blocked autofocusing");
                var page = visit.Page;
                await page.GotoAsync(
                    $"http://localhost:{app.Sandbox.Address.Port}/telegram-client?app={Uri.EscapeDataString(new Uri(app.Node.Address, "/telegram").ToString())}&person={NewPerson()}"
                );
                var mini = page.FrameLocator("iframe");
                await AgreeAsync(mini.Locator("main"));
                await mini.Locator("textarea[name=text]").FillAsync("Hello from the frame");
                await mini.Locator("textarea[name=text]").PressAsync("Enter");
                await Expect(mini.Locator("article.bot .acts"))
                    .ToBeVisibleAsync(new() { Timeout = 30_000 });

                var cookies = (await visit.Profile.CookiesAsync())
                    .Where(cookie => cookie.Name is "__Host-nr-at" or "__Host-nr-rt" or "nr-tz")
                    .ToList();
                cookies.Count.ShouldBe(3, "access, refresh and the clock");
                cookies.ShouldAllBe(cookie =>
                    cookie.SameSite == SameSiteAttribute.None
                    && cookie.Secure
                    && !string.IsNullOrEmpty(cookie.PartitionKey)
                );

                var frame = page.Frames.Single(one => one.Name == "app");
                frame.Url.ShouldNotContain("tgWebAppData");
                await frame.EvaluateAsync("() => location.reload()");
                await Expect(mini.Locator("article.me")).ToContainTextAsync("Hello from the frame");

                // In a tab of the same browser nobody is signed in, and nothing may be framed.
                await visit.GoAsync("/balance");
                await page.WaitForURLAsync("**/sign-in?*");
            }
        );

    private static string NewPerson() =>
        System.Security.Cryptography.RandomNumberGenerator.GetString("123456789", 12);

    private static async Task AllowAsync(IPage page, string person)
    {
        await page.Locator("[name=other]").FillAsync(person);
        await page.GetByText("Allow", new() { Exact = true }).ClickAsync();
    }

    private static async Task AgreeAsync(ILocator main)
    {
        await main.GetByLabel("I am 18 or older").CheckAsync();
        await main.Locator("[name=terms]").CheckAsync();
        await main.Locator("[name=personalData]").CheckAsync();
        await main.GetByText("Make my account").ClickAsync();
    }
}
