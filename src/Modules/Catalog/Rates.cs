namespace NetRoom.Catalog;

/// <summary>A price of one unit.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="NanoPerThousand">Nano-roubles (10⁻⁹ ₽) for 1,000 units.</param>
/// <param name="Variant">Size, quality or resolution where the unit has them.</param>
/// <param name="FromPromptTokens">
/// The rate holds for the whole request once the prompt has at least this many tokens; 0 for the base rate.
/// </param>
/// <param name="Window">Days and hours when the rate holds; null for always.</param>
public sealed record Rate(
    UnitKind Unit,
    long NanoPerThousand,
    string? Variant = null,
    long FromPromptTokens = 0,
    RateWindow? Window = null
);

/// <summary>A daily span in UTC, from inclusive to exclusive, on the named days.</summary>
public sealed record RateWindow(TimeOnly From, TimeOnly To, IReadOnlyList<DayOfWeek> Days)
{
    public bool Contains(DateTimeOffset at) =>
        Days.Contains(at.UtcDateTime.DayOfWeek)
        && TimeOnly.FromDateTime(at.UtcDateTime).IsBetween(From, To);
}

/// <summary>The rates of one model at one time.</summary>
public sealed record RateCard(IReadOnlyList<Rate> Rates)
{
    /// <summary>The card as it stands at <paramref name="at"/>: a rate of a matching window replaces the ordinary one.</summary>
    public RateCard Freeze(DateTimeOffset at) =>
        new([
            .. Rates
                .Where(rate => rate.Window is null || rate.Window.Contains(at))
                .GroupBy(rate => (rate.Unit, rate.Variant, rate.FromPromptTokens))
                .Select(group =>
                    group.MaxBy(rate => rate.Window is not null)! with
                    {
                        Window = null,
                    }
                ),
        ]);

    /// <summary>The rate for a unit in a request whose prompt has <paramref name="promptTokens"/>; null if there is none.</summary>
    /// <remarks>
    /// Cached reads and cache writes without a rate of their own cost the fresh rate, reasoning costs the output rate:
    /// a missing rate is never free.
    /// </remarks>
    public Rate? Find(UnitKind unit, string? variant, long promptTokens) =>
        Best(unit, variant, promptTokens)
        ?? (Fallback(unit) is { } other ? Find(other, null, promptTokens) : null);

    private Rate? Best(UnitKind unit, string? variant, long promptTokens) =>
        Rates
            .Where(rate =>
                rate.Unit == unit
                && rate.Variant == variant
                && rate.FromPromptTokens <= promptTokens
            )
            .MaxBy(rate => rate.FromPromptTokens);

    private static UnitKind? Fallback(UnitKind unit) =>
        unit switch
        {
            UnitKind.CachedInput or UnitKind.CacheWrite5m or UnitKind.ImageInput => UnitKind.Input,
            UnitKind.CacheWrite1h => UnitKind.CacheWrite5m,
            UnitKind.Reasoning => UnitKind.Output,
            _ => null,
        };
}

/// <summary>Append-only: a price never changes, a new version follows it.</summary>
public sealed record PriceVersion(
    Guid Id,
    string ModelId,
    DateTimeOffset ValidFrom,
    DateTimeOffset? ValidTo,
    RateCard Card
);
