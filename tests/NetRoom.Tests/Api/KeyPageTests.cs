using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using NetRoom.Api.Keys;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Billing.Pages;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>Settings, API keys: what a person sees and does there, without script.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyPageTests(Postgres postgres) : IAsyncLifetime
{
    private const string Keys = "/settings/api-keys";
    private static readonly HtmlParser Html = new();
    private readonly TestClock clock = new();
    private TestDatabase database = null!;
    private ApiNode node = null!;
    private Browser alice = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(database, clock, new Uri("http://127.0.0.1:9"));
        alice = await SignUpAsync();
    }

    public async Task DisposeAsync()
    {
        alice.Dispose();
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<Browser> SignUpAsync()
    {
        var browser = new Browser(node.Address);
        await browser.SignUpAsync($"{Ids.New():n}@people.test");
        return browser;
    }

    private static async Task<IDocument> PageAsync(
        Browser browser,
        string path,
        string language = "en"
    )
    {
        browser.Cookies.Remove(NetRoom.Kernel.Http.Preferences.LanguageCookie);
        var answer = await browser.GetAsync(path, ("Accept-Language", language));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        return await Html.ParseDocumentAsync(answer.Body);
    }

    /// <summary>Fills the form of a page and sends it; answers the page that comes.</summary>
    private static async Task<(HttpStatusCode Status, IDocument Page)> SendAsync(
        Browser browser,
        IDocument page,
        params (string Name, string Value)[] typed
    )
    {
        var form = page.QuerySelector<IHtmlFormElement>("main form[method=post]")!;
        var fields = form.QuerySelectorAll("input[name], select[name]")
            .Where(it => it is not IHtmlInputElement { Type: "checkbox", IsChecked: false })
            .Select(it =>
                (
                    Name: it.GetAttribute("name")!,
                    Value: it is IHtmlSelectElement select ? select.Value : it.GetAttribute("value")
                )
            )
            .ToList();
        var token = fields.Single(it => it.Name == "__RequestVerificationToken").Value;
        fields.RemoveAll(it =>
            it.Name == "__RequestVerificationToken" || typed.Any(other => other.Name == it.Name)
        );
        var answer = await browser.PostAsync(
            form.GetAttribute("action")!,
            token,
            fields.Concat(typed.Select(it => (it.Name, (string?)it.Value)))
        );
        return (answer.Status, await Html.ParseDocumentAsync(answer.Body));
    }

    [Fact]
    public async Task A_key_is_made_shown_once_used_and_revoked()
    {
        var empty = await PageAsync(alice, Keys);
        empty.QuerySelector(".empty h2")!.TextContent.ShouldBe("There are no keys yet");

        var (status, made) = await SendAsync(
            alice,
            empty,
            ("name", "My robot"),
            ("scopes", "text"),
            ("scopes", "account"),
            ("models", "sandbox-echo"),
            ("models", "sandbox-writer"),
            ("day", "99,50"),
            ("month", ""),
            ("days", "30")
        );
        status.ShouldBe(HttpStatusCode.OK, made.Body!.TextContent);
        var secret = made.QuerySelector(".key-new code")!.TextContent;
        KeySecret.IsWhole(secret).ShouldBeTrue();
        made.QuerySelector(".key-warning")!.TextContent.ShouldContain("only this once");
        var card = made.QuerySelector(".keys li")!.Read();
        card.ShouldContain($"My robot {secret[..8]}…");
        card.ShouldContain("May be used for text, account");
        card.ShouldContain("Models Sandbox");
        card.ShouldContain("Spent today 0.00 ₽ of 99.50 ₽");
        card.ShouldContain("Expires 20 Dec 2026, 12:00 UTC");

        var list = await PageAsync(alice, Keys);
        list.Body!.TextContent.ShouldNotContain(secret);
        (await node.GetAsync("/v1/balance", secret)).Status.ShouldBe(200);
        var models = await node.GetAsync("/v1/models", secret);
        models.Json.GetProperty("data").EnumerateArray().Count().ShouldBe(2);

        var ask = await PageAsync(
            alice,
            list.QuerySelector(".keys a.danger")!.GetAttribute("href")!
        );
        ask.QuerySelector("main h2")!.TextContent.ShouldBe("Revoke the key “My robot”?");
        (await SendAsync(alice, ask)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await node.GetAsync("/v1/balance", secret)).Status.ShouldBe(401);
        var over = await PageAsync(alice, Keys);
        over.QuerySelector(".keys li")!.Read().ShouldContain("revoked");
        over.QuerySelectorAll(".keys a.danger").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_form_sent_twice_makes_one_key()
    {
        var page = await PageAsync(alice, Keys);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => SendAsync(alice, page, ("name", "Twice")))
        );
        answers.Count(it => it.Status == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(it => it.Status == HttpStatusCode.Redirect).ShouldBe(3);
        (await PageAsync(alice, Keys)).QuerySelectorAll(".keys li").Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("name", "  ", "f-name-error")]
    [InlineData("day", "-1", "f-day-error")]
    [InlineData("day", "1.234", "f-day-error")]
    [InlineData("month", "a lot", "f-month-error")]
    [InlineData("scopes", "root", "scopes-error")]
    public async Task What_cannot_be_meant_is_refused_beside_its_field_and_kept(
        string field,
        string typed,
        string error
    )
    {
        var (status, page) = await SendAsync(
            alice,
            await PageAsync(alice, Keys),
            field == "name" ? [(field, typed)] : [("name", "Kept name"), (field, typed)]
        );
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        page.GetElementById(error).ShouldNotBeNull();
        if (field != "scopes")
            page.QuerySelector($"input[name={field}]")!.GetAttribute("value").ShouldBe(typed);
        page.QuerySelectorAll(".keys li").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_there_is_not_is_refused()
    {
        var (status, page) = await SendAsync(
            alice,
            await PageAsync(alice, Keys),
            ("name", "x"),
            ("models", "gpt-0")
        );
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        page.QuerySelector("[role=alert]").ShouldNotBeNull();
    }

    [Fact]
    public async Task Anothers_keys_are_not_there()
    {
        await SendAsync(alice, await PageAsync(alice, Keys), ("name", "Hers"));
        var revoke = (await PageAsync(alice, Keys))
            .QuerySelector(".keys a.danger")!
            .GetAttribute("href")!;
        using var bob = await SignUpAsync();
        (await PageAsync(bob, Keys)).QuerySelectorAll(".keys li").ShouldBeEmpty();
        (await bob.GetAsync(revoke)).Location.ShouldBe(Keys);
        var token = (await bob.GetAsync(Keys)).Token;
        await bob.PostAsync(revoke, token);
        (await PageAsync(alice, Keys))
            .QuerySelector(".keys li")!
            .Read()
            .ShouldNotContain("revoked");
        using var visitor = new Browser(node.Address);
        (await visitor.GetAsync(Keys)).Location!.ShouldStartWith("/sign-in");
    }

    [Fact]
    public async Task The_pages_speak_russian_too()
    {
        await SendAsync(alice, await PageAsync(alice, Keys), ("name", "Робот"));
        var keys = await PageAsync(alice, Keys, "ru");
        keys.QuerySelector("h1")!.TextContent.ShouldBe("Ключи API");
        keys.QuerySelector(".keys li")!.Read().ShouldContain("Потрачено сегодня");
        using var visitor = new Browser(node.Address);
        var api = await PageAsync(visitor, "/ru/api");
        api.QuerySelector("#begin")!.TextContent.ShouldBe("Начало");
    }
}
