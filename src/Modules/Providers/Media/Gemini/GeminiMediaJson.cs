using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Gemini;

// generateContent, batchEmbedContents: camelCase. A null field is not written.
internal sealed record GeminiContentRequest(
    IReadOnlyList<GeminiContent> Contents,
    GeminiConfig GenerationConfig
);

internal sealed record GeminiContent(IReadOnlyList<GeminiPart> Parts, string? Role = null);

internal sealed record GeminiPart(string? Text = null, GeminiBlob? InlineData = null);

internal sealed record GeminiBlob(string MimeType, ReadOnlyMemory<byte> Data);

internal sealed record GeminiConfig(IReadOnlyList<string> ResponseModalities)
{
    public GeminiImageConfig? ImageConfig { get; init; }
    public GeminiSpeechConfig? SpeechConfig { get; init; }
    public long? Seed { get; init; }
}

internal sealed record GeminiImageConfig(string? AspectRatio, string? ImageSize);

internal sealed record GeminiSpeechConfig(GeminiVoiceConfig VoiceConfig, string? LanguageCode);

internal sealed record GeminiVoiceConfig(GeminiVoice PrebuiltVoiceConfig);

internal sealed record GeminiVoice(string VoiceName);

internal sealed record GeminiEmbedBatch(IReadOnlyList<GeminiEmbedRequest> Requests);

internal sealed record GeminiEmbedRequest(
    string Model,
    GeminiContent Content,
    string TaskType,
    int? OutputDimensionality
);

// Interactions: snake_case.
internal sealed record GeminiInteraction(
    string Model,
    IReadOnlyList<GeminiInput> Input,
    GeminiResponseFormat ResponseFormat,
    bool Background,
    bool Store
)
{
    public GeminiGenerationConfig? GenerationConfig { get; init; }
}

internal sealed record GeminiInput(string Type)
{
    public string? Text { get; init; }
    public ReadOnlyMemory<byte>? Data { get; init; }
    public string? MimeType { get; init; }
}

internal sealed record GeminiResponseFormat(
    string Type,
    string Resolution,
    string AspectRatio,
    string Duration,
    string Delivery
);

internal sealed record GeminiGenerationConfig(long? Seed, GeminiVideoConfig VideoConfig);

internal sealed record GeminiVideoConfig(string Task);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GeminiContentRequest))]
[JsonSerializable(typeof(GeminiEmbedBatch))]
internal sealed partial class GeminiMediaJson : JsonSerializerContext
{
    public static GeminiMediaJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GeminiInteraction))]
internal sealed partial class GeminiInteractionJson : JsonSerializerContext
{
    public static GeminiInteractionJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
