using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>OpenAI's chat completions.</summary>
internal sealed class ChatCompletions : ITextProtocol
{
    private const string SearchOtherwise = "for a search of the web send 'web_search_options'.";

    public WireProtocol Wire => WireProtocol.ChatCompletions;

    public TextAsk Read(ReadOnlySpan<byte> body)
    {
        var ask = new TextAsk();
        var hasMessages = false;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedRequestException.Invalid("The request must be a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "model"u8))
                ask.Model = OpenAiRules.Model(ref reader);
            else if (Is(ref reader, "messages"u8))
                hasMessages = AddMessages(ref reader, ask.Prompt);
            else if (Is(ref reader, "tools"u8))
                OpenAiRules.AddTools(ref reader, ask.Prompt, maySearch: false);
            else if (Is(ref reader, "functions"u8) || Is(ref reader, "response_format"u8))
                ask.Prompt.AddRaw(ref reader);
            else if (Is(ref reader, "stream"u8))
                ask.Stream = OpenAiRules.True(ref reader, "stream");
            else if (Is(ref reader, "stream_options"u8))
                ask.IncludeUsage = IncludesUsage(ref reader);
            else if (Is(ref reader, "max_completion_tokens"u8))
                ask.OutputLimit = OpenAiRules.Limit(ref reader, "max_completion_tokens");
            else if (Is(ref reader, "max_tokens"u8))
                ask.OutputLimit = OpenAiRules.Limit(ref reader, "max_tokens") ?? ask.OutputLimit;
            else if (Is(ref reader, "web_search_options"u8))
                ask.Searches = Searches(ref reader);
            else
                Check(ref reader);
        }
        // To the end: what follows the object is no JSON.
        while (reader.Read()) { }
        return hasMessages
            ? ask
            : throw RefusedRequestException.Invalid(
                "'messages' must have at least one message.",
                "messages"
            );
    }

    public TranslatedAsk Translate(JsonElement body) => ChatTranslation.Read(body);

    public void WriteUsage(Utf8JsonWriter json, DirectEnd end) => OpenAiUsage.WriteChat(json, end);

    public void WriteWhole(
        Utf8JsonWriter json,
        DirectRun run,
        ChatResponse answer,
        DirectEnd end
    ) => ChatWriting.Whole(json, run, answer, end);

    public ITextStream Stream(DirectRun run, TextAsk ask, IBufferWriter<byte> output) =>
        new ChatStream(run, ask.IncludeUsage, output);

    // OpenAI's package for .NET takes an error for one more chunk, and the end behind it for a clean one; choices that are no list
    // make it throw. All others look at the error first.
    public void WriteStreamError(IBufferWriter<byte> output, ApiError error, string requestId)
    {
        output.Write("data: "u8);
        output.Write(ApiErrors.Body(ApiProtocol.OpenAi, error, requestId).Span[..^1]);
        output.Write(",\"choices\":{}}\n\n"u8);
    }

    /// <summary>On a property of this name it steps to its value.</summary>
    internal static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueTextEquals(name) && reader.Read();

    private static bool AddMessages(ref Utf8JsonReader reader, PromptMeter prompt)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RefusedRequestException.Invalid("'messages' must be an array.", "messages");
        var from = reader.BytesConsumed;
        var look = reader;
        look.Read();
        prompt.Add(ref reader);
        return look.TokenType != JsonTokenType.EndArray && reader.BytesConsumed > from;
    }

    private static bool IncludesUsage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }
        var includes = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "include_usage"u8))
                includes = OpenAiRules.True(ref reader, "stream_options.include_usage");
            else
                reader.Skip();
        }
        return includes;
    }

    // Fields that would change the price, or that need what we do not have; all others are the provider's to judge.
    private static void Check(ref Utf8JsonReader reader)
    {
        if (Is(ref reader, "n"u8))
            CheckChoices(ref reader);
        else if (Is(ref reader, "service_tier"u8))
            OpenAiRules.CheckTier(ref reader);
        else if (Is(ref reader, "store"u8))
            OpenAiRules.CheckStore(ref reader);
        else if (Is(ref reader, "search_parameters"u8))
            OpenAiRules.CheckAbsent(ref reader, "search_parameters", SearchOtherwise);
        else if (Is(ref reader, "plugins"u8))
            OpenAiRules.CheckAbsent(ref reader, "plugins", SearchOtherwise);
        else if (Is(ref reader, "audio"u8))
            OpenAiRules.CheckAbsent(ref reader, "audio", "this endpoint answers with text.");
        else
            reader.Read();
        reader.Skip();
    }

    private static int Searches(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.Null or JsonTokenType.False)
            return 0;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedRequestException.Invalid(
                "'web_search_options' must be an object.",
                "web_search_options"
            );
        reader.Skip();
        return WebSearch.Usual;
    }

    private static void CheckChoices(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.GetDouble() > 1)
            throw RefusedRequestException.Unsupported("n", "there is one answer to a request.");
    }
}
