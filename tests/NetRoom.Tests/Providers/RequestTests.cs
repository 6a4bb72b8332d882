using System.Text.Json;
using Microsoft.Extensions.AI;

namespace NetRoom.Tests.Providers;

public sealed class RequestTests : IAsyncLifetime
{
    private ProviderBench bench = null!;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    private async Task<(HeardRequest Request, JsonElement Body)> SendAsync(
        string provider,
        ChatOptions? options,
        params ChatMessage[] messages
    )
    {
        bench.Server.NextStream(Recorded.Saying(provider, "ok"));
        await bench.Client(provider, "low", "high").GetResponseAsync(messages, options);
        var request = bench.Server.Requests[^1];
        return (request, JsonDocument.Parse(request.Body).RootElement);
    }

    [Theory]
    [InlineData(
        "openai",
        """{"model":"wire-model","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Привет"}],"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},"max_completion_tokens":50,"reasoning_effort":"high"}"""
    )]
    [InlineData(
        "openrouter",
        """{"model":"wire-model","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Привет"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":50,"reasoning":{"effort":"high"}}"""
    )]
    [InlineData(
        "deepseek",
        """{"model":"wire-model","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Привет"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":50,"reasoning_effort":"high","thinking":{"type":"enabled"}}"""
    )]
    [InlineData(
        "mistral",
        """{"model":"wire-model","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Привет"}],"stream":true,"max_tokens":50,"reasoning_effort":"high"}"""
    )]
    [InlineData(
        "anthropic",
        """{"model":"wire-model","max_tokens":50,"messages":[{"role":"user","content":[{"type":"text","text":"Привет"}]}],"stream":true,"system":[{"type":"text","text":"Be brief."}],"cache_control":{"type":"ephemeral"},"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"high"}}"""
    )]
    public async Task Each_dialect_writes_its_own_request(string provider, string json)
    {
        var (request, _) = await SendAsync(
            provider,
            new()
            {
                Instructions = "Be brief.",
                MaxOutputTokens = 50,
                Reasoning = new() { Effort = ReasoningEffort.ExtraHigh },
            },
            new ChatMessage(ChatRole.User, "Привет")
        );

        request.Body.ShouldBe(json);
    }

    [Fact]
    public async Task Key_and_version_go_in_the_headers()
    {
        var (open, _) = await SendAsync("openai", null, new ChatMessage(ChatRole.User, "Hi"));
        var (anthropic, _) = await SendAsync(
            "anthropic",
            null,
            new ChatMessage(ChatRole.User, "Hi")
        );

        open.Path.ShouldBe("/v1/chat/completions");
        open.Headers["Authorization"].ShouldBe($"Bearer {ProviderBench.Key}");
        anthropic.Path.ShouldBe("/v1/messages");
        anthropic.Headers["x-api-key"].ShouldBe(ProviderBench.Key);
        anthropic.Headers["anthropic-version"].ShouldBe("2026-10-21");
    }

    [Fact]
    public async Task Sampling_goes_out_only_where_it_may()
    {
        var options = new ChatOptions
        {
            Temperature = 0.5f,
            TopP = 0.5f,
            TopK = 5,
        };
        var user = new ChatMessage(ChatRole.User, "Hi");
        bench.Server.NextStream(Recorded.Saying("openai", "ok"));
        await bench.Client("openai").GetResponseAsync([user], options);
        var open = JsonDocument.Parse(bench.Server.Requests[^1].Body).RootElement;
        var (reasons, _) = await SendAsync("openai", options, user);
        var (newest, _) = await SendAsync("anthropic", options, user);
        await using var older = await ProviderBench.StartAsync(
            settings: ("Providers:anthropic:ApiVersion", "2023-06-01")
        );
        older.Server.NextStream(Recorded.Anthropic);
        await older.AskAsync("anthropic", options);

        open.GetProperty("temperature").GetDouble().ShouldBe(0.5);
        reasons.Body.ShouldNotContain("temperature");
        newest.Body.ShouldNotContain("temperature");
        newest.Body.ShouldNotContain("top_");
        older
            .Server.Requests[0]
            .Body.ShouldContain("\"temperature\":0.5,\"top_p\":0.5,\"top_k\":5");
    }

    [Fact]
    public async Task Images_go_out_as_the_protocol_has_them_and_old_reasoning_stays_home()
    {
        ChatMessage[] messages =
        [
            new(
                ChatRole.User,
                [new TextContent("See"), new DataContent(new byte[] { 1, 2 }, "image/png")]
            ),
            new(ChatRole.Assistant, [new TextReasoningContent("hidden"), new TextContent("Seen")]),
            new(ChatRole.User, "And?"),
        ];
        var (open, openBody) = await SendAsync("openai", null, messages);
        var (anthropic, body) = await SendAsync("anthropic", null, messages);

        openBody
            .GetProperty("messages")[0]
            .GetProperty("content")[1]
            .GetRawText()
            .ShouldBe("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AQI="}}""");
        body.GetProperty("messages")[0]
            .GetProperty("content")[1]
            .GetRawText()
            .ShouldBe(
                """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQI="}}"""
            );
        (open.Body + anthropic.Body).ShouldNotContain("hidden");
    }

    [Fact]
    public async Task The_effort_by_name_wins_and_without_one_nothing_is_asked()
    {
        var options = new ChatOptions
        {
            AdditionalProperties = new() { ["reasoning_effort"] = "low" },
            Reasoning = new() { Effort = ReasoningEffort.High },
        };
        var user = new ChatMessage(ChatRole.User, "Hi");
        var (_, named) = await SendAsync("openai", options, user);
        var (_, silent) = await SendAsync("openai", null, user);

        named.GetProperty("reasoning_effort").GetString().ShouldBe("low");
        silent.TryGetProperty("reasoning_effort", out _).ShouldBeFalse();
    }
}
