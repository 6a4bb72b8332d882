using System.Net;
using System.Text.RegularExpressions;
using NetRoom.Tests.Accounts.Email;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.SessionList;

[Collection(PostgresCollection.Name)]
public sealed class SessionListTests(MailedApp app) : IClassFixture<MailedApp>
{
    private const string Page = "/settings/sessions";
    private const string Phone =
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36";

    [Fact]
    public async Task The_page_says_where_one_is_signed_in_and_which_session_this_is()
    {
        var (browser, email) = await app.SignUpAsync();
        (await browser.GetAsync(Page)).Body.ShouldContain("You are signed in nowhere else.");
        using var phone = await PhoneAsync(email);
        var text = Text(await browser.GetAsync(Page));
        text.ShouldMatch(@"Chrome, Linux\s*this session.*computer.*127\.0\.0\.1.*password.*now");
        text.ShouldMatch("Chrome, Android.*phone");
        Text(await phone.GetAsync(Page)).ShouldMatch(@"Chrome, Android\s*this session");
    }

    [Fact]
    public async Task One_session_or_all_others_are_ended_and_listed_with_the_reason()
    {
        var (browser, email) = await app.SignUpAsync();
        using var phone = await PhoneAsync(email);
        var other = Ends(await browser.GetAsync(Page)).ShouldHaveSingleItem();
        (await browser.PostAsync(other, (await browser.GetAsync(Page)).Token)).Location.ShouldBe(
            Page
        );
        (await phone.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        Text(await browser.GetAsync(Page)).ShouldContain("you ended it from another session");

        using var second = await PhoneAsync(email);
        using var third = await PhoneAsync(email);
        var token = (await browser.GetAsync(Page)).Token;
        await browser.PostAsync(Page + "/end-others", token);
        (await second.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await third.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_ends_a_session_of_somebody_else()
    {
        var (alice, email) = await app.SignUpAsync();
        using var phone = await PhoneAsync(email);
        var (mallory, _) = await app.SignUpAsync();
        var hers = Ends(await alice.GetAsync(Page)).ShouldHaveSingleItem();
        await mallory.PostAsync(hers, (await mallory.GetAsync(Page)).Token);
        (await phone.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ending_sessions_asks_for_a_fresh_proof()
    {
        var (browser, email) = await app.SignUpAsync();
        using var phone = await PhoneAsync(email);
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        var token = (await browser.GetAsync(Page)).Token;
        (await browser.PostAsync(Page + "/end-others", token)).Location.ShouldStartWith(
            "/sign-in/again"
        );
        (await phone.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_device_is_told_of_and_a_known_one_is_not()
    {
        var (browser, email) = await app.SignUpAsync();
        await browser.SubmitAsync("/sign-out");
        await browser.SignInAsync(email, Browser.Password);
        (await app.LettersAsync(email)).ShouldBeEmpty();
        using var phone = await PhoneAsync(email);
        var letter = (await app.LettersAsync(email)).ShouldHaveSingleItem();
        letter.Subject.ShouldBe("A sign-in from a new device");
        letter.Text.ShouldContain("Chrome, Android");
        letter.Text.ShouldContain("https://netroom.example/settings/sessions");
        Text(await browser.GetAsync(Page))
            .ShouldMatch(@"A sign-in from a new device\s*Chrome, Android · 127\.0\.0\.1");
    }

    [Fact]
    public async Task The_eleventh_session_ends_the_oldest_and_says_so_here_and_by_mail()
    {
        var (browser, email) = await app.SignUpAsync();
        using var phone = await PhoneAsync(email);
        for (var at = 0; at < 9; at++)
        {
            app.Clock.Pass(TimeSpan.FromSeconds(1));
            phone.Forget("__Host-nr-at", "__Host-nr-rt", "nr-notice");
            await phone.SignInAsync(email, Browser.Password);
        }

        phone.Cookies.Keys.ShouldContain("nr-notice");
        (await phone.GetAsync(Page)).Body.ShouldContain("There were too many sessions");
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await app.LettersAsync(email)).ShouldContain(letter =>
            letter.Subject == "The session unused longest has ended"
        );
    }

    [Fact]
    public async Task A_session_that_jumped_gets_nothing_before_a_proof()
    {
        var (browser, email) = await app.SignUpAsync();
        await app.Database.ScalarAsync<Guid>(
            $"""
            UPDATE accounts.session s SET ip = '203.0.113.7' FROM accounts.account a
            WHERE a.id = s.account_id AND a.email = '{email}' RETURNING s.id
            """
        );
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        browser.UserAgent = Phone;
        (await browser.GetAsync("/who")).Location.ShouldBe("/sign-in/again?returnUrl=%2Fwho");
        (await browser.GetAsync("/settings/email/change")).Location.ShouldStartWith(
            "/sign-in/again"
        );
        var page = await browser.GetAsync("/sign-in/again");
        (await browser.PostAsync("/who", page.Token, ("word", "my draft"))).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await app.LettersAsync(email)).ShouldContain(letter =>
            letter.Subject == "A session moved to another place and browser"
        );
        await browser.SubmitAsync(
            "/sign-in/again",
            ("password", Browser.Password),
            ("returnUrl", "/who")
        );
        (await browser.GetAsync("/who")).Body.ShouldStartWith(email);
    }

    [Fact]
    public async Task Signing_out_leaves_nothing_in_the_browser()
    {
        var (browser, _) = await app.SignUpAsync();
        await browser.SubmitAsync("/sign-out");
        browser.LastHeaders["Clear-Site-Data"].ShouldBe("\"cache\", \"storage\"");
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-at");
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-rt");
    }

    [Fact]
    public async Task The_cookies_of_a_session_are_of_this_host_alone_and_out_of_reach_of_scripts()
    {
        var (browser, _) = await app.SignUpAsync();
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        browser.LastSet.Count.ShouldBe(2);
        foreach (var line in browser.LastSet)
        {
            line.ShouldStartWith("__Host-nr-");
            var parts = line.ToLowerInvariant().Split("; ");
            parts.ShouldContain("secure");
            parts.ShouldContain("httponly");
            parts.ShouldContain("path=/");
            parts.ShouldContain("samesite=lax");
            parts.ShouldNotContain(part => part.StartsWith("domain"));
        }

        await browser.GetAsync(Page);
        browser.LastHeaders["Cache-Control"].ShouldContain("no-store");
    }

    private async Task<Browser> PhoneAsync(string email)
    {
        var phone = app.NewBrowser();
        phone.UserAgent = Phone;
        (await phone.SignInAsync(email, Browser.Password)).Location.ShouldBe("/");
        return phone;
    }

    private static string Text(Answer answer)
    {
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(answer.Body);
        return Regex.Replace(
            page.QuerySelector("main")!.TextContent,
            @"\s+",
            " ",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );
    }

    private static IEnumerable<string> Ends(Answer answer)
    {
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(answer.Body);
        return
        [
            .. page.QuerySelectorAll("form[action$='/end']")
                .Select(form => form.GetAttribute("action")!),
        ];
    }
}
