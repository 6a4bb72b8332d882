using System.Net;
using System.Text;
using System.Text.Json;
using NetRoom.Sandbox;

namespace NetRoom.Tests.Sandbox;

public sealed class GeminiTwinTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Stream = ":streamGenerateContent?alt=sse";

    private async Task<HttpResponseMessage> AskAsync(
        string body,
        string model = "gemini-sandbox-echo",
        string method = ":generateContent",
        string key = "sandbox-test"
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(sandbox.Address, $"/gemini/v1beta/models/{model}{method}")
        );
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("x-goog-api-key", key);
        return await sandbox.Http.SendAsync(request);
    }

    private static string Saying(string text, string more = "") =>
        $$$$"""{"contents":[{"role":"user","parts":[{"text":"{{{{text}}}}"}]}]{{{{more}}}}}""";

    [Fact]
    public async Task A_stream_has_long_line_ends_no_mark_and_growing_usage_in_every_chunk()
    {
        using var response = await AskAsync(Saying("Hello there"), method: Stream);
        var text = await response.Content.ReadAsStringAsync();

        text.ShouldNotContain("[DONE]");
        text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain("\n");
        var chunks = text.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(chunk => JsonElement.Parse(chunk["data: ".Length..]))
            .ToList();
        var counts = chunks.ConvertAll(chunk =>
            chunk.At("usageMetadata.candidatesTokenCount").GetInt32()
        );
        counts.ShouldBe(counts.Order());
        chunks[..^1].ShouldAllBe(chunk => !chunk.At("candidates.0").Has("finishReason"));
        chunks[^1].At("candidates.0.finishReason").GetString().ShouldBe("STOP");
        counts[^1]
            .ShouldBe(
                chunks[..^1]
                    .Sum(chunk =>
                        Tokenizer.Count(chunk.At("candidates.0.content.parts.0.text").GetString())
                    )
            );
    }

    [Fact]
    public async Task Thoughts_are_counted_beside_the_answer_and_shown_when_asked_for()
    {
        using var response = await AskAsync(
            Saying(
                "Hi",
                ",\"generation_config\":{\"thinking_config\":{\"include_thoughts\":true}}"
            ),
            "gemini-sandbox-thinker"
        );
        var answer = await response.JsonAsync();
        var parts = answer.At("candidates.0.content.parts");

        parts[0].GetProperty("thought").GetBoolean().ShouldBeTrue();
        parts[1].GetProperty("thoughtSignature").GetString().ShouldNotBeNullOrEmpty();
        var usage = answer.GetProperty("usageMetadata");
        usage
            .GetProperty("totalTokenCount")
            .GetInt32()
            .ShouldBe(
                usage.GetProperty("promptTokenCount").GetInt32()
                    + usage.GetProperty("candidatesTokenCount").GetInt32()
                    + usage.GetProperty("thoughtsTokenCount").GetInt32()
            );
    }

    [Theory]
    [InlineData("""{"contents":[{"parts":[{"text":"Hi"}]}],"max_tokens":1}""")]
    [InlineData("""{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"max_tokens":1}}""")]
    [InlineData("""{"contents":[]}""")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"Hi"}]}]}""")]
    [InlineData(
        """{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"?"}}]}]}"""
    )]
    [InlineData("""{"contents":[{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]}""")]
    [InlineData(
        """{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":0}}"""
    )]
    [InlineData("[1]")]
    [InlineData("{")]
    public async Task What_Google_refuses_is_refused(string body)
    {
        using var response = await AskAsync(body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).At("error.status").GetString().ShouldBe("INVALID_ARGUMENT");
    }

    [Fact]
    public async Task A_wrong_key_is_a_bad_request_with_its_reason_in_the_details()
    {
        using var response = await AskAsync(Saying("Hi"), key: "AIza-real");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync())
            .At("error.details.0.reason")
            .GetString()
            .ShouldBe("API_KEY_INVALID");
    }

    [Fact]
    public async Task The_wait_is_in_the_body_which_before_a_stream_is_a_list()
    {
        using var whole = await AskAsync(Saying("Hi"), "gemini-fault-429");
        using var stream = await AskAsync(Saying("Hi"), "gemini-fault-429", Stream);

        whole.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        whole.Headers.RetryAfter.ShouldBeNull();
        (await whole.JsonAsync()).At("error.details.0.retryDelay").GetString().ShouldBe("2s");
        (await stream.JsonAsync()).At("0.error.code").GetInt32().ShouldBe(429);
    }

    [Fact]
    public async Task A_blocked_prompt_has_no_candidates_and_a_blocked_answer_no_content()
    {
        using var prompt = await AskAsync(Saying("BLOCK-THIS-PROMPT"));
        using var answer = await AskAsync(Saying("Hi"), "gemini-fault-refusal");

        var blocked = await prompt.JsonAsync();
        blocked.Has("candidates").ShouldBeFalse();
        blocked.At("promptFeedback.blockReason").GetString().ShouldBe("PROHIBITED_CONTENT");
        blocked.At("usageMetadata.promptTokenCount").GetInt32().ShouldBeGreaterThan(0);
        var candidate = (await answer.JsonAsync()).At("candidates.0");
        candidate.GetProperty("content").GetRawText().ShouldBe("{}");
        candidate.At("safetyRatings.0.blocked").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Tokens_can_be_counted_and_models_listed()
    {
        using var counted = await AskAsync(Saying("One, two."), method: ":countTokens");
        (await counted.JsonAsync()).GetProperty("totalTokens").GetInt32().ShouldBe(4);

        var list = await sandbox.Http.GetStringAsync(
            new Uri(sandbox.Address, "/gemini/v1beta/models?key=sandbox-test")
        );
        list.ShouldContain("models/gemini-sandbox-thinker");
    }
}
