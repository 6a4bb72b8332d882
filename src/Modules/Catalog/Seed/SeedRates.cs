using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace NetRoom.Catalog.Seed;

/// <summary>
/// Reads price lines. A member is a unit whose name says what the dollars buy ("input" 1M tokens, "audioHour" an hour),
/// as a decimal string or by variant; "fromPromptTokens" and "window" narrow the whole line.
/// </summary>
internal sealed class SeedRates(
    RoubleConversion conversion,
    IReadOnlyDictionary<string, SeedDocument.Window> windows
)
{
    private const long Million = 1_000_000;

    private static readonly FrozenDictionary<string, (UnitKind Unit, long Per)> Units =
        new Dictionary<string, (UnitKind, long)>
        {
            ["input"] = (UnitKind.Input, Million),
            ["cachedInput"] = (UnitKind.CachedInput, Million),
            ["cacheWrite5m"] = (UnitKind.CacheWrite5m, Million),
            ["cacheWrite1h"] = (UnitKind.CacheWrite1h, Million),
            ["output"] = (UnitKind.Output, Million),
            ["reasoning"] = (UnitKind.Reasoning, Million),
            ["imageInput"] = (UnitKind.ImageInput, Million),
            ["audioInput"] = (UnitKind.AudioInput, Million),
            ["videoInput"] = (UnitKind.VideoInput, Million),
            ["imageOutput"] = (UnitKind.ImageOutput, Million),
            ["audioOutput"] = (UnitKind.AudioOutput, Million),
            ["videoOutput"] = (UnitKind.VideoOutput, Million),
            ["image"] = (UnitKind.Image, 1),
            ["videoSecond"] = (UnitKind.VideoSecond, 1),
            ["audioHour"] = (UnitKind.AudioSecond, 3_600),
            ["characters1000"] = (UnitKind.Character, 1_000),
            ["pages1000"] = (UnitKind.Page, 1_000),
            ["request"] = (UnitKind.Request, 1),
            ["searches1000"] = (UnitKind.SearchCall, 1_000),
            // Counted in micro-dollars.
            ["reportedDollar"] = (UnitKind.ReportedCost, Million),
        }.ToFrozenDictionary();

    public RateCard Card(IEnumerable<IReadOnlyDictionary<string, JsonElement>> lines) =>
        new([.. lines.SelectMany(Line)]);

    private IEnumerable<Rate> Line(IReadOnlyDictionary<string, JsonElement> line)
    {
        var threshold = line.TryGetValue("fromPromptTokens", out var tokens)
            ? tokens.GetInt64()
            : 0;
        RateWindow?[] spans = line.TryGetValue("window", out var window)
            ? [.. Spans(windows[window.GetString()!])]
            : [null];
        return from member in line
            where member.Key is not ("fromPromptTokens" or "window")
            from span in spans
            from price in Prices(member.Key, member.Value)
            select price with
            {
                FromPromptTokens = threshold,
                Window = span,
            };
    }

    private IEnumerable<Rate> Prices(string name, JsonElement value)
    {
        if (!Units.TryGetValue(name, out var unit))
            throw new FormatException($"\"{name}\" is not a unit of price.");
        return value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(variant => Rate(unit, variant.Value, variant.Name))
            : [Rate(unit, value, null)];
    }

    private Rate Rate((UnitKind Unit, long Per) unit, JsonElement dollars, string? variant) =>
        new(unit.Unit, conversion.NanoPerThousand(dollars.GetString()!, unit.Per), variant);

    private static IEnumerable<RateWindow> Spans(SeedDocument.Window window) =>
        from hours in window.Hours
        let ends = hours.Split('-')
        select new RateWindow(Time(ends[0]), Time(ends[1]), window.Days);

    private static TimeOnly Time(string text) =>
        TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
