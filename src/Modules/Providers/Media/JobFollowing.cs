using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace NetRoom.Providers.Media;

/// <summary>Asks how a job stands until it has ended.</summary>
public static partial class JobFollowing
{
    private const int LongestFactor = 8;

    /// <summary>
    /// Every state as it comes, the last one an end. Failures to ask are waited out: they say nothing about the job. Stops
    /// only by the caller's cancellation, and the job then goes on.
    /// </summary>
    /// <param name="delay">Before the first question; grows to eight times that.</param>
    public static async IAsyncEnumerable<JobState> FollowAsync(
        this IMediaJobClient client,
        MediaJob job,
        TimeSpan delay,
        TimeProvider time,
        ILogger logger,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (var asked = 0; ; asked++)
        {
            await Task.Delay(delay * Math.Min(LongestFactor, 1 + (asked / 2)), time, cancellation);
            JobState state;
            try
            {
                state = await client.PollAsync(job, cancellation);
            }
            catch (ProviderException error) when (IsPassing(error.Kind))
            {
                LogPassing(logger, job.Id, error.Kind);
                await Task.Delay(error.RetryAfter ?? TimeSpan.Zero, time, cancellation);
                continue;
            }
            yield return state;
            if (state.IsEnd)
                yield break;
        }
    }

    // A wrong key will not become right, but the rest may pass.
    private static bool IsPassing(ProviderErrorKind kind) =>
        kind
            is ProviderErrorKind.RateLimited
                or ProviderErrorKind.Overloaded
                or ProviderErrorKind.Timeout
                or ProviderErrorKind.Unreachable
                or ProviderErrorKind.Cut;

    [LoggerMessage(LogLevel.Warning, "Job {Job} could not be asked about ({Kind}); asking again")]
    private static partial void LogPassing(ILogger logger, string job, ProviderErrorKind kind);
}
