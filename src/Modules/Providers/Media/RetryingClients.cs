using System.Runtime.CompilerServices;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Media;

/// <summary>
/// Tries again only when the provider itself said no: a broken connection may hide a picture that is already paid for.
/// </summary>
internal sealed class RetryingImageClient(IImageClient inner, RetryRule rule, TimeProvider time)
    : IImageClient
{
    public IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        CancellationToken cancellation = default
    ) =>
        Again.Stream(
            cancel => inner.GenerateAsync(request, cancel),
            error => error.HttpStatus is not null,
            rule,
            time,
            cancellation
        );
}

/// <summary>Tries again until the first audio has come.</summary>
internal sealed class RetryingSpeechClient(ISpeechClient inner, RetryRule rule, TimeProvider time)
    : ISpeechClient
{
    public IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        CancellationToken cancellation = default
    ) =>
        Again.Stream(
            cancel => inner.SpeakAsync(request, cancel),
            _ => true,
            rule,
            time,
            cancellation
        );
}

internal sealed class RetryingTranscriptionClient(
    ITranscriptionClient inner,
    RetryRule rule,
    TimeProvider time
) : ITranscriptionClient
{
    public Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    ) => Again.Once(() => inner.TranscribeAsync(request, cancellation), rule, time, cancellation);
}

internal sealed class RetryingEmbeddingClient(
    IEmbeddingClient inner,
    RetryRule rule,
    TimeProvider time
) : IEmbeddingClient
{
    public Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    ) => Again.Once(() => inner.EmbedAsync(request, cancellation), rule, time, cancellation);
}

/// <summary>The loop of attempts, for one answer and for a stream that has not begun.</summary>
file static class Again
{
    public static async Task<T> Once<T>(
        Func<Task<T>> attempt,
        RetryRule rule,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        for (var number = 1; ; number++)
        {
            TimeSpan wait;
            try
            {
                return await attempt();
            }
            catch (ProviderException error) when (rule.Wait(error, number) is { } allowed)
            {
                wait = allowed;
            }
            await Task.Delay(wait, time, cancellation);
        }
    }

    public static async IAsyncEnumerable<T> Stream<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> attempt,
        Func<ProviderException, bool> worthIt,
        RetryRule rule,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        for (var number = 1; ; number++)
        {
            await using var updates = attempt(cancellation).GetAsyncEnumerator(cancellation);
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
                    when (!begun && worthIt(error) && rule.Wait(error, number) is { } allowed)
                {
                    wait = allowed;
                    break;
                }
                begun = true;
                yield return updates.Current;
            }
            await Task.Delay(wait, time, cancellation);
        }
    }
}
