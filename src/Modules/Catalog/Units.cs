namespace NetRoom.Catalog;

/// <summary>Everything that a provider can bill by. A unit with usage but without a rate is an error, never free.</summary>
public enum UnitKind
{
    /// <summary>Fresh prompt tokens: neither read from a cache nor written to it.</summary>
    Input,
    CachedInput,
    CacheWrite5m,
    CacheWrite1h,
    Output,
    Reasoning,
    ImageInput,
    AudioInput,
    VideoInput,
    ImageOutput,
    AudioOutput,
    VideoOutput,

    // Above are tokens, below what is not: Charge.Tokens counts by this line.

    /// <summary>One finished image; the variant names size and quality ("1024x1024/high").</summary>
    Image,

    /// <summary>One second of video; the variant names the resolution ("720p").</summary>
    VideoSecond,
    AudioSecond,
    Character,
    Page,
    Request,
    SearchCall,

    /// <summary>Micro-dollars that the provider itself reported for the call.</summary>
    ReportedCost,
}

/// <summary>A count of one unit, in disjoint classes: a token is counted once.</summary>
public sealed record UnitCount(UnitKind Unit, long Quantity, string? Variant = null);

/// <summary>What a run used. <paramref name="Estimated"/>: the provider did not say and we counted ourselves.</summary>
public sealed record Usage(IReadOnlyList<UnitCount> Counts, bool Estimated = false)
{
    public static Usage None { get; } = new([]);

    public long Of(UnitKind unit) =>
        Counts.Where(count => count.Unit == unit).Sum(count => count.Quantity);

    /// <summary>All prompt tokens, cached or not: what a tier by prompt length is measured by.</summary>
    public long PromptTokens =>
        Of(UnitKind.Input)
        + Of(UnitKind.CachedInput)
        + Of(UnitKind.CacheWrite5m)
        + Of(UnitKind.CacheWrite1h);

    /// <summary>Output and reasoning together.</summary>
    public long OutputTokens => Of(UnitKind.Output) + Of(UnitKind.Reasoning);
}
