using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.OpenAi;

// Requests in JSON; a null field is not written.
internal sealed record OpenAiImageRequest(string Model, string Prompt, int N)
{
    public string? Size { get; init; }
    public string? Quality { get; init; }
    public string? OutputFormat { get; init; }
    public int? OutputCompression { get; init; }
    public string? Background { get; init; }
    public string? Moderation { get; init; }
    public bool? Stream { get; init; }
    public int? PartialImages { get; init; }
}

internal sealed record OpenAiSpeechRequest(string Model, string Input, string Voice)
{
    public string? Instructions { get; init; }
    public string? ResponseFormat { get; init; }
    public double? Speed { get; init; }
    public string? StreamFormat { get; init; }
}

internal sealed record OpenAiEmbeddingRequest(string Model, IReadOnlyList<string> Input)
{
    public int? Dimensions { get; init; }
    public string? EncodingFormat { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OpenAiImageRequest))]
[JsonSerializable(typeof(OpenAiSpeechRequest))]
[JsonSerializable(typeof(OpenAiEmbeddingRequest))]
internal sealed partial class OpenAiMediaJson : JsonSerializerContext
{
    public static OpenAiMediaJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
