using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>A translated answer as a chat completion.</summary>
internal static class ChatWriting
{
    public static void Whole(Utf8JsonWriter json, DirectRun run, ChatResponse answer, DirectEnd end)
    {
        json.WriteStartObject();
        json.WriteString("id", Id(run));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", Created(run));
        json.WriteString("model", run.Model.Id);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        Message(json, answer);
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", Reason(answer.FinishReason));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage");
        OpenAiUsage.WriteChat(json, end);
        json.WriteEndObject();
    }

    public static string Id(DirectRun run) => $"chatcmpl-{run.Id:n}";

    public static long Created(DirectRun run) => run.StartedAt.ToUnixTimeSeconds();

    public static string Reason(ChatFinishReason? finish) =>
        finish == ChatFinishReason.Length ? "length"
        : finish == ChatFinishReason.ToolCalls ? "tool_calls"
        : finish == ChatFinishReason.ContentFilter ? "content_filter"
        : "stop";

    public static string Arguments(FunctionCallContent call) =>
        call.RawRepresentation as string is { Length: > 0 } raw ? raw
        : call.Arguments is { } arguments ? JsonSerializer.Serialize(arguments)
        : "{}";

    public static void Call(Utf8JsonWriter json, FunctionCallContent call, int? index)
    {
        json.WriteStartObject();
        if (index is { } at)
            json.WriteNumber("index", at);
        json.WriteString("id", call.CallId);
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Name);
        json.WriteString("arguments", Arguments(call));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Annotations(Utf8JsonWriter json, IEnumerable<WebCitation> citations)
    {
        json.WriteStartArray("annotations");
        foreach (var citation in citations)
        {
            json.WriteStartObject();
            json.WriteString("type", "url_citation");
            json.WriteStartObject("url_citation");
            json.WriteNumber("start_index", citation.Start);
            json.WriteNumber("end_index", citation.End);
            json.WriteString("title", citation.Title);
            json.WriteString("url", citation.Url);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Message(Utf8JsonWriter json, ChatResponse answer)
    {
        var contents = answer.Messages.SelectMany(message => message.Contents).ToList();
        var calls = contents.OfType<FunctionCallContent>().ToList();
        var text = string.Concat(contents.OfType<TextContent>().Select(content => content.Text));
        var reasoning = string.Concat(
            contents.OfType<TextReasoningContent>().Select(content => content.Text)
        );
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", text.Length == 0 && calls.Count > 0 ? null : text);
        json.WriteNull("refusal");
        var citations = contents
            .SelectMany(content => WebCitation.Of(content, text.Length))
            .ToList();
        if (citations.Count > 0)
            Annotations(json, citations);
        if (reasoning.Length > 0)
            json.WriteString("reasoning_content", reasoning);
        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in calls)
                Call(json, call, null);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
