using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>OpenAI's Responses. Nothing is stored here, so each request brings all of its conversation.</summary>
internal sealed class Responses : ITextProtocol
{
    private const string NotStored =
        "answers are not stored. Send the whole conversation as input.";

    public WireProtocol Wire => WireProtocol.Responses;

    public TextAsk Read(ReadOnlySpan<byte> body)
    {
        var ask = new TextAsk();
        var hasInput = false;
        var searches = false;
        int? most = null;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedRequestException.Invalid("The request must be a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ChatCompletions.Is(ref reader, "model"u8))
                ask.Model = OpenAiRules.Model(ref reader);
            else if (ChatCompletions.Is(ref reader, "input"u8))
            {
                hasInput = reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray;
                ask.Prompt.Add(ref reader);
            }
            else if (ChatCompletions.Is(ref reader, "instructions"u8))
                ask.Prompt.Add(ref reader);
            else if (ChatCompletions.Is(ref reader, "tools"u8))
                searches |= OpenAiRules.AddTools(ref reader, ask.Prompt, maySearch: true);
            else if (ChatCompletions.Is(ref reader, "max_tool_calls"u8))
                most = OpenAiRules.Limit(ref reader, "max_tool_calls");
            else if (ChatCompletions.Is(ref reader, "text"u8))
                ask.Prompt.AddRaw(ref reader);
            else if (ChatCompletions.Is(ref reader, "stream"u8))
                ask.Stream = OpenAiRules.True(ref reader, "stream");
            else if (ChatCompletions.Is(ref reader, "max_output_tokens"u8))
                ask.OutputLimit = OpenAiRules.Limit(ref reader, "max_output_tokens");
            else
                Check(ref reader);
        }
        // To the end: what follows the object is no JSON.
        while (reader.Read()) { }
        ask.Searches = searches ? WebSearch.AtMost(most) : 0;
        return hasInput
            ? ask
            : throw RefusedRequestException.Invalid(
                "'input' must be a text or an array of items.",
                "input"
            );
    }

    public TranslatedAsk Translate(JsonElement body) => ResponsesTranslation.Read(body);

    public void WriteUsage(Utf8JsonWriter json, DirectEnd end) =>
        OpenAiUsage.WriteResponses(json, end);

    public void WriteWhole(
        Utf8JsonWriter json,
        DirectRun run,
        ChatResponse answer,
        DirectEnd end
    ) =>
        ResponsesWriting.Write(
            json,
            run,
            ResponseItem.Of(answer),
            ResponsesWriting.Status(answer.FinishReason),
            answer.FinishReason,
            end
        );

    public ITextStream Stream(DirectRun run, TextAsk ask, IBufferWriter<byte> output) =>
        new ResponsesStream(run, output);

    // The description of the protocol has the fields flat, real traffic has them nested; clients read one or the other.
    public void WriteStreamError(IBufferWriter<byte> output, ApiError error, string requestId)
    {
        output.Write("event: error\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteNumber("sequence_number", 0);
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteString("param", error.Param);
            json.WriteStartObject("error");
            json.WriteString("type", error.OpenAiType);
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteString("param", error.Param);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        output.Write("\n\n"u8);
    }

    private static void Check(ref Utf8JsonReader reader)
    {
        if (ChatCompletions.Is(ref reader, "background"u8))
            OpenAiRules.CheckAbsent(ref reader, "background", "wait for the answer, or stream it.");
        else if (ChatCompletions.Is(ref reader, "previous_response_id"u8))
            OpenAiRules.CheckAbsent(ref reader, "previous_response_id", NotStored);
        else if (ChatCompletions.Is(ref reader, "conversation"u8))
            OpenAiRules.CheckAbsent(ref reader, "conversation", NotStored);
        else if (ChatCompletions.Is(ref reader, "prompt"u8))
            OpenAiRules.CheckAbsent(ref reader, "prompt", "prompts are not stored here.");
        else if (ChatCompletions.Is(ref reader, "service_tier"u8))
            OpenAiRules.CheckTier(ref reader);
        else
            reader.Read();
        reader.Skip();
    }
}
