using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

/// <summary>With the authenticator that Chromium has for tests. Passkeys belong to names, so the site is visited by one.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class Passkeys(NetRoomApp app, SuiteBrowser browser)
{
    private const string Password = "four unrelated teapots sing";

    [Fact]
    public Task A_passkey_is_made_signs_in_stands_for_the_second_step_and_is_removed() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect("another origin: http://localhost");
                visit.Expect("status of 422");
                var (page, email) = (visit.Page, $"p{Ids.New():n}@people.test");
                await AddAuthenticatorAsync(visit);
                await SignUpAsync(page, email);

                await GoAsync(page, "/settings/security");
                await page.GetByLabel("Name of the new passkey").FillAsync("Desk");
                await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" })
                    .ClickAsync();
                await Expect(page.Locator(".codes code")).ToHaveCountAsync(10);
                await Expect(page.Locator(".passkey-name [name=name]")).ToHaveValueAsync("Desk");

                await SignInByPasskeyAsync(visit);
                await Expect(page.Locator("details.account summary")).ToContainTextAsync(email);

                await visit.Profile.ClearCookiesAsync();
                await GoAsync(page, "/sign-in?returnUrl=%2Fsettings%2Fsecurity");
                await page.Locator("[name=email]").FillAsync(email);
                await page.Locator("[name=password]").FillAsync(Password);
                await page.Locator("form.panel .primary").ClickAsync();
                await page.WaitForURLAsync("**/sign-in/second-step");
                await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" })
                    .ClickAsync();
                await page.WaitForURLAsync("**/settings/security");

                page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
                await page.Locator("form[action$='/remove'] button").ClickAsync();
                await Expect(page.Locator(".passkeys")).ToHaveCountAsync(0);
                await visit.Profile.ClearCookiesAsync();
                await GoAsync(page, "/sign-in");
                await PressAsync(page);
                await Expect(page.Locator("main [role=alert]"))
                    .ToContainTextAsync("The passkey was not accepted.");
            }
        );

    private async Task SignInByPasskeyAsync(Visit visit)
    {
        await visit.Profile.ClearCookiesAsync();
        await GoAsync(visit.Page, "/sign-in");
        await PressAsync(visit.Page);
        await visit.Page.WaitForURLAsync(Site("/"));
    }

    private static Task PressAsync(IPage page) =>
        page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();

    private async Task SignUpAsync(IPage page, string email)
    {
        await GoAsync(page, "/sign-up");
        await page.Locator("[name=email]").FillAsync(email);
        await page.Locator("[name=password]").FillAsync(Password);
        await page.Locator("[name=age]").First.CheckAsync();
        await page.Locator("[name=terms]").CheckAsync();
        await page.Locator("[name=personalData]").CheckAsync();
        await page.Locator("form.panel .primary").ClickAsync();
        await page.WaitForURLAsync(Site("/"));
    }

    private Task<IResponse?> GoAsync(IPage page, string path) => page.GotoAsync(Site(path));

    private string Site(string path) => $"http://localhost:{app.Node.Address.Port}{path}";

    private static async Task AddAuthenticatorAsync(Visit visit)
    {
        var driver = await visit.Profile.NewCDPSessionAsync(visit.Page);
        await driver.SendAsync("WebAuthn.enable");
        await driver.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
    }
}
