using System.Buffers;
using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Gemini;

/// <summary>Response objects, of which a stream has one for each piece. Usage so far is in every one.</summary>
internal sealed class GeminiWriter(Call call, Quirks quirks, GeminiRequest request)
{
    public const string SignatureMark = "Sb1";

    private readonly string id = "sandbox" + call.Id;

    public bool ShowThoughts => request.ShowThoughts;

    public bool BlocksPrompt => request.BlocksPrompt;

    /// <summary>A response with these parts. The finish reason is null before the end.</summary>
    public void Write(
        IBufferWriter<byte> buffer,
        Action<Utf8JsonWriter>? parts,
        string? finish,
        Action<Utf8JsonWriter>? grounding = null
    )
    {
        using var json = new Utf8JsonWriter(buffer, JsonText.AsItIs);
        json.WriteStartObject();
        json.WriteStartArray("candidates");
        json.WriteStartObject();
        json.WriteStartObject("content");
        // A blocked answer has an empty content.
        if (finish != "SAFETY")
        {
            if (parts is not null)
            {
                json.WriteStartArray("parts");
                parts(json);
                json.WriteEndArray();
            }
            json.WriteString("role", "model");
        }
        json.WriteEndObject();
        if (finish is not null)
        {
            json.WriteString("finishReason", finish);
        }
        json.WriteNumber("index", 0);
        if (finish == "SAFETY")
        {
            Blocked(json);
        }
        grounding?.Invoke(json);
        json.WriteEndObject();
        json.WriteEndArray();
        Tail(json);
    }

    /// <summary>A blocked prompt: no candidates at all.</summary>
    public void WriteBlocked(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("promptFeedback");
        json.WriteString("blockReason", "PROHIBITED_CONTENT");
        json.WriteEndObject();
        Tail(json);
    }

    public async Task WriteAsync(HttpResponse response, Collector answer)
    {
        if (BlocksPrompt)
        {
            WriteBlocked(response.BodyWriter);
        }
        else
        {
            Action<Utf8JsonWriter>? grounding =
                answer.Citations.Count == 0
                    ? null
                    : json => Grounding(json, answer.Searches, answer.Spoken, answer.Citations);
            var silent = answer.Spoken.Length + answer.Calls.Count + answer.Thought.Length == 0;
            Write(
                response.BodyWriter,
                silent ? null : json => Parts(json, answer),
                Reason(answer.Finish),
                grounding
            );
        }
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private void Parts(Utf8JsonWriter json, Collector answer)
    {
        if (answer.Thought.Length > 0 && ShowThoughts)
        {
            TextPart(json, answer.Thought, thought: true, null);
        }
        var signature = SignatureOf(answer.Thought);
        if (answer.Spoken.Length > 0)
        {
            TextPart(json, answer.Spoken, thought: false, signature);
        }
        foreach (var (i, (name, arguments)) in answer.Calls.Index())
        {
            CallPart(json, i, name, arguments, i == 0 ? signature : null);
        }
    }

    public static string? SignatureOf(string thought) =>
        thought.Length == 0 ? null : SignatureMark + Tokenizer.Count(thought);

    public static void TextPart(Utf8JsonWriter json, string text, bool thought, string? signature)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        if (thought)
        {
            json.WriteBoolean("thought", true);
        }
        if (signature is not null)
        {
            json.WriteString("thoughtSignature", signature);
        }
        json.WriteEndObject();
    }

    public void CallPart(
        Utf8JsonWriter json,
        int number,
        string name,
        string arguments,
        string? signature
    )
    {
        json.WriteStartObject();
        json.WriteStartObject("functionCall");
        json.WriteString("id", $"fc{call.Id}_{number}");
        json.WriteString("name", name);
        json.WritePropertyName("args");
        json.WriteRawValue(arguments);
        json.WriteEndObject();
        if (signature is not null)
        {
            json.WriteString("thoughtSignature", signature);
        }
        json.WriteEndObject();
    }

    /// <summary>The places are byte offsets, and a start of zero is left out.</summary>
    public static void Grounding(
        Utf8JsonWriter json,
        IEnumerable<string> searches,
        string text,
        IReadOnlyList<(int Start, int End)> citations
    )
    {
        json.WriteStartObject("groundingMetadata");
        json.WriteStartArray("webSearchQueries");
        foreach (var query in searches)
        {
            json.WriteStringValue(query);
        }
        json.WriteEndArray();
        json.WriteStartArray("groundingChunks");
        json.WriteStartObject();
        json.WriteStartObject("web");
        json.WriteString("uri", Source.Url);
        json.WriteString("title", Source.Title);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("groundingSupports");
        foreach (var (start, end) in citations)
        {
            json.WriteStartObject();
            json.WriteStartObject("segment");
            if (start > 0)
            {
                json.WriteNumber("startIndex", Encoding.UTF8.GetByteCount(text.AsSpan(0, start)));
            }
            json.WriteNumber("endIndex", Encoding.UTF8.GetByteCount(text.AsSpan(0, end)));
            json.WriteString("text", text[start..end]);
            json.WriteEndObject();
            json.WriteStartArray("groundingChunkIndices");
            json.WriteNumberValue(0);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string Reason(Finish finish) =>
        finish switch
        {
            Finish.Length => "MAX_TOKENS",
            Finish.Refusal => "SAFETY",
            // Calls of tools end with it, too.
            _ => "STOP",
        };

    private static void Blocked(Utf8JsonWriter json)
    {
        json.WriteStartArray("safetyRatings");
        json.WriteStartObject();
        json.WriteString("category", "HARM_CATEGORY_DANGEROUS_CONTENT");
        json.WriteString("probability", "HIGH");
        json.WriteBoolean("blocked", true);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    // Thoughts are counted beside the candidates.
    private void Tail(Utf8JsonWriter json)
    {
        if (!quirks.HasFlag(Quirks.NoUsage))
        {
            var share = quirks.HasFlag(Quirks.ZeroUsage) ? 0 : 1;
            json.WriteStartObject("usageMetadata");
            json.WriteNumber("promptTokenCount", call.InputTokens * share);
            if (call.CachedTokens > 0)
            {
                json.WriteNumber("cachedContentTokenCount", call.CachedTokens * share);
            }
            json.WriteNumber(
                "candidatesTokenCount",
                (call.OutputTokens - call.ReasoningTokens) * share
            );
            if (call.ReasoningTokens > 0)
            {
                json.WriteNumber("thoughtsTokenCount", call.ReasoningTokens * share);
            }
            json.WriteNumber("totalTokenCount", (call.InputTokens + call.OutputTokens) * share);
            json.WriteEndObject();
        }
        json.WriteString("modelVersion", call.Model);
        json.WriteString("responseId", id);
        json.WriteEndObject();
    }
}
