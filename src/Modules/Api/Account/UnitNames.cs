using System.Text.Json;
using NetRoom.Catalog;

namespace NetRoom.Api.Account;

/// <summary>Units as programs read them: "cached_input", "cache_write5m".</summary>
internal static class UnitNames
{
    public static string Of(UnitKind unit) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(unit.ToString());

    /// <summary>"input" → 120; units with variants are added up.</summary>
    public static SortedDictionary<string, long> Counts(IEnumerable<UnitCount> counts)
    {
        var named = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var count in counts)
            named[Of(count.Unit)] = named.GetValueOrDefault(Of(count.Unit)) + count.Quantity;
        return named;
    }
}
