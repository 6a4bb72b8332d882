using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.WaysIn;

/// <summary>Coming by a provider: the first time, the next time, and every way in which it fails.</summary>
[Collection(PostgresCollection.Name)]
public sealed class EnterTests(WaysApp app) : IClassFixture<WaysApp>
{
    private const string Google = "google";

    [Theory]
    [InlineData("google")]
    [InlineData("yandex")]
    [InlineData("telegram")]
    public async Task A_newcomer_agrees_first_and_next_time_is_simply_in(string provider)
    {
        using var browser = app.NewBrowser();
        var person = WaysApp.NewPerson();
        var accounts = await app.CountAsync("account");
        var come = await app.ComeAsync(browser, provider, person, returnUrl: "/who");
        come.Location.ShouldBe("/sign-up/complete");
        (await browser.GetAsync(come.Location!)).Body.ShouldContain("One step to your account");
        (await WaysApp.WhoAsync(browser)).ShouldBeNull();
        (await app.CountAsync("account")).ShouldBe(accounts);
        (await app.CountAsync($"identity WHERE subject LIKE '%{person}'")).ShouldBe(0);

        (await WaysApp.CompleteAsync(browser)).Location.ShouldBe("/who");
        (await WaysApp.WhoAsync(browser)).ShouldNotBeNull();
        (await app.CountAsync("account")).ShouldBe(accounts + 1);
        (
            await app.CountAsync(
                $"session s JOIN accounts.identity i USING (account_id) WHERE i.subject LIKE '%{person}' AND s.method = '{provider}'"
            )
        ).ShouldBe(1);

        using var other = app.NewBrowser();
        (await app.ComeAsync(other, provider, person)).Location.ShouldBe("/");
        (
            await app.CountAsync(
                $"session s JOIN accounts.identity i USING (account_id) WHERE i.subject LIKE '%{person}'"
            )
        ).ShouldBe(2);
        (await app.CountAsync("account")).ShouldBe(accounts + 1);
    }

    [Fact]
    public async Task A_new_account_has_its_consents_its_origin_and_its_news()
    {
        var person = WaysApp.NewPerson();
        var news = app.App.News.Count;
        using var browser = app.NewBrowser();
        await browser.GetAsync("/terms/?utm_source=vk", ("Referer", "https://vk.com/feed"));
        await app.ComeAsync(browser, Google, person);
        await WaysApp.CompleteAsync(browser);
        var mine =
            $"account_id = (SELECT account_id FROM accounts.identity WHERE provider = 'google' AND subject LIKE '%{person}')";
        (await app.CountAsync("consent WHERE " + mine)).ShouldBe(5);
        (await app.CountAsync($"attribution WHERE utm_source = 'vk' AND {mine}")).ShouldBe(1);
        app.App.News.Count.ShouldBe(news + 1);
    }

    [Theory]
    [InlineData("google", "1001", "anna.ivanova@gmail.com proven")]
    [InlineData("google", "1002", "boris@mail.example unproven")]
    [InlineData("google", "1003", "carol@company.example proven")]
    [InlineData("yandex", "1001", "anna.ivanova@gmail.com unproven")]
    [InlineData("telegram", "1001", "none unproven")]
    public async Task An_address_is_proven_only_where_the_provider_serves_it(
        string provider,
        string person,
        string expected
    )
    {
        using var browser = await app.SignedUpAsync(provider, person);
        (
            await app.Database.ScalarAsync<string>(
                $"""
                SELECT coalesce(email, 'none') || CASE WHEN email_proven_at IS NULL THEN ' unproven' ELSE ' proven' END
                FROM accounts.account a JOIN accounts.identity i ON i.account_id = a.id
                WHERE i.provider = '{provider}' AND i.subject LIKE '%{person}'
                """
            )
        ).ShouldBe(expected);
    }

