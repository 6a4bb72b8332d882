using System.Net;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.WaysIn;

/// <summary>Which identity opens which account, and who may change it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LinkingTests(WaysApp app) : IClassFixture<WaysApp>
{
    private const string Page = "/settings/ways-in";
    private const string LinkGoogle = Page + "/google/link";
    private const string LinkYandex = Page + "/yandex/link";

    [Fact]
    public async Task An_equal_address_joins_nothing()
    {
        var person = WaysApp.NewPerson();
        using var attacker = app.NewBrowser();
        await attacker.SignUpAsync(WaysApp.GmailOf(person));
        using var victim = app.NewBrowser();
        await app.ComeAsync(victim, "google", person);
        var page = await victim.GetAsync("/sign-up/complete");
        page.Body.ShouldNotContain("Sign in to that account");
        await WaysApp.CompleteAsync(victim);
        (await IdAsync(victim)).ShouldNotBe(await IdAsync(attacker));
        (
            await app.CountAsync(
                $"account WHERE email = '{WaysApp.GmailOf(person)}' AND email_proven_at IS NULL"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Where_both_have_proven_the_address_the_person_is_told_and_still_nothing_is_joined()
    {
        var person = WaysApp.NewPerson();
        using var first = app.NewBrowser();
        await first.SignUpAsync(WaysApp.GmailOf(person));
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET email_proven_at = now() WHERE email = '{WaysApp.GmailOf(person)}' RETURNING role"
        );
        using var second = app.NewBrowser();
        await app.ComeAsync(second, "google", person);
        (await second.GetAsync("/sign-up/complete")).Body.ShouldContain("Sign in to that account");
        (await app.CountAsync($"identity WHERE subject LIKE '%{person}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_linked_provider_opens_the_account_it_was_linked_to()
    {
        using var browser = await SignedUpAsync();
        var person = WaysApp.NewPerson();
        (await browser.GetAsync(Page)).Body.ShouldContain("Link Google");
        (await app.GoAsync(browser, LinkGoogle, person)).Location.ShouldBe(Page);
        var list = await browser.GetAsync(Page);
        list.Body.ShouldContain(WaysApp.GmailOf(person));
        list.Body.ShouldNotContain("Link Google");
        list.Body.ShouldContain("not used yet");
        using var other = app.NewBrowser();
        await app.ComeAsync(other, "google", person);
        (await IdAsync(other)).ShouldBe(await IdAsync(browser));
        (await browser.GetAsync(Page)).Body.ShouldNotContain("not used yet");
    }

    [Fact]
    public async Task An_identity_of_another_account_is_refused_and_stays_where_it_is()
    {
        var person = WaysApp.NewPerson();
        using var owner = await app.SignedUpAsync("google", person);
        using var other = await SignedUpAsync();
        var refused = await app.GoAsync(other, LinkGoogle, person);
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Errors.ShouldContain("opens another account here");
        using var again = app.NewBrowser();
        await app.ComeAsync(again, "google", person);
        (await IdAsync(again)).ShouldBe(await IdAsync(owner));
    }

    [Fact]
    public async Task A_second_person_of_the_same_provider_is_refused()
    {
        using var browser = await app.SignedUpAsync("google", WaysApp.NewPerson());
        var refused = await app.GoAsync(browser, LinkGoogle, WaysApp.NewPerson());
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Errors.ShouldContain("is linked already");
    }

    [Fact]
    public async Task Linking_the_same_again_changes_nothing()
    {
        var person = WaysApp.NewPerson();
        using var browser = await app.SignedUpAsync("google", person);
        (await app.GoAsync(browser, LinkGoogle, person)).Location.ShouldBe(Page);
    }

    [Theory]
    [InlineData(LinkGoogle)]
    [InlineData(Page + "/email/unlink")]
    [InlineData("/sign-in/again/google")]
    public async Task A_form_without_its_token_does_nothing(string form)
    {
        using var browser = await SignedUpAsync();
        ((int)(await browser.PostAsync(form, null)).Status).ShouldBeInRange(400, 403);
        (await browser.GetAsync(form)).Status.ShouldBeOneOf(
            HttpStatusCode.NotFound,
            HttpStatusCode.MethodNotAllowed
        );
    }

    [Fact]
    public async Task A_link_that_was_begun_in_another_session_is_refused()
    {
        using var browser = await SignedUpAsync();
        var back = await app.DecideAsync(
            await WaysApp.LeaveAsync(browser, LinkGoogle),
            WaysApp.NewPerson()
        );
        await browser.PostAsync("/sign-out", (await browser.GetAsync("/terms/")).Token);
        await browser.SignUpAsync(NewEmail());
        (await browser.GetAsync(back)).Errors.ShouldContain("signed in or out in the meantime");
    }

    [Fact]
    public async Task The_last_way_in_cannot_be_removed()
    {
        using var browser = await SignedUpAsync();
        var page = await browser.GetAsync(Page);
        page.Body.ShouldContain("The only way in cannot be removed");
        var refused = await browser.PostAsync(Page + "/email/unlink", page.Token);
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Errors.ShouldContain("The only way in cannot be removed");
    }

    [Fact]
    public async Task What_is_removed_opens_nothing_and_its_other_sessions_end()
    {
        using var browser = await SignedUpAsync();
        var person = WaysApp.NewPerson();
        await app.GoAsync(browser, LinkGoogle, person);
        using var other = app.NewBrowser();
        await app.ComeAsync(other, "google", person);
        var removed = await browser.PostAsync(
            Page + "/google/unlink",
            (await browser.GetAsync(Page)).Token
        );
        removed.Location.ShouldBe(Page);
        (await WaysApp.WhoAsync(other)).ShouldBeNull();
        (await WaysApp.WhoAsync(browser)).ShouldNotBeNull();
        using var late = app.NewBrowser();
        (await app.ComeAsync(late, "google", person)).Location.ShouldBe("/sign-up/complete");
    }

    [Fact]
    public async Task The_person_is_told_of_each_way_that_comes_or_goes()
    {
        using var browser = await SignedUpAsync();
        var id = await IdAsync(browser);
        await app.GoAsync(browser, LinkGoogle, WaysApp.NewPerson());
        var token = (await browser.GetAsync(Page)).Token;
        foreach (var _ in new[] { "first click", "second click" })
            await browser.PostAsync(Page + "/google/unlink", token);
        await app.App.DeliverAsync();
        app.App.Notices.Where(notice => notice.AccountId == id)
            .Select(notice => notice.Kind)
            .ShouldBe(["way_added", "way_removed"]);
    }

    [Fact]
    public async Task Two_tabs_that_remove_one_each_leave_one()
    {
        using var browser = await SignedUpAsync();
        await app.GoAsync(browser, LinkGoogle, WaysApp.NewPerson());
        var token = (await browser.GetAsync(Page)).Token;
        using var second = browser.Copy();
        var answers = await Task.WhenAll(
            browser.PostAsync(Page + "/google/unlink", token),
            second.PostAsync(Page + "/email/unlink", token)
        );
        answers
            .Select(answer => answer.Status)
            .Order()
            .ShouldBe([HttpStatusCode.Redirect, HttpStatusCode.Conflict]);
    }

    [Fact]
    public async Task A_password_is_added_where_there_is_an_address_and_told_of_where_there_is_none()
    {
        var person = WaysApp.NewPerson();
        using var browser = await app.SignedUpAsync("google", person);
        (await browser.SubmitAsync(Page + "/password", ("password", "short"))).Errors.ShouldContain(
            "10"
        );
        (
            await browser.SubmitAsync(Page + "/password", ("password", Browser.Password))
        ).Location.ShouldBe(Page);
        using var other = app.NewBrowser();
        (await other.SignInAsync(WaysApp.GmailOf(person), Browser.Password)).Location.ShouldBe("/");
        (await IdAsync(other)).ShouldBe(await IdAsync(browser));

        using var telegram = await app.SignedUpAsync("telegram", WaysApp.NewPerson());
        (await telegram.GetAsync(Page)).Body.ShouldContain("A password needs an address");
        (await telegram.GetAsync(Page + "/password")).Location.ShouldBe(Page);
    }

    [Fact]
    public async Task A_password_is_not_added_under_an_address_that_opens_another_account()
    {
        var person = WaysApp.NewPerson();
        using var taken = app.NewBrowser();
        await taken.SignUpAsync(WaysApp.GmailOf(person));
        using var browser = await app.SignedUpAsync("google", person);
        (
            await browser.SubmitAsync(Page + "/password", ("password", Browser.Password))
        ).Errors.ShouldContain("already used to sign in to another account");
    }

    /// <summary>The account behind the browser's session.</summary>
    private async Task<Guid> IdAsync(Browser browser) =>
        await app.Database.ScalarAsync<Guid>(
            $"SELECT account_id FROM accounts.session WHERE id = '{(await WaysApp.WhoAsync(browser))!.Split(' ')[^1]}'"
        );

    private static string NewEmail() => $"p{Ids.New():n}@example.com";

    private async Task<Browser> SignedUpAsync()
    {
        var browser = app.NewBrowser();
        (await browser.SignUpAsync(NewEmail())).Location.ShouldBe("/");
        return browser;
    }
}

/// <summary>After ten minutes a provider can show again who is there. The clock moves here.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ProveAgainByProviderTests(WaysApp app) : IClassFixture<WaysApp>
{
    private const string Again = "/sign-in/again?returnUrl=%2Fsensitive";

    [Fact]
    public async Task The_linked_person_proves_it_and_nobody_else_does()
    {
        var person = WaysApp.NewPerson();
        using var browser = await app.SignedUpAsync("google", person);
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await browser.GetAsync("/sensitive")).Location.ShouldBe(Again);
        // Linking wants it too.
        var token = (await browser.GetAsync("/settings/ways-in")).Token;
        (await browser.PostAsync("/settings/ways-in/yandex/link", token)).Location!.ShouldStartWith(
            "/sign-in/again"
        );

        var page = await browser.GetAsync(Again);
        page.Body.ShouldContain("Confirm by Google");
        page.Body.ShouldNotContain("Confirm by Yandex");
        var stranger = await app.GoAsync(
            browser,
            "/sign-in/again/google",
            WaysApp.NewPerson(),
            Again
        );
        stranger.Errors.ShouldContain("is not linked to this account");
        (await browser.GetAsync("/sensitive")).Location.ShouldBe(Again);
        (await app.GoAsync(browser, "/sign-in/again/google", person, Again)).Status.ShouldBe(
            HttpStatusCode.Redirect
        );
        (await browser.GetAsync("/sensitive")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
