using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>Requests that do not run, and why, in the caller's protocol.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RefusalTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("sandbox-echo", ",\"n\":2", 400, "n")]
    [InlineData("sandbox-echo", ",\"store\":true", 400, "store")]
    [InlineData("sandbox-echo", ",\"service_tier\":\"priority\"", 400, "service_tier")]
    [InlineData("sandbox-echo", ",\"web_search_options\":1", 400, "web_search_options")]
    [InlineData("sandbox-echo", ",\"search_parameters\":{}", 400, "search_parameters")]
    [InlineData("sandbox-echo", ",\"plugins\":[{\"id\":\"web\"}]", 400, "plugins")]
    [InlineData("sandbox-echo", ",\"max_tokens\":0", 400, "max_tokens")]
    [InlineData("sandbox-echo", ",\"tools\":[{\"type\":\"web_search\"}]", 400, "tools")]
    [InlineData("no-such-model", "", 404, "model")]
    [InlineData("gpt-6.1-sol", "", 503, "model")]
    public async Task What_cannot_be_done_is_refused_by_name(
        string model,
        string more,
        int status,
        string param
    )
    {
        var reply = await api.ChatAsync(model, more);
        reply.Status.ShouldBe(status, reply.Body);
        reply.Error.GetProperty("param").GetString().ShouldBe(param);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"model\":")]
    [InlineData("{\"model\":\"sandbox-echo\"}")]
    [InlineData("{\"model\":\"sandbox-echo\",\"messages\":[]}")]
    [InlineData(
        "{\"model\":\"sandbox-echo\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} x"
    )]
    public async Task A_body_that_is_no_request_is_refused(string body)
    {
        (await api.Node.PostAsync("/v1/chat/completions", api.Key, body)).Status.ShouldBe(400);
        var message = await api.Node.PostAsync("/v1/messages", api.Key, body);
        message.Status.ShouldBe(400);
        message.Json.GetProperty("type").GetString().ShouldBe("error");
    }

    [Fact]
    [BillingFailure(14, 15)]
    public async Task Who_cannot_pay_the_limit_that_they_ask_for_hears_what_it_would_cost()
    {
        var purse = await api.Node.PurseAsync(1);
        await purse.HoldAsync(new Money(999_000));
        var key = await api.Node.KeyAsync(purse.Account);
        var body = TextApi.ChatBody("sandbox-echo", ",\"max_tokens\":8000");
        var reply = await api.Node.PostAsync("/v1/chat/completions", key.Secret, body);
        reply.Status.ShouldBe(402, reply.Body);
        reply.Error.GetProperty("code").GetString().ShouldBe("balance_short");
        reply.Error.GetProperty("message").GetString()!.ShouldContain("0.001 RUB are available");
    }

    [Fact]
    [BillingFailure(1)]
    public async Task A_keys_own_limit_holds_against_parallel_calls()
    {
        var key = await api.Node.KeyAsync(
            api.Purse.Account,
            change: it => it with { PerDay = new Money(3_000_000) }
        );
        var body = TextApi.ChatBody("fault-hang-late", ",\"stream\":true,\"max_tokens\":8000");
        var calls = Enumerable
            .Range(0, 8)
            .Select(async _ =>
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Post,
                    new Uri(api.Address, "/v1/chat/completions")
                );
                request.Headers.TryAddWithoutValidation("x-api-key", key.Secret);
                request.Content = new StringContent(body);
                var response = await api.Node.Http.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead
                );
                return response;
            })
            .ToList();
        var responses = await Task.WhenAll(calls);
        var held = (await api.Purse.BalanceAsync()).Held;
        held.ShouldBeLessThanOrEqualTo(Money.Roubles(3));
        held.ShouldBeGreaterThan(Money.Zero);
        responses.Count(it => (int)it.StatusCode == 403).ShouldBeGreaterThan(0);
        foreach (var response in responses)
            response.Dispose();
        await api.PaidAsync();
    }

    [Fact]
    public async Task A_quote_tells_the_price_and_runs_nothing()
    {
        var reply = await api.Node.PostAsync(
            "/v1/quote",
            api.Key,
            TextApi.ChatBody("sandbox-echo", ",\"max_tokens\":500")
        );
        reply.Status.ShouldBe(200, reply.Body);
        reply.Json.GetProperty("max_output_tokens").GetInt32().ShouldBe(500);
        decimal.Parse(
                reply.Json.GetProperty("ceiling_rub").GetString()!,
                System.Globalization.CultureInfo.InvariantCulture
            )
            .ShouldBeGreaterThan(0);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task A_picture_of_megabytes_is_quoted_as_a_picture()
    {
        var picture = new byte[4 * 1024 * 1024];
        ((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]).CopyTo(picture);
        var url = "data:image/png;base64," + Convert.ToBase64String(picture);
        var reply = await api.Node.PostAsync(
            "/v1/quote",
            api.Key,
            $$$"""{"model":"sandbox-echo","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}]}"""
        );
        reply.Status.ShouldBe(200, reply.Body);
        reply.Json.GetProperty("prompt_tokens").GetInt32().ShouldBeInRange(1_600, 1_700);
    }

    [Fact]
    public async Task Tokens_are_counted_for_nothing()
    {
        var reply = await api.Node.PostAsync(
            "/v1/messages/count_tokens",
            api.Key,
            """{"model":"sandbox-claude-echo","messages":[{"role":"user","content":"Hello there"}]}"""
        );
        reply.Status.ShouldBe(200, reply.Body);
        reply.Json.GetProperty("input_tokens").GetInt32().ShouldBeInRange(3, 30);
    }
}
