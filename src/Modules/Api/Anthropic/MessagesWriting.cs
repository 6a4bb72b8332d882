using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.OpenAi;
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
        foreach (var content in answer.Messages.SelectMany(message => message.Contents))
        {
            callsTools |= content is FunctionCallContent;
            Block(json, content);
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

    private static void Block(Utf8JsonWriter json, AIContent content)
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
                json.WriteNull("citations");
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

    private static long Extra(UsageDetails tokens, string name) =>
        tokens.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count)
            ? count
            : 0;
}
