using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>Any model through either protocol.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TranslationTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_model_of_Anthropics_completes_chats()
    {
        var whole = await api.ChatAsync("sandbox-claude-echo");
        whole.Status.ShouldBe(200, whole.Body);
        var choice = whole.Json.GetProperty("choices")[0];
        choice.GetProperty("message").GetProperty("content").GetString()!.ShouldContain("Hello");
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        whole.Json.GetProperty("model").GetString().ShouldBe("sandbox-claude-echo");
        var usage = whole.Json.GetProperty("usage");
        usage.GetProperty("total_tokens").GetInt64().ShouldBeGreaterThan(0);
        usage
            .GetProperty("cost_rub")
            .GetString()
            .ShouldBe((await api.PaidAsync()).ToInvariantNumber());

        var stream = await api.ChatAsync(
            "sandbox-claude-echo",
            ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
        );
        Events.ChatText(stream.Body).ShouldContain("Hello");
        Events.Of(stream.Body)[^1].ShouldBe("[DONE]");
        Events
            .Json(stream.Body)[^1]
            .GetProperty("usage")
            .TryGetProperty("cost_rub", out _)
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_model_of_OpenAIs_answers_messages()
    {
        var whole = await api.MessagesAsync("sandbox-echo");
        whole.Status.ShouldBe(200, whole.Body);
        whole
            .Json.GetProperty("content")[0]
            .GetProperty("text")
            .GetString()!
            .ShouldContain("Hello");
        whole.Json.GetProperty("stop_reason").GetString().ShouldBe("end_turn");
        whole
            .Json.GetProperty("usage")
            .GetProperty("output_tokens")
            .GetInt64()
            .ShouldBeGreaterThan(0);

        var stream = await api.MessagesAsync("sandbox-thinker", ",\"stream\":true");
        Events.MessageText(stream.Body).ShouldContain("Hello");
        var types = Events.Json(stream.Body).ConvertAll(it => it.GetProperty("type").GetString());
        (types[0], types[^2], types[^1]).ShouldBe(
            ("message_start", "message_delta", "message_stop")
        );
        types
            .Count(type => type == "content_block_start")
            .ShouldBe(types.Count(type => type == "content_block_stop"));
        stream.Body.ShouldContain("thinking_delta");
    }

    [Theory]
    [InlineData("fault-claude-cut", "provider_cut")]
    [InlineData("fault-claude-error-in-stream", "provider_unavailable")]
    [InlineData("fault-claude-start-twice", "provider_cut")]
    public async Task A_translated_stream_that_breaks_ends_with_an_error(string model, string code)
    {
        var reply = await api.ChatAsync(model, ",\"stream\":true");
        reply.Body.ShouldNotContain("[DONE]");
        Events
            .Json(reply.Body)[^1]
            .GetProperty("error")
            .GetProperty("code")
            .GetString()
            .ShouldBe(code);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("fault-claude-529", 503)]
    [InlineData("fault-claude-429", 429)]
    [InlineData("fault-claude-quota", 503)]
    public async Task A_failing_provider_is_told_with_a_status(string model, int status)
    {
        foreach (var more in new[] { "", ",\"stream\":true" })
            (await api.ChatAsync(model, more)).Status.ShouldBe(status);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task Characters_that_the_provider_split_are_whole_again()
    {
        var reply = await api.MessagesAsync("fault-split-utf8", ",\"stream\":true");
        Events.MessageText(reply.Body).ShouldNotBeEmpty();
        Events.MessageText(reply.Body).ShouldNotContain("\uFFFD");
    }

    [Theory]
    [InlineData(",\"logprobs\":true", "logprobs")]
    [InlineData(",\"logit_bias\":{\"50256\":-100}", "logit_bias")]
    public async Task What_the_other_protocol_cannot_say_is_refused(string more, string param)
    {
        var reply = await api.ChatAsync("sandbox-claude-echo", more);
        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("param").GetString().ShouldBe(param);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }
}
