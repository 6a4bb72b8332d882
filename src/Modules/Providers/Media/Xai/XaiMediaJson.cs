using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.Xai;

internal sealed record XaiImageRequest(string Model, string Prompt, int N)
{
    public string ResponseFormat { get; init; } = "b64_json";
    public IReadOnlyList<XaiInput>? Images { get; init; }
}

internal sealed record XaiInput(string Url)
{
    public string? Type { get; init; }
}

internal sealed record XaiVideoRequest(string Model, string Prompt, int Duration, string Resolution)
{
    public XaiInput? Image { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(XaiImageRequest))]
[JsonSerializable(typeof(XaiVideoRequest))]
internal sealed partial class XaiMediaJson : JsonSerializerContext
{
    public static XaiMediaJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
