using Microsoft.Extensions.AI;
using NetRoom.Catalog;

namespace NetRoom.Providers;

/// <summary>
/// From the usage of Microsoft.Extensions.AI to disjoint units. Adapters fill <see cref="UsageDetails"/> so: InputTokenCount is all of the
/// prompt, CachedInputTokenCount, the cache-write counts and the counts of image, audio and video are parts of it;
/// OutputTokenCount is all of the answer, ReasoningTokenCount and the counts of image and audio are parts of it. Null is
/// unknown, zero is zero. What the names below do not cover stays in the raw usage (<see cref="StreamMarks.RawUsage"/>).
/// </summary>
public static class UsageReading
{
    public const string CacheWrite5m = "cache_write_5m";
    public const string CacheWrite1h = "cache_write_1h";

    /// <summary>Tokens of the fresh prompt that are pictures.</summary>
    public const string ImageInput = "image_input";
    public const string AudioInput = "audio_input";
    public const string VideoInput = "video_input";
    public const string ImageOutput = "image_output";
    public const string AudioOutput = "audio_output";
    public const string SearchCalls = "search_calls";
    public const string ReportedMicroDollars = "reported_micro_dollars";

    /// <summary>
    /// Null when the provider said nothing of input or output. The classes are disjoint; together they are the prompt and
    /// the <see cref="BillableOutput"/>.
    /// </summary>
    public static Usage? ToUsage(this UsageDetails? details)
    {
        if (
            details is not { InputTokenCount: { } input }
            || BillableOutput(details) is not { } output
        )
            return null;
        var counts = new List<UnitCount>();
        Take(UnitKind.CachedInput, details.CachedInputTokenCount, ref input);
        Take(UnitKind.CacheWrite5m, Extra(details, CacheWrite5m), ref input);
        Take(UnitKind.CacheWrite1h, Extra(details, CacheWrite1h), ref input);
        // A cached picture is a cached token first, so of the kinds no more is left than what is fresh.
        Share(UnitKind.AudioInput, AudioInput, ref input);
        Share(UnitKind.VideoInput, VideoInput, ref input);
        Share(UnitKind.ImageInput, ImageInput, ref input);
        Take(UnitKind.Input, Math.Max(0, input), ref input);
        Share(UnitKind.ImageOutput, ImageOutput, ref output);
        Share(UnitKind.AudioOutput, AudioOutput, ref output);
        Take(UnitKind.Reasoning, details.ReasoningTokenCount, ref output);
        Take(UnitKind.Output, Math.Max(0, output), ref output);
        counts.Add(new(UnitKind.SearchCall, Extra(details, SearchCalls) ?? 0));
        return new Usage([.. counts.Where(count => count.Quantity > 0)]);

        void Take(UnitKind unit, long? quantity, ref long rest)
        {
            counts.Add(new(unit, quantity ?? 0));
            rest -= quantity ?? 0;
        }

        void Share(UnitKind unit, string name, ref long rest) =>
            Take(unit, Math.Min(Extra(details, name) ?? 0, Math.Max(0, rest)), ref rest);
    }

    /// <summary>
    /// All tokens of the answer: what the provider names so, or what its total leaves beside the prompt when that is more
    /// (thinking that is counted nowhere else). Null when it is unknown.
    /// </summary>
    public static long? BillableOutput(UsageDetails details) =>
        details.OutputTokenCount is not { } output ? null
        : details is { InputTokenCount: { } input, TotalTokenCount: { } total }
            ? Math.Max(output, total - input)
        : output;

    /// <summary>The provider's parts and its total say different things.</summary>
    public static bool Disagrees(UsageDetails details) =>
        details
            is {
                InputTokenCount: { } input,
                OutputTokenCount: { } output,
                TotalTokenCount: { } total
            }
        && input + output != total;

    internal static AdditionalPropertiesDictionary<long>? Extras(
        params ReadOnlySpan<(string Name, long? Count)> counts
    )
    {
        AdditionalPropertiesDictionary<long>? extras = null;
        foreach (var (name, count) in counts)
        {
            if (count is { } known)
                (extras ??= [])[name] = known;
        }
        return extras;
    }

    private static long? Extra(UsageDetails details, string name) =>
        details.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count)
            ? count
            : null;
}
