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
            Message(json, answer, quirks);
            json.WriteNull("logprobs");
            json.WriteString(
                "finish_reason",
                answer.Finish switch
                {
                    Finish.Stop => "stop",
                    Finish.Length => "length",
                    Finish.Refusal => "content_filter",
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

    private static void Message(Utf8JsonWriter json, Collector answer, Quirks quirks)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", answer.Refused.Length > 0 ? null : answer.Spoken);
        if (answer.Thought.Length > 0)
        {
            json.WriteString("reasoning_content", answer.Thought);
            if (quirks.HasFlag(Quirks.BothReasoning))
            {
                json.WriteString("reasoning", answer.Thought);
            }
        }
        json.WriteString("refusal", answer.Refused.Length > 0 ? answer.Refused : null);
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
