using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>From messages and options to the request of a dialect.</summary>
internal static class OpenAiWriting
{
    public static byte[] Write(
        string provider,
        ModelInfo model,
        OpenAiDialect dialect,
        IEnumerable<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var effort = Efforts.Wanted(model, options);
        var deepThought = dialect.Effort == EffortStyle.Thinking && effort is not null;
        var tools = new OpenAiTools(provider, dialect, options);
        var system = dialect.DeveloperRole && model.Reasons ? "developer" : "system";
        var sampling = dialect.FixedSampling && model.Reasons ? null : options;
        var request = new OpenAiRequest(
            model.WireName,
            [.. new OpenAiMessages(provider, dialect, system).Write(messages, tools.Instructions)]
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
            Temperature = sampling?.Temperature,
            TopP = sampling?.TopP,
            FrequencyPenalty = sampling?.FrequencyPenalty,
            PresencePenalty = sampling?.PresencePenalty,
            Seed = dialect.RandomSeed ? null : options?.Seed,
            RandomSeed = dialect.RandomSeed ? options?.Seed : null,
            Stop = options?.StopSequences is { Count: > 0 } stop ? stop : null,
            Tools = tools.Functions,
            ToolChoice = tools.Choice,
            ParallelToolCalls = tools.Functions is null ? null : options?.AllowMultipleToolCalls,
            ResponseFormat = tools.Format,
            WebSearchOptions =
                tools.Searches && dialect.Search == SearchStyle.Options ? new() : null,
            Plugins = tools.Searches && dialect.Search == SearchStyle.Plugin ? [new("web")] : null,
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, OpenAiJson.Wire.OpenAiRequest);
    }
}
