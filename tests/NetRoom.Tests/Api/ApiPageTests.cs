using System.Net;
using System.Text.Json;
using AngleSharp.Html.Parser;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>The page for programmers, and the document for programs.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ApiPageTests(Postgres postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private ApiNode node = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(
            database,
            null,
            new Uri("http://127.0.0.1:9"),
            null,
            ("Api:Address", "https://hub.example/")
        );
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Examples_name_our_address_and_a_model_that_can_run()
    {
        using var visitor = new Browser(node.Address);
        var page = await new HtmlParser().ParseDocumentAsync((await visitor.GetAsync("/api")).Body);
        var examples = page.QuerySelectorAll("figure.code code")
            .Select(it => it.TextContent)
            .ToArray();
        examples.Length.ShouldBe(10);
        examples.ShouldAllBe(text =>
            text.Contains("https://hub.example", StringComparison.Ordinal)
        );
        examples.ShouldAllBe(text =>
            !text.Contains("MODEL", StringComparison.Ordinal)
            && !text.Contains("netroom.example", StringComparison.Ordinal)
        );
        examples.Count(text => text.Contains("sandbox-", StringComparison.Ordinal)).ShouldBe(9);
        page.QuerySelectorAll("a[href='/openapi/v1.json'], a[href='/settings/api-keys']")
            .Length.ShouldBe(2);
    }

    [Fact]
    public async Task Every_endpoint_of_the_page_is_mapped_and_described_and_no_other()
    {
        using var visitor = new Browser(node.Address);
        var page = await new HtmlParser().ParseDocumentAsync((await visitor.GetAsync("/api")).Body);
        var listed = page.QuerySelectorAll("#endpoints ~ .api-table tbody tr td:first-child")
            .Select(it => it.TextContent)
            .ToHashSet();
        var answer = await visitor.GetAsync("/openapi/v1.json");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        var document = JsonElement.Parse(answer.Body);
        document
            .GetProperty("components")
            .GetProperty("securitySchemes")
            .TryGetProperty("key", out _)
            .ShouldBeTrue();
        var described = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path =>
                path.Value.EnumerateObject()
                    .Select(verb => $"{verb.Name.ToUpperInvariant()} {path.Name}")
            )
            .ToHashSet();
        described.ShouldAllBe(it => it.Contains(" /v1/", StringComparison.Ordinal));
        described.ShouldContain("GET /v1/usage");
        // One model is under the list of models.
        described.Except(listed).Except(["GET /v1/models/{id}"]).ShouldBeEmpty();
    }
}
