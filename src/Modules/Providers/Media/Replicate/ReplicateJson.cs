using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Replicate;

internal sealed record ReplicateRequest(ReplicateInput Input)
{
    public string? Version { get; init; }
}

/// <summary>The names that most picture models share; each model has more of its own.</summary>
internal sealed record ReplicateInput(string Prompt)
{
    public string? AspectRatio { get; init; }
    public string? OutputFormat { get; init; }
    public string? NegativePrompt { get; init; }
    public long? Seed { get; init; }
    public int? NumOutputs { get; init; }
    public string? Image { get; init; }
    public string? Mask { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ReplicateRequest))]
internal sealed partial class ReplicateJson : JsonSerializerContext
{
    public static ReplicateJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
