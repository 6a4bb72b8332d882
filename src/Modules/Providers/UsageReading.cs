using Microsoft.Extensions.AI;
using NetRoom.Catalog;

namespace NetRoom.Providers;

/// <summary>
/// From the usage of Microsoft.Extensions.AI to disjoint units. Adapters fill <see cref="UsageDetails"/> so: InputTokenCount is all of the
/// prompt, CachedInputTokenCount and the cache-write counts are parts of it; OutputTokenCount is all of the answer,
/// ReasoningTokenCount is a part of it. Null is unknown, zero is zero.
/// </summary>
public static class UsageReading
{
    public const string CacheWrite5m = "cache_write_5m";
    public const string CacheWrite1h = "cache_write_1h";
    public const string SearchCalls = "search_calls";
    public const string ReportedMicroDollars = "reported_micro_dollars";

    /// <summary>Null when the provider said nothing of input or output.</summary>
    public static Usage? ToUsage(this UsageDetails? details)
    {
        if (details is not { InputTokenCount: { } input, OutputTokenCount: { } output })
            return null;
        var cached = details.CachedInputTokenCount ?? 0;
        var reasoning = details.ReasoningTokenCount ?? 0;
        var write5m = Extra(details, CacheWrite5m);
        var write1h = Extra(details, CacheWrite1h);
        UnitCount[] counts =
        [
            new(UnitKind.Input, Math.Max(0, input - cached - write5m - write1h)),
            new(UnitKind.CachedInput, cached),
            new(UnitKind.CacheWrite5m, write5m),
            new(UnitKind.CacheWrite1h, write1h),
            new(UnitKind.Output, Math.Max(0, output - reasoning)),
            new(UnitKind.Reasoning, reasoning),
            new(UnitKind.SearchCall, Extra(details, SearchCalls)),
        ];
        return new Usage([.. counts.Where(count => count.Quantity > 0)]);
    }

    private static long Extra(UsageDetails details, string name) =>
        details.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count)
            ? count
            : 0;
}
