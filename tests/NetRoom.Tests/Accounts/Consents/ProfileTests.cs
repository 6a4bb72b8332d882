using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Consents;

[Collection(PostgresCollection.Name)]
public sealed class ProfileTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    internal static Task<Answer> SaveAsync(
        Browser browser,
        params IEnumerable<(string Name, string? Value)> changes
    )
    {
        var fields = new Dictionary<string, string?> { ["name"] = "", ["language"] = "en" };
        foreach (var (name, value) in changes)
            fields[name] = value;
        return browser.SubmitAsync(
            "/settings/profile",
            fields.Select(field => (field.Key, field.Value))
        );
    }

    [Fact]
    public async Task A_new_name_and_language_are_everywhere_at_once()
    {
        using var browser = await SignedUpAsync();
        (
            await SaveAsync(browser, ("name", "  Анна  "), ("language", "ru"), ("theme", "dark"))
        ).Location.ShouldBe("/settings/profile");
        var page = await browser.GetAsync("/settings/profile");
        page.Body.ShouldContain("<html lang=\"ru\" data-theme=\"dark\"");
        page.Body.ShouldContain("<span class=\"t\">Анна</span>");
        page.Body.ShouldContain("Сохранено");
        (await browser.GetAsync("/who")).Body.ShouldStartWith("Анна ru adult person");
    }

    [Theory]
    [InlineData("a\u0007b", "cannot be seen")]
    [InlineData("a\u202Eb", "cannot be seen")]
    [InlineData("a\r\nb", "cannot be seen")]
    [InlineData("81", "too long")]
    public async Task A_name_that_cannot_be_read_is_refused_and_stays_in_its_field(
        string name,
        string complaint
    )
    {
        using var browser = await SignedUpAsync();
        name = name == "81" ? new string('x', 81) : name;
        var answer = await SaveAsync(browser, ("name", name));
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Errors.ShouldContain(complaint);
        (await browser.GetAsync("/who")).Body.ShouldNotStartWith(name);
        (await SaveAsync(browser, ("name", new string('x', 80)))).Location.ShouldNotBeNull();
    }

    [Fact]
    public async Task Fields_that_are_not_of_the_form_change_nothing()
    {
        using var browser = await SignedUpAsync();
        var before = await StateAsync();
        var saved = await SaveAsync(
            browser,
            ("role", "owner"),
            ("email", "somebody@else.example"),
            ("emailProvenAt", "2020-01-01"),
            ("balance", "1000000"),
            ("id", $"{Guid.Empty}")
        );
        saved.Location.ShouldBe("/settings/profile");
        (await StateAsync()).ShouldBe(before);

        Task<string> StateAsync() =>
            app.Database.ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', id, email, email_proven_at, role), ', ' ORDER BY id) FROM accounts.account"
            );
    }

    [Fact]
    public async Task Eighteen_is_declared_anew_and_each_declaration_is_kept()
    {
        using var browser = app.NewBrowser();
        var email = ConsentApp.NewEmail();
        await browser.SignUpAsync(email, changes: ("age", "guardian"));
        await SaveAsync(browser);
        (await browser.GetAsync("/who")).Body.ShouldContain(" minor ");
        await SaveAsync(browser, ("age", "adult"));
        (await browser.GetAsync("/who")).Body.ShouldContain(" adult ");
        await SaveAsync(browser, ("age", "guardian"));
        (await browser.GetAsync("/who")).Body.ShouldContain(" minor ");
        (await SaveAsync(browser, ("age", "old"))).Status.ShouldBe(
            HttpStatusCode.UnprocessableEntity
        );
        (
            await app.Database.ScalarAsync<string>(
                $"SELECT string_agg(version, ' ' ORDER BY decided_at, id) FROM accounts.consent WHERE document = 'age' AND account_id = (SELECT id FROM accounts.account WHERE email = '{email}')"
            )
        ).ShouldBe("guardian adult guardian");
    }

    [Fact]
    public async Task Letters_about_news_are_not_wanted_until_somebody_wants_them()
    {
        using var browser = await SignedUpAsync();
        (await browser.GetAsync("/settings/privacy")).Body.ShouldContain("Send me news");
        await WantAsync("yes");
        await WantAsync("yes");
        (await browser.GetAsync("/settings/privacy")).Body.ShouldContain("You agreed to get them.");
        await WantAsync(null);
        var page = await browser.GetAsync("/settings/privacy");
        page.Body.ShouldContain("Send me news");
        page.Body.ShouldContain("withdrawn");
        page.Body.Split("Consent to letters about news").Length.ShouldBe(3, "two decisions");

        using var other = app.NewBrowser();
        await other.SignUpAsync(ConsentApp.NewEmail(), changes: ("marketing", "yes"));
        (await other.GetAsync("/settings/privacy")).Body.ShouldContain("You agreed to get them.");

        Task WantAsync(string? wanted) =>
            browser.SubmitAsync(
                "/settings/privacy",
                "/settings/privacy/marketing",
                ("wanted", wanted)
            );
    }

    private async Task<Browser> SignedUpAsync()
    {
        var browser = app.NewBrowser();
        await browser.SignUpAsync(ConsentApp.NewEmail());
        return browser;
    }
}
