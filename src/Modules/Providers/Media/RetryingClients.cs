using System.Runtime.CompilerServices;

namespace NetRoom.Providers.Media;

/// <summary>
/// Tries again only when the provider itself said no: a broken connection may hide a picture that is already paid for.
/// </summary>
internal sealed class RetryingImageClient(MediaWay<IImageClient> way) : IImageClient
{
    public IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        CancellationToken cancellation = default
    )
    {
        request.Check();
        return Again.Stream(
            way,
            (client, cancel) => client.GenerateAsync(request, cancel),
            error => error.HttpStatus is not null,
            cancellation
        );
    }
}

/// <summary>Tries again until the first audio has come.</summary>
internal sealed class RetryingSpeechClient(MediaWay<ISpeechClient> way) : ISpeechClient
{
    public IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        CancellationToken cancellation = default
    ) =>
        Again.Stream(
            way,
            (client, cancel) => client.SpeakAsync(request, cancel),
            _ => true,
            cancellation
        );
}

internal sealed class RetryingTranscriptionClient(MediaWay<ITranscriptionClient> way)
    : ITranscriptionClient
{
    public Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    ) => Again.Once(way, client => client.TranscribeAsync(request, cancellation), cancellation);
}

internal sealed class RetryingEmbeddingClient(MediaWay<IEmbeddingClient> way) : IEmbeddingClient
{
    private const int MostTexts = 2_048;

    public Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    ) =>
        request.Texts.Count is >= 1 and <= MostTexts
            ? Again.Once(way, client => client.EmbedAsync(request, cancellation), cancellation)
            : throw new ProviderException(
                ProviderErrorKind.BadRequest,
                $"The request is refused: 1 to {MostTexts} texts can be embedded at a time."
            );
}

/// <summary>The loop of attempts, for one answer and for a stream that has not begun.</summary>
file static class Again
{
    public static async Task<TAnswer> Once<T, TAnswer>(
        MediaWay<T> way,
        Func<T, Task<TAnswer>> attempt,
        CancellationToken cancellation
    )
    {
        var attempts = new MediaAttempts<T>(way);
        while (true)
        {
            TimeSpan wait;
            try
            {
                return await attempt(attempts.Client());
            }
            catch (ProviderException error)
            {
                if (attempts.After(error) is not { } allowed)
                    throw;
                wait = allowed;
            }
            await Task.Delay(wait, way.Time, cancellation);
        }
    }

    public static async IAsyncEnumerable<TUpdate> Stream<T, TUpdate>(
        MediaWay<T> way,
        Func<T, CancellationToken, IAsyncEnumerable<TUpdate>> attempt,
        Func<ProviderException, bool> worthIt,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var attempts = new MediaAttempts<T>(way);
        while (true)
        {
            await using var updates = attempt(attempts.Client(), cancellation)
                .GetAsyncEnumerator(cancellation);
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
                {
                    if (begun || !worthIt(error) || attempts.After(error) is not { } allowed)
                        throw;
                    wait = allowed;
                    break;
                }
                begun = true;
                yield return updates.Current;
            }
            await Task.Delay(wait, way.Time, cancellation);
        }
    }
}
