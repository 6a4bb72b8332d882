using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Bfl;

/// <summary>The body of POST /v1/{model}. Pictures go in as input_image, input_image_2 and so on.</summary>
internal sealed record BflRequest(string Prompt)
{
    public int? Width { get; init; }
    public int? Height { get; init; }
    public long? Seed { get; init; }
    public string? OutputFormat { get; init; }
    public ReadOnlyMemory<byte>? Image { get; init; }
    public ReadOnlyMemory<byte>? Mask { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Inputs { get; set; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BflRequest))]
[JsonSerializable(typeof(string))]
internal sealed partial class BflJson : JsonSerializerContext
{
    public static BflJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
