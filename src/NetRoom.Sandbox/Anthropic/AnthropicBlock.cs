using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>
/// One piece of a prompt in cache order: tools, then system, then messages. The identity is what the cache compares,
/// the block without its cache mark; the life is how long a prefix that ends here is kept, null without a mark.
/// </summary>
internal sealed record AnthropicBlock(string Identity, string Text, int Tokens, TimeSpan? CacheLife)
{
    public static readonly TimeSpan ShortLife = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongLife = TimeSpan.FromHours(1);

    /// <summary>The kind of a part that is not text, such as <c>image</c>.</summary>
    public string? Attachment { get; init; }

    /// <summary>What a tool gave, when the block is a tool's result.</summary>
    public string? Result { get; init; }

    public static AnthropicBlock OfText(Role role, string text) =>
        new(role + ":" + text, text, Tokenizer.Count(text), null);

    public static AnthropicBlock OfTool(JsonElement tool) =>
        new("tool:" + Unmarked(tool), "", Tokenizer.Count(tool.GetRawText()), LifeOf(tool));

    public static AnthropicBlock Of(Role role, JsonElement block)
    {
        var type = block.Text("type") ?? "?";
        var words = type switch
        {
            "text" => block.Text("text"),
            "thinking" => block.Text("thinking"),
            "tool_result" => Flat(block),
            "tool_use" => block.TryGetProperty("input", out var input) ? input.GetRawText() : "",
            "document" => TextDocument(block),
            _ => null,
        };
        var spoken = type is "text" or "document" ? words ?? "" : "";
        var identity = $"{role}:{Unmarked(block)}";
        return words is null
            ? new AnthropicBlock(identity, "", Tokenizer.AttachmentTokens, LifeOf(block))
            {
                Attachment = Seen(block) ?? type,
            }
            : new AnthropicBlock(identity, spoken, Tokenizer.Count(words), LifeOf(block))
            {
                Result = type == "tool_result" ? words : null,
            };
    }

    public static TimeSpan? LifeOf(JsonElement marked) =>
        marked.TryGetProperty("cache_control", out var mark)
        && mark.ValueKind is JsonValueKind.Object
            ? mark.Text("ttl") == "1h"
                ? LongLife
                : ShortLife
            : null;

    /// <summary>What is in a picture or document; null if nothing can be made out.</summary>
    public static string? Seen(JsonElement block)
    {
        if (!block.TryGetProperty("source", out var source))
        {
            return null;
        }
        return source.Text("type") switch
        {
            "base64" => Answers.Attachment.Describe(
                source.Text("media_type") ?? "?",
                source.Text("data") ?? "?"
            ),
            "url" => "a linked file",
            "file" => source.Text("file_id"),
            _ => null,
        };
    }

    private static string Unmarked(JsonElement block)
    {
        var identity = new StringBuilder();
        foreach (
            var property in block
                .EnumerateObject()
                .Where(property => !property.NameEquals("cache_control"))
        )
        {
            identity
                .Append(property.Name)
                .Append('=')
                .Append(property.Value.GetRawText())
                .Append(';');
        }
        return identity.ToString();
    }

    private static string? TextDocument(JsonElement block) =>
        block.TryGetProperty("source", out var source) && source.Text("type") == "text"
            ? source.Text("data")
            : null;

    private static string Flat(JsonElement result) =>
        !result.TryGetProperty("content", out var content) ? ""
        : content.ValueKind is JsonValueKind.String ? content.GetString() ?? ""
        : content.ValueKind is JsonValueKind.Array
            ? string.Join("\n", content.EnumerateArray().Select(part => part.Text("text") ?? ""))
        : "";
}

internal static class JsonElementText
{
    /// <summary>The string under a name, or null when there is none or it is not a string.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
