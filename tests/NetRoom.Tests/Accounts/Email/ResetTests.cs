using System.Net;
using NetRoom.Tests.Accounts.Factors;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Email;

[Collection(PostgresCollection.Name)]
public sealed class ResetTests(MailedApp app) : IClassFixture<MailedApp>
{
    private const string NewPassword = "five new kettles hum along";
    private const string ResetLetter = "A new password";

    [Fact]
    public async Task A_known_and_an_unknown_address_get_the_same_page_and_only_the_known_a_letter()
    {
        var (browser, known) = await app.SignUpAsync();
        var unknown = MailedApp.NewEmail();
        var answers = new[]
        {
            await MailedApp.ForgetAsync(browser, known),
            await MailedApp.ForgetAsync(browser, unknown),
        };
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        Paragraph(answers[0], known).ShouldBe(Paragraph(answers[1], unknown));
        (await app.LettersAsync(unknown)).ShouldBeEmpty();
        (await app.LettersAsync(known)).ShouldHaveSingleItem().Subject.ShouldContain(ResetLetter);

        static string Paragraph(Answer answer, string email)
        {
            using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(answer.Body);
            return page.QuerySelector("main")!
                .TextContent.Replace(email, "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_secret_of_a_link_is_in_its_fragment_and_in_the_database_only_as_a_hash()
    {
        var (browser, email) = await app.SignUpAsync();
        await MailedApp.ForgetAsync(browser, email);
        var link = await app.LinkAsync(email, ResetLetter);
        link.GetLeftPart(UriPartial.Query).ShouldBe("https://netroom.example/mail-link");
        link.Fragment.Length.ShouldBe(44);
        var bits = System.Buffers.Text.Base64Url.DecodeFromChars(link.Fragment.AsSpan(1));
        bits.Length.ShouldBe(32);
        (
            await app.Database.ScalarAsync<string>(
                "SELECT string_agg(l::text, '') FROM accounts.mail_link l"
            )
        ).ShouldNotContain(Convert.ToHexStringLower(bits));
    }

    [Fact]
    public async Task A_reset_sets_the_password_proves_the_address_ends_all_sessions_and_signs_in()
    {
        var (owner, email) = await app.SignUpAsync();
        using var lost = app.NewBrowser();
        await MailedApp.ForgetAsync(lost, email.ToUpperInvariant());
        var link = await app.LinkAsync(email, ResetLetter);
        // Without script the whole link is pasted.
        var opened = await MailedApp.OpenLinkAsync(lost, link.AbsoluteUri);
        opened.Body.ShouldContain(email);
        (await owner.GetAsync("/who")).Status.ShouldBe(
            HttpStatusCode.OK,
            "opening changes nothing"
        );
        var reclaimed = app.Reclaimed.Count;
        (await MailedApp.UseLinkAsync(lost, link.Fragment[1..], NewPassword)).Location.ShouldBe(
            "/"
        );

        (await lost.GetAsync("/who")).Body.ShouldStartWith(email);
        (await owner.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        app.Reclaimed.Count.ShouldBe(reclaimed + 1);
        (
            await app.Database.ScalarAsync<bool>(
                $"SELECT email_proven_at IS NOT NULL FROM accounts.account WHERE email = '{email}'"
            )
        ).ShouldBeTrue();
        using var later = app.NewBrowser();
        (await later.SignInAsync(email, Browser.Password)).Errors.ShouldStartWith("Wrong address");
        (await later.SignInAsync(email, NewPassword)).Location.ShouldBe("/");
        (await app.LettersAsync(email)).ShouldContain(letter =>
            letter.Subject == "A new password was set by a letter"
        );
    }

    [Fact]
    public async Task A_link_works_once_for_an_hour_and_only_the_newest()
    {
        var (browser, email) = await app.SignUpAsync();
        await MailedApp.ForgetAsync(browser, email);
        var first = await app.CodeAsync(email, ResetLetter);
        app.Clock.Pass(TimeSpan.FromSeconds(1));
        await MailedApp.ForgetAsync(browser, email);
        var second = await app.CodeAsync(email, ResetLetter);
        second.ShouldNotBe(first);
        await DeadAsync(browser, first);
        (await MailedApp.UseLinkAsync(browser, second, NewPassword)).Location.ShouldBe("/");
        await DeadAsync(browser, second);

        await MailedApp.ForgetAsync(browser, email);
        var late = await app.CodeAsync(email, ResetLetter);
        app.Clock.Pass(TimeSpan.FromHours(1));
        await DeadAsync(browser, late);
        await DeadAsync(browser, null);
        await DeadAsync(browser, "");
        await DeadAsync(browser, "#" + new string('A', 43));
        await DeadAsync(browser, "' OR 1=1 --");
    }

    [Fact]
    public async Task Ten_windows_with_one_link_set_one_password()
    {
        var (browser, email) = await app.SignUpAsync();
        await MailedApp.ForgetAsync(browser, email);
        var code = await app.CodeAsync(email, ResetLetter);
        var browsers = Enumerable.Range(0, 10).Select(_ => app.NewBrowser()).ToList();
        var answers = await Task.WhenAll(
            browsers.Select((it, at) => MailedApp.UseLinkAsync(it, code, $"{NewPassword} {at}"))
        );
        answers.Count(answer => answer.Status == HttpStatusCode.Redirect).ShouldBe(1);
    }

    [Fact]
    public async Task A_weak_password_is_refused_and_the_link_still_works()
    {
        var (browser, email) = await app.SignUpAsync();
        await MailedApp.ForgetAsync(browser, email);
        var code = await app.CodeAsync(email, ResetLetter);
        var weak = await MailedApp.UseLinkAsync(browser, code, "password123");
        weak.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        weak.Value("code").ShouldBe(code);
        weak.Errors.ShouldContain("easy to guess");
        (await MailedApp.UseLinkAsync(browser, code, NewPassword)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Ways_in_from_before_the_proof_are_gone_unless_the_owner_keeps_them()
    {
        var (browser, email) = await app.SignUpAsync();
        var mine = await AttachAsync(email, "google", "me@gmail.test");
        await AttachAsync(email, "telegram", "@thief");
        await MailedApp.ForgetAsync(browser, email);
        var code = await app.CodeAsync(email, ResetLetter);
        var opened = await MailedApp.OpenLinkAsync(browser, code);
        opened.Body.ShouldContain("@thief");
        await MailedApp.UseLinkAsync(browser, code, NewPassword, ("keep", $"{mine}"));
        (await WaysAsync(email)).ShouldBe("email google");

        // From now on the owner alone has attached what there is.
        await AttachAsync(email, "yandex", "me");
        await MailedApp.ForgetAsync(browser, email);
        code = await app.CodeAsync(email, ResetLetter);
        (await MailedApp.OpenLinkAsync(browser, code)).Body.ShouldNotContain("name=\"keep\"");
        await MailedApp.UseLinkAsync(browser, code, NewPassword + "!");
        (await WaysAsync(email)).ShouldBe("email google yandex");
    }

    [Fact]
    public async Task A_second_factor_from_before_the_proof_is_gone_and_one_from_after_it_stays()
    {
        using var thief = await Protected.WithAppAsync(app);
        using var owner = app.NewBrowser();
        (await ResetAsync(NewPassword)).Location.ShouldBe("/");

        using var later = app.NewBrowser();
        await later.SignInAsync(thief.Email, NewPassword);
        await new Protected(app, later, thief.Email).SetUpAppAsync();
        (await ResetAsync(NewPassword + "!")).Location.ShouldBe("/sign-in/second-step");

        async Task<Answer> ResetAsync(string password)
        {
            await MailedApp.ForgetAsync(owner, thief.Email);
            return await MailedApp.UseLinkAsync(
                owner,
                await app.CodeAsync(thief.Email, ResetLetter),
                password
            );
        }
    }

    [Fact]
    public async Task An_address_gets_five_letters_an_hour_known_or_not()
    {
        foreach (var email in new[] { (await app.SignUpAsync()).Email, MailedApp.NewEmail() })
        {
            using var browser = app.NewBrowser();
            for (var at = 0; at < 5; at++)
                (await MailedApp.ForgetAsync(browser, email)).Status.ShouldBe(HttpStatusCode.OK);
            var sixth = await MailedApp.ForgetAsync(browser, email);
            sixth.Status.ShouldBe(HttpStatusCode.TooManyRequests);
            sixth.RetryAfter.ShouldBe(TimeSpan.FromMinutes(12));
        }
    }

    [Fact]
    public async Task A_blocked_account_gets_no_letter()
    {
        var (browser, email) = await app.SignUpAsync();
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET blocked_at = now() WHERE email = '{email}' RETURNING role"
        );
        await MailedApp.ForgetAsync(browser, email);
        (await app.LettersAsync(email)).ShouldBeEmpty();
    }

    private static async Task DeadAsync(Browser browser, string? code)
    {
        foreach (
            var answer in new[]
            {
                await MailedApp.OpenLinkAsync(browser, code),
                await MailedApp.UseLinkAsync(browser, code, code is null ? null : NewPassword),
            }
        )
        {
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            answer.Errors.ShouldContain("does not work any more");
        }
    }

    private Task<Guid> AttachAsync(string email, string provider, string label) =>
        app.Database.ScalarAsync<Guid>(
            $"""
            INSERT INTO accounts.identity (id, account_id, provider, subject, label, created_at)
            SELECT gen_random_uuid(), id, '{provider}', gen_random_uuid()::text, '{label}', now()
            FROM accounts.account WHERE email = '{email}' RETURNING id
            """
        );

    private Task<string> WaysAsync(string email) =>
        app.Database.ScalarAsync<string>(
            $"""
            SELECT string_agg(i.provider, ' ' ORDER BY i.provider) FROM accounts.identity i
            JOIN accounts.account a ON a.id = i.account_id WHERE a.email = '{email}'
            """
        );
}

[Collection(PostgresCollection.Name)]
public sealed class WithoutMailTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task A_service_that_sends_no_mail_says_so_and_takes_no_form()
    {
        using var browser = app.NewBrowser();
        var page = await browser.GetAsync("/forgot-password");
        page.Body.ShouldContain("This service sends no mail");
        page.Value("email").ShouldBeNull();
    }

    [Fact]
    public async Task An_address_then_changes_at_once_and_stays_unproven()
    {
        using var browser = app.NewBrowser();
        var (email, next) = (MailedApp.NewEmail(), MailedApp.NewEmail());
        await browser.SignUpAsync(email);
        (await browser.SubmitAsync("/settings/email/change", ("email", next))).Location.ShouldBe(
            "/settings/email"
        );
        (await browser.GetAsync("/who")).Body.ShouldStartWith(next);
        (await browser.GetAsync("/settings/email")).Body.ShouldContain("not confirmed");
        using var other = app.NewBrowser();
        (await other.SignInAsync(email, Browser.Password)).Errors.ShouldStartWith("Wrong address");
        (await other.SignInAsync(next, Browser.Password)).Location.ShouldBe("/");
        using var third = app.NewBrowser();
        await third.SignUpAsync(email);
        var taken = await third.SubmitAsync("/settings/email/change", ("email", next));
        taken.Errors.ShouldContain("cannot be used");
        (await third.GetAsync("/who")).Body.ShouldStartWith(email);
    }
}
