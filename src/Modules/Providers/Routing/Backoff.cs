using System.Security.Cryptography;

namespace NetRoom.Providers.Routing;

/// <summary>The waits between attempts at one provider: two, doubling, up to a quarter taken off at random; the provider's own word wins.</summary>
internal struct Backoff(TimeSpan firstDelay)
{
    private const int Retries = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private int retries;

    /// <summary>Null when there were enough, or the provider asks for a wait that nobody would sit through.</summary>
    public TimeSpan? Next(ProviderException error)
    {
        if (retries == Retries || error.RetryAfter > LongestWait)
            return null;
        var delay = firstDelay * (1 << retries++) * RandomNumberGenerator.GetInt32(75, 101) / 100;
        return error.RetryAfter > delay ? error.RetryAfter : delay;
    }
}
