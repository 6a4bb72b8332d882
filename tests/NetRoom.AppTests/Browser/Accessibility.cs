using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

/// <summary>axe finds nothing, in each state of each page.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class Accessibility(NetRoomApp app, SuiteBrowser browser)
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private static readonly object Rules = new
    {
        type = "tag",
        values = (string[])
            ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    };

    private static readonly object Colours = new
    {
        type = "rule",
        values = (string[])["color-contrast"],
    };

    public static TheoryData<string> Looks { get; } = new("desktop", "phone");

    [Theory]
    [MemberData(nameof(Looks))]
    public Task Public_pages_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect("status of 4");
                var found = new List<string>();
                foreach (
                    var path in (string[])
                        [
                            "/",
                            "/sign-in",
                            "/models",
                            "/ru/models",
                            "/models/sandbox-thinker",
                            "/terms/",
                            "/cookies",
                            "/api",
                            "/ru/api",
                            "/nothing",
                            "/sign-up",
                        ]
                )
                {
                    await visit.GoAsync(path);
                    await LookAsync(visit, look + path, found);
                }

                await visit.Page.Locator("form.panel").EvaluateAsync("it => it.noValidate = true");
                await visit.Page.Locator("form.panel .primary").ClickAsync();
                await Expect(visit.Page.Locator(".field .error").First).ToBeVisibleAsync();
                await LookAsync(visit, look + " sign-up with errors", found);
                found.ShouldBeEmpty();
            },
            LookOf(look)
        );

    [Theory]
    [MemberData(nameof(Looks))]
    public Task Chats_and_money_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab, found) = (visit.Page, visit.Tab, new List<string>());
                visit.Expect("status of 402");
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-thinker");
                await LookAsync(visit, look + " home", found);
                await tab.ModelButton.ClickAsync();
                await Expect(tab.Picker).ToBeVisibleAsync();
                await LookAsync(visit, look + " picker", found);

                var chat = await ChatOfAllKindsAsync(visit);
                await visit.GoAsync(chat);
                await Expect(tab.Answer.Locator(".acts")).ToBeVisibleAsync();
                await Expect(page.Locator("math").First).ToBeVisibleAsync();
                await LookAsync(visit, look + " all kinds", found);
                await page.Locator(".menu summary").ClickAsync();
                await LookAsync(visit, look + " menu", found);
                await page.Locator("a.price").Last.ClickAsync();
                await Expect(tab.Dialog).ToBeVisibleAsync();
                await LookAsync(visit, look + " receipt dialog", found);
                await visit.GoAsync(
                    (await page.Locator("a.price").Last.GetAttributeAsync("href"))!
                );
                await LookAsync(visit, look + " receipt", found);

                await visit.GoAsync(chat);
                await tab.ChooseAsync("sandbox-pace");
                await tab.Box.FillAsync("pace 4000 x 20ms");
                await tab.Send.ClickAsync();
                await tab.StreamsAsync();
                await LookAsync(visit, look + " running", found);
                await tab.Stop.ClickAsync();
                await tab.FinishedAsync();
                await LookAsync(visit, look + " stopped", found);

                await visit.GoAsync("/balance");
                await LookAsync(visit, look + " balance", found);
                await visit.App.Books.LeaveAsync(visit.Person.Email, Money.Zero);
                await page.ReloadAsync();
                await LookAsync(visit, look + " empty balance", found);
                await visit.GoAsync("/");
                await tab.Box.FillAsync("For free?");
                await tab.Send.ClickAsync();
                await Expect(page.Locator(".composer-problem [role=alert]")).ToBeVisibleAsync();
                await LookAsync(visit, look + " no money", found);
                found.ShouldBeEmpty();
            },
            LookOf(look)
        );

    [Theory]
    [MemberData(nameof(Looks))]
    public Task Plans_limits_and_the_owners_ledger_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, found) = (visit.Page, new List<string>());
                visit.Expect("status of 422");
                await visit.SignInAsOwnerAsync();
                var (wallet, refund) = await FurnishAsync(visit);
                var ledger = $"/operator/ledger/wallets/{wallet}";
                foreach (
                    var path in (string[])
                        [
                            "/balance",
                            "/balance?category=video",
                            "/balance/plans",
                            refund,
                            "/balance/limits",
                            "/operator/ledger",
                            "/operator/ledger/reconciliation",
                            ledger,
                            ledger + "/explain",
                            ledger + "/adjust",
                            ledger + "/adjust?amount=5000&class=2&reason=goodwill",
                            ledger + "/status",
                            ledger + "/write-off",
                        ]
                )
                {
                    await visit.GoAsync(path);
                    await LookAsync(visit, look + path.Split('?')[0], found);
                    await visit.Tab.FitsAsync();
                }

                await visit.GoAsync(ledger + "/adjust?amount=900&class=2&reason=goodwill");
                await page.Locator("form.ops-form .primary").ClickAsync();
                await page.WaitForURLAsync("**" + ledger);
                foreach (var act in (string[])["/void", "/return"])
                {
                    await visit.GoAsync(ledger);
                    await visit.GoAsync(
                        (
                            await page.Locator($"a[data-dialog][href$='{act}']")
                                .First.GetAttributeAsync("href")
                        )!
                    );
                    await LookAsync(visit, look + act, found);
                    await visit.Tab.FitsAsync();
                }

                await visit.GoAsync(ledger + "/adjust?amount=50000&class=2&reason=goodwill");
                await page.Locator("form.ops-form .primary").ClickAsync();
                await page.WaitForURLAsync("**/ledger/adjustments/*");
                await LookAsync(visit, look + " an adjustment that waits", found);

                await visit.GoAsync("/balance/limits");
                await page.GetByLabel("At most a day").FillAsync("a lot");
                await page.Locator("form.panel .primary").ClickAsync();
                await Expect(page.Locator(".field .error")).ToBeVisibleAsync();
                await LookAsync(visit, look + " limits with an error", found);
                await visit.GoAsync(ledger);
                await page.Locator("a[data-dialog][href$='/adjust']").ClickAsync();
                await Expect(visit.Tab.Dialog).ToBeVisibleAsync();
                await LookAsync(visit, look + " adjustment in a dialog", found);
                found.ShouldBeEmpty();
            },
            LookOf(look)
        );

    [Theory]
    [MemberData(nameof(Looks))]
    public Task Api_keys_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, found) = (visit.Page, new List<string>());
                visit.Expect("status of 422");
                await visit.SignUpAsync();
                await visit.GoAsync("/settings/api-keys");
                await LookAsync(visit, look + " no keys", found);
                await visit.Tab.FitsAsync();
                await page.GetByLabel("Name", new() { Exact = true }).FillAsync("My robot");
                await page.GetByLabel("At most a day").FillAsync("a lot");
                await page.GetByText("Only some models").ClickAsync();
                await page.Locator(".key-form .primary").ClickAsync();
                await Expect(page.Locator(".field .error")).ToBeVisibleAsync();
                await LookAsync(visit, look + " keys with an error", found);
                await page.GetByLabel("At most a day").FillAsync("500");
                await page.Locator(".key-form .primary").ClickAsync();
                await Expect(page.Locator(".key-new code")).ToContainTextAsync("nr-");
                await LookAsync(visit, look + " a new key", found);
                await visit.Tab.FitsAsync();
                await page.Locator(".keys a.danger").ClickAsync();
                await Expect(visit.Tab.Dialog).ToBeVisibleAsync();
                await LookAsync(visit, look + " revoke in a dialog", found);
                await visit.Tab.Dialog.Locator(".danger").ClickAsync();
                await Expect(page.Locator(".keys .tag")).ToHaveTextAsync("revoked");
                await LookAsync(visit, look + " a revoked key", found);
                await visit.GoAsync("/api");
                await LookAsync(visit, look + " api, signed in", found);
                await visit.Tab.FitsAsync();
                found.ShouldBeEmpty();
            },
            LookOf(look)
        );

    [Theory]
    [MemberData(nameof(Looks))]
    public Task Security_and_people_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, found) = (visit.Page, new List<string>());
                visit.Expect("status of 4");
                await visit.SignInAsOwnerAsync();
                await visit.GoAsync("/settings/security");
                await SeeAsync("security");
                await page.Locator("form[action$='/app/begin'] button").ClickAsync();
                await page.Locator("#f-code").FillAsync("000000");
                await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
                await Expect(page.Locator(".field .error")).ToBeVisibleAsync();
                await SeeAsync("setting up an app");
                var key = await page.Locator("code.secret").InnerTextAsync();
                await page.Locator("#f-code").FillAsync(OneTimeCode.Now(key));
                await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
                await Expect(page.Locator(".codes code")).ToHaveCountAsync(10);
                await SeeAsync("recovery codes");

                await visit.GoAsync("/operator/people");
                await page.Locator("#word").FillAsync((await app.SignUpAsync()).Email);
                await page.Locator("#word").PressAsync("Enter");
                await SeeAsync("somebody found");
                await page.Locator(".people a").First.ClickAsync();
                await page.Locator("#block-reason").FillAsync("spam");
                await page.Locator("form[action$='/block'] button").ClickAsync();
                await Expect(page.Locator(".person-facts .person-blocked")).ToBeVisibleAsync();
                await SeeAsync("a blocked person");
                await visit.GoAsync("/operator/acts");
                await SeeAsync("acts");

                await visit.Profile.ClearCookiesAsync();
                await visit.GoAsync("/sign-in");
                await page.Locator("[name=email]").FillAsync(visit.Person.Email);
                await page.Locator("[name=password]").FillAsync(visit.Person.Password);
                await page.Locator("form.panel .primary").ClickAsync();
                await page.WaitForURLAsync("**/sign-in/second-step");
                await page.Locator("#f-code").FillAsync("000000");
                await page.Locator("form.panel .primary").ClickAsync();
                await Expect(page.Locator(".field .error")).ToBeVisibleAsync();
                await SeeAsync("second step");
                found.ShouldBeEmpty();

                async Task SeeAsync(string name)
                {
                    await LookAsync(visit, $"{look} {name}", found);
                    await visit.Tab.FitsAsync();
                }
            },
            LookOf(look)
        );

    [Theory]
    [MemberData(nameof(Looks))]
    public Task Profile_privacy_and_second_accounts_have_no_barriers(string look) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var found = new List<string>();
                await visit.SignInAsOwnerAsync();
                var id = await app.Books.SuspectAsync(visit.Person.Email);
                foreach (
                    var path in (string[])
                        [
                            "/settings/profile",
                            "/settings/privacy",
                            "/consent/declined",
                            "/operator/abuse",
                            $"/operator/abuse/{id}",
                            "/balance",
                        ]
                )
                {
                    await visit.GoAsync(path);
                    await LookAsync(visit, look + path.Replace($"{id}", "one"), found);
                    await visit.Tab.FitsAsync();
                }

                found.ShouldBeEmpty();
            },
            LookOf(look)
        );

    /// <summary>A wallet with a pack, a running job and a debt; answers its id and the address of the pack's refund.</summary>
    private static async Task<(Guid Wallet, string Refund)> FurnishAsync(Visit visit)
    {
        var (books, person) = (visit.App.Books, visit.Person);
        var pack = $"pack-{Ids.New():n}"[..20];
        await books.SellPackAsync(pack, "Look pack", Money.Roubles(20), 100_000, "sandbox-echo");
        var plans = await person.OpenAsync("/balance/plans");
        await person.SubmitAsync(plans, $"li.panel:has(input[value='{pack}']) form[action$='buy']");
        await books.WithdrawAsync(pack);
        await books.HoldAsync(person.Email, Money.Roubles(10));
        await books.VoidStarterAsync(person.Email);
        var balance = await person.OpenAsync("/balance");
        return (
            await books.ScalarAsync<Guid>(
                "SELECT w.id FROM billing.wallet w JOIN accounts.identity i ON i.account_id = w.account_id WHERE i.subject = $1",
                person.Email
            ),
            balance.Page.QuerySelector(".holdings a[href*='refund']")!.GetAttribute("href")!
        );
    }

    internal static Look LookOf(string look) => look == "phone" ? Look.Hand : Look.Desktop;

    /// <summary>Code, tables, formulas, thoughts and a failure in one chat; asked without the browser, so it takes no time.</summary>
    private static async Task<string> ChatOfAllKindsAsync(Visit visit)
    {
        var asked = await visit.Person.AskAsync("Reverse a list", "sandbox-coder");
        await visit.Person.AnswerAsync(asked);
        foreach (
            var model in (string[])
                ["sandbox-tables", "sandbox-math", "sandbox-thinker", "sandbox-echo", "fault-500"]
        )
            await visit.Person.AnswerAsync(
                await visit.Person.AskAsync("How much is 2 + 3 * 4?", model, asked.Chat)
            );
        return $"/c/{asked.Chat}";
    }

    /// <summary>All rules by day; by night only the colours differ.</summary>
    internal static async Task LookAsync(Visit visit, string name, List<string> found)
    {
        await LookAsync(visit, name, Rules, found);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await LookAsync(visit, name + " by night", Colours, found);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    private static async Task LookAsync(Visit visit, string name, object rules, List<string> found)
    {
        if (Environment.GetEnvironmentVariable("NETROOM_SCREENS") is { Length: > 0 } folder)
            await visit.Page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(folder, name.Replace('/', '_').Replace(' ', '_') + ".png"),
                }
            );
        // In the page itself and once for a page: the package's own way opens another page for each look.
        if (!await visit.Page.EvaluateAsync<bool>("() => 'axe' in window"))
            await visit.Page.EvaluateAsync(Axe);
        var violations = await visit.Page.EvaluateAsync<string[]>(
            """
            async runOnly => (await axe.run(document, { runOnly, resultTypes: ["violations"] })).violations
              .map(it => `${it.id}: ${it.help}: ${it.nodes.slice(0, 3).map(node => node.html).join(" | ")}`)
            """,
            rules
        );
        found.AddRange(violations.Select(violation => $"{name}: {violation}"));
    }
}
