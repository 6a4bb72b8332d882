using System.Runtime.CompilerServices;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers.Media;

internal sealed class RoutedImageClient(MediaWays<IImageClient> ways) : IImageClient
{
    public async IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        request.Check();
        await foreach (
            var (update, route) in ways.StreamAsync(
                (client, cancel) => client.GenerateAsync(request, cancel),
                MediaFailures.IsNothingMade,
                cancellation
            )
        )
            yield return update switch
            {
                ImageUpdate.Started(var job) => new ImageUpdate.Started(
                    job with
                    {
                        Holder = JobHolder.Of(route),
                    }
                ),
                ImageUpdate.Finished(var images, var usage) => new ImageUpdate.Finished(
                    images,
                    usage.By(route)
                ),
                _ => update,
            };
    }
}

internal sealed class RoutedSpeechClient(MediaWays<ISpeechClient> ways) : ISpeechClient
{
    public IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        CancellationToken cancellation = default
    ) =>
        ways.StreamAsync(
                (client, cancel) => client.SpeakAsync(request, cancel),
                MediaFailures.Any,
                cancellation
            )
            .Told();
}

internal sealed class RoutedSoundClient(MediaWays<ISoundClient> ways) : ISoundClient
{
    public IAsyncEnumerable<AudioUpdate> MakeAsync(
        SoundRequest request,
        CancellationToken cancellation = default
    ) =>
        ways.StreamAsync(
                (client, cancel) => client.MakeAsync(request, cancel),
                MediaFailures.IsNothingMade,
                cancellation
            )
            .Told();
}

internal sealed class RoutedTranscriptionClient(MediaWays<ITranscriptionClient> ways)
    : ITranscriptionClient
{
    public async Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    )
    {
        var (transcript, route) = await ways.OnceAsync(
            (client, cancel) => client.TranscribeAsync(request, cancel),
            MediaFailures.Any,
            cancellation
        );
        return transcript with { Usage = transcript.Usage.By(route) };
    }
}

internal sealed class RoutedEmbeddingClient(MediaWays<IEmbeddingClient> ways) : IEmbeddingClient
{
    private const int MostTexts = 2_048;

    public async Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    )
    {
        if (request.Texts.Count is < 1 or > MostTexts)
            throw new ProviderException(
                ProviderErrorKind.BadRequest,
                $"The request is refused: 1 to {MostTexts} texts can be embedded at a time."
            );
        var (answer, route) = await ways.OnceAsync(
            (client, cancel) => client.EmbedAsync(request, cancel),
            MediaFailures.Any,
            cancellation
        );
        return answer with { Usage = answer.Usage.By(route) };
    }
}

/// <summary>A job begins by any way and then belongs to whoever took it.</summary>
internal sealed class RoutedJobClient(MediaWays<IMediaJobClient> ways) : IMediaJobClient
{
    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var (job, route) = await ways.OnceAsync(
            (client, cancel) => client.CreateAsync(request, cancel),
            MediaFailures.IsNothingTaken,
            cancellation
        );
        return job with { Holder = JobHolder.Of(route) };
    }

    public async Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        await ways.Of(job.Holder).PollAsync(job, cancellation) switch
        {
            JobState.Done(var results, var usage) when job.Holder is { } holder =>
                new JobState.Done(
                    [.. results.Select(result => result with { Holder = holder })],
                    usage with
                    {
                        ProviderId = holder.ProviderId,
                    }
                ),
            var state => state,
        };

    public Task<string> DownloadAsync(
        JobResult result,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation = default
    ) => ways.Of(result.Holder).DownloadAsync(result, into, rule, cancellation);

    public Task<bool> CancelAsync(MediaJob job, CancellationToken cancellation = default) =>
        ways.Of(job.Holder).CancelAsync(job, cancellation);
}

file static class Teller
{
    public static MediaUsage By(this MediaUsage usage, Route route) =>
        usage with
        {
            ProviderId = route.Target.ProviderId,
        };

    public static async IAsyncEnumerable<AudioUpdate> Told(
        this IAsyncEnumerable<(AudioUpdate Update, Route Route)> updates
    )
    {
        await foreach (var (update, route) in updates)
            yield return update.Usage is { } usage
                ? update with
                {
                    Usage = usage.By(route),
                }
                : update;
    }
}
