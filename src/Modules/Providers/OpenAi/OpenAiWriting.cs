using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>From messages and options to the request of a dialect.</summary>
internal static class OpenAiWriting
{
    public static byte[] Write(
        ModelInfo model,
        OpenAiDialect dialect,
        IEnumerable<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var effort = Efforts.Wanted(model, options);
        var deepThought = dialect.Effort == EffortStyle.Thinking && effort is not null;
        var request = new OpenAiRequest(
            model.WireName,
            [.. Messages(model, dialect, messages, options?.Instructions)]
        )
        {
            StreamOptions = dialect.StreamOptions
                ? new(IncludeUsage: true, dialect.Obfuscates ? false : null)
                : null,
            MaxTokens = dialect.CompletionTokens ? null : options?.MaxOutputTokens,
            MaxCompletionTokens = dialect.CompletionTokens ? options?.MaxOutputTokens : null,
            ReasoningEffort =
                dialect.Effort == EffortStyle.Object || (deepThought && effort == Efforts.None)
                    ? null
                    : effort,
            Reasoning =
                dialect.Effort == EffortStyle.Object && effort is not null ? new(effort) : null,
            Thinking = deepThought ? new(effort == Efforts.None ? "disabled" : "enabled") : null,
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            FrequencyPenalty = options?.FrequencyPenalty,
            PresencePenalty = options?.PresencePenalty,
            Seed = dialect.RandomSeed ? null : options?.Seed,
            RandomSeed = dialect.RandomSeed ? options?.Seed : null,
            Stop = options?.StopSequences is { Count: > 0 } stop ? stop : null,
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, OpenAiJson.Wire.OpenAiRequest);
    }

    private static IEnumerable<OpenAiMessage> Messages(
        ModelInfo model,
        OpenAiDialect dialect,
        IEnumerable<ChatMessage> messages,
        string? instructions
    )
    {
        var system = dialect.DeveloperRole && model.Reasons ? "developer" : "system";
        if (!string.IsNullOrEmpty(instructions))
            yield return new(system, new(instructions, null));
        foreach (var message in messages)
        {
            var role = message.Role == ChatRole.System ? system : message.Role.Value;
            if (Content(message) is { } content)
                yield return new(role, content);
        }
    }

    // Reasoning of earlier turns is not sent back: providers refuse it or count it as input.
    private static OpenAiContent? Content(ChatMessage message)
    {
        var parts = message.Contents.Select(Part).OfType<OpenAiPart>().ToList();
        if (parts.Count == 0)
            return null;
        return parts.TrueForAll(part => part.Text is not null)
            ? new(string.Concat(parts.Select(part => part.Text)), null)
            : new(null, parts);
    }

    private static OpenAiPart? Part(AIContent content) =>
        content switch
        {
            TextContent { Text: { Length: > 0 } text } => new("text") { Text = text },
            DataContent data when data.HasTopLevelMediaType("image") => new("image_url")
            {
                ImageUrl = new(data.Uri),
            },
            DataContent data => new("file") { File = new(data.Name ?? "file", data.Uri) },
            UriContent link when link.HasTopLevelMediaType("image") => new("image_url")
            {
                ImageUrl = new(link.Uri.AbsoluteUri),
            },
            _ => null,
        };
}
