namespace NetRoom.Tests.Providers.Conformance;

internal sealed class AnthropicScript : Script
{
    public override string Begin(Count? usage = null)
    {
        usage ??= Usual;
        return Event(
            $$$$"""{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"answered-model","content":[],"stop_reason":null,"usage":{"input_tokens":{{{{usage.Input
                - usage.Cached}}}},"cache_read_input_tokens":{{{{usage.Cached}}}},"output_tokens":1}}}""",
            "message_start"
        );
    }

    public override string Text(string text) =>
        Start("""{"type":"text","text":""}""")
        + Delta($$$$"""{"type":"text_delta","text":"{{{{text}}}}"}""")
        + Close;

    public override string Thought(string text) =>
        Start("""{"type":"thinking","thinking":"","signature":""}""")
        + Delta($$$$"""{"type":"thinking_delta","thinking":"{{{{text}}}}"}""")
        + Delta("""{"type":"signature_delta","signature":"EqQB"}""")
        + Close;

    public override string Call(int number, string name, params string[] arguments) =>
        Start(
            $$$$"""{"type":"tool_use","id":"call_{{{{number}}}}","name":"{{{{name}}}}","input":{}}"""
        )
        + Delta("""{"type":"input_json_delta","partial_json":""}""")
        + string.Concat(
            arguments.Select(piece =>
                Delta($$$$"""{"type":"input_json_delta","partial_json":{{{{Quote(piece)}}}}}""")
            )
        )
        + Close;

    public override string End(
        Stop stop = Stop.Finished,
        Count? usage = null,
        Func<int, string>? number = null
    ) =>
        Event(
            $$$$"""{"type":"message_delta","delta":{"stop_reason":"{{{{Reason(
                stop
            )}}}}","stop_sequence":null}{{{{(usage is null ? "" : ",\"usage\":" + Usage(usage, number))}}}}}""",
            "message_delta"
        )
        + Event("""{"type":"message_delta","delta":{},"usage":null}""", "message_delta")
        + Event("""{"type":"message_stop"}    """, "message_stop");

    public override string Error(string type, Count? usage = null) =>
        (
            usage is null
                ? ""
                : Event(
                    $$$$"""{"type":"message_delta","delta":{},"usage":{{{{Usage(usage, null)}}}}}""",
                    "message_delta"
                )
        )
        + Event($$$$"""{"type":"error","error":{"type":"{{{{type}}}}","message":"x"}}""", "error");

    public override string Unheard =>
        Event("""{"type":"unheard_of","text":"no"}""", "unheard_of")
        + Start("""{"type":"unheard_of","x":[{}]}""")
        + Delta("""{"type":"unheard_of_delta","x":1}""")
        + Close
        + Event("""{"type": "ping"}      """, "ping");

    public override string Whole(string text, Count usage) =>
        $$$$"""{"id":"m1","type":"message","model":"answered-model","content":[{"type":"text","text":"{{{{text}}}}","citations":null}],"stop_reason":"end_turn","usage":{{{{Usage(usage, null)}}}}}""";

    private const string Close =
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n";

    private static string Start(string block) =>
        Event(
            $$$$"""{"type":"content_block_start","index":0,"content_block":{{{{block}}}}}""",
            "content_block_start"
        );

    private static string Delta(string delta) =>
        Event(
            $$$$"""{"type":"content_block_delta","index":0,"delta":{{{{delta}}}}}""",
            "content_block_delta"
        );

    private static string Reason(Stop stop) =>
        stop switch
        {
            Stop.Finished => "end_turn",
            Stop.Limit => "max_tokens",
            Stop.Refused => "refusal",
            Stop.Tools => "tool_use",
            _ => "unheard_of",
        };

    private static string Usage(Count count, Func<int, string>? number)
    {
        number ??= Plain;
        return $$$$"""{"input_tokens":{{{{number(count.Input - count.Cached)}}}},"cache_read_input_tokens":{{{{number(count.Cached)}}}},"output_tokens":{{{{number(count.Output)}}}},"output_tokens_details":{"thinking_tokens":{{{{number(count.Reasoning)}}}}},"unheard_of":{"a":[1]}}""";
    }
}
