using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Routing;

/// <summary>Keys that rest after the provider refused them. In memory: each node finds out for itself, at the price of one call.</summary>
internal sealed partial class KeyRing(TimeProvider time, ILogger<KeyRing> logger)
{
    /// <summary>For a key that is wrong or out of money: somebody has to act.</summary>
    private static readonly TimeSpan Refused = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Limited = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLimit = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Provider, string Key), DateTimeOffset> resting =
        new();

    /// <summary>Those that may be used now; when all rest, all: an answer may have changed.</summary>
    public IReadOnlyList<string> Awake(string provider, IReadOnlyList<string> keys)
    {
        if (resting.IsEmpty || keys.Count < 2)
            return keys;
        var now = time.GetUtcNow();
        var awake = keys.Where(key =>
                !resting.TryGetValue((provider, key), out var until) || until <= now
            )
            .ToArray();
        return awake.Length > 0 ? awake : keys;
    }

    public void Rest(ProviderTarget target, string key, ProviderException because)
    {
        var provider = target.ProviderId;
        var asked = because.RetryAfter ?? Limited;
        var rest =
            because.Kind == ProviderErrorKind.RateLimited
                ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestLimit.Ticks))
                : Refused;
        resting[(provider, key)] = time.GetUtcNow() + rest;
        if (because.Kind != ProviderErrorKind.RateLimited)
            LogRefused(logger, provider, because.Kind, because.HttpStatus);
        else if (target.Keys.Count > 1)
            LogLimited(logger, provider, rest);
    }

    [LoggerMessage(LogLevel.Warning, "A key of {Provider} is rate limited and rests for {Rest}")]
    private static partial void LogLimited(ILogger logger, string provider, TimeSpan rest);

    [LoggerMessage(
        LogLevel.Error,
        "A key of {Provider} is refused ({Kind}, status {Status}): check it and the money behind it"
    )]
    private static partial void LogRefused(
        ILogger logger,
        string provider,
        ProviderErrorKind kind,
        int? status
    );
}
