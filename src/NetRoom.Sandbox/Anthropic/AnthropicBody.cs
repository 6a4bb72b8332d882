using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>The message object, whole or in the parts a stream shares with it.</summary>
internal static class AnthropicBody
{
    private const string SearchId = "srvtoolu_sandbox";

    public static string NewId() => "msg_" + Guid.CreateVersion7().ToString("N");

    public static async Task WriteAsync(
        HttpResponse response,
        Collector answer,
        Call call,
        AnthropicUsage usage,
        bool showThinking
    )
    {
        await using (var json = new Utf8JsonWriter(response.BodyWriter, JsonText.AsItIs))
        {
            json.WriteStartObject();
            WriteHead(json, NewId(), call.Model);
            json.WriteStartArray("content");
            if (answer.Thought.Length > 0)
            {
                json.WriteStartObject();
                json.WriteString("type", "thinking");
                json.WriteString("thinking", showThinking ? answer.Thought : "");
                json.WriteString("signature", Signature.Of(answer.Thought));
                json.WriteEndObject();
            }
            foreach (var query in answer.Searches)
            {
                WriteSearch(json, query);
                WriteFound(json);
            }
            WriteTexts(json, answer);
            foreach (var (i, (name, arguments)) in answer.Calls.Index())
            {
                json.WriteStartObject();
                json.WriteString("type", "tool_use");
                json.WriteString("id", CallId(call, i));
                json.WriteString("name", name);
                json.WritePropertyName("input");
                json.WriteRawValue(arguments);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            WriteStop(json, answer.Finish);
            json.WriteNull("stop_sequence");
            usage.WriteWhole(json, call.OutputTokens);
            json.WriteEndObject();
        }
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    public static string CallId(Call call, int number) => $"toolu_sandbox{call.Id}_{number}";

    public static void WriteSearch(Utf8JsonWriter json, string query)
    {
        json.WriteStartObject();
        json.WriteString("type", "server_tool_use");
        json.WriteString("id", SearchId);
        json.WriteString("name", "web_search");
        json.WriteStartObject("input");
        json.WriteString("query", query);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteFound(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "web_search_tool_result");
        json.WriteString("tool_use_id", SearchId);
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "web_search_result");
        json.WriteString("url", Source.Url);
        json.WriteString("title", Source.Title);
        json.WriteNull("page_age");
        json.WriteString("encrypted_content", "Sb1found");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCitation(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "web_search_result_location");
        json.WriteString("url", Source.Url);
        json.WriteString("title", Source.Title);
        json.WriteString("cited_text", Source.Quote);
        json.WriteString("encrypted_index", "Sb1place");
        json.WriteEndObject();
    }

    // What is cited is a block of its own; the text around it is in others.
    private static void WriteTexts(Utf8JsonWriter json, Collector answer)
    {
        var from = 0;
        foreach (var (start, end) in answer.Citations)
        {
            WriteText(json, answer.Spoken[from..start], cites: false);
            WriteText(json, answer.Spoken[start..end], cites: true);
            from = end;
        }
        WriteText(json, answer.Spoken[from..], cites: false);
    }

    private static void WriteText(Utf8JsonWriter json, string text, bool cites)
    {
        if (text.Length == 0)
        {
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        if (cites)
        {
            json.WriteStartArray("citations");
            WriteCitation(json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void WriteHead(Utf8JsonWriter json, string id, string model)
    {
        json.WriteString("id", id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", model);
    }

    public static void WriteStop(Utf8JsonWriter json, Finish finish)
    {
        json.WriteString(
            "stop_reason",
            finish switch
            {
                Finish.Stop => "end_turn",
                Finish.Length => "max_tokens",
                Finish.Refusal => "refusal",
                Finish.ToolCalls => "tool_use",
                _ => throw new ArgumentOutOfRangeException(nameof(finish)),
            }
        );
        if (finish is Finish.Refusal)
        {
            json.WriteStartObject("stop_details");
            json.WriteString("type", "refusal");
            json.WriteString("category", "general_harms");
            json.WriteString("explanation", "The sandbox refuses on request.");
            json.WriteEndObject();
        }
    }
}
