using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>The answer in one piece: <c>chat.completion</c>.</summary>
internal static class OpenAiBody
{
    public static async Task WriteAsync(
        HttpResponse response,
        Collector answer,
        Call call,
        Quirks quirks,
        string id
    )
    {
        await using (var json = new Utf8JsonWriter(response.BodyWriter, JsonText.AsItIs))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "chat.completion");
            json.WriteNumber("created", call.StartedAt.ToUnixTimeSeconds());
            json.WriteString("model", call.Model);
            json.WriteString("service_tier", "default");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            Message(json, answer, call, quirks);
            json.WriteNull("logprobs");
            json.WriteString(
                "finish_reason",
                answer.Finish switch
                {
                    Finish.Stop => "stop",
                    Finish.Length => "length",
                    Finish.Refusal => "content_filter",
                    Finish.ToolCalls => "tool_calls",
                    _ => throw new InvalidOperationException("Unknown finish"),
                }
            );
            json.WriteEndObject();
            json.WriteEndArray();
            if (!quirks.HasFlag(Quirks.NoUsage))
            {
                json.WritePropertyName("usage");
                OpenAiUsage.Write(json, call, quirks);
            }
            json.WriteEndObject();
        }
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    public static string CallId(Call call, int number) => $"call_sandbox{call.Id}_{number}";

    public static void WriteCitations(
        Utf8JsonWriter json,
        IReadOnlyList<(int Start, int End)> citations
    )
    {
        json.WriteStartArray();
        foreach (var (start, end) in citations)
        {
            json.WriteStartObject();
            json.WriteString("type", "url_citation");
            json.WriteStartObject("url_citation");
            json.WriteNumber("start_index", start);
            json.WriteNumber("end_index", end);
            json.WriteString("url", Source.Url);
            json.WriteString("title", Source.Title);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Message(Utf8JsonWriter json, Collector answer, Call call, Quirks quirks)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        var silent = answer.Refused.Length > 0 || answer.Calls.Count > 0;
        json.WriteString("content", silent ? null : answer.Spoken);
        if (answer.Thought.Length > 0)
        {
            json.WriteString("reasoning_content", answer.Thought);
            if (quirks.HasFlag(Quirks.BothReasoning))
            {
                json.WriteString("reasoning", answer.Thought);
            }
        }
        json.WriteString("refusal", answer.Refused.Length > 0 ? answer.Refused : null);
        WriteCalls(json, answer, call);
        json.WritePropertyName("annotations");
        WriteCitations(json, answer.Citations);
        json.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter json, Collector answer, Call call)
    {
        if (answer.Calls.Count == 0)
        {
            return;
        }
        json.WriteStartArray("tool_calls");
        foreach (var (i, (name, arguments)) in answer.Calls.Index())
        {
            json.WriteStartObject();
            json.WriteString("id", CallId(call, i));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", name);
            json.WriteString("arguments", arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
