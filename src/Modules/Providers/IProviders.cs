using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Media;

namespace NetRoom.Providers;

/// <summary>The way out to the providers. Only Generation may call it.</summary>
public interface IProviders
{
    /// <summary>True if one of the model's routes has what it needs (a key, or a local server that answers).</summary>
    bool IsAvailable(ModelInfo model);

    /// <summary>Images, speech, transcription, embeddings, video.</summary>
    IMediaClients Media { get; }

    /// <summary>Names of the models that the local Ollama has, as it spells them; empty while none answers.</summary>
    IReadOnlyList<string> OllamaModels { get; }

    /// <summary>
    /// A client for the model. Its stream gives <see cref="TextContent"/>, <see cref="TextReasoningContent"/>, and
    /// <see cref="UsageContent"/> (last wins); it throws <see cref="ProviderException"/> and nothing else but cancellation.
    /// </summary>
    /// <remarks>
    /// A <see cref="FunctionCallContent"/> comes once it is whole; its RawRepresentation is the arguments as the model wrote
    /// them. Citations are annotations of a content without text. Reasoning with ProtectedData must go back as it came.
    /// An update with <see cref="StreamMarks.Restart"/> says that the message begins anew: forget what came before it.
    /// Before its first content an answer may come by another key or another route of the model. Throws
    /// <see cref="ProviderException"/> at once when no route is set up.
    /// </remarks>
    IChatClient ChatClient(ModelInfo model);
}

public enum ProviderErrorKind
{
    BadRequest,

    /// <summary>The key is wrong or lacks rights.</summary>
    Key,

    /// <summary>The provider's account has no money left.</summary>
    Quota,
    RateLimited,
    Overloaded,
    Refused,
    TooLong,
    NotFound,

    /// <summary>The connection ended before the answer did.</summary>
    Cut,
    Timeout,
    Unreachable,
}

/// <summary>Keys of AdditionalProperties in what <see cref="IProviders.ChatClient"/> streams.</summary>
public static class StreamMarks
{
    /// <summary>On an update, true: the provider restarted the message.</summary>
    public const string Restart = "restart";

    /// <summary>On a <see cref="UsageContent"/>: the provider's usage object as JSON text.</summary>
    public const string RawUsage = "raw";

    /// <summary>On an update: a citation as the provider's JSON text.</summary>
    public const string Citation = "citation";

    /// <summary>On an update: why the provider stopped, as its JSON text.</summary>
    public const string StopDetails = "stop_details";

    /// <summary>In ChatOptions: the effort by the provider's own word; wins over ChatOptions.Reasoning.</summary>
    public const string ReasoningEffort = "reasoning_effort";

    /// <summary>In ChatOptions, a string: calls that have it in common go to the same provider and key, where a prompt may be cached.</summary>
    public const string Sticky = "sticky";

    /// <summary>
    /// In ChatOptions (for ResponseFormat) and on a tool, a bool: the provider holds its model to the schema.
    /// </summary>
    public const string Strict = "strict";

    /// <summary>
    /// "5m" or "1h". On a content or a tool: the prompt up to here is worth caching for so long; then nothing is marked
    /// automatically. In ChatOptions: the lifetime of the automatic mark. Anthropic only.
    /// </summary>
    public const string CacheLifetime = "cache_lifetime";

    /// <summary>In ChatOptions, an int: the most searches that a <see cref="HostedWebSearchTool"/> may make, where a protocol can say so.</summary>
    public const string MostSearches = "most_searches";

    /// <summary>On a <see cref="TextReasoningContent"/>, true: the provider shows none of this thinking (Anthropic's redacted_thinking).</summary>
    public const string Redacted = "redacted";

    /// <summary>In ChatOptions, true or false: the model writes its reasoning into the text between think tags.</summary>
    public const string ThinkTags = "think_tags";
}

/// <summary>A provider failed in a way we sorted. The message is for operators and holds no content.</summary>
public sealed class ProviderException(
    ProviderErrorKind kind,
    string message,
    Exception? inner = null
) : Exception(message, inner)
{
    public ProviderErrorKind Kind { get; } = kind;

    /// <summary>How long the provider asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public int? HttpStatus { get; init; }

    /// <summary>What the provider said, at most 2 KB, without our key and without the prompt; null if it said nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>The provider's own word on trying again (x-should-retry); null if it gave none.</summary>
    internal bool? ShouldRetry { get; init; }

    /// <summary>Nothing of the request has reached the provider: there was no connection, or none was tried.</summary>
    internal bool IsUnsent { get; init; }
}
