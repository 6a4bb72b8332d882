namespace NetRoom.Catalog.Seed;

/// <summary>What a model's prices must have before anybody may run it: a unit without a rate is an error, never free.</summary>
internal static class PriceRules
{
    public static void Check(ModelInfo model, IReadOnlyList<PlannedPrice> prices)
    {
        if (prices is not [{ From: var first }, ..] || first != CatalogSeed.Beginning)
            throw CatalogSeed.Wrong(model.Id, "has no price to begin with");
        if (prices.Zip(prices.Skip(1)).Any(pair => pair.First.From >= pair.Second.From))
            throw CatalogSeed.Wrong(model.Id, "has prices that are not in order of their dates");
        if (model.DescriptionEn.Length == 0 || model.DescriptionRu.Length == 0)
            throw CatalogSeed.Wrong(model.Id, "lacks a description in English or Russian");
        foreach (var price in prices)
        {
            if (Missing(model, price.Card) is { } missing)
                throw CatalogSeed.Wrong(
                    model.Id,
                    $"is of group {model.Group} and has no rate for {missing}"
                );
            CheckSteps(model.Id, price.Card);
        }
    }

    private static string? Missing(ModelInfo model, RateCard card)
    {
        return model.Group switch
        {
            ModelGroup.Text => Lacks(UnitKind.Input)
                ?? Lacks(UnitKind.Output)
                ?? (model.Badges.Contains(Badges.Web) ? Lacks(UnitKind.SearchCall) : null),
            ModelGroup.Image => Lacks(UnitKind.Image) is null
                ? null
                : Lacks(UnitKind.ImageOutput) ?? Lacks(UnitKind.Input),
            ModelGroup.Video => Lacks(UnitKind.VideoSecond) is null
                ? null
                : Lacks(UnitKind.VideoOutput) ?? Lacks(UnitKind.Input),
            ModelGroup.Audio => Lacks(UnitKind.AudioSecond) is null
            || Lacks(UnitKind.Character) is null
                ? null
                : Lacks(UnitKind.AudioOutput) ?? Lacks(UnitKind.Input),
            ModelGroup.Embeddings => Lacks(UnitKind.Input),
            ModelGroup.Documents => Lacks(UnitKind.Page),
            _ => throw new ArgumentOutOfRangeException(nameof(model), model.Group, null),
        };

        // At any hour and for a prompt of any length, in at least one variant.
        string? Lacks(UnitKind unit) =>
            card.Rates.Any(rate =>
                rate.Unit == unit && rate.Window is null && rate.FromPromptTokens == 0
            )
                ? null
                : unit.ToString();
    }

    private static void CheckSteps(string modelId, RateCard card)
    {
        if (card.Rates.Any(rate => rate.Window is { } window && window.From >= window.To))
            throw CatalogSeed.Wrong(modelId, "has a time window that ends before it begins");
        var twice = card
            .Rates.GroupBy(rate =>
                (rate.Unit, rate.Variant, rate.FromPromptTokens, rate.Window?.From)
            )
            .FirstOrDefault(same => same.Count() > 1);
        if (twice is not null)
            throw CatalogSeed.Wrong(modelId, $"has two rates for {twice.Key.Unit}");

        // A step that forgets a token would bill it by the cheaper step below.
        var stepped = card.Rates.Where(rate => rate.FromPromptTokens > 0).ToList();
        foreach (var threshold in stepped.Select(rate => rate.FromPromptTokens).Distinct())
        foreach (var unit in card.Rates.Where(IsBaseToken).Select(rate => rate.Unit).Distinct())
            if (!stepped.Exists(rate => rate.Unit == unit && rate.FromPromptTokens == threshold))
                throw CatalogSeed.Wrong(
                    modelId,
                    $"has no rate for {unit} in prompts from {threshold} tokens"
                );
    }

    private static bool IsBaseToken(Rate rate) =>
        rate is { FromPromptTokens: 0, Window: null, Unit: <= UnitKind.VideoOutput };
}
