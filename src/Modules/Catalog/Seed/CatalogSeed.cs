namespace NetRoom.Catalog.Seed;

/// <summary>A price that is to hold from a moment until the next one.</summary>
internal sealed record PlannedPrice(DateTimeOffset From, RateCard Card);

/// <summary>A model with all its prices, the first from the beginning of time.</summary>
internal sealed record SeededModel(
    ModelInfo Info,
    IReadOnlyList<PlannedPrice> Prices,
    string? SourceUrl,
    DateOnly? CheckedOn
);

/// <summary>What the catalogue should hold under the current settings. Throws if a model lacks a price that it needs.</summary>
internal sealed record CatalogSeed(
    IReadOnlyList<ProviderInfo> Providers,
    IReadOnlyList<SeededModel> Models,
    RoubleConversion Conversion
)
{
    /// <summary>When a price without a start began: before anything could run.</summary>
    public static readonly DateTimeOffset Beginning = DateTimeOffset.UnixEpoch;

    /// <exception cref="InvalidOperationException">The seed is wrong; the message names the model.</exception>
    public static CatalogSeed Of(SeedDocument document, CatalogOptions options)
    {
        var conversion = new RoubleConversion(options);
        var rates = new SeedRates(conversion, document.Windows);
        var providers = document
            .Providers.Select(provider => new ProviderInfo(
                provider.Id,
                provider.Name,
                provider.Protocol,
                provider.SandboxPath is null ? provider.BaseUrl ?? ""
                    : options.SandboxBaseUrl is null ? ""
                    : options.SandboxBaseUrl + provider.SandboxPath,
                provider.SandboxPath is not null
            ))
            .ToDictionary(provider => provider.Id);
        var models = document
            .Models.Concat(SandboxModels.Of(document.Sandbox))
            .Select(
                (model, at) =>
                    Read(
                        model,
                        at,
                        providers.GetValueOrDefault(model.Provider)
                            ?? throw Wrong(model.Id, $"has no provider \"{model.Provider}\""),
                        rates,
                        options.SandboxBaseUrl is not null
                    )
            )
            .ToList();
        return new CatalogSeed([.. providers.Values], models, conversion);
    }

    private static SeededModel Read(
        SeedDocument.Model model,
        int at,
        ProviderInfo provider,
        SeedRates rates,
        bool hasSandbox
    )
    {
        var info = new ModelInfo(
            model.Id,
            provider.Id,
            model.Wire ?? model.Id,
            model.Name,
            model.Group,
            provider.IsSandbox && !hasSandbox ? ModelStatus.Gone : model.Status,
            model.En,
            model.Ru,
            model.Context,
            model.MaxOutput,
            model.Efforts ?? [],
            model.Badges ?? [],
            model.AdultsOnly,
            model.Successor,
            provider.IsSandbox,
            at * 10
        )
        {
            Routes = model.Routes ?? [],
        };
        var prices = model.Prices.Select(price => Plan(model.Id, price, rates)).ToList();
        PriceRules.Check(info, prices);
        return new SeededModel(info, prices, model.Source, model.Checked);
    }

    private static PlannedPrice Plan(string modelId, SeedDocument.Price price, SeedRates rates)
    {
        try
        {
            var from = price.From is { } day
                ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
                : Beginning;
            return new PlannedPrice(from, rates.Card(price.Rates));
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or OverflowException
                        or KeyNotFoundException
                        or InvalidOperationException
            )
        {
            throw Wrong(model: modelId, $"has a price that cannot be read: {exception.Message}");
        }
    }

    public static InvalidOperationException Wrong(string model, string what) =>
        new($"The catalogue's model {model} {what}.");
}
