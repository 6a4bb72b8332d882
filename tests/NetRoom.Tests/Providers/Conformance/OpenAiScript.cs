namespace NetRoom.Tests.Providers.Conformance;

internal sealed class OpenAiScript : Script
{
    private const string Head =
        """{"id":"c1","object":"chat.completion.chunk","model":"answered-model",""";

    private static string Delta(string delta, string finish = "null") =>
        Event(
            Head
                + "\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"finish_reason\":"
                + finish
                + "}],\"usage\":null,\"obfuscation\":\"x7\"}"
        );

    public override string Begin(Count? usage = null) =>
        Delta("""{"role":"assistant","content":"","refusal":null}""");

    public override string Text(string text) => Delta($$$$"""{"content":"{{{{text}}}}"}""");

    public override string Thought(string text) =>
        Delta($$$$"""{"reasoning_content":"{{{{text}}}}"}""");

    public override string Call(int number, string name, params string[] arguments) =>
        Delta(
            $$$$"""{"tool_calls":[{"index":{{{{number}}}},"id":"call_{{{{number}}}}","type":"function","function":{"name":"{{{{name}}}}","arguments":""}}]}"""
        )
        + string.Concat(
            arguments.Select(piece =>
                Delta(
                    $$$$"""{"tool_calls":[{"index":{{{{number}}}},"function":{"arguments":{{{{Quote(piece)}}}}}}]}"""
                )
            )
        );

    public override string End(
        Stop stop = Stop.Finished,
        Count? usage = null,
        Func<int, string>? number = null
    ) =>
        Delta(
            "{}",
            stop switch
            {
                Stop.Finished => "\"stop\"",
                Stop.Limit => "\"length\"",
                Stop.Refused => "\"content_filter\"",
                Stop.Tools => "\"tool_calls\"",
                _ => "\"unheard_of\"",
            }
        )
        + (
            usage is null
                ? ""
                : Event(Head + "\"choices\":[],\"usage\":" + Usage(usage, number) + "}")
        )
        + (usage is null ? "" : Event(Head + "\"choices\":[],\"moderation\":{},\"usage\":null}"))
        + Event("[DONE]");

    public override string Error(string type, Count? usage = null) =>
        Event(
            $$$$"""{"error":{"type":"{{{{type}}}}","code":"{{{{type}}}}","message":"x"},"choices":[{"index":0,"delta":{},"finish_reason":"error"}],"usage":{{{{(usage is null ? "null" : Usage(usage, null))}}}}}"""
        );

    public override string Unheard =>
        Event(Head + "\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}}],\"x\":[{}]}")
        + Delta("""{"content":[{"type":"unheard_of","x":1}],"new":{"text":"no"}}""");

    public override string Whole(string text, Count usage) =>
        Head
        + $$$$"""
            "choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"{{{{text}}}}","refusal":null,"annotations":[]}}],"usage":{{{{Usage(
                usage,
                null
            )}}}}}
            """;

    private static string Usage(Count count, Func<int, string>? number)
    {
        number ??= Plain;
        return $$$$"""{"prompt_tokens":{{{{number(count.Input)}}}},"completion_tokens":{{{{number(count.Output)}}}},"total_tokens":{{{{number(count.Input + count.Output)}}}},"prompt_tokens_details":{"cached_tokens":{{{{number(count.Cached)}}}}},"completion_tokens_details":{"reasoning_tokens":{{{{number(count.Reasoning)}}}}},"unheard_of":{"a":[1]}}""";
    }
}
