using System.Collections.Frozen;

namespace NetRoom.Catalog.Live;

/// <summary>The whole catalogue as it was at one revision. Never changes; a newer one replaces it.</summary>
internal sealed class CatalogSnapshot
{
    private readonly FrozenDictionary<string, ProviderInfo> providers;
    private readonly FrozenDictionary<string, ModelInfo> models;
    private readonly FrozenDictionary<string, PriceVersion[]> prices;

    public CatalogSnapshot(
        long revision,
        IReadOnlyList<ProviderInfo> providers,
        IReadOnlyList<ModelInfo> models,
        IEnumerable<PriceVersion> prices
    )
    {
        Revision = revision;
        Providers = providers;
        Models =
        [
            .. models
                .Where(model => model.Status != ModelStatus.Gone)
                .OrderBy(model => model.Order)
                .ThenBy(model => model.Id, StringComparer.Ordinal),
        ];
        this.providers = providers.ToFrozenDictionary(provider => provider.Id);
        this.models = models.ToFrozenDictionary(model => model.Id);
        this.prices = prices
            .Where(version => version.ValidTo is null || version.ValidTo > version.ValidFrom)
            .GroupBy(version => version.ModelId)
            .ToFrozenDictionary(
                versions => versions.Key,
                versions => versions.OrderByDescending(version => version.ValidFrom).ToArray()
            );
    }

    public static CatalogSnapshot Empty { get; } = new(-1, [], [], []);

    public long Revision { get; }
    public IReadOnlyList<ProviderInfo> Providers { get; }
    public IReadOnlyList<ModelInfo> Models { get; }

    public ModelInfo? Find(string id) => models.GetValueOrDefault(id);

    public ProviderInfo? FindProvider(string id) => providers.GetValueOrDefault(id);

    /// <summary>Newest first; what was withdrawn before it began is not among them.</summary>
    public IReadOnlyList<PriceVersion> Prices(string modelId) =>
        prices.GetValueOrDefault(modelId) ?? [];

    public PriceVersion? PriceAt(string modelId, DateTimeOffset at) =>
        Prices(modelId).FirstOrDefault(version => version.ValidFrom <= at) is { } latest
        && (latest.ValidTo is null || at < latest.ValidTo)
            ? latest
            : null;
}
