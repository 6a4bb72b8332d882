using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>OpenAI's Responses, passed through and translated.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ResponsesTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("sandbox-responses-echo")]
    [InlineData("sandbox-echo")]
    [InlineData("sandbox-claude-thinker")]
    public async Task A_response_says_what_it_cost(string model)
    {
        var whole = await AskAsync(model);
        whole.Status.ShouldBe(200, whole.Body);
        whole.Json.GetProperty("status").GetString().ShouldBe("completed");
        whole.Json.GetProperty("model").GetString().ShouldBe(model);
        whole.Body.ShouldContain("Hello");
        var cost = whole.Json.GetProperty("usage").GetProperty("cost_rub").GetString();
        (cost, whole.Header("x-cost-rub")).ShouldBe(
            ((await api.PaidAsync()).ToInvariantNumber(), cost)
        );

        var events = Events.Json((await AskAsync(model, ",\"stream\":true")).Body);
        events[0].GetProperty("type").GetString().ShouldBe("response.created");
        var last = events[^1];
        last.GetProperty("type").GetString().ShouldBe("response.completed");
        last.GetProperty("response").GetProperty("model").GetString().ShouldBe(model);
        last.GetProperty("response")
            .GetProperty("usage")
            .TryGetProperty("cost_rub", out _)
            .ShouldBeTrue();
        events
            .Select(item => item.GetProperty("sequence_number").GetInt32())
            .ShouldBe(Enumerable.Range(0, events.Count));
    }

    [Theory]
    [InlineData("fault-responses-cut")]
    [InlineData("fault-cut")]
    public async Task A_stream_that_breaks_ends_with_an_error_and_costs_nothing(string model)
    {
        var events = Events.Json((await AskAsync(model, ",\"stream\":true")).Body);
        events[^1].GetProperty("type").GetString().ShouldBe("error");
        events[^1].GetProperty("code").GetString().ShouldBe("provider_cut");
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData(",\"background\":true", "background")]
    [InlineData(",\"previous_response_id\":\"resp_1\"", "previous_response_id")]
    [InlineData(",\"conversation\":\"conv_1\"", "conversation")]
    [InlineData(",\"tools\":[{\"type\":\"code_interpreter\"}]", "tools")]
    public async Task What_would_need_a_store_is_refused(string more, string param)
    {
        var reply = await AskAsync("sandbox-responses-echo", more);
        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("param").GetString().ShouldBe(param);
    }

    private Task<ApiReply> AskAsync(string model, string more = "") =>
        api.Node.PostAsync(
            "/v1/responses",
            api.Key,
            $$"""{"model":"{{model}}","input":"Hello"{{more}}}"""
        );
}
