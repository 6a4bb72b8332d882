using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.OpenAi;

// The request of POST /chat/completions; a null field is not written.
internal sealed record OpenAiRequest(string Model, IReadOnlyList<OpenAiMessage> Messages)
{
    public bool Stream { get; init; } = true;
    public OpenAiStreamOptions? StreamOptions { get; init; }
    public int? MaxTokens { get; init; }
    public int? MaxCompletionTokens { get; init; }
    public string? ReasoningEffort { get; init; }
    public OpenAiEffort? Reasoning { get; init; }
    public OpenAiThinking? Thinking { get; init; }
    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public float? FrequencyPenalty { get; init; }
    public float? PresencePenalty { get; init; }
    public long? Seed { get; init; }
    public long? RandomSeed { get; init; }
    public IList<string>? Stop { get; init; }
    public IReadOnlyList<OpenAiTool>? Tools { get; init; }
    public JsonNode? ToolChoice { get; init; }
    public bool? ParallelToolCalls { get; init; }
    public OpenAiFormat? ResponseFormat { get; init; }
    public OpenAiSearch? WebSearchOptions { get; init; }
    public IReadOnlyList<OpenAiPlugin>? Plugins { get; init; }
}

internal sealed record OpenAiStreamOptions(bool IncludeUsage, bool? IncludeObfuscation);

internal sealed record OpenAiEffort(string Effort);

internal sealed record OpenAiThinking(string Type);

internal sealed record OpenAiSearch;

internal sealed record OpenAiPlugin(string Id);

internal sealed record OpenAiTool(string Type, OpenAiFunction Function);

internal sealed record OpenAiFunction(string Name)
{
    public string? Description { get; init; }
    public JsonElement? Parameters { get; init; }
    public bool? Strict { get; init; }
    public string? Arguments { get; init; }
}

internal sealed record OpenAiFormat(string Type)
{
    public OpenAiSchema? JsonSchema { get; init; }
}

internal sealed record OpenAiSchema(
    string Name,
    string? Description,
    JsonElement Schema,
    bool? Strict
);

internal sealed record OpenAiMessage(string Role, OpenAiContent? Content)
{
    public IReadOnlyList<OpenAiCall>? ToolCalls { get; init; }
    public string? ToolCallId { get; init; }
    public string? ReasoningContent { get; init; }
    public JsonElement? ReasoningDetails { get; init; }
}

internal sealed record OpenAiCall(string Id, string Type, OpenAiFunction Function);

/// <summary>Text alone goes out as a plain string: some local servers know nothing else.</summary>
[JsonConverter(typeof(OpenAiContentConverter))]
internal sealed record OpenAiContent(string? Text, IReadOnlyList<OpenAiPart>? Parts);

internal sealed record OpenAiPart(string Type)
{
    public string? Text { get; init; }
    public OpenAiImageUrl? ImageUrl { get; init; }
    public OpenAiFile? File { get; init; }
    public JsonNode? InputAudio { get; init; }
    public string? DocumentUrl { get; init; }
    public string? DocumentName { get; init; }
}

internal sealed record OpenAiImageUrl(string Url);

internal sealed record OpenAiFile(string Filename, string FileData);

internal sealed class OpenAiContentConverter : JsonConverter<OpenAiContent>
{
    public override OpenAiContent Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => throw new NotSupportedException();

    public override void Write(
        Utf8JsonWriter writer,
        OpenAiContent value,
        JsonSerializerOptions options
    )
    {
        if (value.Parts is { } parts)
            JsonSerializer.Serialize(writer, parts, OpenAiJson.Wire.IReadOnlyListOpenAiPart);
        else
            writer.WriteStringValue(value.Text);
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OpenAiRequest))]
[JsonSerializable(typeof(IReadOnlyList<OpenAiPart>))]
internal sealed partial class OpenAiJson : JsonSerializerContext
{
    /// <summary>Russian text goes out as it is, not as six bytes of escape for each letter.</summary>
    public static OpenAiJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
