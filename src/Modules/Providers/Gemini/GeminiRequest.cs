using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Gemini;

// The request of generateContent; a null field is not written.
internal sealed record GeminiRequest(IReadOnlyList<GeminiContent> Contents)
{
    public GeminiContent? SystemInstruction { get; init; }
    public IReadOnlyList<GeminiTool>? Tools { get; init; }
    public GeminiToolConfig? ToolConfig { get; init; }
    public GeminiConfig? GenerationConfig { get; init; }
}

internal sealed record GeminiContent(string? Role, List<GeminiPart> Parts);

internal sealed record GeminiPart
{
    public string? Text { get; init; }
    public GeminiBlob? InlineData { get; init; }
    public GeminiFile? FileData { get; init; }
    public GeminiCall? FunctionCall { get; init; }
    public GeminiResult? FunctionResponse { get; init; }
    public string? ThoughtSignature { get; init; }
}

internal sealed record GeminiBlob(string MimeType, string Data);

internal sealed record GeminiFile(string MimeType, string FileUri);

internal sealed record GeminiCall(string? Id, string Name, JsonElement Args);

internal sealed record GeminiResult(string? Id, string Name, JsonElement Response);

internal sealed record GeminiTool
{
    public GeminiSearch? GoogleSearch { get; init; }
    public IReadOnlyList<GeminiFunction>? FunctionDeclarations { get; init; }
}

internal sealed record GeminiSearch;

internal sealed record GeminiFunction(
    string Name,
    string? Description,
    JsonElement ParametersJsonSchema
);

internal sealed record GeminiToolConfig(GeminiCalling FunctionCallingConfig);

internal sealed record GeminiCalling(string Mode, IReadOnlyList<string>? AllowedFunctionNames);

internal sealed record GeminiConfig
{
    public int? MaxOutputTokens { get; init; }
    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public int? TopK { get; init; }
    public float? PresencePenalty { get; init; }
    public float? FrequencyPenalty { get; init; }
    public long? Seed { get; init; }
    public IList<string>? StopSequences { get; init; }
    public string? ResponseMimeType { get; init; }
    public JsonElement? ResponseJsonSchema { get; init; }
    public GeminiThinking? ThinkingConfig { get; init; }
}

internal sealed record GeminiThinking
{
    public bool? IncludeThoughts { get; init; }
    public string? ThinkingLevel { get; init; }
    public int? ThinkingBudget { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GeminiRequest))]
internal sealed partial class GeminiJson : JsonSerializerContext
{
    /// <summary>Russian text goes out as it is, not as six bytes of escape for each letter.</summary>
    public static GeminiJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
