using System.Net;
using System.Security.Cryptography;
using System.Text;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.WaysIn;

/// <summary>The Mini App and the widget, as the sandbox' client of Telegram opens them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TelegramTests(WaysApp app) : IClassFixture<WaysApp>
{
    private static readonly (string, string)[] InAFrame = [("Sec-Fetch-Dest", "iframe")];

    [Fact]
    public async Task A_newcomer_agrees_and_is_in_the_chat_they_were_sent_to()
    {
        using var browser = app.NewBrowser();
        var person = WaysApp.NewPerson();
        var data = await app.InitDataAsync(person, start: "balance");
        (await WaysApp.EnterAppAsync(browser, data)).Location.ShouldBe("/sign-up/complete");
        (await WaysApp.CompleteAsync(browser)).Location.ShouldBe("/balance");
        (await browser.GetAsync("/settings/ways-in")).Body.ShouldContain($"@person_{person}");
        (
            await app.CountAsync($"identity WHERE provider = 'telegram' AND subject = '{person}'")
        ).ShouldBe(1);
    }

    [Fact]
    public async Task The_button_of_the_site_and_the_Mini_App_are_the_same_person()
    {
        var person = WaysApp.NewPerson();
        using var site = await app.SignedUpAsync("telegram", person);
        using var mini = app.NewBrowser();
        (await WaysApp.EnterAppAsync(mini, await app.InitDataAsync(person))).Location.ShouldBe("/");
        (await WaysApp.WhoAsync(mini)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Data_that_signed_somebody_in_does_so_no_second_time()
    {
        var person = WaysApp.NewPerson();
        using var first = await app.SignedUpAsync("telegram", person);
        var data = await app.InitDataAsync(person);
        using var mini = app.NewBrowser();
        (await WaysApp.EnterAppAsync(mini, data)).Location.ShouldBe("/");
        using var thief = app.NewBrowser();
        var refused = await WaysApp.EnterAppAsync(thief, data);
        refused.Errors.ShouldContain("already");
        (await WaysApp.WhoAsync(thief)).ShouldBeNull();
    }

    [Fact]
    public async Task A_reload_with_the_same_data_goes_on_in_the_same_session()
    {
        var person = WaysApp.NewPerson();
        using var first = await app.SignedUpAsync("telegram", person);
        var data = await app.InitDataAsync(person, start: "models");
        using var mini = app.NewBrowser();
        await WaysApp.EnterAppAsync(mini, data);
        var who = await WaysApp.WhoAsync(mini);
        (await WaysApp.EnterAppAsync(mini, data)).Location.ShouldBe("/models");
        (await WaysApp.WhoAsync(mini)).ShouldBe(who);
        // Two tabs at once, the second of which comes too late for the data.
        using var tab = mini.Copy();
        (await WaysApp.EnterAppAsync(tab, data)).Location.ShouldBe("/models");
    }

    [Fact]
    public async Task Another_person_of_the_same_browser_gets_their_own_account()
    {
        var (anna, boris) = (WaysApp.NewPerson(), WaysApp.NewPerson());
        using var browser = await app.SignedUpAsync("telegram", anna);
        using var before = browser.Copy();
        (await WaysApp.EnterAppAsync(browser, await app.InitDataAsync(boris))).Location.ShouldBe(
            "/sign-up/complete"
        );
        await WaysApp.CompleteAsync(browser);
        (await browser.GetAsync("/settings/ways-in")).Body.ShouldContain($"@person_{boris}");
    }

    [Theory]
    [InlineData("changed", "does not come from Telegram")]
    [InlineData("other_bot", "does not come from Telegram")]
    [InlineData("twice", "does not come from Telegram")]
    [InlineData("unsigned", "does not come from Telegram")]
    [InlineData("old", "too old")]
    [InlineData("future", "too old")]
    public async Task What_does_not_hold_signs_nobody_in(string fault, string words)
    {
        using var browser = app.NewBrowser();
        var answer = await WaysApp.EnterAppAsync(
            browser,
            await app.InitDataAsync(WaysApp.NewPerson(), fault)
        );
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.ShouldContain(words);
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-new");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("c-not-a-chat")]
    [InlineData("ref-42")]
    public async Task A_start_parameter_leads_only_where_we_know(string start)
    {
        using var browser = app.NewBrowser();
        var data = await app.InitDataAsync(WaysApp.NewPerson(), start: Uri.EscapeDataString(start));
        await WaysApp.EnterAppAsync(browser, data);
        (await WaysApp.CompleteAsync(browser)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Cookies_are_for_the_frame_only_in_the_frame()
    {
        var person = WaysApp.NewPerson();
        using var site = await app.SignedUpAsync("telegram", person);
        using var frame = app.NewBrowser();
        var page = await frame.GetAsync("/telegram", InAFrame);
        frame.LastSet.ShouldAllBe(line => IsForTheFrame(line));
        var entered = await frame.PostAsync(
            "/sign-in/telegram/app",
            page.Token,
            ("initData", await app.InitDataAsync(person))
        );
        entered.Location.ShouldBe("/");
        frame
            .LastSet.Count(line => line.StartsWith("__Host-nr-", StringComparison.Ordinal))
            .ShouldBeGreaterThanOrEqualTo(2);
        frame.LastSet.ShouldAllBe(line => IsForTheFrame(line));
        await frame.PostAsync("/sign-out", (await frame.GetAsync("/terms/")).Token);
        frame.LastSet.ShouldAllBe(line => IsForTheFrame(line));

        using var tab = app.NewBrowser();
        await WaysApp.EnterAppAsync(tab, await app.InitDataAsync(person));
        tab.Cookies.Keys.ShouldContain("__Host-nr-at");
        tab.LastSet.ShouldAllBe(line => !IsForTheFrame(line));
        tab.Cookies.Keys.ShouldNotContain("__Host-nr-em");
    }

    [Fact]
    public async Task Only_pages_opened_in_the_frame_may_be_framed()
    {
        const string ancestors = "frame-ancestors https://web.telegram.org https://*.telegram.org";
        using var browser = app.NewBrowser();
        await browser.GetAsync("/sign-in");
        browser.Policy.ShouldEndWith("frame-ancestors 'none'");
        await browser.GetAsync("/telegram");
        browser.Policy.ShouldEndWith(ancestors);
        await browser.GetAsync("/sign-in");
        browser.Policy.ShouldEndWith("frame-ancestors 'none'");
        await browser.GetAsync("/telegram", InAFrame);
        await browser.GetAsync("/sign-in");
        browser.Policy.ShouldEndWith(ancestors);
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused_in_the_frame_too()
    {
        using var frame = app.NewBrowser();
        var page = await frame.GetAsync("/telegram", InAFrame);
        var data = await app.InitDataAsync(WaysApp.NewPerson());
        (await frame.PostAsync("/sign-in/telegram/app", null, ("initData", data))).Status.ShouldBe(
            HttpStatusCode.BadRequest
        );
        page.Token.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_widget_asks_before_it_signs_in_and_does_it_once()
    {
        var person = WaysApp.NewPerson();
        var query = Widget(person, TimeProvider.System.GetUtcNow());
        using var browser = app.NewBrowser();
        var page = await browser.GetAsync("/sign-in/telegram/widget?" + query);
        page.Body.ShouldContain("Иван");
        (await WaysApp.WhoAsync(browser)).ShouldBeNull();
        var signed = page.Value("signed");
        (
            await browser.PostAsync("/sign-in/telegram/widget", page.Token, ("signed", signed))
        ).Location.ShouldBe("/sign-up/complete");
        (
            await browser.PostAsync("/sign-in/telegram/widget", page.Token, ("signed", signed))
        ).Errors.ShouldContain("already");
        (
            await browser.GetAsync(
                "/sign-in/telegram/widget?"
                    + query.Replace("id=" + person, "id=1", StringComparison.Ordinal)
            )
        ).Errors.ShouldContain("does not come from Telegram");
        (
            await browser.GetAsync(
                "/sign-in/telegram/widget?"
                    + Widget(person, TimeProvider.System.GetUtcNow().AddHours(-2))
            )
        ).Errors.ShouldContain("too old");
    }

    private static bool IsForTheFrame(string cookie) =>
        cookie.Contains("samesite=none", StringComparison.OrdinalIgnoreCase)
        && cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase)
        && cookie.Contains("; partitioned", StringComparison.OrdinalIgnoreCase);

    private static string Widget(string person, DateTimeOffset at)
    {
        var fields = $"auth_date={at.ToUnixTimeSeconds()}\nfirst_name=Иван\nid={person}";
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(WaysApp.BotToken));
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(fields));
        return fields
                .Replace("Иван", Uri.EscapeDataString("Иван"), StringComparison.Ordinal)
                .Replace('\n', '&')
            + "&hash="
            + Convert.ToHexStringLower(hash);
    }
}
