using NetRoom.Providers.Routing;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Media;

/// <summary>How an adapter is reached: it is made anew for each key that is tried.</summary>
internal sealed record MediaWay<T>(
    ProviderTarget Target,
    Func<ProviderTarget, T> Make,
    KeyRing Keys,
    TimeSpan FirstDelay,
    TimeProvider Time
);

/// <summary>The attempts of one call: another key where one is refused, the same after a wait where the moment was busy.</summary>
internal sealed class MediaAttempts<T>(MediaWay<T> way)
{
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);
    private string? key = way.Keys.Awake(way.Target.ProviderId, way.Target.Keys) is [var first, ..]
        ? first
        : null;
    private Backoff backoff = new(way.FirstDelay);

    public T Client() => way.Make(way.Target with { Key = key });

    /// <summary>How long to wait before the next attempt; null: the failure is the caller's to hear.</summary>
    public TimeSpan? After(ProviderException error)
    {
        var decision = ErrorDecisions.Of(error, needsHint: false);
        var isOfKey =
            decision == ErrorDecision.OtherKey || error.Kind == ProviderErrorKind.RateLimited;
        if (isOfKey && TakeOtherKey(error))
            return TimeSpan.Zero;
        return decision == ErrorDecision.RetryHere ? backoff.Next(error) : null;
    }

    private bool TakeOtherKey(ProviderException error)
    {
        if (key is null)
            return false;
        way.Keys.Rest(way.Target, key, error);
        tried.Add(key);
        var other = way
            .Keys.Awake(way.Target.ProviderId, way.Target.Keys)
            .FirstOrDefault(one => !tried.Contains(one));
        if (other is null)
            return false;
        key = other;
        return true;
    }
}
