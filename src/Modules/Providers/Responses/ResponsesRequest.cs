using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Responses;

// The request of POST /responses; a null field is not written.
internal sealed record ResponsesRequest(string Model, IReadOnlyList<JsonNode> Input)
{
    public string? Instructions { get; init; }
    public bool Stream { get; init; } = true;
    public bool Store { get; init; }
    public ResponsesStreamOptions StreamOptions { get; init; } = new(IncludeObfuscation: false);
    public int? MaxOutputTokens { get; init; }
    public ResponsesReasoning? Reasoning { get; init; }
    public IReadOnlyList<string>? Include { get; init; }
    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public ResponsesText? Text { get; init; }
    public IReadOnlyList<ResponsesTool>? Tools { get; init; }
    public JsonNode? ToolChoice { get; init; }
    public bool? ParallelToolCalls { get; init; }
    public int? MaxToolCalls { get; init; }
}

internal sealed record ResponsesStreamOptions(bool IncludeObfuscation);

internal sealed record ResponsesReasoning(string? Effort, string? Summary);

internal sealed record ResponsesText(ResponsesFormat Format);

internal sealed record ResponsesFormat(string Type)
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public JsonElement? Schema { get; init; }
    public bool? Strict { get; init; }
}

internal sealed record ResponsesTool(string Type)
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public JsonElement? Parameters { get; init; }
    public bool? Strict { get; init; }
}

// The items of the input are of many kinds, one of which is sent back as it came.
internal sealed record ResponsesMessage(string Role, IReadOnlyList<ResponsesPart> Content);

internal sealed record ResponsesPart(string Type)
{
    public string? Text { get; init; }
    public string? ImageUrl { get; init; }
    public string? Filename { get; init; }
    public string? FileData { get; init; }
    public string? FileUrl { get; init; }
    public ResponsesSound? InputAudio { get; init; }
}

internal sealed record ResponsesSound(string Data, string Format);

internal sealed record ResponsesCall(string Type, string CallId, string Name, string Arguments);

internal sealed record ResponsesResult(string Type, string CallId, JsonNode Output);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ResponsesRequest))]
[JsonSerializable(typeof(ResponsesMessage))]
[JsonSerializable(typeof(ResponsesCall))]
[JsonSerializable(typeof(ResponsesResult))]
[JsonSerializable(typeof(IReadOnlyList<ResponsesPart>))]
internal sealed partial class ResponsesJson : JsonSerializerContext
{
    /// <summary>Russian text goes out as it is, not as six bytes of escape for each letter.</summary>
    public static ResponsesJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
