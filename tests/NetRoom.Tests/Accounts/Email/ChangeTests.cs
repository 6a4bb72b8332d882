using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Email;

[Collection(PostgresCollection.Name)]
public sealed class ChangeTests(MailedApp app) : IClassFixture<MailedApp>
{
    private const string NewPassword = "five new kettles hum along";
    private const string Confirm = "Confirm your new address";
    private const string Leaving = "is to change";

    [Fact]
    public async Task An_address_changes_when_its_letter_is_used_and_not_before()
    {
        var (browser, email) = await ProvenAsync();
        var next = MailedApp.NewEmail();
        var asked = await AskAsync(browser, next);
        asked.Body.ShouldContain(next);
        (await browser.GetAsync("/settings/email")).Body.ShouldContain(email);
        var code = await app.CodeAsync(next, Confirm);
        (await MailedApp.UseLinkAsync(browser, code)).Location.ShouldBe("/settings/email");
        (await browser.GetAsync("/who")).Body.ShouldStartWith(next);
        using var other = app.NewBrowser();
        (await other.SignInAsync(email, Browser.Password)).Errors.ShouldStartWith("Wrong address");
        (await other.SignInAsync(next, Browser.Password)).Location.ShouldBe("/");
        (await app.LettersAsync(next)).ShouldContain(letter =>
            letter.Subject == "The address of the account was changed"
        );
        (await app.LettersAsync(email)).ShouldContain(letter =>
            letter.Subject.Contains(Leaving, StringComparison.Ordinal)
            && letter.Text.Contains(next, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task It_was_not_me_stops_a_change_that_waits()
    {
        var (thief, email) = await ProvenAsync();
        var next = MailedApp.NewEmail();
        await AskAsync(thief, next);
        var change = await app.CodeAsync(next, Confirm);
        await StopAsync(email);
        (await MailedApp.UseLinkAsync(thief, change)).Errors.ShouldContain(
            "does not work any more"
        );
        (await thief.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task It_was_not_me_takes_an_address_back_however_many_changes_came_after()
    {
        var (thief, email) = await ProvenAsync();
        var (second, third) = (MailedApp.NewEmail(), MailedApp.NewEmail());
        await AskAsync(thief, second);
        await MailedApp.UseLinkAsync(thief, await app.CodeAsync(second, Confirm));
        await AskAsync(thief, third);
        await MailedApp.UseLinkAsync(thief, await app.CodeAsync(third, Confirm));
        app.Clock.Pass(TimeSpan.FromDays(2));
        await StopAsync(email);
        (await thief.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        // The thief's own letters of this kind are worth nothing any more.
        var late = await app.CodeAsync(second, Leaving);
        (await MailedApp.OpenLinkAsync(thief, late)).Errors.ShouldContain("does not work any more");
    }

    [Fact]
    public async Task The_reader_of_an_address_that_was_never_proven_cannot_stop_anything()
    {
        var (browser, email) = await app.SignUpAsync();
        await AskAsync(browser, MailedApp.NewEmail());
        var letter = (await app.LettersAsync(email)).ShouldHaveSingleItem();
        letter.Subject.ShouldContain(Leaving);
        letter.Text.ShouldNotContain("https://");
    }

    [Fact]
    public async Task A_change_asks_for_a_fresh_proof()
    {
        var (browser, _) = await app.SignUpAsync();
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await browser.GetAsync("/settings/email/change")).Location.ShouldBe(
            "/sign-in/again?returnUrl=%2Fsettings%2Femail%2Fchange"
        );
        var token = (await browser.GetAsync("/settings/email")).Token;
        var next = MailedApp.NewEmail();
        (
            await browser.PostAsync("/settings/email/change", token, ("email", next))
        ).Location.ShouldStartWith("/sign-in/again");
        (await app.LettersAsync(next)).ShouldBeEmpty();
    }

    [Fact]
    public async Task That_an_address_is_taken_is_told_to_its_reader_alone()
    {
        var (_, taken) = await app.SignUpAsync();
        var (browser, email) = await app.SignUpAsync();
        var (answer, free) = (await AskAsync(browser, taken), MailedApp.NewEmail());
        answer.Body.ShouldContain(taken);
        (await AskAsync(browser, free)).Status.ShouldBe(answer.Status);
        var letter = (await app.LettersAsync(taken)).ShouldHaveSingleItem();
        letter.Subject.ShouldContain("already has an account");
        letter.Text.ShouldNotContain("https://");
        letter.Text.ShouldNotContain(email);
    }

    [Fact]
    public async Task An_address_that_was_taken_in_between_stays_with_whoever_was_first()
    {
        var (browser, email) = await app.SignUpAsync();
        var next = MailedApp.NewEmail();
        await AskAsync(browser, next);
        var code = await app.CodeAsync(next, Confirm);
        using var quick = app.NewBrowser();
        await quick.SignUpAsync(next);
        var late = await MailedApp.UseLinkAsync(browser, code);
        late.Status.ShouldBe(HttpStatusCode.Conflict);
        late.Errors.ShouldContain("cannot be used");
        (await browser.GetAsync("/who")).Body.ShouldStartWith(email);
    }

    [Fact]
    public async Task A_reset_or_a_new_password_ends_a_change_that_waits()
    {
        var (browser, email) = await app.SignUpAsync();
        var next = MailedApp.NewEmail();
        await AskAsync(browser, next);
        var code = await app.CodeAsync(next, Confirm);
        await PasswordAsync(browser, Browser.Password, NewPassword);
        (await MailedApp.UseLinkAsync(browser, code)).Errors.ShouldContain(
            "does not work any more"
        );
        (await browser.GetAsync("/who")).Body.ShouldStartWith(email);
    }

    [Fact]
    public async Task A_new_password_ends_other_sessions_and_renews_this_one()
    {
        var (browser, email) = await app.SignUpAsync();
        using var other = app.NewBrowser();
        await other.SignInAsync(email, Browser.Password);
        using var copied = browser.Copy();
        (await PasswordAsync(browser, Browser.Password, NewPassword)).Location.ShouldBe(
            "/settings/email"
        );
        (await browser.GetAsync("/who")).Body.ShouldStartWith(email);
        (await other.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await copied.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await app.LettersAsync(email)).ShouldContain(letter =>
            letter.Subject == "The password was changed"
        );
        using var later = app.NewBrowser();
        (await later.SignInAsync(email, NewPassword)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task A_new_password_needs_the_old_one_and_the_rules_of_the_sign_up()
    {
        var (browser, _) = await app.SignUpAsync();
        var wrong = await PasswordAsync(browser, "not the one at all", NewPassword);
        wrong.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        wrong.Errors.ShouldContain("The password you have now is another");
        (await PasswordAsync(browser, Browser.Password, "password123")).Errors.ShouldContain(
            "easy to guess"
        );
        for (var at = 0; at < 4; at++)
            await PasswordAsync(browser, "not the one at all", NewPassword);
        (await PasswordAsync(browser, Browser.Password, NewPassword)).Status.ShouldBe(
            HttpStatusCode.TooManyRequests
        );
    }

    private static Task<Answer> AskAsync(Browser browser, string next) =>
        browser.SubmitAsync("/settings/email/change", ("email", next));

    private static async Task<Answer> PasswordAsync(Browser browser, string current, string next) =>
        await browser.PostAsync(
            "/settings/password",
            (await browser.GetAsync("/settings/email")).Token,
            ("current", current),
            ("password", next)
        );

    private async Task StopAsync(string email)
    {
        using var owner = app.NewBrowser();
        var code = await app.CodeAsync(email, Leaving);
        (await MailedApp.OpenLinkAsync(owner, code)).Body.ShouldContain(email);
        (await MailedApp.UseLinkAsync(owner, code, NewPassword)).Location.ShouldBe("/");
        (await owner.GetAsync("/who")).Body.ShouldStartWith(email);
        using var later = app.NewBrowser();
        (await later.SignInAsync(email, NewPassword)).Location.ShouldBe("/");
    }

    private async Task<(Browser Browser, string Email)> ProvenAsync()
    {
        var (browser, email) = await app.SignUpAsync();
        await browser.SubmitAsync("/prove-email");
        await MailedApp.UseLinkAsync(browser, await app.CodeAsync(email, "Confirm your address"));
        return (browser, email);
    }
}
