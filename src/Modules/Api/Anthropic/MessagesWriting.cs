using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Api.OpenAi;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.Anthropic;

/// <summary>A translated answer as a message.</summary>
internal static class MessagesWriting
{
    public static void Whole(Utf8JsonWriter json, DirectRun run, ChatResponse answer, DirectEnd end)
    {
        json.WriteStartObject();
        Head(json, run);
        json.WriteStartArray("content");
        var callsTools = false;
        var contents = answer.Messages.SelectMany(message => message.Contents).ToList();
        for (var at = 0; at < contents.Count; at++)
        {
            callsTools |= contents[at] is FunctionCallContent;
            // Pages follow the words that rest on them.
            Block(json, contents[at], contents.Skip(at + 1).TakeWhile(IsCitation));
        }
        json.WriteEndArray();
        json.WriteString("stop_reason", Reason(answer.FinishReason, callsTools));
        json.WriteNull("stop_sequence");
        json.WritePropertyName("usage");
        Usage(json, end);
        json.WriteEndObject();
    }

    public static void Head(Utf8JsonWriter json, DirectRun run)
    {
        json.WriteString("id", $"msg_{run.Id:n}");
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", run.Model.Id);
    }

    public static string Reason(ChatFinishReason? finish, bool callsTools) =>
        finish == ChatFinishReason.Length ? "max_tokens"
        : finish == ChatFinishReason.ContentFilter ? "refusal"
        : finish == ChatFinishReason.ToolCalls || callsTools ? "tool_use"
        : "end_turn";

    // The three counters of the prompt are disjoint here.
    public static void Usage(Utf8JsonWriter json, DirectEnd end)
    {
        var tokens = end.Tokens ?? new UsageDetails();
        var cached = tokens.CachedInputTokenCount ?? 0;
        var written = Extra(tokens, "cache_write_5m") + Extra(tokens, "cache_write_1h");
        json.WriteStartObject();
        json.WriteNumber(
            "input_tokens",
            Math.Max(0, (tokens.InputTokenCount ?? 0) - cached - written)
        );
        json.WriteNumber("cache_creation_input_tokens", written);
        json.WriteNumber("cache_read_input_tokens", cached);
        json.WriteNumber("output_tokens", tokens.OutputTokenCount ?? 0);
        if (end.Usage?.Of(UnitKind.SearchCall) is > 0 and var searches)
        {
            json.WriteStartObject("server_tool_use");
            json.WriteNumber("web_search_requests", searches);
            json.WriteNumber("web_fetch_requests", 0);
            json.WriteEndObject();
        }
        json.WriteString("cost_rub", end.Charged.ToInvariantNumber());
        json.WriteEndObject();
    }

    /// <summary>The arguments as an object, which this protocol wants: what the model wrote may be none.</summary>
    public static string Input(FunctionCallContent call)
    {
        var arguments = ChatWriting.Arguments(call);
        try
        {
            using var parsed = JsonDocument.Parse(arguments);
            return parsed.RootElement.ValueKind == JsonValueKind.Object ? arguments : "{}";
        }
        catch (JsonException)
        {
            return "{}";
        }
    }

    public static void Citation(Utf8JsonWriter json, WebCitation citation)
    {
        json.WriteStartObject();
        json.WriteString("type", "web_search_result_location");
        json.WriteString("url", citation.Url);
        json.WriteString("title", citation.Title);
        json.WriteString("cited_text", citation.Quote);
        // Only Anthropic has one: it is nobody else's to give.
        json.WriteString("encrypted_index", "");
        json.WriteEndObject();
    }

    private static bool IsCitation(AIContent content) =>
        content is TextContent { Text.Length: 0, Annotations.Count: > 0 };

    private static void Block(Utf8JsonWriter json, AIContent content, IEnumerable<AIContent> citing)
    {
        switch (content)
        {
            case TextReasoningContent { Text.Length: > 0 }
            or TextReasoningContent { ProtectedData: not null }:
                var thought = (TextReasoningContent)content;
                json.WriteStartObject();
                json.WriteString("type", "thinking");
                json.WriteString("thinking", thought.Text);
                json.WriteString("signature", thought.ProtectedData ?? "");
                json.WriteEndObject();
                break;
            case TextContent { Text.Length: > 0 } text:
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text.Text);
                Citations(json, [.. citing.SelectMany(it => WebCitation.Of(it, 0))]);
                json.WriteEndObject();
                break;
            case FunctionCallContent call:
                json.WriteStartObject();
                json.WriteString("type", "tool_use");
                json.WriteString("id", call.CallId);
                json.WriteString("name", call.Name);
                json.WritePropertyName("input");
                json.WriteRawValue(Input(call));
                json.WriteEndObject();
                break;
        }
    }

    private static void Citations(Utf8JsonWriter json, List<WebCitation> citations)
    {
        if (citations.Count == 0)
        {
            json.WriteNull("citations");
            return;
        }
        json.WriteStartArray("citations");
        foreach (var citation in citations)
            Citation(json, citation);
        json.WriteEndArray();
    }

    private static long Extra(UsageDetails tokens, string name) =>
        tokens.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count)
            ? count
            : 0;
}
