using System.Globalization;
using NetRoom.Catalog;

namespace NetRoom.Api.Account;

/// <param name="Unit">"input", "output", "image", …</param>
/// <param name="Variant">Size, quality or resolution, where the unit has them.</param>
/// <param name="Price">Roubles, decimal, for <paramref name="Per"/> units.</param>
/// <param name="FromPromptTokens">The rate holds for a whole request whose prompt is at least so long.</param>
/// <param name="Hours">When it holds, in UTC ("Mon,Tue 16:00-00:30"); absent: always.</param>
internal sealed record ModelRate(
    string Unit,
    string? Variant,
    string Price,
    long Per,
    long? FromPromptTokens,
    string? Hours
);

/// <summary>What a model costs now.</summary>
/// <param name="PriceVersion">Quoted and settled calls name the same.</param>
/// <param name="Input">Roubles for a million tokens of the prompt, decimal; absent where tokens are not what is paid for.</param>
internal sealed record ModelPricing(
    Guid PriceVersion,
    string? Input,
    string? CachedInput,
    string? Output,
    IReadOnlyList<ModelRate> Rates
)
{
    private const long Million = 1_000_000;

    public string Currency { get; init; } = "RUB";

    /// <summary>Null: the model has no price, so it cannot be run.</summary>
    public static ModelPricing? Of(PriceVersion? price, DateTimeOffset now)
    {
        if (price is null)
            return null;
        var card = price.Card.Freeze(now);
        return new ModelPricing(
            price.Id,
            Base(card, UnitKind.Input),
            Base(card, UnitKind.CachedInput),
            Base(card, UnitKind.Output),
            [
                .. price
                    .Card.Rates.OrderBy(rate => rate.Unit)
                    .ThenBy(rate => rate.Variant, StringComparer.Ordinal)
                    .ThenBy(rate => rate.FromPromptTokens)
                    .Select(rate => new ModelRate(
                        UnitNames.Of(rate.Unit),
                        rate.Variant,
                        Roubles(rate, Per(rate.Unit)),
                        Per(rate.Unit),
                        rate.FromPromptTokens > 0 ? rate.FromPromptTokens : null,
                        rate.Window is { } window ? Hours(window) : null
                    )),
            ]
        );
    }

    private static string? Base(RateCard card, UnitKind unit) =>
        card.Rates.FirstOrDefault(rate =>
            rate is { Variant: null, FromPromptTokens: 0 } && rate.Unit == unit
        )
            is { } rate
            ? Roubles(rate, Million)
            : null;

    /// <summary>Tokens and what is as small by the million, finished things one by one.</summary>
    private static long Per(UnitKind unit) =>
        unit
            is UnitKind.Image
                or UnitKind.VideoSecond
                or UnitKind.AudioSecond
                or UnitKind.Page
                or UnitKind.Request
                or UnitKind.SearchCall
            ? 1
            : Million;

    /// <summary>Exact: a rate is a whole number of nano-roubles for a thousand.</summary>
    private static string Roubles(Rate rate, long units) =>
        ((decimal)rate.NanoPerThousand * units / 1_000_000_000_000m).ToString(
            "0.00##########",
            CultureInfo.InvariantCulture
        );

    private static string Hours(RateWindow window) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(',', window.Days.Select(day => day.ToString()[..3]))} {window.From:HH:mm}-{window.To:HH:mm}"
        );
}
