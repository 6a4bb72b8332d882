using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Factors;

/// <summary>Between the password and the session.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SecondStepTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private const string Pending = "__Host-nr-step";

    [Fact]
    public async Task A_password_alone_opens_nothing_and_a_code_opens_what_was_asked_for()
    {
        using var person = await Protected.WithAppAsync(app);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser, "/who");
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        var entered = await person.StepAsync(browser, person.Code);
        entered.Location.ShouldBe("/who");
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        browser.Cookies.Keys.ShouldNotContain(Pending);
        (
            await app.Database.ScalarAsync<bool>(
                $"SELECT bool_and(second_factor) FROM accounts.session WHERE account_id = '{await person.IdAsync()}'"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_recovery_code_opens_once()
    {
        using var person = await Protected.WithAppAsync(app);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser);
        (await person.StepAsync(browser, person.Codes[3])).Location.ShouldBe("/");
        using var other = app.NewBrowser();
        await person.BeginAsync(other);
        var refused = await person.StepAsync(other, person.Codes[3]);
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Errors.ShouldStartWith("The code is wrong");
        (await person.Browser.GetAsync("/settings/security")).Body.ShouldContain("9 of 10 left");
    }

    [Fact]
    public async Task Nobody_gets_to_the_second_step_without_the_first()
    {
        using var browser = app.NewBrowser();
        var page = await browser.GetAsync("/sign-in/second-step");
        page.Status.ShouldBe(HttpStatusCode.Unauthorized);
        page.Errors.ShouldContain("Sign in again.");
        var token = (await browser.GetAsync("/sign-in")).Token;
        (
            await browser.PostAsync("/sign-in/second-step", token, ("code", "123456"))
        ).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_kind_of_browser_cannot_finish_what_this_one_began()
    {
        using var person = await Protected.WithAppAsync(app);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser);
        using var thief = browser.Copy();
        thief.UserAgent = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0";
        (await thief.GetAsync("/sign-in/second-step")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var changed = browser.Copy();
        changed.Cookies[Pending] = changed.Cookies[Pending][..^4] + "AAAA";
        (await changed.GetAsync("/sign-in/second-step")).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await person.StepAsync(browser, person.Code)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task After_ten_minutes_it_begins_anew()
    {
        using var person = await Protected.WithAppAsync(app);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser);
        var token = (await browser.GetAsync("/sign-in/second-step")).Token;
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        var late = await browser.PostAsync("/sign-in/second-step", token, ("code", person.Code));
        late.Status.ShouldBe(HttpStatusCode.Unauthorized);
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }

    [Fact]
    public async Task A_step_that_was_finished_cannot_be_finished_again_even_with_a_new_code()
    {
        using var person = await Protected.WithAppAsync(app);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser);
        using var kept = browser.Copy();
        (await person.StepAsync(browser, person.Code)).Location.ShouldBe("/");
        person.NextCode();
        var again = await person.StepAsync(kept, person.Code);
        again.Status.ShouldBe(HttpStatusCode.Unauthorized);
        kept.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }

    [Fact]
    public async Task Five_wrong_codes_are_free_and_a_new_first_step_gives_no_more()
    {
        using var person = await Protected.WithAppAsync(app);
        using var thief = app.NewBrowser();
        await person.BeginAsync(thief);
        for (var at = 0; at < 5; at++)
            (await person.StepAsync(thief, "000000")).Status.ShouldBe(
                HttpStatusCode.UnprocessableEntity
            );
        using var anew = app.NewBrowser();
        await person.BeginAsync(anew);
        var waits = await person.StepAsync(anew, person.Code);
        waits.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        waits.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));

        using var known = person.Browser.Copy();
        await person.EnterAsync(known);
        app.Clock.Pass(TimeSpan.FromMinutes(1));
        (await person.StepAsync(anew, person.Code)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task An_account_blocked_between_the_steps_stays_out()
    {
        using var person = await Protected.WithAppAsync(app);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser);
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET blocked_at = now() WHERE email = '{person.Email}' RETURNING role"
        );
        var refused = await person.StepAsync(browser, person.Code);
        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Errors.ShouldStartWith("This account is blocked.");
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }
}
