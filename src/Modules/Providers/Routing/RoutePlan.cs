namespace NetRoom.Providers.Routing;

/// <param name="Wait">Before it begins.</param>
internal sealed record Attempt(Route Route, TimeSpan Wait);

/// <summary>The attempts of one call; each is decided by how the one before failed, all before the first byte of content.</summary>
/// <param name="routes">At least one.</param>
internal sealed class RoutePlan(
    IReadOnlyList<Route> routes,
    string sticky,
    Routes all,
    KeyRing keys,
    TimeSpan firstDelay
)
{
    private const int MostAttempts = 8;

    private readonly HashSet<string> triedKeys = new(StringComparer.Ordinal);
    private Backoff backoff = new(firstDelay);
    private int at;
    private int attempts = 1;

    public Attempt First() => new(routes[0], TimeSpan.Zero);

    /// <summary>What to try after a failure; null: it is the caller's to hear.</summary>
    public Attempt? After(Route route, ProviderException error)
    {
        if (attempts++ == MostAttempts)
            return null;
        return ErrorDecisions.Of(error, route.Target.NeedsHint) switch
        {
            ErrorDecision.RetryHere when error.Kind == ProviderErrorKind.RateLimited => OtherKey(
                route,
                error
            )
                ?? Again(route, error)
                ?? NextRoute(),
            ErrorDecision.RetryHere => Again(route, error) ?? NextRoute(),
            ErrorDecision.OtherKey => OtherKey(route, error) ?? NextRoute(),
            ErrorDecision.OtherRoute => NextRoute(),
            _ => null,
        };
    }

    private Attempt? Again(Route route, ProviderException error) =>
        backoff.Next(error) is { } wait ? new Attempt(route, wait) : null;

    private Attempt? OtherKey(Route route, ProviderException error)
    {
        if (route.Target.Key is not { } key)
            return null;
        keys.Rest(route.Target, key, error);
        triedKeys.Add(key);
        return all.WithOtherKey(route, sticky, triedKeys) is { } other
            ? new Attempt(other, TimeSpan.Zero)
            : null;
    }

    private Attempt? NextRoute()
    {
        if (++at >= routes.Count)
            return null;
        backoff = new Backoff(firstDelay);
        triedKeys.Clear();
        return new Attempt(routes[at], TimeSpan.Zero);
    }
}
