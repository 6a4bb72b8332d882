using System.Security.Cryptography;

namespace NetRoom.Providers.Transport;

/// <summary>When another attempt is worth it, and after how long.</summary>
/// <param name="FirstDelay">Doubles with each attempt; up to a quarter is taken off at random.</param>
/// <param name="NeedsHint">A rate limit without a wait is a spent budget there (Anthropic), not a busy moment.</param>
internal sealed record RetryRule(TimeSpan FirstDelay, bool NeedsHint)
{
    private const int Retries = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public TimeSpan? Wait(ProviderException error, int attempt)
    {
        if (attempt > Retries || error.ShouldRetry == false || error.RetryAfter > LongestWait)
            return null;
        var worthIt = error.Kind switch
        {
            ProviderErrorKind.RateLimited => error.RetryAfter is not null
                || error.ShouldRetry == true
                || !NeedsHint,
            ProviderErrorKind.Overloaded or ProviderErrorKind.Unreachable => true,
            _ => false,
        };
        if (!worthIt)
            return null;
        var percent = RandomNumberGenerator.GetInt32(75, 101);
        var delay = FirstDelay * (1 << (attempt - 1)) * percent / 100;
        return error.RetryAfter > delay ? error.RetryAfter : delay;
    }
}
