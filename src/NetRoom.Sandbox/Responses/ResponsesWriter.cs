using System.Buffers;
using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Anthropic;
using NetRoom.Sandbox.OpenAi;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Responses;

/// <summary>Response objects and their items, which streams and whole answers share.</summary>
internal sealed class ResponsesWriter(Call call, ResponsesRequest request, Quirks quirks)
{
    private readonly string id = $"resp_sandbox{call.Id}";

    public async Task WriteAsync(HttpResponse response, Collector answer)
    {
        var items = new List<string>();
        if (answer.Thought.Length > 0)
        {
            items.Add(Reasoning(items.Count, answer.Thought));
        }
        foreach (var query in answer.Searches)
        {
            items.Add(Search(items.Count, query));
        }
        if (answer.Refused.Length > 0)
        {
            items.Add(Message(items.Count, answer.Refused, refuses: true, []));
        }
        else if (answer.Spoken.Length > 0)
        {
            items.Add(Message(items.Count, answer.Spoken, refuses: false, answer.Citations));
        }
        foreach (var (name, arguments) in answer.Calls)
        {
            items.Add(FunctionCall(items.Count, name, arguments));
        }
        await using (var json = new Utf8JsonWriter(response.BodyWriter, JsonText.AsItIs))
        {
            WriteResponse(json, StatusOf(answer.Finish), answer.Finish, items);
        }
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    public static string StatusOf(Finish finish) =>
        finish is Finish.Length ? "incomplete" : "completed";

    /// <param name="json">Stands where a value is due.</param>
    /// <param name="status">As in <c>status</c>; usage comes with a final one only.</param>
    /// <param name="finish">Null while it is under way.</param>
    /// <param name="items">The output so far, each as JSON.</param>
    public void WriteResponse(
        Utf8JsonWriter json,
        string status,
        Finish? finish,
        IReadOnlyList<string> items
    )
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", call.StartedAt.ToUnixTimeSeconds());
        json.WriteString("status", status);
        json.WriteString("model", call.Model);
        if (status == "failed")
        {
            json.WriteStartObject("error");
            json.WriteString("code", "server_error");
            json.WriteString("message", OpenAiError.InStream.Message);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("error");
        }
        if (finish is Finish.Length)
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", "max_output_tokens");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("incomplete_details");
        }
        json.WriteStartArray("output");
        foreach (var item in items)
        {
            json.WriteRawValue(item, skipInputValidation: true);
        }
        json.WriteEndArray();
        if (finish is null || quirks.HasFlag(Quirks.NoUsage))
        {
            json.WriteNull("usage");
        }
        else
        {
            Usage(json);
        }
        if (finish is not null && call.SearchCalls > 0)
        {
            json.WriteStartObject("tool_usage");
            json.WriteStartObject("web_search");
            json.WriteNumber("num_requests", call.SearchCalls);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public string Reasoning(int number, string thought) =>
        Item(
            "reasoning",
            $"rs_{number}",
            json =>
            {
                json.WriteStartArray("summary");
                if (request.Summary)
                {
                    json.WriteStartObject();
                    json.WriteString("type", "summary_text");
                    json.WriteString("text", thought);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteString(
                    "encrypted_content",
                    request.Encrypted ? Signature.Of(request.Summary ? thought : "") : null
                );
            }
        );

    public static string Search(int number, string query) =>
        Item(
            "web_search_call",
            $"ws_{number}",
            json =>
            {
                json.WriteString("status", "completed");
                json.WriteStartObject("action");
                json.WriteString("type", "search");
                json.WriteString("query", query);
                json.WriteEndObject();
            }
        );

    public string FunctionCall(int number, string name, string arguments) =>
        Item(
            "function_call",
            $"fc_{number}",
            json =>
            {
                json.WriteString("status", "completed");
                json.WriteString("call_id", OpenAiBody.CallId(call, number));
                json.WriteString("name", name);
                json.WriteString("arguments", arguments);
            }
        );

    public static string Message(
        int number,
        string words,
        bool refuses,
        IReadOnlyList<(int Start, int End)> citations
    ) =>
        Item(
            "message",
            $"msg_{number}",
            json =>
            {
                json.WriteString("role", "assistant");
                json.WriteString("status", "completed");
                json.WriteStartArray("content");
                Part(json, words, refuses, citations);
                json.WriteEndArray();
            }
        );

    public static void Part(
        Utf8JsonWriter json,
        string words,
        bool refuses,
        IReadOnlyList<(int Start, int End)> citations
    )
    {
        json.WriteStartObject();
        json.WriteString("type", refuses ? "refusal" : "output_text");
        json.WriteString(refuses ? "refusal" : "text", words);
        if (!refuses)
        {
            json.WriteStartArray("annotations");
            foreach (var place in citations)
            {
                Citation(json, place);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void Citation(Utf8JsonWriter json, (int Start, int End) place)
    {
        json.WriteStartObject();
        json.WriteString("type", "url_citation");
        json.WriteNumber("start_index", place.Start);
        json.WriteNumber("end_index", place.End);
        json.WriteString("url", Source.Url);
        json.WriteString("title", Source.Title);
        json.WriteEndObject();
    }

    private static string Item(string type, string itemId, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonText.AsItIs))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("id", itemId);
            rest(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Usage(Utf8JsonWriter json)
    {
        var share = quirks.HasFlag(Quirks.ZeroUsage) ? 0 : 1;
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", call.InputTokens * share);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", call.CachedTokens * share);
        json.WriteNumber("cache_write_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", call.OutputTokens * share);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", call.ReasoningTokens * share);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", (call.InputTokens + call.OutputTokens) * share);
        json.WriteEndObject();
    }
}
