using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Runway;

internal sealed record RunwayRequest(string Model, string PromptText, string Ratio, int Duration)
{
    public long? Seed { get; init; }
    public IReadOnlyList<RunwayFrame>? PromptImage { get; init; }
}

/// <param name="Position">"first" or "last".</param>
internal sealed record RunwayFrame(string Uri, string Position);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RunwayRequest))]
internal sealed partial class RunwayJson : JsonSerializerContext
{
    public static RunwayJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
