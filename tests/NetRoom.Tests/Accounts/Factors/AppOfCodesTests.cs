using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts.Factors;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Factors;

[Collection(PostgresCollection.Name)]
public sealed class AppOfCodesTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task It_counts_only_after_its_first_right_code()
    {
        using var person = await Protected.PlainAsync(app);
        await person.BeginAppAsync();
        var wrong = await person.Browser.SubmitAsync("/settings/security/app", ("code", "000000"));
        wrong.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        wrong.Errors.ShouldStartWith("The code is wrong");
        wrong.Body.ShouldContain("data:image/png;base64,");
        using var other = app.NewBrowser();
        (await other.SignInAsync(person.Email, Browser.Password)).Location.ShouldBe("/");

        var on = await person.Browser.SubmitAsync("/settings/security/app", ("code", person.Code));
        on.Status.ShouldBe(HttpStatusCode.OK);
        Protected.CodesOn(on).Distinct().Count().ShouldBe(10);
        using var third = app.NewBrowser();
        await person.BeginAsync(third);
        third.Cookies.Keys.ShouldNotContain("__Host-nr-at");
    }

    [Fact]
    public async Task Codes_to_keep_are_shown_once_and_nothing_readable_is_stored()
    {
        using var person = await Protected.WithAppAsync(app);
        (await person.Browser.GetAsync("/settings/security")).Body.ShouldNotContain(
            person.Codes[0]
        );
        var id = await person.IdAsync();
        var stored = await app.Database.ScalarAsync<byte[]>(
            $"SELECT secret FROM accounts.authenticator WHERE account_id = '{id}'"
        );
        stored.Length.ShouldBeGreaterThan(Totp.SecretLength * 2);
        (
            await app.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM accounts.recovery_code WHERE account_id = '{id}' AND octet_length(hash) = 32"
            )
        ).ShouldBe(10);
    }

    [Fact]
    public async Task Of_fifty_requests_with_one_code_one_is_believed()
    {
        using var person = await Protected.WithAppAsync(app);
        var (id, code) = (await person.IdAsync(), person.Code);
        var believed = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    app.InScopeAsync(services =>
                        services
                            .GetRequiredService<AuthenticatorApp>()
                            .TakeAsync(id, code, CancellationToken.None)
                    )
                )
        );
        believed.Count(isTaken => isTaken).ShouldBe(1);
    }

    [Fact]
    public async Task Of_fifty_requests_with_one_recovery_code_one_is_believed()
    {
        using var person = await Protected.WithAppAsync(app);
        var id = await person.IdAsync();
        var believed = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    app.InScopeAsync(services =>
                        services
                            .GetRequiredService<RecoveryCodes>()
                            .TakeAsync(id, person.Codes[0], CancellationToken.None)
                    )
                )
        );
        believed.Count(isTaken => isTaken).ShouldBe(1);
    }

    [Fact]
    public async Task The_code_that_turned_it_on_signs_nobody_in()
    {
        using var person = await Protected.PlainAsync(app);
        await person.BeginAppAsync();
        var code = person.Code;
        await person.Browser.SubmitAsync("/settings/security/app", ("code", code));
        using var thief = app.NewBrowser();
        await person.BeginAsync(thief);
        (await person.StepAsync(thief, code)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_confirmed_app_is_not_replaced_by_beginning_again()
    {
        using var person = await Protected.WithAppAsync(app);
        var page = await person.Browser.GetAsync("/settings/security");
        await person.Browser.PostAsync("/settings/security/app/begin", page.Token);
        (await person.Browser.GetAsync("/settings/security/app")).Location.ShouldBe(
            "/settings/security"
        );
        using var other = app.NewBrowser();
        await person.EnterAsync(other);
    }

    [Fact]
    public async Task New_recovery_codes_end_the_old_ones()
    {
        using var person = await Protected.WithAppAsync(app);
        var page = await person.Browser.GetAsync("/settings/security");
        var made = Protected.CodesOn(
            await person.Browser.PostAsync("/settings/security/codes", page.Token)
        );
        made.Count.ShouldBe(10);
        using var other = app.NewBrowser();
        await person.BeginAsync(other);
        (await person.StepAsync(other, person.Codes[0])).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );
        (await person.StepAsync(other, made[0].ToUpperInvariant())).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Turned_off_it_is_not_asked_for_and_its_recovery_codes_are_gone()
    {
        using var person = await Protected.WithAppAsync(app);
        var page = await person.Browser.GetAsync("/settings/security");
        (
            await person.Browser.PostAsync("/settings/security/app/remove", page.Token)
        ).Location.ShouldBe("/settings/security");
        (await person.Browser.GetAsync("/settings/security")).Body.ShouldNotContain(
            "Make new codes"
        );
        using var other = app.NewBrowser();
        (await other.SignInAsync(person.Email, Browser.Password)).Location.ShouldBe("/");
        (
            await app.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM accounts.recovery_code WHERE account_id = '{await person.IdAsync()}'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_was_away_for_long_shows_the_factor_and_not_the_password()
    {
        using var person = await Protected.WithAppAsync(app);
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        const string again = "/sign-in/again?returnUrl=%2Fsettings%2Fsecurity";
        (await person.Browser.GetAsync("/settings/security")).Location.ShouldBe(again);
        var page = await person.Browser.GetAsync(again);
        page.Body.ShouldNotContain("type=\"password\"");
        (
            await person.Browser.PostAsync(
                "/sign-in/again",
                page.Token,
                ("password", Browser.Password)
            )
        ).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (
            await person.Browser.PostAsync(
                "/sign-in/again",
                page.Token,
                ("code", person.Code),
                ("returnUrl", "/settings/security")
            )
        ).Location.ShouldBe("/settings/security");
        (await person.Browser.GetAsync("/settings/security")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_person_is_told_of_each_change()
    {
        using var person = await Protected.WithAppAsync(app);
        var id = await person.IdAsync();
        var page = await person.Browser.GetAsync("/settings/security");
        await person.Browser.PostAsync("/settings/security/codes", page.Token);
        using var other = app.NewBrowser();
        await person.BeginAsync(other);
        await person.StepAsync(other, "no code at all");
        await person.Browser.PostAsync("/settings/security/app/remove", page.Token);
        await app.DeliverAsync();
        app.Notices.Where(notice => notice.AccountId == id)
            .Select(notice => (notice.Kind, notice.Device))
            .ShouldBe([
                ("authenticator_on", "Chrome, Linux"),
                ("recovery_codes_made", "Chrome, Linux"),
                ("authenticator_off", "Chrome, Linux"),
            ]);
    }
}
