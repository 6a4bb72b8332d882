using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

/// <summary>What goes out to Anthropic, Google and the Responses API: tools, thoughts, files, form, caching.</summary>
public sealed class TalkRequestTests : IAsyncLifetime
{
    private static readonly JsonElement Schema = JsonElement.Parse(
        """{"type":"object","properties":{"city":{"type":"string"}}}"""
    );

    private static readonly ChatMessage[] Talk =
    [
        new(
            ChatRole.User,
            [
                new TextContent("Weather?"),
                new DataContent(new byte[] { 1, 2 }, "image/png"),
                new DataContent(new byte[] { 1, 2 }, "application/pdf") { Name = "a.pdf" },
            ]
        ),
        new(
            ChatRole.Assistant,
            [
                new TextReasoningContent("Let me "),
                new TextReasoningContent("see.") { ProtectedData = Seal },
                new TextContent("Asking."),
                new FunctionCallContent("a", "weather")
                {
                    RawRepresentation = "{\"city\":\"Осло\"}",
                },
                new FunctionCallContent("b", "clock"),
            ]
        ),
        new(ChatRole.Tool, [new FunctionResultContent("a", "rain")]),
        new(
            ChatRole.Tool,
            [new FunctionResultContent("b", "no clock") { Exception = new TimeoutException() }]
        ),
        new(ChatRole.User, "And?"),
    ];

    // What the Responses API gives to send back is a whole item; to the others it is an opaque word.
    private const string Seal =
        """{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sealed"}""";

    private ProviderBench bench = null!;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    [Fact]
    public async Task Anthropic_gets_blocks_with_thinking_in_front_and_all_results_in_one_turn()
    {
        var body = await SentAsync("anthropic", new() { Tools = [Weather()] }, Talk);

        body.GetProperty("messages")
            .GetRawText()
            .ShouldBe(
                """[{"role":"user","content":[{"type":"text","text":"Weather?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQI="}},{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AQI="},"title":"a.pdf"}]},{"role":"assistant","content":[{"type":"thinking","thinking":"Let me see.","signature":"SEAL"},{"type":"text","text":"Asking."},{"type":"tool_use","id":"a","name":"weather","input":{"city":"Осло"}},{"type":"tool_use","id":"b","name":"clock","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"rain"}]},{"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"no clock"}],"is_error":true},{"type":"text","text":"And?"}]}]""".Replace(
                    "\"SEAL\"",
                    Quoted,
                    StringComparison.Ordinal
                )
            );
        body.GetProperty("tools")
            .GetRawText()
            .ShouldBe(
                """[{"name":"weather","description":"What it is like.","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}]"""
            );
        body.GetProperty("cache_control").GetRawText().ShouldBe("""{"type":"ephemeral"}""");
    }

    [Fact]
    public async Task Google_gets_parts_with_signatures_on_what_they_seal_and_results_by_name()
    {
        var body = await SentAsync("google", new() { Tools = [Weather()] }, Talk);

        body.GetProperty("contents")
            .GetRawText()
            .ShouldBe(
                """[{"role":"user","parts":[{"text":"Weather?"},{"inlineData":{"mimeType":"image/png","data":"AQI="}},{"inlineData":{"mimeType":"application/pdf","data":"AQI="}}]},{"role":"model","parts":[{"text":"Asking.","thoughtSignature":"SEAL"},{"functionCall":{"id":"a","name":"weather","args":{"city":"Осло"}}},{"functionCall":{"id":"b","name":"clock","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"a","name":"weather","response":{"result":"rain"}}},{"functionResponse":{"id":"b","name":"clock","response":{"error":"no clock"}}},{"text":"And?"}]}]""".Replace(
                    "\"SEAL\"",
                    Quoted,
                    StringComparison.Ordinal
                )
            );
        body.GetProperty("tools")
            .GetRawText()
            .ShouldBe(
                """[{"functionDeclarations":[{"name":"weather","description":"What it is like.","parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}}}}]}]"""
            );
    }

