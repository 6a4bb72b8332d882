using Microsoft.Extensions.AI;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

public sealed class AnthropicTests : IAsyncLifetime
{
    private const string Start =
        """data: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":5,"output_tokens":1}}}"""
        + "\n\n";

    private ProviderBench bench = null!;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    private static string Text(string text) =>
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
        + text
        + "\"}}\n\n";

    private static string Stop(string delta) =>
        "data: {\"type\":\"message_delta\",\"delta\":"
        + delta
        + ",\"usage\":{\"output_tokens\":9}}\n\n"
        + "data: {\"type\":\"message_stop\"}\n\n";

    [Fact]
    [BillingFailure(9, 10)]
    public async Task Usage_is_the_last_value_of_each_field_and_its_classes_are_disjoint()
    {
        var heard = await bench.HearAsync(Recorded.Anthropic, "anthropic");

        heard.Details.InputTokenCount.ShouldBe(33 + 1500 + 3000);
        heard.Details.CachedInputTokenCount.ShouldBe(3000);
        heard.Extra(UsageReading.CacheWrite5m).ShouldBe(1000);
        heard.Extra(UsageReading.CacheWrite1h).ShouldBe(500);
        heard.Extra(UsageReading.SearchCalls).ShouldBe(2);
        heard.Details.OutputTokenCount.ShouldBe(60);
        heard.Details.ReasoningTokenCount.ShouldBe(50);
        heard.Details.ToUsage()!.PromptTokens.ShouldBe(4533);
        heard
            .Updates.SelectMany(update => update.Contents)
            .OfType<TextReasoningContent>()
            .ShouldContain(content => content.ProtectedData == "EqQB");
    }

    [Fact]
    public async Task A_message_begun_twice_begins_anew()
    {
        var heard = await bench.HearAsync(
            Start + Text("lost") + Start + Text("kept") + Stop("""{"stop_reason":"end_turn"}"""),
            "anthropic"
        );

        heard.Text.ShouldBe("kept");
        heard.Updates.Count(update => update.AdditionalProperties?["restart"] is true).ShouldBe(1);
    }

    [Fact]
    public async Task Redacted_thinking_citations_and_unknown_blocks_are_survived()
    {
        var heard = await bench.HearAsync(
            Start
                + """
                data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"sealed"}}

                data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"t","content":[{"type":"web_search_result","url":"u","title":"t","text":"no"}]}}

                data: {"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://example.org"}}}

                data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{}"}}

                data: {"type":"unheard_of","text":"x"}


                """
                + Text("a")
                + Stop("""{"stop_reason":"pause_turn"}"""),
            "anthropic"
        );

        (heard.Text, heard.Error, heard.Finish!.Value.Value).ShouldBe(("a", null, "pause_turn"));
        heard
            .Updates.SelectMany(update => update.Contents)
            .OfType<TextReasoningContent>()
            .Single()
            .ProtectedData.ShouldBe("sealed");
        heard
            .Updates.Select(update => update.AdditionalProperties?.GetValueOrDefault("citation"))
            .OfType<string>()
            .Single()
            .ShouldContain("https://example.org");
    }

    [Theory]
    [InlineData("""{"stop_reason":"stop_sequence"}""", "stop")]
    [InlineData("""{"stop_reason":"max_tokens"}""", "length")]
    [InlineData("""{"stop_reason":"model_context_window_exceeded"}""", "length")]
    [InlineData(
        """{"stop_reason":"refusal","stop_details":{"category":"bio"}}""",
        "content_filter"
    )]
    public async Task A_stop_without_any_block_is_an_answer(string delta, string meant)
    {
        var heard = await bench.HearAsync(Start + Stop(delta), "anthropic");

        (heard.Text, heard.Error, heard.Finish!.Value.Value).ShouldBe(("", null, meant));
        heard.Details.OutputTokenCount.ShouldBe(9);
    }

    [Theory]
    [InlineData("overloaded_error", ProviderErrorKind.Overloaded)]
    [InlineData("rate_limit_error", ProviderErrorKind.RateLimited)]
    [InlineData("billing_error", ProviderErrorKind.Quota)]
    public async Task An_error_event_keeps_text_and_usage(string type, ProviderErrorKind kind)
    {
        var heard = await bench.HearAsync(
            Start
                + Text("a")
                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\""
                + type
                + "\",\"message\":\"x\"}}\n\n",
            "anthropic"
        );

        (heard.Text, heard.Kind).ShouldBe(("a", kind));
        heard.Details.InputTokenCount.ShouldBe(5);
        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_error_event_before_any_content_is_tried_again()
    {
        bench.Server.NextStream(
            Start
                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n"
        );
        bench.Server.NextStream(Start + Text("a") + Stop("""{"stop_reason":"end_turn"}"""));

        var heard = await bench.AskAsync("anthropic");

        (heard.Text, heard.Error).ShouldBe(("a", null));
    }

    [Fact]
    public async Task A_whole_message_instead_of_a_stream_is_heard()
    {
        bench.Server.NextStatus(
            200,
            """  {"id":"m","type":"message","model":"c","content":[{"type":"thinking","thinking":"r","signature":"s"},{"type":"text","text":"All"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"""
        );

        var heard = await bench.AskAsync("anthropic");

        (heard.Text, heard.Reasoning, heard.Error).ShouldBe(("All", "r", null));
        heard.Details.OutputTokenCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_rate_limit_without_a_wait_is_a_spent_budget_and_not_tried_again()
    {
        bench.Server.NextStatus(429, "{}");

        (await bench.AskAsync("anthropic")).Kind.ShouldBe(ProviderErrorKind.RateLimited);

        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Content_before_a_restart_forbids_the_retry()
    {
        bench.Server.NextStream(
            Start
                + Text("a")
                + Start
                + "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n"
        );

        var heard = await bench.AskAsync("anthropic");

        (heard.Text, heard.Kind).ShouldBe(("", ProviderErrorKind.Overloaded));
        bench.Server.Requests.Count.ShouldBe(1);
    }
}
