using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts;

/// <summary>What those see who are not signed in, and the first owner.</summary>
[Collection(PostgresCollection.Name)]
public sealed class DoorTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task A_page_leads_to_the_sign_in_and_back()
    {
        using var browser = app.NewBrowser();
        var answer = await browser.GetAsync("/who?chat=7&x=%D0%B9");
        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        answer.Location.ShouldBe("/sign-in?returnUrl=%2Fwho%3Fchat%3D7%26x%3D%25D0%25B9");
        (await browser.GetAsync(answer.Location!))
            .Value("returnUrl")
            .ShouldBe("/who?chat=7&x=%D0%B9");
    }

    [Fact]
    public async Task A_part_of_a_page_is_answered_with_a_card_that_links_to_the_sign_in()
    {
        using var browser = app.NewBrowser();
        var answer = await browser.GetAsync(
            "/who",
            ("HX-Request", "true"),
            ("HX-Current-URL", "http://127.0.0.1/c/5?x=1")
        );
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body.ShouldContain("href=\"/sign-in?returnUrl=%2Fc%2F5%3Fx%3D1\"");
        answer.Body.ShouldNotContain("<html");
        answer = await browser.GetAsync("/who", ("Accept", "text/event-stream"));
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body.ShouldContain("Your session has ended. Sign in to go on.");
    }

    [Fact]
    public async Task A_program_is_answered_with_a_problem()
    {
        using var browser = app.NewBrowser();
        var answer = await browser.GetAsync("/who", ("Accept", "application/json"));
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body.ShouldContain("\"code\":\"accounts.sign_in_needed\"");
    }

    [Fact]
    public async Task A_form_sent_with_a_dead_session_is_answered_with_a_page()
    {
        using var browser = app.NewBrowser();
        var answer = await browser.PostAsync("/who", null, ("word", "my draft"));
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body.ShouldContain("Your session has ended. Sign in to go on.");
        answer.Body.ShouldContain("<html");
    }

    [Theory]
    [InlineData("/terms/", "Terms of Service")]
    [InlineData("/privacy/", "Privacy Policy")]
    [InlineData("/refund/", "Refund Policy")]
    [InlineData("/personal-data/", "Consent to the processing of personal data")]
    [InlineData("/ru/terms/", "Условия использования")]
    [InlineData("/ru/privacy/", "Политика конфиденциальности")]
    [InlineData("/ru/refund/", "Правила возврата")]
    [InlineData("/ru/personal-data/", "Согласие на обработку персональных данных")]
    public async Task Documents_are_open_to_all_in_both_languages(string path, string title)
    {
        using var browser = app.NewBrowser();
        var answer = await browser.GetAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Body.ShouldContain($"<h1>{title}</h1>");
        answer.Body.ShouldContain("Example &lt;b&gt;LLC&lt;/b&gt;");
        answer.Body.ShouldNotContain("{operator}");
    }

    [Fact]
    public async Task The_bar_of_public_pages_knows_who_is_signed_in()
    {
        using var browser = app.NewBrowser();
        (await browser.GetAsync("/terms/")).Body.ShouldContain("href=\"/sign-up\"");
        await browser.SignUpAsync("bar@example.com");
        (await browser.GetAsync("/terms/")).Body.ShouldContain("Open chat");
    }

    [Fact]
    public async Task The_first_owner_is_made_once_and_told_only_to_the_operator()
    {
        await app.EnsureOwnerAsync();
        var file = Path.Combine(app.Folder, "owner-sign-in.txt");
        var lines = await File.ReadAllLinesAsync(file);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await app.EnsureOwnerAsync();
        (await File.ReadAllLinesAsync(file)).ShouldBe(lines);
        using var browser = app.NewBrowser();
        var password = lines[1]["password: ".Length..];
        password.Length.ShouldBe(20);
        (await browser.SignInAsync("owner@netroom.local", password)).Location.ShouldBe("/");
        (await browser.GetAsync("/who")).Body.ShouldStartWith("owner@netroom.local en adult owner");
    }

    [Fact]
    public async Task One_more_owner_is_somebody_who_has_signed_up()
    {
        using var browser = app.NewBrowser();
        await browser.SignUpAsync("second@example.com");
        (await app.RunAsync("owner", "add", "third@example.com")).ShouldBe(
            (1, "Nobody has signed up with this email.")
        );
        (await app.RunAsync("owner", "add", "Second@Example.com")).ShouldBe(
            (0, "Done. It counts from the next sign-in.")
        );
        (await app.RunAsync("owner")).Code.ShouldBe(2);
        using var later = app.NewBrowser();
        (await later.SignInAsync("second@example.com", Browser.Password)).Location.ShouldBe("/");
        (await later.GetAsync("/who")).Body.ShouldStartWith("second@example.com en adult owner");
    }
}
