using System.Net;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts;

[Collection(PostgresCollection.Name)]
public sealed class EntryTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private const string AccessCookie = "__Host-nr-at";
    private const string RefreshCookie = "__Host-nr-rt";

    [Fact]
    public async Task A_person_signs_up_and_is_signed_in_on_the_page_they_came_for()
    {
        using var browser = app.NewBrowser();
        var email = NewEmail();
        var answer = await browser.SignUpAsync(email, changes: ("returnUrl", "/who?a=1"));
        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Errors);
        answer.Location.ShouldBe("/who?a=1");
        (await browser.GetAsync("/who")).Body.ShouldStartWith($"{email} en adult person ");
        foreach (
            var cookie in browser.Cookies.Keys.Where(name =>
                name.StartsWith("__Host-nr-", StringComparison.Ordinal)
            )
        )
            browser.Cookies[cookie].ShouldNotContain(email);
    }

    [Fact]
    public async Task The_starter_event_of_an_account_is_heard_once_and_before_the_first_page()
    {
        using var browser = app.NewBrowser();
        var before = app.News.Count;
        await browser.SignUpAsync(NewEmail());
        app.News.Count.ShouldBe(before + 1);
        await browser.SignUpAsync(NewEmail());
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        app.News.Select(news => news.AccountId).ShouldBeUnique();
    }

    [Fact]
    public async Task What_was_accepted_and_where_the_person_came_from_is_recorded()
    {
        using var browser = app.NewBrowser();
        var email = NewEmail();
        await browser.GetAsync(
            "/ru/terms/?utm_source=vk&utm_medium=cpc&utm_campaign=осень&secret=1",
            ("Referer", "https://vk.com/feed?private=1")
        );
        browser.LastSet.ShouldContain(line =>
            line.StartsWith("nr-from=", StringComparison.Ordinal)
            && line.Contains("httponly", StringComparison.OrdinalIgnoreCase)
            && !line.Contains("max-age", StringComparison.OrdinalIgnoreCase)
        );
        await browser.SignUpAsync(email);
        browser.Cookies.ShouldNotContainKey("nr-from");
        (
            await OfAccountAsync(
                email,
                "SELECT string_agg(document || ' ' || version, ', ' ORDER BY document) FROM accounts.consent"
            )
        ).ShouldBe(
            "age adult, personal-data 2026-11-20, privacy 2026-11-20, refund 2026-11-20, terms 2026-11-20"
        );
        (
            await OfAccountAsync(
                email,
                "SELECT concat_ws(' ', landing_page, referrer, utm_source, utm_medium, utm_campaign, utm_term, platform, device, os, browser, ip) FROM accounts.attribution"
            )
        ).ShouldBe(
            "/ru/terms/ https://vk.com/feed vk cpc осень web desktop Linux Chrome 127.0.0.1"
        );
    }

    [Fact]
    public async Task A_visitor_who_came_by_themselves_is_not_marked()
    {
        using var browser = app.NewBrowser();
        await browser.GetAsync("/terms/");
        browser.Cookies.ShouldNotContainKey("nr-from");
    }

    [Fact]
    public async Task An_address_has_one_account_whatever_its_case()
    {
        using var first = app.NewBrowser();
        using var second = app.NewBrowser();
        var email = NewEmail();
        await first.SignUpAsync(email);
        var answer = await second.SignUpAsync(email.ToUpperInvariant());
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.ShouldBe(
            "An account with this address could not be created. Sign in, or use another address."
        );
        second.Cookies.ShouldNotContainKey(RefreshCookie);
    }

    [Fact]
    public async Task Ten_sign_ups_at_once_with_one_address_make_one_account()
    {
        var email = NewEmail();
        var browsers = Enumerable.Range(0, 10).Select(_ => app.NewBrowser()).ToList();
        var answers = await Task.WhenAll(browsers.Select(browser => browser.SignUpAsync(email)));
        answers.Count(answer => answer.Status == HttpStatusCode.Redirect).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.UnprocessableEntity).ShouldBe(9);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task A_form_with_faults_comes_back_as_typed_but_for_the_password()
    {
        using var browser = app.NewBrowser();
        var answer = await browser.SubmitAsync(
            "/sign-up?returnUrl=%2Fstudio",
            ("email", "no address \"><script>"),
            ("password", "short-pw"),
            ("age", "guardian")
        );
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.Split(" | ").Length.ShouldBe(4);
        answer.Value("email").ShouldBe("no address \"><script>");
        answer.Body.ShouldNotContain("short-pw");
        answer.Body.ShouldContain("value=\"guardian\" required checked");
    }

    [Fact]
    public async Task A_form_in_Russian_answers_in_Russian()
    {
        using var browser = app.NewBrowser();
        var answer = await browser.SubmitAsync("/ru/sign-up", ("email", "x"));
        answer.Errors.ShouldContain("Проверьте адрес");
        answer.Errors.ShouldNotContain("accounts.");
        answer.Body.ShouldContain("href=\"/ru/terms/\"");
    }

    [Fact]
    public async Task A_minor_with_a_guardians_consent_is_no_adult()
    {
        using var browser = app.NewBrowser();
        await browser.SignUpAsync(NewEmail(), changes: ("age", "guardian"));
        (await browser.GetAsync("/who")).Body.ShouldContain(" minor person ");
    }

    [Fact]
    public async Task A_wrong_address_and_a_wrong_password_get_the_same_answer()
    {
        using var browser = app.NewBrowser();
        var email = await RegisterAsync();
        var wrong = await browser.SignInAsync(email, "not the right one");
        var unknown = await browser.SignInAsync(NewEmail(), Browser.Password);
        wrong.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        unknown.Status.ShouldBe(wrong.Status);
        unknown.Errors.ShouldBe(wrong.Errors);
        (await browser.SignInAsync(email.ToUpperInvariant(), Browser.Password)).Location.ShouldBe(
            "/"
        );
    }

    [Fact]
    public async Task After_five_failures_even_the_right_password_waits_but_not_on_a_known_device()
    {
        var email = NewEmail();
        using var owner = app.NewBrowser();
        using var stranger = app.NewBrowser();
        await owner.SignUpAsync(email);
        for (var at = 0; at < 5; at++)
            await stranger.SignInAsync(email, "guess number " + at);
        var answer = await stranger.SignInAsync(email, Browser.Password);
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        answer.Errors.ShouldBe("Too many attempts. Try again in 1 min.");
        await SignOutAsync(owner);
        (await owner.SignInAsync(email, Browser.Password)).Location.ShouldBe("/");
        app.Clock.Pass(TimeSpan.FromMinutes(1));
        (await stranger.SignInAsync(email, Browser.Password)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task A_page_and_a_form_go_on_when_the_access_token_has_expired()
    {
        using var browser = await SignedInAsync();
        var token = (await browser.GetAsync("/terms/")).Token;
        app.Clock.Pass(TimeSpan.FromMinutes(11));
        var before = browser.Cookies[RefreshCookie];
        var posted = await browser.PostAsync("/who", token, ("word", "hello"));
        posted.Body.ShouldStartWith("hello ");
        browser.Cookies[RefreshCookie].ShouldNotBe(before);
        app.Clock.Pass(TimeSpan.FromDays(29));
        browser.Cookies.Remove(AccessCookie);
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Many_tabs_restored_at_once_stay_signed_in()
    {
        using var browser = await SignedInAsync();
        app.Clock.Pass(TimeSpan.FromHours(1));
        var tabs = Enumerable.Range(0, 6).Select(_ => browser.Copy()).ToList();
        foreach (var answer in await Task.WhenAll(tabs.Select(tab => tab.GetAsync("/who"))))
            answer.Status.ShouldBe(HttpStatusCode.OK);
        tabs.Select(tab => tab.Cookies[RefreshCookie]).Distinct().Count().ShouldBe(1);
        tabs.ForEach(tab => tab.Dispose());
    }

    [Fact]
    public async Task A_stolen_refresh_token_signs_out_both()
    {
        using var browser = await SignedInAsync();
        using var thief = browser.Copy();
        thief.UserAgent = "curl/8.5";
        app.Clock.Pass(TimeSpan.FromMinutes(11));
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        app.Clock.Pass(TimeSpan.FromMinutes(1));
        (await thief.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        browser.Cookies.ShouldNotContainKey(AccessCookie);
    }

    [Fact]
    public async Task After_signing_out_the_old_tokens_are_dead()
    {
        using var browser = await SignedInAsync();
        using var copy = browser.Copy();
        (await SignOutAsync(browser)).Location.ShouldBe("/sign-in");
        browser.Cookies.ShouldNotContainKey(AccessCookie);
        browser.Cookies.ShouldNotContainKey(RefreshCookie);
        (await copy.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_new_sign_in_is_a_new_session_and_the_old_one_ends()
    {
        using var browser = app.NewBrowser();
        var email = NewEmail();
        await browser.SignUpAsync(email);
        using var before = browser.Copy();
        var token = (await browser.GetAsync("/terms/")).Token;
        (
            await browser.PostAsync(
                "/sign-in",
                token,
                ("email", email),
                ("password", Browser.Password)
            )
        ).Location.ShouldBe("/");
        (await before.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task A_return_address_of_another_site_leads_home(string returnUrl)
    {
        using var browser = app.NewBrowser();
        var email = NewEmail();
        (await browser.SignUpAsync(email, changes: ("returnUrl", returnUrl))).Location.ShouldBe(
            "/"
        );
        var query = "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl);
        (await browser.GetAsync(query)).Location.ShouldBe("/");
        await SignOutAsync(browser);
        (await browser.SignInAsync(email, Browser.Password, returnUrl)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Session_cookies_are_secure_hidden_from_scripts_and_bound_to_the_host()
    {
        using var browser = app.NewBrowser();
        await browser.SignUpAsync(NewEmail());
        var lines = browser
            .LastSet.Where(line => line.StartsWith("__Host-", StringComparison.Ordinal))
            .ToList();
        lines.Count.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var line in lines)
        {
            var flags = line.Split("; ").Skip(1).Select(flag => flag.ToLowerInvariant()).ToList();
            flags.ShouldContain("secure");
            flags.ShouldContain("httponly");
            flags.ShouldContain("samesite=lax");
            flags.ShouldContain("path=/");
            flags.ShouldNotContain(flag => flag.StartsWith("domain", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var browser = app.NewBrowser();
        var email = await RegisterAsync();
        foreach (var path in new[] { "/sign-in", "/sign-up", "/sign-out" })
            (
                await browser.PostAsync(
                    path,
                    null,
                    ("email", email),
                    ("password", Browser.Password)
                )
            ).Status.ShouldBe(HttpStatusCode.BadRequest);
        browser.Cookies.ShouldNotContainKey(RefreshCookie);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        using var browser = app.NewBrowser();
        (await SendAsync(10_000)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await SendAsync(20_000)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        async Task<HttpStatusCode> SendAsync(int length) =>
            (await browser.SubmitAsync("/sign-in", ("email", new string('a', length)))).Status;
    }

    private static string NewEmail() => $"p{Ids.New():n}@example.com";

    private async Task<string> RegisterAsync()
    {
        using var browser = app.NewBrowser();
        var email = NewEmail();
        await browser.SignUpAsync(email);
        return email;
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = app.NewBrowser();
        (await browser.SignUpAsync(NewEmail())).Status.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    private static async Task<Answer> SignOutAsync(Browser browser) =>
        await browser.PostAsync("/sign-out", (await browser.GetAsync("/terms/")).Token);

    private Task<string> OfAccountAsync(string email, string select) =>
        app.Database.ScalarAsync<string>(
            $"{select} WHERE account_id = (SELECT id FROM accounts.account WHERE email = '{email}')"
        );
}
