namespace NetRoom.Catalog.Seed;

/// <summary>A version that stays as it is but for the end of its validity.</summary>
internal sealed record NewEnd(PriceVersion Version, DateTimeOffset? ValidTo);

/// <summary>What must happen to a model's versions so that its planned prices hold from now on. The past is not touched.</summary>
/// <param name="Ends">Versions that end otherwise than written; one whose end is its start is withdrawn.</param>
/// <param name="Begins">New versions, to be appended after the ends are set.</param>
internal sealed record PriceChange(IReadOnlyList<NewEnd> Ends, IReadOnlyList<PriceVersion> Begins)
{
    /// <param name="history">All versions of the model that were not withdrawn.</param>
    /// <param name="planned">In order of time, the first from the beginning.</param>
    public static PriceChange Of(
        string modelId,
        IReadOnlyList<PriceVersion> history,
        IReadOnlyList<PlannedPrice> planned,
        DateTimeOffset now,
        Func<Guid> newId
    )
    {
        // A model that nobody could run yet gets its whole history; otherwise a change holds from now, never earlier.
        var target = history.Count == 0 ? [.. planned] : FromNow(planned, now);
        var standing = history.Where(version => IsStanding(version, now)).ToList();
        var kept = new Dictionary<PlannedPrice, PriceVersion>();
        foreach (var price in target)
            if (standing.Find(version => Serves(version, price, now)) is { } version)
                kept[price] = version;

        var ends = standing
            .Where(version => !kept.ContainsValue(version))
            .Select(version => new NewEnd(version, Later(version.ValidFrom, now)))
            .ToList();
        var begins = new List<PriceVersion>();
        for (var at = 0; at < target.Count; at++)
        {
            DateTimeOffset? end = at + 1 < target.Count ? target[at + 1].From : null;
            if (!kept.TryGetValue(target[at], out var version))
                begins.Add(new(newId(), modelId, target[at].From, end, target[at].Card));
            else if (version.ValidTo != end)
                ends.Add(new NewEnd(version, end));
        }

        return new PriceChange(ends, begins);
    }

    private static List<PlannedPrice> FromNow(
        IReadOnlyList<PlannedPrice> planned,
        DateTimeOffset now
    ) =>
        [
            planned.Last(price => price.From <= now) with
            {
                From = now,
            },
            .. planned.Where(price => price.From > now),
        ];

    private static bool IsStanding(PriceVersion version, DateTimeOffset now) =>
        version.ValidTo is null || version.ValidTo > now;

    /// <summary>The running version serves a price from now, a coming one only the same moment.</summary>
    private static bool Serves(PriceVersion version, PlannedPrice price, DateTimeOffset now) =>
        (version.ValidFrom == price.From || (version.ValidFrom < now && price.From == now))
        && RatesJson.Same(version.Card, price.Card);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) =>
        one > other ? one : other;
}
