using System.Net;
using System.Text.Json;
using NetRoom.Sandbox;

namespace NetRoom.Tests.Sandbox;

public sealed class OpenAiStreamTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    [Fact]
    public async Task A_stream_comes_as_role_content_finish_usage_done()
    {
        using var response = await sandbox.StreamOpenAi("gpt-sandbox-echo");
        var events = await response.EventsAsync();

        events[^1].Data.ShouldBe("[DONE]");
        var chunks = events[..^1].ConvertAll(one => one.Json());
        chunks[0].At("choices.0.delta.role").GetString().ShouldBe("assistant");
        chunks[0].At("choices.0.delta.content").GetString().ShouldBe("");
        foreach (var chunk in chunks[1..^2])
        {
            chunk.At("choices.0.delta").Has("content").ShouldBeTrue();
            chunk.At("choices.0.finish_reason").ValueKind.ShouldBe(JsonValueKind.Null);
            chunk.GetProperty("usage").ValueKind.ShouldBe(JsonValueKind.Null);
        }
        chunks[^2].At("choices.0.delta").GetRawText().ShouldBe("{}");
        chunks[^2].At("choices.0.finish_reason").GetString().ShouldBe("stop");
        chunks[^1].GetProperty("choices").GetArrayLength().ShouldBe(0);
        chunks[^1]
            .At("usage.prompt_tokens")
            .GetInt32()
            .ShouldBe(Tokenizer.Count("Hello there, sandbox!"));
        chunks[^1]
            .At("usage.completion_tokens")
            .GetInt32()
            .ShouldBe(Tokenizer.Count(events.Joined("content")));
        response.Headers.Contains("x-request-id").ShouldBeTrue();
        response.Headers.Contains("x-ratelimit-remaining-tokens").ShouldBeTrue();
    }

    [Fact]
    public async Task Without_include_usage_no_chunk_speaks_of_usage()
    {
        using var response = await sandbox.AskOpenAi(
            new
            {
                model = "gpt-sandbox-instant",
                stream = true,
                messages = new[] { new { role = "user", content = "Hi" } },
            }
        );
        var events = await response.EventsAsync();
        events[..^1].ShouldAllBe(one => !one.Json().Has("usage"));
    }

    [Fact]
    public async Task The_thinker_shows_reasoning_before_content_and_counts_both()
    {
        using var response = await sandbox.StreamOpenAi("gpt-sandbox-thinker");
        var events = await response.EventsAsync();
        var usage = events[^2].Json().GetProperty("usage");

        var reasoning = Tokenizer.Count(events.Joined("reasoning_content"));
        reasoning.ShouldBeGreaterThan(0);
        usage.At("completion_tokens_details.reasoning_tokens").GetInt32().ShouldBe(reasoning);
        usage
            .At("completion_tokens")
            .GetInt32()
            .ShouldBe(reasoning + Tokenizer.Count(events.Joined("content")));
        events[1].Json().At("choices.0.delta").Has("reasoning_content").ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_over_the_limit_is_cut_at_the_limit()
    {
        using var response = await sandbox.AskOpenAi(
            new
            {
                model = "gpt-sandbox-writer",
                max_completion_tokens = 7,
                messages = new[] { new { role = "user", content = "Напиши 300 слов о море" } },
            }
        );
        var answer = await response.JsonAsync();
        answer.At("choices.0.finish_reason").GetString().ShouldBe("length");
        answer.At("usage.completion_tokens").GetInt32().ShouldBe(7);
        Tokenizer.Count(answer.At("choices.0.message.content").GetString()).ShouldBe(7);
        (await sandbox.LastCallAsync("gpt-sandbox-writer"))
            .GetProperty("outputTokens")
            .GetInt32()
            .ShouldBe(7);
    }

    [Fact]
    public async Task A_long_prompt_sent_twice_is_read_from_the_cache()
    {
        var request = new
        {
            model = "gpt-sandbox-instant",
            messages = new[]
            {
                new { role = "system", content = string.Join(' ', Enumerable.Range(1000, 1500)) },
                new { role = "user", content = "And now?" },
            },
        };
        using var first = await sandbox.AskOpenAi(request);
        using var second = await sandbox.AskOpenAi(request);
        (await first.JsonAsync())
            .At("usage.prompt_tokens_details.cached_tokens")
            .GetInt32()
            .ShouldBe(0);
        (await second.JsonAsync())
            .At("usage.prompt_tokens_details.cached_tokens")
            .GetInt32()
            .ShouldBe(1408);
    }

    [Fact]
    public async Task Pace_gives_exactly_the_tokens_asked_for()
    {
        using var response = await sandbox.StreamOpenAi("gpt-sandbox-pace", "pace 57 x 1ms");
        var events = await response.EventsAsync();
        events.Count.ShouldBe(57 + 4);
        events[^2].Json().At("usage.completion_tokens").GetInt32().ShouldBe(57);
    }

    [Theory]
    [InlineData("not-ours", "{}", HttpStatusCode.Unauthorized, "invalid_api_key")]
    [InlineData("sandbox-a", "{}", HttpStatusCode.BadRequest, null)]
    [InlineData("sandbox-a", "{\"model\":", HttpStatusCode.BadRequest, null)]
    [InlineData("sandbox-a", "[1]", HttpStatusCode.BadRequest, null)]
    [InlineData(
        "sandbox-a",
        "{\"model\":\"gpt-none\"}",
        HttpStatusCode.NotFound,
        "model_not_found"
    )]
    [InlineData(
        "sandbox-a",
        "{\"model\":\"gpt-sandbox-echo\"}",
        HttpStatusCode.BadRequest,
        "missing_required_parameter"
    )]
    [InlineData(
        "sandbox-a",
        "{\"model\":\"gpt-sandbox-echo\",\"messages\":[1]}",
        HttpStatusCode.BadRequest,
        "invalid_value"
    )]
    public async Task A_wrong_request_gets_the_real_error_shape(
        string key,
        string body,
        HttpStatusCode status,
        string? code
    )
    {
        using var response = await sandbox.AskOpenAi(body, key);
        response.StatusCode.ShouldBe(status);
        var error = (await response.JsonAsync()).GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.Has("param").ShouldBeTrue();
    }
}
