namespace NetRoom.Providers.Settings;

/// <summary>The section "Providers". Each other child section is one provider by its id.</summary>
internal sealed class ProvidersOptions
{
    public const string Section = "Providers";

    /// <summary>The longest silence between two bytes; comments count as bytes.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first retry.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Attempts in half a minute from which on a provider's circuit may open.</summary>
    public int CircuitMinimum { get; set; } = 8;

    /// <summary>The wait before a job is asked about for the first time; grows to eight times that.</summary>
    public TimeSpan PollDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Hosts, divided by commas, that results may be fetched from although their addresses are private: a store of one's own.
    /// </summary>
    public string TrustedHosts { get; set; } = "";

    public string[] TrustedHostNames =>
        TrustedHosts.Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );

    /// <summary>The cap on one event and on a whole answer.</summary>
    public int MaxEventBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>By provider id, case-insensitive.</summary>
    public Dictionary<string, ProviderOptions> ById { get; } =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>From Sandbox:BaseUrl.</summary>
    public string? SandboxBaseUrl { get; set; }
}

/// <summary>One provider: "Providers:{Id}".</summary>
internal sealed class ProviderOptions
{
    public string? ApiKey { get; set; }

    /// <summary>More keys of the same provider: a key that is limited or refused rests while the others work.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Keys { get; internal set; } = [];

    /// <summary>Wins over the catalogue's.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>The provider whose habits this one has ("openai", "vllm"); its own id by default.</summary>
    public string? Dialect { get; set; }

    /// <summary>False for a server that asks for no key.</summary>
    public bool? NeedsKey { get; set; }

    /// <summary>Its models write their reasoning between think tags.</summary>
    public bool ThinkTags { get; set; }

    /// <summary>The value of anthropic-version.</summary>
    public string ApiVersion { get; set; } = "2026-10-21";

    /// <summary>
    /// Names, divided by commas, that a caller's anthropic-beta may have; others are dropped. By default those that change neither what
    /// Anthropic bills nor what it keeps.
    /// </summary>
    public string Betas { get; set; } =
        "interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14";

    /// <summary>What of a caller's wishes is allowed; null when nothing is.</summary>
    public string? AllowedBetas(string? asked)
    {
        if (string.IsNullOrEmpty(asked))
            return null;
        var allowed = Names(asked).Intersect(Names(Betas), StringComparer.Ordinal).ToArray();
        return allowed.Length == 0 ? null : string.Join(',', allowed);

        static string[] Names(string list) =>
            list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Lets Anthropic cache the prompt.</summary>
    public bool PromptCache { get; set; } = true;

    /// <summary>An answer whose caller has hung up is read to its end and charged whole; by default it is cut off and estimated.</summary>
    public bool Drain { get; set; }

    /// <summary>How long Anthropic keeps what it caches: "5m", or "1h" at a higher price.</summary>
    public string CacheLifetime { get; set; } = "5m";

    public TimeSpan? IdleTimeout { get; set; }

    public TimeSpan? TotalTimeout { get; set; }
}
