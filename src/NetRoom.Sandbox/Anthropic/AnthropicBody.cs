using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>The message object, whole or in the parts a stream shares with it.</summary>
internal static class AnthropicBody
{
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
            if (answer.Spoken.Length > 0)
            {
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", answer.Spoken);
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
