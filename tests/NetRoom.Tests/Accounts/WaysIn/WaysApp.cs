using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using NetRoom.Tests.Sandbox;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.WaysIn;

/// <summary>The accounts with all three providers on, each played by the sandbox over HTTP.</summary>
public sealed class WaysApp(Postgres postgres) : IAsyncLifetime
{
    public const string BotToken = "5310:sandbox-bot-token";
    private static int people = 100_000;
    private readonly AccountsApp app = new(postgres);
    private readonly SandboxServer sandbox = new();
    private readonly HttpClient http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }
    );

    internal AccountsApp App => app;

    internal TestClock Clock => app.Clock;

    internal TestDatabase Database => app.Database;

    internal Browser NewBrowser() => app.NewBrowser();

    /// <summary>The number of somebody new at every provider.</summary>
    internal static string NewPerson() =>
        Interlocked.Increment(ref people).ToString(CultureInfo.InvariantCulture);

    /// <summary>What Google knows that person's address to be.</summary>
    internal static string GmailOf(string person) => $"person{person}@gmail.com";

    public async Task InitializeAsync()
    {
        await sandbox.InitializeAsync();
        foreach (var name in new[] { "Google", "Yandex", "Telegram" })
        {
            var id = name.ToLowerInvariant();
            var at = new Uri(sandbox.Address, "/sign-in/" + id).ToString();
            Set(name, "Enabled", "true");
            Set(name, "ClientId", "sandbox-" + id);
            Set(name, "ClientSecret", $"sandbox-{id}-secret");
            Set(name, "AuthorizeUrl", at + "/authorize");
            Set(name, "TokenUrl", at + "/token");
            Set(name, "Issuer", at);
            Set(name, "KeysUrl", at + "/keys");
            Set(name, "UserInfoUrl", at + "/info?format=json");
        }

        Set("Telegram", "BotToken", BotToken);
        app.Settings["SignIn:Timeout"] = "00:00:04";
        await app.InitializeAsync();
        // The sandbox lives now.
        app.Clock.Pass(TimeProvider.System.GetUtcNow() - app.Clock.GetUtcNow());

        void Set(string provider, string key, string value) =>
            app.Settings[$"SignIn:{provider}:{key}"] = value;
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await sandbox.DisposeAsync();
    }

    /// <summary>Decides on the provider's page; the way back, as path and query.</summary>
    internal async Task<string> DecideAsync(
        string authorize,
        string person,
        string fault = "none",
        string decision = "allow"
    )
    {
        var asked = new Uri(authorize);
        using (var page = await http.GetAsync(asked))
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
        var fields = QueryHelpers
            .ParseQuery(asked.Query)
            .ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        (fields["other"], fields["fault"], fields["decision"]) = (person, fault, decision);
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync(
            asked
                .GetLeftPart(UriPartial.Path)
                .Replace("/authorize", "/consent", StringComparison.Ordinal),
            content
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location!.PathAndQuery;
    }

    /// <summary>Goes to the provider and comes back.</summary>
    internal async Task<Answer> ComeAsync(
        Browser browser,
        string provider,
        string person,
        string fault = "none",
        string decision = "allow",
        string? returnUrl = null
    )
    {
        var start = await browser.GetAsync(
            $"/sign-in/{provider}" + (returnUrl is null ? "" : "?returnUrl=" + returnUrl)
        );
        return await browser.GetAsync(await DecideAsync(start.Location!, person, fault, decision));
    }

    internal static Task<Answer> CompleteAsync(Browser browser) =>
        browser.SubmitAsync("/sign-up/complete", Consents);

    internal static readonly (string Name, string? Value)[] Consents =
    [
        ("age", "adult"),
        ("terms", "yes"),
        ("personalData", "yes"),
    ];

    /// <summary>A new account by this provider, in a browser of its own.</summary>
    internal async Task<Browser> SignedUpAsync(string provider, string person)
    {
        var browser = NewBrowser();
        (await ComeAsync(browser, provider, person)).Location.ShouldBe("/sign-up/complete");
        (await CompleteAsync(browser)).Location.ShouldBe("/");
        return browser;
    }

    /// <summary>Presses a button of the settings that goes to a provider, decides there, and comes back.</summary>
    internal async Task<Answer> GoAsync(
        Browser browser,
        string form,
        string person,
        string page = "/settings/ways-in",
        string decision = "allow"
    ) =>
        await browser.GetAsync(
            await DecideAsync(await LeaveAsync(browser, form, page), person, decision: decision)
        );

    /// <summary>The provider's address that the page after a button leads to.</summary>
    internal static async Task<string> LeaveAsync(
        Browser browser,
        string form,
        string page = "/settings/ways-in"
    )
    {
        var leave = await browser.PostAsync(form, (await browser.GetAsync(page)).Token);
        leave.Status.ShouldBe(HttpStatusCode.OK, leave.Location);
        return new AngleSharp.Html.Parser.HtmlParser()
            .ParseDocument(leave.Body)
            .QuerySelector("main a.btn")!
            .GetAttribute("href")!;
    }

    internal Task<string> InitDataAsync(string person, string fault = "none", string start = "") =>
        http.GetStringAsync(
            new Uri(
                sandbox.Address,
                $"/telegram-client/init-data?person={person}&fault={fault}&start={start}"
            )
        );

    internal static Task<Answer> EnterAppAsync(Browser browser, string initData) =>
        browser.SubmitAsync("/telegram", "/sign-in/telegram/app", ("initData", initData));

    /// <summary>Who is signed in, by the account's id; null for nobody.</summary>
    internal static async Task<string?> WhoAsync(Browser browser)
    {
        var who = await browser.GetAsync("/who");
        return who.Status == HttpStatusCode.OK ? who.Body : null;
    }

    internal Task<long> CountAsync(string from) =>
        Database.ScalarAsync<long>("SELECT count(*) FROM accounts." + from);
}
