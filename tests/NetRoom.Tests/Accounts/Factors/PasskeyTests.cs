using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Factors;

[Collection(PostgresCollection.Name)]
public sealed class PasskeyTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task It_signs_in_alone_and_counts_as_two_factors()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = await AddAsync(person);
        using var browser = app.NewBrowser();
        (await EnterAsync(browser, passkey)).Location.ShouldBe("/");
        (await browser.GetAsync("/who")).Body.ShouldStartWith(person.Email);
        (
            await app.Database.ScalarAsync<bool>(
                $"SELECT bool_and(second_factor) FROM accounts.session WHERE account_id = '{await person.IdAsync()}'"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task The_first_one_brings_recovery_codes_and_then_a_password_alone_is_not_enough()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = new SoftPasskey(person.Browser.Origin);
        var added = await AddAsync(person, passkey);
        var codes = Protected.CodesOn(added);
        codes.Count.ShouldBe(10);
        using var browser = app.NewBrowser();
        await person.BeginAsync(browser, "/who");
        var step = await browser.GetAsync("/sign-in/second-step");
        step.Body.ShouldContain("passkey-form");
        step.Body.ShouldContain("Recovery code");
        using var second = browser.Copy();
        (await EnterAsync(browser, passkey)).Location.ShouldBe("/who");
        (await person.StepAsync(second, codes[0])).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_challenge_is_answered_once_by_its_browser_within_five_minutes()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = await AddAsync(person);
        using var browser = app.NewBrowser();
        var (options, token) = await AskAsync(browser);
        var credential = passkey.Get(options);

        using var other = app.NewBrowser();
        var (_, foreign) = await AskAsync(other);
        (await SendAsync(other, foreign, credential)).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );
        using var copy = browser.Copy();
        (await SendAsync(browser, token, credential)).Location.ShouldBe("/");
        (await SendAsync(copy, token, credential)).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );

        using var late = app.NewBrowser();
        (options, token) = await AskAsync(late);
        app.Clock.Pass(TimeSpan.FromMinutes(5));
        var refused = await SendAsync(late, token, passkey.Get(options));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Errors.ShouldStartWith("The passkey was not accepted.");
        late.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }

    [Fact]
    public async Task One_that_did_not_verify_the_person_is_refused_and_so_is_a_copied_one()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = await AddAsync(person);
        using var browser = app.NewBrowser();
        passkey.VerifiesPerson = false;
        (await EnterAsync(browser, passkey)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        passkey.VerifiesPerson = true;
        (await EnterAsync(browser, passkey)).Location.ShouldBe("/");
        passkey.Count -= 1;
        using var thief = app.NewBrowser();
        (await EnterAsync(thief, passkey)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task What_is_asked_before_a_sign_in_names_nobodys_passkeys()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = await AddAsync(person);
        using var stranger = app.NewBrowser();
        (await AskAsync(stranger)).Options.ShouldContain("\"allowCredentials\":[]");
        (await AskAsync(person.Browser)).Options.ShouldNotContain("\"allowCredentials\":[]");
    }

    [Fact]
    public async Task It_proves_again_who_is_there_but_only_in_its_own_account()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = await AddAsync(person);
        using var stranger = await Protected.PlainAsync(app);
        using var foreign = await AddAsync(stranger);
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await AgainAsync(person.Browser, foreign)).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );
        (await AgainAsync(person.Browser, passkey)).Location.ShouldBe("/sensitive");
        (await person.Browser.GetAsync("/sensitive")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task It_is_renamed_and_removed_by_its_owner_alone()
    {
        using var person = await Protected.PlainAsync(app);
        using var passkey = await AddAsync(person, "Desk");
        var id = await app.Database.ScalarAsync<Guid>(
            $"SELECT id FROM accounts.passkey WHERE account_id = '{await person.IdAsync()}'"
        );
        using var stranger = await Protected.PlainAsync(app);
        var token = (await stranger.Browser.GetAsync("/settings/security")).Token;
        foreach (var act in new[] { "rename", "remove" })
            (
                await stranger.Browser.PostAsync(
                    $"/settings/security/passkeys/{id}/{act}",
                    token,
                    ("name", "mine")
                )
            ).Status.ShouldBe(HttpStatusCode.NotFound);

        var page = await person.Browser.GetAsync("/settings/security");
        page.Body.ShouldContain("value=\"Desk\"");
        await person.Browser.PostAsync(
            $"/settings/security/passkeys/{id}/rename",
            page.Token,
            ("name", "Phone")
        );
        (await person.Browser.GetAsync("/settings/security")).Body.ShouldContain("value=\"Phone\"");
        await person.Browser.PostAsync($"/settings/security/passkeys/{id}/remove", page.Token);
        using var browser = app.NewBrowser();
        (await EnterAsync(browser, passkey)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await browser.SignInAsync(person.Email, Browser.Password)).Location.ShouldBe("/");
    }

    private async Task<SoftPasskey> AddAsync(Protected person, string name = "")
    {
        var passkey = new SoftPasskey(person.Browser.Origin);
        (await AddAsync(person, passkey, name)).Status.ShouldBe(HttpStatusCode.OK);
        return passkey;
    }

    private static async Task<Answer> AddAsync(
        Protected person,
        SoftPasskey passkey,
        string name = ""
    )
    {
        var token = (await person.Browser.GetAsync("/settings/security")).Token;
        var options = await person.Browser.PostAsync("/passkeys/creation", token);
        return await person.Browser.PostAsync(
            "/settings/security/passkeys",
            token,
            ("credential", passkey.Create(options.Body)),
            ("name", name)
        );
    }

    private static async Task<(string Options, string Token)> AskAsync(Browser browser)
    {
        var token = (await browser.GetAsync("/sign-in/again")).Token;
        token ??= (await browser.GetAsync("/sign-in")).Token;
        return ((await browser.PostAsync("/passkeys/request", token)).Body, token!);
    }

    private static async Task<Answer> EnterAsync(Browser browser, SoftPasskey passkey)
    {
        var (options, token) = await AskAsync(browser);
        return await SendAsync(browser, token, passkey.Get(options));
    }

    private static Task<Answer> SendAsync(Browser browser, string token, string credential) =>
        browser.PostAsync("/sign-in/passkey", token, ("credential", credential));

    private static async Task<Answer> AgainAsync(Browser browser, SoftPasskey passkey)
    {
        var (options, token) = await AskAsync(browser);
        return await browser.PostAsync(
            "/sign-in/again",
            token,
            ("credential", passkey.Get(options)),
            ("returnUrl", "/sensitive")
        );
    }
}
