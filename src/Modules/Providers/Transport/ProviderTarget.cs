using NetRoom.Providers.Settings;

namespace NetRoom.Providers.Transport;

/// <summary>Where a provider is and how it wants to be spoken to.</summary>
/// <param name="BaseUrl">Without a slash at the end.</param>
internal sealed record ProviderTarget(
    string ProviderId,
    string Protocol,
    string BaseUrl,
    string? Key,
    ProviderOptions Options,
    TimeSpan IdleTimeout,
    TimeSpan TotalTimeout,
    int MaxEventBytes
)
{
    /// <summary>All that may be used; empty where none is needed.</summary>
    public IReadOnlyList<string> Keys { get; init; } = Key is null ? [] : [Key];

    /// <summary>A server of the operator's own, which stands in our network.</summary>
    public bool IsLocal { get; init; }

    /// <summary>A rate limit without a wait is a spent budget there (Anthropic), not a busy moment.</summary>
    public bool NeedsHint { get; init; }

    /// <summary>The adapter's dialect goes by this name.</summary>
    public string Dialect => Options.Dialect ?? ProviderId;
}
