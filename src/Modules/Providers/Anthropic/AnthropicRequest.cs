using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Anthropic;

// The request of POST /v1/messages; a null field is not written.
internal sealed record AnthropicRequest(
    string Model,
    int MaxTokens,
    IReadOnlyList<AnthropicMessage> Messages
)
{
    public bool Stream { get; init; } = true;
    public IReadOnlyList<AnthropicBlock>? System { get; init; }
    public AnthropicCacheControl? CacheControl { get; init; }
    public AnthropicThinking? Thinking { get; init; }
    public AnthropicOutputConfig? OutputConfig { get; init; }
    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public int? TopK { get; init; }
    public IList<string>? StopSequences { get; init; }
    public IReadOnlyList<AnthropicTool>? Tools { get; init; }
    public AnthropicToolChoice? ToolChoice { get; init; }
}

internal sealed record AnthropicCacheControl(string Type, string? Ttl = null);

internal sealed record AnthropicThinking(string Type, string? Display);

internal sealed record AnthropicOutputConfig(string? Effort, AnthropicFormat? Format);

internal sealed record AnthropicFormat(string Type, JsonElement Schema);

internal sealed record AnthropicTool(string Name)
{
    public string? Type { get; init; }
    public int? MaxUses { get; init; }
    public string? Description { get; init; }
    public JsonElement? InputSchema { get; init; }
    public bool? Strict { get; init; }
    public AnthropicCacheControl? CacheControl { get; init; }
}

internal sealed record AnthropicToolChoice(string Type, string? Name, bool? DisableParallelToolUse);

internal sealed record AnthropicMessage(string Role, List<AnthropicBlock> Content);

internal sealed record AnthropicBlock(string Type)
{
    public string? Text { get; init; }
    public AnthropicSource? Source { get; init; }
    public string? Title { get; init; }
    public string? Thinking { get; init; }
    public string? Signature { get; init; }
    public string? Data { get; init; }
    public string? Id { get; init; }
    public string? Name { get; init; }
    public JsonElement? Input { get; init; }
    public string? ToolUseId { get; init; }
    public IReadOnlyList<AnthropicBlock>? Content { get; init; }
    public bool? IsError { get; init; }
    public AnthropicCacheControl? CacheControl { get; init; }
}

internal sealed record AnthropicSource(string Type)
{
    public string? MediaType { get; init; }
    public string? Data { get; init; }
    public string? Url { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AnthropicRequest))]
internal sealed partial class AnthropicJson : JsonSerializerContext
{
    /// <summary>Russian text goes out as it is, not as six bytes of escape for each letter.</summary>
    public static AnthropicJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
