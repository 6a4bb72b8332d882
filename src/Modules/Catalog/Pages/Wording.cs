using System.Globalization;
using Microsoft.Extensions.Localization;
using NetRoom.Catalog.Seed;

namespace NetRoom.Catalog.Pages;

/// <summary>Counts, days and dates in the reader's language.</summary>
internal static class Wording
{
    private const int Thousand = 1_000;
    private const int Million = 1_000_000;

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    /// <summary>131072 → "131K tokens", 1050000 → "1M tokens".</summary>
    public static string Tokens(IStringLocalizer<CatalogText> texts, int count) =>
        count switch
        {
            >= Million when count % Million / 100_000 == 0 => texts["{0}M tokens", count / Million],
            >= Million => texts[
                "{0}M tokens",
                $"{count / Million}{Culture.NumberFormat.NumberDecimalSeparator}{count % Million / 100_000}"
            ],
            >= Thousand => texts["{0}K tokens", count / Thousand],
            _ => texts["{0} tokens", count],
        };

    /// <summary>Words for "1024x1024/high" and "720p".</summary>
    public static string Variant(IStringLocalizer<CatalogText> texts, string variant) =>
        string.Join(
            ", ",
            variant
                .Split('/')
                .Select(part =>
                    char.IsAsciiDigit(part[0])
                        ? part.Replace('x', '×')
                        : texts["quality." + part].Value
                )
        );

    /// <summary>"Mon–Fri", or the days one by one.</summary>
    public static string Days(IReadOnlyList<DayOfWeek> days)
    {
        var ordered = days.OrderBy(FromMonday).ToList();
        var names = ordered.Select(Culture.DateTimeFormat.GetAbbreviatedDayName).ToList();
        var inARow =
            ordered.Count > 2
            && FromMonday(ordered[^1]) - FromMonday(ordered[0]) == ordered.Count - 1;
        return inARow ? $"{names[0]}–{names[^1]}" : string.Join(", ", names);
    }

    public static string Hours(IEnumerable<(TimeOnly From, TimeOnly To)> hours) =>
        string.Join(", ", hours.Select(span => $"{Clock(span.From)}–{Clock(span.To)}"));

    /// <summary>A day, with the time where it is not midnight; always UTC.</summary>
    public static string Date(DateTimeOffset at) =>
        at.TimeOfDay == TimeSpan.Zero
            ? at.ToString("d MMMM yyyy", Culture)
            : at.ToString("d MMMM yyyy, HH:mm 'UTC'", Culture);

    public static string Validity(IStringLocalizer<CatalogText> texts, PriceVersion version) =>
        (IsFromTheBeginning(version), version.ValidTo) switch
        {
            (true, null) => texts["From the beginning"],
            (true, { } end) => texts["Until {0}", Date(end)],
            (false, null) => texts["From {0}", Date(version.ValidFrom)],
            (false, { } end) => texts["From {0} until {1}", Date(version.ValidFrom), Date(end)],
        };

    private static bool IsFromTheBeginning(PriceVersion version) =>
        version.ValidFrom == CatalogSeed.Beginning;

    private static int FromMonday(DayOfWeek day) => ((int)day + 6) % 7;

    private static string Clock(TimeOnly time) =>
        time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
