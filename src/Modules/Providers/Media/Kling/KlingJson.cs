using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Kling;

/// <summary>Pictures are bare base64, the duration is a string.</summary>
internal sealed record KlingRequest(
    string ModelName,
    string Prompt,
    string Mode,
    string Duration,
    string AspectRatio
)
{
    public string? NegativePrompt { get; init; }
    public ReadOnlyMemory<byte>? Image { get; init; }
    public ReadOnlyMemory<byte>? ImageTail { get; init; }
}

internal sealed record KlingHeader(string Alg, string Typ);

internal sealed record KlingClaims(string Iss, long Exp, long Nbf);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(KlingRequest))]
[JsonSerializable(typeof(KlingHeader))]
[JsonSerializable(typeof(KlingClaims))]
internal sealed partial class KlingJson : JsonSerializerContext
{
    public static KlingJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
