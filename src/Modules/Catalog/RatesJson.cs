using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Catalog;

/// <summary>Rates as price_version keeps them: one spelling for one card, whatever order they were written in.</summary>
internal static class RatesJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(RateCard card) =>
        JsonSerializer.Serialize(
            card.Rates.OrderBy(rate => rate.Unit)
                .ThenBy(rate => rate.Variant, StringComparer.Ordinal)
                .ThenBy(rate => rate.FromPromptTokens)
                .ThenBy(rate => rate.Window?.From)
                .ThenBy(rate => rate.Window?.Days.Count),
            Options
        );

    public static RateCard Read(string json) =>
        new(JsonSerializer.Deserialize<List<Rate>>(json, Options) ?? []);

    public static bool Same(RateCard one, RateCard other) => Write(one) == Write(other);
}
