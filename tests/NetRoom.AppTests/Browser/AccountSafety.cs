using System.Text.RegularExpressions;
using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

/// <summary>Letters with links, sessions and notices, as a person meets them.</summary>
[Collection(NetRoomApp.Collection)]
public sealed partial class AccountSafety(NetRoomApp app, SuiteBrowser browser)
{
    private const string NewPassword = "five new kettles hum along";

    public static TheoryData<bool> Scripts { get; } = new(true, false);

    [Theory]
    [MemberData(nameof(Scripts))]
    public Task A_forgotten_password_is_set_anew_by_the_link_in_the_letter(bool script) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, person) = (visit.Page, await app.SignUpAsync());
                await visit.GoAsync("/sign-in");
                await page.GetByRole(
                        Microsoft.Playwright.AriaRole.Link,
                        new() { Name = "Forgot the password?" }
                    )
                    .ClickAsync();
                await page.GetByLabel("Email").FillAsync(person.Email);
                await page.Locator("form.panel .primary").ClickAsync();
                await Expect(page.Locator("main [role=status]")).ToContainTextAsync(person.Email);

                var code = await CodeAsync(person.Email);
                await visit.GoAsync("/mail-link" + (script ? "#" + code : ""));
                if (!script)
                {
                    await page.GetByLabel("The link from the letter")
                        .FillAsync($"https://netroom.example/mail-link#{code}");
                    await page.Locator("form.panel .primary").ClickAsync();
                }

                await page.GetByLabel("Password", new() { Exact = true }).FillAsync(NewPassword);
                page.Url.ShouldNotContain(code);
                await page.Locator("form.panel .primary").ClickAsync();
                await Expect(page.Locator(".rail")).ToContainTextAsync(person.Email);
                await visit.GoAsync("/settings/sessions");
                await Expect(page.Locator(".security-events").Last)
                    .ToContainTextAsync("A new password was set by a letter");
            },
            new Look(Script: script)
        );

    [Theory]
    [MemberData(nameof(Accessibility.Looks), MemberType = typeof(Accessibility))]
    public Task Letters_sessions_and_notices_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, found) = (visit.Page, new List<string>());
                visit.Expect("status of 4");
                await visit.GoAsync("/forgot-password");
                await SeeAsync("forgot-password");
                await page.GetByLabel("Email").FillAsync("nobody@people.test");
                await page.Locator("form.panel .primary").ClickAsync();
                await SeeAsync("forgot-password sent");
                await visit.GoAsync("/mail-link#" + new string('A', 43));
                await Expect(page.Locator("[role=alert]")).ToBeVisibleAsync();
                await SeeAsync("a dead link");

                await visit.SignUpAsync();
                await visit.SecondBrowserAsync();
                await visit.GoAsync("/settings/sessions");
                await SeeAsync("sessions");
                await page.Locator("form[action$='end-others'] button").ClickAsync();
                await page.GetByText("Ended in the last seven days").ClickAsync();
                await SeeAsync("sessions ended");
                await visit.GoAsync("/settings/notifications");
                await SeeAsync("notifications");
                await visit.GoAsync("/settings/email");
                await SeeAsync("email");
                await page.GetByLabel("The password you have now").FillAsync("something else");
                await page.GetByLabel("A new password").FillAsync(NewPassword);
                await page.Locator("form[action='/settings/password'] .primary").ClickAsync();
                await Expect(page.Locator(".field .error")).ToBeVisibleAsync();
                await SeeAsync("email with an error");
                await page.Locator("form[action='/prove-email'] button").ClickAsync();
                await SeeAsync("prove-email");
                await visit.GoAsync("/settings/email/change");
                await SeeAsync("email change");
                await visit.GoAsync("/mail-link#" + await CodeAsync(visit.Person.Email));
                await Expect(page.Locator("form[action='/mail-link/use']")).ToBeVisibleAsync();
                await SeeAsync("prove by link");
                found.ShouldBeEmpty();

                async Task SeeAsync(string name)
                {
                    await Accessibility.LookAsync(visit, $"{look} {name}", found);
                    await visit.Tab.FitsAsync();
                }
            },
            Accessibility.LookOf(look)
        );

    /// <summary>The secret of the link in the newest letter that has one.</summary>
    private Task<string> CodeAsync(string email) =>
        Eventually.GetAsync(
            async () =>
                (await app.Sandbox.InboxAsync(email))
                    .Select(letter => Secret().Match(letter.Text).Groups["code"].Value)
                    .FirstOrDefault(code => code.Length > 0),
            "a letter with a link"
        );

    [GeneratedRegex(@"/mail-link#(?<code>[\w-]{43})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();
}
