namespace NetRoom.Catalog;

public enum ModelGroup
{
    Text,
    Image,
    Video,
    Audio,
    Embeddings,

    /// <summary>Reads documents: priced by page, chosen by files and never in a chat.</summary>
    Documents,
}

public enum ModelStatus
{
    Active,
    Degraded,
    Retiring,
    Gone,
}

/// <summary>A provider as the catalogue knows it. <paramref name="Protocol"/> picks the adapter ("openai", "openai-responses", "anthropic", "gemini").</summary>
public sealed record ProviderInfo(
    string Id,
    string Name,
    string Protocol,
    string BaseUrl,
    bool IsSandbox
);

/// <summary>A model that people can choose.</summary>
/// <param name="Id">Ours, stable, used in URLs ("claude-sonnet-5-5").</param>
/// <param name="WireName">The provider's own name for it.</param>
/// <param name="ContextTokens">Prompt and answer together.</param>
/// <param name="MaxOutputTokens">The most that one answer may have, reasoning included.</param>
/// <param name="Efforts">Reasoning efforts that the model accepts, weakest first; empty if it does not reason on request.</param>
public sealed record ModelInfo(
    string Id,
    string ProviderId,
    string WireName,
    string Name,
    ModelGroup Group,
    ModelStatus Status,
    string DescriptionEn,
    string DescriptionRu,
    int ContextTokens,
    int MaxOutputTokens,
    IReadOnlyList<string> Efforts,
    IReadOnlyList<string> Badges,
    bool AdultsOnly,
    string? SuccessorId,
    bool IsSandbox,
    int Order
)
{
    public bool Reasons => Efforts.Count > 0;

    /// <summary>Other ways to it; its own provider and name are the first, of rank 0 and weight 1.</summary>
    public IReadOnlyList<ModelRoute> Routes { get; init; } = [];

    public string Description(string language) => language == "ru" ? DescriptionRu : DescriptionEn;
}

/// <summary>One way to a model. What a run costs the person is the model's price, whichever way it went.</summary>
/// <param name="WireName">The provider's name for the model.</param>
/// <param name="Rank">Lower ranks are tried first.</param>
/// <param name="Weight">The share of calls among the routes of a rank; 1 and up.</param>
public sealed record ModelRoute(string ProviderId, string WireName, int Rank = 0, int Weight = 1);

/// <summary>Models and prices, from a snapshot in memory that follows the database within seconds.</summary>
public interface ICatalog
{
    IReadOnlyList<ProviderInfo> Providers { get; }

    /// <summary>All models that are not gone, in display order.</summary>
    IReadOnlyList<ModelInfo> Models { get; }

    /// <summary>Any model that ever was, gone ones included: history must stay readable.</summary>
    ModelInfo? Find(string modelId);

    ProviderInfo? FindProvider(string providerId);

    /// <summary>The price in force at a moment; null means that the model may not be run.</summary>
    PriceVersion? PriceAt(string modelId, DateTimeOffset at);
}