    [Fact]
    public async Task Responses_gets_items_in_order_with_the_reasoning_as_it_came()
    {
        var body = await SentAsync("responses", new() { Tools = [Weather()] }, Talk);

        body.GetProperty("input")
            .GetRawText()
            .ShouldBe(
                """[{"role":"user","content":[{"type":"input_text","text":"Weather?"},{"type":"input_image","image_url":"data:image/png;base64,AQI="},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AQI="}]},"""
                    + Seal
                    + """,{"role":"assistant","content":[{"type":"output_text","text":"Asking."}]},{"type":"function_call","call_id":"a","name":"weather","arguments":"{\"city\":\"Осло\"}"},{"type":"function_call","call_id":"b","name":"clock","arguments":"{}"},{"type":"function_call_output","call_id":"a","output":"rain"},{"type":"function_call_output","call_id":"b","output":"no clock"},{"role":"user","content":[{"type":"input_text","text":"And?"}]}]"""
            );
        body.GetProperty("tools")
            .GetRawText()
            .ShouldBe(
                """[{"type":"function","name":"weather","description":"What it is like.","parameters":{"type":"object","properties":{"city":{"type":"string"}}},"strict":false}]"""
            );
    }

    [Theory]
    [InlineData(
        "google",
        """"systemInstruction":{"parts":[{"text":"Be brief."}]},"generationConfig":{"maxOutputTokens":50,"temperature":0.5,"topK":5,"seed":7,"stopSequences":["END"],"responseMimeType":"application/json","responseJsonSchema":{"type":"object","properties":{"city":{"type":"string"}}},"thinkingConfig":{"includeThoughts":true,"thinkingLevel":"HIGH"}}""""
    )]
    [InlineData(
        "responses",
        """"instructions":"Be brief.","stream":true,"store":false,"stream_options":{"include_obfuscation":false},"max_output_tokens":50,"reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content"],"text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object","properties":{"city":{"type":"string"}}}}}}""""
    )]
    public async Task Options_go_out_as_the_protocol_has_them(string provider, string part)
    {
        var body = await SentAsync(
            provider,
            new()
            {
                Instructions = "Be brief.",
                MaxOutputTokens = 50,
                Temperature = 0.5f,
                TopK = 5,
                Seed = 7,
                StopSequences = ["END"],
                ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema),
                Reasoning = new() { Effort = ReasoningEffort.ExtraHigh },
            },
            new ChatMessage(ChatRole.User, "Hi")
        );

