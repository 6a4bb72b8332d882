using System.Net;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts;

[Collection(PostgresCollection.Name)]
public sealed class ProveAgainTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private const string Again = "/sign-in/again?returnUrl=%2Fsensitive";

    [Fact]
    public async Task For_ten_minutes_after_the_sign_in_nobody_is_asked_and_then_the_password_is()
    {
        using var browser = await SignedUpAsync();
        (await browser.GetAsync("/sensitive")).Status.ShouldBe(HttpStatusCode.OK);
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await browser.GetAsync("/sensitive")).Location.ShouldBe(Again);
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);

        var wrong = await browser.SubmitAsync(
            Again,
            ("password", "four unrelated teapots hum"),
            ("returnUrl", "/sensitive")
        );
        wrong.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        wrong.Errors.ShouldBe("The password is wrong. Try again.");
        (await browser.GetAsync("/sensitive")).Location.ShouldBe(Again);

        var right = await browser.SubmitAsync(
            Again,
            ("password", Browser.Password),
            ("returnUrl", "/sensitive")
        );
        right.Location.ShouldBe("/sensitive");
        (await browser.GetAsync("/sensitive")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_form_sent_too_late_does_nothing_and_leads_back_to_its_page()
    {
        using var browser = await SignedUpAsync();
        var token = (await browser.GetAsync("/sign-in/again")).Token;
        (await browser.PostAsync("/sensitive", token, ("word", "done"))).Body.ShouldBe("done");
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        token = (await browser.GetAsync("/sign-in/again")).Token;
        var late = await browser.PostAsync("/sensitive", token, ("word", "done"));
        late.Status.ShouldBe(HttpStatusCode.Redirect);
        late.Location.ShouldBe("/sign-in/again?returnUrl=%2F");
    }

    [Fact]
    public async Task A_proof_counts_in_its_own_session_only()
    {
        using var browser = app.NewBrowser();
        var email = $"p{Ids.New():n}@people.test";
        await browser.SignUpAsync(email);
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        using var other = app.NewBrowser();
        await other.SignInAsync(email, Browser.Password);
        (await other.GetAsync("/sensitive")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/sensitive")).Location.ShouldBe(Again);
    }

    [Fact]
    public async Task A_blocked_account_cannot_sign_in_and_its_session_is_not_renewed()
    {
        using var browser = app.NewBrowser();
        var email = $"p{Ids.New():n}@people.test";
        await browser.SignUpAsync(email);
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET blocked_at = now() WHERE email = '{email}' RETURNING role"
        );
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await browser.GetAsync("/who")).Location.ShouldBe("/sign-in?returnUrl=%2Fwho");
        using var other = app.NewBrowser();
        var refused = await other.SignInAsync(email, Browser.Password);
        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Errors.ShouldStartWith("This account is blocked.");
        other.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }

    private async Task<Browser> SignedUpAsync()
    {
        var browser = app.NewBrowser();
        await browser.SignUpAsync($"p{Ids.New():n}@people.test");
        return browser;
    }
}
