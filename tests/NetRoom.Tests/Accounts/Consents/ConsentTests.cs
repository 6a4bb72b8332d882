using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Consents;

/// <summary>New terms and a new consent are announced for the first of December; it is the twentieth of November.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ConsentTests(Postgres postgres) : IAsyncLifetime
{
    private const string Shown = "terms/2026-12-01 personal-data/2026-12-01";
    private readonly ConsentApp site = new(postgres);

    public Task InitializeAsync() => site.InitializeAsync();

    public Task DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task A_banner_tells_of_them_until_it_is_put_away_and_comes_back_on_the_day()
    {
        using var browser = await SignedUpAsync();
        (await browser.GetAsync("/terms/")).Body.ShouldContain(
            "From 1 December 2026 new versions hold"
        );
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        var page = await browser.GetAsync("/consent");
        (
            await browser.PostAsync(
                "/consent/later",
                page.Token,
                ("newest", "2026-12-01"),
                ("back", "/terms/")
            )
        ).Location.ShouldBe("/terms/");
        (await browser.GetAsync("/terms/")).Body.ShouldNotContain("new versions hold");
        TheDayComes();
        (await browser.GetAsync("/terms/")).Body.ShouldContain(
            "Since 1 December 2026 new versions hold"
        );
        (await browser.GetAsync("/terms/")).Body.ShouldNotContain("Not now");
    }

    [Fact]
    public async Task They_are_asked_at_the_next_sign_in_and_may_wait()
    {
        var email = ConsentApp.NewEmail();
        using var browser = await SignedUpAsync(email);
        using var later = site.App.NewBrowser();
        (await later.SignInAsync(email, Browser.Password, "/who?x=1")).Location.ShouldBe(
            "/consent?returnUrl=%2Fwho%3Fx%3D1"
        );
        var page = await later.GetAsync("/consent?returnUrl=%2Fwho%3Fx%3D1");
        page.Body.ShouldContain("We may now sing.");
        page.Body.ShouldContain("href=\"/terms/2026-11-20/\"");
        page.Body.ShouldContain("Decide later");
        (await later.GetAsync("/who?x=1")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task From_the_day_on_a_page_leads_to_the_question_and_a_yes_leads_back()
    {
        var email = ConsentApp.NewEmail();
        using var browser = await SignedUpAsync(email);
        TheDayComes();
        (await browser.GetAsync("/who?x=1")).Location.ShouldBe("/consent?returnUrl=%2Fwho%3Fx%3D1");
        var page = await browser.GetAsync("/consent?returnUrl=%2Fwho%3Fx%3D1");
        page.Body.ShouldNotContain("Decide later");

        var half = await AnswerAsync(browser, "accept", terms: "yes");
        half.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        half.Errors.ShouldContain("tick each box");
        (await AnswerAsync(browser, "accept", "yes", "yes", "/who?x=1")).Location.ShouldBe(
            "/who?x=1"
        );
        (await browser.GetAsync("/who?x=1")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/consent?returnUrl=%2Fwho")).Location.ShouldBe("/who");
        (
            await site.OfAccountAsync(
                email,
                "SELECT string_agg(concat_ws(' ', document, version, decision, language, host(ip), user_agent <> '', octet_length(sha256)), ', ' ORDER BY decided_at, document) FROM accounts.consent"
            )
        ).ShouldEndWith(
            "personal-data 2026-12-01 accepted en 127.0.0.1 t 32, terms 2026-12-01 accepted en 127.0.0.1 t 32"
        );
    }

    [Fact]
    public async Task Whoever_says_no_keeps_everything_and_the_ways_out()
    {
        var email = ConsentApp.NewEmail();
        using var browser = await SignedUpAsync(email);
        TheDayComes();
        (await AnswerAsync(browser, "decline")).Location.ShouldBe("/consent/declined");
        var ways = await browser.GetAsync("/consent/declined");
        ways.Body.ShouldContain("href=\"/settings/privacy\"");
        ways.Body.ShouldContain("support@netroom.local");
        (await browser.GetAsync("/settings/privacy")).Body.ShouldContain("did not agree");
        (await browser.GetAsync("/who")).Location.ShouldStartWith("/consent");
        // And may think better of it.
        (await AnswerAsync(browser, "accept", "yes", "yes")).Location.ShouldBe("/");
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_form_a_part_of_a_page_and_a_program_are_stopped_in_their_own_words()
    {
        using var browser = await SignedUpAsync();
        var token = (await browser.GetAsync("/settings/profile")).Token;
        TheDayComes();
        var form = await browser.PostAsync("/who", token, ("text", "my draft"), ("word", "x"));
        form.Status.ShouldBe(HttpStatusCode.Forbidden);
        form.Body.ShouldContain("my draft</textarea>");
        var part = await browser.GetAsync("/who", ("HX-Request", "true"));
        part.Status.ShouldBe(HttpStatusCode.Forbidden);
        part.Body.ShouldContain("href=\"/consent\"");
        part.Body.ShouldNotContain("<html");
        var program = await browser.GetAsync("/who", ("Accept", "application/json"));
        program.Body.ShouldContain("\"code\":\"consent.needed\"");
        // A stream that runs is not cut.
        (await browser.GetAsync("/who", ("Accept", "text/event-stream"))).Status.ShouldBe(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task Only_what_was_on_the_page_can_be_agreed_to()
    {
        using var browser = await SignedUpAsync();
        var page = await browser.GetAsync("/consent");
        var answer = await browser.PostAsync(
            "/consent",
            page.Token,
            ("shown", "terms/2026-11-25"),
            ("decision", "accept"),
            ("terms", "yes"),
            ("personalData", "yes")
        );
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.ShouldContain("Something newer");
        answer.Value("shown").ShouldBe(Shown);
    }

    [Fact]
    public async Task Who_registers_after_the_day_is_asked_nothing()
    {
        TheDayComes();
        using var browser = await SignedUpAsync();
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/terms/")).Body.ShouldNotContain("new versions hold");
    }

    [Fact]
    public async Task Programs_go_on_until_the_day_and_again_after_the_yes()
    {
        var email = ConsentApp.NewEmail();
        using var browser = await SignedUpAsync(email);
        var gate = site.App.Services.GetRequiredService<IConsentGate>();
        var id = await site.App.Database.ScalarAsync<Guid>(
            $"SELECT id FROM accounts.account WHERE email = '{email}'"
        );
        (await gate.IsOpenAsync(id, default)).ShouldBeTrue();
        TheDayComes();
        (await gate.IsOpenAsync(id, default)).ShouldBeFalse();
        await AnswerAsync(browser, "accept", "yes", "yes");
        (await gate.IsOpenAsync(id, default)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_consent_to_processing_can_be_withdrawn_and_given_again()
    {
        using var browser = await SignedUpAsync();
        TheDayComes();
        await AnswerAsync(browser, "accept", "yes", "yes");
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        var page = await browser.GetAsync("/settings/privacy");
        (await browser.PostAsync("/settings/privacy/withdraw", page.Token)).Errors.ShouldContain(
            "Nothing was changed"
        );
        (
            await browser.PostAsync("/settings/privacy/withdraw", page.Token, ("sure", "yes"))
        ).Location.ShouldBe("/consent/declined");
        (await browser.GetAsync("/who")).Location.ShouldStartWith("/consent");
        page = await browser.GetAsync("/consent");
        page.Value("shown").ShouldBe("personal-data/2026-12-01");
        (await AnswerAsync(browser, "accept", personalData: "yes")).Location.ShouldBe("/");
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_was_decided_is_never_rewritten()
    {
        using var browser = await SignedUpAsync();
        (
            await Should.ThrowAsync<Npgsql.PostgresException>(() =>
                site.App.Database.ScalarAsync<int>(
                    "UPDATE accounts.consent SET version = '2030-01-01' RETURNING 1"
                )
            )
        ).MessageText.ShouldBe("A consent is never rewritten.");
    }

    private async Task<Browser> SignedUpAsync(string? email = null)
    {
        var browser = site.App.NewBrowser();
        (await browser.SignUpAsync(email ?? ConsentApp.NewEmail())).Location.ShouldBe("/");
        return browser;
    }

    private void TheDayComes() => site.App.Clock.Pass(TimeSpan.FromDays(11));

    private static async Task<Answer> AnswerAsync(
        Browser browser,
        string decision,
        string? terms = null,
        string? personalData = null,
        string returnUrl = "/"
    )
    {
        var page = await browser.GetAsync("/consent?returnUrl=" + Uri.EscapeDataString(returnUrl));
        return await browser.PostAsync(
            "/consent",
            page.Token,
            ("shown", page.Value("shown")),
            ("returnUrl", page.Value("returnUrl")),
            ("decision", decision),
            ("terms", terms),
            ("personalData", personalData)
        );
    }
}
