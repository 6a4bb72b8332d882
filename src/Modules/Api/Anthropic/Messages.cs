using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.Anthropic;

/// <summary>Anthropic's messages.</summary>
internal sealed class Messages : ITextProtocol
{
    /// <summary>The search of the web, which the provider runs.</summary>
    public const string Search = "web_search_20250305";

    private static readonly string[] Elsewhere = ["mcp_servers", "container", "context_management"];

    public WireProtocol Wire => WireProtocol.Messages;

    public TextAsk Read(ReadOnlySpan<byte> body) => Read(body, needsLimit: true);

    /// <param name="needsLimit">False for the counting of tokens, which takes the same request without its limit.</param>
    public static TextAsk Read(ReadOnlySpan<byte> body, bool needsLimit)
    {
        var ask = new TextAsk();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedRequestException.Invalid("The request must be a JSON object.");
        var hasMessages = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "model"u8))
                ask.Model =
                    reader.TokenType == JsonTokenType.String
                        ? reader.GetString()!
                        : throw Wrong("model: Input should be a valid string");
            else if (Is(ref reader, "messages"u8))
                hasMessages = Add(ref reader, ask.Prompt);
            else if (Is(ref reader, "system"u8))
                ask.Prompt.Add(ref reader);
            else if (Is(ref reader, "tools"u8))
                MessagesTools.Add(ref reader, ask);
            else if (Is(ref reader, "output_config"u8))
                ask.Prompt.AddRaw(ref reader);
            else if (Is(ref reader, "stream"u8))
                ask.Stream = reader.TokenType == JsonTokenType.True;
            else if (Is(ref reader, "max_tokens"u8))
                ask.OutputLimit = Limit(ref reader);
            else
                Check(ref reader);
        }
        while (reader.Read()) { }
        if (!hasMessages)
            throw Wrong("messages: Field required");
        if (needsLimit && ask.OutputLimit is null)
            throw Wrong("max_tokens: Field required");
        return ask;
    }

    public TranslatedAsk Translate(JsonElement body) => MessagesTranslation.Read(body);

    /// <summary>A date, or it is none of the provider's business.</summary>
    public string? Version(HttpRequest request) =>
        request.Headers[ApiProtocols.AnthropicVersion].ToString() is { Length: 10 } version
        && DateOnly.TryParseExact(
            version,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out _
        )
            ? version
            : null;

    public void WriteUsage(Utf8JsonWriter json, DirectEnd end) => MessagesWriting.Usage(json, end);

    public void WriteWhole(
        Utf8JsonWriter json,
        DirectRun run,
        ChatResponse answer,
        DirectEnd end
    ) => MessagesWriting.Whole(json, run, answer, end);

    public ITextStream Stream(DirectRun run, TextAsk ask, IBufferWriter<byte> output) =>
        new MessagesStream(run, ask.Prompt.Size.Tokens, output);

    public void WriteStreamError(IBufferWriter<byte> output, ApiError error, string requestId)
    {
        output.Write("event: error\ndata: "u8);
        output.Write(ApiErrors.Body(ApiProtocol.Anthropic, error, requestId).Span);
        output.Write("\n\n"u8);
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueTextEquals(name) && reader.Read();

    private static RefusedRequestException Wrong(string message) =>
        RefusedRequestException.Invalid(message);

    private static bool Add(ref Utf8JsonReader reader, PromptMeter prompt)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong("messages: Input should be a valid list");
        var look = reader;
        look.Read();
        prompt.Add(ref reader);
        return look.TokenType != JsonTokenType.EndArray;
    }

    // A limit of 0 only warms the provider's cache, which has no price of its own.
    private static int Limit(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var limit) && limit > 0
            ? limit
            : throw Wrong("max_tokens: Input should be a whole number of at least 1");

    private static void Check(ref Utf8JsonReader reader)
    {
        foreach (var name in Elsewhere)
            if (reader.ValueTextEquals(name))
                throw RefusedRequestException.Unsupported(name, "it runs at the provider.");
        var isSpeed = reader.ValueTextEquals("speed"u8);
        reader.Read();
        if (
            isSpeed
            && reader.TokenType == JsonTokenType.String
            && !reader.ValueTextEquals("standard"u8)
        )
            throw RefusedRequestException.Unsupported(
                "speed",
                "requests run at the ordinary price."
            );
        reader.Skip();
    }
}
