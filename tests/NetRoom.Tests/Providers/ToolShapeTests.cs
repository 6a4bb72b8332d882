using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Tests.Providers.Conformance;

namespace NetRoom.Tests.Providers;

/// <summary>The shapes of tool calls that chat completions are seen with, and what goes back.</summary>
public sealed class ToolShapeTests : IAsyncLifetime
{
    private const string Stop =
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    private static readonly JsonElement Schema = JsonElement.Parse(
        """{"type":"object","properties":{"city":{"type":"string"}}}"""
    );

    private ProviderBench bench = null!;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    [Theory]
    // By index, the id and the name in the first delta only.
    [InlineData(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]|[{"index":0,"function":{"arguments":":1}"}}]""",
        "a f {\"x\":1}"
    )]
    // The name repeated as an empty text, the id repeated.
    [InlineData(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]|[{"index":0,"id":"a","function":{"name":"","arguments":"}"}}]""",
        "a f {}"
    )]
    // No index: the id tells them apart, then the place does.
    [InlineData(
        """[{"id":"a","function":{"name":"f","arguments":"{"}},{"id":"b","function":{"name":"g","arguments":"["}}]|[{"id":"b","function":{"arguments":"]"}}]|[{"function":{"arguments":"}"}}]""",
        "a f {}; b g []"
    )]
    // Whole calls in one delta, the arguments as objects, all under the index 0.
    [InlineData(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}},{"index":0,"id":"b","function":{"name":"g","arguments":{}}}]""",
        "a f {\"x\":1}; b g {}"
    )]
    // Nothing at all for arguments.
    [InlineData("""[{"index":0,"id":"a","function":{"name":"f"}}]""", "a f {}")]
    [InlineData("""[{"index":0,"id":"a","function":{"name":"f","arguments":null}}]""", "a f {}")]
    [InlineData("""[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]""", "a f {}")]
    // Interleaved.
    [InlineData(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]|[{"index":1,"id":"b","function":{"name":"g","arguments":"["}}]|[{"index":0,"function":{"arguments":"}"}}]|[{"index":1,"function":{"arguments":"]"}}]""",
        "a f {}; b g []"
    )]
    // No id anywhere.
    [InlineData("""[{"index":0,"function":{"name":"f","arguments":"{}"}}]""", "call_c9_0 f {}")]
    [SurvivalRow(22)]
    public async Task Every_shape_of_a_tool_call_is_understood(string deltas, string calls)
    {
        var heard = await bench.HearAsync(
            string.Concat(
                deltas
                    .Split('|')
                    .Select(delta =>
                        "data: {\"id\":\"c9\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":"
                        + delta
                        + "}}]}\n\n"
                    )
            ) + Stop
        );

        heard.Error.ShouldBeNull();
        string.Join(
                "; ",
                heard.Calls.Select(call => $"{call.CallId} {call.Name} {call.RawRepresentation}")
            )
            .ShouldBe(calls);
        // Local servers end with "stop" here, too.
        heard.Finish.ShouldBe(ChatFinishReason.ToolCalls);
    }

    [Fact]
    [SurvivalRow(22)]
    public async Task A_whole_answer_may_call_tools()
    {
        bench.Server.NextStatus(
            200,
            """{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"""
        );

        (await bench.AskAsync()).Calls.Single().Name.ShouldBe("f");
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("mistral")]
    public async Task Calls_and_results_go_back_as_they_were_made(string provider)
    {
        var body = await SentAsync(
            provider,
            new()
            {
                Tools =
                [
                    AIFunctionFactory.CreateDeclaration("weather", "What it is like.", Schema),
                ],
                ToolMode = ChatToolMode.RequireSpecific("weather"),
                AllowMultipleToolCalls = false,
            },
            new(ChatRole.User, "Weather?"),
            new(
                ChatRole.Assistant,
                [
                    new FunctionCallContent("a", "weather") { RawRepresentation = "{\"city\":" },
                    new FunctionCallContent(
                        "b",
                        "weather",
                        new Dictionary<string, object?> { ["city"] = "Осло" }
                    ),
                ]
            ),
            new(ChatRole.Tool, [new FunctionResultContent("a", "not JSON")]),
            new(
                ChatRole.Tool,
                [
                    new FunctionResultContent(
                        "b",
                        new List<AIContent>
                        {
                            new TextContent("rain"),
                            new DataContent(new byte[] { 1, 2 }, "image/png"),
                        }
                    ),
                ]
            )
        );

        body.GetProperty("messages")
            .GetRawText()
            .ShouldBe(
                """[{"role":"user","content":"Weather?"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":"}},{"id":"b","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Осло\"}"}}]},{"role":"tool","content":"not JSON","tool_call_id":"a"},{"role":"tool","content":"rain","tool_call_id":"b"},{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQI="}}]}]"""
            );
        body.GetProperty("tools")
            .GetRawText()
            .ShouldBe(
                """[{"type":"function","function":{"name":"weather","description":"What it is like.","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]"""
            );
        body.GetProperty("tool_choice")
            .GetRawText()
            .ShouldBe("""{"type":"function","function":{"name":"weather"}}""");
        body.GetProperty("parallel_tool_calls").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_reasoning_of_OpenRouter_goes_back_unchanged_and_in_one_piece()
    {
        bench.Server.NextStream(
            """
            data: {"choices":[{"index":0,"delta":{"reasoning":"Hm","reasoning_details":[{"type":"reasoning.text","text":"Hm","format":"x","index":0}]}}]}

            data: {"choices":[{"index":0,"delta":{"reasoning":"m.","reasoning_details":[{"type":"reasoning.text","text":"m.","signature":"s","format":"x","index":0},{"type":"reasoning.encrypted","data":"d","index":1}]}}]}

            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}


            """
        );
        var heard = await bench.AskAsync("openrouter");

        var body = await SentAsync(
            "openrouter",
            null,
            new(ChatRole.User, "Hi"),
            heard.Answer,
            new(ChatRole.Tool, [new FunctionResultContent("a", "fine")])
        );

        heard.Reasoning.ShouldBe("Hmm.");
        body.GetProperty("messages")[1]
            .GetProperty("reasoning_details")
            .GetRawText()
            .ShouldBe(
                """[{"type":"reasoning.text","text":"Hmm.","format":"x","index":0,"signature":"s"},{"type":"reasoning.encrypted","data":"d","index":1}]"""
            );
    }

    [Fact]
    public async Task DeepSeek_gets_the_reasoning_of_a_turn_with_tools_and_of_no_other()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Hi"),
            new(ChatRole.Assistant, [new TextReasoningContent("one"), new TextContent("Hello")]),
            new(
                ChatRole.Assistant,
                [new TextReasoningContent("two"), new FunctionCallContent("a", "f")]
            ),
            new(ChatRole.Tool, [new FunctionResultContent("a", "fine")]),
        ];

        var sent = await SentAsync("deepseek", null, messages);
        var elsewhere = await SentAsync("openai", null, messages);

        sent.GetProperty("messages")[2]
            .GetProperty("reasoning_content")
            .GetString()
            .ShouldBe("two");
        sent.GetRawText().ShouldNotContain("one");
        elsewhere.GetRawText().ShouldNotContain("two");
    }

    [Theory]
    [InlineData(
        "openai",
        """"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","properties":{"city":{"type":"string"}}},"strict":true}}""""
    )]
    [InlineData("deepseek", """"response_format":{"type":"json_object"}"""")]
    [InlineData("openrouter", """"plugins":[{"id":"web"}]"""")]
    public async Task Form_and_search_go_out_as_the_dialect_has_them(string provider, string part)
    {
        var options = new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema),
            AdditionalProperties = new() { ["strict"] = true },
        };
        if (provider == "openrouter")
            options.Tools = [new HostedWebSearchTool()];

        var sent = await SentAsync(provider, options, new ChatMessage(ChatRole.User, "Hi"));

        sent.GetRawText().ShouldContain(part);
        // Who takes no schema is told it in words.
        sent.GetProperty("messages")[0]
            .GetRawText()
            .Contains("schema", StringComparison.Ordinal)
            .ShouldBe(provider == "deepseek");
    }

    [Theory]
    [InlineData(
        "openai",
        """{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQI="}},{"type":"input_audio","input_audio":{"data":"AQI=","format":"wav"}}"""
    )]
    [InlineData(
        "mistral",
        """{"type":"document_url","document_url":"data:application/pdf;base64,AQI=","document_name":"a.pdf"},{"type":"input_audio","input_audio":"AQI="}"""
    )]
    public async Task Files_go_out_as_the_dialect_has_them(string provider, string parts)
    {
        var bytes = new byte[] { 1, 2 };

        var sent = await SentAsync(
            provider,
            null,
            new ChatMessage(
                ChatRole.User,
                [
                    new DataContent(bytes, "application/pdf") { Name = "a.pdf" },
                    new DataContent(bytes, "audio/wav"),
                ]
            )
        );

        sent.GetProperty("messages")[0]
            .GetProperty("content")
            .GetRawText()
            .ShouldBe("[" + parts + "]");
    }

    [Theory]
    [InlineData("mistral")]
    [InlineData("xai")]
    [InlineData("deepseek")]
    public async Task A_search_that_a_provider_has_not_is_refused_before_it_is_asked(
        string provider
    )
    {
        var heard = await bench.AskAsync(
            provider,
            new ChatOptions { Tools = [new HostedWebSearchTool()] }
        );

        heard.Kind.ShouldBe(NetRoom.Providers.ProviderErrorKind.BadRequest);
        heard.Error!.Message.ShouldBe($"{provider} does not take the tool web_search here.");
        bench.Server.Requests.ShouldBeEmpty();
    }

    private async Task<JsonElement> SentAsync(
        string provider,
        ChatOptions? options,
        params ChatMessage[] messages
    )
    {
        bench.Server.NextStream(Recorded.Saying(provider, "ok"));
        (await bench.AskAsync(provider, messages, options)).Error.ShouldBeNull();
        return JsonElement.Parse(bench.Server.Requests[^1].Body);
    }
}
