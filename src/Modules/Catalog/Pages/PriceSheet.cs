using NetRoom.Kernel;

namespace NetRoom.Catalog.Pages;

/// <summary>One price as people read it. <paramref name="Label"/> and <paramref name="Per"/> are keys of CatalogText.</summary>
public sealed record PriceLine(string Label, string? Variant, Money Amount, string Per);

/// <summary>Lines that hold under a condition: from a prompt's length, or in some hours.</summary>
public sealed record PriceStep(long FromPromptTokens, IReadOnlyList<PriceLine> Lines);

/// <param name="Hours">Spans of the same days and prices.</param>
public sealed record PriceHours(
    IReadOnlyList<DayOfWeek> Days,
    IReadOnlyList<(TimeOnly From, TimeOnly To)> Hours,
    IReadOnlyList<PriceLine> Lines
);

/// <summary>A rate card laid out for reading: what matters first, then the rest, then what depends on length and hour.</summary>
public sealed record PriceSheet(
    bool IsFree,
    IReadOnlyList<PriceLine> Main,
    IReadOnlyList<PriceLine> More,
    IReadOnlyList<PriceStep> Steps,
    IReadOnlyList<PriceHours> Hours
)
{
    private const int MostMain = 3;

    public static PriceSheet Of(RateCard card)
    {
        var always = card
            .Rates.Where(rate => rate is { Window: null, FromPromptTokens: 0 })
            .OrderBy(rate => rate.Unit)
            .ThenBy(rate => rate.NanoPerThousand)
            .ToList();
        var main = always.Where(rate => IsMain(rate.Unit)).Take(MostMain).ToList();
        return new PriceSheet(
            card.Rates.All(rate => rate.NanoPerThousand == 0),
            Lines(main),
            Lines(always.Except(main)),
            [
                .. card
                    .Rates.Where(rate => rate is { Window: null, FromPromptTokens: > 0 })
                    .GroupBy(rate => rate.FromPromptTokens)
                    .OrderBy(step => step.Key)
                    .Select(step => new PriceStep(step.Key, Lines(step))),
            ],
            [
                .. card
                    .Rates.Where(rate => rate.Window is not null)
                    .GroupBy(rate => (rate.Window!.From, rate.Window.To))
                    .Select(span => (span.Key, span.First().Window!.Days, Lines: Lines(span)))
                    .GroupBy(span =>
                        string.Join(',', span.Days)
                        + string.Join(
                            ',',
                            span.Lines.Select(line => line.Label + line.Amount.Micro)
                        )
                    )
                    .Select(same => new PriceHours(
                        same.First().Days,
                        [.. same.Select(span => span.Key)],
                        same.First().Lines
                    )),
            ]
        );
    }

    private static List<PriceLine> Lines(IEnumerable<Rate> rates) =>
        [
            .. rates
                .OrderBy(rate => rate.Unit)
                .ThenBy(rate => rate.NanoPerThousand)
                .Select(rate => new PriceLine(
                    Label(rate.Unit),
                    rate.Variant,
                    Amount(rate),
                    Per(rate.Unit)
                )),
        ];

    private static bool IsMain(UnitKind unit) =>
        unit
            is not (
                UnitKind.CacheWrite5m
                or UnitKind.CacheWrite1h
                or UnitKind.SearchCall
                or UnitKind.ReportedCost
            );

    /// <summary>For the count of units that people think in; what is below a micro-rouble is shown as one.</summary>
    private static Money Amount(Rate rate)
    {
        var units = rate.Unit switch
        {
            UnitKind.Image
            or UnitKind.VideoSecond
            or UnitKind.Page
            or UnitKind.Request
            or UnitKind.SearchCall => 1,
            UnitKind.AudioSecond => 60,
            UnitKind.Character => 1_000,
            _ => 1_000_000,
        };
        const int nanoPerMicroAndThousand = 1_000_000;
        var product = (Int128)rate.NanoPerThousand * units;
        return new Money(
            checked((long)((product + nanoPerMicroAndThousand - 1) / nanoPerMicroAndThousand))
        );
    }

    private static string Label(UnitKind unit) =>
        unit switch
        {
            UnitKind.Input => "Input",
            UnitKind.CachedInput => "Cached input",
            UnitKind.CacheWrite5m => "Cache write for 5 minutes",
            UnitKind.CacheWrite1h => "Cache write for an hour",
            UnitKind.Output => "Output",
            UnitKind.Reasoning => "Reasoning",
            UnitKind.ImageInput => "Image input",
            UnitKind.AudioInput => "Audio input",
            UnitKind.VideoInput => "Video input",
            UnitKind.ImageOutput => "Image output",
            UnitKind.AudioOutput => "Audio output",
            UnitKind.VideoOutput => "Video output",
            UnitKind.Image => "Image",
            UnitKind.VideoSecond => "Video",
            UnitKind.AudioSecond => "Audio",
            UnitKind.Character => "Text read aloud",
            UnitKind.Page => "Page",
            UnitKind.Request => "Request",
            UnitKind.SearchCall => "Web search",
            UnitKind.ReportedCost => "Cost that the provider reports",
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, null),
        };

    private static string Per(UnitKind unit) =>
        unit switch
        {
            UnitKind.Image => "per image",
            UnitKind.VideoSecond => "per second",
            UnitKind.AudioSecond => "per minute",
            UnitKind.Character => "per 1,000 characters",
            UnitKind.Page => "per page",
            UnitKind.Request => "per request",
            UnitKind.SearchCall => "per search",
            UnitKind.ReportedCost => "per dollar",
            _ => "per 1M tokens",
        };
}
