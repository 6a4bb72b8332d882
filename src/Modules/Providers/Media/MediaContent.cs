using NetRoom.Catalog;

namespace NetRoom.Providers.Media;

/// <summary>A finished picture, sound or film.</summary>
/// <param name="MediaType">"image/png", "audio/wav", "video/mp4".</param>
public sealed record MediaContent(ReadOnlyMemory<byte> Data, string MediaType);

/// <summary>What a media run used, said twice: providers bill tokens or money where price lists name pictures and seconds.</summary>
/// <param name="Reported">As the provider counted, in disjoint units; null if it said nothing.</param>
/// <param name="Produced">What came out or was taken in, as we know it; empty where we cannot know.</param>
/// <param name="Raw">The provider's own usage object as JSON text.</param>
public sealed record MediaUsage(Usage? Reported, Usage Produced, string? Raw = null)
{
    public static MediaUsage Unknown { get; } = new(null, Usage.None);

    /// <summary>Who made it, of the model's several providers.</summary>
    public string? ProviderId { get; init; }

    /// <summary>
    /// The usage in units that the card has rates for: a cost that the provider reported first, then what it counted, then
    /// what came out. Null when nobody knows: the caller estimates, for null is not zero.
    /// </summary>
    public Usage? For(RateCard card) =>
        Priced(card, Reported, cost: true)
        ?? Priced(card, Reported, cost: false)
        ?? Priced(card, Produced, cost: false);

    private static Usage? Priced(RateCard card, Usage? usage, bool cost)
    {
        if (usage is null)
            return null;
        var counts = usage
            .Counts.Where(count => (count.Unit == UnitKind.ReportedCost) == cost)
            .Select(count => count with { Variant = Variant(card, count, usage.PromptTokens) })
            .ToList();
        return
            counts.Count > 0
            && counts.TrueForAll(count =>
                card.Find(count.Unit, count.Variant, usage.PromptTokens) is not null
            )
            ? usage with
            {
                Counts = counts,
            }
            : null;
    }

    // A list may price "1024x1024/high", only its size, only its quality, or all alike.
    private static string? Variant(RateCard card, UnitCount count, long promptTokens) =>
        count.Variant is not { } variant
            ? null
            : new[] { variant }
                .Concat(variant.Split('/'))
                .FirstOrDefault(name => card.Find(count.Unit, name, promptTokens) is not null);
}
