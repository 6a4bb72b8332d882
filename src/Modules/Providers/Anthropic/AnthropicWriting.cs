using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>From messages and options to the request of the Messages API.</summary>
internal static class AnthropicWriting
{
    // From this version on a request with any sampling parameter fails.
    private const string NoSampling = "2026-10-21";
    private const string Search = "web_search_20250305";

    public static byte[] Write(
        ModelInfo model,
        ProviderTarget target,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var settings = target.Options;
        var system = System(messages, options).ToList();
        var effort = Efforts.Wanted(model, options);
        var thinks = effort is not null and not Efforts.None;
        // Thinking goes with the model's own sampling only.
        var maySample = !thinks && string.CompareOrdinal(settings.ApiVersion, NoSampling) < 0;
        var tools = Tools(target.ProviderId, options);
        var turns = AnthropicTurns.Of(messages);
        var marked =
            AnthropicTurns.AnyMark(turns, tools)
            || system.Exists(block => block.CacheControl is not null);
        var format = Format(options);
        var request = new AnthropicRequest(
            model.WireName,
            options?.MaxOutputTokens ?? model.MaxOutputTokens,
            turns
        )
        {
            System = system.Count > 0 ? system : null,
            CacheControl =
                settings.PromptCache && !marked
                    ? Mark(options?.AdditionalProperties) ?? Mark(settings.CacheLifetime)
                    : null,
            Thinking = effort is null
                ? null
                : new(thinks ? "adaptive" : "disabled", thinks ? Display(options) : null),
            OutputConfig =
                thinks || format is not null ? new(thinks ? effort : null, format) : null,
            Temperature = maySample ? options?.Temperature : null,
            TopP = maySample ? options?.TopP : null,
            TopK = maySample ? options?.TopK : null,
            StopSequences = options?.StopSequences is { Count: > 0 } stop ? stop : null,
            Tools = tools,
            ToolChoice = tools is null ? null : Choice(options!),
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, AnthropicJson.Wire.AnthropicRequest);
    }

    /// <summary>The mark that the caller put on something; null if there is none.</summary>
    public static AnthropicCacheControl? Mark(IReadOnlyDictionary<string, object?>? properties) =>
        properties?.GetValueOrDefault(StreamMarks.CacheLifetime) is string lifetime
            ? Mark(lifetime)
            : null;

    // Five minutes are what a mark means by itself.
    private static AnthropicCacheControl Mark(string lifetime) =>
        new("ephemeral", lifetime == "1h" ? "1h" : null);

    private static string Display(ChatOptions? options) =>
        options?.Reasoning?.Output == ReasoningOutput.None ? "omitted" : "summarized";

    private static IEnumerable<AnthropicBlock> System(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options
    )
    {
        if (!string.IsNullOrWhiteSpace(options?.Instructions))
            yield return new("text") { Text = options.Instructions };
        foreach (var message in messages.Where(message => message.Role == ChatRole.System))
        {
            foreach (var text in message.Contents.OfType<TextContent>())
            {
                if (!string.IsNullOrWhiteSpace(text.Text))
                    yield return new("text")
                    {
                        Text = text.Text,
                        CacheControl = Mark(text.AdditionalProperties),
                    };
            }
        }
        // There is no mode for JSON without a schema.
        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: null })
            yield return new("text") { Text = "Answer with one JSON object and nothing else." };
    }

    private static AnthropicFormat? Format(ChatOptions? options) =>
        options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema }
            ? new("json_schema", schema)
            : null;

    private static List<AnthropicTool>? Tools(string provider, ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools)
            return null;
        return
        [
            .. tools.Select(tool =>
                tool switch
                {
                    AIFunctionDeclaration function => new AnthropicTool(function.Name)
                    {
                        Description = function.Description is { Length: > 0 } words ? words : null,
                        InputSchema = function.JsonSchema,
                        Strict = ToolTalk.IsStrict(function.AdditionalProperties),
                        CacheControl = Mark(function.AdditionalProperties),
                    },
                    HostedWebSearchTool => new AnthropicTool("web_search")
                    {
                        Type = Search,
                        MaxUses = ToolTalk.MostSearches(options),
                    },
                    _ => throw ToolTalk.Unsupported(provider, $"the tool {tool.Name}"),
                }
            ),
        ];
    }

    private static AnthropicToolChoice? Choice(ChatOptions options)
    {
        var alone = options.AllowMultipleToolCalls == false ? true : (bool?)null;
        return options.ToolMode switch
        {
            NoneChatToolMode => new("none", null, null),
            RequiredChatToolMode { RequiredFunctionName: { } name } => new("tool", name, alone),
            RequiredChatToolMode => new("any", null, alone),
            AutoChatToolMode => new("auto", null, alone),
            _ => alone is null ? null : new("auto", null, alone),
        };
    }
}