    [Theory]
    [InlineData("google", "unverified", "has not confirmed your address")]
    [InlineData("google", "wrong_audience", "does not check out")]
    [InlineData("google", "wrong_nonce", "does not check out")]
    [InlineData("google", "wrong_issuer", "does not check out")]
    [InlineData("google", "old_token", "does not check out")]
    [InlineData("google", "bad_signature", "does not check out")]
    [InlineData("google", "unsigned", "does not check out")]
    [InlineData("google", "signed_by_secret", "does not check out")]
    [InlineData("google", "unknown_key", "does not check out")]
    [InlineData("google", "expired_code", "too old or used already")]
    [InlineData("google", "used_code", "too old or used already")]
    [InlineData("google", "wrong_state", "not begun in this browser")]
    [InlineData("google", "slow", "did not answer as it should")]
    [InlineData("google", "broken", "did not answer as it should")]
    [InlineData("yandex", "wrong_audience", "does not check out")]
    [InlineData("yandex", "expired_code", "too old or used already")]
    [InlineData("yandex", "slow", "did not answer as it should")]
    [InlineData("yandex", "broken", "did not answer as it should")]
    [InlineData("telegram", "wrong_audience", "does not check out")]
    [InlineData("telegram", "wrong_nonce", "does not check out")]
    [InlineData("telegram", "bad_signature", "does not check out")]
    [InlineData("telegram", "used_code", "too old or used already")]
    [InlineData("telegram", "broken", "did not answer as it should")]
    public async Task Nobody_is_signed_in_when_it_goes_wrong(
        string provider,
        string fault,
        string words
    )
    {
        using var browser = app.NewBrowser();
        var answer = await app.ComeAsync(browser, provider, WaysApp.NewPerson(), fault);
        ((int)answer.Status).ShouldBeInRange(400, 503);
        answer.Errors.ShouldContain(words);
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-new");
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }

    [Theory]
    [InlineData("google")]
    [InlineData("yandex")]
    [InlineData("telegram")]
    public async Task Who_denies_is_told_that_nothing_changed(string provider)
    {
        using var browser = app.NewBrowser();
        var answer = await app.ComeAsync(browser, provider, WaysApp.NewPerson(), decision: "deny");
        answer.Errors.ShouldContain("You did not allow it");
        answer.Body.ShouldContain("href=\"/sign-in\"");
    }

    [Fact]
    public async Task A_way_back_is_taken_once_even_with_a_copy_of_its_cookie()
    {
        using var browser = app.NewBrowser();
        var start = await browser.GetAsync("/sign-in/google");
        using var copy = browser.Copy();
        var back = await app.DecideAsync(start.Location!, WaysApp.NewPerson());
        (await browser.GetAsync(back)).Location.ShouldBe("/sign-up/complete");
        (await browser.GetAsync(back)).Errors.ShouldContain("not begun in this browser");
        (await copy.GetAsync(back)).Errors.ShouldContain("not begun in this browser");
    }

    [Fact]
    public async Task A_state_of_another_browser_is_refused()
    {
        using var attacker = app.NewBrowser();
        var start = await attacker.GetAsync("/sign-in/google");
        var back = await app.DecideAsync(start.Location!, WaysApp.NewPerson());
        using var victim = app.NewBrowser();
        (await victim.GetAsync(back)).Errors.ShouldContain("not begun in this browser");
        await victim.GetAsync("/sign-in/google");
        (await victim.GetAsync(back)).Errors.ShouldContain("not begun in this browser");
    }

    [Theory]
    [InlineData("google", "yandex")]
    [InlineData("yandex", "google")]
    [InlineData("google", "telegram")]
    public async Task A_code_of_one_provider_is_refused_at_anothers_callback(string from, string to)
    {
        using var browser = app.NewBrowser();
        var start = await browser.GetAsync("/sign-in/" + from);
        var back = await app.DecideAsync(start.Location!, WaysApp.NewPerson());
        var mixed = await browser.GetAsync(
            back.Replace($"/{from}/", $"/{to}/", StringComparison.Ordinal)
        );
        mixed.Errors.ShouldContain("not begun in this browser");
    }