        body.GetRawText().ShouldContain(part);
    }

    [Theory]
    [InlineData(
        "anthropic",
        """"tool_choice":{"type":"tool","name":"weather","disable_parallel_tool_use":true}""""
    )]
    [InlineData(
        "google",
        """"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["weather"]}}""""
    )]
    [InlineData(
        "responses",
        """"tool_choice":{"type":"function","name":"weather"},"parallel_tool_calls":false""""
    )]
    public async Task The_choice_of_tools_goes_out(string provider, string part)
    {
        var body = await SentAsync(
            provider,
            new()
            {
                Tools = [Weather()],
                ToolMode = ChatToolMode.RequireSpecific("weather"),
                AllowMultipleToolCalls = false,
            },
            new ChatMessage(ChatRole.User, "Hi")
        );

        body.GetRawText().ShouldContain(part);
    }

    [Fact]
    public async Task A_mark_of_the_caller_takes_the_place_of_the_automatic_one()
    {
        ChatMessage Marked(string lifetime) =>
            new(
                ChatRole.User,
                [
                    new TextContent("Long")
                    {
                        AdditionalProperties = new() { [StreamMarks.CacheLifetime] = lifetime },
                    },
                ]
            );

        var hour = await SentAsync("anthropic", null, Marked("1h"));
        var minutes = await SentAsync("anthropic", null, Marked("5m"));
        var asked = await SentAsync(
            "anthropic",
            new() { AdditionalProperties = new() { [StreamMarks.CacheLifetime] = "1h" } },
            new ChatMessage(ChatRole.User, "Long")
        );

        hour.TryGetProperty("cache_control", out _).ShouldBeFalse();
        hour.GetRawText()
            .ShouldContain(""""text":"Long","cache_control":{"type":"ephemeral","ttl":"1h"}"""");
        minutes
            .GetRawText()
            .ShouldContain(""""text":"Long","cache_control":{"type":"ephemeral"}"""");
        asked
            .GetProperty("cache_control")
            .GetRawText()
            .ShouldBe("""{"type":"ephemeral","ttl":"1h"}""");
    }

    [Fact]
    public async Task The_lifetime_of_the_cache_can_be_set_for_all()
    {
        await using var longer = await ProviderBench.StartAsync(
            settings: ("Providers:anthropic:CacheLifetime", "1h")
        );
        longer.Server.NextStream(Recorded.Anthropic);

        await longer.AskAsync("anthropic");

        longer
            .Server.Requests[0]
            .Body.ShouldContain(""""cache_control":{"type":"ephemeral","ttl":"1h"}"""");
    }

    [Fact]
    public async Task Redacted_thinking_goes_back_as_it_came()
    {
        bench.Server.NextStream(
            """
            data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"sealed"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"","signature":""}}

            data: {"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"s"}}

            data: {"type":"content_block_stop","index":1}

            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a","name":"f","input":{ }}}

            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"x\":1}"}}

            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}


            """
        );
        var heard = await bench.AskAsync("anthropic");

        var body = await SentAsync(
            "anthropic",
            null,
            new(ChatRole.User, "Hi"),
            heard.Answer,
            new(ChatRole.Tool, [new FunctionResultContent("a", "fine")])
        );

        body.GetProperty("messages")[1]
            .GetProperty("content")
            .GetRawText()
            .ShouldBe(
                """[{"type":"redacted_thinking","data":"sealed"},{"type":"thinking","thinking":"","signature":"s"},{"type":"tool_use","id":"a","name":"f","input":{"x":1}}]"""
            );
    }

    [Fact]
    public async Task The_signature_at_the_end_of_a_Gemini_answer_goes_back_on_an_empty_part()
    {
        bench.Server.NextStream(
            """
            data: {"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true}]}}]}

            data: {"candidates":[{"content":{"parts":[{"text":"Hello"}]}}]}

            data: {"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"s"}]},"finishReason":"STOP"}]}


            """
        );
        var heard = await bench.AskAsync("google");

        var body = await SentAsync(
            "google",
            null,
            new(ChatRole.User, "Hi"),
            heard.Answer,
            new(ChatRole.User, "And?")
        );

        body.GetProperty("contents")[1]
            .GetProperty("parts")
            .GetRawText()
            .ShouldBe("""[{"text":"Hello"},{"text":"","thoughtSignature":"s"}]""");
    }

    [Fact]
    public async Task Each_protocol_has_its_address_and_its_key_in_its_header()
    {
        await SentAsync("google", null, new ChatMessage(ChatRole.User, "Hi"));
        await SentAsync("responses", null, new ChatMessage(ChatRole.User, "Hi"));

        var (google, responses) = (bench.Server.Requests[0], bench.Server.Requests[1]);
        google.Path.ShouldBe("/v1/models/wire-model:streamGenerateContent");
        google.Headers["x-goog-api-key"].ShouldBe(ProviderBench.Key);
        responses.Path.ShouldBe("/v1/responses");
        responses.Headers["Authorization"].ShouldBe($"Bearer {ProviderBench.Key}");
    }

    // All that is special in it is its quotation marks.
    private static string Quoted => $"\"{Seal.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static AIFunctionDeclaration Weather() =>
        AIFunctionFactory.CreateDeclaration("weather", "What it is like.", Schema);

    private async Task<JsonElement> SentAsync(
        string provider,
        ChatOptions? options,
        params ChatMessage[] messages
    )
    {
        bench.Server.NextStream(Conformance.Script.Of(provider).Saying("ok"));
        (await bench.AskAsync(provider, messages, options)).Error.ShouldBeNull();
        return JsonElement.Parse(bench.Server.Requests[^1].Body);
    }
}
