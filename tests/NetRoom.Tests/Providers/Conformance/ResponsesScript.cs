namespace NetRoom.Tests.Providers.Conformance;

internal sealed class ResponsesScript : Script
{
    public override string Begin(Count? usage = null) =>
        Life("created", "in_progress", null, "null");

    public override string Text(string text) =>
        Named(
            "response.output_item.added",
            "\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[]}"
        )
        + Named("response.content_part.added", "\"part\":{\"type\":\"output_text\",\"text\":\"\"}")
        + Named("response.output_text.delta", $"\"delta\":\"{text}\"");

    public override string Thought(string text) =>
        Named("response.reasoning_summary_text.delta", $"\"summary_index\":0,\"delta\":\"{text}\"")
        + Named(
            "response.output_item.done",
            "\"item\":{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"EqQB\"}"
        );

    public override string Call(int number, string name, params string[] arguments) =>
        Named("response.output_item.added", $"\"item\":{Item(number, name, "")}")
        + string.Concat(
            arguments.Select(piece =>
                Named("response.function_call_arguments.delta", $"\"delta\":{Quote(piece)}")
            )
        )
        + Named(
            "response.output_item.done",
            $"\"item\":{Item(number, name, string.Concat(arguments))}"
        );

    public override string End(
        Stop stop = Stop.Finished,
        Count? usage = null,
        Func<int, string>? number = null
    ) =>
        (stop == Stop.Refused ? Named("response.refusal.delta", "\"delta\":\"No.\"") : "")
        + (
            stop switch
            {
                Stop.Limit => Life(
                    "incomplete",
                    "incomplete",
                    "max_output_tokens",
                    Usage(usage, number)
                ),
                Stop.Unheard => Life(
                    "incomplete",
                    "incomplete",
                    "unheard_of",
                    Usage(usage, number)
                ),
                _ => Life("completed", "completed", null, Usage(usage, number)),
            }
        );

    public override string Error(string type, Count? usage = null) =>
        Event(
            $$$$"""{"type":"error","sequence_number":2,"error":{"type":"{{{{type}}}}","code":"{{{{type}}}}","message":"x","param":null}}""",
            "error"
        ) + (usage is null ? "" : Life("failed", "failed", null, Usage(usage, null)));

    public override string Unheard =>
        Named("response.unheard_of", "\"delta\":\"no\"")
        + Named("response.output_item.done", "\"item\":{\"type\":\"unheard_of\",\"text\":\"no\"}");

    public override string Whole(string text, Count usage) =>
        Body(
            "completed",
            null,
            Usage(usage, null),
            $$$$"""{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"{{{{text}}}}","annotations":[]}]}"""
        );

    private static string Item(int number, string name, string arguments) =>
        $$$$"""{"type":"function_call","id":"fc_{{{{number}}}}","call_id":"call_{{{{number}}}}","name":"{{{{name}}}}","arguments":{{{{Quote(arguments)}}}}}""";

    private static string Named(string type, string fields) =>
        Event(
            $$$$"""{"type":"{{{{type}}}}","sequence_number":1,"output_index":0,"content_index":0,{{{{fields}}}},"obfuscation":"x7"}""",
            type
        );

    private static string Life(string name, string status, string? reason, string usage) =>
        Named("response." + name, "\"response\":" + Body(status, reason, usage, ""));

    private static string Body(string status, string? reason, string usage, string output) =>
        $$$$"""{"id":"resp_1","object":"response","status":"{{{{status}}}}","model":"answered-model","error":null,"incomplete_details":{{{{Details(reason)}}}},"output":[{{{{output}}}}],"usage":{{{{usage}}}}}""";

    private static string Details(string? reason) =>
        reason is null ? "null" : "{\"reason\":\"" + reason + "\"}";

    private static string Usage(Count? count, Func<int, string>? number)
    {
        if (count is null)
            return "null";
        number ??= Plain;
        return $$$$"""{"input_tokens":{{{{number(count.Input)}}}},"input_tokens_details":{"cached_tokens":{{{{number(count.Cached)}}}}},"output_tokens":{{{{number(count.Output)}}}},"output_tokens_details":{"reasoning_tokens":{{{{number(count.Reasoning)}}}}},"total_tokens":{{{{number(count.Input + count.Output)}}}},"unheard_of":{"a":[1]}}""";
    }
}
