using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace NetRoom.Providers.Transport;

/// <summary>
/// Tries again, but only before the first byte of content. The timeouts hold for each attempt alone; usage that a failed
/// attempt reported stays until the next attempt reports its own.
/// </summary>
internal sealed partial class RetryingChatClient(
    IChatClient inner,
    string provider,
    RetryRule rule,
    TimeProvider time,
    ILogger logger
) : StreamingChatClient
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var updates = inner
                .GetStreamingResponseAsync(messages, options, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            var begun = false;
            TimeSpan wait;
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync())
                        yield break;
                }
                catch (ProviderException error)
                    when (!begun && rule.Wait(error, attempt) is { } allowed)
                {
                    wait = allowed;
                    LogRetry(logger, provider, error.Kind, error.HttpStatus, attempt, wait);
                    break;
                }
                begun =
                    begun || updates.Current.Contents.Any(content => content is not UsageContent);
                yield return updates.Current;
            }
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Provider} failed ({Kind}, status {Status}) on attempt {Attempt}; trying again in {Wait}"
    )]
    private static partial void LogRetry(
        ILogger logger,
        string provider,
        ProviderErrorKind kind,
        int? status,
        int attempt,
        TimeSpan wait
    );
}

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
