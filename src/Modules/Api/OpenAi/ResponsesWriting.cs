using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>The response object, at its beginning and at its end.</summary>
internal static class ResponsesWriting
{
    public static string Status(ChatFinishReason? finish) =>
        finish == ChatFinishReason.Length || finish == ChatFinishReason.ContentFilter
            ? "incomplete"
            : "completed";

    /// <param name="end">Null while the answer is being written.</param>
    public static void Write(
        Utf8JsonWriter json,
        DirectRun run,
        IReadOnlyList<ResponseItem> items,
        string status,
        ChatFinishReason? finish,
        DirectEnd? end
    )
    {
        json.WriteStartObject();
        json.WriteString("id", $"resp_{run.Id:n}");
        json.WriteString("object", "response");
        json.WriteNumber("created_at", ChatWriting.Created(run));
        json.WriteString("status", status);
        json.WriteBoolean("background", false);
        json.WriteNull("error");
        if (status == "incomplete")
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString(
                "reason",
                finish == ChatFinishReason.Length ? "max_output_tokens" : "content_filter"
            );
            json.WriteEndObject();
        }
        else
            json.WriteNull("incomplete_details");
        json.WriteNull("instructions");
        json.WriteNumber("max_output_tokens", run.Quote.MaxOutputTokens);
        json.WriteString("model", run.Model.Id);
        json.WriteStartArray("output");
        foreach (var item in items)
            item.Write(json, isDone: true);
        json.WriteEndArray();
        json.WriteBoolean("parallel_tool_calls", true);
        json.WriteNull("previous_response_id");
        json.WriteBoolean("store", false);
        json.WriteString("tool_choice", "auto");
        json.WriteStartArray("tools");
        json.WriteEndArray();
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WritePropertyName("usage");
        if (end is null)
            json.WriteNullValue();
        else
            OpenAiUsage.WriteResponses(json, end);
        if (end?.Usage?.Of(UnitKind.SearchCall) is > 0 and var searches)
        {
            json.WriteStartObject("tool_usage");
            json.WriteStartObject("web_search");
            json.WriteNumber("num_requests", searches);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
