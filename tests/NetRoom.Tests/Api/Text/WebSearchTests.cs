#pragma warning disable OPENAI001 // The part for responses is called experimental.
using System.ClientModel;
using System.Globalization;
using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace NetRoom.Tests.Api.Text;

/// <summary>Searches of the web that a provider makes for an answer.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WebSearchTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    private const string Url = "https://example.org/sandbox";
    private const string Cited = "A program wrote all of it.";
    private const string Tool =
        ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":2}]";

    public static TheoryData<string> Models { get; } =
        new("sandbox-echo", "sandbox-claude-echo", "sandbox-gemini-echo", "sandbox-responses-echo");

    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private OpenAIClient Client() =>
        new(
            new ApiKeyCredential(api.Key),
            new OpenAIClientOptions { Endpoint = new Uri(api.Address, "/v1") }
        );

    /// <summary>One search was counted, and the caller was told the price that the ledger has.</summary>
    private async Task ShouldHavePaidForOneAsync(string generation, string? cost = null)
    {
        var paid = await api.PaidAsync();
        var usage = await api.Database.ScalarAsync<string>(
            $"SELECT usage::text FROM generation.run WHERE id = '{generation}'"
        );
        JsonElement
            .Parse(usage)
            .GetProperty("Counts")
            .EnumerateArray()
            .Single(count => count.GetProperty("Unit").GetInt32() == (int)UnitKind.SearchCall)
            .GetProperty("Quantity")
            .GetInt64()
            .ShouldBe(1);
        // 10 $ for 1,000 at 95 ₽ and 20 %.
        paid.ShouldBeGreaterThan(new Money(1_140_000));
        if (cost is not null)
            cost.ShouldBe(paid.ToInvariantNumber());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task OpenAIs_package_reads_the_citations_of_a_chat(string model)
    {
        var client = Client().GetChatClient(model);
        var result = await client.CompleteChatAsync(
            [new UserChatMessage("What is new?")],
            new ChatCompletionOptions { WebSearchOptions = new ChatWebSearchOptions() }
        );

        var annotation = result.Value.Annotations.ShouldHaveSingleItem();
        annotation.WebResourceUri.ShouldBe(new Uri(Url));
        annotation.WebResourceTitle.ShouldNotBeNullOrEmpty();
        if (model != "sandbox-claude-echo")
            result
                .Value.Content[0]
                .Text[annotation.StartIndex..annotation.EndIndex]
                .ShouldContain(Cited);
        result
            .GetRawResponse()
            .Headers.TryGetValue("x-generation-id", out var generation)
            .ShouldBeTrue();
        result.GetRawResponse().Headers.TryGetValue("x-cost-rub", out var cost).ShouldBeTrue();
        await ShouldHavePaidForOneAsync(generation!, cost);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_stream_of_a_chat_has_them_too(string model)
    {
        var reply = await api.ChatAsync(model, ",\"web_search_options\":{},\"stream\":true");

        var annotations = Events
            .Json(reply.Body)
            .Where(chunk => chunk.GetProperty("choices").GetArrayLength() > 0)
            .Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))
            .Where(delta => delta.TryGetProperty("annotations", out _))
            .SelectMany(delta => delta.GetProperty("annotations").EnumerateArray())
            .ToList();
        annotations
            .ShouldHaveSingleItem()
            .GetProperty("url_citation")
            .GetProperty("url")
            .GetString()
            .ShouldBe(Url);
        await ShouldHavePaidForOneAsync(reply.Header("x-generation-id")!);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_response_cites_whole_and_as_a_stream(string model)
    {
        var body = $$"""{"model":"{{model}}","input":"Look","tools":[{"type":"web_search"}]""";
        var whole = await api.Node.PostAsync("/v1/responses", api.Key, body + "}");
        whole.Status.ShouldBe(200, whole.Body);
        whole.Body.ShouldContain("\"url_citation\"");
        whole.Body.ShouldContain(Url);
        await ShouldHavePaidForOneAsync(
            whole.Header("x-generation-id")!,
            whole.Json.GetProperty("usage").GetProperty("cost_rub").GetString()
        );

        await api.BeginAsync();
        var client = Client().GetResponsesClient();
        var options = new CreateResponseOptions
        {
            Model = model,
            StreamingEnabled = true,
            InputItems = { ResponseItem.CreateUserMessageItem("Look") },
            Tools = { ResponseTool.CreateWebSearchTool() },
        };
        var cited = new List<ResponseMessageAnnotation>();
        await foreach (var update in await client.CreateResponseStreamingAsync(options))
            if (update is StreamingResponseCompletedUpdate { Response: var response })
                cited.AddRange(
                    response
                        .OutputItems.OfType<MessageResponseItem>()
                        .SelectMany(item => item.Content)
                        .SelectMany(part => part.OutputTextAnnotations)
                );
        cited
            .ShouldHaveSingleItem()
            .ShouldBeOfType<UriCitationMessageAnnotation>()
            .Uri.ShouldBe(new Uri(Url));
        (await api.PaidAsync()).ShouldBeGreaterThan(new Money(1_140_000));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_message_cites_whole_and_as_a_stream(string model)
    {
        var whole = await api.MessagesAsync(model, Tool);
        whole.Status.ShouldBe(200, whole.Body);
        whole
            .Json.GetProperty("content")
            .EnumerateArray()
            .Where(block => block.GetProperty("type").GetString() == "text")
            .SelectMany(block =>
                block.TryGetProperty("citations", out var citations)
                && citations.ValueKind == JsonValueKind.Array
                    ? citations.EnumerateArray().ToArray()
                    : []
            )
            .ShouldHaveSingleItem()
            .GetProperty("url")
            .GetString()
            .ShouldBe(Url);
        var usage = whole.Json.GetProperty("usage");
        usage
            .GetProperty("server_tool_use")
            .GetProperty("web_search_requests")
            .GetInt32()
            .ShouldBe(1);
        await ShouldHavePaidForOneAsync(
            whole.Header("x-generation-id")!,
            usage.GetProperty("cost_rub").GetString()
        );

        var stream = await api.MessagesAsync(model, Tool + ",\"stream\":true");
        stream.Body.ShouldContain("citations_delta");
        stream.Body.ShouldContain("\"web_search_result_location\"");
        Events.MessageText(stream.Body).ShouldContain(Cited);
    }

    [Fact]
    [BillingFailure(2)]
    public async Task What_is_held_covers_as_many_searches_as_may_be_made()
    {
        var plain = await CeilingAsync("");
        var searching = await CeilingAsync(",\"web_search_options\":{}");
        // Five at 1.14 ₽, and what the model reads of them.
        (searching - plain).ShouldBeGreaterThan(5.7m);

        async Task<decimal> CeilingAsync(string more)
        {
            var reply = await api.Node.PostAsync(
                "/v1/quote",
                api.Key,
                TextApi.ChatBody("sandbox-gemini-echo", more + ",\"max_tokens\":500")
            );
            reply.Status.ShouldBe(200, reply.Body);
            return decimal.Parse(
                reply.Json.GetProperty("ceiling_rub").GetString()!,
                CultureInfo.InvariantCulture
            );
        }
    }

    [Theory]
    [InlineData("/v1/responses", "\"input\":\"x\"", "{\"type\":\"code_interpreter\"}")]
    [InlineData("/v1/responses", "\"input\":\"x\"", "{\"type\":\"file_search\"}")]
    [InlineData("/v1/responses", "\"input\":\"x\"", "{\"type\":\"computer_use_preview\"}")]
    [InlineData(
        "/v1/responses",
        "\"input\":\"x\"",
        "{\"type\":\"mcp\",\"server_url\":\"https://x\"}"
    )]
    [InlineData(
        "/v1/messages",
        "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]",
        "{\"type\":\"code_execution_20250825\",\"name\":\"code_execution\"}"
    )]
    [InlineData(
        "/v1/messages",
        "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]",
        "{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":0}"
    )]
    [InlineData(
        "/v1/messages",
        "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]",
        "{\"type\":\"web_search_20250305\",\"name\":\"a\"},{\"type\":\"web_search_20250305\",\"name\":\"b\"}"
    )]
    public async Task Other_tools_that_run_elsewhere_stay_refused(
        string path,
        string body,
        string tools
    )
    {
        var reply = await api.Node.PostAsync(
            path,
            api.Key,
            $$"""{"model":"sandbox-echo",{{body}},"tools":[{{tools}}]}"""
        );
        reply.Status.ShouldBe(400, reply.Body);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("fault-length")]
    [InlineData("fault-claude-start-twice")]
    public async Task A_model_that_does_not_search_says_so(string model)
    {
        var reply = await api.ChatAsync(model, ",\"web_search_options\":{}");
        reply.Status.ShouldBe(400, reply.Body);
        reply.Error.GetProperty("message").GetString()!.ShouldContain("does not search the web");
        (await api.MessagesAsync(model, Tool)).Status.ShouldBe(400);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }
}