    [Fact]
    public async Task An_answer_that_names_another_issuer_is_refused()
    {
        using var browser = app.NewBrowser();
        var start = await browser.GetAsync("/sign-in/google");
        var back = await app.DecideAsync(start.Location!, WaysApp.NewPerson());
        (await browser.GetAsync(back + "&iss=https%3A%2F%2Fevil.example")).Errors.ShouldContain(
            "does not check out"
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=&code=1")]
    [InlineData("?state=AAAAAAAAAAAAAAAAAAAAAA&code=1")]
    [InlineData("?state=AAAAAAAAAAAAAAAAAAAAAA&state=AAAAAAAAAAAAAAAAAAAAAA&code=1")]
    [InlineData("?state=%00%01%02&code=%F0%9F")]
    [InlineData("?error=access_denied")]
    public async Task A_callback_out_of_nowhere_does_nothing(string query)
    {
        using var browser = app.NewBrowser();
        var answer = await browser.GetAsync("/sign-in/google/callback" + query);
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.ShouldContain("not begun in this browser");
    }

    [Fact]
    public async Task Without_consents_there_is_no_account()
    {
        using var browser = app.NewBrowser();
        var person = WaysApp.NewPerson();
        await app.ComeAsync(browser, Google, person);
        var answer = await browser.SubmitAsync("/sign-up/complete", ("age", "guardian"));
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.Split(" | ").Length.ShouldBe(2);
        (await app.CountAsync($"identity WHERE subject LIKE '%{person}'")).ShouldBe(0);
        using var stranger = app.NewBrowser();
        (await stranger.GetAsync("/sign-up/complete")).Location.ShouldBe("/sign-up");
    }

    [Fact]
    public async Task A_button_pressed_twice_makes_one_account_and_signs_in()
    {
        using var browser = app.NewBrowser();
        var person = WaysApp.NewPerson();
        await app.ComeAsync(browser, Google, person, returnUrl: "/who");
        var token = (await browser.GetAsync("/sign-up/complete")).Token;
        using var second = browser.Copy();
        var answers = await Task.WhenAll(
            browser.PostAsync("/sign-up/complete", token, WaysApp.Consents),
            second.PostAsync("/sign-up/complete", token, WaysApp.Consents)
        );
        answers.Select(answer => answer.Location).ShouldAllBe(next => next == "/who");
        (await WaysApp.WhoAsync(browser)).ShouldNotBeNull();
        (await WaysApp.WhoAsync(second)).ShouldNotBeNull();
        (await app.CountAsync($"identity WHERE subject LIKE '%{person}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Pages_offer_what_is_on()
    {
        using var browser = app.NewBrowser();
        foreach (var page in new[] { "/sign-in?returnUrl=%2Fwho", "/sign-up?returnUrl=%2Fwho" })
        foreach (var provider in new[] { "google", "yandex", "telegram" })
            (await browser.GetAsync(page)).Body.ShouldContain(
                $"href=\"/sign-in/{provider}?returnUrl=%2Fwho\""
            );
        (await browser.GetAsync("/ru/sign-in")).Body.ShouldContain("Войти через Google");
        (await browser.GetAsync("/sign-in/nobody")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_request_names_the_client_and_hides_the_verifier()
    {
        using var browser = app.NewBrowser();
        var start = (await browser.GetAsync("/sign-in/google")).Location!;
        foreach (
            var part in new[]
            {
                "client_id=sandbox-google",
                "response_type=code",
                "code_challenge_method=S256",
                "redirect_uri=http%3A%2F%2F127.0.0.1",
                "%2Fsign-in%2Fgoogle%2Fcallback",
                "nonce=",
            }
        )
            start.ShouldContain(part);
        start.ShouldNotContain("secret");
        var cookie = browser.LastSet.Single(line =>
            line.StartsWith("__Host-nr-w-", StringComparison.Ordinal)
        );
        foreach (
            var flag in new[] { "max-age=600", "secure", "httponly", "samesite=lax", "path=/" }
        )
            cookie.ToLowerInvariant().ShouldContain(flag);
    }
}

/// <summary>The clock moves here, and the providers' tokens grow old with it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TooLateTests(WaysApp app) : IClassFixture<WaysApp>
{
    [Fact]
    public async Task An_attempt_lives_ten_minutes_and_a_newcomer_half_an_hour()
    {
        using var browser = app.NewBrowser();
        var start = await browser.GetAsync("/sign-in/google");
        var back = await app.DecideAsync(start.Location!, WaysApp.NewPerson());
        await app.ComeAsync(browser, "yandex", WaysApp.NewPerson());
        app.Clock.Pass(TimeSpan.FromMinutes(11));
        (await browser.GetAsync(back)).Errors.ShouldContain("took too long");
        (await browser.GetAsync("/sign-up/complete")).Status.ShouldBe(HttpStatusCode.OK);
        app.Clock.Pass(TimeSpan.FromMinutes(20));
        (await browser.GetAsync("/sign-up/complete")).Location.ShouldBe("/sign-up");
    }
}

/// <summary>An operator who has set nothing up.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SwitchedOffTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task What_is_off_is_not_there()
    {
        using var browser = app.NewBrowser();
        (await browser.GetAsync("/sign-in")).Body.ShouldNotContain("Google");
        foreach (
            var path in new[]
            {
                "/sign-in/google",
                "/sign-in/google/callback",
                "/telegram",
                "/sign-in/telegram/widget",
            }
        )
            (await browser.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
        (
            await browser.SubmitAsync("/sign-in", "/sign-in/telegram/app", ("initData", "a=b"))
        ).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
