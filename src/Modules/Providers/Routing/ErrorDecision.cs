namespace NetRoom.Providers.Routing;

/// <summary>What to do with a failure that came before the first byte of content.</summary>
internal enum ErrorDecision
{
    /// <summary>The request itself is wrong, or was answered: nobody else would do better.</summary>
    GiveUp,

    /// <summary>A busy moment: the same route again, after a wait.</summary>
    RetryHere,

    /// <summary>The key is used up or wrong: the same provider with another key, and this one rests.</summary>
    OtherKey,

    /// <summary>The provider is in trouble: the model's next route.</summary>
    OtherRoute,
}

/// <summary>Sorts failures. How long to wait, and how often, is the plan's business.</summary>
internal static class ErrorDecisions
{
    /// <param name="needsHint">A rate limit without a wait is a spent budget there (Anthropic), not a busy moment.</param>
    public static ErrorDecision Of(ProviderException error, bool needsHint) =>
        error.Kind switch
        {
            ProviderErrorKind.Key or ProviderErrorKind.Quota => ErrorDecision.OtherKey,
            ProviderErrorKind.RateLimited when error.ShouldRetry == false => ErrorDecision.OtherKey,
            ProviderErrorKind.RateLimited
                when error.RetryAfter is null && error.ShouldRetry is null && needsHint =>
                ErrorDecision.OtherKey,
            ProviderErrorKind.RateLimited => ErrorDecision.RetryHere,
            ProviderErrorKind.Overloaded
            or ProviderErrorKind.Unreachable when error.ShouldRetry != false =>
                ErrorDecision.RetryHere,
            // What was sent may be running there, and be paid for there: another route, not the same again.
            ProviderErrorKind.Overloaded
            or ProviderErrorKind.Unreachable
            or ProviderErrorKind.Timeout
            or ProviderErrorKind.Cut
            or ProviderErrorKind.NotFound => ErrorDecision.OtherRoute,
            _ => ErrorDecision.GiveUp,
        };
}
