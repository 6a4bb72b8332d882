using System.Text.RegularExpressions;
using NetRoom.Accounts.Cookies;
using NetRoom.Tests.Support;
using Repository = NetRoom.Tests.Architecture.Repository;

namespace NetRoom.Tests.Accounts.Consents;

[Collection(PostgresCollection.Name)]
public sealed partial class CookieTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private const string Tagged = "/terms/?utm_source=vk";

    [Fact]
    public async Task Every_cookie_that_the_site_sets_is_on_its_page()
    {
        using var browser = app.NewBrowser();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await GoAsync(browser.GetAsync(Tagged));
        await GoAsync(browser.SubmitAsync("/cookies", ("choice", "all"), ("back", "/terms/")));
        await GoAsync(browser.SignUpAsync(ConsentApp.NewEmail()));
        await GoAsync(ProfileTests.SaveAsync(browser, ("theme", "dark"), ("dollars", "yes")));
        var page = await browser.GetAsync("/settings/profile");
        await GoAsync(
            browser.PostAsync("/consent/later", page.Token, ("newest", "2026-12-01"), ("back", "/"))
        );
        await GoAsync(browser.PostAsync("/sign-out", page.Token));

        seen.Except(CookieLine.All.Select(line => line.Name)).ShouldBeEmpty();
        // The clock's is set by the script, the others by ways in that this evening did not take.
        CookieLine
            .All.Select(line => line.Name)
            .Except(seen)
            .ShouldBe([
                "__Host-nr-w-…",
                "__Host-nr-new",
                "__Host-nr-step",
                "__Host-nr-pk",
                "__Host-nr-em",
                "nr-tz",
            ]);
        var list = (await browser.GetAsync("/cookies")).Body;
        foreach (var line in CookieLine.All)
            list.ShouldContain($"<code>{line.Name}</code>");

        async Task GoAsync(Task<Answer> step)
        {
            await step;
            seen.UnionWith(browser.LastSet.Select(line => line.Split('=')[0]));
        }
    }

    [Fact]
    public void No_cookie_is_named_in_the_sources_that_is_not_on_the_page() =>
        Repository
            .Files("src", ".cs", ".ts")
            .Where(path => !path.Contains("NetRoom.Sandbox", StringComparison.Ordinal))
            .SelectMany(path => CookieName().Matches(Repository.Read(path)))
            .Select(match => match.Groups["name"].Value)
            .Distinct()
            .Except(CookieLine.All.Select(line => line.Name))
            .ShouldBeEmpty();

    [Fact]
    public async Task Nothing_is_remembered_beyond_the_visit_until_the_visitor_allows_it()
    {
        using var browser = app.NewBrowser();
        (await browser.GetAsync(Tagged)).Body.ShouldContain("Only what is needed");
        From(browser).ShouldNotContain("max-age");
        (
            await browser.SubmitAsync("/terms/", "/cookies", ("choice", "all"), ("back", "/terms/"))
        ).Location.ShouldBe("/terms/");
        From(browser).ShouldContain("max-age=7776000");
        browser.LastSet.ShouldContain(line =>
            line.StartsWith("nr-cookies=all", StringComparison.Ordinal)
            && line.Contains("max-age=15552000", StringComparison.Ordinal)
        );
        (await browser.GetAsync("/terms/")).Body.ShouldNotContain("Cookies: your choice");
        await browser.SubmitAsync("/cookies", ("choice", "necessary"), ("back", "/cookies"));
        browser.Cookies.ShouldNotContainKey("nr-from");
        (await browser.GetAsync("/cookies")).Body.ShouldContain("Only what is needed.");
    }

    [Fact]
    public async Task Who_allowed_it_is_remembered_from_the_first_page_and_the_first_visit_is_recorded()
    {
        using var browser = app.NewBrowser();
        var email = ConsentApp.NewEmail();
        await browser.SubmitAsync("/cookies", ("choice", "all"), ("back", "/"));
        await browser.GetAsync("/ru/terms/");
        browser.UserAgent = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0";
        app.Clock.Pass(TimeSpan.FromDays(3));
        await browser.SignUpAsync(email);
        (
            await app.Database.ScalarAsync<string>(
                $"""
                SELECT concat_ws(' ', landing_page, created_at - first_visit_at, first_platform, first_device, first_os, first_browser, host(first_ip), os, browser)
                  FROM accounts.attribution WHERE account_id = (SELECT id FROM accounts.account WHERE email = '{email}')
                """
            )
        ).ShouldBe("/ru/terms/ 3 days web desktop Linux Chrome 127.0.0.1 Windows Firefox");
    }

    [Fact]
    public async Task The_bar_offers_both_choices_alike_and_is_not_for_those_who_are_signed_in()
    {
        using var browser = app.NewBrowser();
        var page = await browser.GetAsync("/terms/");
        var buttons = Button()
            .Matches(page.Body)
            .Select(match => match.Groups["class"].Value)
            .ToList();
        buttons.ShouldBe(["btn", "btn"]);
        await browser.SignUpAsync(ConsentApp.NewEmail());
        (await browser.GetAsync("/terms/")).Body.ShouldNotContain("name=\"choice\"");
    }

    private static string From(Browser browser) =>
        browser.LastSet.Single(line => line.StartsWith("nr-from=", StringComparison.Ordinal));

    [GeneratedRegex(
        @"[""`](?<name>(?:__Host-)?nr-[a-z]+)[""=]",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex CookieName();

    [GeneratedRegex(
        @"<button class=""(?<class>[^""]*)"" name=""choice""",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Button();
}
