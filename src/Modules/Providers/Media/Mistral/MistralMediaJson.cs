using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Mistral;

internal sealed record MistralEmbeddingRequest(string Model, IReadOnlyList<string> Input)
{
    public int? OutputDimension { get; init; }
    public string? OutputDtype { get; init; }
}

internal sealed record MistralSpeechRequest(string Model, string Input, string VoiceId)
{
    public string? ResponseFormat { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MistralEmbeddingRequest))]
[JsonSerializable(typeof(MistralSpeechRequest))]
internal sealed partial class MistralMediaJson : JsonSerializerContext
{
    public static MistralMediaJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
