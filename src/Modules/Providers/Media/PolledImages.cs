using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace NetRoom.Providers.Media;

/// <summary>Pictures of a provider that only takes jobs, through the door of those that answer at once.</summary>
internal sealed class PolledImages(
    IMediaJobClient jobs,
    TimeSpan delay,
    TimeProvider time,
    ILogger logger
) : IImageClient
{
    private static readonly DownloadRule Rule = new("image", 64L * 1024 * 1024);

    public async IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var job = await jobs.CreateAsync(request, cancellation);
        yield return new ImageUpdate.Started(job);
        await foreach (var state in jobs.FollowAsync(job, delay, time, logger, cancellation))
        {
            switch (state)
            {
                case JobState.Running running:
                    yield return new ImageUpdate.Progress(running.Progress);
                    break;
                case JobState.Done done:
                    yield return new ImageUpdate.Finished(
                        await DownloadAsync(done, cancellation),
                        done.Usage
                    );
                    break;
                case JobState.Failed failed:
                    throw new ProviderException(failed.Kind, failed.Reason);
                case JobState.Refused refused:
                    throw new ProviderException(ProviderErrorKind.Refused, refused.Reason);
                default:
                    break;
            }
        }
    }

    private async Task<IReadOnlyList<MediaContent>> DownloadAsync(
        JobState.Done done,
        CancellationToken cancellation
    )
    {
        var images = new List<MediaContent>(done.Results.Count);
        foreach (var result in done.Results)
        {
            using var bytes = new MemoryStream();
            var type = await jobs.DownloadAsync(result, bytes, Rule, cancellation);
            images.Add(new MediaContent(bytes.ToArray(), type));
        }
        return images;
    }
}
