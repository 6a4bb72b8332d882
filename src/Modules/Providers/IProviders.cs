using Microsoft.Extensions.AI;
using NetRoom.Catalog;

namespace NetRoom.Providers;

/// <summary>The way out to the providers. Only Generation may call it.</summary>
public interface IProviders
{
    /// <summary>True if the provider has what it needs (a key, or a local server that answers).</summary>
    bool IsAvailable(string providerId);

    /// <summary>
    /// A client for the model. Its stream gives <see cref="TextContent"/>, <see cref="TextReasoningContent"/>, and
    /// <see cref="UsageContent"/> (last wins); it throws <see cref="ProviderException"/> and nothing else but cancellation.
    /// </summary>
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
}
