namespace NetRoom.Tests.Providers.Conformance;

internal sealed class GeminiScript : Script
{
    private const string Tail = "\"modelVersion\":\"answered-model\",\"responseId\":\"g1\"";

    public override string Begin(Count? usage = null) =>
        Event("{\"candidates\":[{\"content\":{\"role\":\"model\"},\"index\":0}]," + Tail + "}");

    public override string Text(string text) => Part($$$$"""{"text":"{{{{text}}}}"}""");

    public override string Thought(string text) =>
        Part($$$$"""{"text":"{{{{text}}}}","thought":true}""");

    public override string Call(int number, string name, params string[] arguments) =>
        Part(
            $$$$"""{"functionCall":{"id":"call_{{{{number}}}}","name":"{{{{name}}}}","args":{{{{(arguments.Length == 0 ? "{}" : string.Concat(arguments))}}}}},"thoughtSignature":"EqQB"}"""
        );

    public override string End(
        Stop stop = Stop.Finished,
        Count? usage = null,
        Func<int, string>? number = null
    ) =>
        Event(
            "{\"candidates\":[{\"content\":{},\"finishReason\":\""
                + stop switch
                {
                    Stop.Limit => "MAX_TOKENS",
                    Stop.Refused => "SAFETY",
                    Stop.Unheard => "unheard_of",
                    _ => "STOP",
                }
                + "\",\"index\":0}],"
                + (usage is null ? "" : "\"usageMetadata\":" + Usage(usage, number) + ",")
                + Tail
                + "}"
        ) + Event("{\"usageMetadata\":null}");

    public override string Error(string type, Count? usage = null) =>
        (usage is null ? "" : Event("{\"usageMetadata\":" + Usage(usage, null) + "}"))
        + Event($$$$"""{"error":{"code":500,"status":"{{{{type}}}}","message":"x"}}""");

    public override string Unheard =>
        Event("{\"unheard_of\":{\"text\":\"no\"}}")
        + Part("""{"executableCode":{"code":"x"},"unheard_of":[{}]}""");

    public override string Whole(string text, Count usage) =>
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\""
        + text
        + "\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":"
        + Usage(usage, null)
        + ","
        + Tail
        + "}";

    private static string Part(string part) =>
        Event(
            "{\"candidates\":[{\"content\":{\"parts\":["
                + part
                + "],\"role\":\"model\"},\"index\":0}],"
                + Tail
                + "}"
        );

    private static string Usage(Count count, Func<int, string>? number)
    {
        number ??= Plain;
        return $$$$"""{"promptTokenCount":{{{{number(count.Input)}}}},"cachedContentTokenCount":{{{{number(count.Cached)}}}},"candidatesTokenCount":{{{{number(count.Output - count.Reasoning)}}}},"thoughtsTokenCount":{{{{number(count.Reasoning)}}}},"totalTokenCount":{{{{number(count.Input + count.Output)}}}},"unheard_of":{"a":[1]}}""";
    }
}
