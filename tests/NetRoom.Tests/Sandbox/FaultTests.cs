using System.Text;
using System.Text.Json;

namespace NetRoom.Tests.Sandbox;

public sealed class FaultTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    [Theory]
    [InlineData("500", 500, "server_error")]
    [InlineData("503", 503, "server_error")]
    [InlineData("529", 503, "server_error")]
    [InlineData("429", 429, "requests")]
    [InlineData("quota", 429, "insufficient_quota")]
    [InlineData("401", 401, "invalid_request_error")]
    [InlineData("error-200", 200, "server_error")]
    public async Task Errors_before_an_answer_are_in_the_shape_of_OpenAI(
        string fault,
        int status,
        string type
    )
    {
        using var response = await sandbox.StreamOpenAi("gpt-fault-" + fault);
        ((int)response.StatusCode).ShouldBe(status);
        (await response.JsonAsync()).At("error.type").GetString().ShouldBe(type);
        (response.Headers.RetryAfter?.Delta?.TotalSeconds).ShouldBe(fault == "429" ? 2 : null);
        (await OutcomeAsync("gpt-fault-" + fault)).ShouldBe("failed");
    }

    [Theory]
    [InlineData("500", 500, "api_error")]
    [InlineData("529", 529, "overloaded_error")]
    [InlineData("429", 429, "rate_limit_error")]
    [InlineData("quota", 402, "billing_error")]
    [InlineData("401", 401, "authentication_error")]
    public async Task Errors_before_an_answer_are_in_the_shape_of_Anthropic(
        string fault,
        int status,
        string type
    )
    {
        using var response = await sandbox.StreamAnthropic("claude-fault-" + fault);
        ((int)response.StatusCode).ShouldBe(status);
        (await response.JsonAsync()).At("error.type").GetString().ShouldBe(type);
    }

    [Fact]
    public async Task A_gateway_error_is_a_page()
    {
        using var response = await sandbox.StreamAnthropic("claude-fault-html-error");
        ((int)response.StatusCode).ShouldBe(502);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("<html>");
    }

    [Fact]
    public async Task Flaky_fails_every_odd_call()
    {
        foreach (var expected in new[] { 503, 200, 503, 200 })
        {
            using var response = await sandbox.StreamOpenAi("gpt-fault-flaky");
            ((int)response.StatusCode).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_cut_stream_has_text_but_no_end()
    {
        var (bytes, dropped) = await SocketAsync("cut");
        var text = Encoding.UTF8.GetString(bytes);
        text.ShouldContain("\"content\":\"This\"");
        text.ShouldNotContain("[DONE]");
        (dropped || !text.EndsWith("0\r\n\r\n", StringComparison.Ordinal)).ShouldBeTrue();
        (await OutcomeAsync("gpt-fault-cut")).ShouldBe("cut");
    }

    [Fact]
    public async Task An_early_cut_comes_after_the_headers()
    {
        var (bytes, _) = await SocketAsync("cut-early");
        var text = Encoding.UTF8.GetString(bytes);
        text.ShouldStartWith("HTTP/1.1 200");
        text.ShouldEndWith("\r\n\r\n");
        text.ShouldNotContain("data:");
    }

    [Theory]
    [InlineData("hang", 0)]
    [InlineData("hang-late", 12)]
    public async Task A_client_that_leaves_a_hanging_call_is_noticed(string fault, int tokens)
    {
        var model = "gpt-fault-" + fault;
        using (await sandbox.StreamOpenAi(model))
        {
            await WaitAsync(model, call => call.GetProperty("outputTokens").GetInt32() == tokens);
            (await OutcomeAsync(model)).ShouldBe("running");
        }
        await WaitAsync(model, call => call.GetProperty("outcome").GetString() == "client_gone");
    }

    [Fact]
    public async Task A_client_that_leaves_stops_the_production()
    {
        using (await sandbox.StreamOpenAi("gpt-sandbox-pace", "pace 100000 x 5ms"))
        {
            await WaitAsync(
                "gpt-sandbox-pace",
                call => call.GetProperty("outputTokens").GetInt32() > 3
            );
        }
        await WaitAsync(
            "gpt-sandbox-pace",
            call => call.GetProperty("outcome").GetString() == "client_gone"
        );
        var call = await sandbox.LastCallAsync("gpt-sandbox-pace");
        call.GetProperty("outputTokens").GetInt32().ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task An_error_in_a_stream_is_its_last_event()
    {
        using var late = await sandbox.StreamOpenAi("gpt-fault-error-in-stream");
        var events = await late.EventsAsync();
        events.Count.ShouldBe(14);
        events[^1].Json().At("error.type").GetString().ShouldBe("server_error");

        using var early = await sandbox.StreamAnthropic("claude-fault-error-first");
        var only = (await early.EventsAsync()).ShouldHaveSingleItem();
        only.Name.ShouldBe("error");
        only.Json().At("error.type").GetString().ShouldBe("overloaded_error");
    }

    [Fact]
    public async Task Usage_can_be_absent_zero_or_followed_by_null()
    {
        using var none = await sandbox.StreamOpenAi("gpt-fault-no-usage");
        (await none.Content.ReadAsStringAsync()).ShouldNotContain("prompt_tokens");

        using var zero = await sandbox.StreamOpenAi("gpt-fault-zero-usage");
        (await zero.EventsAsync())[^2].Json().At("usage.total_tokens").GetInt32().ShouldBe(0);

        using var twice = await sandbox.StreamOpenAi("gpt-fault-usage-twice");
        var events = await twice.EventsAsync();
        events[^2].Json().GetProperty("usage").ValueKind.ShouldBe(JsonValueKind.Null);
        var counts = events
            .Where(one => one.Data.Contains("completion_tokens\"", StringComparison.Ordinal))
            .Select(one => one.Json().At("usage.completion_tokens").GetInt32())
            .ToList();
        counts.Count.ShouldBeGreaterThan(2);
        counts.ShouldBeInOrder();
        var last = await sandbox.LastCallAsync("gpt-fault-usage-twice");
        counts[^1].ShouldBe(last.GetProperty("outputTokens").GetInt32());
    }

    [Fact]
    public async Task Split_text_crosses_chunks_and_deltas()
    {
        var (bytes, _) = await SocketAsync("split-utf8");
        // Each byte is a chunk of its own: the first byte of П stands apart from the second.
        byte[] halves = [(byte)'\n', 0xD0, (byte)'\r', (byte)'\n', (byte)'1'];
        bytes.AsSpan().IndexOf(halves).ShouldBeGreaterThan(0);

        using var response = await sandbox.StreamOpenAi("gpt-fault-split-utf8");
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("\"content\":\" \\ud83d\"");
        text.ShouldContain("\"content\":\"\\ude00\"");
        text.ShouldContain("🦔");
    }

    [Fact]
    public async Task Lines_can_end_in_CRLF_and_events_can_span_lines()
    {
        using var crlf = await sandbox.StreamOpenAi("gpt-fault-crlf");
        var text = await crlf.Content.ReadAsStringAsync();
        text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain("\n");
        text.ShouldEndWith("data: [DONE]\r\n\r\n");

        using var spread = await sandbox.StreamOpenAi("gpt-fault-multi-data");
        var raw = await spread.Content.ReadAsStringAsync();
        raw.ShouldContain(",\ndata: \"object\"");
        using var again = await sandbox.StreamAnthropic("claude-fault-multi-data");
        (await again.EventsAsync()).ShouldAllBe(one =>
            one.Json().GetProperty("type").GetString() == one.Name
        );
    }

    [Fact]
    public async Task Keep_alive_comments_come_before_content()
    {
        using var stream = await sandbox.StreamOpenAi("gpt-fault-keepalive");
        var text = await stream.Content.ReadAsStringAsync();
        text.ShouldStartWith(": keep-alive\n:\n\n: keep-alive\n:\n\ndata: ");

        using var whole = await sandbox.AskOpenAi(
            new
            {
                model = "gpt-fault-keepalive",
                messages = new[] { new { role = "user", content = "Hi" } },
            }
        );
        (await whole.Content.ReadAsStringAsync()).ShouldStartWith("\n\n\n\n\n\n");
        (await whole.JsonAsync()).At("choices.0.finish_reason").GetString().ShouldBe("stop");
    }

    [Fact]
    public async Task Endings_can_be_missing()
    {
        using var openAi = await sandbox.StreamOpenAi("gpt-fault-no-done");
        (await openAi.Content.ReadAsStringAsync()).ShouldNotContain("[DONE]");
        using var anthropic = await sandbox.StreamAnthropic("claude-fault-no-done");
        (await anthropic.EventsAsync())[^1].Name.ShouldBe("message_delta");
    }

    [Fact]
    public async Task A_message_can_start_twice()
    {
        using var response = await sandbox.StreamAnthropic("claude-fault-start-twice");
        var events = await response.EventsAsync();
        events.Count(one => one.Name == "message_start").ShouldBe(2);
        events.Count(one => one.Name == "message_stop").ShouldBe(1);
    }

    [Theory]
    [InlineData("empty", "stop", 0)]
    [InlineData("length", "length", 256)]
    public async Task An_answer_can_be_without_words(string fault, string finish, int tokens)
    {
        using var response = await sandbox.StreamOpenAi("gpt-fault-" + fault);
        var events = await response.EventsAsync();
        events.Joined("content").ShouldBe("");
        events[^3].Json().At("choices.0.finish_reason").GetString().ShouldBe(finish);
        events[^2].Json().At("usage.completion_tokens").GetInt32().ShouldBe(tokens);
    }

    [Fact]
    public async Task A_refusal_is_said_in_each_protocols_way()
    {
        using var openAi = await sandbox.StreamOpenAi("gpt-fault-refusal");
        (await openAi.EventsAsync()).Joined("refusal").ShouldNotBeEmpty();
        using var anthropic = await sandbox.StreamAnthropic("claude-fault-refusal");
        var events = await anthropic.EventsAsync();
        events
            .ConvertAll(one => one.Name)
            .ShouldBe(["message_start", "message_delta", "message_stop"]);
        events[1].Json().At("delta.stop_reason").GetString().ShouldBe("refusal");
    }

    [Fact]
    public async Task A_big_event_is_one_event()
    {
        using var response = await sandbox.StreamOpenAi("gpt-fault-big-event");
        var events = await response.EventsAsync();
        events.Max(one => one.Data.Length).ShouldBeGreaterThan(300_000);
        var joined = events.Joined("content");
        events[^2]
            .Json()
            .At("usage.completion_tokens")
            .GetInt32()
            .ShouldBe(NetRoom.Sandbox.Tokenizer.Count(joined));
    }

    [Fact]
    public async Task Reasoning_can_hide_in_tags_or_come_twice()
    {
        using var tags = await sandbox.StreamOpenAi("gpt-fault-think-tags");
        (await tags.EventsAsync()).Joined("content").ShouldStartWith("<think>\n");
        using var both = await sandbox.StreamOpenAi("gpt-fault-both-reasoning");
        var events = await both.EventsAsync();
        events.Joined("reasoning").ShouldNotBeEmpty();
        events.Joined("reasoning").ShouldBe(events.Joined("reasoning_content"));
    }

    private Task<(byte[] Bytes, bool Dropped)> SocketAsync(string fault) =>
        sandbox.ReadSocketAsync(
            "/openai/v1/chat/completions",
            "Authorization: Bearer sandbox-test",
            new
            {
                model = "gpt-fault-" + fault,
                stream = true,
                messages = new[] { new { role = "user", content = "Hello there" } },
            }
        );

    private async Task<string?> OutcomeAsync(string model) =>
        (await sandbox.LastCallAsync(model)).GetProperty("outcome").GetString();

    private async Task WaitAsync(string model, Func<JsonElement, bool> condition)
    {
        for (var i = 0; i < 200 && !condition(await sandbox.LastCallAsync(model)); i++)
        {
            await Task.Delay(20);
        }
        condition(await sandbox.LastCallAsync(model)).ShouldBeTrue();
    }
}
