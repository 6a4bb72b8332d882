using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Generation.Quotes;

/// <summary>What an answer to one prompt may cost, by its length.</summary>
/// <param name="Prompt">The most tokens that it may have.</param>
/// <param name="Media">What of the prompt has a price of its own: it may be nearly all of it.</param>
/// <param name="Searches">The most that the provider may make.</param>
internal sealed record TextPrice(
    RateCard Rates,
    long Prompt,
    IReadOnlyCollection<UnitKind> Media,
    int Searches
)
{
    private const int NoCoefficient = 1_000_000;

    /// <summary>What a search finds is read by the model as more of its prompt.</summary>
    private const int TokensOfSearch = 8_000;

    /// <summary>
    /// The most that it can cost. The prompt may all be written to the provider's cache, which can cost more than reading it afresh, or be
    /// nearly all sound.
    /// </summary>
    public Money Ceiling(int output) =>
        Media
            .Append(UnitKind.Input)
            .Append(UnitKind.CacheWrite5m)
            .Select(unit =>
                Of(Rates, unit, Prompt + Searches * (long)TokensOfSearch, output, Searches)
            )
            .Aggregate(Money.Max);

    /// <summary>The most output whose ceiling the budget covers. The price grows with the output, so halving finds it.</summary>
    public int LongestWithin(Money budget, int low, int high)
    {
        if (Ceiling(high) <= budget)
            return high;
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Ceiling(middle) <= budget)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>What it is likely to cost: one search where there may be some.</summary>
    public Money Likely(long prompt, int output)
    {
        var searches = Math.Min(Searches, 1);
        return Of(Rates, UnitKind.Input, prompt + searches * TokensOfSearch / 2, output, searches);
    }

    private static Money Of(
        RateCard rates,
        UnitKind promptUnit,
        long prompt,
        int output,
        int searches
    ) =>
        Charge
            .Compute(
                rates,
                NoCoefficient,
                new Usage([
                    new UnitCount(promptUnit, prompt),
                    new UnitCount(UnitKind.Output, output),
                    new UnitCount(UnitKind.SearchCall, searches),
                ]),
                new Money(long.MaxValue)
            )
            .Uncapped;
}
